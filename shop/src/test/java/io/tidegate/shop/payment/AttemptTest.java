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

  @Test
  void whateverMayStillTakeMoneyIsAskedAboutWithinAMinute() {
    for (Attempt open : List.of(CREATED, CREATED.opened("http://pay"), CREATED.unknown())) {
      assertThat(open.isOpen()).isTrue();
      Instant now = NOW;
      Attempt asked = open;
      for (int i = 0; i < 100 && now.isBefore(EXPIRES); i++) {
        assertThat(Duration.between(now, asked.askAt()))
            .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(59)); // C4
        now = Objects.requireNonNull(asked.askAt());
        asked = asked.askedAgain(now);
        assertThat(asked.asks()).isEqualTo(i + 1);
      }
      assertThat(asked.isOpen()).isTrue();
    }
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
