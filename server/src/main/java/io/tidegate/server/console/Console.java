package io.tidegate.server.console;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.ReadyCheck;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.identity.Tokens;
import io.tidegate.platform.messaging.Backlog;
import io.tidegate.platform.messaging.DeadLetters;
import io.tidegate.server.audit.AuditDesk;
import io.tidegate.server.feed.FeedReaders;
import io.tidegate.server.feed.ReplayActs;
import io.tidegate.shop.aftersales.ParkedDesk;
import io.tidegate.shop.aftersales.RefundDesk;
import io.tidegate.shop.aftersales.ReturnService;
import io.tidegate.shop.aftersales.ReturnWarehouses;
import io.tidegate.shop.catalog.GoodsSearch;
import io.tidegate.shop.catalog.GoodsStore;
import io.tidegate.shop.flashsale.DrawStore;
import io.tidegate.shop.flashsale.Gates;
import io.tidegate.shop.flashsale.GrantCountStore;
import io.tidegate.shop.flashsale.SaleDesk;
import io.tidegate.shop.flashsale.SaleStore;
import io.tidegate.shop.fulfilment.FreightBook;
import io.tidegate.shop.fulfilment.FreightStore;
import io.tidegate.shop.fulfilment.StuckDesk;
import io.tidegate.shop.inventory.PoolStore;
import io.tidegate.shop.inventory.StockDesk;
import io.tidegate.shop.inventory.StockStore;
import io.tidegate.shop.marketing.TemplateDesk;
import io.tidegate.shop.notification.GivenUpDesk;
import io.tidegate.shop.payment.NoticeStore;
import io.tidegate.shop.promotion.PriceBook;
import io.tidegate.shop.promotion.PriceList;
import io.tidegate.shop.promotion.Promotion;
import io.tidegate.shop.promotion.TermsDesk;
import io.tidegate.shop.reconciliation.DifferenceDesk;
import io.tidegate.shop.reconciliation.ReconciliationService;
import io.tidegate.shop.webhooks.WebhookDesk;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/** The operations console: {@code /console} and the files that its pages load. */
public final class Console implements Routes {
  private final Pages pages;
  private final List<Routes> parts;

  /**
   * Who may come in, and how.
   *
   * @param tokens signs the sessions; they must be our own
   * @param secret of forms, shared by all nodes; at least 16 bytes
   * @param overTlsOnly whether browsers may send cookies over TLS only; false on loopback
   */
  public record Entry(StaffAccounts accounts, Tokens tokens, byte[] secret, boolean overTlsOnly) {}

  /**
   * What the console shows of the machinery.
   *
   * @param database where an act of the staff and its record are written together
   * @param meters where the lanes keep their figures
   * @param ready tells what works just now
   * @param recent what was counted in the last minutes
   * @param reports who answers reports
   */
  public record Engine(
      Database database,
      DeadLetters deadLetters,
      AuditDesk audits,
      MeterRegistry meters,
      ReadyCheck ready,
      Feed feed,
      RecentCounts recent,
      ReportsWay reports) {}

  /**
   * Events on their way to others.
   *
   * @param backlog what has not arrived yet; empty before there are messages
   * @param lakeLag how far the lake is behind, in words; empty while nobody knows
   * @param webhooks where they are sent to who subscribed
   */
  public record Feed(
      FeedReaders readers,
      ReplayActs replays,
      Supplier<Optional<Backlog>> backlog,
      Supplier<Optional<String>> lakeLag,
      WebhookDesk webhooks) {}

  /**
   * Where goods and money on their way back are seen and decided about.
   *
   * @param parcels those that don't go on
   * @param messages those that were given up
   */
  public record Back(
      RefundDesk refunds,
      ReturnService returns,
      ReturnWarehouses warehouses,
      ParkedDesk parked,
      ReconciliationService books,
      DifferenceDesk differences,
      StuckDesk parcels,
      GivenUpDesk messages) {}

  /** What staff edit here, and what does it. */
  public record Goods(
      PriceBook prices,
      GoodsSearch search,
      StockStore stock,
      StockDesk stockDesk,
      FreightStore freightStore,
      FreightBook freight) {}

  /** Where staff edit what customers save. */
  public record Offers(
      TemplateDesk coupons,
      TermsDesk<PriceList> priceLists,
      TermsDesk<Promotion> promotions,
      Sales sales) {}

  /**
   * Where staff plan and follow flash sales.
   *
   * @param granted what became of the pieces that were sold
   * @param draws how many entered and won
   * @param gate of a sale, where this node has one
   */
  public record Sales(
      SaleDesk desk,
      SaleStore store,
      PoolStore pools,
      GrantCountStore granted,
      DrawStore draws,
      LongFunction<Optional<Gates.View>> gate) {}

  /**
   * A console.
   *
   * @param zone in which times are shown
   */
  public Console(
      Entry entry,
      OrderSources orders,
      Back back,
      Goods goods,
      Offers offers,
      Engine engine,
      ZoneId zone,
      InstantSource clock) {
    Assets assets = new Assets();
    Visitors visitors = new Visitors(entry.tokens(), entry.secret(), entry.overTlsOnly());
    this.pages = new Pages(assets, visitors, zone, clock);
    this.parts =
        List.of(
            assets,
            new SignInPages(pages, visitors, entry.accounts(), new SignInTries(clock)),
            new OrderListPage(pages, orders.orders(), new Titles(orders.catalog())),
            new OrderDetailPage(pages, orders, new Reveals(engine.database())),
            new RefundPage(pages, orders, back.refunds()),
            new ReturnPage(
                pages,
                orders,
                new ReturnPage.Desk(back.returns(), orders.cases().returns(), back.warehouses())),
            new ParkedPage(pages, orders.orders(), back.parked()),
            new StuckPage(pages, back.parcels(), back.messages(), orders.warehouses()),
            new NoticePage(pages, orders.payments(), new NoticeStore(engine.database())),
            new ReconciliationPage(pages, back.books(), back.differences(), clock),
            new GoodsPage(
                pages,
                engine.database(),
                goods,
                new GoodsReader(
                    goods, new GoodsStore(engine.database()), orders.warehouses().all(), clock)),
            new FreightPage(pages, goods.freightStore(), goods.freight()),
            new PromotionPage(pages, offers, goods.prices().catalog(), clock),
            new CouponPage(pages, offers.coupons(), clock),
            new SalePage(pages, offers.sales(), goods.prices().catalog(), clock),
            new ReportsPage(
                pages, engine.reports(), new ReportNames(goods.prices().catalog()), clock),
            new SqlPage(pages, engine.reports()),
            new FeedPage(pages, engine.database(), engine.feed()),
            new WebhookPage(pages, engine.feed().webhooks()),
            new DeadLetterPage(pages, engine.database(), engine.deadLetters()),
            new AuditPage(pages, engine.audits()),
            new ActPage(pages, engine.database()),
            new MonitoringPage(pages, engine.meters(), engine.recent()),
            new HealthPage(pages, engine.meters(), engine.ready()));
  }

  @Override
  public void register(Router router) {
    parts.forEach(part -> part.register(router));
    // Addresses that no page has are answered in the frame, too.
    for (String unknown : List.of("/console/{a}", "/console/{a}/{b}", "/console/{a}/{b}/{c}")) {
      pages.get(
          router,
          unknown,
          pages.open((_, _) -> {
            throw Problem.notFound();
          }));
    }
  }
}
