package io.tidegate.shop.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.payment.PaymentProvider.Return;
import io.tidegate.shop.testing.ShopDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a refund's provider is asked or called, and by whom of several. */
class RefundTurnsTest {

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
    new EventLog(shop.database()).partitions();
    new PaymentStore(shop.database()).preparePartitions(NOW);
    store = new RefundStore(shop.database());
    worker = workerOf(provider);
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
    shop.close();
  }

  private Refund refund() {
    return store.find(ID).orElseThrow();
  }

  private RefundWorker workerOf(PaymentProvider other) {
    return new RefundWorker(
        shop.database(),
        new EventLog(shop.database()),
        () -> {},
        Map.of(FakeProvider.NAME, other),
        () -> "",
        RefundChecks.USUAL);
  }

  /** M9: the usual times are over, and then the provider tells that the money came back. */
  @Test
  void whatIsTakenBackDaysLaterIsFoundWhenTheProviderTellsOfIt() {
    assertThat(worker.workOff()).isEqualTo(1);
    await().until(() -> refund().state() == Refund.State.SUCCEEDED);
    shop.run(
        "update payment.refund set check_at = null, checks = 3,"
            + " succeeded_at = clock_timestamp() - interval '3 days'");
    assertThat(worker.workOff()).isZero();
    provider.nextRefundQuery(new Return.Failed("failed account_closed"));

    assertThat(store.hurry(ID, "another", Duration.ZERO, false)).isFalse();
    assertThat(store.hurry(new RefundId(ORDER, 2), FakeProvider.NAME, Duration.ZERO, false))
        .isFalse();
    assertThat(worker.workOff()).isZero();
    assertThat(store.hurry(ID, FakeProvider.NAME, Duration.ZERO, false)).isTrue();

    assertThat(worker.workOff()).isEqualTo(1);
    await().until(() -> refund().state() == Refund.State.REVERSED);
    assertThat(shop.number("select count(*) from messaging.log where type = 'refund.reversed.v1'"))
        .isEqualTo(1);
  }

  /** It says what is known: the usual looks follow all the same, and no other. */
  @Test
  void nothingIsAskedWhereTheProviderTellsOfTheSuccessThatItConfirmed() {
    assertThat(worker.workOff()).isEqualTo(1);
    await().until(() -> refund().state() == Refund.State.SUCCEEDED);
    Refund confirmed = refund();
    assertThat(store.hurry(ID, FakeProvider.NAME, Duration.ZERO, true)).isTrue();
    assertThat(refund()).isEqualTo(confirmed);
    assertThat(worker.workOff()).isZero();

    shop.run("update payment.refund set last_answer = 'not known there'");
    assertThat(store.hurry(ID, FakeProvider.NAME, Duration.ZERO, true)).isTrue();
    assertThat(worker.workOff()).as("its last answer left a doubt").isEqualTo(1);
    await().until(() -> refund().lastAnswer() == null);
    assertThat(provider.callsOf("queryRefund ")).hasSize(1);
  }

  /** Its answer may be older than what the provider told while it was on its way. */
  @Test
  void whatIsToldDuringACallIsAskedAboutAfterIt() {
    FakeProvider telling =
        new FakeProvider() {
          @Override
          public Return refund(Refund refund) {
            assertThat(store.hurry(ID, NAME, Duration.ZERO, false)).isTrue();
            return super.refund(refund);
          }
        };
    RefundWorker one = workerOf(telling);
    assertThat(one.workOff())
        .as("the call, and its question where the call was quick")
        .isPositive();
    await().until(() -> refund().state() == Refund.State.SUCCEEDED);
    String due = "select count(*) from payment.refund where check_at <= clock_timestamp()";
    await()
        .until(() -> {
          one.workOff();
          return telling.callsOf("queryRefund ").size() == 1;
        });
    await().until(() -> shop.number(due) == 0);
    assertThat(refund().course().checkAt()).as("the usual one").isNotNull();
  }

  /** When others may take the refund, in microseconds, at each question and call. */
  private static final class Dues extends FakeProvider {
    private final ShopDatabase shop;
    private final List<Long> atQuestions = new CopyOnWriteArrayList<>();
    private final List<Long> atCalls = new CopyOnWriteArrayList<>();

    Dues(ShopDatabase shop) {
      this.shop = shop;
    }

    private long due() {
      return shop.number(
          "select (extract(epoch from coalesce(next_try_at, check_at)) * 1000000)::bigint"
              + " from payment.refund");
    }

    @Override
    public Return queryRefund(Refund refund) {
      atQuestions.add(due());
      return super.queryRefund(refund);
    }

    @Override
    public Return refund(Refund refund) {
      atCalls.add(due());
      return super.refund(refund);
    }
  }

  /** However long the question took, the call after it has as much time as any other. */
  @Test
  void aCallAfterAQuestionHasItsOwnTime() {
    Dues there = new Dues(shop);
    RefundWorker one = workerOf(there);
    there.nextRefund(new Return.Unknown("time-out"), false);
    for (int tries = 1; tries <= 2; tries++) {
      shop.run("update payment.refund set next_try_at = clock_timestamp() - interval '1 s'");
      assertThat(one.workOff()).isEqualTo(1);
      int version = 1 + 2 * tries;
      await().until(() -> refund().version() == version);
    }
    assertThat(refund().state()).isEqualTo(Refund.State.SUCCEEDED);
    assertThat(there.atCalls.get(1)).isGreaterThan(there.atQuestions.getFirst());

    there.takeBack(ID); // it forgets it, and is sent it again
    shop.run("update payment.refund set check_at = clock_timestamp() - interval '1 s'");
    assertThat(one.workOff()).isEqualTo(1);
    await().until(() -> there.atCalls.size() == 3);
    assertThat(there.atCalls.get(2)).isGreaterThan(there.atQuestions.get(1));
  }

  /** Sent again under a number that it has forgotten, it would give the money back twice. */
  @Test
  void whatAForgettingProviderDoesNotKnowAfterItsSuccessWaitsForAPerson() {
    FakeProvider forgets = new Forgetful();
    RefundWorker one = workerOf(forgets);
    assertThat(one.workOff()).isEqualTo(1);
    await().until(() -> refund().state() == Refund.State.SUCCEEDED);
    forgets.takeBack(ID); // in its dashboard somebody took our name off it
    shop.run("update payment.refund set check_at = clock_timestamp() - interval '1 s'");
    assertThat(one.workOff()).isEqualTo(1);
    await().until(() -> refund().course().doubtSince() != null);
    assertThat(forgets.callsOf("refund ")).hasSize(1);
    assertThat(refund().state()).isEqualTo(Refund.State.SUCCEEDED);
    assertThat(refund().course().checkAt()).as("it is asked about still").isNotNull();
    assertThat(store.waiting(0, 10)).extracting(Refund::id).containsExactly(ID);
  }

  @Test
  void whatAForgettingProviderMayHaveForgottenIsNotSentAgain() {
    FakeProvider forgets = new Forgetful();
    RefundWorker one = workerOf(forgets);
    forgets.nextRefund(new Return.Unknown("time-out"), false);
    forgets.nextRefund(new Return.Unknown("time-out"), false);
    assertThat(one.workOff()).isEqualTo(1);
    await().until(() -> refund().state() == Refund.State.UNKNOWN);
    triedFor("22 hours");
    assertThat(one.workOff()).isEqualTo(1);
    await().until(() -> refund().version() == 5);
    assertThat(forgets.callsOf("refund ")).as("it knows the number still").hasSize(2);

    triedFor("23 hours 1 minute");
    assertThat(one.workOff()).isEqualTo(1);
    await().until(() -> refund().state() == Refund.State.NEEDS_PERSON);
    assertThat(forgets.callsOf("refund ")).hasSize(2);
    assertThat(forgets.givenBack()).isEmpty();
  }

  private void triedFor(String time) {
    shop.run(
        "update payment.refund set next_try_at = clock_timestamp() - interval '1 s',"
            + " tried_since = clock_timestamp() - interval '"
            + time
            + "'");
  }

  /** Its numbers move money once for a day. */
  private static final class Forgetful extends FakeProvider {
    @Override
    public Optional<Duration> refundNumberKept() {
      return Optional.of(Duration.ofHours(24));
    }
  }

  /** How many keys were spent is in the row, for whoever calls next. */
  @Test
  void aSpentKeyIsCountedInTheRow() {
    provider.nextRefund(new Return.Unknown("status 500", true), false);
    provider.nextRefund(new Return.Unknown("time-out"), false);
    assertThat(worker.workOff()).isEqualTo(1);
    await().until(() -> refund().course().keysSpent() == 1);
    assertThat(refund().state()).isEqualTo(Refund.State.UNKNOWN);
    shop.run("update payment.refund set next_try_at = clock_timestamp() - interval '1 s'");
    assertThat(worker.workOff()).isEqualTo(1);
    await().until(() -> provider.callsOf("refund ").size() == 2 && refund().version() == 5);
    assertThat(refund().course().keysSpent()).as("nobody knows whether it was done").isEqualTo(1);
  }

  /** M6: its question took so long that somebody else has it now. */
  @Test
  void whoLostItDuringAQuestionDoesNotCall() {
    FakeProvider slow =
        new FakeProvider() {
          @Override
          public Return queryRefund(Refund refund) {
            shop.run("update payment.refund set version = version + 1");
            return super.queryRefund(refund);
          }
        };
    shop.run("update payment.refund set tries = 1");
    assertThat(workerOf(slow).workOff()).isEqualTo(1);
    await().until(() -> !slow.callsOf("queryRefund ").isEmpty());
    assertThat(worker.workOff()).isZero();
    shop.run("update payment.refund set next_try_at = clock_timestamp() - interval '1 s'");
    assertThat(worker.workOff()).isEqualTo(1);
    await().until(() -> refund().state() == Refund.State.SUCCEEDED);
    assertThat(slow.callsOf("refund ")).isEmpty();
  }
}
