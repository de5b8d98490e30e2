package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.harness.testing.Script;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A command of the product that a bench cannot do without is done, or says why it is not. */
final class CommandsTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir private Path folder;

  private Launcher launcher(String line) throws IOException {
    return new Launcher(Script.launcher(folder, "#!/bin/sh\n" + line + "\n"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void filling_that_is_not_done_is_a_failure(int code) throws Exception {
    Launcher launcher = launcher("echo 'orders: too many' >&2; exit " + code);
    assertThatThrownBy(() -> Fill.fill(launcher, folder, 5, 1, List.of()))
        .isInstanceOf(BenchFailure.class)
        .hasMessage("fill ended with " + code + ": orders: too many");
  }

  @Test
  void filling_that_is_done_is_none() throws Exception {
    Launcher launcher = launcher("exit 0");
    assertThatCode(() -> Fill.fill(launcher, folder, 5, 1, List.of())).doesNotThrowAnyException();
  }

  @Test
  void a_lane_that_is_not_fed_is_a_failure() throws Exception {
    Launcher launcher = launcher("echo 'callers: too many' >&2; exit 2");
    assertThatThrownBy(() -> Beside.feed(launcher, List.of("lane-probe"), SOON))
        .isInstanceOf(BenchFailure.class)
        .hasMessage("lane-probe ended with 2: callers: too many");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ready", "{}", "{\"result\":{\"perSecond\":null}}"})
  void a_lane_without_a_figure_is_a_failure(String out) throws Exception {
    Launcher launcher = launcher("echo '" + out + "'");
    assertThatThrownBy(() -> Beside.feed(launcher, List.of("lane-probe"), SOON))
        .isInstanceOf(BenchFailure.class)
        .hasMessageContaining("lane-probe's document");
  }

  @Test
  void a_lanes_figure_is_read() throws Exception {
    Launcher launcher =
        launcher("echo '{\"result\":{\"perSecond\":1234.5},\"verified\":{\"equalsPlaced\":true}}'");
    assertThat(Beside.feed(launcher, List.of("lane-probe"), SOON))
        .isEqualTo(new Beside.Fed(1234.5, 0, true));
  }

  @Test
  void orders_that_a_lane_refused_are_told() throws Exception {
    Launcher launcher =
        launcher("echo '{\"result\":{\"perSecond\":9,\"refused\":3,\"failed\":1}}'");
    assertThat(Beside.feed(launcher, List.of("lane-probe"), SOON))
        .isEqualTo(new Beside.Fed(9, 4, false));
  }

  /** What was measured beside it would be lost with it. */
  @Test
  void a_lane_whose_rows_differ_is_told() throws Exception {
    Launcher launcher =
        launcher(
            "echo '{\"result\":{\"perSecond\":9},\"verified\":{\"equalsPlaced\":false}}'; exit 3");
    assertThat(Beside.feed(launcher, List.of("lane-probe"), SOON))
        .isEqualTo(new Beside.Fed(9, 0, false));
  }
}
