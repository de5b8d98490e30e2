package io.tidegate.shop.aftersales;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.IdempotencyTable.Entry;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.shop.effects.EffectService;
import io.tidegate.shop.effects.PerksBack;
import io.tidegate.shop.fulfilment.FulfilmentSettings;
import io.tidegate.shop.fulfilment.FulfilmentStore;
import io.tidegate.shop.fulfilment.Warehouses;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.notification.MessageStore;
import io.tidegate.shop.ordering.OrderService;
import io.tidegate.shop.payment.PaymentStore;
import io.tidegate.shop.points.PointsSpending;
import io.tidegate.shop.testing.ShopDatabase;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** Delivered orders of five and one pieces, whose goods may come back. */
final class ReturnShop implements AutoCloseable {

  static final long USER = 42;
  static final Duration WINDOW = Duration.ofDays(30);
  private static final Instant NOW = Clock.system().now();

  final ShopDatabase shop = new ShopDatabase();
  final Database database = shop.database();
  final RefundGround ground;
  final RefundService refunds;
  final ReturnService returns;
  final ReturnCaseStore store;
  private final AtomicLong orders = new AtomicLong();

  ReturnShop() {
    EventLog log = new EventLog(database);
    log.partitions();
    store = new ReturnCaseStore(database);
    OrderService.preparePartitions(database, NOW);
    new PaymentStore(database).preparePartitions(NOW);
    RefundCaseStore.preparePartitions(database, NOW);
    ReturnCaseStore.preparePartitions(database, NOW);
    MessageStore messages = new MessageStore(database);
    ground =
        new RefundGround(
            database,
            log,
            () -> {},
            new PerksBack(EffectService.Rules.DEFAULT, PointsSpending.DEFAULT),
            new FulfilmentStore(
                database, Warehouses.demo(), FulfilmentSettings.demo(), (_, _) -> {}),
            () -> {},
            messages,
            RefundPolicy.DEFAULT,
            Duration.ofDays(10));
    refunds = new RefundService(ground, new SimpleMeterRegistry());
    returns = new ReturnService(ground, refunds, WINDOW);
  }

  /** An order that nobody has asked anything of. */
  OrderNumber delivered() {
    return delivered(NOW.minus(Duration.ofDays(1)));
  }

  OrderNumber delivered(Instant at) {
    long millis = NOW.toEpochMilli() - 3_600_000 + orders.incrementAndGet();
    OrderNumber number = OrderNumber.of(millis, USER, 0, 0);
    shop.run(
        """
        insert into ordering.orders (number, user_id, state, previous, version, region, currency,
          items_total, discount_total, freight, total, pay_before, paid_at, items, history)
        values (%1$s, %2$d, 5, 4, 4, 330106, 'CNY', 5990, 0, 600, 6590, now(), now(),
          '[1,["A","A thing",5,1000,0],["B","B thing",1,990,0]]',
          '[1,%3$d,0,1,"order.placed","customer:42",""],[2,%3$d,1,2,"order.paid","system",""],[3,%3$d,2,4,"order.shipped","system",""],[4,%4$d,4,5,"order.delivered","system",""]')
        """
            .formatted(number, USER, millis, at.toEpochMilli()));
    shop.run(
        """
        insert into payment.attempt (order_number, seq, provider, state, version, amount, currency,
          created_at, expires_at, captured_at)
        values (%1$s, 1, 'sandbox', 4, 3, 6590, 'CNY', now(), now(), now())
        """
            .formatted(number));
    shop.run(
        """
        insert into payment.capture (order_number, provider, transaction, attempt, amount, currency,
          captured_at, recorded_at, verdict)
        values (%1$s, 'sandbox', 'T%1$s', 1, 6590, 'CNY', now(), now(), 1)
        """
            .formatted(number));
    return number;
  }

  static Entry key(String text) {
    byte[] key = ByteBuffer.allocate(16).putInt(text.hashCode()).putInt(text.length()).array();
    return new Entry(key, key, 0);
  }

  Outcome<ReturnCase, ReturnRefusal> request(OrderNumber order, String key, ReturnLine... items) {
    return returns.request(
        new RequestReturn(order, USER, List.of(items), "too small", List.of("https://p/1", "p2")),
        key(key + order),
        "");
  }

  /** One that has come to a warehouse. */
  ReturnCase received(OrderNumber order, ReturnLine... items) {
    ReturnId id = ReturnRulesTest.applied(request(order, "k" + Set.of(items), items)).id();
    run(new ReturnCommand.Approve(id, "eve"));
    run(new ReturnCommand.SendBack(id, USER, "SF", "SF1"));
    return run(new ReturnCommand.Receive(id, "sha", "sha", "eve"));
  }

  ReturnCase run(ReturnCommand command) {
    return ReturnRulesTest.applied(returns.run(command, ""));
  }

  /** The refund's end, as its worker writes it. */
  void end(RefundCaseId id, boolean succeeded) {
    database.write(
        "end",
        tx -> {
          RefundBatch batch = refunds.open(tx, List.of(id.order()));
          Instant now = tx.now();
          RefundCase known = java.util.Objects.requireNonNull(batch.find(id));
          batch.put(
              succeeded
                  ? known.moneyBack(now, "system", now).succeeded(now)
                  : known.refusing("given_up", "staff:eve", now).refused(now));
          batch.save(tx);
          return true;
        });
  }

  List<String> texts(String sql) {
    return database.read(Sql.of(sql), row -> row.getString(1));
  }

  @Override
  public void close() {
    refunds.close();
    shop.close();
  }
}
