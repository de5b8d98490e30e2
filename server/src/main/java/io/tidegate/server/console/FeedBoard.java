package io.tidegate.server.console;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.messaging.Backlog;
import io.tidegate.platform.messaging.Replay;
import io.tidegate.server.feed.FeedReaders;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is known of events on their way: log, relay, consumers, readers of the feed, replays. */
final class FeedBoard {

  private static final String DASH = "–";
  private static final int REPLAYS = 10;

  /** The broker is asked for every queue; one that is away must not hold the page up. */
  private static final Duration BACKLOG_MAX = Duration.ofSeconds(2);

  private static final Sql LOG =
      Sql.of(
          """
          select coalesce((select max(position) from messaging.log), 0),
            coalesce((select max(id) from messaging.horizon), 0),
            (select coalesce(sum(pg_total_relation_size(inhrelid)), 0)::bigint
              from pg_inherits where inhparent = 'messaging.log'::regclass)
          """);

  private final Database database;
  private final Console.Feed feed;
  private @Nullable CompletableFuture<Optional<Backlog>> asked;

  FeedBoard(Database database, Console.Feed feed) {
    this.database = database;
    this.feed = feed;
  }

  /** What the page shows. */
  record Board(
      List<Figure> figures,
      List<OfConsumer> consumers,
      List<OfReader> readers,
      List<OfReplay> replays,
      String notice,
      String live) {}

  /** A named figure. */
  record Figure(String name, String value) {}

  /** One of our consumers. */
  record OfConsumer(String name, String messages, String retrying, String dead) {}

  /** A program that pulls the feed from this node. */
  record OfReader(String name, String events, OrderList.State state, Shown.Moment at) {}

  /** A replay, and what may be done to it. */
  record OfReplay(
      long id,
      String group,
      String types,
      String progress,
      String told,
      OrderList.State state,
      String error,
      Shown.Moment at,
      boolean mayPause,
      boolean mayResume,
      boolean mayCancel) {}

  /** The log's newest position, the newest horizon and the bytes on disk. */
  private record LogFigures(long position, long horizon, long bytes) {}

  Board read(Pages pages, Texts t, String notice, String path) {
    LogFigures log =
        database
            .read(LOG, row -> new LogFigures(row.getLong(1), row.getLong(2), row.getLong(3)))
            .getFirst();
    Optional<Backlog> backlog = backlog();
    List<Figure> figures =
        List.of(
            new Figure(t.of("feed.position"), count(log.position())),
            new Figure(t.of("feed.size"), megabytes(log.bytes())),
            new Figure(t.of("feed.horizon"), count(log.horizon())),
            new Figure(
                t.of("feed.relay_events"), backlog.map(b -> count(b.relayEvents())).orElse(DASH)),
            new Figure(
                t.of("feed.relay_seconds"),
                backlog.map(b -> "%.1f s".formatted(b.relaySeconds())).orElse(DASH)),
            new Figure(t.of("feed.lake_lag"), feed.lakeLag().get().orElse(DASH)));
    List<OfConsumer> consumers =
        backlog.stream()
            .flatMap(b -> b.consumers().stream())
            .map(c ->
                new OfConsumer(
                    c.consumer(),
                    c.messages() < 0 ? DASH : count(c.messages()),
                    count(c.retrying()),
                    count(c.dead())))
            .toList();
    List<OfReader> readers =
        feed.readers().all().stream().map(reader -> reader(reader, pages, t)).toList();
    List<OfReplay> replays =
        feed.replays().desk().list(Long.MAX_VALUE, REPLAYS).stream()
            .map(replay -> replay(replay, pages, t))
            .toList();
    String seen = Live.seen(List.of(figures, consumers, readers, replays));
    return new Board(figures, consumers, readers, replays, notice, path + "/live?seen=" + seen);
  }

  /** One question at a time, however many look. */
  private Optional<Backlog> backlog() {
    CompletableFuture<Optional<Backlog>> question;
    synchronized (this) {
      question = asked;
      if (question == null || question.isDone()) {
        Supplier<Optional<Backlog>> backlog = feed.backlog();
        question = CompletableFuture.supplyAsync(backlog, task -> Thread.ofVirtual().start(task));
        asked = question;
      }
    }
    try {
      return question
          .copy()
          .completeOnTimeout(
              Optional.empty(), BACKLOG_MAX.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS)
          .join();
    } catch (CompletionException _) {
      return Optional.empty(); // the database or the broker is away
    }
  }

  private static OfReader reader(FeedReaders.Reader reader, Pages pages, Texts t) {
    String state = reader.atEnd() ? "at_end" : "behind";
    return new OfReader(
        reader.subject(),
        count(reader.events()),
        new OrderList.State(reader.atEnd() ? "done" : "pending", t.of("feed.reader_" + state)),
        Shown.moment(reader.at(), pages.zone()));
  }

  private static OfReplay replay(Replay replay, Pages pages, Texts t) {
    String state = replay.state().name().toLowerCase(Locale.ROOT);
    return new OfReplay(
        replay.id(),
        replay.consumer(),
        replay.types().isEmpty() ? t.of("feed.all_types") : String.join(", ", replay.types()),
        count(replay.read()) + " / " + count(replay.total()),
        count(replay.told()),
        new OrderList.State(look(replay.state()), t.of("replay_state." + state)),
        replay.error(),
        Shown.moment(replay.changedAt(), pages.zone()),
        replay.state() == Replay.State.RUNNING,
        replay.state() == Replay.State.PAUSED || replay.state() == Replay.State.FAILED,
        switch (replay.state()) {
          case RUNNING, PAUSED, FAILED -> true;
          case DONE, CANCELLED -> false;
        });
  }

  /** The look of a state that has one already. */
  private static String look(Replay.State state) {
    return switch (state) {
      case RUNNING -> "retrying";
      case PAUSED -> "pending";
      case DONE -> "done";
      case FAILED -> "dead";
      case CANCELLED -> "cancelled";
    };
  }

  private static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%,.1f MB", bytes / 1e6);
  }
}
