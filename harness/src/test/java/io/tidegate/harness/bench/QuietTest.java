package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** A load begins when nothing of the one before is under way, or that is told. */
final class QuietTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  @Test
  void it_is_waited_until_no_more_is_open_than_before_all() throws Exception {
    Queue<Optional<Long>> told =
        new ArrayDeque<>(
            List.of(
                Optional.of(3L),
                Optional.of(9L),
                Optional.empty(),
                Optional.of(4L),
                Optional.of(3L)));
    Quiet quiet = new Quiet(told::remove, LONG);
    assertThat(quiet.await()).contains(0L);
    assertThat(told).isEmpty();
    assertThat(quiet.leftMost()).contains(0L);
  }

  @Test
  void what_is_not_done_in_time_is_told() throws Exception {
    Queue<Optional<Long>> told =
        new ArrayDeque<>(List.of(Optional.of(0L), Optional.of(7L), Optional.of(0L)));
    Quiet quiet = new Quiet(told::remove, Duration.ZERO);
    assertThat(quiet.await()).contains(7L);
    assertThat(quiet.await()).contains(0L);
    assertThat(quiet.leftMost()).contains(7L);
  }

  @Test
  void what_nobody_tells_is_not_done() throws Exception {
    Quiet quiet = new Quiet(Optional::empty, Duration.ZERO);
    assertThat(quiet.await()).isEmpty();
    assertThat(quiet.leftMost()).isEmpty();
  }
}
