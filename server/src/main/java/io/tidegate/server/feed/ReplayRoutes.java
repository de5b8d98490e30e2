package io.tidegate.server.feed;

import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Cursors;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.Page;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.messaging.Replay;
import io.tidegate.platform.messaging.ReplayDesk;
import java.util.Locale;
import java.util.Optional;

/** Replays, for staff: begin, look, pause, resume, cancel. */
public final class ReplayRoutes implements Routes {

  private static final String PATH = "/v1/admin/replays";
  private static final int TYPES_MAX = 50;

  private final ReplayActs acts;
  private final Cursors cursors;
  private final String topicPrefix;

  public ReplayRoutes(ReplayActs acts, Cursors cursors, String topicPrefix) {
    this.acts = acts;
    this.cursors = cursors;
    this.topicPrefix = topicPrefix;
  }

  @Override
  public void register(Router router) {
    Access admin = Access.staff("admin");
    router.post(PATH, admin, this::begin);
    router.get(PATH, admin, this::list).paged();
    router.get(PATH + "/{id}", admin, request -> one(request, 200));
    router.post(PATH + "/{id}/pause", admin, request -> turn(request, ReplayActs.Turn.PAUSE));
    router.post(PATH + "/{id}/resume", admin, request -> turn(request, ReplayActs.Turn.RESUME));
    router.post(PATH + "/{id}/cancel", admin, request -> turn(request, ReplayActs.Turn.CANCEL));
  }

  private Reply begin(Request request) {
    Fields body = request.json();
    ReplayWords words =
        new ReplayWords(
            body.string("group", ReplayWords.GROUP_CHARS_MAX),
            body.string("from", ReplayWords.FROM_CHARS_MAX),
            body.optionalString("to", ReplayWords.FROM_CHARS_MAX),
            body.optionalStrings("types", 1, TYPES_MAX, ReplayWords.TYPE_CHARS_MAX),
            body.optionalInteger("perSecond", 1, ReplayDesk.PER_SECOND_MAX));
    Optional<ReplayDesk.Wish> wish = words.wish(body::refuse);
    body.check();
    Replay begun =
        acts.begin(wish.orElseThrow(), request.caller().subject())
            .orElseThrow(() ->
                Problem.conflict(
                    "replay_open",
                    "The group has a replay that is not at its end, or "
                        + ReplayDesk.OPEN_MAX
                        + " are open"));
    return reply(begun, 201).header("Location", PATH + "/" + begun.id());
  }

  private Reply list(Request request) {
    return Page.reply(
        request,
        cursors,
        acts.desk().list(cursors.position(request).orElse(Long.MAX_VALUE), request.limit() + 1),
        Replay::id,
        this::write);
  }

  private Reply one(Request request, int status) {
    return reply(replay(request), status);
  }

  private Reply turn(Request request, ReplayActs.Turn turn) {
    Replay replay = replay(request);
    if (!acts.turn(replay, turn, request.caller().subject())) {
      throw Problem.conflict(
          "wrong_state", "It is " + state(acts.desk().get(replay.id()).orElse(replay)));
    }
    return one(request, 200);
  }

  private Replay replay(Request request) {
    return acts.desk().get(request.pathNumber("id")).orElseThrow(Problem::notFound);
  }

  private Reply reply(Replay replay, int status) {
    return Reply.json(status, json -> write(json, replay));
  }

  private static String state(Replay replay) {
    return replay.state().name().toLowerCase(Locale.ROOT);
  }

  private void write(JsonWriter json, Replay replay) {
    Long position = replay.fromPosition();
    String from = position == null ? "start" : Long.toString(position);
    json.beginObject()
        .field("id", Long.toString(replay.id()))
        .field("group", replay.consumer())
        .field("own", replay.own());
    if (!replay.own()) {
      json.field("topic", topicPrefix + "replay-" + replay.consumer());
    }
    if (replay.fromAt() == null) {
      json.field("from", from);
    } else {
      json.fieldIfPresent("from", replay.fromAt());
    }
    json.fieldIfPresent("to", replay.toAt());
    json.name("types").beginArray();
    replay.types().forEach(json::value);
    json.endArray()
        .field("perSecond", replay.perSecond())
        .field("state", state(replay))
        .field("read", replay.read())
        .field("of", replay.total())
        .field("published", replay.told());
    if (replay.place().position() > 0) {
      json.field("position", Long.toString(replay.place().position()));
    }
    if (!replay.error().isEmpty()) {
      json.field("error", replay.error());
    }
    json.field("by", replay.by())
        .field("createdAt", replay.createdAt())
        .field("changedAt", replay.changedAt())
        .endObject();
  }
}
