package io.tidegate.shop.webhooks;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.messaging.EventFeed;
import io.tidegate.platform.messaging.EventTypes;
import io.tidegate.platform.messaging.FeedEvent;
import io.tidegate.platform.messaging.FeedPage;
import io.tidegate.platform.messaging.FeedPlace;
import io.tidegate.platform.messaging.LoggedEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a range of the log once more for a subscription, page by page, as fast as it takes it. */
final class RangeReplayWorker {

  private static final Logger log = LoggerFactory.getLogger(RangeReplayWorker.class);

  /** While so many wait for the subscription, a replay makes no more. */
  static final int WAITING_MAX = 5_000;

  /** Deliveries of one replay; whoever wants more begins another behind it. */
  static final long SENT_MAX = 100_000;

  private static final int PAGE_MAX = 500;

  private final Database database;
  private final EventFeed feed;
  private final WebhookStore store;
  private final RangeReplayStore replays;
  private final UpkeepStore counts;

  RangeReplayWorker(Database database, EventFeed feed, WebhookSettings settings) {
    this.database = database;
    this.feed = feed;
    this.store = new WebhookStore(database);
    this.replays = new RangeReplayStore(database);
    this.counts = new UpkeepStore(database, settings);
  }

  /** A page of each that runs. Returns whether any has made something. */
  boolean step() throws InterruptedException {
    boolean made = false;
    for (RangeReplay replay : replays.running()) {
      made |= step(replay);
    }
    return made;
  }

  private boolean step(RangeReplay replay) throws InterruptedException {
    Optional<Subscription> of =
        store.get(replay.subscription()).filter(s -> s.state() == Subscription.State.ACTIVE);
    if (of.isEmpty()) {
      replays.stop(replay, "disabled");
      return false;
    }
    if (replay.sent() >= SENT_MAX) {
      replays.stop(replay, "limit");
      return false;
    }
    if (counts.open(replay.subscription(), WAITING_MAX) >= WAITING_MAX) {
      return false;
    }
    EventTypes types = EventTypes.of(of.get().types()).orElse(EventTypes.ALL);
    FeedPlace at = new FeedPlace(replay.horizon(), replay.position());
    return switch (feed.read(new EventFeed.Wish(at, types, PAGE_MAX, System.nanoTime()))) {
      case FeedPage.Read page -> write(replay, page);
      case FeedPage.Gone _ -> {
        replays.stop(replay, RangeReplay.EVENTS_GONE);
        log.warn("replay {} of webhooks: the log no longer has what follows", replay.id());
        yield false;
      }
      case FeedPage.Busy _ -> false;
    };
  }

  private boolean write(RangeReplay replay, FeedPage.Read page) {
    boolean done = page.next().horizon() >= replay.endHorizon();
    if (!done && page.next().equals(new FeedPlace(replay.horizon(), replay.position()))) {
      return false; // what is in memory is behind by a look
    }
    List<DeliveryStore.Match> matches = new ArrayList<>();
    Instant reachedAt = null;
    long read = 0;
    for (FeedEvent each : page.events()) {
      if (each.place().horizon() >= replay.endHorizon()) {
        break;
      }
      read++;
      LoggedEvent event = each.event();
      reachedAt = event.time();
      if (!event.time().isBefore(replay.from()) && event.time().isBefore(replay.to())) {
        matches.add(new DeliveryStore.Match(replay.subscription(), event.position(), event.type()));
      }
    }
    long looked = read;
    Instant reached = reachedAt;
    return database.writeOnce(tx -> {
      int sent = DeliveryStore.addAgain(tx, replay.subscription(), matches, replay.deliveredToo());
      RangeReplayStore.move(
          tx, replay, new RangeReplayStore.Step(page.next(), looked, sent, reached, done));
      return true;
    });
  }
}
