package io.tidegate.platform.messaging;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.messaging.Arrival.Pulled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.common.message.MessageQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One consumer on one node: pulls the queues that are this node's, and does what they bring in
 * batches, each one transaction.
 */
@SuppressWarnings("deprecation") // of the pull consumer; see RocketClients
final class Consumer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Consumer.class);
  private static final Duration IDLE_LOOK = Duration.ofSeconds(2);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(1);

  private final EventHandler handler;
  private final Topics topics;
  private final MessagingSettings settings;
  private final DefaultMQPullConsumer client;
  private final Effects effects;
  private final Steps steps;

  /** Bounded by what pullers keep ahead, a few results for each queue. */
  private final BlockingQueue<Arrival> pulled = new LinkedBlockingQueue<>();

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private final Company company;
  private final Object lock = new Object();
  private final Map<Integer, QueuePuller> pullers = new HashMap<>();
  private final Map<Integer, Long> stored = new HashMap<>();
  private boolean clientStarted;
  private long lookedNanos = System.nanoTime();

  Consumer(
      EventHandler handler,
      Database database,
      RocketClients clients,
      DeadLetters deadLetters,
      MessagingSettings settings,
      Steps steps,
      Handled handled) {
    this.handler = handler;
    this.topics = new Topics(settings.topicPrefix());
    this.settings = settings;
    this.client =
        clients.consumer(
            settings.topicPrefix() + "group-" + handler.name(), topics.of(handler.types()));
    this.effects = new Effects(database, handler, deadLetters, settings, closed, steps, handled);
    this.steps = steps;
    this.company = new Company(settings, System.nanoTime());
    this.thread = Thread.ofVirtual().name("consumer-" + handler.name()).unstarted(this::run);
  }

  String name() {
    return handler.name();
  }

  Set<String> types() {
    return handler.types();
  }

  void start() {
    thread.start();
  }

  /** The queues of the topics that it hears, as the broker tells them. */
  List<MessageQueue> findQueues() throws MQClientException {
    startClient();
    List<MessageQueue> queues = new ArrayList<>();
    for (String topic : topics.of(handler.types())) {
      queues.addAll(client.fetchSubscribeMessageQueues(topic));
    }
    return queues;
  }

  /** The offset after the last message that a queue has now. */
  long end(MessageQueue queue) throws MQClientException {
    startClient();
    return client.maxOffset(queue);
  }

  private void startClient() throws MQClientException {
    synchronized (lock) {
      if (!clientStarted && closed.getCount() > 0) {
        client.start();
        clientStarted = true;
      }
    }
  }

  /** Hands over the queues that are this node's from now on. */
  void assign(List<QueueLease> leases) {
    synchronized (lock) {
      if (closed.getCount() == 0) {
        return;
      }
      Map<Integer, QueueLease> wanted = new HashMap<>();
      leases.forEach(lease -> wanted.put(lease.id(), lease));
      pullers
          .values()
          .removeIf(puller -> {
            @Nullable QueueLease lease = wanted.get(puller.lease().id());
            boolean stays = lease != null && lease.sameTurn(puller.lease()) && !puller.isStopped();
            if (!stays) {
              puller.stop();
            }
            return !stays;
          });
      for (QueueLease lease : leases) {
        pullers.computeIfAbsent(lease.id(), _ -> puller(lease));
      }
    }
  }

  private QueuePuller puller(QueueLease lease) {
    String filter = topics.filter(lease.queue().getTopic(), handler.types());
    QueuePuller puller = new QueuePuller(lease, client, filter, settings.batchMax(), pulled);
    stored.put(lease.id(), lease.nextOffset());
    puller.start();
    return puller;
  }

  private void run() {
    try {
      while (closed.getCount() > 0) {
        Arrival first = pulled.poll(IDLE_LOOK.toMillis(), TimeUnit.MILLISECONDS);
        try {
          if (first instanceof Pulled some) {
            consume(gather(some));
          }
          if (System.nanoTime() - lookedNanos >= IDLE_LOOK.toNanos()) {
            lookedNanos = System.nanoTime();
            keepIdleOffsets();
          }
        } catch (DatabaseFailure e) {
          log.warn("{}: the batch is read again: {}", name(), e.getMessage());
          reread();
        } catch (RuntimeException e) {
          log.error("{}: the batch is read again", name(), e);
          reread();
        }
      }
    } catch (InterruptedException _) {
      // closed
    }
  }

  private List<Pulled> gather(Pulled first) throws InterruptedException {
    List<Pulled> batch = new ArrayList<>();
    batch.add(first);
    int events = first.events().size();
    Duration wait = company.wait(events + waitingEvents());
    if (wait.isPositive()) {
      Thread.sleep(wait);
    }
    long bytes = bytes(first);
    while (pulled.peek() instanceof Pulled next) {
      events += next.events().size();
      bytes += bytes(next);
      if (events > settings.batchMax() || bytes > settings.batchBytesMax()) {
        break;
      }
      pulled.remove();
      batch.add(next);
    }
    company.took(batch.stream().mapToInt(each -> each.events().size()).sum(), System.nanoTime());
    return batch;
  }

  private int waitingEvents() {
    int events = 0;
    for (Arrival arrival : pulled) {
      events += arrival instanceof Pulled some ? some.events().size() : 0;
    }
    return events;
  }

  private static long bytes(Pulled pulled) {
    return pulled.events().stream().mapToLong(event -> event.data().length).sum();
  }

  private void consume(List<Pulled> batch) throws InterruptedException {
    Map<Integer, List<LoggedEvent>> bySlot = new LinkedHashMap<>();
    Map<QueueLease, Long> offsets = new LinkedHashMap<>();
    for (Pulled part : batch) {
      if (!part.from().isStopped()) {
        QueueLease lease = part.from().lease();
        bySlot.computeIfAbsent(lease.id(), _ -> new ArrayList<>()).addAll(part.events());
        offsets.put(lease, part.nextOffset());
      }
    }
    steps.at(Steps.Moment.PULLED);
    try {
      effects.settle(bySlot, offsets);
      keep(offsets);
      batch.forEach(part -> part.from().done());
      steps.at(Steps.Moment.NOTED);
    } catch (Effects.LostException _) {
      log.info("{}: queues went to another node", name());
      offsets.keySet().forEach(this::drop);
    }
  }

  private void drop(QueueLease lease) {
    synchronized (lock) {
      QueuePuller puller = pullers.get(lease.id());
      if (puller != null && puller.lease().sameTurn(lease)) {
        puller.stop();
        pullers.remove(lease.id());
      }
    }
  }

  /** Gives up what was pulled; with the next leases it is read from the stored offsets. */
  private void reread() {
    synchronized (lock) {
      pullers.values().forEach(QueuePuller::stop);
      pullers.clear();
      pulled.clear();
    }
  }

  private void keep(Map<QueueLease, Long> offsets) {
    synchronized (lock) {
      offsets.forEach((lease, offset) -> stored.put(lease.id(), offset));
    }
  }

  /** Stores how far the queues were read where nothing in them was for this consumer. */
  private void keepIdleOffsets() throws InterruptedException {
    Map<QueueLease, Long> moved = new HashMap<>();
    synchronized (lock) {
      for (QueuePuller puller : pullers.values()) {
        puller
            .idleOffset()
            .filter(offset -> offset > stored.getOrDefault(puller.lease().id(), -1L))
            .ifPresent(offset -> moved.put(puller.lease(), offset));
      }
    }
    if (moved.isEmpty()) {
      return;
    }
    try {
      effects.settle(Map.of(), moved);
      keep(moved);
    } catch (Effects.LostException _) {
      moved.keySet().forEach(this::drop);
    } catch (DatabaseFailure e) {
      log.debug("{}: {}", name(), e.getMessage()); // nothing was pulled; the next look does it
    }
  }

  /** How the delivery audit and the retries reach this consumer's handler. */
  Effects effects() {
    return effects;
  }

  EventHandler handler() {
    return handler;
  }

  @Override
  public void close() {
    synchronized (lock) {
      closed.countDown();
      pullers.values().forEach(QueuePuller::stop);
    }
    pulled.add(new Arrival.Closing());
    Threads.join(thread, CLOSE_MAX);
    synchronized (lock) {
      if (clientStarted) {
        clientStarted = false;
        RocketClients.shutdown(client::shutdown);
      }
    }
  }
}
