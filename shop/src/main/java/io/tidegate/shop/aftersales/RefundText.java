package io.tidegate.shop.aftersales;

import io.tidegate.platform.http.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The stored form of a refund's lines, approvals and history, documented in its migration. */
final class RefundText {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int VERSION = 1;

  private RefundText() {}

  static String lines(List<RefundLine> lines) {
    JsonWriter json = new JsonWriter(64 * lines.size()).beginArray().value(VERSION);
    for (RefundLine line : lines) {
      json.beginArray()
          .value(line.line())
          .value(line.quantity())
          .value(line.goods())
          .value(line.freight())
          .beginArray();
      line.shares().forEach(json::value);
      json.endArray().endArray();
    }
    return text(json.endArray());
  }

  static List<RefundLine> lines(String text) {
    JsonNode all = JSON.readTree(text);
    if (all.required(0).asInt() != VERSION) {
      throw new IllegalStateException("a refund's lines in an unknown form");
    }
    List<RefundLine> lines = new ArrayList<>();
    for (int i = 1; i < all.size(); i++) {
      JsonNode line = all.get(i);
      lines.add(
          new RefundLine(
              line.required(0).asInt(),
              line.required(1).asInt(),
              line.required(2).asLong(),
              line.required(3).asLong(),
              numbers(line.required(4))));
    }
    return lines;
  }

  static String numbers(List<Long> numbers) {
    JsonWriter json = new JsonWriter(16 * numbers.size()).beginArray();
    numbers.forEach(json::value);
    return text(json.endArray());
  }

  static List<Long> numbers(String text) {
    return numbers(JSON.readTree(text));
  }

  private static List<Long> numbers(JsonNode array) {
    List<Long> numbers = new ArrayList<>();
    array.forEach(number -> numbers.add(number.asLong()));
    return numbers;
  }

  /** Members of an array without its brackets. */
  static String approvals(List<Approval> approvals) {
    List<String> members = new ArrayList<>();
    for (Approval approval : approvals) {
      members.add(
          text(
              new JsonWriter(64)
                  .beginArray()
                  .value(approval.by())
                  .value(approval.at().toEpochMilli())
                  .endArray()));
    }
    return String.join(",", members);
  }

  static List<Approval> approvedBy(String text) {
    List<Approval> approvals = new ArrayList<>();
    for (JsonNode each : JSON.readTree("[" + text + "]")) {
      approvals.add(
          new Approval(
              each.required(0).asString(), Instant.ofEpochMilli(each.required(1).asLong())));
    }
    return approvals;
  }

  /** Steps as members of an array without its brackets, to be appended after a comma. */
  static String steps(List<RefundStep> steps) {
    List<String> members = new ArrayList<>();
    for (RefundStep step : steps) {
      members.add(
          text(
              new JsonWriter(96)
                  .beginArray()
                  .value(step.version())
                  .value(step.at().toEpochMilli())
                  .value(step.state().code())
                  .value(step.what())
                  .value(step.actor())
                  .endArray()));
    }
    return String.join(",", members);
  }

  static List<RefundStep> history(String text) {
    List<RefundStep> steps = new ArrayList<>();
    for (JsonNode each : JSON.readTree("[" + text + "]")) {
      steps.add(
          new RefundStep(
              each.required(0).asInt(),
              Instant.ofEpochMilli(each.required(1).asLong()),
              RefundState.of(each.required(2).asInt()),
              each.required(3).asString(),
              each.required(4).asString()));
    }
    return steps;
  }

  private static String text(JsonWriter json) {
    return new String(json.toBytes(), StandardCharsets.UTF_8);
  }
}
