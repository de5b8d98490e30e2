package io.tidegate.server.cli;

import java.io.Console;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;

/** A progress bar for a person at a terminal; a few lines for a program that reads them. */
final class Bar implements AutoCloseable {
  private static final long LINES = 20;

  private final Steps steps;
  private final String task;
  private final String unit;
  private final boolean terminal;
  private @Nullable ProgressBar bar;
  private long told;

  @SuppressWarnings("SystemConsoleNull") // JDK 25 gives null again where there is no terminal
  Bar(Steps steps, String task, String unit) {
    this.steps = steps;
    this.task = task;
    this.unit = unit;
    Console console = System.console();
    this.terminal = console != null && console.isTerminal();
  }

  synchronized void reached(long done, long of) {
    if (of == 0) {
      return;
    }
    if (terminal) {
      ProgressBar shown = bar;
      if (shown == null) {
        shown = new ProgressBarBuilder().setTaskName(task).setInitialMax(of).setUnit("", 1).build();
        bar = shown;
      }
      shown.stepTo(done);
    } else if (done * LINES / of > told) {
      told = done * LINES / of;
      steps.shown("%,d of %,d %s".formatted(done, of, unit));
    }
  }

  /** Says a line above the bar, which is drawn anew. */
  synchronized void says(String line) {
    end();
    steps.shown(line);
  }

  @Override
  public void close() {
    end();
  }

  /** Takes the bar away; the next step draws another. */
  synchronized void end() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
