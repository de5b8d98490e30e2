package io.tidegate.server.console;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.identity.Caller;
import io.tidegate.platform.messaging.Replay;
import io.tidegate.platform.messaging.ReplayDesk;
import io.tidegate.server.feed.ReplayActs;
import io.tidegate.server.feed.ReplayWords;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Events on their way to everybody: how far behind each is, and replays. */
final class FeedPage implements Routes {

  private static final String PATH = "/console/feed";
  private static final int TYPES_CHARS_MAX = 1_000;

  private final Pages pages;
  private final FeedBoard board;
  private final ReplayActs replays;

  FeedPage(Pages pages, Database database, Console.Feed feed) {
    this.pages = pages;
    this.board = new FeedBoard(database, feed);
    this.replays = feed.replays();
  }

  @Override
  public void register(Router router) {
    pages
        .get(router, PATH, pages.of(Section.FEED, (request, visitor, _) -> whole(request, visitor)))
        .query("done");
    pages
        .get(
            router,
            PATH + "/live",
            pages.of(Section.FEED, (request, visitor, _) -> live(request, visitor)))
        .query("seen");
    pages.post(
        router,
        PATH + "/replays",
        pages.form(Section.FEED, (request, _, member) -> begin(request, member)));
    for (ReplayActs.Turn turn : ReplayActs.Turn.values()) {
      String name = turn.name().toLowerCase(java.util.Locale.ROOT);
      pages.post(
          router,
          PATH + "/replays/{id}/" + name,
          pages.form(Section.FEED, (request, _, member) -> turn(request, member, turn)));
    }
  }

  private Reply whole(Request request, Visitor visitor) {
    Texts t = Texts.in(visitor.language());
    FeedBoard.Board model = board.read(pages, t, notice(request.query("done"), t), PATH);
    return pages.page(visitor, Section.FEED, t.of("feed.title"), PATH, "feed", model).as(200);
  }

  private Reply live(Request request, Visitor visitor) {
    FeedBoard.Board model = board.read(pages, Texts.in(visitor.language()), "", PATH);
    String seen = model.live().substring(model.live().indexOf('=') + 1);
    return Live.reply(pages, visitor, request, "feedparts", model, seen);
  }

  private static String notice(@Nullable String done, Texts t) {
    return switch (done) {
      case "begun" -> t.of("feed.begun");
      case "open" -> t.of("feed.open");
      case "turned" -> t.of("feed.turned");
      case "gone" -> t.of("feed.gone");
      case null, default -> "";
    };
  }

  private Reply begin(Request request, Caller member) {
    Typed typed = new Typed(request.form());
    String types = typed.optional("types", TYPES_CHARS_MAX);
    String from = typed.optional("from", ReplayWords.FROM_CHARS_MAX);
    String to = typed.optional("to", ReplayWords.FROM_CHARS_MAX);
    ReplayWords words =
        new ReplayWords(
            typed.text("group", ReplayWords.GROUP_CHARS_MAX),
            from.isEmpty() ? "start" : from,
            to.isEmpty() ? null : to,
            types.isEmpty() ? null : list(types),
            (long) typed.integer("perSecond", 1, ReplayDesk.PER_SECOND_MAX));
    List<Problem> wrong = new ArrayList<>();
    Optional<ReplayDesk.Wish> wish =
        words.wish((field, why) -> wrong.add(Problem.invalid("/" + field, why)));
    if (!wrong.isEmpty()) {
      throw wrong.getFirst();
    }
    boolean begun = replays.begin(wish.orElseThrow(), member.subject()).isPresent();
    return Reply.seeOther(PATH + "?done=" + (begun ? "begun" : "open"));
  }

  private static List<String> list(String types) {
    return Arrays.stream(types.split(",", -1)).map(String::strip).toList();
  }

  private Reply turn(Request request, Caller member, ReplayActs.Turn turn) {
    Replay replay = replays.desk().get(request.pathNumber("id")).orElseThrow(Problem::notFound);
    boolean turned = replays.turn(replay, turn, member.subject());
    return Reply.seeOther(PATH + "?done=" + (turned ? "turned" : "gone"));
  }
}
