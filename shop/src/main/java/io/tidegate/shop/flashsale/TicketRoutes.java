package io.tidegate.shop.flashsale;

import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Bulkhead;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.http.SseStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** What became of a ticket: asked once, or followed as server-sent events until it is decided. */
final class TicketRoutes implements Routes {

  private static final String EVENTS = "text/event-stream";

  /** Another node may decide it: that is seen by looking. */
  private static final Duration LOOK_EVERY = Duration.ofMillis(250);

  /** Asked for at once; what normal orders need is counted elsewhere. */
  static final int TICKETS_MAX = 512;

  /** Followed at once: a part of the streams that the server has. One more polls. */
  static final int STREAMS_MAX = 512;

  private static final Duration RETRY = Duration.ofSeconds(1);

  private final TicketText texts;
  private final TicketDesk desk;
  private final Bulkhead streams;

  TicketRoutes(TicketText texts, TicketDesk desk) {
    this(texts, desk, STREAMS_MAX);
  }

  TicketRoutes(TicketText texts, TicketDesk desk, int streamsMax) {
    this.streams = new Bulkhead(streamsMax);
    this.texts = texts;
    this.desk = desk;
  }

  @Override
  public void register(Router router) {
    router
        .get("/v1/flash-tickets/{id}", Access.customer(), this::show)
        .bulkhead(new Bulkhead(TICKETS_MAX));
  }

  private Reply show(Request request) {
    long user = request.caller().customer();
    Ticket ticket =
        texts
            .read(request.path("id"))
            .filter(read -> read.userId() == user)
            .orElseThrow(Problem::notFound);
    String accept = request.header("Accept");
    if (accept != null && accept.contains(EVENTS)) {
      if (streams.inside() >= streams.insideMax()) {
        throw Problem.overloaded(RETRY.toSeconds());
      }
      return Reply.sse(stream -> bounded(stream, ticket));
    }
    TicketState state = desk.find(ticket);
    Reply reply = Reply.json(200, json(state)).header("Cache-Control", "no-store");
    return state instanceof TicketState.Waiting waiting
        ? reply.header("Retry-After", Long.toString(retryAfter(waiting)))
        : reply;
  }

  private static long retryAfter(TicketState.Waiting waiting) {
    return waiting.place() == null ? 1 : waiting.place().retryAfterSeconds();
  }

  /** Who finds no room any more is told to come again by the end of his stream. */
  private void bounded(SseStream stream, Ticket ticket) throws Exception {
    if (!streams.enter()) {
      stream.retry(RETRY);
      return;
    }
    try {
      follow(stream, ticket);
    } finally {
      streams.leave();
    }
  }

  private void follow(SseStream stream, Ticket ticket) throws Exception {
    stream.retry(RETRY);
    String seen = stream.lastEventId();
    while (stream.open()) {
      TicketState state = desk.find(ticket);
      String id = id(state);
      if (!id.equals(seen)) {
        stream.send(id, "ticket", new String(json(state), StandardCharsets.UTF_8));
        seen = id;
      }
      if (!(state instanceof TicketState.Waiting)) {
        return;
      }
      Thread.sleep(LOOK_EVERY);
    }
  }

  /** The same state has the same id, so that who comes again is not told twice. */
  private static String id(TicketState state) {
    return switch (state) {
      case TicketState.Waiting(TicketState.Place place) ->
          place == null ? "waiting" : "waiting-" + place.position();
      case TicketState.Won _ -> "won";
      case TicketState.Lost _ -> "lost";
    };
  }

  /** Where it stands, and how long that takes where it is known. */
  static void place(JsonWriter json, TicketState.Place place) {
    json.field("position", place.position());
    Long eta = place.etaSeconds();
    if (eta != null) {
      json.field("etaSeconds", (long) eta);
    }
  }

  private static byte[] json(TicketState state) {
    JsonWriter json = new JsonWriter(128).beginObject();
    switch (state) {
      case TicketState.Waiting(TicketState.Place place) -> {
        json.field("state", "waiting");
        if (place != null) {
          place(json, place);
        }
      }
      case TicketState.Won(var order) ->
          json.field("state", "won").field("order", order.toString());
      case TicketState.Lost _ -> json.field("state", "lost");
    }
    return json.endObject().toBytes();
  }
}
