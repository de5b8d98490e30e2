package io.tidegate.harness.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tidegate.harness.testing.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A command of the product ends in time, or is ended. */
@Timeout(60)
final class TidegateTest {
  /** Says who it is, prints something, and then hangs: its output stays open. */
  private static final String HANGS =
      """
      #!/bin/sh
      echo $$ > "${0%/*}/pid.new"
      mv "${0%/*}/pid.new" "${0%/*}/pid"
      echo something
      exec sleep 600
      """;

  private static final Duration LOOK_EVERY = Duration.ofMillis(10);
  private static final Duration STARTED_MAX = Duration.ofSeconds(40);

  @TempDir private Path folder;

  private Tidegate tidegate(String script) throws IOException {
    return new Tidegate(Script.launcher(folder, script));
  }

  private void assertEnded() throws Exception {
    long pid = Long.parseLong(Files.readString(folder.resolve("pid")).strip());
    CompletableFuture<ProcessHandle> end =
        ProcessHandle.of(pid)
            .map(ProcessHandle::onExit)
            .orElseGet(() -> CompletableFuture.completedFuture(null));
    end.get(10, TimeUnit.SECONDS);
  }

  @Test
  void what_it_printed_is_told_and_what_it_failed_of() throws Exception {
    Tidegate tidegate =
        tidegate("#!/bin/sh\nif [ $1 = audit ]; then echo '{}'; exit 3; fi\necho oh >&2; exit 1\n");
    assertThat(tidegate.audit(folder, false).isObject()).isTrue();
    assertThatThrownBy(() -> tidegate.staff(folder))
        .isInstanceOf(ChaosFailure.class)
        .hasMessageContaining("token failed: oh");
  }

  @Test
  void a_command_that_hangs_is_ended_at_its_limit() throws Exception {
    Tidegate tidegate = tidegate(HANGS);
    assertThatThrownBy(() -> tidegate.run(List.of("audit"), List.of(0), Duration.ofSeconds(2)))
        .isInstanceOf(ChaosFailure.class)
        .hasMessageContaining("audit took longer than");
    assertEnded();
  }

  @Test
  void who_is_interrupted_leaves_no_command_behind() throws Exception {
    Tidegate tidegate = tidegate(HANGS);
    CompletableFuture<String> ran = new CompletableFuture<>();
    Thread runner =
        Thread.ofPlatform()
            .start(() -> {
              try {
                ran.complete(tidegate.run(List.of("audit"), List.of(0), Duration.ofMinutes(5)));
              } catch (ChaosFailure | InterruptedException e) {
                ran.completeExceptionally(e);
              }
            });
    await()
        .atMost(STARTED_MAX)
        .pollInterval(LOOK_EVERY)
        .until(() -> Files.exists(folder.resolve("pid")) || !runner.isAlive());
    assertThat(folder.resolve("pid")).exists();
    runner.interrupt();
    assertThatThrownBy(ran::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(InterruptedException.class);
    assertEnded();
  }
}
