package io.tidegate.shop.fulfilment;

import io.tidegate.platform.http.OutboundProvider;
import io.tidegate.platform.http.OutboundRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
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
  private static final int EVENTS_MAX = 100;
  private static final int WORD_CHARS_MAX = 64;
  private static final int TEXT_CHARS_MAX = 200;

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
        WHO, provider.call(OutboundRequest.get(path)), json -> tracked(json.path("events")));
  }

  private static Seen tracked(JsonNode events) {
    List<TrackingEvent> read = new ArrayList<>();
    for (JsonNode event : events) {
      if (read.size() == EVENTS_MAX) {
        break;
      }
      @Nullable String place =
          event.path("place").isString() ? event.path("place").asString() : null;
      read.add(
          new TrackingEvent(
              Instant.parse(Answers.text(event, "at")).truncatedTo(ChronoUnit.MILLIS),
              word(Answers.text(event, "status")),
              place == null ? null : clean(place, WORD_CHARS_MAX),
              clean(Answers.text(event, "text"), TEXT_CHARS_MAX)));
    }
    return new Seen.Tracked(List.copyOf(read));
  }

  private static String word(String text) {
    if (text.isEmpty() || text.length() > WORD_CHARS_MAX) {
      throw new IllegalArgumentException("no word");
    }
    return clean(text, WORD_CHARS_MAX);
  }

  /** Cut to length, without what the database refuses: U+0000 and half pairs. */
  private static String clean(String text, int charsMax) {
    StringBuilder kept = new StringBuilder(Math.min(text.length(), charsMax));
    text.codePoints()
        .limit(charsMax)
        .filter(c -> c >= ' ' && (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE))
        .forEach(kept::appendCodePoint);
    return kept.toString();
  }
}
