package io.tidegate.shop.ordering;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.platform.db.Questions;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.platform.testing.TestPostgres;
import io.tidegate.shop.aftersales.RefundCaseStore;
import io.tidegate.shop.customer.Address;
import io.tidegate.shop.customer.ConsigneeStore;
import io.tidegate.shop.fulfilment.FulfilmentSettings;
import io.tidegate.shop.fulfilment.FulfilmentStore;
import io.tidegate.shop.fulfilment.Warehouses;
import io.tidegate.shop.inventory.Pool;
import io.tidegate.shop.inventory.PoolStore;
import io.tidegate.shop.inventory.StockMoves;
import io.tidegate.shop.inventory.StockStore;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.OrderNumbers;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.OrderCommand.Refusal;
import io.tidegate.shop.ordering.OrderCommand.Result;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.Capture;
import io.tidegate.shop.payment.FakeProvider;
import io.tidegate.shop.payment.PaymentProvider;
import io.tidegate.shop.payment.PaymentStore;
import io.tidegate.shop.payment.RefundStore;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One node of a shop: orders on a database of a test, which several nodes may share. */
public final class TestNode implements AutoCloseable {

  public static final Address ADDRESS =
      new Address("Li Lei", "13800000000", "330106", "1 Lake Road");
  static final Duration PAY_WINDOW = Duration.ofMinutes(30);

  private static final AtomicLong KEYS = new AtomicLong();
  private static final Sql MAKE_POOLED =
      Sql.of("update ordering.orders set items = ? where number = ?");

  public final String url;
  public final Database database;
  public final EventLog log;
  public final PaymentStore payments;
  public final RefundStore refunds;
  final TariffBook tariffs;
  final OrderStore store;
  public final OrderService orders;
  final CloseWorker closer;
  final AskWorker asker;
  public final FakeProvider provider;

  public TestNode(String url, int node, FakeProvider provider) {
    this(url, node, provider, Clock.system(), PAY_WINDOW);
  }

  /**
   * A node on a machine of its own.
   *
   * @param clock not measured yet
   */
  TestNode(String url, int node, FakeProvider provider, Clock clock, Duration payWindow) {
    this.url = url;
    this.provider = provider;
    database = new Database(DatabaseSettings.of(url), clock);
    clock.offsetFrom(database::now);
    log = new EventLog(database);
    payments = new PaymentStore(database);
    refunds = new RefundStore(database);
    tariffs = TariffBook.of(database);
    store = new OrderStore(database);
    Map<String, PaymentProvider> providers = Map.of(FakeProvider.NAME, provider);
    orders =
        new OrderService(
            new OrderService.Ground(
                database,
                log,
                () -> {},
                tariffs,
                new ConsigneeStore(database),
                payments,
                providers,
                new OrderNumbers(clock, node, () -> true),
                () -> "",
                new SimpleMeterRegistry()),
            new OrderService.Settings(payWindow, Duration.ofDays(10), 0));
    closer = new CloseWorker(database, log, () -> {}, () -> "");
    asker = new AskWorker(payments, store, orders, providers, () -> "");
  }

  /** A shop of one node on a database of its own. */
  static TestNode alone() {
    return new TestNode(freshUrl(), 0, new FakeProvider());
  }

  public static String freshUrl() {
    return TestPostgres.migratedDatabase("shop-with-months", TestNode::prepare);
  }

  private static void prepare(String url) {
    try (Database made = new Database(DatabaseSettings.of(url), Clock.system())) {
      Instant now = Instant.now();
      new EventLog(made).partitions();
      OrderService.preparePartitions(made, now);
      new PaymentStore(made).preparePartitions(now);
      ConsigneeStore.prepare(made, now);
      new FulfilmentStore(made, Warehouses.demo(), FulfilmentSettings.demo(), (_, _) -> {})
          .prepare(now);
      StockStore.prepare(made, now);
      RefundCaseStore.preparePartitions(made, now);
    }
  }

  /** Puts goods on sale; the price is in fen. */
  public void goods(String sku, long price, long pieces) {
    run("update catalog.revision set revision = revision + 1");
    run(
        "insert into catalog.product (id, category, title_zh, title_en, glyph) values ('"
            + sku
            + "', 'phones', '"
            + sku
            + "', '', 'phone')");
    run(
        "insert into catalog.sku (code, product, title_zh, title_en, price, currency,"
            + " weight_grams, revision) select '%s', '%s', '', '', %d, 'CNY', 1, revision from catalog.revision"
                .formatted(sku, sku, price));
    run("insert into inventory.stock values ('%s', %d, %d, 0, 0)".formatted(sku, pieces, pieces));
    tariffs.refresh();
  }

  public PlaceOrder wish(long user, PlaceOrder.Line... lines) {
    return wish(user, key(KEYS.incrementAndGet()), null, lines);
  }

