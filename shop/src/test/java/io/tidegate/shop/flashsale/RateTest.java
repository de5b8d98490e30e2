package io.tidegate.shop.flashsale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** A pace is what was measured, from the first reading on. */
class RateTest {

  private static final long STEP = Duration.ofMillis(100).toNanos();
  private static final Offset<Double> ABOUT = within(1.0);

  private final Rate rate = new Rate();

  @Test
  void theFirstReadingIsAGoodOne() {
    assertThat(rate.perSecond()).as("nothing is known").isZero();
    rate.sample(0, 0);
    assertThat(rate.perSecond()).isZero();
    rate.sample(50, STEP);
    assertThat(rate.perSecond()).isCloseTo(500, ABOUT);
    rate.sample(100, 2 * STEP);
    assertThat(rate.perSecond()).isCloseTo(500, ABOUT);
  }

  @Test
  void itFollowsAndAPauseChangesNothing() {
    for (int i = 0; i <= 10; i++) {
      rate.sample(50L * i, i * STEP);
    }
    rate.pause(500, 100 * STEP);
    assertThat(rate.perSecond()).isCloseTo(500, ABOUT);
    for (int i = 1; i <= 100; i++) {
      rate.sample(500 + 10L * i, (100 + i) * STEP);
    }
    assertThat(rate.perSecond()).isCloseTo(100, ABOUT);
  }
}
