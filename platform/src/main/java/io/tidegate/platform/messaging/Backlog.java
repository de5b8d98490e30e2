package io.tidegate.platform.messaging;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.rocketmq.client.exception.MQClientException;

/**
 * What has not arrived yet.
 *
 * @param relayEvents events in the log that were not published, counted up to a limit
 * @param relaySeconds the age of the oldest of them
 * @param consumers for each consumer of this node
 */
public record Backlog(long relayEvents, double relaySeconds, List<OfConsumer> consumers) {

  /**
   * A consumer's.
   *
   * @param messages messages in its queues that it has not passed; -1 while the broker doesn't tell
   * @param retrying parked events that are tried again
   * @param dead parked events that wait for a person
   */
  public record OfConsumer(String consumer, long messages, long retrying, long dead) {}

  private static final int COUNT_MAX = 100_000;
  private static final Sql RELAY =
      Sql.of(
          """
          select count(*), coalesce(extract(epoch from clock_timestamp() - min(time)), 0)::float8
          from (
            select time from messaging.log where xid >= ?::text::xid8 and position > ?
            union all
            select time from messaging.log where xid = any(?::text[]::xid8[]) and position > ?
            limit %d) e
          """
              .formatted(COUNT_MAX));
  private static final Sql PARKED =
      Sql.of(
          """
          select consumer, count(*) filter (where state = 'retrying'),
            count(*) filter (where state = 'dead')
          from messaging.dead_letter where state <> 'discarded' group by consumer
          """);

  private record Parked(long retrying, long dead) {}

  private record Waiting(long events, double seconds) {}

  static Backlog read(Database database, List<Consumer> consumers) {
    RelayCursor cursor = RelayCursor.read(database);
    Waiting waiting =
        database
            .read(
                RELAY,
                row -> new Waiting(row.getLong(1), Double.parseDouble(row.getString(2))),
                cursor.snapshot().endText(),
                cursor.base(),
                cursor.snapshot().running(),
                cursor.base())
            .getFirst();
    Map<String, Parked> parked = new HashMap<>();
    database
        .read(
            PARKED, row -> Map.entry(row.getString(1), new Parked(row.getLong(2), row.getLong(3))))
        .forEach(entry -> parked.put(entry.getKey(), entry.getValue()));
    List<OfConsumer> each = new ArrayList<>();
    for (Consumer consumer : consumers) {
      Parked its = parked.getOrDefault(consumer.name(), new Parked(0, 0));
      each.add(
          new OfConsumer(
              consumer.name(), messages(database, consumer), its.retrying(), its.dead()));
    }
    return new Backlog(waiting.events(), waiting.seconds(), List.copyOf(each));
  }

  private static long messages(Database database, Consumer consumer) {
    try {
      long messages = 0;
      for (QueueTable.Queue queue : QueueTable.queues(database, consumer.name())) {
        messages += Math.max(0, consumer.end(queue.queue()) - Math.max(0, queue.nextOffset()));
      }
      return messages;
    } catch (MQClientException _) {
      return -1;
    }
  }
}
