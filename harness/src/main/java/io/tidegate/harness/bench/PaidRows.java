package io.tidegate.harness.bench;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the database says of paid orders since a moment: captures, and each of the seven effects.
 */
final class PaidRows {
  private static final Duration AWAIT_MAX = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final String PAID =
      "select count(*) from ordering.orders where paid_at is not null";
  private static final String CAPTURES = "select count(*) from payment.capture";

  /** With those that came back since. */
  private static final String SOLD =
      "select (select coalesce(sum(sold), 0) from inventory.stock)::bigint"
          + " + (select coalesce(sum(quantity), 0) from inventory.given_back)::bigint";

  private static final String REFUNDS = "select count(*) from aftersales.refund_case";

  private final DatabaseFigures database;
  private final long position;
  private final long paidBefore;
  private final long capturesBefore;
  private final long soldBefore;
  private final long refundsBefore;

  private PaidRows(DatabaseFigures database) {
    this.database = database;
    this.position = database.counters().lastPosition().orElse(0L);
    this.paidBefore = database.number(PAID).orElse(0L);
    this.capturesBefore = database.number(CAPTURES).orElse(0L);
    this.soldBefore = database.number(SOLD).orElse(0L);
    this.refundsBefore = database.number(REFUNDS).orElse(0L);
  }

  /** Counts from now on. */
  static PaidRows from(DatabaseFigures database) {
    return new PaidRows(database);
  }

  long paid() {
    return database.number(PAID).orElse(0L) - paidBefore;
  }

  /** Waits until so many are paid, as the notices of the cashier arrive; returns how many are. */
  long await(long wanted) throws InterruptedException {
    long start = System.nanoTime();
    long paid = paid();
    while (paid < wanted && System.nanoTime() - start < AWAIT_MAX.toNanos()) {
      Thread.sleep(POLL);
      paid = paid();
    }
    return paid;
  }

  /** Tells of payments that were started and that no cashier knew of: nobody could pay them. */
  static void started(Report report, Answers payments, Answers cashier) {
    long known = cashier.good() + cashier.replayed() + cashier.shed() + cashier.failed();
    long refused = cashier.refused().values().stream().mapToLong(Long::longValue).sum();
    report
        .section("result")
        .put("paymentsWithoutCashier", payments.good() - known - refused - cashier.lost());
  }

  /** Holds the refunds that were asked for against those that are there. */
  void verifyRefunds(Report report, Answers asked) {
    long refunds = database.number(REFUNDS).orElse(0L) - refundsBefore;
    long least = asked.good();
    long most = least + asked.lost() + asked.failed();
    report.section("verified").put("refunds", refunds);
    report.check(
        "refunds_equal_those_accepted",
        least == most ? Long.toString(least) : least + " to " + most,
        Long.toString(refunds),
        refunds >= least && refunds <= most);
  }

  /**
   * Holds paid orders against captures, stock and each effect.
   *
   * @param least what was answered as paid
   * @param most what may have been, where answers are missing
   */
  void verify(Report report, long least, long most, int lines) {
    long paid = paid();
    long captures = database.number(CAPTURES).orElse(0L) - capturesBefore;
    ObjectNode verified = report.section("verified");
    verified.put("ordersPaid", paid).put("captures", captures);
    report.check(
        "paid_orders_equal_payments_made",
        least == most ? Long.toString(least) : least + " to " + most,
        Long.toString(paid),
        paid >= least && paid <= most);
    report.check("captures_equal_paid_orders", paid, captures);
    ObjectNode effects = verified.putObject("effects");
    effects.put("order", paid);
    Optional<Long> sold = database.number(SOLD).map(n -> n - soldBefore);
    sold.ifPresent(n -> effects.put("stockPieces", n));
    report.check("pieces_sold_equal_lines_paid", paid * lines, sold.orElse(-1L));
    for (Map.Entry<String, Long> done : database.doneAfter(position).entrySet()) {
      effects.put(done.getKey(), done.getValue());
      report.check("effect_" + done.getKey() + "_done_for_each", paid, done.getValue());
    }
    long doubled =
        database
            .number(
                "select (select count(*) - count(distinct order_number) from points.entry"
                    + " where kind = 'earned')"
                    + " + (select count(*) - count(distinct (order_number, template))"
                    + " from marketing.coupon)"
                    + " + (select count(*) - count(distinct order_number)"
                    + " from marketing.red_packet)"
                    + " + (select count(*) - count(distinct (order_number, template))"
                    + " from notification.message)"
                    + " + (select count(*) - count(distinct order_number) from fulfilment.task)")
            .orElse(-1L);
    report.check("no_effect_twice", 0, doubled);
  }
}
