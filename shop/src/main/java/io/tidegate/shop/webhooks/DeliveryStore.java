package io.tidegate.shop.webhooks;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.LockRank;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Keeps deliveries from their making to their end, and for a time after it. */
public final class DeliveryStore {

  private static final String SELECT =
      """
      select d.id, d.subscription, d.position, d.type, d.state, d.tries, d.next_try_at, d.why,
        d.status, d.created_at, d.tried_at, d.ended_at
      """;

  static final Sql ADD =
      Sql.of(
          """
          insert into webhooks.delivery (subscription, position, type, state, next_try_at)
          select subscription, position, type, 'waiting', clock_timestamp()
          from unnest(?::bigint[], ?::bigint[], ?::text[]) with ordinality
            as e(subscription, position, type, n)
          order by n
          on conflict (subscription, position) do nothing
          """);

  /** What is under way already stays as it is. */
  static final Sql ADD_AGAIN =
      Sql.of(
          """
          insert into webhooks.delivery as d (subscription, position, type, state, next_try_at)
          select ?, position, type, 'waiting', clock_timestamp()
          from unnest(?::bigint[], ?::text[]) with ordinality as e(position, type, n)
          order by n
          on conflict (subscription, position) do update
          set state = 'waiting', tries = 0, next_try_at = clock_timestamp(), ended_at = null
          where d.state = 'failed' or (d.state = 'delivered' and ?)
          returning 1
          """);

  static final Sql NEXT_ID =
      Sql.of("select nextval(pg_get_serial_sequence('webhooks.delivery', 'id'))");
  static final Sql ADD_TEST =
      Sql.of(
          """
          insert into webhooks.delivery (id, subscription, type, state, next_try_at)
          overriding system value values (?, ?, ?, 'waiting', clock_timestamp())
          """);
  static final Sql AGAIN =
      Sql.of(
          """
          update webhooks.delivery
          set state = 'waiting', tries = 0, next_try_at = clock_timestamp(), ended_at = null
          where id = ? and state in ('delivered', 'failed') returning 1
          """);

  // For each receiver as many as it has room for, so that none is held up by another's.
  static final Sql CLAIM =
      Sql.of(
          SELECT
              + """
              from unnest(?::bigint[], ?::int[]) as w(subscription, room)
              cross join lateral (
                select * from webhooks.delivery due
                where due.subscription = w.subscription and due.ended_at is null
                  and due.next_try_at <= statement_timestamp()
                order by due.next_try_at limit w.room for update skip locked) d
              """);
  static final Sql BEGIN =
      Sql.of(
          """
          update webhooks.delivery d
          set state = 'sending', tries = d.tries + 1, tried_at = t.at,
            next_try_at = t.at + ? * interval '1 millisecond'
          from (select ?::timestamptz as at) t
          where d.id = any(?) returning 1
          """);

  // The number of tries is the claim: who comes after the lease has ended finds another one.
  static final Sql END =
      Sql.of(
          """
          update webhooks.delivery d
          set state = o.state, why = nullif(o.why, ''), status = coalesce(nullif(o.status, 0), d.status),
            next_try_at = clock_timestamp() + nullif(o.wait, -1) * interval '1 millisecond',
            ended_at = case when o.wait = -1 then clock_timestamp() end
          from unnest(?::bigint[], ?::int[], ?::text[], ?::text[], ?::int[], ?::bigint[])
            as o(id, tries, state, why, status, wait)
          where d.id = o.id and d.tries = o.tries and d.state = 'sending'
          """);

  static final Sql PAGE =
      Sql.of(
          SELECT
              + """
              from webhooks.delivery d
              where d.subscription = ? and d.id < ? order by d.id desc limit ?
              """);
  static final Sql PAGE_OF =
      Sql.of(
          SELECT
              + """
              from webhooks.delivery d
              where d.subscription = ? and d.id < ? and d.state = any(?::text[])
              order by d.id desc limit ?
              """);
  static final Sql ONE =
      Sql.of(SELECT + "from webhooks.delivery d where d.subscription = ? and d.id = ?");

  /** Stands for the end in an array. */
  private static final long NO_WAIT = -1;

  private final Database database;

  public DeliveryStore(Database database) {
    this.database = database;
  }

  /** An event for a subscription. */
  record Match(long subscription, long position, String type) {}

  /** A claimed delivery and what came of it. */
  record Ended(Delivery delivery, Verdict verdict) {}

  /** Makes deliveries in the caller's transaction: each once, however often it is asked. */
  static void add(Tx tx, List<Match> matches) {
    if (!matches.isEmpty()) {
      tx.write(
          ADD,
          matches.stream().mapToLong(Match::subscription).toArray(),
          matches.stream().mapToLong(Match::position).toArray(),
          matches.stream().map(Match::type).toArray(String[]::new));
    }
  }

  /** Makes deliveries, or has those that ended begin again. Returns of how many that is true. */
  static int addAgain(Tx tx, long subscription, List<Match> matches, boolean deliveredToo) {
    return matches.isEmpty()
        ? 0
        : tx.lock(
                LockRank.TASK,
                ADD_AGAIN,
                row -> row.getInt(1),
                subscription,
                matches.stream().mapToLong(Match::position).toArray(),
                matches.stream().map(Match::type).toArray(String[]::new),
                deliveredToo)
            .size();
  }

