package io.tidegate.server.cli;

import java.time.Duration;
import org.slf4j.LoggerFactory;

/** What ends the program when its orderly stop doesn't, so that no process stays behind. */
final class LastResort {
  /** From the first signal to the end; the limits of all steps are less together. */
  static final Duration STOP_MAX = Duration.ofMillis(4_800);

  private final Thread starting;
  private volatile boolean started;

  /** Takes the thread that starts the program; a signal interrupts it until it has. */
  LastResort(Thread starting) {
    this.starting = starting;
  }

  void started() {
    started = true;
  }

  /** From now on the time runs. */
  void arm() {
    Thread.ofPlatform()
        .daemon()
        .name("last-resort")
        .start(() -> {
          try {
            if (!started) {
              starting.interrupt();
            }
            Thread.sleep(STOP_MAX);
            LoggerFactory.getLogger(LastResort.class)
                .warn("the stop took longer than {} ms", STOP_MAX.toMillis());
            endAtOnce();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  /** Ends this process and all that it started, now. What was committed is on the disk. */
  static void endAtOnce() {
    endChildren();
    Runtime.getRuntime().halt(ExitCode.FAILED);
  }

  /** Kills whatever was started and still runs. */
  static void endChildren() {
    ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
  }
}
