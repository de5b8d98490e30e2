package io.tidegate.harness.bench;

import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** Figures as people read them, the same everywhere. */
final class Numbers {
  private Numbers() {}

  /** A number with as many decimals as say something; other values as they are. */
  static String of(JsonNode value) {
    if (value.isIntegralNumber()) {
      return String.format(Locale.ROOT, "%,d", value.longValue());
    }
    return value.isNumber() ? of(value.doubleValue()) : value.asString("");
  }

  static String of(double value) {
    double size = Math.abs(value);
    if (size >= 1_000) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    return String.format(Locale.ROOT, size >= 100 ? "%.1f" : size >= 10 ? "%.2f" : "%.3f", value);
  }
}