  PlaceOrder wish(long user, byte[] key, @Nullable Money expected, PlaceOrder.Line... lines) {
    return new PlaceOrder(
        orders.nextNumber(user),
        user,
        List.of(lines),
        ADDRESS,
        expected,
        key,
        key(Arrays.hashCode(lines) * 31L + (expected == null ? 0 : expected.amount())),
        Cause.customer(user, "", ""));
  }

  public static byte[] key(long value) {
    return ByteBuffer.allocate(16).putLong(value).putLong(value * 0x9E3779B97F4A7C15L).array();
  }

  /** A placed order of user 42. */
  public Order placed(PlaceOrder.Line... lines) {
    return ((Outcome.Applied<Placed, PlaceOrder.Refusal>) orders.place(wish(42, lines)))
        .value()
        .order();
  }

  /** Sets pieces aside for a sale of their own. */
  public long pool(String sku, long pieces) {
    PoolStore.Opening opening =
        database.write("open", tx -> PoolStore.open(tx, new TreeMap<>(Map.of(sku, pieces))));
    return ((PoolStore.Opened) opening).poolBySku().values().iterator().next();
  }

  public Pool findPool(long pool) {
    return Objects.requireNonNull(new PoolStore(database).find(List.of(pool)).get(pool));
  }

  public void closePool(long pool) {
    database.write(
        "close",
        tx -> {
          PoolStore.close(tx, PoolStore.lock(tx, List.of(pool)).values());
          return true;
        });
  }

  /**
   * A placed order of user 42 whose pieces are from a pool: one of all's is made so.
   *
   * @throws DatabaseFailure.Conflict where the pool has them not; the order is one of all's then
   */
  public Order placedFrom(long pool, String sku, int quantity) {
    Order order = placed(new PlaceOrder.Line(sku, quantity));
    OrderItem item = order.items().getFirst();
    OrderItem pooled =
        new OrderItem(
            sku, item.title(), quantity, item.unitPrice(), item.discount(), Long.valueOf(pool));
    database.writeOnce(tx -> {
      Questions questions = new Questions();
      OrderStore.lock(questions, new long[] {order.number().value()});
      tx.ask(questions);
      PoolStore.take(tx, new TreeMap<>(Map.of(pool, (long) quantity)));
      StockMoves moves = new StockMoves();
      moves.release(sku, quantity, null);
      StockStore.move(tx, moves);
      tx.write(MAKE_POOLED, OrderText.items(List.of(pooled)), order.number().value());
      return true;
    });
    return find(order);
  }

  Outcome<Result, Refusal> start(Order order) {
    byte[] key = key(KEYS.incrementAndGet());
    return orders.run(
        new OrderCommand.StartPayment(
            order.number(),
            order.userId(),
            FakeProvider.NAME,
            key,
            key,
            Cause.customer(order.userId(), "", "")));
  }

  /** An attempt that the provider has taken over. */
  public Attempt opened(Order order) {
    Attempt attempt =
        Objects.requireNonNull(((Outcome.Applied<Result, Refusal>) start(order)).value().attempt());
    orders.run(
        new OrderCommand.NoteOpening(
            attempt.id(), provider.open(attempt, ""), Cause.customer(order.userId(), "", "")));
    return attempt;
  }

  public Outcome<Result, Refusal> capture(Capture capture) {
    return orders.run(
        new OrderCommand.RecordCapture(capture, Cause.provider(FakeProvider.NAME, "", "")));
  }

  public static Capture money(Attempt attempt, String transaction) {
    return new Capture(
        attempt.id(),
        FakeProvider.NAME,
        transaction,
        attempt.amount(),
        Instant.parse("2026-11-22T12:00:00Z"));
  }

  public Outcome<Result, Refusal> cancel(Order order) {
    return cancel(order, "why");
  }

  Outcome<Result, Refusal> cancel(Order order, String words) {
    return orders.run(
        new OrderCommand.Cancel(
            order.number(), order.userId(), words, Cause.customer(order.userId(), "", "")));
  }

  /** From now on the order waits too long; its row is due. */
  public void makeOverdue(OrderNumber number) {
    run(
        "update ordering.orders set pay_before = clock_timestamp() - interval '1 s' where number = "
            + number);
    makeDue(number, 1);
  }

  /** Closes what is due. */
  public int closeDue() {
    return closer.closeDue();
  }

  void makeDue(OrderNumber number, int kind) {
    run(
        "insert into ordering.order_due (due_at, kind, numbers) values"
            + " (date_trunc('milliseconds', clock_timestamp() - interval '1 hour'), "
            + kind
            + ", array["
            + number
            + "::bigint])");
  }

  public Order find(Order order) {
    return orders.find(order.number()).orElseThrow();
  }

