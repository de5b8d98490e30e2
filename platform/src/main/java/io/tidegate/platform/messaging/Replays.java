package io.tidegate.platform.messaging;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.Leases;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells events of the past once more, page by page: to another team's group through a topic of its
 * own, to one of our consumers by feeding its handler, for whom natural keys make it change
 * nothing.
 *
 * <p>A page is told first and noted then, so whoever goes on after a crash tells it again.
 */
final class Replays implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Replays.class);
  private static final Duration IDLE = Duration.ofSeconds(1);
  private static final Duration TROUBLE_WAIT = Duration.ofSeconds(3);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(1);
  private static final int PAGE_MAX = 500;
  private static final int PAGES_PER_SECOND = 4;

  private final ReplayDesk desk;
  private final Leases leases;
  private final FeedReader reader;
  private final @Nullable ReplayTopic topic;
  private final Map<String, Consumer> own;
  private final String node;
  private final MessagingSettings settings;
  private final Steps steps;
  private final Map<Long, Long> dueNanos = new HashMap<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  /**
   * @param topic null: no other team's group is told from here
   */
  Replays(
      Database database,
      @Nullable ReplayTopic topic,
      List<Consumer> own,
      String node,
      MessagingSettings settings,
      Steps steps) {
    this.desk = new ReplayDesk(database, Set.of());
    this.leases = new Leases(database);
    this.reader = new FeedReader(database);
    this.topic = topic;
    this.own = own.stream().collect(Collectors.toMap(Consumer::name, Function.identity()));
    this.node = node;
    this.settings = settings;
    this.steps = steps;
    this.thread = Thread.ofVirtual().name("replays").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      Duration wait = IDLE;
      while (!closed.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          wait = round();
        } catch (DatabaseFailure e) {
          log.debug("replays wait: {}", e.getMessage());
          wait = IDLE;
        } catch (RuntimeException e) {
          log.error("a round of replays failed; the next one comes", e);
          wait = IDLE;
        }
      }
    } catch (InterruptedException _) {
      // closed
    }
  }

  /** A page of every replay that is due here. Returns how long until the next is. */
  private Duration round() throws InterruptedException {
    List<Replay> running = desk.running();
    dueNanos.keySet().retainAll(running.stream().map(Replay::id).toList());
    long now = System.nanoTime();
    long wait = IDLE.toNanos();
    for (Replay replay : running) {
      if (replay.own() ? !own.containsKey(replay.consumer()) : topic == null) {
        continue; // it is another program's
      }
      long due = dueNanos.getOrDefault(replay.id(), now);
      if (due <= now) {
        due = now + step(replay).toNanos();
        dueNanos.put(replay.id(), due);
      }
      wait = Math.min(wait, Math.max(0, due - System.nanoTime()));
    }
    return Duration.ofNanos(wait);
  }

  /** Tells a page. Returns how long to wait before the next, so that it is not too fast. */
  private Duration step(Replay replay) throws InterruptedException {
    try {
      if (leases.hold("replay-" + replay.consumer(), node, settings.leaseTime()).isEmpty()) {
        return IDLE;
      }
      return switch (reader.read(replay.place(), PAGE_MAX)) {
        case FeedPage.Read page -> told(replay, page);
        case FeedPage.Gone _ -> {
          desk.trouble(replay, "events_gone: the log no longer has what follows", true);
          yield IDLE;
        }
        case FeedPage.Busy _ -> IDLE;
      };
    } catch (DatabaseFailure.Conflict _) {
      return Duration.ZERO; // paused, cancelled, or another node's
    } catch (PublishException | DatabaseFailure.Transient e) {
      desk.trouble(replay, DeadLetters.describe(e), false);
      return TROUBLE_WAIT;
    } catch (DatabaseFailure e) {
      throw e;
    } catch (RuntimeException e) {
      log.error("replay {} failed", replay.id(), e);
      desk.trouble(replay, DeadLetters.describe(e), true);
      return IDLE;
    }
  }

  private Duration told(Replay replay, FeedPage.Read page) throws InterruptedException {
    int most = Math.max(1, replay.perSecond() / PAGES_PER_SECOND);
    @Nullable Consumer consumer = replay.own() ? own.get(replay.consumer()) : null;
    List<LoggedEvent> told = new ArrayList<>();
    FeedPlace next = page.next();
    long read = 0;
    for (FeedEvent event : page.events()) {
      if (event.horizon() > replay.endHorizon()) {
        break;
      }
      read++;
      boolean heard = consumer == null || consumer.types().contains(event.event().type());
      if (heard && replay.has(event.event())) {
        told.add(event.event());
        if (told.size() == most) {
          next = event.place();
          break;
        }
      }
    }
    boolean done = next.horizon() > replay.endHorizon();
    if (!told.isEmpty()) {
      if (consumer == null) {
        Objects.requireNonNull(topic).publish(replay, told);
      } else {
        consumer.effects().settleFed(told);
      }
    }
    steps.at(Steps.Moment.SENT);
    desk.move(replay, next, read, told.size(), done);
    return Duration.ofNanos(told.size() * Duration.ofSeconds(1).toNanos() / replay.perSecond());
  }

  @Override
  public void close() {
    closed.countDown();
    Threads.join(thread, CLOSE_MAX);
  }
}
