package io.tidegate.shop.flashsale;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.http.IdempotencyKey;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.platform.messaging.LoggedEvent;
import io.tidegate.shop.customer.Address;
import io.tidegate.shop.customer.AddressStore;
import io.tidegate.shop.customer.ConsigneeStore;
import io.tidegate.shop.inventory.PoolStore;
import io.tidegate.shop.kernel.OrderNumbers;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.marketing.CouponStore;
import io.tidegate.shop.marketing.RedPacketStore;
import io.tidegate.shop.ordering.AskService;
import io.tidegate.shop.ordering.Cause;
import io.tidegate.shop.ordering.FixedPriceOrders;
import io.tidegate.shop.ordering.Placed;
import io.tidegate.shop.ordering.TariffBook;
import io.tidegate.shop.ordering.TestNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One node's way in to sales, beside its normal orders; several may share a database. */
final class FlashNode implements AutoCloseable {

  static final Address ADDRESS = new Address("Li Lei", "13800000000", "330106", "1 Lake Road");
  static final String SKU = "FLASH-1";
  static final long PRICE = 990;

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final AtomicLong KEYS = new AtomicLong();

  final TestNode shop;
  final Database database;
  final SaleBook book;
  final FlashOrders flash;
  private final OrderNumbers numbers;
  private final Clock clock;

  FlashNode(TestNode shop, int node) {
    this.shop = shop;
    this.clock = Clock.system();
    this.database = new Database(DatabaseSettings.of(shop.url).withConnections(1, 3), clock);
    clock.offsetFrom(database::now);
    this.book = new SaleBook(new SaleStore(database));
    this.numbers = new OrderNumbers(clock, node, () -> true);
    TariffBook tariffs = TariffBook.of(database);
    this.flash =
        new FlashOrders(
            new FlashOrders.Ground(
                database,
                book,
                new FixedPriceOrders(new ConsigneeStore(database), new EventLog(database), tariffs),
                new AskService(
                    new AddressStore(database),
                    new CouponStore(database),
                    new RedPacketStore(database),
                    tariffs,
                    clock,
                    _ -> true),
                numbers::next,
                new byte[32],
                clock,
                () -> {},
                new SimpleMeterRegistry()),
            FlashSettings.DEFAULT);
  }

  /** Takes orders of the sales that there are. */
  void open() {
    book.refresh();
    book.start();
    flash.start();
  }

  /** A sale of one SKU that runs now; its id. */
  static long sale(TestNode shop, long pieces, int perUser) {
    shop.goods(SKU, 10 * PRICE, pieces + 100);
    long pool = shop.pool(SKU, pieces);
    shop.run(
        "insert into flashsale.sale (version, title, mode, stage, currency, starts_at, ends_at,"
            + " pay_window_seconds, challenge_bits, told) values (1, 's', 'first_come', 'warm',"
            + " 'CNY', now() - interval '1 s', now() + interval '1 h', 300, 0, '')");
    long sale = shop.number("select max(id) from flashsale.sale");
    shop.run(
        "insert into flashsale.item values (%d, 1, '%s', 'Flash', %d, %d, %d, %d)"
            .formatted(sale, SKU, PRICE, perUser, pieces, pool));
    return sale;
  }

  /** A wish of a user, with a key of its own. */
  FlashOrder wish(long sale, long user, int quantity) {
    return wish(sale, user, quantity, "key-" + KEYS.incrementAndGet());
  }

  FlashOrder wish(long sale, long user, int quantity, String key) {
    return new FlashOrder(
        numbers.next(user),
        user,
        sale,
        SKU,
        quantity,
        ADDRESS,
        key(user, key).hash16(),
        IdempotencyKey.commandHash(new byte[] {(byte) quantity}),
        KeyHash.of(key),
        FlashOrder.Way.BOUGHT,
        Instant.now().plusSeconds(600),
        Cause.customer(user, "", ""));
  }

  static IdempotencyKey key(long user, String key) {
    return IdempotencyKey.of("customer:" + user, "POST /orders", key);
  }

  /** Straight to the lane. */
  Outcome<Placed, FlashRefusal> run(FlashOrder order) {
    return flash.place(order);
  }

  /** By gate and line, as a request comes; what the gate refuses is sold out. */
  Outcome<Placed, FlashRefusal> buy(long sale, long user, int quantity) {
    Gate gate = Objects.requireNonNull(flash.gates().find(sale));
    FlashOrder order = wish(sale, user, quantity);
    Shelf.@Nullable Reservation reservation =
        Objects.requireNonNull(gate.shelf(SKU)).reserve(quantity);
    if (reservation == null) {
      return Outcome.refused(FlashRefusal.SOLD_OUT);
    }
    IdempotencyKey key = key(user, order.number().toString());
    try {
      return Objects.requireNonNull(
          flash.line().enter(order, key, gate, reservation).await(PATIENCE));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Gives the consumer all that the log has, as often as it is called. */
  void hear() {
    GrantConsumer consumer = new GrantConsumer(flash.gates()::lookSoon);
    List<LoggedEvent> events =
        database
            .read(
                Sql.of("select type, key, version from messaging.log order by position"),
                row ->
                    new LoggedEvent(
                        0,
                        row.getString(1),
                        row.getLong(2),
                        row.getInt(3),
                        Instant.EPOCH,
                        "",
                        new byte[0]))
            .stream()
            .filter(event -> consumer.types().contains(event.type()))
            .toList();
    shop.database.write(
        "hear",
        tx -> {
          consumer.handle(tx, events);
          return true;
        });
    consumer.committed();
  }

  PoolStore pools() {
    return new PoolStore(database);
  }

  @Override
  public void close() {
    flash.close();
    book.close();
    database.close();
  }
}
