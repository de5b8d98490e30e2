package io.tidegate.shop.reporting;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.platform.messaging.StreamReader.Queue;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How far behaviour has come, and which batches are known. */
final class BehaviourStore {

  /** Rows are taken over from whoever had them; a newer one than ours keeps them. */
  private static final Sql CLAIM =
      Sql.of(
          """
          insert into reporting.behaviour_offset as o (broker, queue, next_offset, epoch)
          select broker, queue, 0, ? from unnest(?::text[], ?::int[]) as q(broker, queue)
          on conflict (broker, queue) do update set epoch = excluded.epoch
          where o.epoch <= excluded.epoch
          returning 1
          """);

  private static final Sql OFFSETS =
      Sql.of(
          """
          select broker, queue, next_offset, stored_until, skip_until
          from reporting.behaviour_offset where epoch = ?
          """);
  private static final Sql ADVANCE =
      Sql.of(
          """
          update reporting.behaviour_offset o
          set next_offset = e.next_offset, stored_until = e.stored_until, skip_until = e.skip_until
          from unnest(?::text[], ?::int[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[])
            as e(broker, queue, before, next_offset, stored_until, skip_until)
          where o.broker = e.broker and o.queue = e.queue and o.next_offset = e.before
            and o.epoch = ?
          returning 1
          """);
  private static final Sql REMEMBER =
      Sql.of("insert into reporting.behaviour_seen (batches, ids) values (?, ?)");

  /** The latest rows that hold as many batches as are remembered stay. */
  private static final Sql FORGET =
      Sql.of(
          """
          delete from reporting.behaviour_seen
          where id < (
            select min(id) from (
              select id, sum(batches) over (order by id desc) - batches as later
              from reporting.behaviour_seen) s
            where later < ?)
          """);

  private static final Sql SEEN = Sql.of("select ids from reporting.behaviour_seen order by id");

  /**
   * Where a queue is.
   *
   * @param next the first offset that was not written
   * @param storedUntil when the broker stored the last message that was
   * @param skipUntil what was stored up to then was written under offsets of before
   */
  record Place(long next, long storedUntil, long skipUntil) {
    static final Place FIRST = new Place(0, 0, 0);
  }

  /** How a queue moves on, from where nobody else has moved it. */
  record Move(Place from, Place to) {}

  private final Database database;

  BehaviourStore(Database database) {
    this.database = database;
  }

  /**
   * Takes the queues over.
   *
   * @throws io.tidegate.platform.db.DatabaseFailure.Conflict when somebody newer has them
   */
  Map<Queue, Place> claim(long epoch, List<Queue> queues) {
    Columns columns = new Columns(queues);
    database.writeOnce(tx -> {
      tx.writeExpecting(queues.size(), CLAIM, epoch, columns.brokers, columns.numbers);
      return true;
    });
    Map<Queue, Place> places = new HashMap<>();
    database
        .read(
            OFFSETS,
            row ->
                Map.entry(
                    new Queue(row.getString(1), row.getInt(2)),
                    new Place(row.getLong(3), row.getLong(4), row.getLong(5))),
            epoch)
        .forEach(place -> places.put(place.getKey(), place.getValue()));
    return places;
  }

  /** Moves on when the transaction commits; fails it as a conflict when the queues were lost. */
  static void advance(Tx tx, long epoch, Map<Queue, Move> moves) {
    TreeMap<Queue, Move> sorted =
        new TreeMap<>(Comparator.comparing(Queue::broker).thenComparingInt(Queue::number));
    sorted.putAll(moves);
    Columns columns = new Columns(List.copyOf(sorted.keySet()));
    tx.writeExpecting(
        sorted.size(),
        ADVANCE,
        columns.brokers,
        columns.numbers,
        sorted.values().stream().mapToLong(move -> move.from().next()).toArray(),
        sorted.values().stream().mapToLong(move -> move.to().next()).toArray(),
        sorted.values().stream().mapToLong(move -> move.to().storedUntil()).toArray(),
        sorted.values().stream().mapToLong(move -> move.to().skipUntil()).toArray(),
        epoch);
  }

  /** Remembers batches, and forgets those that are too many. */
  static void remember(Tx tx, List<BatchWindow.Key> named, int keysMax) {
    if (!named.isEmpty()) {
      tx.write(REMEMBER, named.size(), BatchWindow.bytes(named));
      tx.write(FORGET, keysMax);
    }
  }

  /** The batches that are remembered, oldest first. */
  BatchWindow window(int keysMax) {
    BatchWindow window = new BatchWindow(keysMax);
    database.read(SEEN, row -> BatchWindow.keys(row.getBytes(1))).stream()
        .flatMap(List::stream)
        .forEach(window::add);
    return window;
  }

  private static final class Columns {
    private final String[] brokers;
    private final int[] numbers;

    Columns(List<Queue> queues) {
      this.brokers = queues.stream().map(Queue::broker).toArray(String[]::new);
      this.numbers = queues.stream().mapToInt(Queue::number).toArray();
    }
  }
}
