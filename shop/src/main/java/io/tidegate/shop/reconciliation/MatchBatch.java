package io.tidegate.shop.reconciliation;

import io.tidegate.platform.db.Bulk;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import io.tidegate.shop.payment.BookEntry;
import io.tidegate.shop.payment.BookStore;
import io.tidegate.shop.payment.StatementLine;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;

/**
 * Matches a provider's day: our book's rows are put beside the statement's lines, and what differs
 * is written down, in sets. By number, not by day: what moved just before midnight there and after
 * it here is matched, too.
 */
final class MatchBatch {

  /** A statement of a million lines takes a fraction of it. */
  static final Duration STATEMENT_MAX = Duration.ofMinutes(5);

  /** Keys that are looked up at once. */
  private static final int KEYS_MAX = 5_000;

  private static final Sql LOCK =
      Sql.of(
          "select judged_until from reconciliation.day"
              + " where provider = ? and day = ?::date and state >= 2 for update");
  private static final Sql MAKE_OURS =
      Sql.of(
          """
          create temp table ours (order_number bigint, seq int, type smallint, transaction text,
            number text, amount bigint, currency text, at timestamptz, state text)
            on commit drop
          """);
  private static final Sql COPY_OURS =
      Sql.of(
          "copy ours (order_number, seq, type, transaction, number, amount, currency, at, state)"
              + " from stdin");
  private static final Sql MAKE_FOUND =
      Sql.of("create temp table found (like ours) on commit drop");
  private static final Sql COPY_FOUND =
      Sql.of(
          "copy found (order_number, seq, type, transaction, number, amount, currency, at, state)"
              + " from stdin");
  private static final Sql EMPTY_FOUND = Sql.of("truncate found");

  /** A number may have several payments of which one was beside its line already. */
  private static final Sql ADD_FOUND =
      Sql.of(
          """
          insert into ours select f.* from found f where not exists (
            select 1 from ours o where o.order_number = f.order_number and o.seq = f.seq
              and o.type = f.type and o.transaction = f.transaction)
          """);

  private static final Sql INDEX_OURS = Sql.of("create index on ours (order_number, seq, type)");
  private static final Sql ANALYZE_OURS = Sql.of("analyze ours");

  /**
   * Lines whose own we have not put beside them: of another day, not moved yet, or not there. And
   * refunds' lines that are not alone under their number: all that we have of it counts then.
   */
  private static final Sql LACKING =
      Sql.of(
          """
          select l.type, l.order_number, l.seq from reconciliation.line l
          where l.provider = ? and l.day = ?::date and l.order_number > 0
            and (l.order_number, l.seq, l.type) > (?, ?, ?)
            and (not exists (select 1 from ours o
                where o.order_number = l.order_number and o.seq = l.seq and o.type = l.type
                  and (l.type <> 1 or l.transaction in ('', o.transaction)))
              or l.type <> 1 and exists (select 1 from reconciliation.line m
                where m.order_number = l.order_number and m.seq = l.seq and m.type <> 1
                  and m.provider = l.provider and m.id <> l.id))
          group by 1, 2, 3 order by l.order_number, l.seq, l.type limit ?
          """);

  private static final Sql OPEN_KEYS =
      Sql.of(
          """
          select d.type, d.order_number, d.seq from reconciliation.difference d
          where d.provider = ? and d.day = ?::date and d.state = 1 and d.order_number > 0
            and (d.order_number, d.seq, d.type) > (?, ?, ?)
          group by 1, 2, 3 order by d.order_number, d.seq, d.type limit ?
          """);

