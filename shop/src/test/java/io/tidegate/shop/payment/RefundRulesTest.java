package io.tidegate.shop.payment;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.payment.PaymentProvider.Return;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What each answer of a provider makes of a refund, and of an attempt. */
class RefundRulesTest {

  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final Duration CALL_MAX = Duration.ofMinutes(2);
  private static final OrderNumber ORDER = OrderNumber.of(NOW.toEpochMilli(), 42, 0, 0);
  private static final Capture CAPTURE =
      new Capture(new PaymentId(ORDER, 1), "sandbox", "T1", Money.cny(990), NOW);
  private static final Refund REQUESTED =
      Refund.requested(new RefundId(ORDER, 1), CAPTURE, Refund.Reason.LATE, NOW);
  private static final List<Return> UNSETTLED =
      List.of(
          new Return.Processing(),
          new Return.Absent(),
          new Return.Unknown("time-out"),
          new Return.Failed("no"));

  @Test
  void itIsRequestedDueAtOnceForAllOfItsCapture() {
    assertThat(REQUESTED.state()).isEqualTo(Refund.State.REQUESTED);
    assertThat(REQUESTED.nextTryAt()).isEqualTo(NOW);
    assertThat(REQUESTED.amount()).isEqualTo(CAPTURE.amount());
    assertThat(REQUESTED.transaction()).isEqualTo("T1");
  }

  @Test
  void eachAnswerHasItsState() {
    assertThat(after(new Return.Succeeded(NOW)).state()).isEqualTo(Refund.State.SUCCEEDED);
    assertThat(after(new Return.Processing()).state()).isEqualTo(Refund.State.AT_PROVIDER);
    assertThat(after(new Return.Absent()).state()).isEqualTo(Refund.State.AT_PROVIDER);
    assertThat(after(new Return.Unknown("x")).state()).isEqualTo(Refund.State.UNKNOWN);
    assertThat(after(new Return.Failed("x")).state()).isEqualTo(Refund.State.NEEDS_PERSON);
  }

  @Test
  void onlySuccessEndsItAndItsNumberNeverChanges() {
    Refund done = after(new Return.Succeeded(NOW));
    assertThat(done.nextTryAt()).isNull();
    assertThat(done.succeededAt()).isEqualTo(NOW);
    for (Return answer : UNSETTLED) {
      Refund next = after(answer);
      assertThat(next.nextTryAt()).as("%s", answer).isAfter(NOW); // L1
      assertThat(next.succeededAt()).isNull();
      assertThat(next.id()).isEqualTo(REQUESTED.id());
      assertThat(next.version()).isEqualTo(REQUESTED.version() + 2);
    }
  }

  @Test
  void itIsTriedLaterEachTimeAndNeverGivenUp() {
    Refund refund = REQUESTED;
    Instant now = NOW;
    Duration before = Duration.ZERO;
    for (int i = 1; i <= 3 * Refund.PERSON_AFTER_TRIES; i++) {
      refund =
          RefundWorker.decide(refund.calling(now, CALL_MAX), new Return.Unknown("time-out"), now);
      Duration wait = Duration.between(now, refund.nextTryAt());
      assertThat(wait).isBetween(before, Duration.ofMinutes(5));
      assertThat(refund.tries()).isEqualTo(i);
      assertThat(refund.state())
          .isEqualTo(
              i >= Refund.PERSON_AFTER_TRIES ? Refund.State.NEEDS_PERSON : Refund.State.UNKNOWN);
      before = wait;
      now = now.plus(wait);
    }
  }

  @Test
  void whatWaitsForAPersonWaitsUntilTheMoneyIsBack() {
    Refund failed = after(new Return.Failed("account closed"));
    Refund called = failed.calling(NOW, CALL_MAX);
    assertThat(called.state()).isEqualTo(Refund.State.NEEDS_PERSON);
    for (Return answer : UNSETTLED) {
      assertThat(RefundWorker.decide(called, answer, NOW).state())
          .as("%s", answer)
          .isEqualTo(Refund.State.NEEDS_PERSON);
    }
    assertThat(RefundWorker.decide(called, new Return.Succeeded(NOW), NOW).state())
        .isEqualTo(Refund.State.SUCCEEDED);
  }

  @Test
  void aCallThatNeverAnswersIsDueAgain() {
    Refund called = REQUESTED.calling(NOW, CALL_MAX);
    assertThat(called.nextTryAt()).isEqualTo(NOW.plus(CALL_MAX));
    assertThat(called.tries()).isEqualTo(1);
  }

  @Test
  void idsCarryTheirOrderAndNothingElseIsOne() {
    RefundId id = new RefundId(ORDER, 7);
    assertThat(RefundId.parse(id.toString())).contains(id);
    PaymentId payment = new PaymentId(ORDER, 50);
    assertThat(PaymentId.parse(payment.toString())).contains(payment);
    for (String hostile :
        List.of(
            "",
            "r1",
            ORDER + "r0",
            ORDER + "r01",
            ORDER + "r1000",
            ORDER + "R1",
            "1r-1",
            "99999999999999999999r1",
            ORDER + "r1\n")) {
      assertThat(RefundId.parse(hostile)).as(hostile).isEmpty();
      assertThat(PaymentId.parse(hostile.replace('r', 'p'))).as(hostile).isEmpty();
    }
  }

  private static Refund after(Return answer) {
    return RefundWorker.decide(REQUESTED.calling(NOW, CALL_MAX), answer, NOW);
  }
}
