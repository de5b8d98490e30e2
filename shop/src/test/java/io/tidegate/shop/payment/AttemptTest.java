package io.tidegate.shop.payment;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A try to pay: who asks about it next, and who doesn't have to. */
class AttemptTest {

  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final Instant EXPIRES = NOW.plusSeconds(1_800);
  private static final Attempt CREATED =
      Attempt.created(
          new PaymentId(OrderNumber.of(NOW.toEpochMilli(), 42, 0, 0), 1),
          "sandbox",
          Money.cny(990),
          NOW,
          EXPIRES);

  /** L1: whatever its age, as long as what is due is asked. */
  @Test
  void whateverMayStillTakeMoneyIsAskedAboutWithinAMinute() {
    for (Attempt open : List.of(CREATED, CREATED.opened("http://pay"), CREATED.unknown())) {
      assertThat(open.isOpen()).isTrue();
      Instant now = NOW;
      Attempt asked = lasting(open, Duration.ofHours(24));
      int asks = asked.asks();
      while (now.isBefore(NOW.plus(Duration.ofHours(25)))) {
        Instant taken = Objects.requireNonNull(asked.askAt()).plus(Attempt.LATE_MIN);
        assertThat(Duration.between(now, taken)).isBetween(Attempt.LATE_MIN, Duration.ofMinutes(1));
        now = taken;
        asked = asked.askedAgain(now);
        assertThat(asked.asks()).isEqualTo(++asks);
      }
      assertThat(asked.isOpen()).isTrue();
    }
  }

  /** Whatever the age, somebody asks when its time is over. */
  @Test
  void itIsAskedAboutAtItsDeadline() {
    Attempt open = lasting(CREATED.opened("http://pay"), Duration.ofHours(10));
    Instant now = open.expiresAt().minusSeconds(20);
    assertThat(open.askedAgain(now).askAt()).isEqualTo(open.expiresAt());
    assertThat(open.askedAgain(open.expiresAt()).askAt())
        .isEqualTo(open.expiresAt().plus(Duration.ofMinutes(15)));
  }

  @Test
  void whatIsTakenLateWaitsTheLongerTheLongerItIsOpen() {
    Attempt young = lasting(CREATED.opened("http://pay"), Duration.ofHours(24));
    Instant soon = NOW.plusSeconds(200);
    assertThat(Duration.between(soon, young.askedAgain(soon).askAt())).hasSeconds(45);
    Attempt asked = young;
    Instant now = NOW;
    for (int late = 11; late < 300; late += 17) {
      now = Objects.requireNonNull(asked.askAt()).plusSeconds(late);
      asked = asked.askedAgain(now);
      Duration wait = Duration.between(now, asked.askAt());
      Duration age = Duration.between(NOW, now);
      assertThat(wait.toSeconds())
          .as("at the age of %s, late by %s s", age, late)
          .isEqualTo(Math.clamp(age.toSeconds() / 6, 45, Math.min(900, 45 + 4 * late)));
    }
  }

  /**
   * 500,000 orders a day of which a fifth start a payment at one provider and leave it, each open
   * for 24 hours: 100,000 are open at a time. Sixteen calls of a tenth of a second at once are 160
   * a second, so they are late by less than these four minutes.
   */
  @Test
  void manyThatAreLeftOpenCostNoMoreThanOneNodeCanAsk() {
    Duration late = Duration.ofMinutes(4);
    int asks = 0;
    Attempt asked = lasting(CREATED.opened("http://pay"), Duration.ofHours(24));
    for (Instant at = asked.askAt().plus(late);
        at.isBefore(asked.expiresAt());
        at = asked.askAt().plus(late)) {
      asks++;
      asked = asked.askedAgain(at);
    }
    assertThat(asks * 100_000.0 / Duration.ofHours(24).toSeconds()).isLessThan(160);
  }

  private static Attempt lasting(Attempt attempt, Duration time) {
    Attempt created = Attempt.created(attempt.id(), "sandbox", Money.cny(990), NOW, NOW.plus(time));
    return switch (attempt.state()) {
      case PENDING -> created.opened("http://pay");
      case UNKNOWN -> created.unknown();
      case CREATED, CAPTURED, FAILED, CLOSED, PARKED -> created;
    };
  }

  @Test
  void aCustomerAtTheProviderGetsTimeToPayBeforeItIsAsked() {
    assertThat(CREATED.opened("http://pay").askAt()).isEqualTo(NOW.plusSeconds(25));
    assertThat(CREATED.askAt()).as("whose opening nobody answered").isEqualTo(NOW.plusSeconds(5));
    assertThat(CREATED.unknown().askAt()).isEqualTo(NOW.plusSeconds(5));
    Attempt asked = CREATED.askedAgain(NOW.plusSeconds(5));
    assertThat(asked.opened("http://pay").askAt()).isEqualTo(asked.askAt());
  }

  @Test
  void whatIsSettledIsNotAskedAbout() {
    for (Attempt settled :
        List.of(CREATED.failed(), CREATED.closed(), CREATED.captured(NOW), CREATED.parked())) {
      assertThat(settled.isOpen()).isFalse();
      assertThat(settled.askAt()).isNull();
      assertThat(settled.version()).isEqualTo(2);
    }
  }

  @Test
  void whatMayNotBePaidAnyMoreIsClosedAtOnce() {
    Attempt opened = CREATED.opened("http://pay");
    assertThat(opened.toBeClosed(NOW.plusSeconds(9)).askAt()).isEqualTo(NOW.plusSeconds(9));
    assertThat(opened.toBeClosed(NOW).isOpen()).isTrue();
    assertThat(CREATED.toBeClosed(NOW).opened("http://pay").askAt()).isEqualTo(NOW);
  }

  @Test
  void whatTheProviderMayHaveIsAskedAboutForEver() {
    Instant late = EXPIRES.plus(Duration.ofDays(3));
    assertThat(CREATED.opened("http://pay").askedAgain(late).askAt()).isNotNull();
    assertThat(CREATED.unknown().askedAgain(late).askAt()).isNotNull();
    assertThat(CREATED.askedAgain(late).askAt()).isNotNull();
  }
}
