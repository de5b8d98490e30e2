package io.tidegate.shop.webhooks;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.Leases;
import io.tidegate.platform.messaging.EventFeed;
import io.tidegate.platform.messaging.EventTypes;
import io.tidegate.platform.messaging.FeedEvent;
import io.tidegate.platform.messaging.FeedPage;
import io.tidegate.platform.messaging.FeedPlace;
import io.tidegate.platform.messaging.LoggedEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the event log for all subscriptions together and makes a delivery of each event that one
 * wants; deliveries and place are written in one transaction. One node at a time does so, and only
 * while somebody is subscribed.
 */
final class FanOutWorker implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(FanOutWorker.class);

  private static final String LEASE = "webhooks";
  private static final Duration LEASE_TIME = Duration.ofSeconds(10);
  private static final Duration LEASE_RENEW = Duration.ofSeconds(3);
  private static final Duration TROUBLE_WAIT = Duration.ofSeconds(3);
  private static final Duration UPKEEP_EVERY = Duration.ofSeconds(10);
  private static final Duration STOP_MAX = Duration.ofSeconds(1);
  private static final int PAGE_MAX = 500;

  private final Database database;
  private final EventFeed feed;
  private final WebhookStore store;
  private final RangeReplayWorker replays;
  private final UpkeepStore upkeep;
  private final WebhookSettings settings;
  private final String node;
  private final Runnable made;
  private final Leases leases;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread thread;
  private long heldNanos;
  private boolean held;
  private long upkeepNanos;

  /**
   * @param node this process's name
   * @param made told of deliveries that were made
   */
  FanOutWorker(
      Database database, EventFeed feed, WebhookSettings settings, String node, Runnable made) {
    this.database = database;
    this.feed = feed;
    this.store = new WebhookStore(database);
    this.replays = new RangeReplayWorker(database, feed, settings);
    this.upkeep = new UpkeepStore(database, settings);
    this.settings = settings;
    this.node = node;
    this.made = made;
    this.leases = new Leases(database);
    this.upkeepNanos = System.nanoTime();
    this.thread = Thread.ofVirtual().name("webhooks-fan-out").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      while (stopping.getCount() > 0) {
        Duration wait = Duration.ZERO;
        try {
          wait = hold() ? round() : LEASE_RENEW;
        } catch (DatabaseFailure.Conflict e) {
          log.debug("subscriptions have changed, or another node reads on: {}", e.getMessage());
        } catch (DatabaseFailure e) {
          held = false;
          wait = TROUBLE_WAIT;
          log.debug("webhooks wait: {}", e.getMessage());
        } catch (RuntimeException e) {
          wait = TROUBLE_WAIT;
          log.error("webhooks: the log could not be read", e);
        }
        var _ = stopping.await(wait.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException _) {
      // closed
    } finally {
      release();
    }
  }

  /** Whether this node reads. */
  private boolean hold() {
    long now = System.nanoTime();
    if (!held || now - heldNanos >= LEASE_RENEW.toNanos()) {
      held = leases.hold(LEASE, node, LEASE_TIME).isPresent();
      heldNanos = now;
    }
    return held;
  }

  /** A page for all, and one of each replay. Returns how long to wait before the next. */
  private Duration round() throws InterruptedException {
    if (System.nanoTime() - upkeepNanos >= UPKEEP_EVERY.toNanos()) {
      boolean more = upkeep.step();
      upkeepNanos = more ? upkeepNanos : System.nanoTime();
    }
    boolean replaying = replays.step();
    WebhookStore.Cursor at = store.cursor(); // before the subscriptions: see its generation
    List<Subscription> active = store.active();
    if (replaying) {
      made.run();
    }
    if (active.isEmpty()) {
      return replaying ? Duration.ZERO : settings.pollEvery();
    }
    // Half: so that whoever stops the program need not interrupt a look at the feed.
    Duration wait = replaying ? Duration.ZERO : settings.pollEvery().dividedBy(2);
    return switch (read(begin(at.place(), active), types(active), wait)) {
      case FeedPage.Read page -> {
        write(at, active, page);
        yield Duration.ZERO;
      }
      case FeedPage.Gone _ -> {
        skip(at);
        yield Duration.ZERO;
      }
      case FeedPage.Busy _ -> settings.pollEvery();
    };
  }

  private FeedPage read(FeedPlace after, EventTypes types, Duration wait)
      throws InterruptedException {
    return feed.read(
        new EventFeed.Wish(after, types, PAGE_MAX, System.nanoTime() + wait.toNanos()));
  }

  /** Nobody wants what came before all of them. */
  private static FeedPlace begin(FeedPlace cursor, List<Subscription> active) {
    OptionalLong since = active.stream().mapToLong(Subscription::sinceHorizon).min();
    long first = since.orElseThrow();
    return cursor.horizon() < first ? new FeedPlace(first, 0) : cursor;
  }

  /** What any of them wants. */
  private static EventTypes types(Collection<Subscription> active) {
    Set<String> wanted = new LinkedHashSet<>();
    for (Subscription each : active) {
      if (each.types().isEmpty()) {
        return EventTypes.ALL;
      }
      wanted.addAll(each.types());
    }
    // More of them than the feed compares are compared here only.
    return EventTypes.of(List.copyOf(wanted)).orElse(EventTypes.ALL);
  }

  private void write(WebhookStore.Cursor at, List<Subscription> active, FeedPage.Read page) {
    List<DeliveryStore.Match> matches = new ArrayList<>();
    for (Subscription each : active) {
      EventTypes types = types(List.of(each));
      for (FeedEvent event : page.events()) {
        LoggedEvent logged = event.event();
        if (event.place().horizon() >= each.sinceHorizon() && types.has(logged.type())) {
          matches.add(new DeliveryStore.Match(each.id(), logged.position(), logged.type()));
        }
      }
    }
    if (page.next().equals(at.place())) {
      return;
    }
    database.writeOnce(tx -> {
      DeliveryStore.add(tx, matches);
      WebhookStore.move(tx, at, page.next());
      return true;
    });
    if (!matches.isEmpty()) {
      made.run();
    }
  }

  /** What the log no longer has can't be sent: told, and the newest is gone on with. */
  private void skip(WebhookStore.Cursor at) {
    FeedPlace end = feed.end();
    log.error("events for webhooks are no longer in the log: what is left of it is gone on with");
    @Nullable FeedPlace first = firstKept();
    database.writeOnce(tx -> {
      WebhookStore.move(tx, at, first == null ? end : first);
      return true;
    });
  }

  private @Nullable FeedPlace firstKept() {
    try {
      return read(FeedPlace.BEGINNING, EventTypes.ALL, Duration.ZERO) instanceof FeedPage.Read page
              && !page.events().isEmpty()
          ? new FeedPlace(page.events().getFirst().place().horizon(), 0)
          : null;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private void release() {
    if (!held) {
      return;
    }
    try {
      leases.release(LEASE, node);
    } catch (DatabaseFailure e) {
      log.debug("the lease of webhooks runs out by itself: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    stopping.countDown();
    try {
      if (thread.isAlive() && !thread.join(STOP_MAX)) {
        thread.interrupt();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
