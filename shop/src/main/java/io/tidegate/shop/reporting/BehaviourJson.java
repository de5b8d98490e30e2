package io.tidegate.shop.reporting;

import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.Problem;
import java.time.DateTimeException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Batches of behaviour as clients send them. {@link #strict} decides what is taken and tells
 * everything that is wrong; {@link #plain} reads what has nothing odd about it, several times
 * faster and to the same result, and leaves all else to the other.
 */
final class BehaviourJson {

  private static final int EVENT_BYTES_GUESS = 64;
  private static final int UUID_CHARS = 36;

  private BehaviourJson() {}

  /**
   * Reads a batch strictly.
   *
   * @param made the batch's id where the client gives none
   * @throws Problem 400 with all that is wrong
   */
  static BehaviourText strict(Fields body, UUID made, long user, long nowMicros) {
    UUID named = batch(body);
    List<Fields> events = body.array("events", 1, BehaviourRules.EVENTS_MAX);
    BehaviourText text =
        new BehaviourText(
            named == null ? made : named,
            named != null,
            user,
            nowMicros,
            events.size() * EVENT_BYTES_GUESS);
    for (Fields fields : events) {
      BehaviourEvent event = event(fields, nowMicros);
      if (event != null) {
        text.add(event);
      }
    }
    body.check();
    return text;
  }

  private static @Nullable UUID batch(Fields body) {
    String text = body.optionalString("batch", UUID_CHARS);
    if (text == null || text.isEmpty()) {
      return null;
    }
    UUID id = uuid(text);
    if (id == null) {
      body.refuse("batch", "must be a UUID");
    }
    return id;
  }

  private static @Nullable UUID uuid(String text) {
    if (text.length() != UUID_CHARS) {
      return null; // a shorter one would be taken
    }
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  private static @Nullable BehaviourEvent event(Fields fields, long nowMicros) {
    BehaviourType type = BehaviourType.of(fields.choice("type", BehaviourType.words()));
    Long happened = happened(fields, nowMicros);
    String session = fields.optionalLine("session", BehaviourRules.WORD_CHARS_MAX);
    String sku = fields.optionalString("sku", BehaviourRules.WORD_CHARS_MAX);
    if (sku != null && !sku.isEmpty() && !BehaviourRules.isSku(sku)) {
      fields.refuse("sku", "must be a SKU");
    }
    String category = fields.optionalLine("category", BehaviourRules.WORD_CHARS_MAX);
    String query = fields.optionalString("query", BehaviourRules.QUERY_CHARS_MAX);
    String normal = query == null ? null : BehaviourRules.normalised(query);
    if (query != null && !query.isEmpty() && "".equals(normal)) {
      fields.refuse("query", "must not be blank");
    }
    String region = fields.optionalString("region", BehaviourRules.REGION_CHARS);
    if (region != null && !region.isEmpty() && !BehaviourRules.isRegion(region)) {
      fields.refuse("region", "must be six digits");
    }
    Long stars = fields.optionalInteger("stars", 1, BehaviourRules.STARS_MAX);
    if (type == null) {
      return null;
    }
    BehaviourEvent event =
        new BehaviourEvent(
            type,
            BehaviourRules.settled(happened, nowMicros),
            session,
            sku,
            category,
            normal,
            region,
            stars == null ? 0 : stars.intValue());
    BehaviourRules.lacks(event).forEach(lack -> fields.refuse(lack.member(), lack.detail()));
    return event;
  }

  private static @Nullable Long happened(Fields fields, long nowMicros) {
    String text = fields.optionalString("happenedAt", BehaviourRules.WORD_CHARS_MAX);
    if (text == null || text.isEmpty()) {
      return null;
    }
    try {
      long micros = BehaviourRules.micros(text);
      if (BehaviourRules.isRecent(micros, nowMicros)) {
        return micros;
      }
      fields.refuse("happenedAt", "must be within the last seven days and not in the future");
    } catch (DateTimeException | ArithmeticException _) {
      fields.refuse("happenedAt", "must be a time such as 2026-11-10T16:00:00Z");
    }
    return null;
  }

  /** Reads a batch that has nothing odd about it; null where {@link #strict} has to look. */
  static @Nullable BehaviourText plain(
      JsonParser tokens, int bytes, UUID made, long user, long nowMicros) {
    try (tokens) {
      if (tokens.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      String member = tokens.nextName();
      UUID named = null;
      if ("batch".equals(member)) {
        named = tokens.nextToken() == JsonToken.VALUE_STRING ? uuid(tokens.getString()) : null;
        if (named == null) {
          return null;
        }
        member = tokens.nextName();
      }
      if (!"events".equals(member) || tokens.nextToken() != JsonToken.START_ARRAY) {
        return null;
      }
      UUID id = named == null ? made : named;
      BehaviourText text = new BehaviourText(id, named != null, user, nowMicros, bytes / 2);
      boolean whole =
          events(tokens, text, nowMicros)
              && tokens.nextToken() == JsonToken.END_OBJECT
              && tokens.nextToken() == null;
      return whole ? text : null;
    } catch (JacksonException _) {
      return null;
    }
  }

  private static boolean events(JsonParser tokens, BehaviourText text, long nowMicros) {
    JsonToken token = tokens.nextToken();
    PlainEvent scratch = new PlainEvent();
    while (token == JsonToken.START_OBJECT) {
      BehaviourEvent event = scratch.read(tokens, nowMicros);
      if (event == null || !BehaviourRules.lacks(event).isEmpty()) {
        return false;
      }
      text.add(event);
      token = tokens.nextToken();
    }
    return token == JsonToken.END_ARRAY
        && text.events() > 0
        && text.events() <= BehaviourRules.EVENTS_MAX;
  }

  /** The members of an event, one after the other. */
  private static final class PlainEvent {
    private @Nullable BehaviourType type;
    private long happened;
    private @Nullable String session;
    private @Nullable String sku;
    private @Nullable String category;
    private @Nullable String query;
    private @Nullable String region;
    private int stars;

    @Nullable BehaviourEvent read(JsonParser tokens, long nowMicros) {
      type = null;
      happened = BehaviourRules.NO_TIME;
      session = null;
      sku = null;
      category = null;
      query = null;
      region = null;
      stars = 0;
      String member = tokens.nextName();
      while (member != null) {
        if (!take(member, tokens, nowMicros)) {
          return null;
        }
        member = tokens.nextName();
      }
      BehaviourType known = type;
      if (known == null) {
        return null;
      }
      long at = happened == BehaviourRules.NO_TIME ? nowMicros : Math.min(happened, nowMicros);
      return new BehaviourEvent(known, at, session, sku, category, query, region, stars);
    }

    /** Whether a member is known, comes for the first time and is well. */
    private boolean take(String member, JsonParser tokens, long nowMicros) {
      JsonToken token = tokens.nextToken();
      if (token == JsonToken.VALUE_NUMBER_INT && member.equals("stars") && stars == 0) {
        if (tokens.getNumberType() != JsonParser.NumberType.INT) {
          return false;
        }
        stars = tokens.getIntValue();
        return stars >= 1 && stars <= BehaviourRules.STARS_MAX;
      }
      if (token != JsonToken.VALUE_STRING) {
        return false;
      }
      String text = tokens.getString();
      if (!isPlain(text)) {
        return false;
      }
      return switch (member) {
        case "type" -> {
          boolean first = type == null;
          type = BehaviourType.of(text);
          yield first && type != null;
        }
        case "happenedAt" -> {
          boolean first = happened == BehaviourRules.NO_TIME;
          happened = BehaviourRules.plainMicros(text);
          yield first
              && happened != BehaviourRules.NO_TIME
              && BehaviourRules.isRecent(happened, nowMicros);
        }
        case "session" -> {
          boolean first = session == null;
          session = text;
          yield first && isWord(text);
        }
        case "sku" -> {
          boolean first = sku == null;
          sku = text;
          yield first && BehaviourRules.isSku(text);
        }
        case "category" -> {
          boolean first = category == null;
          category = text;
          yield first && isWord(text);
        }
        case "query" -> {
          boolean first = query == null && text.length() <= BehaviourRules.QUERY_CHARS_MAX;
          query = BehaviourRules.normalised(text);
          yield first && !query.isEmpty();
        }
        case "region" -> {
          boolean first = region == null;
          region = text;
          yield first && BehaviourRules.isRegion(text);
        }
        default -> false;
      };
    }

    private static boolean isWord(String text) {
      return text.length() <= BehaviourRules.WORD_CHARS_MAX && !text.isBlank();
    }

    /** Not empty, without control characters and whatever comes in pairs. */
    private static boolean isPlain(String text) {
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c < ' '
            || (c >= 0x7f && c < 0xa0)
            || c == 0x2028
            || c == 0x2029
            || Character.isSurrogate(c)) {
          return false;
        }
      }
      return !text.isEmpty();
    }
  }
}