  public long number(String sql) {
    return database.read(Sql.of(sql), row -> row.getLong(1)).getFirst();
  }

  public List<String> texts(String sql) {
    return database.read(Sql.of(sql), row -> row.getString(1));
  }

  public void run(String sql) {
    database.writeOnce(tx -> {
      tx.write(Sql.of(sql));
      return true;
    });
  }

  public long deadlocks() {
    return number("select deadlocks from pg_stat_database where datname = current_database()");
  }

  /** S1-S3, O1-O3, M2, M4, M10 and L1, as far as rows show them. */
  public void checkPromises() {
    assertThat(
            texts(
                "select sku from inventory.stock where available < 0 or locked < 0 or sold < 0"
                    + " or available + locked + sold <> total"))
        .as("S1")
        .isEmpty();
    String lines =
        "select i->>0 as sku, sum((i->>2)::bigint) filter (where state = 1) as locked,"
            + " sum((i->>2)::bigint) filter (where state between 2 and 6) as sold"
            + " from ordering.orders, json_array_elements(items::json) with ordinality e(i, n)"
            + " where n > 1 group by 1";
    assertThat(
            texts(
                "select s.sku from inventory.stock s left join ("
                    + lines
                    + ") l on l.sku = s.sku where s.locked <> coalesce(l.locked, 0) + (select"
                    + " coalesce(sum(p.free), 0) from inventory.pool p where p.sku = s.sku)"
                    + " or s.sold <> coalesce(l.sold, 0)"))
        .as("S2, S3")
        .isEmpty();
    assertThat(
            texts(
                "select p.id::text from inventory.pool p where p.open and p.free <> p.allocation -"
                    + " (select coalesce(sum((i->>2)::bigint), 0) from ordering.orders,"
                    + " json_array_elements(items::json) with ordinality e(i, n) where n > 1 and"
                    + " state between 1 and 6 and (i->>5)::bigint = p.id)"))
        .as("S4: an open pool has free what no order has")
        .isEmpty();
    List<String> broken = new ArrayList<>();
    database.read(
        Sql.of("select number, version, state, history from ordering.orders"),
        row -> {
          List<Step> steps = OrderText.history(row.getString(4));
          Status status = null;
          int version = 0;
          boolean holds = true;
          for (Step step : steps) {
            holds &= step.version() == ++version && step.from() == status;
            holds &= status == null || status.next().contains(step.to());
            status = step.to();
          }
          if (!holds || version != row.getInt(2) || status != Status.of(row.getInt(3))) {
            broken.add(row.getString(1));
          }
          return true;
        });
    assertThat(broken).as("O1").isEmpty();
    checkMoney();
  }

  private void checkMoney() {
    assertThat(
            texts(
                "select o.number::text from ordering.orders o left join (select order_number,"
                    + " count(*) n from payment.capture where verdict = 1 group by 1) c on"
                    + " c.order_number = o.number where (o.state between 2 and 6 and o.total > 0) <>"
                    + " (coalesce(c.n, 0) = 1) or coalesce(c.n, 0) > 1"))
        .as("O2, M2: paid by exactly one capture")
        .isEmpty();
    assertThat(
            texts(
                "select c.transaction from payment.capture c where c.verdict in (2, 3) and 1 <>"
                    + " (select count(*) from payment.refund r where r.order_number ="
                    + " c.order_number and r.transaction = c.transaction and r.amount = c.amount)"))
        .as("M4, M5: given back once")
        .isEmpty();
    assertThat(
            number("select count(*) from payment.refund")
                - number("select count(*) from payment.capture where verdict in (2, 3)"))
        .as("no refund without its capture")
        .isZero();
    assertThat(
            texts(
                "select account from (select debit as account, amount from payment.ledger union all"
                    + " select credit, -amount from payment.ledger) l group by account having"
                    + " (account = 'orders' and -sum(amount) <> (select coalesce(sum(total +"
                    + " discount_total), 0) from ordering.orders where state between 2 and 6)) or (account = 'refunds_owed' and"
                    + " -sum(amount) <> (select coalesce(sum(amount), 0) from payment.refund where"
                    + " state <> 5)) or (account = 'provider:sandbox' and sum(amount) <> (select"
                    + " coalesce(sum(amount), 0) from payment.capture) - (select"
                    + " coalesce(sum(amount), 0) from payment.refund where state = 5))"))
        .as("M10: each account says what its rows say")
        .isEmpty();
    assertThat(
            texts(
                "select order_number::text from payment.attempt where (state <= 3) <> (ask_at is not"
                    + " null) union all select order_number::text from payment.refund where (state in"
                    + " (1, 2, 3)) <> (next_try_at is not null)"))
        .as("L1")
        .isEmpty();
  }

  @Override
  public void close() {
    orders.close();
    database.close();
  }
}