  /** What a person accepted stays accepted while both say what they said then. */
  private static final Sql FOUND =
      Sql.of(
          """
          insert into reconciliation.difference as d (provider, day, type, number, transaction,
            order_number, seq, kind, theirs_amount, theirs_currency, theirs_at, ours_amount,
            ours_currency, ours_at, ours_state, state, version, how, resolved_at, found_at)
          select ?, ?::date, v.type, v.number, v.transaction, v.order_number, v.seq, v.kind,
            v.theirs_amount, v.theirs_currency, v.theirs_at, v.ours_amount, v.ours_currency,
            v.ours_at, v.ours_state,
            case when v.kind = 6 and v.theirs_at is not null then 2 else 1 end, 1,
            case when v.kind = 6 and v.theirs_at is not null then 'other_day' end,
            case when v.kind = 6 and v.theirs_at is not null then clock_timestamp() end,
            clock_timestamp()
          from differing v
          on conflict (provider, day, type, number, transaction) do update
          set kind = excluded.kind, theirs_amount = excluded.theirs_amount,
            theirs_currency = excluded.theirs_currency, theirs_at = excluded.theirs_at,
            ours_amount = excluded.ours_amount, ours_currency = excluded.ours_currency,
            ours_at = excluded.ours_at, ours_state = excluded.ours_state,
            state = excluded.state, version = d.version + 1, how = excluded.how, note = null,
            resolved_by = null, resolved_at = excluded.resolved_at
          where d.how = 'settled'
            or (d.kind, d.theirs_amount, d.theirs_currency, d.ours_amount, d.ours_currency)
              is distinct from (excluded.kind, excluded.theirs_amount, excluded.theirs_currency,
                excluded.ours_amount, excluded.ours_currency)
            or d.state = 1 and d.ours_state is distinct from excluded.ours_state
          """);

  private static final Sql SETTLED =
      Sql.of(
          """
          update reconciliation.difference d
          set state = 2, version = d.version + 1, resolved_at = clock_timestamp(),
            how = case when d.kind = 6 then 'other_day' else 'settled' end
          where d.provider = ? and d.day = ?::date and d.state = 1 and not exists (
            select 1 from differing v where v.type = d.type
              and v.number = d.number and v.transaction = d.transaction)
          """);
  private static final Sql FORGET_SUMS =
      Sql.of("delete from reconciliation.sum where provider = ? and day = ?::date");
  private static final Sql SUM_UP =
      Sql.of(
          """
          insert into reconciliation.sum (provider, day, type, currency, theirs_rows, theirs,
            ours_rows, ours)
          select ?, ?::date, type, currency, sum(theirs_rows), sum(theirs), sum(ours_rows),
            sum(ours)
          from (
            select type, currency, count(*) as theirs_rows, sum(amount) as theirs, 0 as ours_rows,
              0 as ours
            from reconciliation.line where provider = ? and day = ?::date group by 1, 2
            union all
            select type, currency, 0, 0, count(*), sum(amount) from ours
            where at >= ? and at < ? group by 1, 2) x
          group by 3, 4
          """);
  private static final Sql NOTE =
      Sql.of(
          """
          update reconciliation.day y
          set state = 3, version = version + 1, matched_at = clock_timestamp(), problem = null,
            matched = y.lines - (
              select count(*) from reconciliation.difference d
              join reconciliation.line l on l.order_number = d.order_number and l.seq = d.seq
                and l.type = d.type and l.provider = d.provider and l.day = d.day
                and l.number = d.number and l.transaction = d.transaction
              where d.provider = y.provider and d.day = y.day and d.theirs_at is not null
                and d.kind in (2, 3, 4) and d.how is distinct from 'settled')
          where y.provider = ? and y.day = ?::date
          """);

  private final Database database;
  private final String provider;
  private final LocalDate day;
  private final Instant first;
  private final Instant next;

  MatchBatch(Database database, String provider, LocalDate day, ZoneId zone) {
    this.database = database;
    this.provider = provider;
    this.day = day;
    this.first = day.atStartOfDay(zone).toInstant();
    this.next = day.plusDays(1).atStartOfDay(zone).toInstant();
  }

