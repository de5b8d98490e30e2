package io.tidegate.shop.webhooks;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.platform.messaging.FeedPlace;
import io.tidegate.shop.kernel.LockRank;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The tables of subscriptions, and of how far the log was read for all of them. */
public final class WebhookStore {

  private static final String SELECT =
      """
      select id, url, types, description, state, why, since_horizon,
        case when old_secret_until > clock_timestamp() then old_secret_until end, failing_since,
        case when slow_until > clock_timestamp() then slow_until end, slow_steps, by, created_at,
        changed_at
      from webhooks.subscription
      """;

  static final Sql ACTIVE = Sql.of(SELECT + "where state = 'active' order by id");
  static final Sql LIST =
      Sql.of(SELECT + "where state <> 'deleted' and id < ? order by id desc limit ?");
  static final Sql ONE = Sql.of(SELECT + "where id = ? and state <> 'deleted'");
  static final Sql NEXT_ID =
      Sql.of("select nextval(pg_get_serial_sequence('webhooks.subscription', 'id'))");
  static final Sql COUNT =
      Sql.of("select count(*) from webhooks.subscription where state <> 'deleted'");
  static final Sql ADD =
      Sql.of(
          """
          insert into webhooks.subscription
            (id, url, types, description, state, since_horizon, secret, by)
          overriding system value values (?, ?, ?, ?, 'active', ?, ?, ?)
          """);
  static final Sql CHANGE =
      Sql.of(
          """
          update webhooks.subscription
          set url = ?, types = ?, description = ?, changed_at = clock_timestamp()
          where id = ? and state <> 'deleted' returning 1
          """);

  /** Fails the transaction where it is active already: what it missed must not count as sent. */
  static final Sql ENABLE =
      Sql.of(
          """
          update webhooks.subscription
          set state = 'active', why = null, since_horizon = ?, failing_since = null,
            failed_at = null, slow_until = null, slow_steps = 0, changed_at = clock_timestamp()
          where id = ? and state = 'disabled' returning 1
          """);

  static final Sql DISABLE =
      Sql.of(
          """
          update webhooks.subscription
          set state = 'disabled', why = ?, changed_at = clock_timestamp()
          where id = ? and state = 'active'
          """);
  static final Sql DELETE =
      Sql.of(
          """
          update webhooks.subscription
          set state = 'deleted', why = null, changed_at = clock_timestamp()
          where id = ? and state <> 'deleted' returning 1
          """);
  static final Sql ROTATE =
      Sql.of(
          """
          update webhooks.subscription
          set old_secret = secret, secret = ?, changed_at = clock_timestamp(),
            old_secret_until = clock_timestamp() + ? * interval '1 millisecond'
          where id = ? and state <> 'deleted' returning 1
          """);
  static final Sql SECRETS =
      Sql.of(
          """
          select id, secret, case when old_secret_until > clock_timestamp() then old_secret end
          from webhooks.subscription where id = any(?)
          """);

  static final Sql LOCK_CURSOR = Sql.of("select 1 from webhooks.cursor for update");
  static final Sql CURSOR = Sql.of("select horizon, position, generation from webhooks.cursor");
  static final Sql CHANGED = Sql.of("update webhooks.cursor set generation = generation + 1");
  static final Sql MOVE =
      Sql.of(
          """
          update webhooks.cursor set horizon = ?, position = ?
          where horizon = ? and position = ? and generation = ? returning 1
          """);

  // A receiver that takes things is written only where something was noted against it. A try that
  // began before a pause ended says nothing of what comes after it.
  static final Sql TAKES =
      Sql.of(
          """
          update webhooks.subscription
          set failing_since = null, failed_at = null,
            slow_until = case when slow_until > ? then slow_until end,
            slow_steps = case when slow_until > ? then slow_steps else 0 end
          where id = ? and (failing_since is not null or slow_steps > 0)
          """);
  static final Sql FAILS =
      Sql.of(
          """
          update webhooks.subscription
          set failing_since = coalesce(failing_since, clock_timestamp()),
            failed_at = clock_timestamp()
          where id = ?
          """);

  // Those that were under way together are one step, and the longest pause of them counts.
  static final Sql SLOWER =
      Sql.of(
          """
          update webhooks.subscription
          set slow_steps = least(slow_steps + case when slow_until > ? then 0 else 1 end, 30),
            slow_until = greatest(slow_until, clock_timestamp() + ? * interval '1 millisecond')
          where id = ?
          """);
  static final Sql GIVE_UP =
      Sql.of(
          """
          update webhooks.subscription
          set state = 'disabled', why = 'failing', changed_at = clock_timestamp()
          where id = ? and state = 'active'
            and failed_at - failing_since >= ? * interval '1 millisecond'
          """);

  /**
   * How far the log was read for all.
   *
   * @param generation rises with each change of subscriptions
   */
  record Cursor(FeedPlace place, long generation) {}

