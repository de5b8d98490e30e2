package io.tidegate.server.cli;

import java.time.Duration;
import org.slf4j.LoggerFactory;

/** What ends the program when its orderly stop doesn't, so that no process stays behind. */
final class LastResort {
  /** From the first signal to the end; the limits of all steps are less together. */
  static final Duration STOP_MAX = Duration.ofMillis(4_800);

  /** A start that is broken off gets this long to undo itself; nothing in it was acknowledged. */
  static final Duration BREAK_OFF_MAX = Duration.ofMillis(2_500);

  private final Thread starting;
  private final Steps steps;
  private boolean started;
  private boolean armed;

  /** Takes the thread that starts the program; a signal interrupts it until it has. */
  LastResort(Thread starting, Steps steps) {
    this.starting = starting;
    this.steps = steps;
  }

  /** Says that the start is over; false where it was told to stop meanwhile. */
  synchronized boolean started() {
    started = !armed;
    return started;
  }

  /** From now on the time runs. */
  synchronized void arm() {
    armed = true;
    boolean breakOff = !started;
    steps.say(breakOff ? "stopping before the start is over" : "stopping; once more ends at once");
    if (breakOff) {
      Logs.onlyToFile();
      starting.interrupt();
    }
    Thread.ofPlatform()
        .daemon()
        .name("last-resort")
        .start(breakOff ? this::endBrokenOff : LastResort::endLate);
  }

  private void endBrokenOff() {
    sleep(BREAK_OFF_MAX);
    // A statement of the database, such as loading goods, hears no interrupt.
    steps.say("stopped");
    endChildren();
    Runtime.getRuntime().halt(ExitCode.DONE);
  }

  private static void endLate() {
    sleep(STOP_MAX);
    LoggerFactory.getLogger(LastResort.class)
        .warn("the stop took longer than {} ms", STOP_MAX.toMillis());
    endAtOnce();
  }

  private static void sleep(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
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
