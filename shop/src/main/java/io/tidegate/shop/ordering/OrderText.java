package io.tidegate.shop.ordering;

import io.tidegate.platform.http.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The stored form of an order's items, history and discounts, documented in the migrations that
 * make their columns: JSON arrays by position, so that SQL can read them too.
 */
final class OrderText {

  private static final JsonFactory JSON = new JsonFactory();
  private static final int VERSION = 1;

  /** Of items of which some were taken from a pool: those have a sixth member. */
  private static final int WITH_POOLS = 2;

  private static final int BYTES_AN_ITEM = 96;

  private OrderText() {}

  static String items(List<OrderItem> items) {
    JsonWriter json = new JsonWriter(16 + BYTES_AN_ITEM * items.size());
    boolean pools = items.stream().anyMatch(item -> item.pool() != null);
    json.beginArray().value(pools ? WITH_POOLS : VERSION);
    for (OrderItem item : items) {
      json.beginArray()
          .value(item.sku())
          .value(item.title())
          .value(item.quantity())
          .value(item.unitPrice())
          .value(item.discount());
      Long pool = item.pool();
      if (pool != null) {
        json.value(pool.longValue());
      }
      json.endArray();
    }
    json.endArray();
    return new String(json.toBytes(), StandardCharsets.UTF_8);
  }

  /** Each list of orders reads as many of these as it has rows: so they are parsed as they come. */
  static List<OrderItem> items(byte[] utf8) {
    List<OrderItem> items = new ArrayList<>();
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), utf8)) {
      expect(parser.nextToken() == JsonToken.START_ARRAY);
      parser.nextToken();
      int version = parser.getIntValue();
      expect(version == VERSION || version == WITH_POOLS);
      while (parser.nextToken() == JsonToken.START_ARRAY) {
        items.add(
            new OrderItem(
                string(parser),
                string(parser),
                (int) number(parser),
                number(parser),
                number(parser),
                pool(parser, version)));
      }
    }
    return List.copyOf(items);
  }

  /** Null where there are none, which costs a row nothing. */
  static @Nullable String discounts(List<Discount> discounts) {
    if (discounts.isEmpty()) {
      return null;
    }
    JsonWriter json = new JsonWriter(64 * discounts.size());
    json.beginArray().value(VERSION);
    for (Discount discount : discounts) {
      json.beginArray().value(discount.kind().code()).value(discount.id()).beginArray();
      discount.shares().forEach(json::value);
      json.endArray().endArray();
    }
    json.endArray();
    return new String(json.toBytes(), StandardCharsets.UTF_8);
  }

  static List<Discount> discounts(@Nullable String text) {
    if (text == null) {
      return List.of();
    }
    List<Discount> discounts = new ArrayList<>();
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
      expect(parser.nextToken() == JsonToken.START_ARRAY);
      expect(number(parser) == VERSION);
      while (parser.nextToken() == JsonToken.START_ARRAY) {
        Discount.Kind kind = Discount.Kind.of((int) number(parser));
        String id = string(parser);
        expect(parser.nextToken() == JsonToken.START_ARRAY);
        List<Long> shares = new ArrayList<>();
        while (parser.nextToken() == JsonToken.VALUE_NUMBER_INT) {
          shares.add(parser.getLongValue());
        }
        expect(parser.currentToken() == JsonToken.END_ARRAY);
        expect(parser.nextToken() == JsonToken.END_ARRAY);
        discounts.add(new Discount(kind, id, shares));
      }
    }
    return List.copyOf(discounts);
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

  /** An item's last member, where it has one, and its end. */
  private static @Nullable Long pool(JsonParser parser, int version) {
    @Nullable Long pool = null;
    JsonToken token = parser.nextToken();
    if (version == WITH_POOLS && token == JsonToken.VALUE_NUMBER_INT) {
      pool = parser.getLongValue();
      token = parser.nextToken();
    }
    expect(token == JsonToken.END_ARRAY);
    return pool;
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
      throw new IllegalStateException("stored items, history or discounts can't be read");
    }
  }
}
