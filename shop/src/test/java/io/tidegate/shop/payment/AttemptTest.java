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

  /** C4: within a minute as long as most customers pay, then the later the longer it is open. */
  @Test
  void theLongerSomethingIsOpenTheSeldomerItIsAskedAbout() {
    for (Attempt open : List.of(CREATED, CREATED.opened("http://pay"), CREATED.unknown())) {
      assertThat(open.isOpen()).isTrue();
      Instant now = NOW;
      Attempt asked = lasting(open, Duration.ofHours(24));
      int asks = asked.asks();
      Duration longest = Duration.ZERO;
      while (now.isBefore(NOW.plus(Duration.ofHours(24)))) {
        Duration wait = Duration.between(now, asked.askAt());
        Duration age = Duration.between(NOW, now);
        assertThat(wait).isPositive();
        if (age.compareTo(Duration.ofMinutes(5)) <= 0) {
          assertThat(wait).isLessThan(Duration.ofMinutes(1)); // C4
        } else {
          assertThat(wait).as("at the age of %s", age).isLessThanOrEqualTo(age.dividedBy(6));
        }
        longest = wait.compareTo(longest) > 0 ? wait : longest;
        now = Objects.requireNonNull(asked.askAt());
        asked = asked.askedAgain(now);
        assertThat(asked.asks()).isEqualTo(++asks);
      }
      assertThat(asked.isOpen()).isTrue();
      assertThat(longest).isEqualTo(Duration.ofMinutes(15));
    }
  }

  /**
   * Whatever the age, somebody asks when its time is over: not up to a quarter of an hour later.
   */
  @Test
  void itIsAskedAboutAtItsDeadline() {
    Attempt open = lasting(CREATED.opened("http://pay"), Duration.ofHours(10));
    Instant now = NOW.plus(Duration.ofHours(10)).minusSeconds(200);
    assertThat(open.askedAgain(now).askAt()).isEqualTo(open.expiresAt());
    assertThat(open.askedAgain(open.expiresAt()).askAt())
        .isEqualTo(open.expiresAt().plus(Duration.ofMinutes(15)));
  }

  /**
   * 500,000 orders a day of which a fifth start a payment at one provider and leave it, each open
   * for 24 hours: 100,000 are open at a time. Sixteen calls of a tenth of a second at once are 160
   * a second.
   */
  @Test
  void manyThatAreLeftOpenCostNoMoreThanOneNodeCanAsk() {
    double dueInAnHour = 0;
    int[] asksByHourOfAge = new int[24];
    Attempt asked = lasting(CREATED.opened("http://pay"), Duration.ofHours(24));
    for (Instant at = asked.askAt(); at.isBefore(asked.expiresAt()); at = asked.askAt()) {
      asksByHourOfAge[(int) Duration.between(NOW, at).toHours()]++;
      asked = asked.askedAgain(at);
    }
    for (int asks : asksByHourOfAge) {
      dueInAnHour += asks * 100_000 / 24.0;
    }
    assertThat(dueInAnHour / 3_600).as("asks a second, %s", asksByHourOfAge).isLessThan(145);
    assertThat(asksByHourOfAge[0]).isBetween(20, 26);
    assertThat(asksByHourOfAge[1]).isBetween(4, 7);
    assertThat(asksByHourOfAge[23]).isEqualTo(4);
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