  static long addTest(Tx tx, long subscription) {
    long id = tx.query(NEXT_ID, row -> row.getLong(1)).getFirst();
    tx.write(ADD_TEST, id, subscription, Delivery.TEST_TYPE);
    return id;
  }

  /** Has one that ended begin again; a conflict where it is under way. */
  static void again(Tx tx, long id) {
    tx.writeExpecting(1, AGAIN, id);
  }

  /** A page of a subscription's deliveries, newest first. */
  public List<Delivery> list(
      long subscription, List<Delivery.State> states, long before, int limit) {
    return states.isEmpty()
        ? database.read(PAGE, DeliveryStore::row, subscription, before, limit)
        : database.read(
            PAGE_OF,
            DeliveryStore::row,
            subscription,
            before,
            states.stream().map(Delivery.State::code).toArray(String[]::new),
            limit);
  }

  public Optional<Delivery> get(long subscription, long id) {
    return database.read(ONE, DeliveryStore::row, subscription, id).stream().findFirst();
  }

  /**
   * Takes deliveries that are due; nobody else gets them before the lease ends.
   *
   * @param room how many of each subscription
   */
  List<Delivery> claim(Map<Long, Integer> room, Duration lease) {
    long[] subscriptions = room.keySet().stream().mapToLong(Long::longValue).toArray();
    int[] rooms = room.values().stream().mapToInt(Integer::intValue).toArray();
    return database.write(
        "claim-webhooks",
        tx -> {
          List<Delivery> due =
              tx.lock(LockRank.TASK, CLAIM, DeliveryStore::row, subscriptions, rooms);
          if (due.isEmpty()) {
            return due;
          }
          Instant now = tx.now();
          long[] ids = due.stream().mapToLong(Delivery::id).toArray();
          tx.writeExpecting(due.size(), BEGIN, lease.toMillis(), now, ids);
          return due.stream().map(one -> begun(one, now)).toList();
        });
  }

  /** Writes what came of tries; those that others have claimed since are left alone. */
  void end(List<Ended> ended, Duration disableAfter) {
    int size = ended.size();
    long[] ids = new long[size];
    int[] tries = new int[size];
    String[] states = new String[size];
    String[] whys = new String[size];
    int[] statuses = new int[size];
    long[] waits = new long[size];
    for (int i = 0; i < size; i++) {
      Verdict verdict = ended.get(i).verdict();
      Duration next = verdict.nextIn();
      ids[i] = ended.get(i).delivery().id();
      tries[i] = ended.get(i).delivery().tries();
      states[i] = verdict.state().code();
      whys[i] = verdict.why() == null ? "" : verdict.why();
      statuses[i] = verdict.status() == null ? 0 : verdict.status();
      waits[i] = next == null ? NO_WAIT : next.toMillis();
    }
    database.write(
        "end-webhooks",
        tx -> {
          tx.write(END, ids, tries, states, whys, statuses, waits);
          news(ended)
              .forEach(
                  (id, each) -> each.forEach(one -> WebhookStore.note(tx, id, one, disableAfter)));
          return true;
        });
  }

  /** What tries said of each receiver: the same news once, in the order in which it came last. */
  private static Map<Long, List<ReceiverNews>> news(List<Ended> ended) {
    Map<Long, Map<Class<?>, ReceiverNews>> all = new TreeMap<>(); // as all lock them
    for (Ended each : ended) {
      Instant triedAt = Objects.requireNonNull(each.delivery().triedAt());
      ReceiverNews one = new ReceiverNews(each.verdict().receiver(), triedAt);
      Map<Class<?>, ReceiverNews> of =
          all.computeIfAbsent(each.delivery().subscription(), _ -> new LinkedHashMap<>());
      ReceiverNews before = of.remove(one.receiver().getClass());
      of.put(one.receiver().getClass(), before == null ? one : before.and(one));
    }
    Map<Long, List<ReceiverNews>> news = new TreeMap<>();
    all.forEach((id, of) -> news.put(id, new ArrayList<>(of.values())));
    return news;
  }

  private static Delivery begun(Delivery d, Instant now) {
    return new Delivery(
        d.id(),
        d.subscription(),
        d.position(),
        d.type(),
        Delivery.State.SENDING,
        d.tries() + 1,
        d.nextTryAt(),
        d.why(),
        d.status(),
        d.createdAt(),
        now,
        d.endedAt());
  }

  static Delivery row(Row row) throws SQLException {
    int status = row.getInt(9);
    return new Delivery(
        row.getLong(1),
        row.getLong(2),
        row.getLongOrNull(3),
        row.getString(4),
        Delivery.State.of(row.getString(5)),
        row.getInt(6),
        row.getInstantOrNull(7),
        row.getStringOrNull(8),
        statusOrNull(status),
        row.getInstant(10),
        row.getInstantOrNull(11),
        row.getInstantOrNull(12));
  }

  private static @Nullable Integer statusOrNull(int status) {
    return status == 0 ? null : status;
  }
}