  /**
   * Matches all of the day.
   *
   * @return whether the day has a statement
   */
  boolean all() throws IOException {
    return database.bulk(STATEMENT_MAX, bulk -> match(bulk, false));
  }

  /** Looks again at what differed, after something was done about it. */
  boolean openOnes() throws IOException {
    return database.bulk(STATEMENT_MAX, bulk -> match(bulk, true));
  }

  private boolean match(Bulk bulk, boolean openOnly) throws IOException {
    List<Instant> judged =
        bulk.query(
            LOCK,
            row -> Objects.requireNonNullElse(row.getInstantOrNull(1), next),
            provider,
            day.toString());
    if (judged.isEmpty()) {
      return false;
    }
    bulk.run(MAKE_OURS);
    bulk.run(MAKE_FOUND);
    if (openOnly) {
      putBeside(bulk, OPEN_KEYS);
    } else {
      putDayBeside(bulk);
      putBeside(bulk, LACKING);
    }
    bulk.run(openOnly ? INDEX_OURS : ANALYZE_OURS);
    Judgement.pass(bulk, provider, day, first, next, judged.getFirst(), openOnly);
    long changed =
        bulk.run(FOUND, provider, day.toString()) + bulk.run(SETTLED, provider, day.toString());
    if (!openOnly) {
      bulk.run(FORGET_SUMS, provider, day.toString());
      bulk.run(SUM_UP, provider, day.toString(), provider, day.toString(), first, next);
    }
    if (!openOnly || changed > 0) {
      bulk.run(NOTE, provider, day.toString());
    }
    return true;
  }

  /** Our book of the day is read on another session, through a file: a COPY takes its own whole. */
  private void putDayBeside(Bulk bulk) throws IOException {
    try (SpoolText spool = SpoolText.open()) {
      database.bulk(
          STATEMENT_MAX,
          reading -> {
            BookStore.between(reading, provider, first, next, entry -> write(spool, entry));
            return true;
          });
      spool.copyTo(bulk, COPY_OURS);
    }
    bulk.run(INDEX_OURS);
    bulk.run(ANALYZE_OURS);
  }

  /** Puts what we have under the numbers that a query gives, a bounded number of them at a time. */
  private void putBeside(Bulk bulk, Sql keys) throws IOException {
    Key last = new Key(0, 0, 0);
    while (true) {
      List<Key> some =
          bulk.query(
              keys,
              row -> new Key(row.getInt(1), row.getLong(2), row.getInt(3)),
              provider,
              day.toString(),
              last.order,
              last.seq,
              last.type,
              KEYS_MAX);
      if (some.isEmpty()) {
        return;
      }
      last = some.getLast();
      try (SpoolText spool = SpoolText.open()) {
        for (StatementLine.Type type : StatementLine.Type.values()) {
          List<Key> own =
              some.stream().filter(key -> key.isOf(type)).map(Key::bare).distinct().toList();
          if (!own.isEmpty()) {
            BookStore.find(
                bulk,
                provider,
                type,
                own.stream().mapToLong(Key::order).toArray(),
                own.stream().mapToInt(Key::seq).toArray(),
                entry -> write(spool, entry));
          }
        }
        bulk.run(EMPTY_FOUND);
        spool.copyTo(bulk, COPY_FOUND);
        bulk.run(ADD_FOUND);
      }
    }
  }

  private record Key(int type, long order, int seq) {

    /** A refund and its reversal are of one number: neither is judged without the other. */
    boolean isOf(StatementLine.Type other) {
      return (type == StatementLine.Type.PAYMENT.code()) == (other == StatementLine.Type.PAYMENT);
    }

    Key bare() {
      return new Key(0, order, seq);
    }
  }

  private static void write(SpoolText spool, BookEntry entry) {
    spool.row(
        entry.order(),
        entry.seq(),
        entry.type().code(),
        entry.transaction(),
        entry.number(),
        entry.amount().amount(),
        entry.amount().currency(),
        entry.at(),
        entry.state());
  }
}
