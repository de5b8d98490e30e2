package io.tidegate.platform.messaging;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.platform.messaging.Replay.State;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The table of replays: begun, paused, resumed and cancelled by staff, moved on by the worker. */
public final class ReplayDesk {

  /** Replays that run or are paused at a time. */
  public static final int OPEN_MAX = 16;

  /** The fastest that one may be. */
  public static final int PER_SECOND_MAX = 20_000;

  private static final Duration CLOCKS = Duration.ofSeconds(10);
  private static final String COLUMNS =
      """
      id, consumer, own, types, from_at, from_position, to_at, per_second, state, end_horizon,
      horizon, position, read, total, told, error, by, created_at, changed_at
      """;

  private static final Sql NEXT_ID =
      Sql.of("select nextval(pg_get_serial_sequence('messaging.replay', 'id'))");
  private static final Sql ADD =
      Sql.of(
          """
          insert into messaging.replay
            (id, consumer, own, types, from_at, from_position, to_at, per_second, state,
              end_horizon, horizon, position, total, by)
          overriding system value
          values (?, ?, ?, ?, ?, ?::bigint, ?, ?, ?, ?, ?, 0, ?, ?)
          """);
  private static final Sql LIST =
      Sql.of("select " + COLUMNS + " from messaging.replay where id < ? order by id desc limit ?");
  private static final Sql ONE =
      Sql.of("select " + COLUMNS + " from messaging.replay where id = ?");
  private static final Sql RUNNING =
      Sql.of(
          "select "
              + COLUMNS
              + " from messaging.replay where state = 'running' order by id limit "
              + OPEN_MAX);
  private static final Sql OPEN =
      Sql.of("select count(*) from messaging.replay where state in ('running', 'paused')");
  private static final Sql OWN = Sql.of("select distinct consumer from messaging.queue");
  private static final Sql TURN =
      Sql.of(
          """
          update messaging.replay set state = ?, error = '', changed_at = clock_timestamp()
          where id = ? and state = any(?::text[])
          returning 1
          """);
  private static final Sql MOVE =
      Sql.of(
          """
          update messaging.replay
          set horizon = ?, position = ?, read = read + ?, told = told + ?, error = '',
            state = case when ? then 'done' else state end, changed_at = clock_timestamp()
          where id = ? and state = 'running' and horizon = ? and position = ?
          returning 1
          """);
  private static final Sql TROUBLE =
      Sql.of(
          """
          update messaging.replay
          set error = ?, state = case when ? then 'failed' else state end,
            changed_at = clock_timestamp()
          where id = ? and state = 'running'
          """);

  private final Database database;
  private final HorizonStore horizons;
  private final Set<String> here;

  /**
   * @param here names of our consumers on this node, which the broker may not have met yet
   */
  public ReplayDesk(Database database, Set<String> here) {
    this.database = database;
    this.horizons = new HorizonStore(database);
    this.here = Set.copyOf(here);
  }

  /**
   * What is asked for.
   *
   * @param consumer the group
   * @param fromAt from events of this time on, or null
   * @param fromPosition from this position on, or null
   * @param toAt up to this time, or null for what is in the log now
   */
  public record Wish(
      String consumer,
      EventTypes types,
      @Nullable Instant fromAt,
      @Nullable Long fromPosition,
      @Nullable Instant toAt,
      int perSecond) {}

  /** The names of our own consumers. */
  public Set<String> own() {
    Set<String> names = new TreeSet<>(database.read(OWN, row -> row.getString(1)));
    names.addAll(here);
    return names;
  }

  /** How many are not at their end. */
  public long open() {
    return database.read(OPEN, row -> row.getLong(1)).getFirst();
  }

  /**
   * Begins a replay in the given transaction, which fails as a conflict where the group has one
   * that is not at its end.
   *
   * @return its id
   */
  public long begin(Tx tx, Wish wish, String by) {
    HorizonStore.Ends ends = horizons.ends();
    long first = Math.max(ends.lowest(), first(wish).orElse(ends.highest() + 1));
    long last = last(wish, ends.highest());
    long total = last < first ? 0 : horizons.events(first, last);
    long id = tx.query(NEXT_ID, row -> row.getLong(1)).getFirst();
    tx.write(
        ADD,
        id,
        wish.consumer(),
        own().contains(wish.consumer()),
        wish.types().wanted().toArray(String[]::new),
        wish.fromAt(),
        wish.fromPosition(),
        wish.toAt(),
        wish.perSecond(),
        name(last < first ? State.DONE : State.RUNNING),
        last,
        first,
        total,
        by);
    return id;
  }

  private OptionalLong first(Wish wish) {
    Instant at = wish.fromAt();
    Long position = wish.fromPosition();
    if (at != null) {
      return horizons.at(at.minus(CLOCKS));
    }
    return position == null ? OptionalLong.of(1) : horizons.reaching(position);
  }

  private long last(Wish wish, long highest) {
    Instant at = wish.toAt();
    OptionalLong beyond = at == null ? OptionalLong.empty() : horizons.allBefore(at.plus(CLOCKS));
    return beyond.isPresent() ? Math.min(highest, beyond.getAsLong()) : highest;
  }

  /** Replays below an id, newest first. */
  public List<Replay> list(long before, int limit) {
    return database.read(LIST, ReplayDesk::replay, before, limit);
  }

  public Optional<Replay> get(long id) {
    return database.read(ONE, ReplayDesk::replay, id).stream().findFirst();
  }

  /** Holds it where it is; a conflict where it does not run. */
  public void pause(Tx tx, long id) {
    turn(tx, id, State.PAUSED, "running");
  }

  /** Has it go on; a conflict where it is not paused and did not fail. */
  public void resume(Tx tx, long id) {
    turn(tx, id, State.RUNNING, "paused", "failed");
  }

  /** Ends it; a conflict where it is at its end already. */
  public void cancel(Tx tx, long id) {
    turn(tx, id, State.CANCELLED, "running", "paused", "failed");
  }

  private static void turn(Tx tx, long id, State to, String... from) {
    tx.writeExpecting(1, TURN, name(to), id, from);
  }

  List<Replay> running() {
    return database.read(RUNNING, ReplayDesk::replay);
  }

  /** Moves one on from where it was; a Conflict says that it was paused, or moved by another. */
  void move(Replay from, FeedPlace to, long read, long told, boolean done) {
    database.writeOnce(tx -> {
      tx.writeExpecting(
          1,
          MOVE,
          to.horizon(),
          to.position(),
          read,
          told,
          done,
          from.id(),
          from.place().horizon(),
          from.place().position());
      return true;
    });
  }

  /** Notes what stands in its way. */
  void trouble(Replay replay, String error, boolean fails) {
    database.write(
        "replay-trouble",
        tx -> {
          tx.write(TROUBLE, error, fails, replay.id());
          return true;
        });
  }

  private static String name(State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  private static Replay replay(Row row) throws SQLException {
    return new Replay(
        row.getLong(1),
        row.getString(2),
        row.getBoolean(3),
        List.of(row.getStrings(4)),
        row.getInstantOrNull(5),
        row.getLongOrNull(6),
        row.getInstantOrNull(7),
        row.getInt(8),
        State.valueOf(row.getString(9).toUpperCase(Locale.ROOT)),
        row.getLong(10),
        new FeedPlace(row.getLong(11), row.getLong(12)),
        row.getLong(13),
        row.getLong(14),
        row.getLong(15),
        row.getString(16),
        row.getString(17),
        row.getInstant(18),
        row.getInstant(19));
  }
}
