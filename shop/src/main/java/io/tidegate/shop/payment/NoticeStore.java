package io.tidegate.shop.payment;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What providers sent, in the database: of the last month, and never too many. What was rejected
 * has rows of its own, for it costs whoever sends it nothing.
 */
public final class NoticeStore {

  /** Longer than any provider repeats a notice, and than a customer takes to complain. */
  static final Duration KEPT = Duration.ofDays(30);

  /** Of more than these the oldest go, however young they are. */
  static final long ROWS_MAX = 2_000_000;

  /** The same of what was rejected; hours of the most that is kept. */
  static final long REJECTED_ROWS_MAX = 100_000;

  private static final int FORGET_ROWS_MAX = 5_000;

  private static final Sql ADD =
      Sql.of(
          """
          insert into payment.notice (at, provider, verdict, why, payment, body)
          select db.at(a), p, v, w, y, b
          from unnest(?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[])
               d(a, p, v, w, y, b)
          """);
  private static final Sql ADD_REJECTED =
      Sql.of(
          """
          insert into payment.notice_rejected (at, provider, why, body)
          select db.at(a), p, w, b
          from unnest(?::bigint[], ?::text[], ?::text[], ?::text[]) d(a, p, w, b)
          """);
  private static final Sql OF_PAYMENT =
      Sql.of(
          """
          select at, provider, verdict, why, payment, body from payment.notice
          where payment = ? and payment <> '' order by id desc limit ?::bigint
          """);
  private static final Sql NEWEST =
      Sql.of(
          """
          (select at, provider, verdict, why, payment, body from payment.notice
            order by id desc limit ?::bigint)
          union all
          (select at, provider, 'rejected', why, '', body from payment.notice_rejected
            order by id desc limit ?::bigint)
          order by at desc limit ?::bigint
          """);

  private static final Forgetting NOTICES = Forgetting.of("payment.notice");
  private static final Forgetting REJECTED = Forgetting.of("payment.notice_rejected");

  private final Database database;

  public NoticeStore(Database database) {
    this.database = database;
  }

  /** How rows of a table go. */
  private record Forgetting(Sql tooMany, Sql old, Sql delete) {
    static Forgetting of(String table) {
      return new Forgetting(
          Sql.of(
              """
              select id from %1$s where id <= (select max(id) - ?::bigint from %1$s)
              order by id limit ?::bigint
              """
                  .formatted(table)),
          // Rows are nearly in the order of their time, so only the first ones are looked at.
          Sql.of(
              """
              select first.id from (select id, at from %s order by id limit ?::bigint) first
              where first.at < clock_timestamp() - make_interval(secs => ?::bigint)
              """
                  .formatted(table)),
          Sql.of("delete from %s where id = any(?::bigint[])".formatted(table)));
    }
  }

  void add(List<KeptNotice> notices) {
    Map<Boolean, List<KeptNotice>> parts =
        notices.stream()
            .collect(
                Collectors.partitioningBy(each -> each.verdict() == KeptNotice.Verdict.REJECTED));
    database.write(
        "keep-notices",
        tx -> {
          add(tx, parts.getOrDefault(false, List.of()));
          addRejected(tx, parts.getOrDefault(true, List.of()));
          return notices.size();
        });
  }

  private static void add(Tx tx, List<KeptNotice> notices) {
    if (!notices.isEmpty()) {
      tx.write(
          ADD,
          times(notices),
          texts(notices, KeptNotice::provider),
          texts(notices, each -> each.verdict().wire()),
          texts(notices, KeptNotice::why),
          texts(notices, KeptNotice::payment),
          texts(notices, KeptNotice::body));
    }
  }

  private static void addRejected(Tx tx, List<KeptNotice> notices) {
    if (!notices.isEmpty()) {
      tx.write(
          ADD_REJECTED,
          times(notices),
          texts(notices, KeptNotice::provider),
          texts(notices, KeptNotice::why),
          texts(notices, KeptNotice::body));
    }
  }

  private static long[] times(List<KeptNotice> notices) {
    return notices.stream().mapToLong(each -> PaymentStore.micros(each.at())).toArray();
  }

  private static String[] texts(List<KeptNotice> notices, Function<KeptNotice, String> text) {
    return notices.stream().map(text).toArray(String[]::new);
  }

  /** What a payment's provider sent about it, newest first. */
  public List<KeptNotice> of(PaymentId payment, int most) {
    return database.read(OF_PAYMENT, NoticeStore::notice, payment.toString(), (long) most);
  }

  /** What came last, whatever it was. */
  public List<KeptNotice> newest(int most) {
    return database.read(NEWEST, NoticeStore::notice, (long) most, (long) most, (long) most);
  }

  /** Forgets what is old, or too much, in parts. */
  public void forgetOld() {
    forget(ROWS_MAX, REJECTED_ROWS_MAX, KEPT);
  }

  /** Forgets what is older than that, and all but the newest so many. */
  public void forget(long rowsMax, long rejectedRowsMax, Duration kept) {
    forget(NOTICES, rowsMax, kept);
    forget(REJECTED, rejectedRowsMax, kept);
  }

  private void forget(Forgetting how, long rowsMax, Duration kept) {
    while (forgot(how, how.tooMany, rowsMax, FORGET_ROWS_MAX) == FORGET_ROWS_MAX) {
      // a part after the other: nobody waits for long
    }
    while (forgot(how, how.old, FORGET_ROWS_MAX, kept.toSeconds()) == FORGET_ROWS_MAX) {
      // the same
    }
  }

  private int forgot(Forgetting how, Sql which, long first, long second) {
    return database.write(
        "forget-notices",
        tx -> {
          List<Long> ids = tx.query(which, row -> row.getLong(1), first, second);
          if (!ids.isEmpty()) {
            tx.write(how.delete, ids.stream().mapToLong(Long::longValue).toArray());
          }
          return ids.size();
        });
  }

  private static KeptNotice notice(Row row) throws SQLException {
    Instant at = row.getInstant(1);
    return new KeptNotice(
        at,
        row.getString(2),
        KeptNotice.Verdict.of(row.getString(3)),
        row.getString(4),
        row.getString(5),
        row.getString(6));
  }
}
