package io.tidegate.server.console;

import io.tidegate.platform.db.IdempotencyTable;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.identity.Caller;
import io.tidegate.platform.identity.Tokens;
import io.tidegate.platform.messaging.DeadLetters;
import io.tidegate.platform.messaging.EventHandler;
import io.tidegate.platform.messaging.LoggedEvent;
import io.tidegate.shop.aftersales.RefundCase;
import io.tidegate.shop.aftersales.RefundCaseId;
import io.tidegate.shop.aftersales.RequestRefund;
import io.tidegate.shop.aftersales.RequestReturn;
import io.tidegate.shop.aftersales.ReturnCase;
import io.tidegate.shop.aftersales.ReturnId;
import io.tidegate.shop.aftersales.ReturnLine;
import io.tidegate.shop.catalog.DemoCatalogue;
import io.tidegate.shop.customer.Address;
import io.tidegate.shop.flashsale.Gates;
import io.tidegate.shop.fulfilment.ShipmentId;
import io.tidegate.shop.fulfilment.ShipmentState;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.Cause;
import io.tidegate.shop.ordering.OrderCommand;
import io.tidegate.shop.ordering.OrderService;
import io.tidegate.shop.ordering.PlaceOrder;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.Capture;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A shop with goods in a real database, what its customers do in it, and its console. */
final class ConsoleShop implements AutoCloseable {
  static final String PASSWORD = "a good password";
  static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");
  static final String REGION = "330106";
  private static final int EVENTS_MAX = 10_000;

  private final ConsoleServer at;
  private long heard;

  ConsoleShop() {
    this(0);
  }

  ConsoleShop(int port) {
    at = new ConsoleServer(port);
  }

  URI base() {
    return URI.create("http://127.0.0.1:" + at.server.port());
  }

  /** The browser of a member of the staff who is signed in. */
  Browser staff(String name, String role) {
    Browser browser = new Browser(base());
    browser.cookies.put(
        Visitors.SESSION_COOKIE,
        at.tokens.issue(name, Caller.Kind.STAFF, Set.of(role), Set.of(), Visitors.SESSION));
    browser.get("/console/orders"); // gives the seed of its forms
    return browser;
  }

  Tokens tokens() {
    return at.tokens;
  }

  OrderService orders() {
    return at.orders;
  }

  /** Where customers come to flash sales. */
  Gates gates() {
    return at.gates;
  }

  /** Who answers reports here. */
  AnsweringReports reports() {
    return at.reports;
  }

  DeadLetters deadLetters() {
    return at.deadLetters;
  }

  void part(String name, boolean up) {
    at.parts.put(name, up);
  }

  /** Places an order of some pieces of SKUs. */
  OrderNumber place(long user, Map<String, Integer> pieces) {
    return place(user, pieces, new Address("李小明", "13812341234", REGION, "文三路 100 号 2 幢 301"));
  }

  OrderNumber place(long user, Map<String, Integer> pieces, Address address) {
    OrderNumber number = at.orders.nextNumber(user);
    var outcome =
        at.orders.place(
            new PlaceOrder(
                number,
                user,
                pieces.entrySet().stream()
                    .map(entry -> new PlaceOrder.Line(entry.getKey(), entry.getValue()))
                    .toList(),
                address,
                null,
                key(),
                key(),
                Cause.customer(
                    user,
                    ConsoleServer.traceparent().substring(3, 35),
                    ConsoleServer.traceparent())));
    if (!(outcome instanceof Outcome.Applied)) {
      throw new AssertionError(outcome.toString());
    }
    return number;
  }

  /** The codes of so many demo goods, each of another product. */
  static List<String> skus() {
    return DemoCatalogue.products(ConsoleServer.SKUS)
        .map(product -> product.skus().getFirst().code().value())
        .toList();
  }

  /** A customer begins to pay. */
  Attempt startPayment(OrderNumber number, long user) {
    var outcome =
        at.orders.run(
            new OrderCommand.StartPayment(number, user, "sandbox", key(), key(), customer(user)));
    if (outcome instanceof Outcome.Applied<OrderCommand.Result, ?>(var result)
        && result.attempt() != null) {
      return result.attempt();
    }
    throw new AssertionError(outcome.toString());
  }

  /** The provider takes the money of an attempt. */
  Capture capture(Attempt attempt, Money amount) {
    Capture capture =
        new Capture(
            attempt.id(), "sandbox", "T" + ConsoleServer.nextKey(), amount, at.clock.instant());
    at.orders.run(
        new OrderCommand.RecordCapture(
            capture,
            Cause.provider(
                "sandbox",
                ConsoleServer.traceparent().substring(3, 35),
                ConsoleServer.traceparent())));
    return capture;
  }

  /** What the provider says when it is asked. */
  AnsweringProvider provider() {
    return at.provider;
  }

