package io.tidegate.harness.bench;

import java.io.Console;
import java.time.Duration;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;

/** How far a phase of a bench is, on standard error: a bar on a terminal, one line elsewhere. */
final class Progress implements AutoCloseable {
  private final long startNanos = System.nanoTime();
  private final @Nullable ProgressBar bar;

  /** Begins phases; tells nothing when it is quiet. */
  record Phases(boolean quiet) {
    void say(String what) {
      if (!quiet) {
        System.err.println("bench: " + what);
      }
    }

    Progress begin(String name, Duration length) {
      return new Progress(quiet, name, length);
    }
  }

  @SuppressWarnings("SystemConsoleNull") // JDK 25 gives null again where there is no terminal.
  private Progress(boolean quiet, String name, Duration length) {
    Console console = System.console();
    if (quiet) {
      bar = null;
    } else if (console != null && console.isTerminal()) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(name)
              .setInitialMax(length.toMillis())
              .setUnit(" s", 1_000)
              .hideEta()
              .build();
    } else {
      bar = null;
      System.err.println("bench: " + name + ", " + length.toSeconds() + " s");
    }
  }

  void answered(long answers) {
    if (bar != null) {
      bar.stepTo(Duration.ofNanos(System.nanoTime() - startNanos).toMillis());
      bar.setExtraMessage(answers + " answers");
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
