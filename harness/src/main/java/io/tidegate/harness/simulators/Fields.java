package io.tidegate.harness.simulators;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads a request's fields and gathers every mistake, so that {@link #check} can tell them all at
 * once.
 */
final class Fields {
  static final long AMOUNT_MAX = 1_000_000_000_000L;

  private final ObjectNode json;
  private final List<Problem.Field> wrong = new ArrayList<>();

  Fields(ObjectNode json) {
    this.json = json;
  }

  /** Throws when any field read so far was wrong. */
  void check() {
    if (!wrong.isEmpty()) {
      throw Problem.invalid(wrong);
    }
  }

  void complain(String name, String detail) {
    wrong.add(new Problem.Field("/" + name, detail));
  }

  /** Checks one {sku, quantity} that lies at the pointer, which starts without a slash. */
  void checkItem(String pointer, ObjectNode item) {
    Fields fields = new Fields(item);
    fields.id("sku");
    fields.whole("quantity", 1, 999_999);
    fields.wrong.forEach(f -> complain(pointer + f.pointer(), f.detail()));
  }

  private @Nullable JsonNode at(String name) {
    JsonNode node = json.get(name);
    return node == null || node.isNull() ? null : node;
  }

  /** A number that other systems use in paths: letters, digits, '-' and '_', 1 to 64 of them. */
  String id(String name) {
    String value = text(name, 64);
    if (!value.isEmpty() && !isId(value)) {
      complain(name, "must be 1 to 64 of A-Z a-z 0-9 - _");
    }
    return value;
  }

  static boolean isId(String value) {
    return !value.isEmpty()
        && value.length() <= 64
        && value
            .chars()
            .allMatch(c ->
                (c >= '0' && c <= '9')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= 'a' && c <= 'z')
                    || c == '-'
                    || c == '_');
  }

  /** A text of 1 to {@code charsMax} characters; empty after a complaint. */
  String text(String name, int charsMax) {
    String value = optionalText(name, charsMax);
    if (value == null) {
      complain(name, "is missing");
      return "";
    }
    if (value.isEmpty()) {
      complain(name, "must not be empty");
    }
    return value;
  }

  @Nullable String optionalText(String name, int charsMax) {
    JsonNode node = at(name);
    if (node == null) {
      return null;
    }
    if (!node.isString() || node.stringValue().length() > charsMax) {
      complain(name, "must be a string of at most " + charsMax + " characters");
      return null;
    }
    return node.stringValue();
  }

  /** A whole number from {@code low} to {@code high}; {@code low} after a complaint. */
  long whole(String name, long low, long high) {
    JsonNode node = at(name);
    if (node == null) {
      complain(name, "is missing");
      return low;
    }
    if (!node.isIntegralNumber()
        || !node.canConvertToLong()
        || node.longValue() < low
        || node.longValue() > high) {
      complain(name, "must be a whole number from " + low + " to " + high);
      return low;
    }
    return node.longValue();
  }

  boolean has(String name) {
    return at(name) != null;
  }

  double share(String name) {
    JsonNode node = at(name);
    if (node == null) {
      return 1;
    }
    if (!node.isNumber() || !(node.doubleValue() >= 0 && node.doubleValue() <= 1)) {
      complain(name, "must be a number from 0 to 1");
      return 1;
    }
    return node.doubleValue();
  }

  /**
   * An ISO 4217 code; the very string that the JDK holds, so that a book of many payments holds
   * one.
   */
  String currency(String name) {
    String value = text(name, 3);
    try {
      return value.isEmpty() ? "" : Currency.getInstance(value).getCurrencyCode();
    } catch (IllegalArgumentException e) {
      complain(name, "must be an ISO 4217 code");
      return "";
    }
  }

  Instant time(String name) {
    String value = text(name, 40);
    if (value.isEmpty()) {
      return Instant.EPOCH;
    }
    try {
      return Instant.parse(value);
    } catch (DateTimeException e) {
      complain(name, "must be an RFC 3339 time");
      return Instant.EPOCH;
    }
  }

  /** An absolute http URL with a host and no user, which is what the callback client speaks. */
  String httpUrl(String name) {
    String value = text(name, 500);
    if (value.isEmpty()) {
      return "";
    }
    try {
      URI uri = new URI(value);
      if ("http".equals(uri.getScheme()) && uri.getHost() != null && uri.getUserInfo() == null) {
        return value;
      }
    } catch (URISyntaxException e) {
      // Told below, together with URLs of another kind.
    }
    complain(name, "must be an absolute http URL");
    return "";
  }
}