  void pay(OrderNumber number, long user) {
    Attempt attempt = startPayment(number, user);
    capture(attempt, attempt.amount());
  }

  void cancel(OrderNumber number, long user) {
    at.orders.run(new OrderCommand.Cancel(number, user, "changed my mind", customer(user)));
  }

  private static Cause customer(long user) {
    return Cause.customer(
        user, ConsoleServer.traceparent().substring(3, 35), ConsoleServer.traceparent());
  }

  /** Has every consumer but some hear what happened since the last call. */
  void hear(Set<String> deaf) {
    List<LoggedEvent> events = at.log.after(heard, EVENTS_MAX);
    if (events.isEmpty()) {
      return;
    }
    List<EventHandler> handlers = new ArrayList<>(at.effects.handlers(() -> {}));
    handlers.add(at.orders.shipmentHandler());
    handlers.add(at.refunds.moneyHandler());
    for (EventHandler handler : handlers) {
      List<LoggedEvent> mine =
          events.stream().filter(event -> handler.types().contains(event.type())).toList();
      if (!mine.isEmpty() && !deaf.contains(handler.name())) {
        at.database.write(
            handler.name(),
            tx -> {
              handler.handle(tx, mine);
              return true;
            });
      }
    }
    heard = events.getLast().position();
  }

  /** Its customer asks for all of an order back. */
  RefundCaseId askBack(OrderNumber number, long user, String reason) {
    byte[] key = key();
    var outcome =
        at.refunds.request(
            new RequestRefund(
                number,
                user,
                List.of(),
                reason,
                null,
                new RequestRefund.Key(key, key),
                customer(user)));
    if (outcome instanceof Outcome.Applied<RefundCase, ?>(RefundCase asked)) {
      return asked.id();
    }
    throw new AssertionError(outcome.toString());
  }

  /** How many pieces of the first of the goods cost more than this. */
  int piecesAbove(long amount) {
    long price = number("select price from catalog.sku where code = '" + skus().getFirst() + "'");
    return Math.toIntExact(amount / price + 1);
  }

  /** An order that came to its customer just now. */
  OrderNumber delivered(long user, Map<String, Integer> pieces) {
    OrderNumber number = place(user, pieces);
    pay(number, user);
    hear(Set.of());
    run(
        """
        update ordering.orders set previous = 4, state = 5, version = 4, history = history || ?
        where number = ?
        """,
        ",[3,%1$d,2,4,\"order.shipped\",\"system\",\"\"],[4,%1$d,4,5,\"order.delivered\",\"system\",\"\"]"
            .formatted(at.clock.instant().toEpochMilli()),
        number.value());
    return number;
  }

  /** Its customer wants to send pieces of an order back. */
  ReturnId sendBack(
      OrderNumber number, long user, List<ReturnLine> lines, String reason, List<String> pictures) {
    byte[] key = key();
    var outcome =
        at.returns.request(
            new RequestReturn(number, user, lines, reason, pictures),
            new IdempotencyTable.Entry(key, key, 0),
            ConsoleServer.traceparent());
    if (outcome instanceof Outcome.Applied<ReturnCase, ?>(ReturnCase asked)) {
      return asked.id();
    }
    throw new AssertionError(outcome.toString());
  }

  /** The first parcel of an order leaves with a waybill. */
  void ship(OrderNumber number, String waybill) {
    ShipmentId parcel = new ShipmentId(number.value(), 1);
    for (ShipmentState state : List.of(ShipmentState.PICKED, ShipmentState.PACKED)) {
      at.database.write(
          "by hand",
          tx -> {
            at.fulfilment.byHand(tx, parcel, state);
            return true;
          });
    }
    run(
        "update fulfilment.shipment set carrier = 'sandbox-express', waybill = '"
            + waybill
            + "', state = 'shipped' where order_number = "
            + number.value());
    track(number, "accepted", "杭州", "快件已揽收");
  }

  void track(OrderNumber number, String status, String place, String text) {
    run(
        "insert into fulfilment.tracking values (?, 1, clock_timestamp(), ?, ?, ?)",
        number.value(),
        status,
        place,
        text);
  }

  /** Runs one statement. */
  void run(String sql, Object... values) {
    at.database.write(
        "test",
        tx -> {
          tx.write(Sql.of(sql), values);
          return true;
        });
  }

  long number(String sql) {
    return at.database.read(Sql.of(sql), row -> row.getLong(1)).getFirst();
  }

  List<String> texts(String sql) {
    return at.database.read(Sql.of(sql), row -> row.getString(1));
  }

  String text(String sql) {
    return at.database.read(Sql.of(sql), row -> row.getString(1)).getFirst();
  }

  private static byte[] key() {
    return ByteBuffer.allocate(16).putLong(ConsoleServer.nextKey()).array();
  }

  @Override
  public void close() {
    at.close();
  }
}
