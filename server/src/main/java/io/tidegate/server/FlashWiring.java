package io.tidegate.server;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.server.config.Settings;
import io.tidegate.shop.customer.AddressStore;
import io.tidegate.shop.customer.ConsigneeStore;
import io.tidegate.shop.customer.Regions;
import io.tidegate.shop.flashsale.FlashOrders;
import io.tidegate.shop.flashsale.FlashSettings;
import io.tidegate.shop.marketing.CouponStore;
import io.tidegate.shop.marketing.RedPacketStore;
import io.tidegate.shop.ordering.AskService;
import io.tidegate.shop.ordering.FixedPriceOrders;
import io.tidegate.shop.ordering.OrderService;

/** Builds the way in to flash sales, on database sessions that nothing else uses. */
final class FlashWiring {

  /** The lane has one worker; who writes beside it comes seldom. */
  private static final int WRITE_CONNECTIONS = 1;

  private FlashWiring() {}

  static FlashOrders orders(Foundation foundation, Stores stores, OrderService orders) {
    Settings.Flash wanted = foundation.settings().flash();
    Database own =
        foundation
            .kept()
            .keep(
                new Database(
                    DatabaseSettings.of(foundation.ground().jdbcUrl())
                        .withConnections(
                            WRITE_CONNECTIONS, wanted.connections() - WRITE_CONNECTIONS),
                    foundation.clock(),
                    foundation.database().tracer()));
    FlashOrders flash =
        foundation
            .kept()
            .keep(
                new FlashOrders(
                    new FlashOrders.Ground(
                        own,
                        stores.saleBook(),
                        new FixedPriceOrders(
                            new ConsigneeStore(own), foundation.events(), stores.tariffs()),
                        asks(own, foundation, stores),
                        orders::nextNumber,
                        foundation.keys().secret("flash"),
                        foundation.clock(),
                        foundation.published(),
                        foundation.meters()),
                    new FlashSettings(
                        wanted.queueMax(),
                        wanted.perSecondMax(),
                        wanted.margin(),
                        wanted.answerWithin(),
                        wanted.concurrencyMax(),
                        wanted.limitPerUser(),
                        wanted.limitPerAddress(),
                        wanted.tokenLead())));
    // Closed before them: whoever waits for a database that is away is told so.
    foundation.kept().keep((AutoCloseable) own::stopRetrying);
    return flash;
  }

  /** Addresses are read on the sale's own sessions too. */
  private static AskService asks(Database own, Foundation foundation, Stores stores) {
    return new AskService(
        new AddressStore(own),
        new CouponStore(own),
        new RedPacketStore(own),
        stores.tariffs(),
        foundation.clock(),
        Regions.all()::isDistrict);
  }
}
