package io.tidegate.server.console;

import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.JsonWriter;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Fields of a form as members of a JSON object, so that one check says what is wrong with a
 * command, whichever way it came. What can't be read becomes a text that no check takes.
 */
final class FormJson {
  private static final int BYTES_GUESS = 1_024;
  private static final int YEAR_MAX = 9_999;
  private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,18}");
  private static final Pattern BETWEEN_WORDS = Pattern.compile("[\\s,;，；、]+");
  private static final Pattern BETWEEN_LINES = Pattern.compile("\\R");

  private final Map<String, String> typed;
  private final ZoneId zone;
  private final JsonWriter json = new JsonWriter(BYTES_GUESS).beginObject();

  FormJson(Map<String, String> typed, ZoneId zone) {
    this.typed = typed;
    this.zone = zone;
  }

  /** What was typed, without blanks around it. */
  String typed(String field) {
    return typed.getOrDefault(field, "").strip();
  }

  private boolean isBlank(String field) {
    return typed(field).isEmpty();
  }

  FormJson text(String field) {
    json.field(field, typed(field));
    return this;
  }

  FormJson optionalText(String field) {
    return isBlank(field) ? this : text(field);
  }

  FormJson number(String field) {
    number(field, typed(field));
    return this;
  }

  FormJson optionalNumber(String field) {
    return isBlank(field) ? this : number(field);
  }

  FormJson truth(String field, boolean truth) {
    json.field(field, truth);
    return this;
  }

  /** An amount as people write it. */
  FormJson money(String field, String currency) {
    money(field, typed(field), currency);
    return this;
  }

  FormJson optionalMoney(String field, String currency) {
    return isBlank(field) ? this : money(field, currency);
  }

  /** A time of the business's zone. */
  FormJson time(String field) {
    String text = typed(field);
    try {
      LocalDateTime local = LocalDateTime.parse(text);
      if (local.getYear() > 0 && local.getYear() <= YEAR_MAX) {
        json.field(field, local.atZone(zone).toInstant());
        return this;
      }
    } catch (DateTimeException _) {
      // told by whoever reads it
    }
    json.field(field, text);
    return this;
  }

  FormJson optionalTime(String field) {
    return isBlank(field) ? this : time(field);
  }

  /** The words of a field as an array of texts. */
  FormJson array(String field) {
    json.name(field).beginArray();
    words(typed(field)).forEach(json::value);
    json.endArray();
    return this;
  }

  /** Which goods: {@code scope} says how, {@code category} and {@code skus} which. */
  FormJson scope() {
    json.name("scope").beginObject();
    switch (typed("scope")) {
      case "category" -> text("category");
      case "skus" -> array("skus");
      default -> json.field("shop", true);
    }
    json.endObject();
    return this;
  }

  /** What the caller writes into the object by itself. */
  JsonWriter json() {
    return json;
  }

  void number(String name, String text) {
    if (NUMBER.matcher(text).matches()) {
      json.field(name, Long.parseLong(text));
    } else {
      json.field(name, text);
    }
  }

  void money(String name, String text, String currency) {
    Long minor = Typed.minor(text, currency);
    json.name(name).beginObject();
    number("amount", minor == null ? "no amount" : Long.toString(minor));
    json.field("currency", currency).endObject();
  }

  Fields fields() {
    return Fields.of(json.endObject().toBytes());
  }

  /** The words of a text, which blanks or commas part. */
  static List<String> words(String text) {
    return Arrays.stream(BETWEEN_WORDS.split(text)).filter(word -> !word.isEmpty()).toList();
  }

  /** The lines of a text that have something in them. */
  static List<String> lines(String text) {
    return Arrays.stream(BETWEEN_LINES.split(text))
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .toList();
  }

  /** A time as a field for times of the business's zone has it. */
  static String local(Instant at, ZoneId zone) {
    return LocalDateTime.ofInstant(at, zone).toString();
  }
}
