package io.tidegate.server;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.tidegate.platform.messaging.Backlog;
import io.tidegate.platform.messaging.Messaging;
import io.tidegate.platform.messaging.ReplayDesk;
import io.tidegate.server.audit.AuditDesk;
import java.io.File;
import java.util.List;
import java.util.Set;

/** What a program tells of itself as a whole: its parts, events on their way, room, audit. */
final class SystemGauges {

  private final Foundation foundation;
  private final MeterRegistry meters;

  private SystemGauges(Foundation foundation) {
    this.foundation = foundation;
    this.meters = foundation.meters();
  }

  /**
   * Registers all.
   *
   * @param consumers those of this node
   */
  static void register(Foundation foundation, Messaging messaging, List<String> consumers) {
    SystemGauges gauges = new SystemGauges(foundation);
    PartGauges.register(
        gauges.meters, foundation::readiness, foundation.ground().brokerUp(), System::nanoTime);
    gauges.events(messaging, consumers);
    ConsumerMeters.register(gauges.meters, messaging, consumers);
    gauges.partitions();
    gauges.state();
    gauges.room();
    new JvmMemoryMetrics().bindTo(gauges.meters);
    new JvmThreadMetrics().bindTo(gauges.meters);
    new ProcessorMetrics().bindTo(gauges.meters);
  }

  private void events(Messaging messaging, List<String> consumers) {
    Looked<Backlog> looked = new Looked<>(meters, messaging::backlog);
    looked.gauge(
        "tidegate.relay.lag.seconds",
        "Age of the oldest event that was not published",
        Backlog::relaySeconds);
    looked.gauge("tidegate.relay.backlog", "Events that were not published", Backlog::relayEvents);
    FunctionCounter.builder("tidegate.relay.sent", messaging, Messaging::sent)
        .description("Messages that the broker acknowledged to this node's relay, repeats included")
        .register(meters);
    for (String consumer : consumers) {
      looked.gauge(
          "tidegate.consumer.backlog",
          "Messages that the consumer has not passed",
          backlog -> unknownAsNaN(of(backlog, consumer).messages()),
          "consumer",
          consumer);
      looked.gauge(
          "tidegate.consumer.retrying",
          "Parked events that are tried again",
          backlog -> of(backlog, consumer).retrying(),
          "consumer",
          consumer);
      looked.gauge(
          "tidegate.consumer.dead",
          "Parked events that wait for a person",
          backlog -> of(backlog, consumer).dead(),
          "consumer",
          consumer);
    }
  }

  /** The broker, while it is away, doesn't tell. */
  private static double unknownAsNaN(long count) {
    return count < 0 ? Double.NaN : count;
  }

  private static Backlog.OfConsumer of(Backlog backlog, String consumer) {
    return backlog.consumers().stream()
        .filter(each -> each.consumer().equals(consumer))
        .findFirst()
        .orElse(new Backlog.OfConsumer(consumer, -1, 0, 0));
  }

  /** What the database says of the last audit and of replays. */
  private record State(long broken, long replays) {}

  private void partitions() {
    PartitionTable partitions = new PartitionTable(foundation.database(), foundation.events());
    Looked<Set<String>> looked =
        new Looked<>(meters, () -> partitions.missing(foundation.clock().instant()));
    for (String table : partitions.tables()) {
      looked.gauge(
          "tidegate.partitions.missing",
          "1 where the table lacks the partition that it needs next",
          missing -> missing.contains(table) ? 1 : 0,
          "table",
          table);
    }
  }

  private void state() {
    AuditDesk audits = new AuditDesk(foundation.database(), foundation.ground().jdbcUrl());
    ReplayDesk replays = new ReplayDesk(foundation.database(), Set.of());
    Looked<State> looked =
        new Looked<>(
            meters,
            () ->
                new State(
                    audits.last().map(report -> (long) report.broken()).orElse(0L),
                    replays.open()));
    looked.gauge("tidegate.audit.broken", "What the last audit found broken", State::broken);
    looked.gauge("tidegate.replay.open", "Replays that are not over", State::replays);
  }

  private void room() {
    File data = foundation.settings().data().toFile();
    Looked<Long> looked = new Looked<>(meters, data::getUsableSpace);
    looked.gauge(
        "tidegate.disk.free.bytes", "Free in the data directory's file system", free -> free);
    Looked<Long> least = new Looked<>(meters, foundation.settings()::diskFreeBytesMin);
    least.gauge("tidegate.disk.free.min.bytes", "With less the start is refused", min -> min);
  }
}
