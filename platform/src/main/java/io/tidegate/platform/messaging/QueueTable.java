package io.tidegate.platform.messaging;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.rocketmq.common.message.MessageQueue;

/** The table of queues: who reads them for which consumer, and how far. */
final class QueueTable {

  /** A row; {@code live} says that its owner's lease has not run out. */
  record Queue(
      int id,
      String consumer,
      MessageQueue queue,
      String owner,
      long epoch,
      boolean live,
      long nextOffset) {}

  /** A change of a row that has not changed meanwhile. */
  record Change(Queue before, String owner, long epoch) {}

  /** A consumer on a node. */
  record Member(String consumer, String node) {}

  private static final Sql ADD =
      Sql.of(
          """
          insert into messaging.queue (consumer, topic, broker, queue)
          select ?, * from unnest(?::text[], ?::text[], ?::int[])
          on conflict do nothing
          """);
  private static final Sql QUEUES =
      Sql.of(
          """
          select id, consumer, topic, broker, queue, owner, epoch, until > clock_timestamp(),
            next_offset
          from messaging.queue where consumer = any(?::text[]) order by id
          """);
  private static final Sql MEMBERS =
      Sql.of(
          """
          select consumer, node from messaging.member
          where consumer = any(?::text[]) and until > clock_timestamp()
          """);
  private static final Sql JOIN =
      Sql.of(
          """
          insert into messaging.member (consumer, node, until)
          select consumer, ?, clock_timestamp() + ? * interval '1 millisecond'
          from unnest(?::text[]) consumer
          on conflict (consumer, node) do update set until = excluded.until
          """);
  private static final Sql LEAVE = Sql.of("delete from messaging.member where node = ?");
  private static final Sql CHANGE =
      Sql.of(
          """
          update messaging.queue q
          set owner = e.new_owner, epoch = e.new_epoch,
            until = case when e.new_owner = '' then '-infinity'
              else clock_timestamp() + ? * interval '1 millisecond' end
          from unnest(?::int[], ?::text[], ?::bigint[], ?::text[], ?::bigint[])
            as e(id, owner, epoch, new_owner, new_epoch)
          where q.id = e.id and q.owner = e.owner and q.epoch = e.epoch
          returning 1
          """);
  private static final Sql RELEASE =
      Sql.of(
          """
          update messaging.queue q set owner = '', epoch = q.epoch + 1, until = '-infinity'
          from (
            select id from messaging.queue where owner = ? order by id for no key update) o
          where q.id = o.id
          """);
  private static final Sql ADVANCE =
      Sql.of(
          """
          update messaging.queue q set next_offset = e.next_offset
          from unnest(?::int[], ?::bigint[], ?::bigint[]) as e(id, epoch, next_offset)
          where q.id = e.id and q.epoch = e.epoch
          returning 1
          """);
  private static final Sql OWNED =
      Sql.of(
          """
          select count(*)
          from unnest(?::int[], ?::bigint[]) as e(id, epoch)
          join messaging.queue q on q.id = e.id and q.epoch = e.epoch
          """);

  private QueueTable() {}

  static void add(Database database, String consumer, Collection<MessageQueue> queues) {
    MessageQueue[] sorted = queues.stream().sorted().toArray(MessageQueue[]::new);
    String[] topics = new String[sorted.length];
    String[] brokers = new String[sorted.length];
    int[] numbers = new int[sorted.length];
    for (int i = 0; i < sorted.length; i++) {
      topics[i] = sorted[i].getTopic();
      brokers[i] = sorted[i].getBrokerName();
      numbers[i] = sorted[i].getQueueId();
    }
    database.write(
        "queues",
        tx -> {
          tx.write(ADD, consumer, topics, brokers, numbers);
          return true;
        });
  }

  static List<Queue> queues(Tx tx, String[] consumers) {
    return tx.query(QUEUES, QueueTable::queue, (Object) consumers);
  }

  static List<Queue> queues(Database database, String... consumers) {
    return database.read(QUEUES, QueueTable::queue, (Object) consumers);
  }

  private static Queue queue(Row row) throws SQLException {
    return new Queue(
        row.getInt(1),
        row.getString(2),
        new MessageQueue(row.getString(3), row.getString(4), row.getInt(5)),
        row.getString(6),
        row.getLong(7),
        row.getBoolean(8),
        row.getLong(9));
  }

  static List<Member> members(Tx tx, String[] consumers) {
    return tx.query(
        MEMBERS, row -> new Member(row.getString(1), row.getString(2)), (Object) consumers);
  }

  static void join(Tx tx, String node, String[] consumers, Duration time) {
    tx.write(JOIN, node, time.toMillis(), consumers);
  }

  static void change(Tx tx, List<Change> changes, Duration time) {
    if (changes.isEmpty()) {
      return;
    }
    List<Change> sorted =
        changes.stream().sorted(Comparator.comparingInt(change -> change.before().id())).toList();
    int size = sorted.size();
    int[] ids = new int[size];
    String[] owners = new String[size];
    long[] epochs = new long[size];
    String[] newOwners = new String[size];
    long[] newEpochs = new long[size];
    for (int i = 0; i < size; i++) {
      Change change = sorted.get(i);
      ids[i] = change.before().id();
      owners[i] = change.before().owner();
      epochs[i] = change.before().epoch();
      newOwners[i] = change.owner();
      newEpochs[i] = change.epoch();
    }
    tx.writeExpecting(size, CHANGE, time.toMillis(), ids, owners, epochs, newOwners, newEpochs);
  }

  /** Gives back everything that a node has. */
  static void release(Database database, String node) {
    database.writeOnce(tx -> {
      tx.write(LEAVE, node);
      tx.write(RELEASE, node);
      return true;
    });
  }

  /** Moves offsets when the transaction commits; fails it when a queue was lost. */
  static void advance(Tx tx, Map<QueueLease, Long> offsets) {
    if (offsets.isEmpty()) {
      return;
    }
    TreeMap<QueueLease, Long> sorted = new TreeMap<>(Comparator.comparingInt(QueueLease::id));
    sorted.putAll(offsets);
    long[] next = sorted.values().stream().mapToLong(Long::longValue).toArray();
    tx.writeExpecting(sorted.size(), ADVANCE, ids(sorted.keySet()), epochs(sorted.keySet()), next);
  }

  /** Whether all of these queues are still this node's. */
  static boolean owned(Database database, Collection<QueueLease> leases) {
    return database.read(OWNED, row -> row.getLong(1), ids(leases), epochs(leases)).getFirst()
        == leases.size();
  }

  private static int[] ids(Collection<QueueLease> leases) {
    return leases.stream().mapToInt(QueueLease::id).toArray();
  }

  private static long[] epochs(Collection<QueueLease> leases) {
    return leases.stream().mapToLong(QueueLease::epoch).toArray();
  }
}
