package io.tidegate.shop.webhooks;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.Tx;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.OutwardCalls;
import io.tidegate.platform.messaging.EventFeed;
import io.tidegate.platform.messaging.EventTypes;
import io.tidegate.shop.staff.StaffStore;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What people do about webhooks: each act with its record, in one transaction. */
public final class WebhookDesk {

  /** Characters of a description. */
  public static final int DESCRIPTION_CHARS_MAX = 200;

  /** Characters of a URL. */
  public static final int URL_CHARS_MAX = 2_048;

  /** Types that one may name. */
  public static final int TYPES_MAX = 50;

  /** Characters of a type. */
  public static final int TYPE_CHARS_MAX = 66;

  private final Database database;
  private final EventFeed feed;
  private final OutwardCalls calls;
  private final WebhookStore store;
  private final DeliveryStore deliveries;
  private final RangeReplayStore replays;
  private final UpkeepStore upkeep;
  private final WebhookSettings settings;
  private final Runnable changed;

  /**
   * A desk.
   *
   * @param changed told when there may be something to send
   */
  WebhookDesk(
      Database database,
      EventFeed feed,
      OutwardCalls calls,
      WebhookSettings settings,
      Runnable changed) {
    this.database = database;
    this.feed = feed;
    this.calls = calls;
    this.store = new WebhookStore(database);
    this.deliveries = new DeliveryStore(database);
    this.replays = new RangeReplayStore(database);
    this.upkeep = new UpkeepStore(database, settings);
    this.settings = settings;
    this.changed = changed;
  }

  /**
   * What a subscription is to be.
   *
   * @param types empty for all
   */
  public record Wish(String url, List<String> types, String description) {
    public Wish {
      types = List.copyOf(types);
    }
  }

  /**
   * A subscription with its new secret, which nobody is shown again.
   *
   * @param secret as the subscriber keeps it
   */
  public record WithSecret(Subscription subscription, String secret) {
    @Override
    public String toString() {
      return "WithSecret[" + subscription.id() + "]";
    }
  }

  public WebhookStore subscriptions() {
    return store;
  }

  public DeliveryStore deliveries() {
    return deliveries;
  }

  public RangeReplayStore replays() {
    return replays;
  }

  public WebhookFigures figures() {
    return upkeep.figures();
  }

  /**
   * Looks at what is wished.
   *
   * @param url null where it stays
   * @param types null where they stay
   * @param refuse takes the member that is wrong, and why
   */
  public void check(
      @Nullable String url, @Nullable List<String> types, BiConsumer<String, String> refuse) {
    if (url != null) {
      calls.refusal(url).ifPresent(why -> refuse.accept("url", why));
    }
    if (types != null && EventTypes.of(types).isEmpty()) {
      refuse.accept("types", "are such as order.paid.v1 or order.*");
    }
  }

  /**
   * What keeps events of a time on from being sent once more, in words; empty where they may be. Of
   * what came before, nobody knows any more what was delivered.
   */
  public Optional<String> refusal(Instant from, boolean deliveredToo) {
    Instant known = database.now().minus(settings.deliveredKept());
    return deliveredToo || !from.isBefore(known)
        ? Optional.empty()
        : Optional.of(
            "must be within the last %d days, or deliveredToo must be true"
                .formatted(settings.deliveredKept().toDays()));
  }

  /** Subscribes from the log's end on; empty where there are too many already. */
  public Optional<WithSecret> create(Wish wish, String by) {
    WebhookSecret secret = WebhookSecret.random();
    long created =
        database.write(
            "create-webhook",
            tx -> {
              WebhookStore.change(tx);
              if (WebhookStore.count(tx) >= WebhookSettings.SUBSCRIPTIONS_MAX) {
                return 0L;
              }
              long id =
                  WebhookStore.add(
                      tx,
                      wish.url(),
                      wish.types(),
                      wish.description(),
                      feed.end().horizon(),
                      secret,
                      by);
              record(tx, by, "webhook.create", id, json -> told(json, wish));
              return id;
            });
    changed.run();
    return store.get(created).map(one -> new WithSecret(one, secret.shown()));
  }

  /** Where events go to and which; empty where it is gone. */
  public Optional<Subscription> change(long id, Wish wish, String by) {
    return act(
        id,
        tx -> {
          WebhookStore.change(tx);
          WebhookStore.change(tx, id, wish.url(), wish.types(), wish.description());
          record(tx, by, "webhook.change", id, json -> told(json, wish));
        });
  }

  /** Has it sent events from the log's end on; what it missed can be replayed. */
  public Optional<Subscription> enable(long id, String by) {
    upkeep.endOpen(id); // what waited when it was disabled is over
    return act(
        id,
        tx -> {
          WebhookStore.change(tx);
          WebhookStore.enable(tx, id, feed.end().horizon());
          record(tx, by, "webhook.enable", id, _ -> {});
        });
  }

