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
 * This node's part of messaging: relay, consumers, retries, delivery audit and the log's upkeep. It
 * starts and runs whether the broker is up or not.
 */
public final class Messaging implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Messaging.class);
  private static final Duration UPKEEP_EVERY = Duration.ofHours(24);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(1);

  /**
   * Where a test gets between the parts.
   *
   * @param publisher what the relay sends through, given the broker's
   * @param steps hears how far relay and consumers have come
   */
  record Seams(UnaryOperator<EventPublisher> publisher, Steps steps) {
    static final Seams NONE = new Seams(UnaryOperator.identity(), Steps.UNWATCHED);
  }

  private final Database database;
  private final MessagingSettings settings;
  private final EventLog eventLog;
  private final RocketPublisher publisher;
  private final Relay relay;
  private final List<Consumer> consumers;
  private final QueueLeases queueLeases;
  private final Retries retries;
  private final DeliveryAudit audit;
  private final DeadLetters deadLetters;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread upkeep;

  private Messaging(
      Database database,
      String namesrv,
      String node,
      String source,
      MessagingSettings settings,
      List<EventHandler> handlers,
      Seams seams) {
    this.database = database;
    this.settings = settings;
    this.eventLog = new EventLog(database);
    this.deadLetters = new DeadLetters(database);
    RocketClients clients = new RocketClients(namesrv);
    this.publisher = new RocketPublisher(clients, new Topics(settings.topicPrefix()), source);
    this.relay =
        new Relay(database, seams.publisher().apply(publisher), node, settings, seams.steps());
    this.consumers =
        handlers.stream()
            .map(handler ->
                new Consumer(handler, database, clients, deadLetters, settings, seams.steps()))
            .toList();
    this.queueLeases = new QueueLeases(database, node, settings, consumers, seams.steps());
    this.retries = new Retries(database, eventLog, settings, handlers);
    this.audit = new DeliveryAudit(database, node, settings, consumers);
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
    Messaging messaging =
        new Messaging(database, namesrv, node, source, settings, List.copyOf(handlers), seams);
    messaging.eventLog.partitions();
    messaging.upkeep.start();
    messaging.relay.start();
    if (!messaging.consumers.isEmpty()) {
      messaging.consumers.forEach(Consumer::start);
      messaging.queueLeases.start();
      messaging.retries.start();
      messaging.audit.start();
    }
    return messaging;
  }

  /** Says that events were committed, so that they are published at once. */
  public void wake() {
    relay.wake();
  }

  public DeadLetters deadLetters() {
    return deadLetters;
  }

  public DeliveryAudit deliveryAudit() {
    return audit;
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
    parts.add(relay);
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
    Threads.join(upkeep, CLOSE_MAX);
  }

  private static void closeQuietly(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      log.warn("{} did not close: {}", part.getClass().getSimpleName(), e.toString());
    }
  }
}