  /**
   * What a subscription's deliveries are signed with.
   *
   * @param old the one before, while it counts; null for none
   */
  record Secrets(WebhookSecret now, @Nullable WebhookSecret old) {}

  private final Database database;

  public WebhookStore(Database database) {
    this.database = database;
  }

  /** Those that are sent events. */
  List<Subscription> active() {
    return database.read(ACTIVE, WebhookStore::row);
  }

  /** Subscriptions below an id, newest first. */
  public List<Subscription> list(long before, int limit) {
    return database.read(LIST, WebhookStore::row, before, limit);
  }

  public Optional<Subscription> get(long id) {
    return database.read(ONE, WebhookStore::row, id).stream().findFirst();
  }

  Cursor cursor() {
    return database
        .read(
            CURSOR,
            row -> new Cursor(new FeedPlace(row.getLong(1), row.getLong(2)), row.getLong(3)))
        .getFirst();
  }

  /** Says in the given transaction that all before a place was read for these subscriptions. */
  static void move(Tx tx, Cursor from, FeedPlace to) {
    tx.writeExpecting(
        1,
        MOVE,
        to.horizon(),
        to.position(),
        from.place().horizon(),
        from.place().position(),
        from.generation());
  }

  /**
   * Keeps whoever reads the log from going on until the transaction ends, and has it look anew at
   * the subscriptions then: what is committed from now on is read for all that are active by then.
   */
  static void change(Tx tx) {
    tx.lock(LockRank.LEASE, LOCK_CURSOR, row -> row.getInt(1));
    tx.write(CHANGED);
  }

  static long count(Tx tx) {
    return tx.query(COUNT, row -> row.getLong(1)).getFirst();
  }

  static long add(
      Tx tx,
      String url,
      List<String> types,
      String description,
      long sinceHorizon,
      WebhookSecret secret,
      String by) {
    long id = tx.query(NEXT_ID, row -> row.getLong(1)).getFirst();
    tx.write(ADD, id, url, types(types), description, sinceHorizon, secret.bytes(), by);
    return id;
  }

  static void change(Tx tx, long id, String url, List<String> types, String description) {
    tx.writeExpecting(1, CHANGE, url, types(types), description, id);
  }

  static void enable(Tx tx, long id, long sinceHorizon) {
    tx.writeExpecting(1, ENABLE, sinceHorizon, id);
  }

  static void disable(Tx tx, long id, Subscription.Why why) {
    tx.write(DISABLE, why.code(), id);
  }

  static void delete(Tx tx, long id) {
    tx.writeExpecting(1, DELETE, id);
  }

  static void rotate(Tx tx, long id, WebhookSecret secret, Duration oldKept) {
    tx.writeExpecting(1, ROTATE, secret.bytes(), oldKept.toMillis(), id);
  }

  /** The secrets of subscriptions; those that are gone are left out. */
  Map<Long, Secrets> secrets(Collection<Long> ids) {
    Map<Long, Secrets> found = new HashMap<>();
    database.read(
        SECRETS,
        row -> {
          byte[] old = row.getBytesOrNull(3);
          return found.put(
              row.getLong(1),
              new Secrets(
                  WebhookSecret.of(row.getBytes(2)), old == null ? null : WebhookSecret.of(old)));
        },
        (Object) ids.stream().mapToLong(Long::longValue).toArray());
    return found;
  }

  /** Notes what a try said about its receiver. */
  static void note(Tx tx, long id, ReceiverNews news, Duration disableAfter) {
    Instant triedAt = news.triedAt();
    switch (news.receiver()) {
      case Verdict.Receiver.Unasked _ -> {}
      case Verdict.Receiver.Takes _ -> tx.write(TAKES, triedAt, triedAt, id);
      case Verdict.Receiver.Fails _ -> {
        tx.write(FAILS, id);
        tx.write(GIVE_UP, id, disableAfter.toMillis());
      }
      case Verdict.Receiver.Slower(Duration pause) -> {
        tx.write(FAILS, id);
        tx.write(SLOWER, triedAt, pause.toMillis(), id);
        tx.write(GIVE_UP, id, disableAfter.toMillis());
      }
      case Verdict.Receiver.Leaves _ -> disable(tx, id, Subscription.Why.GONE);
    }
  }

  private static String[] types(List<String> types) {
    return types.toArray(String[]::new);
  }

  private static Subscription row(Row row) throws SQLException {
    return new Subscription(
        row.getLong(1),
        row.getString(2),
        List.of(row.getStrings(3)),
        row.getString(4),
        Subscription.State.of(row.getString(5)),
        Subscription.Why.of(row.getStringOrNull(6)),
        row.getLong(7),
        row.getInstantOrNull(8),
        row.getInstantOrNull(9),
        row.getInstantOrNull(10),
        row.getInt(11),
        row.getString(12),
        row.getInstant(13),
        row.getInstant(14));
  }
}
