package io.tidegate.shop.effects;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.http.Outbound;
import io.tidegate.platform.http.OutboundSettings;
import io.tidegate.platform.http.SharedSecret;
import io.tidegate.platform.http.SignedCalls;
import io.tidegate.platform.messaging.EventHandler;
import io.tidegate.platform.messaging.LoggedEvent;
import io.tidegate.platform.testing.SignedServer;
import io.tidegate.shop.fulfilment.FulfilmentSettings;
import io.tidegate.shop.fulfilment.FulfilmentStore;
import io.tidegate.shop.fulfilment.Warehouses;
import io.tidegate.shop.marketing.TemplateStore;
import io.tidegate.shop.notification.MessageStore;
import io.tidegate.shop.points.PointsSpending;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A shop whose perks a system outside decides, over real signed HTTP: the effects' own consumers
 * hear of paid orders, and a worker asks.
 */
final class GrantShop implements AutoCloseable {

  static final EffectService.Rules RULES = EffectService.Rules.DEFAULT;
  static final GrantSettings FAST =
      new GrantSettings(
          8,
          4,
          20,
          Duration.ofMillis(50),
          Duration.ofMillis(200),
          Duration.ofSeconds(5),
          Duration.ofMillis(20),
          Duration.ofMillis(20));

  final PerkShop shop = new PerkShop();
  final SignedServer outside = new SignedServer(GrantShop::nothing);
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Outbound outbound = new Outbound(meters);
  private final List<GrantWorker> workers = new ArrayList<>();
  private final ConcurrentHashMap<Long, LoggedEvent> told = new ConcurrentHashMap<>();

  /** One node. */
  final class Node {
    final GrantService grants;
    final PerksBack perks;
    final GrantWorker worker;
    final GrantBatch batch;
    private final List<EventHandler> handlers;

    Node(GrantService grants) {
      this.grants = grants;
      this.perks = new PerksBack(grants, PointsSpending.DEFAULT);
      GrantStores stores =
          new GrantStores(
              shop.points, shop.coupons, shop.packets, new TemplateStore(shop.database.database()));
      this.worker = new GrantWorker(shop.database.database(), grants, stores, FAST, meters);
      this.batch = new GrantBatch(shop.database.database(), grants, stores, FAST);
      this.handlers =
          new EffectService(
                  shop.points,
                  shop.coupons,
                  shop.packets,
                  new MessageStore(shop.database.database()),
                  new FulfilmentStore(
                      shop.database.database(),
                      Warehouses.demo(),
                      FulfilmentSettings.demo(),
                      (_, _) -> {}),
                  grants)
              .handlers(() -> {}, worker::signal)
              .subList(0, 3);
      workers.add(worker);
    }

    Node works() {
      worker.start(true);
      return this;
    }

    /** Tells one consumer of paid orders, in one transaction. */
    void hears(int consumer, List<LoggedEvent> events) {
      EventHandler handler = handlers.get(consumer);
      shop.write(tx -> handler.handle(tx, events));
      handler.committed();
    }

    /** Tells all three. */
    void hears(LoggedEvent... events) {
      for (int consumer = 0; consumer < handlers.size(); consumer++) {
        hears(consumer, List.of(events));
      }
    }

    Held hold(TakeBack back) {
      return shop.database
          .database()
          .write(
              "hold",
              tx -> {
                var held = perks.hold(tx, List.of(back));
                tx.write(REFUND); // whose transaction it is
                return held;
              })
          .get(back.key());
    }
  }

  /** Stands for the refund's own row, with which its transaction is never without a write. */
  private static final Sql REFUND =
      Sql.of("update effects.recording set first_number = first_number");

  /** From this order on it is on record what orders bring. */
  void recordFrom(long first) {
    shop.run("insert into effects.recording (first_number) values (%d)".formatted(first));
  }

  /** A node with the setting on. */
  Node asking() {
    return new Node(
        GrantService.of(
            shop.database.database(), RULES, Grantor.signed(calls(SignedServer.SECRET))));
  }

  /** A node with the setting off. */
  Node byRules() {
    return new Node(GrantService.of(shop.database.database(), RULES, null));
  }

  private SignedCalls calls(String secret) {
    OutboundSettings settings =
        OutboundSettings.of("grants", outside.address())
            .withTries(1)
            .withCalls(FAST.callsMax(), Duration.ZERO)
            .withTryMax(Duration.ofSeconds(2));
    return new SignedCalls(
        outbound.to(settings), outside.address(), SharedSecret.of(secret), InstantSource.system());
  }

  LoggedEvent paid(long order, long user, long total) {
    return told.computeIfAbsent(
        order,
        number -> {
          String data =
              """
              {"number":"%d","user":"%d","region":"330106","channel":"shop","currency":"CNY",
               "total":%d,"paidAt":"2026-11-22T12:00:00Z",
               "items":[{"line":1,"sku":"A","title":"t","quantity":2,"total":%d}]}\
              """
                  .formatted(number, user, total, total);
          return new LoggedEvent(
              number,
              "order.paid.v1",
              number,
              2,
              Clock.system().now(),
              "",
              data.getBytes(StandardCharsets.UTF_8));
        });
  }

  static SignedServer.Act nothing(SignedServer.Asked asked) {
    return SignedServer.say(asked, "{\"state\":\"decided\"}");
  }

  static SignedServer.Act says(
      SignedServer.Asked asked, long points, String template, long keptFrom, long packet) {
    return SignedServer.say(
        asked,
        "{\"state\":\"decided\",\"points\":%d,\"coupon\":\"%s\",\"couponKeptFrom\":%d,\"redPacket\":%d}"
            .formatted(points, template, keptFrom, packet));
  }

  String state(long order) {
    return shop
        .database
        .database()
        .read(
            Sql.of("select state from effects.decision where order_number = ?"),
            row -> row.getString(1),
            order)
        .stream()
        .findFirst()
        .orElse("none");
  }

  long coupons(long user) {
    return shop.number(
        "select count(*) from marketing.coupon where state = 'granted' and user_id = " + user);
  }

  /** Nothing of anything. */
  boolean hasNothing(long user) {
    return shop.number(
            "select (select count(*) from points.entry where user_id = %1$d)".formatted(user)
                + " + (select count(*) from marketing.coupon where user_id = %1$d)".formatted(user)
                + " + (select count(*) from marketing.red_packet where user_id = %d)"
                    .formatted(user))
        == 0;
  }

  @Override
  public void close() {
    workers.forEach(GrantWorker::close);
    outbound.close();
    outside.close();
    shop.close();
  }
}
