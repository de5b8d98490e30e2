package io.tidegate.platform.messaging;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's part of messaging: relay, feed, consumers, retries, replays, delivery audit and the
 * log's upkeep. It starts and runs whether the broker is up or not.
 */
public final class Messaging implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Messaging.class);
  private static final Duration UPKEEP_EVERY = Duration.ofHours(24);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(1);
  private static final String AUDIT_LEASE = "delivery-audit";

  /**
   * Where a test gets between the parts.
   *
   * @param publisher what the relay sends through, given the broker's
   * @param steps hears how far relay and consumers have come
   */
  record Seams(UnaryOperator<EventPublisher> publisher, Steps steps) {
    static final Seams NONE = new Seams(UnaryOperator.identity(), Steps.UNWATCHED);
  }

  /**
   * What a process does of messaging.
   *
   * @param relays whether it also publishes, and looks after the log
   * @param auditLease the name that one process with these consumers has at a time
   */
  private record Part(boolean relays, String auditLease) {
    static final Part WHOLE = new Part(true, AUDIT_LEASE);
  }

  private final Part part;
  private final Database database;
  private final MessagingSettings settings;
  private final EventLog eventLog;
  private final RocketPublisher publisher;
  private final Relay relay;
  private final Horizons horizons;
  private final ReplayTopic replayTopic;
  private final Replays replays;
  private final List<Consumer> consumers;
  private final QueueLeases queueLeases;
  private final Retries retries;
  private final DeliveryAudit audit;
  private final DeadLetters deadLetters;
  private final Handled handled = new Handled();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread upkeep;

  private Messaging(
      Part part,
      Database database,
      String namesrv,
      String node,
      String source,
      MessagingSettings settings,
      List<EventHandler> handlers,
      Seams seams) {
    this.part = part;
    this.database = database;
    this.settings = settings;
    this.eventLog = new EventLog(database);
    this.deadLetters = new DeadLetters(database);
    RocketClients clients = new RocketClients(namesrv);
    this.publisher =
        new RocketPublisher(clients, new Topics(settings.topicPrefix()), source, database.tracer());
    this.relay =
        new Relay(database, seams.publisher().apply(publisher), node, settings, seams.steps());
    this.horizons = new Horizons(database, node, settings);
    this.consumers =
        handlers.stream()
            .map(handler ->
                new Consumer(
                    handler, database, clients, deadLetters, settings, seams.steps(), handled))
            .toList();
    this.queueLeases = new QueueLeases(database, node, settings, consumers, seams.steps());
    this.retries = new Retries(database, eventLog, settings, handlers, handled);
    this.audit = new DeliveryAudit(database, part.auditLease(), node, settings, consumers);
    this.replayTopic = new ReplayTopic(clients, settings.topicPrefix(), source, database.tracer());
    this.replays =
        new Replays(
            database, part.relays() ? replayTopic : null, consumers, node, settings, seams.steps());
    this.upkeep = Thread.ofVirtual().name("log-upkeep").unstarted(this::keepUp);
  }

  /**
   * Starts this node's part.
   *
   * @param namesrv the broker's name server, {@code host:port}; it may come up later
   * @param node this process's name: unique, and the same after a restart, so that it takes up its
   *     own leases at once
   * @param source the CloudEvents source of what is published
   * @param handlers one for each consumer; with none, only the relay runs
   */
  public static Messaging start(
      Database database,
      String namesrv,
      String node,
      String source,
      MessagingSettings settings,
      List<EventHandler> handlers) {
    return start(database, namesrv, node, source, settings, handlers, Seams.NONE);
  }

  static Messaging start(
      Database database,
      String namesrv,
      String node,
      String source,
      MessagingSettings settings,
      List<EventHandler> handlers,
      Seams seams) {
    return new Messaging(
            Part.WHOLE, database, namesrv, node, source, settings, List.copyOf(handlers), seams)
        .started();
  }

  /**
   * Starts consumers that have a process of their own, which neither publishes nor looks after the
   * log.
   *
   * @param name of such processes: they audit their consumers themselves
   * @param namesrv see {@link #start}
   * @param node see {@link #start}
   * @param handlers see {@link #start}
   */
  public static Messaging hear(
      String name,
      Database database,
      String namesrv,
      String node,
      MessagingSettings settings,
      List<EventHandler> handlers) {
    return new Messaging(
            new Part(false, AUDIT_LEASE + "-" + name),
            database,
            namesrv,
            node,
            "",
            settings,
            List.copyOf(handlers),
            Seams.NONE)
        .started();
  }

  private Messaging started() {
    if (part.relays()) {
      eventLog.partitions();
      upkeep.start();
      relay.start();
      horizons.start();
    }
    replays.start();
    if (!consumers.isEmpty()) {
      consumers.forEach(Consumer::start);
      queueLeases.start();
      retries.start();
      audit.start();
    }
    return this;
  }

  /** Says that events were committed, so that they are published and shown at once. */
  public void wake() {
    relay.wake();
    horizons.wake();
  }

  public DeadLetters deadLetters() {
    return deadLetters;
  }

  public DeliveryAudit deliveryAudit() {
    return audit;
  }

  /**
   * Events that a consumer has done on this node since its start, each time that it did: counted
   * once their receipts are committed.
   */
  public long handled(String consumer) {
    return handled.of(consumer);
  }

  /** Messages that the broker has acknowledged to this node's relay, those sent again included. */
  public long sent() {
    return relay.sent();
  }

  /** What has not arrived yet. Asks database and broker: for a look every few seconds. */
  public Backlog backlog() {
    return Backlog.read(database, consumers);
  }

  private void keepUp() {
    try {
      do {
        try {
          eventLog.partitions();
          retire();
        } catch (RuntimeException e) {
          log.error("the log's partitions could not be kept up", e);
        }
      } while (!closed.await(UPKEEP_EVERY.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException _) {
      // closed
    }
  }

  private void retire() {
    if (!settings.logKept().isPositive()) {
      return;
    }
    try {
      int dropped = eventLog.retire(settings.logKept());
      log.info("{} partitions of the event log were old and done with, and are gone", dropped);
    } catch (DatabaseFailure.Transient e) {
      log.info("old partitions of the event log are dropped another time: {}", e.getMessage());
    }
  }

  /** Stops: what is under way is finished or will come again. */
  @Override
  public void close() {
    closed.countDown();
    queueLeases.stop();
    List<AutoCloseable> parts = new ArrayList<>();
    if (part.relays()) {
      parts.add(relay);
      parts.add(horizons);
    }
    parts.add(replays);
    if (!consumers.isEmpty()) {
      parts.add(retries);
      parts.add(audit);
      parts.addAll(consumers);
    }
    List<Thread> closing =
        parts.stream().map(part -> Thread.ofVirtual().start(() -> closeQuietly(part))).toList();
    closing.forEach(thread -> Threads.join(thread, CLOSE_MAX.multipliedBy(4)));
    if (!consumers.isEmpty()) {
      queueLeases.close();
    }
    publisher.close();
    replayTopic.close();
    if (part.relays()) {
      Threads.join(upkeep, CLOSE_MAX);
    }
  }

  private static void closeQuietly(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      log.warn("{} did not close: {}", part.getClass().getSimpleName(), e.toString());
    }
  }
}
