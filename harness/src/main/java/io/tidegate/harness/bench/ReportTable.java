package io.tidegate.harness.bench;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A report for people: the document's sections, one figure a line. */
final class ReportTable {
  /** Series are for plots. */
  private static final Set<String> LEFT_OUT =
      Set.of("distribution", "bySecond", "checks", "targets");

  /** What is to be known beside a closed loop's latencies. */
  static final String CLOSED_LOOP =
      "Closed loop: the throughput counts; latencies are only what this load caused.";

  private ReportTable() {}

  static String of(ObjectNode report) {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, JsonNode> section : report.properties()) {
      if (section.getValue() instanceof ObjectNode figures) {
        text.append('\n').append(section.getKey()).append('\n');
        figures(text, "", figures);
      } else if (!LEFT_OUT.contains(section.getKey())) {
        line(text, "", section.getKey(), section.getValue());
      }
    }
    if (!report.path("durability").path("durable").asBoolean(true)) {
      text.append(
          "\nNOT DURABLE: commits may be lost with the power; this is no figure to compare.\n");
    }
    if (report.path("settings").path("mode").asString("").equals("closed")) {
      text.append('\n').append(CLOSED_LOOP).append('\n');
    }
    return text.append(verdicts(report)).toString();
  }

  /** Targets, met or missed, and whatever does not add up. */
  static String verdicts(ObjectNode report) {
    StringBuilder text = new StringBuilder();
    for (JsonNode target : report.path("targets")) {
      text.append(
          String.format(
              Locale.ROOT,
              "%ntarget %s: wanted %s %s, got %s: %s",
              target.path("name").asString(),
              target.path("sense").asString().replace('_', ' '),
              Numbers.of(target.path("want")),
              Numbers.of(target.path("got")),
              !target.path("measurable").asBoolean(true)
                  ? "NOT MEASURABLE here: " + target.path("hidden").asString("")
                  : target.path("met").booleanValue() ? "met" : "MISSED"));
    }
    for (JsonNode check : report.path("verified").path("checks")) {
      if (!check.path("holds").booleanValue()) {
        text.append(
            String.format(
                Locale.ROOT,
                "%nBROKEN %s: wanted %s, got %s",
                check.path("name").asString(),
                check.path("want").asString(),
                check.path("got").asString()));
      }
    }
    return text.append('\n').toString();
  }

  private static void figures(StringBuilder text, String prefix, ObjectNode figures) {
    for (Map.Entry<String, JsonNode> figure : figures.properties()) {
      if (figure.getValue() instanceof ObjectNode inner) {
        figures(text, prefix + figure.getKey() + ".", inner);
      } else if (!LEFT_OUT.contains(figure.getKey())) {
        line(text, prefix, figure.getKey(), figure.getValue());
      }
    }
  }

  private static void line(StringBuilder text, String prefix, String name, JsonNode value) {
    text.append(
        String.format(
            Locale.ROOT,
            "  %-34s %s%n",
            prefix + name,
            value instanceof ArrayNode ? value.toString() : Numbers.of(value)));
  }
}
