package io.tidegate.server;

import io.tidegate.platform.db.NodeLease;
import io.tidegate.platform.http.OutwardCalls;
import io.tidegate.platform.messaging.EventHandler;
import io.tidegate.server.config.Role;
import io.tidegate.server.config.Settings;
import io.tidegate.shop.aftersales.RefundGround;
import io.tidegate.shop.aftersales.RefundService;
import io.tidegate.shop.aftersales.ReturnService;
import io.tidegate.shop.effects.EffectService;
import io.tidegate.shop.effects.GrantService;
import io.tidegate.shop.effects.GrantSettings;
import io.tidegate.shop.effects.GrantStores;
import io.tidegate.shop.effects.GrantWorker;
import io.tidegate.shop.effects.PerksBack;
import io.tidegate.shop.flashsale.DrawDesk;
import io.tidegate.shop.flashsale.DrawWorker;
import io.tidegate.shop.flashsale.FlashOrders;
import io.tidegate.shop.flashsale.GrantConsumer;
import io.tidegate.shop.flashsale.SaleBook;
import io.tidegate.shop.flashsale.SaleDesk;
import io.tidegate.shop.flashsale.SaleWorker;
import io.tidegate.shop.fulfilment.FulfilmentWorker;
import io.tidegate.shop.kernel.OrderNumbers;
import io.tidegate.shop.marketing.CouponGrantRule;
import io.tidegate.shop.marketing.TemplateStore;
import io.tidegate.shop.notification.NotificationWorker;
import io.tidegate.shop.notification.Renderer;
import io.tidegate.shop.notification.SendSettings;
import io.tidegate.shop.notification.Templates;
import io.tidegate.shop.ordering.OrderService;
import io.tidegate.shop.payment.PaymentProvider;
import io.tidegate.shop.payment.RefundChecks;
import io.tidegate.shop.payment.RefundWorker;
import io.tidegate.shop.privacy.ErasureService;
import io.tidegate.shop.reconciliation.ReconciliationService;
import io.tidegate.shop.reconciliation.ReconciliationWorker;
import io.tidegate.shop.webhooks.WebhookService;
import io.tidegate.shop.webhooks.WebhookSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What works by itself: lanes, workers, and the consumers of events. */
record Services(
    Foundation foundation,
    OrderService orders,
    EffectService effects,
    GrantWorker granting,
    ErasureService erasures,
    FulfilmentWorker shipping,
    RefundWorker refunding,
    ReconciliationService reconciling,
    ReconciliationWorker reconciler,
    RefundGround refundGround,
    RefundService refunds,
    ReturnService returns,
    SaleBook saleBook,
    SaleDesk saleDesk,
    SaleWorker sales,
    @Nullable FlashOrders flash,
    @Nullable DrawDesk draws,
    @Nullable DrawWorker drawer,
    NotificationWorker sending,
    Renderer renderer,
    WebhookService webhooks) {

  /** Builds all of it; only lanes run yet. */
  static Services of(Foundation foundation, Stores stores, Providers known) {
    Map<String, PaymentProvider> providers = known.byName();
    OrderService orders = foundation.kept().keep(orders(foundation, stores, providers));
    stores.coupons().check(CouponGrantRule.DEFAULT);
    GrantService grants =
        GrantService.of(
            foundation.database(), EffectService.Rules.DEFAULT, new Parts(foundation).granting());
    EffectService effects =
        new EffectService(
            stores.points(),
            stores.coupons(),
            stores.redPackets(),
            stores.messages(),
            stores.fulfilment(),
            grants);
    RefundWorker refunding = foundation.kept().keep(refunding(foundation, providers));
    ReconciliationService reconciling = reconciling(foundation, known);
    Renderer renderer = (template, values) -> Templates.render(template, Locale.CHINESE, values);
    FulfilmentWorker shipping = foundation.kept().keep(shipping(foundation, stores));
    RefundGround refundGround = refundGround(foundation, stores, grants, shipping);
    RefundService refunds =
        foundation.kept().keep(new RefundService(refundGround, foundation.meters()));
    SaleDesk saleDesk = saleDesk(foundation, stores);
    FlashOrders flash =
        foundation.has(Role.FLASH) ? FlashWiring.orders(foundation, stores, orders) : null;
    DrawDesk draws =
        flash == null
            ? null
            : foundation
                .kept()
                .keep(
                    new DrawDesk(
                        flash, stores.consignees(), foundation.settings().flash().queueMax()));
    return new Services(
        foundation,
        orders,
        effects,
        foundation
            .kept()
            .keep(
                new GrantWorker(
                    foundation.database(),
                    grants,
                    new GrantStores(
                        stores.points(),
                        stores.coupons(),
                        stores.redPackets(),
                        new TemplateStore(foundation.database())),
                    GrantSettings.DEFAULT,
                    foundation.meters())),
        new ErasureService(
            foundation.database(),
            stores.addresses(),
            stores.consignees(),
            orders,
            stores.archive(),
            foundation.clock()),
        shipping,
        refunding,
        reconciling,
        foundation
            .kept()
            .keep(
                new ReconciliationWorker(
                    foundation.database(),
                    reconciling,
                    foundation.settings().money().reconciliationHour(),
                    foundation.ground().node())),
        refundGround,
        refunds,
        new ReturnService(refundGround, refunds, foundation.settings().returnWindow()),
        stores.saleBook(),
        saleDesk,
        foundation
            .kept()
            .keep(
                new SaleWorker(
                    stores.saleBook(),
                    saleDesk,
                    foundation.clock(),
                    foundation.settings().flash().warmBefore())),
        flash,
        draws,
        drawer(foundation, stores, flash),
        foundation.kept().keep(sending(foundation, stores, renderer)),
        renderer,
        foundation.kept().keep(webhooks(foundation)));
  }

  /** Winners' orders are placed by the way in to sales; all else is no haste. */
  private static @Nullable DrawWorker drawer(
      Foundation foundation, Stores stores, @Nullable FlashOrders flash) {
    return flash == null
        ? null
        : foundation
            .kept()
            .keep(
                new DrawWorker(
                    new DrawWorker.Ground(
                        foundation.database(),
                        foundation.events(),
                        foundation.published(),
                        stores.saleBook(),
                        stores.consignees(),
                        flash::place,
                        foundation.clock(),
                        foundation.ground().node())));
  }

  private static SaleDesk saleDesk(Foundation foundation, Stores stores) {
    return new SaleDesk(
        foundation.database(),
        foundation.events(),
        foundation.published(),
        stores.prices(),
        stores.saleBook(),
        foundation.clock());
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
            stores.tariffs(),
            stores.consignees(),
            stores.payments(),
            providers,
            new OrderNumbers(foundation.clock(), node.number(), node::isHeld),
            foundation::newTraceparent,
            foundation.meters()),
        new OrderService.Settings(
            settings.payWindow(), settings.completeAfter(), settings.lanePerSecondMax()));
  }

  private static RefundWorker refunding(
      Foundation foundation, Map<String, PaymentProvider> providers) {
    return new RefundWorker(
        foundation.database(),
        foundation.events(),
        foundation.published(),
        providers,
        foundation::newTraceparent,
        new RefundChecks(foundation.settings().money().checkRefundsAfter()));
  }

  private static ReconciliationService reconciling(Foundation foundation, Providers providers) {
    return new ReconciliationService(
        new ReconciliationService.Ground(
            foundation.database(),
            providers.byName().keySet(),
            providers.statements(),
            foundation.settings().businessZone()));
  }

  private static RefundGround refundGround(
      Foundation foundation, Stores stores, GrantService grants, FulfilmentWorker shipping) {
    return new RefundGround(
        foundation.database(),
        foundation.events(),
        foundation.published(),
        new PerksBack(grants, foundation.settings().points()),
        stores.fulfilment(),
        shipping::signal,
        stores.messages(),
        foundation.settings().refunds(),
        foundation.settings().orders().completeAfter());
  }

  private static FulfilmentWorker shipping(Foundation foundation, Stores stores) {
    return new FulfilmentWorker(
        foundation.database(),
        stores.fulfilment(),
        Stores.fulfilmentSettings(foundation.settings()),
        new Parts(foundation).shipping(stores),
        foundation.meters());
  }

  private static NotificationWorker sending(
      Foundation foundation, Stores stores, Renderer renderer) {
    return new NotificationWorker(
        stores.messages(),
        stores.consignees(),
        renderer,
        new Parts(foundation).sending(),
        SendSettings.DEFAULT);
  }

  private static WebhookService webhooks(Foundation foundation) {
    OutwardCalls calls =
        new OutwardCalls(
            new OutwardCalls.Settings(
                foundation.settings().webhooks().allowPrivate(), WebhookSettings.CALL_MAX));
    return new WebhookService(
        new WebhookService.Ground(
            foundation.database(),
            foundation.events(),
            foundation.feed(),
            foundation.clock(),
            foundation.meters(),
            foundation.ground().node(),
            Wiring.SOURCE,
            calls),
        WebhookSettings.DEFAULT);
  }

  /** From now on deadlines are kept, providers asked, parcels and messages sent. */
  void start() {
    saleBook.refresh();
    saleBook.start();
    granting.start(foundation.has(Role.CONSUMERS));
    if (foundation.has(Role.FLASH)) {
      sales.start();
    }
    if (flash != null) {
      flash.start();
    }
    if (drawer != null) {
      drawer.start();
    }
    if (foundation.has(Role.CONSUMERS)) {
      orders.start();
      refunding.start();
      reconciler.start();
      refunds.start();
      webhooks.start();
      Parts parts = new Parts(foundation);
      if (parts.sends()) {
        sending.start();
      }
      if (parts.ships()) {
        shipping.start();
      } else {
        shipping.standDown();
      }
    }
  }

  /** Who hears events on this node. */
  List<EventHandler> handlers() {
    if (!foundation.has(Role.CONSUMERS)) {
      return List.of();
    }
    List<EventHandler> handlers =
        new ArrayList<>(effects.handlers(shipping::signal, granting::signal));
    handlers.add(orders.shipmentHandler());
    handlers.add(refunds.moneyHandler());
    handlers.add(new GrantConsumer(flash == null ? () -> {} : flash.gates()::lookSoon));
    return handlers;
  }
}
