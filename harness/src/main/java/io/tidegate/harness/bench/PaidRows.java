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

  private static final String CANCELLED = "select count(*) from ordering.orders where state = 8";
  private static final String REFUNDS = "select count(*) from aftersales.refund_case";

  private final DatabaseFigures database;
  private final long position;
  private final Optional<Long> paidBefore;
  private final Optional<Long> capturesBefore;
  private final Optional<Long> soldBefore;
  private final Optional<Long> refundsBefore;
  private final Optional<Long> cancelledBefore;

  private PaidRows(DatabaseFigures database) {
    this.database = database;
    this.position = database.counters().lastPosition().orElse(0L);
    this.paidBefore = database.number(PAID);
    this.capturesBefore = database.number(CAPTURES);
    this.soldBefore = database.number(SOLD);
    this.refundsBefore = database.number(REFUNDS);
    this.cancelledBefore = database.number(CANCELLED);
  }

  /** Counts from now on. */
  static PaidRows from(DatabaseFigures database) {
    return new PaidRows(database);
  }

  /** How many are paid, where the database tells. */
  Optional<Long> paid() {
    return since(PAID, paidBefore);
  }

  private Optional<Long> since(String count, Optional<Long> before) {
    return database.number(count).flatMap(now -> before.map(then -> now - then));
  }

  /** Waits until so many are paid, as the notices of the cashier arrive; returns how many are. */
  long await(long wanted) throws InterruptedException {
    long start = System.nanoTime();
    long paid = paid().orElse(0L);
    while (paid < wanted && System.nanoTime() - start < AWAIT_MAX.toNanos()) {
      Thread.sleep(POLL);
      paid = paid().orElse(0L);
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
    Optional<Long> refunds = since(REFUNDS, refundsBefore);
    refunds.ifPresent(n -> report.section("verified").put("refunds", n));
    long least = asked.good();
    report.check(
        "refunds_equal_those_accepted", least, least + asked.lost() + asked.failed(), refunds);
  }

  /** Holds cancelled orders against those that were answered as cancelled. */
  void verifyCancelled(Report report, Answers asked) {
    Optional<Long> cancelled = since(CANCELLED, cancelledBefore);
    cancelled.ifPresent(n -> report.section("verified").put("ordersCancelled", n));
    long least = asked.good();
    report.check(
        "cancelled_orders_equal_those_accepted",
        least,
        least + asked.lost() + asked.failed(),
        cancelled);
  }

  /**
   * Holds paid orders against captures, stock and each effect.
   *
   * @param least what was answered as paid
   * @param most what may have been, where answers are missing
   */
  void verify(Report report, long least, long most, int lines) {
    Optional<Long> paid = paid();
    Optional<Long> captures = since(CAPTURES, capturesBefore);
    ObjectNode verified = report.section("verified");
    paid.ifPresent(n -> verified.put("ordersPaid", n));
    captures.ifPresent(n -> verified.put("captures", n));
    report.check("paid_orders_equal_payments_made", least, most, paid);
    report.check("captures_equal_paid_orders", paid, captures);
    ObjectNode effects = verified.putObject("effects");
    paid.ifPresent(n -> effects.put("order", n));
    Optional<Long> sold = since(SOLD, soldBefore);
    sold.ifPresent(n -> effects.put("stockPieces", n));
    report.check("pieces_sold_equal_lines_paid", paid.map(n -> n * lines), sold);
    effects(report, effects, paid, database.doneAfter(position));
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

  /** Each consumer has done each paid order; one of which nothing is known has not. */
  static void effects(
      Report report, ObjectNode effects, Optional<Long> paid, Map<String, Long> done) {
    for (String consumer : DatabaseFigures.CONSUMERS) {
      Optional<Long> of = Optional.ofNullable(done.get(consumer));
      of.ifPresent(n -> effects.put(consumer, n));
      report.check("effect_" + consumer + "_done_for_each", paid, of);
    }
  }
}
