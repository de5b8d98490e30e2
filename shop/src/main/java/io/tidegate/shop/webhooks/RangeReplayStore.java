package io.tidegate.shop.webhooks;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.platform.messaging.FeedPlace;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The table of what is sent once more, a range of time for a subscription. */
public final class RangeReplayStore {

  private static final String SELECT =
      """
      select id, subscription, from_at, to_at, delivered_too, state, why, horizon, position,
        end_horizon, read, sent, reached_at, by, created_at
      from webhooks.replay
      """;

  static final Sql NEXT_ID =
      Sql.of("select nextval(pg_get_serial_sequence('webhooks.replay', 'id'))");

  /** Fails as a conflict where the subscription has one that runs. */
  static final Sql ADD =
      Sql.of(
          """
          insert into webhooks.replay
            (id, subscription, from_at, to_at, delivered_too, state, horizon, position, end_horizon,
              by)
          overriding system value values (?, ?, ?, ?, ?, 'running', ?, ?, ?, ?)
          """);

  static final Sql RUNNING = Sql.of(SELECT + "where state = 'running' order by id");
  static final Sql LATEST = Sql.of(SELECT + "where subscription = ? order by id desc limit 1");
  static final Sql ONE = Sql.of(SELECT + "where subscription = ? and id = ?");
  static final Sql MOVE =
      Sql.of(
          """
          update webhooks.replay
          set horizon = ?, position = ?, read = read + ?, sent = sent + ?,
            reached_at = greatest(reached_at, ?::timestamptz),
            state = case when ? then 'done' else state end, changed_at = clock_timestamp()
          where id = ? and state = 'running' and horizon = ? and position = ? returning 1
          """);
  static final Sql STOP =
      Sql.of(
          """
          update webhooks.replay set state = 'stopped', why = ?, changed_at = clock_timestamp()
          where id = ? and state = 'running'
          """);

  private final Database database;

  public RangeReplayStore(Database database) {
    this.database = database;
  }

  /**
   * What is wished.
   *
   * @param start where to begin in the feed
   * @param endHorizon the first horizon that is not read
   */
  record Wish(
      long subscription,
      Instant from,
      Instant to,
      boolean deliveredToo,
      FeedPlace start,
      long endHorizon) {}

  static long add(Tx tx, Wish wish, String by) {
    long id = tx.query(NEXT_ID, row -> row.getLong(1)).getFirst();
    tx.write(
        ADD,
        id,
        wish.subscription(),
        wish.from(),
        wish.to(),
        wish.deliveredToo(),
        wish.start().horizon(),
        wish.start().position(),
        wish.endHorizon(),
        by);
    return id;
  }

  List<RangeReplay> running() {
    return database.read(RUNNING, RangeReplayStore::row);
  }

  /** The last that was wished for a subscription. */
  public Optional<RangeReplay> latest(long subscription) {
    return database.read(LATEST, RangeReplayStore::row, subscription).stream().findFirst();
  }

  public Optional<RangeReplay> get(long subscription, long id) {
    return database.read(ONE, RangeReplayStore::row, subscription, id).stream().findFirst();
  }

  /**
   * How far one came with a page.
   *
   * @param read events looked at
   * @param sent deliveries that it made, or had begin again
   * @param reachedAt the time of the last event; null where there was none
   * @param done whether that was the last page
   */
  record Step(FeedPlace to, long read, long sent, @Nullable Instant reachedAt, boolean done) {}

  /** Moves one on from where it was; a conflict where another has. */
  static void move(Tx tx, RangeReplay from, Step step) {
    tx.writeExpecting(
        1,
        MOVE,
        step.to().horizon(),
        step.to().position(),
        step.read(),
        step.sent(),
        step.reachedAt(),
        step.done(),
        from.id(),
        from.horizon(),
        from.position());
  }

  void stop(RangeReplay replay, String why) {
    database.write(
        "stop-webhook-replay",
        tx -> {
          stop(tx, replay.id(), why);
          return true;
        });
  }

  static void stop(Tx tx, long id, String why) {
    tx.write(STOP, why, id);
  }

  private static RangeReplay row(Row row) throws SQLException {
    return new RangeReplay(
        row.getLong(1),
        row.getLong(2),
        row.getInstant(3),
        row.getInstant(4),
        row.getBoolean(5),
        RangeReplay.State.of(row.getString(6)),
        row.getStringOrNull(7),
        row.getLong(8),
        row.getLong(9),
        row.getLong(10),
        row.getLong(11),
        row.getLong(12),
        row.getInstantOrNull(13),
        row.getString(14),
        row.getInstant(15));
  }
}
