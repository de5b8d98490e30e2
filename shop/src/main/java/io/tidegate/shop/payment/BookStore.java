package io.tidegate.shop.payment;

import io.tidegate.platform.db.Bulk;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.Sql;
import io.tidegate.shop.kernel.Money;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Our book of what moved at a provider, as its statements are held against it. What was for
 * somebody else's account is no money of this book.
 */
public final class BookStore {

  private static final String CAPTURES =
      """
      select 1, c.order_number, c.attempt, c.transaction, coalesce(c.taken_amount, c.amount),
        coalesce(c.taken_currency, c.currency), c.captured_at, c.verdict, 0
      from payment.capture c
      """;
  private static final String REFUNDS =
      """
      select 2, r.order_number, r.seq, r.transaction, r.amount, r.currency, r.succeeded_at, r.state,
        r.ended
      from payment.refund r
      """;
  private static final String REVERSALS =
      REFUNDS.replace("select 2", "select 3").replace("succeeded_at", "reversed_at");

  private static final Sql CAPTURED_BETWEEN =
      Sql.of(
          CAPTURES
              + " where c.captured_at >= ? and c.captured_at < ? and c.provider = ?"
              + " and c.parked_why is distinct from 2");
  private static final Sql REFUNDED_BETWEEN =
      Sql.of(REFUNDS + " where r.succeeded_at >= ? and r.succeeded_at < ? and r.provider = ?");
  private static final Sql REVERSED_BETWEEN =
      Sql.of(REVERSALS + " where r.reversed_at >= ? and r.reversed_at < ? and r.provider = ?");

  private static final Sql MOVED =
      Sql.of(
          "select exists (%s) or exists (%s) or exists (%s)"
              .formatted(
                  CAPTURED_BETWEEN.text(), REFUNDED_BETWEEN.text(), REVERSED_BETWEEN.text()));

  private static final String KEYS = " join unnest(?::bigint[], ?::int[]) as k(number, seq) on ";
  private static final Sql CAPTURES_OF =
      Sql.of(
          CAPTURES
              + KEYS
              + "c.order_number = k.number and c.attempt = k.seq"
              + " where c.provider = ? and c.parked_why is distinct from 2");
  private static final Sql REFUNDS_OF =
      Sql.of(REFUNDS + KEYS + "r.order_number = k.number and r.seq = k.seq where r.provider = ?");
  private static final Sql REVERSALS_OF =
      Sql.of(REVERSALS + KEYS + "r.order_number = k.number and r.seq = k.seq where r.provider = ?");

  private BookStore() {}

  /**
   * What moved in a time.
   *
   * @param until the first moment after it
   */
  public static void between(
      Bulk bulk, String provider, Instant from, Instant until, Consumer<BookEntry> each) {
    for (Sql sql : List.of(CAPTURED_BETWEEN, REFUNDED_BETWEEN, REVERSED_BETWEEN)) {
      bulk.each(sql, BookStore::entry, each, from, until, provider);
    }
  }

  /**
   * Whether anything moved in a time.
   *
   * @param until the first moment after it
   */
  public static boolean moved(Bulk bulk, String provider, Instant from, Instant until) {
    return bulk.query(
            MOVED,
            row -> row.getBoolean(1),
            from,
            until,
            provider,
            from,
            until,
            provider,
            from,
            until,
            provider)
        .getFirst();
  }

  /**
   * What there is under these numbers, whether it has moved or not.
   *
   * @param orders and {@code seqs}: of attempts or refunds, without the same pair twice
   */
  public static void find(
      Bulk bulk,
      String provider,
      StatementLine.Type type,
      long[] orders,
      int[] seqs,
      Consumer<BookEntry> each) {
    Sql sql =
        switch (type) {
          case PAYMENT -> CAPTURES_OF;
          case REFUND -> REFUNDS_OF;
          case REVERSAL -> REVERSALS_OF;
        };
    bulk.each(sql, BookStore::entry, each, orders, seqs, provider);
  }

  private static BookEntry entry(Row row) throws SQLException {
    StatementLine.Type type = StatementLine.Type.of(row.getInt(1));
    return new BookEntry(
        type,
        row.getLong(2),
        row.getInt(3),
        type == StatementLine.Type.PAYMENT ? row.getString(4) : "",
        new Money(row.getLong(5), row.getString(6)),
        row.getInstantOrNull(7),
        type == StatementLine.Type.PAYMENT
            ? Capture.Verdict.of(row.getInt(8)).name().toLowerCase(Locale.ROOT)
            : refund(Refund.State.of(row.getInt(8)), row.getInt(9)));
  }

  private static String refund(Refund.State state, int ended) {
    Refund.@Nullable How how = ended == 0 ? null : Refund.How.of(ended);
    return how == null ? state.wire() : how.wire();
  }
}
