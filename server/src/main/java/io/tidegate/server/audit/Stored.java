package io.tidegate.server.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The auditor's own reading of stored texts, by what the migrations say of them: items, history and
 * discounts of an order, the lines of a parcel and of an event.
 */
final class Stored {

  /** A line of an order: {@code [sku, title, quantity, unitPrice, discount, pool?]}. */
  record Line(String sku, long quantity, long price, long discount, @Nullable Long pool) {}

  /** What was taken off an order: {@code [kind, id, [share of each line, ...]]}. */
  record Discount(long kind, String id, List<Long> shares) {}

  /** A step of a history: {@code [version, epochMillis, from, to, fact, actor, traceId]}. */
  record Step(long version, long from, long to) {}

  /** A line of a parcel: an object with these members. */
  record Packed(int line, String sku, long quantity) {}

  // Lines that can't be read have these hashes; no readable ones have them but by chance.
  private static final long UNREADABLE = -1;
  private static final long UNTOLD = -2;

  private static final JsonFactory JSON = new JsonFactory();

  private Stored() {}

  /** An order's lines, the first being line 1; null where they can't be read. */
  static @Nullable List<Line> items(byte[] text) {
    return read(
        text,
        json -> {
          expect(json.nextToken() == JsonToken.START_ARRAY);
          long version = number(json);
          expect(version == 1 || version == 2);
          List<Line> lines = new ArrayList<>(4);
          while (json.nextToken() == JsonToken.START_ARRAY) {
            String sku = text(json);
            text(json);
            lines.add(new Line(sku, number(json), number(json), number(json), pool(json, version)));
          }
          expectEnd(json);
          return lines;
        });
  }

  /** A line's last member, which only version 2 has and not every line, and its end. */
  private static @Nullable Long pool(JsonParser json, long version) {
    Long pool = null;
    JsonToken token = json.nextToken();
    if (version == 2 && token == JsonToken.VALUE_NUMBER_INT) {
      pool = json.getLongValue();
      token = json.nextToken();
    }
    expect(token == JsonToken.END_ARRAY);
    return pool;
  }

  /** What was taken off an order; null where it can't be read. */
  static @Nullable List<Discount> discounts(byte @Nullable [] text) {
    if (text == null) {
      return List.of();
    }
    return read(
        text,
        json -> {
          expect(json.nextToken() == JsonToken.START_ARRAY && number(json) == 1);
          List<Discount> discounts = new ArrayList<>(4);
          while (json.nextToken() == JsonToken.START_ARRAY) {
            long kind = number(json);
            String id = text(json);
            expect(kind >= 1 && kind <= 4 && json.nextToken() == JsonToken.START_ARRAY);
            List<Long> shares = new ArrayList<>(4);
            while (json.nextToken() == JsonToken.VALUE_NUMBER_INT) {
              shares.add(json.getLongValue());
            }
            expect(json.currentToken() == JsonToken.END_ARRAY);
            expect(json.nextToken() == JsonToken.END_ARRAY);
            discounts.add(new Discount(kind, id, shares));
          }
          expectEnd(json);
          return discounts;
        });
  }

  /** An order's steps, given with the brackets around them; null where they can't be read. */
  static @Nullable List<Step> history(byte[] text) {
    return read(
        text,
        json -> {
          expect(json.nextToken() == JsonToken.START_ARRAY);
          List<Step> steps = new ArrayList<>(8);
          while (json.nextToken() == JsonToken.START_ARRAY) {
            long version = number(json);
            number(json); // when
            steps.add(new Step(version, number(json), number(json)));
            while (json.nextToken() == JsonToken.VALUE_STRING) {
              // fact, actor and trace are for people
            }
            expect(json.currentToken() == JsonToken.END_ARRAY);
          }
          expectEnd(json);
          return steps;
        });
  }

  /** What is in a parcel; null where it can't be read. */
  static @Nullable List<Packed> parcel(byte[] text) {
    return read(
        text,
        json -> {
          expect(json.nextToken() == JsonToken.START_ARRAY);
          return packed(json);
        });
  }

  /** The hash of an order's lines, the same as {@link #toldLines} of its events. */
  static long lines(@Nullable List<Line> lines) {
    if (lines == null) {
      return UNREADABLE;
    }
    long hash = 0;
    for (int i = 0; i < lines.size(); i++) {
      hash += hash(i + 1, lines.get(i).sku(), lines.get(i).quantity());
    }
    return hash;
  }

  /** The hash of the lines that an event tells of. */
  static long toldLines(byte @Nullable [] event) {
    List<Packed> lines =
        event == null
            ? null
            : read(
                event,
                json -> {
                  expect(member(json, "items") == JsonToken.START_ARRAY);
                  return packed(json);
                });
    if (lines == null) {
      return UNTOLD;
    }
    long hash = 0;
    for (Packed line : lines) {
      hash += hash(line.line(), line.sku(), line.quantity());
    }
    return hash;
  }

  /** Whether a parcel's event says that it is its order's last. */
  static boolean isLast(byte[] event) {
    return Boolean.TRUE.equals(read(event, json -> member(json, "last") == JsonToken.VALUE_TRUE));
  }

  private static long hash(int line, String sku, long quantity) {
    return Digest.of(line, Digest.of(sku), quantity);
  }

  /** Goes to the value of an object's member; null where there is none. */
  private static @Nullable JsonToken member(JsonParser json, String name) {
    expect(json.nextToken() == JsonToken.START_OBJECT);
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      boolean found = json.currentName().equals(name);
      JsonToken value = json.nextToken();
      if (found) {
        return value;
      }
      json.skipChildren();
    }
    return null;
  }

  private static List<Packed> packed(JsonParser json) {
    List<Packed> lines = new ArrayList<>(4);
    while (json.nextToken() == JsonToken.START_OBJECT) {
      int line = 0;
      String sku = null;
      long quantity = 0;
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        switch (json.currentName()) {
          case "line" -> line = (int) number(json);
          case "sku" -> sku = text(json);
          case "quantity" -> quantity = number(json);
          default -> {
            json.nextToken();
            json.skipChildren();
          }
        }
      }
      expect(sku != null);
      lines.add(new Packed(line, Objects.requireNonNull(sku), quantity));
    }
    expect(json.currentToken() == JsonToken.END_ARRAY);
    return lines;
  }

  private static <T> @Nullable T read(byte[] text, Function<JsonParser, T> reading) {
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
      return reading.apply(json);
    } catch (JacksonException | Unreadable _) {
      return null;
    }
  }

  private static String text(JsonParser json) {
    expect(json.nextToken() == JsonToken.VALUE_STRING);
    return json.getString();
  }

  private static long number(JsonParser json) {
    expect(json.nextToken() == JsonToken.VALUE_NUMBER_INT);
    return json.getLongValue();
  }

  private static void expectEnd(JsonParser json) {
    expect(json.currentToken() == JsonToken.END_ARRAY && json.nextToken() == null);
  }

  private static void expect(boolean holds) {
    if (!holds) {
      throw new Unreadable();
    }
  }

  /** A text that is not what the migrations say. */
  private static final class Unreadable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unreadable() {
      super(null, null, false, false);
    }
  }
}
