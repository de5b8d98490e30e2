package io.tidegate.platform.messaging;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.exception.MQClientException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's share of the queues: each consumer's queues are dealt evenly to the nodes that run
 * it, as leases in the database. A node that stops renewing loses them; one that is slow finds its
 * epoch outdated when it commits.
 */
final class QueueLeases implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(QueueLeases.class);
  private static final Duration ROUTES_KNOWN = Duration.ofSeconds(60);
  private static final Duration ROUTES_UNKNOWN = Duration.ofMillis(250);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(1);

  private final Database database;
  private final String node;
  private final MessagingSettings settings;
  private final List<Consumer> consumers;
  private final Steps steps;
  private final String[] names;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  /** Epochs that this process took: a lease of an earlier life under our name is none of them. */
  private final Map<Integer, Long> taken = new HashMap<>();

  private final Set<String> routed = new HashSet<>();
  private long routesAskedNanos;
  private long renewedNanos;

  QueueLeases(
      Database database,
      String node,
      MessagingSettings settings,
      List<Consumer> consumers,
      Steps steps) {
    this.database = database;
    this.node = node;
    this.settings = settings;
    this.consumers = consumers;
    this.steps = steps;
    this.names = consumers.stream().map(Consumer::name).toArray(String[]::new);
    this.thread = Thread.ofVirtual().name("queue-leases").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    Duration wait;
    do {
      try {
        boolean news = findQueues();
        if (news || renewalIsDue()) {
          deal();
        }
        wait = routed.size() == consumers.size() ? settings.leaseRenew() : ROUTES_UNKNOWN;
      } catch (DatabaseFailure.Conflict _) {
        wait = ROUTES_UNKNOWN; // another node dealt at the same moment
        renewedNanos = 0;
      } catch (DatabaseFailure e) {
        log.debug("leases are not renewed: {}", e.getMessage());
        wait = settings.leaseRenew().dividedBy(2);
        renewedNanos = 0;
      } catch (RuntimeException e) {
        log.error("queues could not be dealt; it is tried again", e);
        wait = settings.leaseRenew().dividedBy(2);
        renewedNanos = 0;
      }
    } while (!isClosed(wait));
  }

  private boolean renewalIsDue() {
    return renewedNanos == 0
        || System.nanoTime() - renewedNanos >= settings.leaseRenew().toNanos() * 9 / 10;
  }

  private boolean isClosed(Duration wait) {
    try {
      return closed.await(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      return true;
    }
  }

  /** Asks the broker which queues there are: often until it has told, rarely afterwards. */
  private boolean findQueues() {
    boolean all = routed.size() == consumers.size();
    long now = System.nanoTime();
    if (all && now - routesAskedNanos < ROUTES_KNOWN.toNanos()) {
      return false;
    }
    routesAskedNanos = now;
    boolean news = false;
    for (Consumer consumer : consumers) {
      if (all || !routed.contains(consumer.name())) {
        try {
          QueueTable.add(database, consumer.name(), consumer.findQueues());
          news |= routed.add(consumer.name());
        } catch (MQClientException e) {
          log.debug("{}: the broker does not tell its queues: {}", consumer.name(), e.getMessage());
        }
      }
    }
    return news;
  }

  /** Renews, takes and gives back queues in one transaction, and tells the consumers. */
  private void deal() {
    steps.at(Steps.Moment.RENEWING);
    List<QueueTable.Change> changes =
        database.writeOnce(tx -> {
          List<QueueTable.Member> members = QueueTable.members(tx, names);
          List<QueueTable.Queue> queues = QueueTable.queues(tx, names);
          List<QueueTable.Change> decided = new ArrayList<>();
          for (String consumer : names) {
            decided.addAll(share(consumer, members, queues));
          }
          QueueTable.join(tx, node, names, settings.leaseTime());
          QueueTable.change(tx, decided, settings.leaseTime());
          return decided;
        });
    renewedNanos = System.nanoTime();
    taken.clear();
    Map<String, List<QueueLease>> mine = new HashMap<>();
    for (QueueTable.Change change : changes) {
      if (change.owner().equals(node)) {
        QueueTable.Queue queue = change.before();
        taken.put(queue.id(), change.epoch());
        mine.computeIfAbsent(queue.consumer(), _ -> new ArrayList<>())
            .add(new QueueLease(queue.id(), queue.queue(), change.epoch(), queue.nextOffset()));
      }
    }
    for (Consumer consumer : consumers) {
      consumer.assign(mine.getOrDefault(consumer.name(), List.of()));
    }
  }

  private List<QueueTable.Change> share(
      String consumer, List<QueueTable.Member> members, List<QueueTable.Queue> queues) {
    List<QueueTable.Queue> all =
        queues.stream().filter(queue -> queue.consumer().equals(consumer)).toList();
    Set<String> nodes = new HashSet<>(Set.of(node));
    members.stream()
        .filter(member -> member.consumer().equals(consumer))
        .forEach(member -> nodes.add(member.node()));
    int share = Math.ceilDiv(all.size(), nodes.size());
    List<QueueTable.Change> changes = new ArrayList<>();
    int held = 0;
    for (QueueTable.Queue queue : all) {
      if (isMine(queue)) {
        if (held < share) {
          changes.add(new QueueTable.Change(queue, node, queue.epoch()));
          held++;
        } else {
          changes.add(new QueueTable.Change(queue, "", queue.epoch() + 1));
        }
      }
    }
    for (QueueTable.Queue queue : all) {
      boolean free = !isMine(queue) && (!queue.live() || queue.owner().equals(node));
      if (free && held < share) {
        changes.add(new QueueTable.Change(queue, node, queue.epoch() + 1));
        held++;
      }
    }
    return changes;
  }

  private boolean isMine(QueueTable.Queue queue) {
    return queue.owner().equals(node) && taken.getOrDefault(queue.id(), -1L) == queue.epoch();
  }

  /** Takes no more queues. */
  void stop() {
    closed.countDown();
  }

  @Override
  public void close() {
    stop();
    Threads.join(thread, CLOSE_MAX);
    try {
      QueueTable.release(database, node);
    } catch (DatabaseFailure e) {
      log.debug("the leases run out by themselves: {}", e.getMessage());
    }
  }
}
