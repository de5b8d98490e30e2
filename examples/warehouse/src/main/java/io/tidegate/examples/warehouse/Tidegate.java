package io.tidegate.examples.warehouse;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The way to Tidegate, which hears how far a parcel is. The same report twice does no harm. */
final class Tidegate implements AutoCloseable {

  /** What became of a report. */
  enum Heard {
    YES,
    /** A refund has stopped the parcel: it must not leave. */
    STOPPED,
    /** Not now: its goods are missing there. Report again. */
    LATER,
    /** It doesn't know the parcel, or another house has it: to say it again would help nobody. */
    NEVER,
    /** Nobody knows, also where an answer proves nothing: report again. */
    UNKNOWN
  }

  static final String CARRIER = "example-post";

  private static final Duration CONNECT_MAX = Duration.ofSeconds(2);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(5);
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final URI reports;
  private final Signature signature;
  private final HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT_MAX).build();

  Tidegate(URI base, Signature signature) {
    this.reports = base.resolve("/v1/parts/warehouse/reports");
    this.signature = signature;
  }

  Heard report(Parcel parcel, State state) throws InterruptedException {
    byte[] body = body(parcel, state).toString().getBytes(StandardCharsets.UTF_8);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(reports)
            .timeout(ANSWER_MAX)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(body));
    Map<String, String> headers = signature.sign(parcel.name() + "-" + state.code(), body);
    headers.forEach(request::header);
    try {
      HttpResponse<byte[]> answer = client.send(request.build(), BodyHandlers.ofByteArray());
      return heard(parcel, state, headers.get(Signature.ID), answer);
    } catch (IOException _) {
      return Heard.UNKNOWN;
    }
  }

  /** Only what is signed, for this report, says anything: leave to pack above all. */
  private Heard heard(
      Parcel parcel, State state, @Nullable String id, HttpResponse<byte[]> answer) {
    String named = answer.headers().firstValue(Signature.ID).orElse(null);
    boolean proved =
        named != null
            && named.equals(id)
            && signature.proves(
                named,
                answer.headers().firstValue(Signature.TIME).orElse(null),
                answer.headers().firstValue(Signature.SIGNATURE).orElse(null),
                answer.body());
    if (!proved) {
      return Heard.UNKNOWN;
    }
    JsonNode said;
    try {
      said = MAPPER.readTree(answer.body());
    } catch (JacksonException _) {
      return Heard.UNKNOWN;
    }
    boolean ofThis = said.path("parcel").asString("").equals(parcel.name());
    return switch (answer.statusCode()) {
      case 200 ->
          ofThis && isAsFar(said.path("state").asString(""), state) ? Heard.YES : Heard.UNKNOWN;
      case 409 ->
          switch (said.path("code").asString("")) {
            case "cancelled" -> ofThis ? Heard.STOPPED : Heard.UNKNOWN;
            case "told_to_another" -> ofThis ? Heard.NEVER : Heard.UNKNOWN;
            case "goods_missing" -> Heard.LATER;
            default -> Heard.UNKNOWN;
          };
      case 400, 404 -> Heard.NEVER;
      default -> Heard.UNKNOWN;
    };
  }

  private static boolean isAsFar(String there, State state) {
    return Stream.of(State.PICKED, State.PACKED, State.SHIPPED, State.DELIVERED)
        .anyMatch(known -> known.code().equals(there) && known.compareTo(state) >= 0);
  }

  private static ObjectNode body(Parcel parcel, State state) {
    ObjectNode json =
        MAPPER
            .createObjectNode()
            .put("type", "parcel.report")
            .put("parcel", parcel.name())
            .put("ticket", parcel.ticket())
            .put("state", state.code());
    if (state == State.SHIPPED || state == State.DELIVERED) {
      json.put("carrier", CARRIER).put("waybill", parcel.waybill());
      json.set("events", events(parcel, state));
    }
    return json;
  }

  /** What a carrier would say of it. */
  static ArrayNode events(Parcel parcel, State state) {
    ArrayNode events = MAPPER.createArrayNode();
    Instant at = Instant.ofEpochMilli(parcel.sinceMillis());
    events
        .addObject()
        .put("at", at.toString())
        .put("status", state == State.DELIVERED ? "delivered" : "accepted")
        .put("text", state == State.DELIVERED ? "At the door" : "Handed over to the carrier");
    return events;
  }

  @Override
  public void close() {
    client.close();
  }
}
