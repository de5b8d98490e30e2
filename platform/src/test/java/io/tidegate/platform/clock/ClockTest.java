package io.tidegate.platform.clock;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ClockTest {
  private static final Instant TRUE_START = Instant.parse("2026-03-01T10:00:00Z");

  private long nanos = 5_000_000_000L;
  private final long startNanos = nanos;

  private Instant trueTime() {
    return TRUE_START.plusNanos(nanos - startNanos);
  }

  private Clock clockOff(Duration off) {
    return new Clock(() -> nanos, TRUE_START.plus(off));
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
  }

  /** The database, a round trip of this many microseconds away; it answers in the middle. */
  private Instant ask(long roundTripMicros, Duration databaseOff) {
    nanos += TimeUnit.MICROSECONDS.toNanos(roundTripMicros) / 2;
    Instant told = trueTime().plus(databaseOff);
    nanos += TimeUnit.MICROSECONDS.toNanos(roundTripMicros) / 2;
    return told;
  }

  @Test
  void aSystemClockTenMinutesOffIsRightAfterTheFirstMeasurement() {
    for (Duration off : new Duration[] {Duration.ofMinutes(10), Duration.ofMinutes(-10)}) {
      Clock clock = clockOff(off.minusNanos(nanos - startNanos).plusNanos(nanos - startNanos));
      assertThat(Duration.between(trueTime(), clock.now()).abs())
          .isGreaterThan(Duration.ofMinutes(9));

      clock.offsetFrom(() -> ask(200, Duration.ZERO));

      assertThat(clock.millis()).isEqualTo(trueTime().toEpochMilli());
      pass(Duration.ofHours(1));
      assertThat(clock.millis()).isEqualTo(trueTime().toEpochMilli());
    }
  }

  @Test
  void theSampleWithTheSmallestRoundTripCounts() {
    Clock clock = clockOff(Duration.ZERO);
    // The slow ones answer late in their round trip, so their middle lies.
    Iterator<Long> roundTrips =
        Arrays.asList(900_000L, 50_000L, 100L, 700_000L, 800_000L).iterator();
    clock.offsetFrom(() -> {
      long micros = roundTrips.next();
      nanos += TimeUnit.MICROSECONDS.toNanos(micros) * 9 / 10;
      Instant told = trueTime();
      nanos += TimeUnit.MICROSECONDS.toNanos(micros) / 10;
      return told;
    });
    assertThat(Duration.between(clock.now(), trueTime()).abs())
        .isLessThanOrEqualTo(Duration.ofMillis(1));
  }

  @Test
  void aClockThatIsAheadRunsSlowerButNeverBackwards() {
    Clock clock = clockOff(Duration.ZERO);
    clock.offsetFrom(() -> ask(100, Duration.ZERO));
    Duration behind = clock.offsetFrom(() -> ask(100, Duration.ofMillis(-400)));
    assertThat(behind.toMillis()).isBetween(-401L, -399L);

    long last = clock.millis();
    for (int i = 0; i < 4_000; i++) {
      pass(Duration.ofMillis(1));
      assertThat(clock.millis()).isGreaterThanOrEqualTo(last);
      last = clock.millis();
    }
    assertThat(trueTime().toEpochMilli() - clock.millis()).isBetween(398L, 402L);
  }

  @Test
  void aClockThatIsBehindCatchesUp() {
    Clock clock = clockOff(Duration.ZERO);
    clock.offsetFrom(() -> ask(100, Duration.ZERO));
    clock.offsetFrom(() -> ask(100, Duration.ofMillis(400)));
    pass(Duration.ofSeconds(2));
    assertThat(clock.millis() - trueTime().toEpochMilli()).isBetween(398L, 402L);
  }

  @Test
  void aDifferenceWithinTheRoundTripIsNoise() {
    Clock clock = clockOff(Duration.ZERO);
    clock.offsetFrom(() -> ask(100, Duration.ZERO));
    clock.offsetFrom(() -> ask(20_000, Duration.ofMillis(-5)));
    pass(Duration.ofMinutes(1));
    assertThat(clock.millis()).isEqualTo(trueTime().toEpochMilli());
  }
}
