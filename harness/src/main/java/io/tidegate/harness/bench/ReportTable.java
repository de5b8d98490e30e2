package io.tidegate.harness.bench;

import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A report for people: the document's sections, one figure a line. */
final class ReportTable {
  private ReportTable() {}

  static String of(ObjectNode report) {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, JsonNode> section : report.properties()) {
      if (section.getValue() instanceof ObjectNode figures) {
        text.append('\n').append(section.getKey()).append('\n');
        figures(text, "", figures);
      }
    }
    if (!report.path("durability").path("durable").asBoolean(false)) {
      text.append(
          "\nNOT DURABLE: commits may be lost with the power; this is no figure to compare.\n");
    }
    if (report.path("settings").path("mode").asString("").equals("closed")) {
      text.append(
          "\nClosed loop: the throughput counts; latencies are only what this load caused.\n");
    }
    for (JsonNode target : report.path("targets")) {
      text.append(
          String.format(
              Locale.ROOT,
              "%ntarget %s: wanted %,.0f, got %,.0f: %s%n",
              target.path("name").asString(),
              target.path("want").doubleValue(),
              target.path("got").doubleValue(),
              target.path("met").booleanValue() ? "met" : "MISSED"));
    }
    if (!report.path("verified").path("equalsCreated").asBoolean(false)) {
      text.append("\nBROKEN: the orders that were answered are not those in the database.\n");
    }
    return text.toString();
  }

  private static void figures(StringBuilder text, String prefix, ObjectNode figures) {
    for (Map.Entry<String, JsonNode> figure : figures.properties()) {
      if (figure.getValue() instanceof ObjectNode inner) {
        figures(text, prefix + figure.getKey() + ".", inner);
      } else {
        text.append(
            String.format(
                Locale.ROOT, "  %-28s %s%n", prefix + figure.getKey(), value(figure.getValue())));
      }
    }
  }

  private static String value(JsonNode value) {
    if (value.isIntegralNumber()) {
      return String.format(Locale.ROOT, "%,d", value.longValue());
    }
    return value.isNumber()
        ? String.format(Locale.ROOT, "%,.3f", value.doubleValue())
        : value.asString();
  }
}
