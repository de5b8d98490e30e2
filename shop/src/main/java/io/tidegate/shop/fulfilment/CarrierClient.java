package io.tidegate.shop.fulfilment;

import io.tidegate.platform.http.OutboundProvider;
import io.tidegate.platform.http.OutboundRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The carriers. A parcel's name gets one waybill, however often it is asked for. */
final class CarrierClient {

  private static final String WHO = "carrier";
  private static final String PATH = "/carrier/waybills";
  static final int EVENTS_MAX = 100;
  static final int WORD_CHARS_MAX = 64;
  static final int TEXT_CHARS_MAX = 200;

  /** No parcel was under way before, and none is after. */
  private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");

  private static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");

  private final OutboundProvider provider;

  CarrierClient(OutboundProvider provider) {
    this.provider = provider;
  }

  Seen label(ShipmentId id, String carrier, String fromRegion, String toRegion) {
    byte[] body = ShipmentJson.label(id, carrier, fromRegion, toRegion);
    return Answers.read(
        WHO,
        provider.call(OutboundRequest.postOnce(PATH, body)),
        json ->
            new Seen.Labelled(
                word(Answers.text(json, "carrier")), word(Answers.text(json, "waybill"))));
  }

  Seen track(String waybill) {
    String path = PATH + "/" + URLEncoder.encode(waybill, StandardCharsets.UTF_8);
    return Answers.read(
        WHO,
        provider.call(OutboundRequest.get(path)),
        json -> new Seen.Tracked(events(json.path("events"))));
  }

  /** What a carrier said, no more of it than is kept. */
  static List<TrackingEvent> events(JsonNode events) {
    List<TrackingEvent> read = new ArrayList<>();
    for (JsonNode event : events) {
      if (read.size() == EVENTS_MAX) {
        break;
      }
      @Nullable String place =
          event.path("place").isString() ? event.path("place").asString() : null;
      read.add(
          new TrackingEvent(
              moment(Answers.text(event, "at")),
              word(Answers.text(event, "status")),
              place == null ? null : clean(place, WORD_CHARS_MAX),
              clean(Answers.text(event, "text"), TEXT_CHARS_MAX)));
    }
    return List.copyOf(read);
  }

  /** A time that a carrier may mean; {@link IllegalArgumentException} for any other text. */
  static Instant moment(String text) {
    try {
      Instant at = Instant.parse(text).truncatedTo(ChronoUnit.MILLIS);
      if (at.isBefore(EARLIEST) || at.isAfter(LATEST)) {
        throw new IllegalArgumentException("no time of a parcel");
      }
      return at;
    } catch (DateTimeException _) {
      throw new IllegalArgumentException("no time");
    }
  }

  static String word(String text) {
    if (text.isEmpty() || text.length() > WORD_CHARS_MAX) {
      throw new IllegalArgumentException("no word");
    }
    return clean(text, WORD_CHARS_MAX);
  }

  /** Cut to length, without what the database refuses: U+0000 and half pairs. */
  static String clean(String text, int charsMax) {
    StringBuilder kept = new StringBuilder(Math.min(text.length(), charsMax));
    text.codePoints()
        .limit(charsMax)
        .filter(c -> c >= ' ' && (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE))
        .forEach(kept::appendCodePoint);
    return kept.toString();
  }
}
