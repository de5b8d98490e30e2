package io.tidegate.server.console;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.Tx;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.identity.Caller;
import io.tidegate.platform.messaging.DeadLetter;
import io.tidegate.platform.messaging.DeadLetters;
import io.tidegate.shop.staff.StaffStore;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What consumers could not do: why, and what staff decide about it. */
final class DeadLetterPage implements Routes {
  private static final String PATH = "/console/dead-letters";
  private static final int ROWS = 25;
  private static final int REASON_CHARS_MAX = 200;

  private final Pages pages;
  private final Database database;
  private final DeadLetters letters;

  DeadLetterPage(Pages pages, Database database, DeadLetters letters) {
    this.pages = pages;
    this.database = database;
    this.letters = letters;
  }

  /**
   * What the page shows.
   *
   * @param notice what the last decision led to; empty for none
   * @param next where the list goes on; empty at its end
   */
  record Shelf(List<Letter> letters, String notice, String next) {}

  /** A parked event. */
  record Letter(
      long id,
      String consumer,
      String type,
      String key,
      String href,
      OrderList.State state,
      String tries,
      Shown.Moment first,
      Shown.Moment next,
      String error) {}

  @Override
  public void register(Router router) {
    pages
        .get(
            router,
            PATH,
            pages.of(Section.DEAD_LETTERS, (request, visitor, _) -> list(request, visitor)))
        .query("after", "done");
    pages.post(
        router,
        PATH + "/{id}/replay",
        pages.form(
            Section.DEAD_LETTERS,
            (request, _, member) ->
                done("replayed", act(request, member, "dead-letter.replay", this::replay))));
    pages.post(router, PATH + "/{id}/discard", pages.form(Section.DEAD_LETTERS, this::discard));
  }

  private Reply list(Request request, Visitor visitor) {
    Texts t = Texts.in(visitor.language());
    List<DeadLetter> found = letters.list(null, after(request.query("after")), ROWS + 1);
    List<DeadLetter> shown = found.subList(0, Math.min(ROWS, found.size()));
    String next = found.size() > ROWS ? PATH + "?after=" + shown.getLast().id() : "";
    Shelf shelf =
        new Shelf(
            shown.stream().map(letter -> letter(letter, t)).toList(),
            notice(request.query("done"), t),
            next);
    return pages
        .page(visitor, Section.DEAD_LETTERS, t.of("dead.title"), PATH, "deadletters", shelf)
        .as(200);
  }

  private static long after(@Nullable String text) {
    if (text == null) {
      return 0;
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException _) {
      throw Problem.invalid("?after", "is no id");
    }
  }

  private static String notice(@Nullable String done, Texts t) {
    return switch (done) {
      case "replayed" -> t.of("dead.replayed");
      case "discarded" -> t.of("dead.discarded");
      case "gone" -> t.of("dead.gone");
      case null, default -> "";
    };
  }

  private Letter letter(DeadLetter letter, Texts t) {
    String state = letter.state().name().toLowerCase(Locale.ROOT);
    boolean retrying = letter.state() == DeadLetter.State.RETRYING;
    return new Letter(
        letter.id(),
        t.named("effect", letter.consumer()),
        letter.type(),
        Long.toString(letter.key()),
        "/console/orders/" + letter.key(),
        new OrderList.State(state, t.of("effect_state." + state)),
        t.with("effect.tries", letter.tries()),
        Shown.moment(letter.firstAt(), pages.zone()),
        Shown.moment(retrying ? letter.nextAt() : null, pages.zone()),
        letter.error());
  }

  private Reply discard(Request request, Visitor visitor, Caller member) {
    String reason = new Typed(request.form()).text("reason", REASON_CHARS_MAX);
    String by = member.subject();
    return done(
        "discarded",
        act(
            request,
            member,
            "dead-letter.discard",
            (tx, letter) -> letters.discard(tx, letter, by, reason)));
  }

  private void replay(Tx tx, DeadLetter letter) {
    letters.replay(tx, letter.id());
  }

  /** Decides about a letter and writes the act down with it; false when it was settled before. */
  private boolean act(
      Request request, Caller member, String act, BiConsumer<Tx, DeadLetter> change) {
    Optional<DeadLetter> letter = letters.get(request.pathNumber("id"));
    if (letter.isEmpty()) {
      return false;
    }
    DeadLetter found = letter.get();
    try {
      return database.writeOnce(tx -> {
        change.accept(tx, found);
        StaffStore.record(
            tx,
            member.subject(),
            act,
            "dead-letter " + found.id(),
            json ->
                json.field("consumer", found.consumer())
                    .field("type", found.type())
                    .field("position", Long.toString(found.position())));
        return true;
      });
    } catch (DatabaseFailure.Conflict _) {
      return false;
    }
  }

  private static Reply done(String what, boolean settled) {
    return Reply.seeOther(PATH + "?done=" + (settled ? what : "gone"));
  }
}
