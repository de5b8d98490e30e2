package io.tidegate.shop.aftersales;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.messaging.Event;
import io.tidegate.platform.messaging.EventHandler;
import io.tidegate.platform.messaging.LoggedEvent;
import io.tidegate.shop.effects.EffectService;
import io.tidegate.shop.effects.PerksBack;
import io.tidegate.shop.fulfilment.FulfilmentSettings;
import io.tidegate.shop.fulfilment.FulfilmentStore;
import io.tidegate.shop.fulfilment.ShipmentId;
import io.tidegate.shop.fulfilment.ShipmentState;
import io.tidegate.shop.fulfilment.Warehouses;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.marketing.CouponStore;
import io.tidegate.shop.marketing.RedPacketStore;
import io.tidegate.shop.notification.MessageStore;
import io.tidegate.shop.ordering.Cause;
import io.tidegate.shop.ordering.Order;
import io.tidegate.shop.ordering.PlaceOrder;
import io.tidegate.shop.ordering.Refundable;
import io.tidegate.shop.ordering.Status;
import io.tidegate.shop.ordering.TestNode;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.FakeProvider;
import io.tidegate.shop.payment.PaymentStore;
import io.tidegate.shop.payment.Posting;
import io.tidegate.shop.payment.Refund;
import io.tidegate.shop.payment.RefundChecks;
import io.tidegate.shop.payment.RefundChoice;
import io.tidegate.shop.payment.RefundWorker;
import io.tidegate.shop.points.PointsSpending;
import io.tidegate.shop.points.PointsStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A shop that sells, ships and refunds on a database of its own. Nothing happens by itself but
 * calls to the provider: steps and events are taken when a test says so.
 */
final class RefundShop implements AutoCloseable {

  static final long USER = 42;
  private static final AtomicLong KEYS = new AtomicLong(1_000);
  private static final int EVENTS = 1_000;

  final String url;
  final TestNode node;
  final FulfilmentStore fulfilment;
  final PointsStore points;
  final CouponStore coupons;
  final RedPacketStore packets;
  final RefundGround ground;
  final RefundService refunds;
  final RefundCaseWorker worker;
  final RefundMoneyConsumer consumer;
  final RefundDesk desk;
  private final RefundWorker paying;
  private final List<EventHandler> handlers;
  private long heard;

  RefundShop() {
    this(TestNode.freshUrl(), new FakeProvider(), 0, RefundPolicy.DEFAULT);
  }

  RefundShop(RefundPolicy policy) {
    this(TestNode.freshUrl(), new FakeProvider(), 0, policy);
  }

  RefundShop(String url, FakeProvider provider) {
    this(url, provider, 0, RefundPolicy.DEFAULT);
  }

  /** Another process on the same database, after the first one is gone. */
  RefundShop again() {
    close();
    RefundShop next = new RefundShop(url, node.provider, heard, ground.policy());
    // Time passes: what the one that is gone had taken is due again.
    next.node.run(
        "update aftersales.refund_case set next_step_at = clock_timestamp() - interval '1 s' where"
            + " next_step_at is not null");
    next.node.run(
        "update payment.refund set next_try_at = clock_timestamp() - interval '1 s' where"
            + " next_try_at is not null");
    return next;
  }

  private RefundShop(String url, FakeProvider provider, long heard, RefundPolicy policy) {
    this.url = url;
    this.heard = heard;
    node = new TestNode(url, 0, provider);
    Database database = node.database;
    points = new PointsStore(database);
    coupons = new CouponStore(database);
    packets = new RedPacketStore(database);
    MessageStore messages = new MessageStore(database);
    fulfilment =
        new FulfilmentStore(
            database,
            Warehouses.demo(),
            FulfilmentSettings.demo(),
            (tx, facts) ->
                node.log.append(
                    tx,
                    facts.stream()
                        .map(fact ->
                            new Event(
                                fact.type(),
                                fact.orderNumber(),
                                fact.version(),
                                fact.at(),
                                fact.traceparent(),
                                fact.json()))
                        .toList()));
    EffectService effects =
        new EffectService(
            points, coupons, packets, messages, fulfilment, EffectService.Rules.DEFAULT);
    ground =
        new RefundGround(
            database,
            node.log,
            () -> {},
            new PerksBack(EffectService.Rules.DEFAULT, PointsSpending.DEFAULT),
            fulfilment,
            () -> {},
            messages,
            policy,
            Duration.ofDays(10));
    refunds = new RefundService(ground, new SimpleMeterRegistry());
    worker = new RefundCaseWorker(ground);
    consumer = new RefundMoneyConsumer(ground, () -> {});
    paying =
        new RefundWorker(
            database,
            node.log,
            () -> {},
            Map.of(FakeProvider.NAME, provider),
            () -> "",
            RefundChecks.USUAL);
    desk = new RefundDesk(ground, refunds, node.refunds, paying.inquiry());
    handlers = new ArrayList<>(effects.handlers(() -> {}));
    handlers.add(node.orders.shipmentHandler());
    handlers.add(consumer);
    paying.start();
  }

