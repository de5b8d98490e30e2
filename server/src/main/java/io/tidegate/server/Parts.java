package io.tidegate.server;

import io.tidegate.platform.http.OutboundSettings;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.http.SharedSecret;
import io.tidegate.platform.http.SignedCalls;
import io.tidegate.platform.http.SignedGate;
import io.tidegate.server.config.Secret;
import io.tidegate.server.config.Settings;
import io.tidegate.shop.catalog.CatalogFeed;
import io.tidegate.shop.catalog.CatalogFeedRoutes;
import io.tidegate.shop.effects.GrantSettings;
import io.tidegate.shop.effects.Grantor;
import io.tidegate.shop.fulfilment.Outside;
import io.tidegate.shop.fulfilment.WarehouseReportRoutes;
import io.tidegate.shop.fulfilment.Warehouses;
import io.tidegate.shop.inventory.StockFeed;
import io.tidegate.shop.inventory.StockFeedRoutes;
import io.tidegate.shop.notification.MessageSender;
import io.tidegate.shop.notification.SendSettings;
import io.tidegate.shop.notification.SignedSender;
import io.tidegate.shop.notification.SmsClient;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parts that a team can have others do: where settings name a system, it is asked instead of
 * what a demo simulates.
 */
final class Parts {

  /** Nobody listens there: a call to a system that isn't configured fails at once. */
  private static final URI NOWHERE = URI.create("http://127.0.0.1:9");

  /** Half of the parcels in work, so that a slow carrier leaves room for the warehouse. */
  private static final int STEP_CALLS_MAX = 128;

  /** A parcel waits for another's call rather than to be put off. */
  private static final Duration STEP_WAIT_MAX = Duration.ofSeconds(1);

  /** Systems of others take a second at times. */
  private static final Duration TRY_MAX = Duration.ofSeconds(8);

  private static final int TICKET_BYTES = 8;

  private final Foundation foundation;
  private final Settings.Parts settings;

  Parts(Foundation foundation) {
    this.foundation = foundation;
    this.settings = foundation.settings().parts();
  }

  /** Whether there is anybody who ships. */
  boolean ships() {
    return settings.warehouse().isGiven() || foundation.ground().simulators() != null;
  }

  /** Whether there is anybody who sends messages. */
  boolean sends() {
    return settings.notification().isGiven() || foundation.ground().simulators() != null;
  }

  /** Who ships. */
  Outside shipping(Stores stores) {
    if (settings.warehouse().isGiven()) {
      return Outside.signed(
          // A step may be two calls, and its lease is 30 s: what fails is tried by the next step.
          calls(
              settings.warehouse(),
              steps("warehouse", URI.create(settings.warehouse().url())).withTries(1)),
          stores.consignees(),
          ticket(settings.warehouse()));
    }
    URI base = simulatorsOrNowhere();
    return Outside.of(
        foundation.outbound().to(steps("warehouse", base)),
        foundation.outbound().to(steps("carrier", base)),
        Warehouses.demo(),
        Stores.fulfilmentSettings(foundation.settings()));
  }

  /** Who sends messages. */
  MessageSender sending() {
    Settings.Part outside = settings.notification();
    return outside.isGiven()
        ? new SignedSender(calls(outside, messages("notification", URI.create(outside.url()))))
        : new SmsClient(foundation.outbound().to(messages("sms", simulatorsOrNowhere())));
  }

  /** Who decides what paid orders bring; null: our rules. */
  @Nullable Grantor granting() {
    Settings.Part outside = settings.grants();
    return outside.isGiven()
        ? Grantor.signed(
            calls(
                outside,
                OutboundSettings.of("grants", URI.create(outside.url()))
                    .withCalls(GrantSettings.DEFAULT.callsMax(), Duration.ZERO)))
        : null;
  }

  /** What others tell by themselves. */
  List<Routes> routes(Stores stores) {
    StockFeed stock =
        new StockFeed(
            foundation.database(),
            foundation.events(),
            foundation.published(),
            Stores.warehouses());
    CatalogFeed goods =
        new CatalogFeed(foundation.database(), stores.catalog(), RouteTable::stocked);
    return List.of(
        new WarehouseReportRoutes(
            foundation.database(),
            stores.fulfilment(),
            gate(settings.warehouse().secret()),
            ticket(settings.warehouse())),
        new StockFeedRoutes(stock, gate(settings.stockFeed()), foundation.meters()),
        new CatalogFeedRoutes(goods, gate(settings.catalogFeed()), foundation.meters()));
  }

  /** The address in short: another system has another one, and so it is seen who asks for leave. */
  private static String ticket(Settings.Part part) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(part.url().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, TICKET_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private SignedGate gate(Secret secret) {
    return new SignedGate(
        secret.isGiven() ? SharedSecret.of(secret.text()) : null, foundation.clock());
  }

  private SignedCalls calls(Settings.Part part, OutboundSettings limits) {
    return new SignedCalls(
        foundation.outbound().to(limits.withTryMax(TRY_MAX)),
        URI.create(part.url()),
        SharedSecret.of(part.secret().text()),
        foundation.clock());
  }

  private static OutboundSettings steps(String name, URI base) {
    return OutboundSettings.of(name, base).withCalls(STEP_CALLS_MAX, STEP_WAIT_MAX);
  }

  private static OutboundSettings messages(String name, URI base) {
    return OutboundSettings.of(name, base)
        .withCalls(SendSettings.DEFAULT.batchMax(), Duration.ZERO);
  }

  private URI simulatorsOrNowhere() {
    URI simulators = foundation.ground().simulators();
    return simulators == null ? NOWHERE : simulators;
  }
}
