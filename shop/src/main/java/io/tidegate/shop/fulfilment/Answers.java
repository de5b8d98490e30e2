package io.tidegate.shop.fulfilment;

import io.tidegate.platform.http.OutboundAnswer;
import io.tidegate.platform.http.OutboundAnswer.Answered;
import io.tidegate.platform.http.OutboundAnswer.NotSent;
import io.tidegate.platform.http.OutboundAnswer.Unknown;
import java.time.DateTimeException;
import java.util.Locale;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a provider's answer means where nothing better is known. */
final class Answers {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private Answers() {}

  /**
   * Reads an answer.
   *
   * @param who for staff, such as {@code carrier}
   * @param success what a 2xx means
   */
  static Seen read(String who, OutboundAnswer answer, Function<JsonNode, Seen> success) {
    return switch (answer) {
      case Answered answered when answered.isSuccess() -> understood(who, answered, success);
      case Answered answered -> new Seen.Failed(who + ": status " + answered.status());
      case NotSent notSent ->
          switch (notSent.why()) {
            case BUSY, CIRCUIT_OPEN, STOPPING ->
                new Seen.Postponed(who + ": " + words(notSent.why()));
            case NO_CONNECTION -> new Seen.Failed(who + ": " + words(notSent.why()));
          };
      case Unknown unknown -> new Seen.Failed(who + ": no answer, " + words(unknown.why()));
    };
  }

  /** A field that must be there; {@link IllegalArgumentException} otherwise. */
  static String text(JsonNode json, String field) {
    JsonNode value = json.path(field);
    if (!value.isString()) {
      throw new IllegalArgumentException("no " + field);
    }
    return value.asString();
  }

  private static Seen understood(String who, Answered answered, Function<JsonNode, Seen> success) {
    try {
      return success.apply(MAPPER.readTree(answered.body()));
    } catch (JacksonException | IllegalArgumentException | DateTimeException _) {
      return new Seen.Failed(who + ": an answer that can't be read");
    }
  }

  private static String words(Enum<?> why) {
    return why.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
