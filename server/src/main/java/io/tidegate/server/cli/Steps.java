package io.tidegate.server.cli;

import java.io.PrintWriter;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a person, and the log, what the program does and how long each step took. */
final class Steps {
  private static final Logger log = LoggerFactory.getLogger(Steps.class);

  private final PrintWriter err;

  Steps(PrintWriter err) {
    this.err = err;
  }

  /** One line, said by whoever. */
  void say(String line) {
    log.info("{}", line);
    shown(line);
  }

  /** A line for the person only: addresses and passwords are not for the log. */
  void shown(String line) {
    synchronized (err) {
      err.println("tidegate: " + line);
      err.flush();
    }
  }

  /** A step and how long it took. */
  <R> R timed(String step, Supplier<R> work) {
    long begun = System.nanoTime();
    R result = work.get();
    say(step + " (" + (System.nanoTime() - begun) / 1_000_000 + " ms)");
    return result;
  }
}
