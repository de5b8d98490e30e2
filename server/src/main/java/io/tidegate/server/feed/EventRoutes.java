package io.tidegate.server.feed;

import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Bulkhead;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.messaging.CloudEventJson;
import io.tidegate.platform.messaging.EventFeed;
import io.tidegate.platform.messaging.EventTypes;
import io.tidegate.platform.messaging.FeedEvent;
import io.tidegate.platform.messaging.FeedPage;
import io.tidegate.platform.messaging.FeedPlace;
import io.tidegate.platform.messaging.FeedPlaces;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code GET /v1/events}: the event log, pulled page by page, at the pace of whoever asks. */
public final class EventRoutes implements Routes {

  static final int LIMIT_MAX = 1_000;
  private static final int LIMIT_DEFAULT = 100;
  private static final int WAIT_SECONDS_MAX = 30;

  /** Requests inside at once: nearly all of them wait, and cost a few kilobytes. */
  private static final int INSIDE_MAX = 256;

  private static final int BUSY_RETRY_SECONDS = 1;

  private final EventFeed feed;
  private final FeedPlaces places;
  private final FeedReaders readers;
  private final CloudEventJson form;
  private final InstantSource clock;

  /**
   * @param source the events' source, as their messages have it
   */
  public EventRoutes(
      EventFeed feed, FeedPlaces places, FeedReaders readers, String source, InstantSource clock) {
    this.feed = feed;
    this.places = places;
    this.readers = readers;
    this.form = new CloudEventJson(source);
    this.clock = clock;
  }

  @Override
  public void register(Router router) {
    router
        .get("/v1/events", Access.scope("events"), this::read)
        .query("after", "from", "type", "limit", "wait")
        .bulkhead(new Bulkhead(INSIDE_MAX));
  }

  private Reply read(Request request) throws InterruptedException {
    FeedPlace after = after(request);
    EventTypes types = types(request.query("type"));
    int limit = number(request, "limit", 1, LIMIT_MAX, LIMIT_DEFAULT);
    Duration wait = Duration.ofSeconds(number(request, "wait", 0, WAIT_SECONDS_MAX, 0));
    long until = System.nanoTime() + wait.toNanos();
    return switch (feed.read(new EventFeed.Wish(after, types, limit, until))) {
      case FeedPage.Read page -> {
        readers.seen(
            request.caller().subject(),
            page.next(),
            clock.instant(),
            page.events().size(),
            page.atEnd());
        yield page(page);
      }
      case FeedPage.Gone _ ->
          throw gone("The log no longer has what follows this place; without after it begins at");
      case FeedPage.Busy _ -> throw Problem.overloaded(BUSY_RETRY_SECONDS);
    };
  }

  private static Problem gone(String why) {
    return Problem.gone("events_gone", why + " what it has");
  }

  private Reply page(FeedPage.Read page) {
    List<byte[]> texts = page.events().stream().map(this::text).toList();
    JsonWriter json = new JsonWriter(128 + texts.stream().mapToInt(text -> text.length + 1).sum());
    json.beginObject().name("data").beginArray();
    texts.forEach(json::raw);
    json.endArray().field("next", places.write(page.next())).field("atEnd", page.atEnd());
    return Reply.json(200, json.endObject().toBytes());
  }

  private byte[] text(FeedEvent event) {
    return event.text(form);
  }

  private FeedPlace after(Request request) {
    String after = request.query("after");
    String from = request.query("from");
    if (after != null && from != null) {
      throw Problem.invalid("?from", "is for the first page only, which has no after");
    }
    if (after != null) {
      return places
          .read(after)
          .orElseThrow(() -> Problem.invalid("?after", "is no next that was given out here"));
    }
    return from == null ? FeedPlace.BEGINNING : from(time("?from", from));
  }

  /** Where the log no longer has all of that time, as much is told: a hole would be silent. */
  private FeedPlace from(Instant time) {
    FeedPlace place = feed.from(time);
    // Looked at last: what is dropped after this makes the place one that is gone.
    if (!feed.keeps(time)) {
      throw gone("The log no longer has all of that time; without from it begins at");
    }
    return place;
  }

  static Instant time(String pointer, String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException _) {
      throw Problem.invalid(pointer, "is no time as 2026-11-11T00:00:00Z");
    }
  }

  private static EventTypes types(@Nullable String text) {
    return text == null
        ? EventTypes.ALL
        : EventTypes.parse(text)
            .orElseThrow(() ->
                Problem.invalid(
                    "?type", "is types such as order.paid.v1 or order.*, with commas between"));
  }

  private static int number(Request request, String name, int min, int max, int usual) {
    String text = request.query(name);
    if (text == null) {
      return usual;
    }
    if (text.matches("[0-9]{1,4}")) {
      int number = Integer.parseInt(text);
      if (number >= min && number <= max) {
        return number;
      }
    }
    throw Problem.invalid("?" + name, "must be an integer from " + min + " to " + max);
  }
}
