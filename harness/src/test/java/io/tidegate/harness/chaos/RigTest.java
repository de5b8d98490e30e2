package io.tidegate.harness.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tidegate.harness.bench.Folders;
import io.tidegate.harness.testing.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A system of a trial's own that does not start, or is broken off, leaves neither processes nor its
 * folder. The simulators are real, the program is a script.
 */
@Timeout(300)
final class RigTest {
  private static final Duration LOOK_EVERY = Duration.ofMillis(20);
  private static final Duration TOLD_MAX = Duration.ofMinutes(2);

  /** Starts, unless it is told to hang before, and hangs in every other command. */
  private static final String SCRIPT =
      """
      #!/bin/sh
      here=${0%/*}
      told() { echo "$2" > "$here/$1.new"; mv "$here/$1.new" "$here/$1"; }
      case $1 in
      serve)
        mkdir -p "$3/run"
        echo '{"version":"7","api":"http://127.0.0.1:9","database":"jdbc:x"}' > "$3/run/endpoints.json"
        told data "$3"
        [ -e "$here/serve-hangs" ] || echo "ready http://127.0.0.1:9"
        told serve $$
        exec sleep 600 ;;
      esac
      told "$1" $$
      exec sleep 600
      """;

  private static final String BROKEN =
      """
      #!/bin/sh
      mkdir -p "$3"
      echo "$3" > "${0%/*}/data"
      echo 'the port is in use' >&2
      exit 1
      """;

  @TempDir private Path place;

  private Tidegate tidegate(String script) throws IOException {
    return new Tidegate(Script.launcher(place, script));
  }

  private String told(String what) throws IOException {
    return Files.readString(place.resolve(what)).strip();
  }

  /** Waits until it is told, for as long as somebody lives who may. */
  private void awaitTold(String what, Process by) throws IOException {
    Path file = place.resolve(what);
    await()
        .atMost(TOLD_MAX)
        .pollInterval(LOOK_EVERY)
        .until(() -> Files.exists(file) || !by.isAlive());
    assertThat(file).as(Files.readString(place.resolve("out"))).exists();
  }

  private Path folder() throws IOException {
    return Optional.ofNullable(Path.of(told("data")).getParent()).orElseThrow();
  }

  @Test
  void a_system_that_does_not_start_leaves_nothing_behind() throws Exception {
    Tidegate tidegate = tidegate(BROKEN);
    assertThatThrownBy(() -> new Rig(tidegate, List.of()))
        .isInstanceOf(ChaosFailure.class)
        .hasMessageContaining("the port is in use");
    assertThat(folder()).doesNotExist();
  }

  @Test
  void unless_it_shall_be_kept() throws Exception {
    Tidegate tidegate = tidegate(BROKEN);
    assertThatThrownBy(() -> new Rig(tidegate, List.of(), Rig.Pace.QUICK, true))
        .isInstanceOf(ChaosFailure.class);
    assertThat(folder().resolve("serve.log")).content().contains("the port is in use");
    Folders.delete(folder());
  }

  @ParameterizedTest
  @CsvSource({"serve, 2", "token, 3"})
  void a_trial_that_is_broken_off_leaves_nothing_behind(String at, int processes) throws Exception {
    tidegate(SCRIPT);
    if (at.equals("serve")) {
      Files.createFile(place.resolve("serve-hangs"));
    }
    Path out = place.resolve("out");
    Process trial =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dtidegate.launcher=" + place.resolve("tidegate"),
                "-cp",
                System.getProperty("java.class.path"),
                "io.tidegate.harness.Main",
                "bench",
                "kill")
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    List<ProcessHandle> ours = List.of();
    try {
      awaitTold("serve", trial);
      awaitTold(at, trial);
      ours = trial.children().toList();
      assertThat(ours).as("simulators, the program, its command").hasSize(processes);
      assertThat(folder()).exists();
      trial.destroy();
      assertThat(trial.waitFor(60, TimeUnit.SECONDS)).as("it ended").isTrue();
      for (ProcessHandle process : ours) {
        process.onExit().get(10, TimeUnit.SECONDS);
      }
      assertThat(folder()).doesNotExist();
    } finally {
      trial.destroyForcibly();
      ours.forEach(ProcessHandle::destroyForcibly);
    }
  }
}
