package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** A load begins when nothing of the one before is under way, or that is told. */
final class QuietTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private final Queue<Optional<Long>> told = new ArrayDeque<>();
  private final List<String> done = new ArrayList<>();
  private boolean drains = true;

  /** Tells what it was told to. */
  private final class Told implements Quiet.Work {
    @Override
    public Optional<Long> open() {
      done.add("look");
      return told.remove();
    }

    @Override
    public boolean drain() {
      done.add("drain");
      return drains;
    }

    @Override
    public void say(String what) {}
  }

  private Quiet quiet(Duration max, List<Optional<Long>> open) {
    told.addAll(open);
    return new Quiet(Quiet.Kind.DOWNSTREAM, new Told(), max);
  }

  private static Report report() {
    return new Report("callback", Instant.EPOCH);
  }

  @Test
  void it_is_waited_until_no_more_is_open_than_before_all() throws Exception {
    Quiet quiet =
        quiet(
            LONG,
            List.of(
                Optional.of(3L),
                Optional.of(9L),
                Optional.empty(),
                Optional.of(4L),
                Optional.of(3L)));
    assertThat(quiet.await()).contains(0L);
    assertThat(told).isEmpty();
    assertThat(quiet.leftMost()).contains(0L);
  }

  @Test
  void what_is_not_done_in_time_is_told() throws Exception {
    Quiet quiet = quiet(Duration.ZERO, List.of(Optional.of(0L), Optional.of(7L), Optional.of(0L)));
    assertThat(quiet.await()).contains(7L);
    assertThat(quiet.await()).contains(0L);
    assertThat(quiet.leftMost()).contains(7L);
  }

  @Test
  void what_nobody_tells_is_not_done() throws Exception {
    Quiet quiet = quiet(Duration.ZERO, List.of(Optional.empty(), Optional.empty()));
    assertThat(quiet.await()).isEmpty();
    assertThat(quiet.leftMost()).isEmpty();
  }

  @Test
  void it_is_looked_when_what_was_paid_has_become_parcels() throws Exception {
    quiet(LONG, List.of(Optional.of(0L), Optional.of(0L))).settle();
    assertThat(done).containsExactly("look", "drain", "look", "drain");
  }

  @Test
  void what_is_left_is_told_and_hides_what_would_be_judged() throws Exception {
    Quiet none = quiet(Duration.ZERO, List.of(Optional.of(3L), Optional.of(3L)));
    none.settle();
    Report good = report();
    assertThat(none.hidden(good)).isEmpty();
    assertThat(good.json().at("/downstream/leftBeforeAWellLoadMax").asLong(-1)).isZero();
    Quiet some = quiet(Duration.ZERO, List.of(Optional.of(3L), Optional.of(10L)));
    some.settle();
    Report left = report();
    assertThat(some.hidden(left)).contains("7 parcels and messages");
    assertThat(left.json().at("/downstream/leftBeforeAWellLoadMax").asLong()).isEqualTo(7);
  }

  @Test
  void what_nobody_told_is_no_figure() throws Exception {
    Quiet quiet = quiet(Duration.ZERO, List.of(Optional.of(0L), Optional.empty()));
    quiet.settle();
    Report report = report();
    assertThat(quiet.hidden(report)).endsWith("was not told");
    assertThat(report.json().at("/downstream/leftBeforeAWellLoadMax").isMissingNode()).isTrue();
  }

  @Test
  void relay_and_consumers_that_are_not_done_are_beside_it() throws Exception {
    drains = false;
    Quiet quiet = quiet(Duration.ZERO, List.of(Optional.of(0L), Optional.of(0L)));
    quiet.settle();
    assertThat(quiet.hidden(report())).contains("relay and consumers");
  }
}
