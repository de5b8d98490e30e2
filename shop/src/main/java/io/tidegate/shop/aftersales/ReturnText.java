package io.tidegate.shop.aftersales;

import io.tidegate.platform.http.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The stored form of a return's lines, pictures and history, documented in the migration that makes
 * their columns: JSON arrays by position, so that SQL can read them too.
 */
final class ReturnText {

  private static final JsonMapper JSON = JsonMapper.shared();

  private ReturnText() {}

  static String lines(List<ReturnLine> lines) {
    JsonWriter json = new JsonWriter(8 + 12 * lines.size()).beginArray();
    for (ReturnLine line : lines) {
      json.beginArray().value(line.line()).value(line.quantity()).endArray();
    }
    return text(json);
  }

  static List<ReturnLine> lines(String text) {
    List<ReturnLine> lines = new ArrayList<>();
    for (JsonNode line : JSON.readTree(text)) {
      lines.add(new ReturnLine(line.get(0).asInt(), line.get(1).asInt()));
    }
    return List.copyOf(lines);
  }

  static String texts(List<String> texts) {
    JsonWriter json = new JsonWriter(8 + 64 * texts.size()).beginArray();
    texts.forEach(json::value);
    return text(json);
  }

  static List<String> texts(String text) {
    List<String> texts = new ArrayList<>();
    for (JsonNode one : JSON.readTree(text)) {
      texts.add(one.asString());
    }
    return List.copyOf(texts);
  }

  static String history(List<ReturnStep> steps) {
    JsonWriter json = new JsonWriter(8 + 48 * steps.size()).beginArray();
    for (ReturnStep step : steps) {
      json.beginArray()
          .value(step.version())
          .value(step.at().toEpochMilli())
          .value(step.to().code())
          .value(step.actor())
          .endArray();
    }
    return text(json);
  }

  static List<ReturnStep> history(String text) {
    List<ReturnStep> steps = new ArrayList<>();
    for (JsonNode step : JSON.readTree(text)) {
      steps.add(
          new ReturnStep(
              step.get(0).asInt(),
              Instant.ofEpochMilli(step.get(1).asLong()),
              ReturnState.of(step.get(2).asInt()),
              step.get(3).asString()));
    }
    return List.copyOf(steps);
  }

  private static String text(JsonWriter json) {
    return new String(json.endArray().toBytes(), StandardCharsets.UTF_8);
  }
}
