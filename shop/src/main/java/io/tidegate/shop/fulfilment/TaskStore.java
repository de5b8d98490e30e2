package io.tidegate.shop.fulfilment;

import io.tidegate.platform.db.RowReader;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.LockRank;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Rows of tasks, and of what carriers said. */
final class TaskStore {

  static final Sql OF_ORDERS =
      Sql.of(
          """
          select order_number, state, version, region, shipments, created_at, finished_at,
            traceparent
          from fulfilment.task where order_number = any(?::bigint[]) order by order_number
          """);
  private static final Sql LOCK = Sql.of(OF_ORDERS.text() + " for update");
  private static final Sql INSERT =
      Sql.of(
          """
          insert into fulfilment.task
            (order_number, state, version, region, shipments, created_at, finished_at,
              traceparent)
          select order_number, state, version, region, shipments, db.at(created),
            db.at(nullif(finished, 0)), traceparent
          from unnest(?::bigint[], ?::text[], ?::int4[], ?::text[], ?::int4[], ?::bigint[],
            ?::bigint[], ?::text[])
            as u (order_number, state, version, region, shipments, created, finished,
              traceparent)
          """);
  private static final Sql UPDATE =
      Sql.of(
          """
          update fulfilment.task t set state = u.state, version = u.version,
            shipments = u.shipments, finished_at = db.at(nullif(u.finished, 0))
          from unnest(?::bigint[], ?::text[], ?::text[], ?::int4[], ?::int4[], ?::bigint[])
            as u (order_number, was, state, version, shipments, finished)
          where t.order_number = u.order_number and t.state = u.was
          returning 1
          """);
  private static final Sql PLAN_EXPECTED =
      Sql.of(
          """
          update fulfilment.task t set state = u.state, version = u.version, region = u.region,
            shipments = u.shipments, created_at = db.at(u.created),
            finished_at = db.at(nullif(u.finished, 0)), traceparent = u.traceparent
          from unnest(?::bigint[], ?::text[], ?::int4[], ?::text[], ?::int4[], ?::bigint[],
            ?::bigint[], ?::text[])
            as u (order_number, state, version, region, shipments, created, finished,
              traceparent)
          where t.order_number = u.order_number and t.state = 'expected'
          returning 1
          """);
  private static final Sql TRACK =
      Sql.of(
          """
          insert into fulfilment.tracking (order_number, seq, at, status, place, text)
          select order_number, seq, db.at(at), status, place, text
          from unnest(?::bigint[], ?::int4[], ?::bigint[], ?::text[], ?::text[], ?::text[])
            as u (order_number, seq, at, status, place, text)
          on conflict do nothing
          """);
  static final RowReader<ShipTask> READER =
      row ->
          new ShipTask(
              row.getLong(1),
              TaskState.of(row.getString(2)),
              row.getInt(3),
              row.getString(4),
              row.getInt(5),
              row.getInstant(6),
              row.getInstantOrNull(7),
              row.getString(8));

  private TaskStore() {}

  static List<ShipTask> lock(Tx tx, long[] orderNumbers) {
    return tx.lock(LockRank.TASK, LOCK, READER, (Object) orderNumbers);
  }

  static void insert(Tx tx, List<ShipTask> tasks) {
    if (!tasks.isEmpty()) {
      tx.write(INSERT, all(tasks));
    }
  }

  /** Writes tasks over those that were only expected. */
  static void planExpected(Tx tx, List<ShipTask> tasks) {
    if (!tasks.isEmpty()) {
      tx.writeExpecting(tasks.size(), PLAN_EXPECTED, all(tasks));
    }
  }

  private static Object[] all(List<ShipTask> tasks) {
    return new Object[] {
      numbers(tasks),
      states(tasks),
      versions(tasks),
      tasks.stream().map(ShipTask::region).toArray(String[]::new),
      shipments(tasks),
      tasks.stream().mapToLong(task -> micros(task.createdAt())).toArray(),
      finished(tasks),
      tasks.stream().map(ShipTask::traceparent).toArray(String[]::new)
    };
  }

  /**
   * Writes tasks over what was loaded.
   *
   * @param was the state in which each was loaded
   */
  static void update(Tx tx, List<ShipTask> tasks, Map<Long, TaskState> was) {
    if (!tasks.isEmpty()) {
      tx.writeExpecting(
          tasks.size(),
          UPDATE,
          numbers(tasks),
          tasks.stream()
              .map(task -> Objects.requireNonNull(was.get(task.orderNumber())).code())
              .toArray(String[]::new),
          states(tasks),
          versions(tasks),
          shipments(tasks),
          finished(tasks));
    }
  }

  static void track(Tx tx, List<ShipmentBatch.Tracked> tracked) {
    if (!tracked.isEmpty()) {
      tx.write(
          TRACK,
          tracked.stream().mapToLong(one -> one.id().orderNumber()).toArray(),
          tracked.stream().mapToInt(one -> one.id().seq()).toArray(),
          tracked.stream().mapToLong(one -> micros(one.event().at())).toArray(),
          tracked.stream().map(one -> one.event().status()).toArray(String[]::new),
          tracked.stream().map(one -> one.event().place()).toArray(String[]::new),
          tracked.stream().map(one -> one.event().text()).toArray(String[]::new));
    }
  }

  private static long[] numbers(List<ShipTask> tasks) {
    return tasks.stream().mapToLong(ShipTask::orderNumber).toArray();
  }

  private static String[] states(List<ShipTask> tasks) {
    return tasks.stream().map(task -> task.state().code()).toArray(String[]::new);
  }

  private static int[] shipments(List<ShipTask> tasks) {
    return tasks.stream().mapToInt(ShipTask::shipments).toArray();
  }

  private static int[] versions(List<ShipTask> tasks) {
    return tasks.stream().mapToInt(ShipTask::version).toArray();
  }

  private static long[] finished(List<ShipTask> tasks) {
    return tasks.stream().mapToLong(task -> micros(task.finishedAt())).toArray();
  }

  /** Epoch microseconds, 0 for none. */
  private static long micros(@Nullable Instant at) {
    return at == null ? 0 : Math.multiplyExact(at.toEpochMilli(), 1_000L);
  }
}
