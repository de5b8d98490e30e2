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
      List.of(new Return.Processing(), new Return.Absent(), new Return.Unknown("time-out"));
  private static final RefundChecks CHECKS =
      new RefundChecks(List.of(Duration.ofMinutes(1), Duration.ofHours(1)));

  @Test
  void itIsRequestedDueAtOnceForAllOfItsCapture() {
    assertThat(REQUESTED.state()).isEqualTo(Refund.State.REQUESTED);
    assertThat(REQUESTED.nextTryAt()).isEqualTo(NOW);
    assertThat(REQUESTED.amount()).isEqualTo(CAPTURE.amount());
    assertThat(REQUESTED.transaction()).isEqualTo("T1");
  }

  @Test
  void aPartOfACaptureIsAskedForUnderItsOwnNumber() {
    Refund part =
        Refund.requested(
            new RefundId(ORDER, 2), CAPTURE, Money.cny(90), Refund.Reason.CUSTOMER, NOW);
    assertThat(part.amount()).isEqualTo(Money.cny(90));
    assertThat(part.transaction()).isEqualTo("T1");
    assertThat(part.attempt()).isEqualTo(1);
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
          RefundInquiry.decide(
              refund.calling(now, CALL_MAX), new Return.Unknown("time-out"), CHECKS, now);
      Duration wait = Duration.between(now, refund.nextTryAt());
      assertThat(wait).isBetween(before, Duration.ofMinutes(5));
      assertThat(refund.tries()).isEqualTo(i);
      assertThat(refund.state()).isEqualTo(Refund.State.UNKNOWN); // M7
      before = wait;
      now = now.plus(wait);
    }
  }

  @Test
  void whatIsRefusedIsNotTriedAgainUntilAPersonSaysSo() {
    Refund failed = after(new Return.Failed("account closed"));
    assertThat(failed.nextTryAt()).isNull();
    assertThat(failed.lastAnswer()).isEqualTo("account closed");

    Refund again = failed.retried(NOW.plusSeconds(90));
    assertThat(again.state()).isEqualTo(Refund.State.REQUESTED);
    assertThat(again.id()).isEqualTo(failed.id());
    assertThat(again.nextTryAt()).isEqualTo(NOW.plusSeconds(90));
    assertThat(again.tries()).isZero(); // so that it is called, and not only asked for
  }

  @Test
  void aSuccessIsLookedAtAgainAndStandsUnlessTheProviderSaysPlainlyThatItDoesNot() {
    Refund done = after(new Return.Succeeded(NOW));
    assertThat(done.course().checkAt()).isEqualTo(NOW.plus(Duration.ofMinutes(1)));
    for (Return vague : UNSETTLED) {
      Refund same = RefundInquiry.decide(done.checking(NOW, CALL_MAX), vague, CHECKS, NOW);
      assertThat(same.state()).as("%s", vague).isEqualTo(Refund.State.SUCCEEDED);
      assertThat(same.course().checkAt()).isAfter(NOW);
      assertThat(same.course().checks()).isZero();
    }
    Instant later = NOW.plusSeconds(61);
    Refund once = RefundInquiry.decide(done, new Return.Succeeded(later), CHECKS, later);
    assertThat(once.course().checkAt()).isEqualTo(NOW.plus(Duration.ofHours(1)));
    assertThat(once.succeededAt()).isEqualTo(NOW);
    Instant hour = NOW.plus(Duration.ofHours(1));
    Refund twice = RefundInquiry.decide(once, new Return.Succeeded(hour), CHECKS, hour);
    assertThat(twice.course().checkAt()).isNull();

    Refund back = RefundInquiry.decide(once, new Return.Failed("reversed"), CHECKS, later); // M9
    assertThat(back.state()).isEqualTo(Refund.State.REVERSED);
    assertThat(back.isBack()).isFalse();
    assertThat(back.succeededAt()).isEqualTo(NOW);
    assertThat(back.course().reversedAt()).isEqualTo(later);
    assertThat(back.course().checkAt()).isNull();
    assertThat(back.nextTryAt()).isNull();
  }

  /** M9: a look that the provider's own notice asked for takes none of the usual ones away. */
  @Test
  void whatAProviderTellsOfIsAskedAboutBesidesTheUsualTimes() {
    Refund done = after(new Return.Succeeded(NOW));
    Instant soon = NOW.plusSeconds(2);
    Refund hurried = done.hurried(soon);
    assertThat(hurried.course().checkAt()).isEqualTo(soon);
    assertThat(hurried.isHurriedSince(done)).isTrue();
    assertThat(done.isHurriedSince(done)).isFalse();
    assertThat(hurried.hurried(NOW.plusSeconds(9)).course().checkAt()).isEqualTo(soon);
    Refund same = RefundInquiry.decide(hurried, new Return.Succeeded(soon), CHECKS, soon);
    assertThat(same.course().checkAt()).isEqualTo(NOW.plus(Duration.ofMinutes(1)));
    assertThat(same.course().checks()).isZero();

    Refund open = after(new Return.Processing());
    assertThat(open.hurried(NOW).nextTryAt()).isEqualTo(NOW);
    Refund refused = after(new Return.Failed("no"));
    assertThat(refused.hurried(NOW)).as("a person decides").isEqualTo(refused);
    Refund reversed = done.reversed("taken back", NOW);
    assertThat(reversed.hurried(NOW)).isEqualTo(reversed);
    Refund ended = refused.ended(new Refund.End(Refund.How.GIVEN_UP, NOW, null), null);
    assertThat(ended.hurried(soon).course().checkAt()).isEqualTo(soon);
    Refund undue = ended.backAfterEnd("twice", NOW, NOW);
    assertThat(undue.hurried(soon)).isEqualTo(undue);
  }

  @Test
  void aSuccessStandsClearlyUntilAnAnswerLeavesADoubt() {
    Refund done = after(new Return.Succeeded(NOW));
    assertThat(done.standsClearly()).isTrue();
    for (Return odd :
        List.of(new Return.Processing(), new Return.Absent(), new Return.Unknown("time-out"))) {
      Refund doubtful = RefundInquiry.decide(done, odd, CHECKS, NOW);
      assertThat(doubtful.standsClearly()).as(odd.toString()).isFalse();
      assertThat(
              RefundInquiry.decide(doubtful, new Return.Succeeded(NOW), CHECKS, NOW)
                  .standsClearly())
          .isTrue();
    }
    assertThat(RefundInquiry.sentAgain(done, new Return.Failed("no"), CHECKS, NOW).standsClearly())
        .isFalse();
    assertThat(after(new Return.Processing()).standsClearly()).isFalse();
    assertThat(done.reversed("taken back", NOW).standsClearly()).isFalse();
  }

  /** M7: what may have been done is neither sent again under another number nor given up. */
  @Test
  void eachStateHasTheChoicesThatAreSafe() {
    Refund unknown = after(new Return.Unknown("time-out"));
    Refund refused = after(new Return.Failed("no"));
    Refund done = after(new Return.Succeeded(NOW));
    assertThat(RefundChoice.of(unknown)).containsExactly(RefundChoice.RETRY);
    assertThat(RefundChoice.of(refused)).containsExactly(RefundChoice.values());
    assertThat(RefundChoice.of(done)).isEmpty();
    assertThat(RefundChoice.of(done.reversed("taken back", NOW)))
        .containsExactly(RefundChoice.NEW_NUMBER, RefundChoice.BY_HAND, RefundChoice.GIVE_UP);
    Refund ended = refused.ended(new Refund.End(Refund.How.GIVEN_UP, NOW, null), null);
    assertThat(RefundChoice.of(ended)).isEmpty();
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
    return RefundInquiry.decide(REQUESTED.calling(NOW, CALL_MAX), answer, CHECKS, NOW);
  }
}