  static RefundFile file(Order order, List<RefundCase> cases) {
    return new RefundFile(
        new Refundable(order, order.status(), null, 0, List.of()), cases, Map.of());
  }

  /** Goods in two warehouses' reach. */
  void goods(String sku, long price, int pieces) {
    node.goods(sku, price, pieces);
    node.run(
        "insert into inventory.on_hand (sku, warehouse, quantity) values ('%s', 'sha', %d)"
            .formatted(sku, pieces));
  }

  static PlaceOrder.Line line(String sku, int quantity) {
    return new PlaceOrder.Line(sku, quantity);
  }

  /** An order that is paid, and told to nobody yet. */
  Order paidJustNow(PlaceOrder.Line... lines) {
    Order order = node.placed(lines);
    Attempt attempt = node.opened(order);
    node.capture(TestNode.money(attempt, "T" + order.number()));
    return node.find(order);
  }

  /** An order that is paid, with all that follows. */
  Order paid(PlaceOrder.Line... lines) {
    Order order = paidJustNow(lines);
    hear();
    return order;
  }

  Outcome<RefundCase, RefundRefusal> ask(Order order, RequestRefund.Pieces... pieces) {
    return refunds.request(request(order, key(), pieces));
  }

  static RequestRefund.Key key() {
    byte[] key = TestNode.key(KEYS.incrementAndGet());
    return new RequestRefund.Key(key, key);
  }

  static RequestRefund request(
      Order order, RequestRefund.@Nullable Key key, RequestRefund.Pieces... pieces) {
    return new RequestRefund(
        order.number(),
        USER,
        List.of(pieces),
        "changed my mind",
        null,
        key,
        Cause.customer(USER, "", ""));
  }

  static RequestRefund.Pieces pieces(int line, int quantity) {
    return new RequestRefund.Pieces(line, quantity);
  }

  RefundCase asked(Order order, RequestRefund.Pieces... pieces) {
    Outcome<RefundCase, RefundRefusal> outcome = ask(order, pieces);
    assertThat(outcome).isInstanceOf(Outcome.Applied.class);
    return ((Outcome.Applied<RefundCase, RefundRefusal>) outcome).value();
  }

  /** Takes the steps that are due, once. */
  void step() {
    worker.workOff();
  }

  /** Does one step of a refund that was taken for it. */
  void run(RefundState state, RefundCaseId id) {
    node.database.write("refund-step", tx -> RefundStepBatch.run(tx, ground, state, List.of(id)));
  }

  /** Hears all events that are new. */
  void hear() {
    while (true) {
      List<LoggedEvent> events = node.log.after(heard, EVENTS);
      if (events.isEmpty()) {
        return;
      }
      for (EventHandler handler : handlers) {
        List<LoggedEvent> wanted =
            events.stream().filter(event -> handler.types().contains(event.type())).toList();
        if (!wanted.isEmpty()) {
          hear(handler, wanted);
        }
      }
      heard = events.getLast().position();
    }
  }

  void hear(EventHandler handler, List<LoggedEvent> events) {
    node.database.write(
        "hear",
        tx -> {
          handler.handle(tx, events);
          return true;
        });
    handler.committed();
  }

  /** The provider is called until it has said something to end the matter, or a person must. */
  void pay() {
    await()
        .until(() ->
            node.number(
                    "select count(*) from payment.refund where state in (1, 2) and next_try_at"
                        + " is not null")
                == 0);
  }

  /** All that is due is done, until nothing is. */
  void settle() {
    heard = 0; // what was committed late, behind what was heard, too; the rest changes nothing
    for (int i = 0; i < 10; i++) {
      step();
      pay();
      hear();
    }
  }

  RefundCase find(RefundCaseId id) {
    return refunds.find(id).orElseThrow();
  }

  RefundView view(RefundCaseId id) {
    return desk.find(id.toString()).orElseThrow().view();
  }

  String state(RefundCaseId id) {
    return view(id).state();
  }

  Status status(Order order) {
    return node.find(order).status();
  }

  Refund money(RefundCaseId id) {
    Refund money = view(id).money();
    assertThat(money).isNotNull();
    return money;
  }

  Outcome<RefundDesk.Done, RefundRefusal> resolve(
      RefundCaseId id, RefundChoice choice, String staff) {
    return desk.resolve(
        new ResolveRefund(
            id.toString(),
            null,
            choice,
            choice == RefundChoice.BY_HAND ? "bank slip 7" : null,
            null,
            staff,
            ""));
  }