  /** Has it sent nothing any more, and ends what waits for it. */
  public Optional<Subscription> disable(long id, String by) {
    Optional<Subscription> disabled =
        act(
            id,
            tx -> {
              WebhookStore.change(tx);
              WebhookStore.disable(tx, id, Subscription.Why.BY_HAND);
              record(tx, by, "webhook.disable", id, _ -> {});
            });
    upkeep.endOpen(id);
    return disabled;
  }

  /** Takes it away; its deliveries go bit by bit. False where it is gone already. */
  public boolean delete(long id, String by) {
    try {
      database.writeOnce(tx -> {
        WebhookStore.change(tx);
        WebhookStore.delete(tx, id);
        record(tx, by, "webhook.delete", id, _ -> {});
        return true;
      });
      return true;
    } catch (DatabaseFailure.Conflict _) {
      return false;
    }
  }

  /** A new secret; the one before signs, too, for a day. */
  public Optional<WithSecret> rotate(long id, String by) {
    WebhookSecret secret = WebhookSecret.random();
    return act(
            id,
            tx -> {
              WebhookStore.rotate(tx, id, secret, settings.oldSecretKept());
              record(tx, by, "webhook.rotate", id, _ -> {});
            })
        .map(one -> new WithSecret(one, secret.shown()));
  }

  /** Sends it something that is no event. */
  public Delivery test(long id, String by) {
    long made =
        database.write(
            "test-webhook",
            tx -> {
              long delivery = DeliveryStore.addTest(tx, id);
              record(tx, by, "webhook.test", id, _ -> {});
              return delivery;
            });
    changed.run();
    return deliveries.get(id, made).orElseThrow();
  }

  /** Sends a delivery that ended once more; empty where it is under way. */
  public Optional<Delivery> again(long id, long delivery, String by) {
    try {
      database.writeOnce(tx -> {
        DeliveryStore.again(tx, delivery);
        record(
            tx, by, "webhook.replay", id, json -> json.field("delivery", Long.toString(delivery)));
        return true;
      });
    } catch (DatabaseFailure.Conflict _) {
      return Optional.empty();
    }
    changed.run();
    return deliveries.get(id, delivery);
  }

  /** What came of the wish to send events of a time once more. */
  public sealed interface Wished {
    record Begun(RangeReplay replay) implements Wished {}

    /** The subscription has one that is not at its end. */
    record Running() implements Wished {}

    /** Nothing is sent from that time on: see {@link #refusal}. */
    record Refused(String why) implements Wished {}
  }

  /**
   * Sends what it wants of a time once more. Where the log no longer has all of that time the
   * replay has stopped when it begins.
   *
   * @param to events of this time and later are not sent; null for now
   * @param deliveredToo whether also what was delivered
   */
  public Wished replay(
      long id, Instant from, @Nullable Instant to, boolean deliveredToo, String by) {
    Optional<String> refusal = refusal(from, deliveredToo);
    if (refusal.isPresent()) {
      return new Wished.Refused(refusal.get());
    }
    Instant until = to == null ? database.now() : to;
    // What is of that time may have been shown much later: after an outage, or a long transaction.
    long end = feed.end().horizon();
    RangeReplayStore.Wish wish =
        new RangeReplayStore.Wish(id, from, until, deliveredToo, feed.from(from), end);
    boolean kept = feed.keeps(from);
    long begun;
    try {
      begun =
          database.writeOnce(tx -> {
            long made = RangeReplayStore.add(tx, wish, by);
            if (!kept) {
              RangeReplayStore.stop(tx, made, RangeReplay.EVENTS_GONE);
            }
            record(
                tx,
                by,
                "webhook.replay-range",
                id,
                json ->
                    json.field("from", from)
                        .field("to", until)
                        .field("deliveredToo", deliveredToo));
            return made;
          });
    } catch (DatabaseFailure.Conflict _) {
      return new Wished.Running();
    }
    changed.run();
    return new Wished.Begun(replays.get(id, begun).orElseThrow());
  }

  private Optional<Subscription> act(long id, Consumer<Tx> work) {
    try {
      database.writeOnce(tx -> {
        work.accept(tx);
        return true;
      });
    } catch (DatabaseFailure.Conflict _) {
      return Optional.empty();
    }
    changed.run();
    return store.get(id);
  }

  /** The host only: paths and queries may hold what should stay where it is. */
  private static void told(JsonWriter json, Wish wish) {
    json.field("host", URI.create(wish.url()).getHost()).name("types").beginArray();
    wish.types().forEach(json::value);
    json.endArray();
  }

  private static void record(Tx tx, String by, String act, long id, Consumer<JsonWriter> detail) {
    StaffStore.record(tx, by, act, "webhook " + id, detail);
  }
}
