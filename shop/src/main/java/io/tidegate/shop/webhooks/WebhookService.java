package io.tidegate.shop.webhooks;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.http.OutwardCalls;
import io.tidegate.platform.messaging.CloudEventJson;
import io.tidegate.platform.messaging.EventFeed;
import io.tidegate.platform.messaging.EventLog;
import java.time.InstantSource;

/** Webhooks as a whole: what reads the log, what sends, and the desk in front of both. */
public final class WebhookService implements AutoCloseable {

  private final OutwardCalls calls;
  private final DeliveryWorker sending;
  private final FanOutWorker reading;
  private final WebhookDesk desk;

  /**
   * What it stands on.
   *
   * @param node this process's name
   * @param source the events' source, as their messages have it
   * @param calls the way to receivers; closed with this
   */
  public record Ground(
      Database database,
      EventLog events,
      EventFeed feed,
      InstantSource clock,
      MeterRegistry meters,
      String node,
      String source,
      OutwardCalls calls) {}

  public WebhookService(Ground ground, WebhookSettings settings) {
    this.calls = ground.calls();
    EventFeed feed = ground.feed();
    this.sending =
        new DeliveryWorker(
            new DeliveryWorker.Ground(
                new WebhookStore(ground.database()),
                new DeliveryStore(ground.database()),
                ground.events(),
                new CloudEventJson(ground.source()),
                new WebhookClient(calls, ground.clock()),
                ground.clock(),
                ground.meters()),
            settings);
    this.reading =
        new FanOutWorker(ground.database(), feed, settings, ground.node(), sending::wake);
    this.desk = new WebhookDesk(ground.database(), feed, calls, settings, sending::wake);
  }

  /** Begins to read and to send. */
  public void start() {
    reading.start();
    sending.start();
  }

  public WebhookDesk desk() {
    return desk;
  }

  @Override
  public void close() {
    reading.close();
    sending.close();
    calls.close();
  }
}