  /** A parcel is packed by hand, or taken further. */
  void move(Order order, int parcel, ShipmentState to) {
    for (ShipmentState next : ShipmentState.values()) {
      if (next != ShipmentState.PLANNED && next.compareTo(to) <= 0) {
        node.database.write(
            "move",
            tx -> fulfilment.byHand(tx, new ShipmentId(order.number().value(), parcel), next));
      }
    }
  }

  /** An order's parcel that is not cancelled, the last one. */
  int parcel(Order order) {
    return (int)
        node.number(
            "select max(seq) from fulfilment.shipment where state <> 'cancelled' and order_number = "
                + order.number());
  }

  long stock(String sku, String column) {
    return node.number("select %s from inventory.stock where sku = '%s'".formatted(column, sku));
  }

  List<String> messages(OrderNumber order) {
    return node.texts(
        "select template from notification.message where order_number = " + order + " order by id");
  }

  List<String> events(OrderNumber order) {
    return node.texts("select type from messaging.log where key = " + order + " order by position");
  }

  /** Every promise that rows show, after whatever was done. */
  void isSound() {
    assertThat(
            node.texts(
                "select sku from inventory.stock where available < 0 or locked < 0 or sold < 0 or"
                    + " available + locked + sold <> total"))
        .as("S1")
        .isEmpty();
    assertThat(
            node.texts(
                "select s.sku from inventory.stock s where sold <> (select coalesce(sum((i->>2)::int),"
                    + " 0) from ordering.orders o, json_array_elements(o.items::json) with ordinality"
                    + " e(i, n) where n > 1 and o.paid_at is not null and i->>0 = s.sku) - (select"
                    + " coalesce(sum(r.quantity), 0) from ordering.refunded_line r join"
                    + " ordering.orders o on o.number = r.order_number where r.restocked and"
                    + " o.items::json->r.line->>0 = s.sku)"))
        .as("S2: sold = paid lines - returned lines")
        .isEmpty();
    assertThat(
            node.texts(
                "select number::text from ordering.orders o where refunded_total <> (select"
                    + " coalesce(sum(amount), 0) from ordering.refunded_line r where r.order_number ="
                    + " o.number and reversed_at is null)"))
        .as("what an order says is refunded is what its lines say")
        .isEmpty();
    assertThat(
            node.texts(
                "select order_number || 'a' || seq from aftersales.refund_case c where state = 6 and"
                    + " amount > 0 and not exists (select from payment.refund r where r.order_number"
                    + " = c.order_number and r.seq = c.money_seq and r.amount = c.amount and (r.state"
                    + " = 5 or r.state = 7 and r.ended = 2))"))
        .as("M8: succeeded only with the money")
        .isEmpty();
    assertThat(
            node.texts(
                "select c.order_number || '/' || c.transaction from payment.capture c where amount <"
                    + " (select coalesce(sum(r.amount), 0) from payment.refund r where r.order_number"
                    + " = c.order_number and r.transaction = c.transaction and r.state <> 7)"))
        .as("M1")
        .isEmpty();
    assertThat(
            node.texts(
                "select o.number::text from ordering.orders o join (select order_number, sum(case"
                    + " when credit = 'orders' then amount when debit = 'orders' then -amount else 0"
                    + " end) as brought from payment.ledger group by 1) l on l.order_number = o.number"
                    + " where o.state = 9 and l.brought <> 0"))
        .as("M2, M10: what is wholly refunded has brought nothing")
        .isEmpty();
  }

  /** A refund as a replay of its key tells it. */
  static String receipt(RefundCase asked) {
    JsonWriter json = new JsonWriter(256);
    RefundJson.write(json, new RefundView(asked, null));
    return new String(json.toBytes(), StandardCharsets.UTF_8);
  }

  /** The provider takes its refund back, as its worker would find out. */
  void reverse(RefundCaseId id) {
    Refund money = money(id);
    node.provider.takeBack(money.id());
    node.run(
        "update payment.refund set state = 6, version = version + 1, reversed_at ="
            + " clock_timestamp(), check_at = null where order_number = %s and seq = %d"
                .formatted(id.order(), money.id().seq()));
    node.database.write(
        "reversed",
        tx -> {
          PaymentStore.post(tx, List.of(Posting.reversed(money, tx.now())));
          node.log.append(
              tx,
              List.of(
                  new Event(
                      "refund.reversed.v1",
                      id.order().value(),
                      money.version() + 1,
                      tx.now(),
                      "",
                      "{}".getBytes(StandardCharsets.UTF_8))));
          return true;
        });
  }

  @Override
  public void close() {
    paying.close();
    refunds.close();
    node.close();
  }
}
