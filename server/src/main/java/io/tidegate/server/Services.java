package io.tidegate.server;

import io.tidegate.platform.db.NodeLease;
import io.tidegate.platform.http.Outbound;
import io.tidegate.platform.http.OutboundSettings;
import io.tidegate.platform.messaging.EventHandler;
import io.tidegate.server.config.Role;
import io.tidegate.server.config.Settings;
import io.tidegate.shop.effects.EffectService;
import io.tidegate.shop.fulfilment.FulfilmentWorker;
import io.tidegate.shop.fulfilment.Warehouses;
import io.tidegate.shop.kernel.OrderNumbers;
import io.tidegate.shop.marketing.CouponGrantRule;
import io.tidegate.shop.notification.NotificationWorker;
import io.tidegate.shop.notification.Renderer;
import io.tidegate.shop.notification.SendSettings;
import io.tidegate.shop.notification.SmsClient;
import io.tidegate.shop.notification.Templates;
import io.tidegate.shop.ordering.OrderService;
import io.tidegate.shop.payment.PaymentProvider;
import io.tidegate.shop.payment.RefundWorker;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What works by itself: lanes, workers, and the consumers of events. */
record Services(
    Foundation foundation,
    OrderService orders,
    EffectService effects,
    FulfilmentWorker shipping,
    RefundWorker refunding,
    NotificationWorker sending,
    Renderer renderer) {

  /** Nobody listens there: a call to a system that isn't configured fails at once. */
  private static final URI NOWHERE = URI.create("http://127.0.0.1:9");

  /** Builds all of it; only lanes run yet. */
  static Services of(Foundation foundation, Stores stores, Map<String, PaymentProvider> providers) {
    OrderService orders = foundation.kept().keep(orders(foundation, stores, providers));
    stores.coupons().check(CouponGrantRule.DEFAULT);
    EffectService effects =
        new EffectService(
            stores.points(),
            stores.coupons(),
            stores.redPackets(),
            stores.messages(),
            stores.fulfilment(),
            stores.deadLetters(),
            EffectService.Rules.DEFAULT);
    Renderer renderer = (template, values) -> Templates.render(template, Locale.CHINESE, values);
    return new Services(
        foundation,
        orders,
        effects,
        foundation.kept().keep(shipping(foundation, stores)),
        foundation
            .kept()
            .keep(
                new RefundWorker(
                    foundation.database(),
                    foundation.events(),
                    foundation.published(),
                    providers,
                    Foundation::newTraceparent)),
        foundation.kept().keep(sending(foundation, stores, renderer)),
        renderer);
  }

  private static OrderService orders(
      Foundation foundation, Stores stores, Map<String, PaymentProvider> providers) {
    NodeLease node = foundation.node();
    Settings.Orders settings = foundation.settings().orders();
    return new OrderService(
        new OrderService.Ground(
            foundation.database(),
            foundation.events(),
            foundation.published(),
            stores.catalog(),
            stores.consignees(),
            stores.payments(),
            providers,
            new OrderNumbers(foundation.clock(), node.number(), node::isHeld),
            Foundation::newTraceparent,
            foundation.meters()),
        new OrderService.Settings(
            settings.payWindow(), settings.completeAfter(), settings.lanePerSecondMax()));
  }

  private static FulfilmentWorker shipping(Foundation foundation, Stores stores) {
    Outbound outbound = foundation.outbound();
    URI base = simulatorsOrNowhere(foundation);
    return new FulfilmentWorker(
        foundation.database(),
        stores.fulfilment(),
        Warehouses.demo(),
        Stores.fulfilmentSettings(foundation.settings()),
        outbound.to(OutboundSettings.of("warehouse", base)),
        outbound.to(OutboundSettings.of("carrier", base)),
        foundation.meters());
  }

  private static NotificationWorker sending(
      Foundation foundation, Stores stores, Renderer renderer) {
    URI base = simulatorsOrNowhere(foundation);
    return new NotificationWorker(
        stores.messages(),
        stores.consignees(),
        renderer,
        new SmsClient(foundation.outbound().to(OutboundSettings.of("sms", base))),
        SendSettings.DEFAULT);
  }

  private static URI simulatorsOrNowhere(Foundation foundation) {
    URI simulators = foundation.ground().simulators();
    return simulators == null ? NOWHERE : simulators;
  }

  /** From now on deadlines are kept, providers asked, parcels and messages sent. */
  void start() {
    if (foundation.has(Role.CONSUMERS)) {
      orders.start();
      refunding.start();
      if (foundation.ground().simulators() != null) {
        sending.start();
        shipping.start();
      }
    }
  }

  /** Who hears events on this node. */
  List<EventHandler> handlers() {
    if (!foundation.has(Role.CONSUMERS)) {
      return List.of();
    }
    List<EventHandler> handlers = new ArrayList<>(effects.handlers(shipping::signal));
    handlers.add(orders.shipmentHandler());
    return handlers;
  }
}
