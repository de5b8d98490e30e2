package io.tidegate.server;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.Tx;
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
import io.tidegate.platform.messaging.DeadLetter;
import io.tidegate.platform.messaging.DeadLetter.State;
import io.tidegate.platform.messaging.DeadLetters;
import io.tidegate.shop.staff.StaffStore;
import java.util.Locale;
import java.util.function.Consumer;

/** Events that consumers could not do, for staff: list, replay, discard. */
public final class DeadLetterRoutes implements Routes {

  private static final String PATH = "/v1/admin/dead-letters";
  private static final int REASON_CHARS_MAX = 200;

  private final Database database;
  private final DeadLetters letters;
  private final Cursors cursors;

  public DeadLetterRoutes(Database database, DeadLetters letters, Cursors cursors) {
    this.database = database;
    this.letters = letters;
    this.cursors = cursors;
  }

  @Override
  public void register(Router router) {
    Access staff = Access.staff("admin");
    router.get(PATH, staff, this::list).query("consumer").paged();
    router.post(PATH + "/{id}/replay", staff, this::replay);
    router.post(PATH + "/{id}/discard", staff, this::discard);
  }

  private Reply list(Request request) {
    long after = cursors.position(request).orElse(0);
    return Page.reply(
        request,
        cursors,
        letters.list(request.query("consumer"), after, request.limit() + 1),
        DeadLetter::id,
        DeadLetterRoutes::write);
  }

  private Reply replay(Request request) {
    DeadLetter letter = letter(request);
    act(request, letter, "dead-letter.replay", tx -> letters.replay(tx, letter.id()));
    return settled(letter, State.RETRYING, 0);
  }

  private Reply discard(Request request) {
    Fields body = request.json();
    String reason = body.line("reason", REASON_CHARS_MAX);
    body.check();
    DeadLetter letter = letter(request);
    String by = request.caller().subject();
    act(request, letter, "dead-letter.discard", tx -> letters.discard(tx, letter, by, reason));
    return settled(letter, State.DISCARDED, letter.tries());
  }

  private DeadLetter letter(Request request) {
    return letters.get(request.pathNumber("id")).orElseThrow(Problem::notFound);
  }

  /** Once: a conflict says that the letter was settled meanwhile, and trying again can't help. */
  private void act(Request request, DeadLetter letter, String act, Consumer<Tx> change) {
    try {
      database.writeOnce(tx -> {
        change.accept(tx);
        StaffStore.record(
            tx,
            request.caller().subject(),
            act,
            "dead-letter " + letter.id(),
            json ->
                json.field("consumer", letter.consumer())
                    .field("type", letter.type())
                    .field("position", Long.toString(letter.position())));
        return true;
      });
    } catch (DatabaseFailure.Conflict _) {
      throw Problem.conflict("already_settled", "It was discarded or done meanwhile");
    }
  }

  private static Reply settled(DeadLetter was, State state, int tries) {
    DeadLetter now =
        new DeadLetter(
            was.id(),
            was.consumer(),
            was.position(),
            was.type(),
            was.key(),
            state,
            tries,
            was.nextAt(),
            was.firstAt(),
            was.error());
    // When a replayed one is tried next is at once: the old time would mislead.
    return Reply.json(
        200,
        json -> {
          members(json.beginObject(), now);
          json.endObject();
        });
  }

  private static void write(JsonWriter json, DeadLetter letter) {
    members(json.beginObject(), letter);
    if (letter.state() == State.RETRYING) {
      json.field("nextAt", letter.nextAt());
    }
    json.endObject();
  }

  private static void members(JsonWriter json, DeadLetter letter) {
    json.field("id", Long.toString(letter.id()))
        .field("consumer", letter.consumer())
        .field("type", letter.type())
        .field("key", Long.toString(letter.key()))
        .field("error", letter.error())
        .field("tries", letter.tries())
        .field("at", letter.firstAt())
        .field("state", letter.state().name().toLowerCase(Locale.ROOT));
  }
}
