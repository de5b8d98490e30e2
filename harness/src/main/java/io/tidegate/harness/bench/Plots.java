package io.tidegate.harness.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import tools.jackson.databind.JsonNode;

/** The plots of a report, as SVG that takes its colours from the page. */
final class Plots {
  private static final int WIDTH = 440;
  private static final int HEIGHT = 230;
  private static final int LEFT = 62;
  private static final int RIGHT = 12;
  private static final int TOP = 12;
  private static final int BOTTOM = 34;
  private static final int TICKS = 4;

  /** The right end of the distribution: 99.99 %; 100 % is drawn beyond it. */
  private static final double NINES_MAX = 4.5;

  private Plots() {}

  /** Latency by percentile, each nine as wide as the one before. */
  static String distribution(JsonNode points) {
    if (points.isEmpty()) {
      return "";
    }
    double top = points.valueStream().mapToDouble(p -> p.path("ms").asDouble()).max().orElse(1);
    double bottom =
        points.valueStream().mapToDouble(p -> p.path("ms").asDouble()).min().orElse(0.1);
    double low = Math.floor(Math.log10(Math.max(bottom, 0.01)));
    double high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(top, 0.1))));
    StringBuilder svg = open("Latency by percentile");
    for (double power = low; power <= high; power++) {
      horizontal(svg, y((power - low) / (high - low)), time(Math.pow(10, power)));
    }
    for (double percent : new double[] {50, 90, 99, 99.9, 100}) {
      vertical(svg, x(nines(percent) / NINES_MAX), percent == 100 ? "max" : tick(percent) + " %");
    }
    StringBuilder line = new StringBuilder();
    for (JsonNode point : points) {
      double share = nines(point.path("percentile").asDouble()) / NINES_MAX;
      double height =
          (Math.log10(Math.max(point.path("ms").asDouble(), 0.01)) - low) / (high - low);
      line.append(coordinates(x(share), y(Math.max(0, height)))).append(' ');
    }
    svg.append("<polyline class=\"line a\" points=\"").append(line.toString().trim());
    return svg.append("\"/></svg>").toString();
  }

  private static double nines(double percentile) {
    return percentile >= 100 ? NINES_MAX : Math.min(NINES_MAX, -Math.log10(1 - percentile / 100));
  }

  /** Answers in each second, and refusals where there were any. */
  static String bySecond(JsonNode seconds) {
    // The last second is not a whole one.
    List<JsonNode> whole = seconds.valueStream().limit(Math.max(1, seconds.size() - 1L)).toList();
    if (whole.size() < 2) {
      return "";
    }
    double top = Math.max(1, whole.stream().mapToDouble(s -> sum(s)).max().orElse(1));
    StringBuilder svg = open("Answers in each second");
    double step = nice(top / TICKS);
    for (double value = 0; value <= top * 1.02; value += step) {
      horizontal(svg, y(value / (top * 1.05)), tick(value));
    }
    int every = Math.max(1, (int) Math.ceil(whole.size() / 6.0));
    for (int i = 0; i < whole.size(); i += every) {
      vertical(svg, x(i / (whole.size() - 1.0)), i + " s");
    }
    if (whole.stream().anyMatch(s -> s.path("other").asLong() > 0)) {
      series(svg, whole, "b", s -> s.path("other").asDouble() / (top * 1.05));
    }
    series(svg, whole, "a", s -> s.path("good").asDouble() / (top * 1.05));
    return svg.append("</svg>").toString();
  }

  private static double sum(JsonNode second) {
    return Math.max(second.path("good").asDouble(), second.path("other").asDouble());
  }

  private static void series(
      StringBuilder svg, List<JsonNode> seconds, String colour, ToDoubleFunction<JsonNode> height) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < seconds.size(); i++) {
      line.append(
              coordinates(x(i / (seconds.size() - 1.0)), y(height.applyAsDouble(seconds.get(i)))))
          .append(' ');
    }
    svg.append("<polygon class=\"area ")
        .append(colour)
        .append("\" points=\"")
        .append(coordinates(x(0), y(0)))
        .append(' ')
        .append(line)
        .append(coordinates(x(1), y(0)))
        .append("\"/><polyline class=\"line ")
        .append(colour)
        .append("\" points=\"")
        .append(line.toString().trim())
        .append("\"/>");
  }

  /** Which part took how much of the CPU of one order. */
  static String cpu(JsonNode micros) {
    double all = micros.valueStream().mapToDouble(JsonNode::asDouble).sum();
    if (all <= 0) {
      return "";
    }
    StringBuilder svg =
        new StringBuilder(
            "<svg class=\"bar\" viewBox=\"0 0 440 26\" preserveAspectRatio=\"none\" role=\"img\""
                + " aria-label=\"CPU by part\">");
    double at = 0;
    int part = 0;
    for (Map.Entry<String, JsonNode> entry : micros.properties()) {
      double width = 440 * entry.getValue().asDouble() / all;
      svg.append(
          String.format(
              Locale.ROOT,
              "<rect class=\"p%d\" x=\"%.2f\" y=\"0\" width=\"%.2f\""
                  + " height=\"26\"><title>%s</title></rect>",
              part++,
              at,
              width,
              Html.escaped(entry.getKey())));
      at += width;
    }
    return svg.append("</svg>").toString();
  }

  private static StringBuilder open(String label) {
    return new StringBuilder("<svg class=\"plot\" viewBox=\"0 0 ")
        .append(WIDTH)
        .append(' ')
        .append(HEIGHT)
        .append("\" role=\"img\" aria-label=\"")
        .append(label)
        .append("\">");
  }

  private static void horizontal(StringBuilder svg, double y, String label) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>"
                + "<text class=\"tick\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
            LEFT,
            WIDTH - RIGHT,
            y,
            y,
            LEFT - 6,
            y + 4,
            label));
  }

  private static void vertical(StringBuilder svg, double x, String label) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>"
                + "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
            x,
            x,
            TOP,
            HEIGHT - BOTTOM,
            x,
            HEIGHT - BOTTOM + 18,
            label));
  }

  private static double x(double share) {
    return LEFT + share * (WIDTH - LEFT - RIGHT);
  }

  private static double y(double share) {
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
  }

  private static String coordinates(double x, double y) {
    return String.format(Locale.ROOT, "%.1f,%.1f", x, y);
  }

  private static String time(double millis) {
    return millis >= 1_000 ? tick(millis / 1_000) + " s" : tick(millis) + " ms";
  }

  private static String tick(double value) {
    if (value >= 1_000) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : Double.toString(Math.round(value * 1_000) / 1_000.0);
  }

  /** The next of 1, 2 and 5 times a power of ten. */
  private static double nice(double step) {
    double power = Math.pow(10, Math.floor(Math.log10(Math.max(step, 1))));
    for (double times : new double[] {1, 2, 5}) {
      if (power * times >= step) {
        return power * times;
      }
    }
    return power * 10;
  }
}
