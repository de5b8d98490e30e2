package io.tidegate.server.cli;

import java.io.PrintWriter;

/** One line on a terminal that is written over and over; elsewhere nothing. */
final class ProgressLine {
  private static final String BACK_AND_ERASE = "\r\u001b[K";

  private final PrintWriter err;
  private final boolean shown;

  ProgressLine(PrintWriter err, boolean shown) {
    this.err = err;
    this.shown = shown;
  }

  /** Whether a person sees what is written, at once. */
  @SuppressWarnings("SystemConsoleNull") // JDK 25 gives null again where there is no terminal
  static boolean isTerminal() {
    return System.console() != null && System.console().isTerminal();
  }

  void show(String text) {
    if (shown) {
      err.print(BACK_AND_ERASE + text);
      err.flush();
    }
  }

  void clear() {
    if (shown) {
      err.print(BACK_AND_ERASE);
      err.flush();
    }
  }
}
