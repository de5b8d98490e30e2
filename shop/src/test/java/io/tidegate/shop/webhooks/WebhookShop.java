package io.tidegate.shop.webhooks;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.http.OutwardCalls;
import io.tidegate.platform.messaging.CloudEventJson;
import io.tidegate.platform.messaging.Event;
import io.tidegate.platform.messaging.EventFeed;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.platform.messaging.Messaging;
import io.tidegate.platform.messaging.MessagingSettings;
import io.tidegate.shop.testing.ShopDatabase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** A shop whose log is written and shown, without a broker, for tests of webhooks. */
final class WebhookShop implements AutoCloseable {

  static final String SOURCE = "/tidegate";

  /** When all of its events happened. */
  static final Instant EVENTS_AT =
      Instant.now().minus(Duration.ofHours(1)).truncatedTo(ChronoUnit.MILLIS);

  /** Nobody listens there. */
  private static final String NO_BROKER = "127.0.0.1:9";

  /** Many tries within no time. */
  static final WebhookSettings SETTINGS =
      new WebhookSettings(
          List.of(Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofMillis(1)),
          10,
          Duration.ofMinutes(1),
          Duration.ofMillis(20),
          4,
          Duration.ofHours(1),
          Duration.ofMillis(1),
          Duration.ofMillis(1),
          Duration.ofDays(5),
          Duration.ofHours(24),
          1_000,
          Duration.ofDays(7),
          Duration.ofDays(30));

  private final ShopDatabase shop = new ShopDatabase();
  private final EventLog events = new EventLog(shop.database());
  private final Messaging messaging;
  private final List<WebhookService> services = new ArrayList<>();
  final EventFeed feed = new EventFeed(shop.database());
  final DeliveryStore deliveries = new DeliveryStore(shop.database());
  final WebhookStore store = new WebhookStore(shop.database());
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  WebhookShop() {
    messaging =
        Messaging.start(
            shop.database(), NO_BROKER, "node", SOURCE, MessagingSettings.of("test-"), List.of());
  }

  ShopDatabase database() {
    return shop;
  }

  static OutwardCalls calls(Duration callMax) {
    return new OutwardCalls(new OutwardCalls.Settings(true, callMax));
  }

  /** The webhooks of a node, not started. */
  WebhookService service(String node, WebhookSettings settings, OutwardCalls calls) {
    WebhookService service =
        new WebhookService(
            new WebhookService.Ground(
                shop.database(), events, feed, InstantSource.system(), meters, node, SOURCE, calls),
            settings);
    services.add(service);
    return service;
  }

  WebhookService started(WebhookSettings settings) {
    WebhookService service = service("node", settings, calls(Duration.ofSeconds(50)));
    service.start();
    return service;
  }

  /** What sends, by hand. */
  DeliveryWorker worker(WebhookSender sender, WebhookSettings settings) {
    return new DeliveryWorker(
        new DeliveryWorker.Ground(
            store,
            deliveries,
            events,
            new CloudEventJson(SOURCE),
            sender,
            InstantSource.system(),
            meters),
        settings);
  }

  /** Logs an event. */
  void append(String type, long key) {
    append(type, key, "{\"key\":" + key + "}");
  }

  void append(String type, long key, String data) {
    shop.database()
        .writeOnce(tx -> {
          events.append(
              tx,
              List.of(
                  new Event(type, key, 1, EVENTS_AT, "", data.getBytes(StandardCharsets.UTF_8))));
          return true;
        });
    messaging.wake();
  }

  /** Whether all that is in the log is shown by the feed. */
  boolean shown() {
    return shop.number("select count(*) from messaging.log")
        == shop.number("select coalesce(sum(events), 0) from messaging.horizon");
  }

  long count(String sql) {
    return shop.number("select count(*) from " + sql);
  }

  List<String> states(long subscription) {
    return shop.database()
        .read(
            Sql.of(
                "select state || coalesce(' ' || why, '') from webhooks.delivery"
                    + " where subscription = ? order by id"),
            row -> row.getString(1),
            subscription);
  }

  @Override
  public void close() {
    services.forEach(WebhookService::close);
    feed.close();
    messaging.close();
    shop.close();
  }
}
