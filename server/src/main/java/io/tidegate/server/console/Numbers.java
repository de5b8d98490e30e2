package io.tidegate.server.console;

import java.time.Duration;
import java.util.Locale;

/** How the console writes figures; what is not known is a dash. */
final class Numbers {
  static final String DASH = "–";
  private static final String[] BYTES = {"B", "kB", "MB", "GB", "TB"};

  private Numbers() {}

  /** {@code 12,345}. */
  static String count(double number) {
    return Double.isNaN(number) ? DASH : String.format(Locale.ROOT, "%,.0f", number);
  }

  /** {@code 1.25}. */
  static String ratio(double number) {
    return Double.isNaN(number) ? DASH : String.format(Locale.ROOT, "%,.2f", number);
  }

  /** {@code 12.5 %}. */
  static String share(double share) {
    return Double.isNaN(share) ? DASH : String.format(Locale.ROOT, "%.1f %%", share * 100);
  }

  /** {@code 1.5 GB}, of a thousand each. */
  static String bytes(double bytes) {
    if (Double.isNaN(bytes)) {
      return DASH;
    }
    double left = bytes;
    int unit = 0;
    while (left >= 1_000 && unit < BYTES.length - 1) {
      left /= 1_000;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", left, BYTES[unit]);
  }

  /** {@code 250 ms}, {@code 12.5 s}, {@code 3 min 20 s}, {@code 5 h 12 min}, {@code 3 d 4 h}. */
  static String time(double seconds) {
    if (Double.isNaN(seconds)) {
      return DASH;
    }
    if (seconds < 1) {
      return String.format(Locale.ROOT, "%.0f ms", seconds * 1_000);
    }
    if (seconds < 60) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    Duration time = Duration.ofSeconds(Math.round(seconds));
    if (time.toHours() == 0) {
      return time.toMinutes() + " min " + time.toSecondsPart() + " s";
    }
    return time.toDays() == 0
        ? time.toHours() + " h " + time.toMinutesPart() + " min"
        : time.toDays() + " d " + time.toHoursPart() + " h";
  }
}
