package io.tidegate.server.console;

import java.util.HashMap;
import java.util.Map;

/** Figures without labels, out of Prometheus' text format. */
record PrometheusText(Map<String, Double> values) {
  static final PrometheusText NONE = new PrometheusText(Map.of());
  private static final int FIGURES_MAX = 1_000;

  static PrometheusText read(String text) {
    Map<String, Double> values = new HashMap<>();
    for (String line : text.split("\n", -1)) {
      int space = line.indexOf(' ');
      if (space > 0 && line.charAt(0) != '#' && line.indexOf('{') < 0) {
        values.put(line.substring(0, space), number(line.substring(space + 1)));
      }
      if (values.size() == FIGURES_MAX) {
        break;
      }
    }
    return new PrometheusText(values);
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text.replace("+Inf", "Infinity"));
    } catch (NumberFormatException _) {
      return Double.NaN;
    }
  }

  /** Whether anything was told. */
  boolean isThere() {
    return !values.isEmpty();
  }

  double of(String name) {
    return values.getOrDefault(name, Double.NaN);
  }
}
