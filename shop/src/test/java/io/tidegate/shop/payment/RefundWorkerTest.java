package io.tidegate.shop.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.http.OutboundSettings;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.payment.PaymentProvider.Return;
import io.tidegate.shop.testing.ShopDatabase;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Money goes back once, under one number, whatever the provider answers. */
class RefundWorkerTest {

  private static final Instant NOW = Clock.system().now();
  private static final OrderNumber ORDER = OrderNumber.of(NOW.toEpochMilli(), 42, 0, 0);
  private static final RefundId ID = new RefundId(ORDER, 1);

  private final FakeProvider provider = new FakeProvider();
  private ShopDatabase shop;
  private RefundStore store;
  private RefundWorker worker;

  @BeforeEach
  void open() {
    shop = new ShopDatabase();
    EventLog log = new EventLog(shop.database());
    log.partitions();
    new PaymentStore(shop.database()).preparePartitions(NOW);
    store = new RefundStore(shop.database());
    worker =
        new RefundWorker(
            shop.database(), log, () -> {}, Map.of(FakeProvider.NAME, provider), () -> "");
    Capture capture =
        new Capture(new PaymentId(ORDER, 1), FakeProvider.NAME, "T1", Money.cny(990), NOW);
    shop.database()
        .write(
            "late",
            tx -> {
              RefundStore.request(
                  tx, List.of(Refund.requested(ID, capture, Refund.Reason.LATE, NOW)));
              PaymentStore.post(tx, List.of(Posting.captured(capture, Capture.Verdict.LATE, NOW)));
              return true;
            });
  }

  @AfterEach
  void close() {
    assertThat(provider.calls).allMatch(call -> call.endsWith(" " + ID)); // M6, M7: one number
    worker.close();
    shop.close();
  }

  @Test
  void aSuccessIsToldAndPostedOnce() {
    work(1);
    assertDone(1);
    assertThat(worker.workOff()).isZero();
    assertDone(1);
  }

  @Test
  void anUnknownOutcomeThatWasDoneIsAskedForAndNotDoneAgain() {
    provider.nextRefund(new Return.Unknown("time-out"), true);
    work(1);
    assertOpen(Refund.State.UNKNOWN);
    work(2);
    assertDone(2);
    assertThat(provider.callsOf("refund ")).hasSize(1);
  }

  @Test
  void anUnknownOutcomeThatWasNotDoneIsDoneUnderTheSameNumber() {
    provider.nextRefund(new Return.Unknown("time-out"), false);
    work(1);
    provider.nextRefundQuery(new Return.Unknown("time-out again"));
    work(2);
    assertOpen(Refund.State.UNKNOWN);
    assertThat(provider.callsOf("refund ")).hasSize(1); // it is not called before it is asked
    work(3);
    assertDone(3);
    assertThat(provider.callsOf("refund ")).hasSize(2);
  }

  @Test
  void whatIsUnderWayIsAskedForUntilItIsThere() {
    provider.nextRefund(new Return.Processing(), true);
    work(1);
    assertOpen(Refund.State.AT_PROVIDER);
    provider.nextRefundQuery(new Return.Processing());
    work(2);
    assertOpen(Refund.State.AT_PROVIDER);
    provider.nextRefundQuery(new Return.Succeeded(NOW));
    work(3);
    assertDone(3);
    assertThat(provider.callsOf("refund ")).hasSize(1);
  }

  @Test
  void aFailureWaitsForAPersonAndIsStillTried() {
    provider.nextRefund(new Return.Failed("account closed"), false);
    work(1);
    assertOpen(Refund.State.NEEDS_PERSON);
    provider.nextRefundQuery(new Return.Unknown("time-out"));
    work(2);
    assertOpen(Refund.State.NEEDS_PERSON);
    work(3);
    assertDone(3);
  }

  @Test
  void twoWorkersNeverTakeTheSameRefund() {
    assertThat(worker.workOff()).isEqualTo(1);
    assertThat(worker.workOff()).isZero();
    await().until(() -> refund().state() == Refund.State.SUCCEEDED);
    assertThat(provider.callsOf("refund ")).hasSize(1);
  }

