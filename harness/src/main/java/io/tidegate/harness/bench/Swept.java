package io.tidegate.harness.bench;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A process of the product, and what it writes, that go with the bench which started it, also where
 * a signal ends that: {@code finally} does not run then. Nothing of it may be left, for it may be
 * large.
 */
final class Swept {
  private final Path left;
  private final Thread hook = new Thread(this::abandon);
  private @Nullable Process process;
  private boolean abandoned;

  /** How a process is started. */
  @FunctionalInterface
  interface Starting {
    Process start() throws BenchFailure;
  }

  /**
   * @param left the processes' folder, or their only file
   */
  Swept(Path left) {
    this.left = left;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Starts a process, after the one before has ended; none once the bench is broken off. */
  synchronized Process start(Starting starting) throws BenchFailure {
    if (abandoned) {
      throw new BenchFailure("the bench was broken off");
    }
    Process started = starting.start();
    process = started;
    return started;
  }

  private synchronized void abandon() {
    abandoned = true;
    if (process != null) {
      SystemUnderTest.stop(process);
    }
    Folders.sweep(left);
  }

  /** Whoever has swept by himself takes it back. */
  void done() {
    Launcher.unhook(hook);
  }
}
