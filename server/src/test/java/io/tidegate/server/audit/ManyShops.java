package io.tidegate.server.audit;

import io.tidegate.platform.testing.TestPostgres;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The orders of the small shop many times over, each time with other numbers and customers: refunds
 * that were approved and taken back, perks that were spent and reclaimed, parcels, parked money and
 * acts of staff, in the same proportion at every size. Stock knows nothing of it.
 */
final class ManyShops {

  /** What PostgreSQL knows about how much is in the tables. */
  enum Statistics {
    /** No table was ever analyzed. */
    NONE,
    /** They are of the time when there were nine orders, as after a crash soon after the first. */
    OF_FEW,
    /** They were made when all was there. */
    RIGHT
  }

  /** Copies every row that names an order of the small shop. */
  private static final String COPY =
      """
      do $do$
      declare
        t record;
      begin
        set local session_replication_role = replica;
        for t in
          select format('%%I.%%I', n.nspname, c.relname) as name, (
              select string_agg(quote_ident(a.attname), ', ' order by a.attnum)
              from pg_attribute a where a.attrelid = c.oid and a.attnum > 0
                and not a.attisdropped and a.attidentity = '' and a.attgenerated = '') as columns
          from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where c.relkind in ('r', 'p') and not c.relispartition
            and n.nspname not in ('pg_catalog', 'information_schema')
        loop
          execute format($q$
            insert into %%1$s (%%2$s) select %%2$s
            from (select to_jsonb(s) as row from %%1$s s where s::text like '%%%%720000000000000%%%%') s
            cross join generate_series(1, %1$d) k
            cross join lateral (
              select regexp_replace(s.row::text, '720000000000000(\\d)',
                '72' || lpad(k::text, 13, '0') || '\\1', 'g')::jsonb as row) x
            cross join lateral jsonb_populate_record(null::%%1$s, x.row
              || case when x.row ? 'user_id' then jsonb_build_object(
                'user_id', (x.row->>'user_id')::bigint + 10 * k) else '{}' end
              || case when '%%1$s' = 'db.idempotency' then jsonb_build_object(
                'key', '\\x' || md5(x.row->>'reference')) else '{}' end
              || case when '%%1$s' = 'messaging.dead_letter' then jsonb_build_object(
                'position', (x.row->>'position')::bigint + 1000 * k) else '{}' end)
            on conflict do nothing
          $q$, t.name, t.columns);
        end loop;
      end $do$;
      insert into points.account (user_id, balance, held)
      select user_id, sum(amount), 0 from points.entry where user_id > 10 group by 1;
      """;

  /** A provider that repeats itself makes much to look at. */
  private static final String TOLD_TWICE =
      """
      insert into reconciliation.line (order_number, seq, type, provider, day, number, transaction,
        amount, currency, at)
      select order_number, seq, type, provider, day + 1, number, transaction, amount, currency, at
      from reconciliation.line
      """;

  private ManyShops() {}

  static String of(int times, Statistics statistics) {
    return TestPostgres.migratedDatabase(
        "many-shops-" + times + "-" + statistics,
        url -> {
          SmallShop.writeTo(url);
          if (statistics == Statistics.OF_FEW) {
            SmallShop.run(url, "analyze");
          }
          SmallShop.run(url, COPY.formatted(times));
          SmallShop.run(url, TOLD_TWICE);
          if (statistics == Statistics.RIGHT) {
            SmallShop.run(url, "analyze");
          }
        });
  }

  /** What an audit asks in SQL. */
  record Question(String sql, boolean probe) {
    /** Asks it as the audit does. */
    void ask(AuditSession.Snapshot snapshot, String before, AuditSession.RowTaker taker)
        throws SQLException {
      if (probe) {
        snapshot.hash();
      }
      snapshot.few(before + sql, taker);
    }
  }

  /** All of it, by what it is called; orders are one range. */
  static Map<String, Question> questions() {
    AuditOptions options = AuditOptions.of(true, AuditOptions.CONSUMERS);
    List<Probe> probes = new ArrayList<>(Auditor.whole(options));
    probes.addAll(Auditor.ranged(options));
    probes.add(StockProbes.MOVED_ONCE);
    probes.add(EventProbes.STEPS_TOLD);
    probes.add(EventProbes.MONEY_TOLD);
    probes.add(EventProbes.PARCELS_TOLD);
    probes.add(OrderProbes.ONE_KEY);
    Range all = new Range(0, Long.MAX_VALUE);
    Map<String, Question> questions = new TreeMap<>();
    for (Probe probe : probes) {
      Question question = new Question(AuditSession.Snapshot.counting(all.in(probe.sql())), true);
      for (int n = 1; questions.putIfAbsent(probe.title() + " #" + n, question) != null; n++) {
        // Some have the same name and tables.
      }
    }
    for (Drained.Work work : Drained.all(options)) {
      questions.put(work.words(), new Question(work.sql(), false));
    }
    return questions;
  }

  /** Tells how long each question takes: how many times the small shop, and which statistics. */
  public static void main(String[] arguments) throws SQLException {
    String url = of(Integer.parseInt(arguments[0]), Statistics.valueOf(arguments[1]));
    try (AuditSession session = new AuditSession(url)) {
      for (Map.Entry<String, Question> question : questions().entrySet()) {
        long began = System.nanoTime();
        String how = "";
        try {
          session.snapshot(snapshot -> question.getValue().ask(snapshot, "", _ -> {}));
        } catch (SQLException e) {
          how = e.getMessage();
        }
        long millis = (System.nanoTime() - began) / 1_000_000;
        System.out.printf("%s;%d;%s%n", question.getKey(), millis, how);
      }
    }
    System.exit(0);
  }
}