  /** L2: a process that was killed in its call leaves the refund to others well within a minute. */
  @Test
  void whatAKilledProcessHadTakenIsTakenByAnotherWithinAMinute() {
    assertThat(store.takeDue(RefundWorker.BATCH_MAX, RefundWorker.CALL_MAX)).hasSize(1);
    assertThat(worker.workOff()).isZero();
    assertThat(
            shop.number(
                "select count(*) from payment.refund"
                    + " where next_try_at < clock_timestamp() + interval '45 s'"))
        .isEqualTo(1);
    shop.run("update payment.refund set next_try_at = clock_timestamp() - interval '1 s'");
    assertThat(worker.workOff()).isEqualTo(1);
    await().until(() -> refund().state() == Refund.State.SUCCEEDED);
    assertDone(2);
  }

  /** All that was taken at once is called before its time is up, also when each call takes long. */
  @Test
  void noMoreAreTakenThanAreCalledInTime() {
    OutboundSettings usual = OutboundSettings.of("any", URI.create("http://127.0.0.1:1"));
    Duration longest = usual.tryMax().multipliedBy(usual.triesMax()).plusSeconds(1);
    int waves = 1 + RefundWorker.BATCH_MAX / RefundWorker.CALLS_MAX;
    // A refund is asked for and then called.
    assertThat(longest.multipliedBy(2L * waves)).isLessThan(RefundWorker.CALL_MAX);
  }

  @Test
  void anAnswerToACallThatSomebodyElseHasSettledChangesNothing() {
    Refund seen = refund();
    work(1);
    assertThatThrownBy(() ->
            shop.database()
                .writeOnce(tx -> {
                  RefundStore.update(
                      tx, seen, RefundWorker.decide(seen, new Return.Failed("late"), NOW));
                  return true;
                }))
        .isInstanceOf(DatabaseFailure.Conflict.class);
    assertDone(1);
  }

  @Test
  void theLedgerIsAppendOnly() {
    shop.run(
        "insert into payment.ledger (order_number, at, debit, credit, amount, currency, reference)"
            + " values (%d, clock_timestamp(), 'a', 'b', 1, 'CNY', 'test')"
                .formatted(OrderNumber.firstAt(System.currentTimeMillis()) + 1));
    for (String change :
        List.of(
            "update payment.ledger set amount = 1",
            "delete from payment.ledger",
            "truncate payment.ledger")) {
      assertThatThrownBy(() -> shop.run(change)).as(change).hasMessageContaining("append-only");
    }
  }

  /** Makes the refund due and has it worked off, the so-and-so-many-th time. */
  private void work(int tries) {
    shop.run(
        "update payment.refund set next_try_at = clock_timestamp() - interval '1 s'"
            + " where next_try_at is not null");
    assertThat(worker.workOff()).isEqualTo(1);
    await().until(() -> refund().tries() == tries && refund().version() == 1 + 2 * tries);
  }

  private void assertOpen(Refund.State state) {
    assertThat(refund().state()).isEqualTo(state);
    assertThat(refund().nextTryAt()).isNotNull();
    assertThat(told("refund.succeeded.v1")).isZero(); // M8
    assertThat(told("refund.failed.v1")).isEqualTo(state == Refund.State.NEEDS_PERSON ? 1 : 0);
    assertThat(shop.number("select count(*) from payment.ledger")).isEqualTo(1);
  }

  private void assertDone(int tries) {
    Refund done = refund();
    assertThat(done.state()).isEqualTo(Refund.State.SUCCEEDED);
    assertThat(done.tries()).isEqualTo(tries);
    assertThat(done.nextTryAt()).isNull();
    assertThat(provider.givenBack()).isEqualTo(Map.of(ID.toString(), 990L));
    assertThat(told("refund.succeeded.v1")).isEqualTo(1);
    assertThat(shop.number("select count(*) from payment.ledger")).isEqualTo(2);
    assertThat(
            shop.number(
                "select sum(case when debit = 'refunds_owed' then amount else -amount end)"
                    + " from payment.ledger"))
        .isZero();
  }

  private long told(String type) {
    return shop.number("select count(*) from messaging.log where type = '" + type + "'");
  }

  private Refund refund() {
    return store.find(ID).orElseThrow();
  }
}
