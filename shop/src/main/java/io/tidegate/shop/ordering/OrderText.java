package io.tidegate.shop.ordering;

import io.tidegate.platform.http.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The stored form of an order's items and history, documented in the migration that makes the
 * table: JSON arrays by position, so that SQL can read them too.
 */
final class OrderText {

  private static final JsonFactory JSON = new JsonFactory();
  private static final int VERSION = 1;
  private static final int BYTES_AN_ITEM = 96;

  private OrderText() {}

  static String items(List<OrderItem> items) {
    JsonWriter json = new JsonWriter(16 + BYTES_AN_ITEM * items.size());
    json.beginArray().value(VERSION);
    for (OrderItem item : items) {
      json.beginArray()
          .value(item.sku())
          .value(item.title())
          .value(item.quantity())
          .value(item.unitPrice())
          .value(item.discount())
          .endArray();
    }
    json.endArray();
    return new String(json.toBytes(), StandardCharsets.UTF_8);
  }

  static List<OrderItem> items(String text) {
    List<OrderItem> items = new ArrayList<>();
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
      expect(parser.nextToken() == JsonToken.START_ARRAY);
      parser.nextToken();
      expect(parser.getIntValue() == VERSION);
      while (parser.nextToken() == JsonToken.START_ARRAY) {
        items.add(
            new OrderItem(
                string(parser),
                string(parser),
                (int) number(parser),
                number(parser),
                number(parser)));
        expect(parser.nextToken() == JsonToken.END_ARRAY);
      }
    }
    return List.copyOf(items);
  }

  /** Steps as members of an array without its brackets, to be appended after a comma. */
  static String steps(List<Step> steps) {
    StringBuilder text = new StringBuilder();
    for (Step step : steps) {
      JsonWriter json = new JsonWriter(128);
      Status from = step.from();
      json.beginArray()
          .value(step.version())
          .value(step.at().toEpochMilli())
          .value(from == null ? 0 : from.code())
          .value(step.to().code())
          .value(step.fact())
          .value(step.actor())
          .value(step.traceId())
          .endArray();
      text.append(text.isEmpty() ? "" : ",")
          .append(new String(json.toBytes(), StandardCharsets.UTF_8));
    }
    return text.toString();
  }

  static List<Step> history(String text) {
    List<Step> steps = new ArrayList<>();
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), "[" + text + "]")) {
      expect(parser.nextToken() == JsonToken.START_ARRAY);
      while (parser.nextToken() == JsonToken.START_ARRAY) {
        int version = (int) number(parser);
        Instant at = Instant.ofEpochMilli(number(parser));
        int from = (int) number(parser);
        Status to = Status.of((int) number(parser));
        steps.add(
            new Step(
                version,
                at,
                from == 0 ? null : Status.of(from),
                to,
                string(parser),
                string(parser),
                string(parser)));
        expect(parser.nextToken() == JsonToken.END_ARRAY);
      }
    }
    return List.copyOf(steps);
  }

  private static String string(JsonParser parser) {
    expect(parser.nextToken() == JsonToken.VALUE_STRING);
    return parser.getString();
  }

  private static long number(JsonParser parser) {
    expect(parser.nextToken() == JsonToken.VALUE_NUMBER_INT);
    return parser.getLongValue();
  }

  private static void expect(boolean holds) {
    if (!holds) {
      throw new IllegalStateException("stored items or history can't be read");
    }
  }
}
