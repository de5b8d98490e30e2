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
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.payment.PaymentProvider.Return;
import io.tidegate.shop.testing.ShopDatabase;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
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
            shop.database(),
            log,
            () -> {},
            Map.of(FakeProvider.NAME, provider),
            () -> "",
            RefundChecks.USUAL);
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

  /** Asked too soon, Alipay says of a refund that came that it never did. */
  @Test
  void whoNeedsTimeToKnowIsNotAskedBefore() {
    provider.knownAfter = Duration.ofSeconds(10);
    provider.nextRefund(new Return.Unknown("time-out"), true);
    Instant called = Instant.now().truncatedTo(ChronoUnit.MILLIS); // to which times are read
    work(1);
    assertOpen(Refund.State.UNKNOWN);
    assertThat(refund().nextTryAt()).isAfterOrEqualTo(called.plusSeconds(10));
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
  void aRefusalWaitsForAPersonAndIsNotTriedByItself() {
    provider.nextRefund(new Return.Failed("account_closed: no such account"), false);
    work(1);
    assertThat(refund().state()).isEqualTo(Refund.State.NEEDS_PERSON);
    assertThat(refund().lastAnswer()).isEqualTo("account_closed: no such account");
    assertThat(refund().nextTryAt()).isNull();
    assertThat(worker.workOff()).isZero();
    assertThat(told("refund.failed.v1")).isEqualTo(1);
    assertThat(store.waiting(0, 10)).extracting(Refund::id).containsExactly(ID);
    assertThat(store.waiting(ORDER.value(), 10)).isEmpty();

    assertThat(decide(RefundChoice.RETRY, null)).isInstanceOf(Outcome.Applied.class);
    assertThat(store.waiting(0, 10)).isEmpty();
    assertThat(worker.workOff()).isEqualTo(1);
    await().until(() -> refund().state() == Refund.State.SUCCEEDED);
    assertThat(provider.callsOf("refund ")).hasSize(2); // called anew, not only asked for
    assertDone(1);
  }

  /** Of a made-up order's payment nobody took any money: a person may end it. */
  @Test
  void aMadeUpPaymentsRefundWaitsForAPersonWhoMayEndIt() {
    shop.run("update payment.refund set provider = 'made_up'");
    assertThat(worker.workOff()).isEqualTo(1);
    assertThat(refund().state()).isEqualTo(Refund.State.NEEDS_PERSON);
    assertThat(refund().lastAnswer()).contains("made up");
    assertThat(worker.inquiry().beforeEnd(refund())).isEqualTo(RefundInquiry.Said.NOT_BACK);
    assertThat(decide(RefundChoice.GIVE_UP, null)).isInstanceOf(Outcome.Applied.class);
    assertThat(provider.calls).isEmpty();
  }

  @Test
  void aProviderThatIsNotHereLeavesTheOutcomeUnknown() {
    shop.run("update payment.refund set provider = 'elsewhere'");
    assertThat(worker.workOff()).isEqualTo(1);
    assertThat(refund().state()).isEqualTo(Refund.State.UNKNOWN);
    assertThat(worker.inquiry().beforeEnd(refund())).isEqualTo(RefundInquiry.Said.OPEN);
  }

  @Test
  void whatStaysUnknownForLongIsInThePersonsListAndIsAskedForStill() {
    provider.nextRefund(new Return.Unknown("time-out"), true);
    work(1);
    assertThat(store.waiting(0, 10)).isEmpty();
    shop.run("update payment.refund set tried_since = clock_timestamp() - interval '10 min'");
    assertThat(store.waiting(0, 10))
        .extracting(Refund::state)
        .containsExactly(Refund.State.UNKNOWN);
    shop.run("update payment.refund set tried_since = clock_timestamp(), tries = 19");
    assertThat(store.waiting(0, 10)).isEmpty();
    shop.run("update payment.refund set tries = 20");
    assertThat(store.waiting(0, 10)).hasSize(1);
    shop.run("update payment.refund set tries = 1");
    assertThat(decide(RefundChoice.NEW_NUMBER, null))
        .isEqualTo(Outcome.refused(RefundDecisions.Refusal.NOT_WAITING)); // M7
    work(2);
    assertDone(2);
    assertThat(provider.callsOf("refund ")).hasSize(1);
    assertThat(store.waiting(0, 10)).isEmpty();
  }

  @Test
  void twoWorkersNeverTakeTheSameRefund() {
    assertThat(worker.workOff()).isEqualTo(1);
    assertThat(worker.workOff()).isZero();
    await().until(() -> refund().state() == Refund.State.SUCCEEDED);
    assertThat(provider.callsOf("refund ")).hasSize(1);
  }

  /** One provider that doesn't answer keeps neither the worker nor another one's money waiting. */
  @Test
  void aProviderThatHangsStallsNoOther() throws InterruptedException {
    CountDownLatch answers = new CountDownLatch(1);
    FakeProvider hangs =
        new FakeProvider() {
          @Override
          public Return refund(Refund refund) {
            try {
              answers.await();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
            return super.refund(refund);
          }
        };
    RefundWorker both =
        new RefundWorker(
            shop.database(),
            new EventLog(shop.database()),
            () -> {},
            Map.of(FakeProvider.NAME, provider, "hangs", hangs),
            () -> "",
            RefundChecks.USUAL);
    int more = RefundWorker.CALLS_MAX + 1;
    shop.run(
        "insert into payment.refund (order_number, seq, provider, attempt, transaction, amount,"
            + " currency, reason, state, version, created_at, next_try_at) select order_number, n,"
            + " 'hangs', attempt, 'H' || n, amount, currency, reason, state, version, created_at,"
            + " next_try_at - interval '1 min' from payment.refund, generate_series(2, %d) n"
                .formatted(more + 1));
    try {
      Thread looks = Thread.ofVirtual().start(both::workOff);
      await().until(() -> refund().state() == Refund.State.SUCCEEDED);
      looks.join();
      assertThat(both.workOff()).as("it has no call free").isZero();
      assertThat(shop.number("select count(*) from payment.refund where tries = 0 and seq > 1"))
          .isEqualTo(1);
    } finally {
      answers.countDown();
    }
    await().until(() -> both.workOff() == 1);
    await().until(() -> shop.number("select count(*) from payment.refund where state <> 5") == 0);
  }

  /** L2: a process that was killed in its call leaves the refund to others well within a minute. */
  @Test
  void whatAKilledProcessHadTakenIsTakenByAnotherWithinAMinute() {
    assertThat(store.takeDue(FakeProvider.NAME, RefundWorker.CALLS_MAX, RefundWorker.CALL_MAX))
        .hasSize(1);
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
    // Of a real provider: eight seconds a try, and two until there is a call free.
    Duration longest = Duration.ofSeconds(8).multipliedBy(usual.triesMax()).plusSeconds(2);
    // WeChat Pay is asked for the trade's total and then called.
    assertThat(longest.multipliedBy(2)).isLessThan(RefundWorker.CALL_MAX);
  }

  @Test
  void anAnswerToACallThatSomebodyElseHasSettledChangesNothing() {
    Refund seen = refund();
    work(1);
    assertThatThrownBy(() ->
            shop.database()
                .writeOnce(tx -> {
                  RefundStore.update(
                      tx,
                      seen,
                      RefundInquiry.decide(
                          seen, new Return.Failed("late"), RefundChecks.USUAL, NOW));
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

  private Outcome<RefundDecisions.Decided, RefundDecisions.Refusal> decide(
      RefundChoice choice, @Nullable String reference) {
    int version = refund().version();
    return shop.database()
        .write(
            "decide",
            tx ->
                new RefundDecisions(new EventLog(shop.database()))
                    .decide(tx, new RefundDecisions.Decide(ID, version, choice, reference, "")));
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
    assertThat(told("refund.failed.v1")).isZero();
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
