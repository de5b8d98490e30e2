package io.tidegate.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.http.HttpSettings;
import io.tidegate.platform.identity.Caller;
import io.tidegate.platform.messaging.EventHandler;
import io.tidegate.platform.messaging.LoggedEvent;
import io.tidegate.platform.testing.TestLimits;
import io.tidegate.platform.trace.TraceContext;
import io.tidegate.server.config.Configuration;
import io.tidegate.server.config.Sources;
import io.tidegate.shop.customer.Address;
import io.tidegate.shop.fulfilment.HoldBack;
import io.tidegate.shop.fulfilment.ShipItem;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.Cause;
import io.tidegate.shop.ordering.OrderCommand;
import io.tidegate.shop.ordering.PlaceOrder;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.Capture;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * The program's own parts, wired as it wires them, without a broker: what is logged is handed to
 * the consumers here, one event at a time. A stand-in says what warehouse and carrier would.
 */
final class EveryEvent implements AutoCloseable {

  private static final int EVENTS_MAX = 10_000;
  private static final Duration PATIENCE = TestLimits.PATIENCE;
  static final long USER = 42;

  private final AtomicLong keys = new AtomicLong();
  private final HttpServer outside;
  private final Kept kept = new Kept();
  private final ScriptedProvider provider = new ScriptedProvider();
  private final Foundation foundation;
  private final Stores stores;
  private final Services services;
  private final io.tidegate.platform.http.HttpServer server;
  private final List<String> skus;
  private long heard;

  EveryEvent(Path data) throws IOException {
    this(data, _ -> Optional.empty());
  }

  /** The same with a process of the reports. */
  EveryEvent(Path data, ReportsGateway.Address reports) throws IOException {
    outside = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    outside.createContext("/", EveryEvent::answer);
    outside.setExecutor(Thread::startVirtualThread);
    outside.start();
    var settings =
        Configuration.read(
                new Sources(
                    data,
                    null,
                    Map.of(),
                    List.of("http.port=0", "console.password=secret-of-a-test"),
                    Map.of()))
            .settings();
    URI simulators = URI.create("http://127.0.0.1:" + outside.getAddress().getPort());
    foundation =
        Foundation.lay(
            new Wiring.Ground(
                settings,
                ProgramDatabase.fresh(),
                "127.0.0.1:9",
                () -> false,
                "every",
                simulators,
                reports),
            kept,
            () -> {},
            _ -> {});
    stores = Stores.of(foundation);
    stores.partitions();
    stores.loadGoods(_ -> {});
    Providers providers = new Providers(Map.of(provider.name(), provider), "");
    services = Services.of(foundation, stores, providers);
    services.start();
    server =
        io.tidegate.platform.http.HttpServer.start(
            HttpSettings.onPort(0),
            foundation.tokens(),
            foundation.clock(),
            foundation.meters(),
            new RouteTable(
                    foundation,
                    stores,
                    services,
                    providers,
                    java.util.Optional::empty,
                    java.util.Optional::empty)
                .all());
    kept.keep(server);
    skus = texts("select sku from inventory.stock where available > 100 order by sku limit 3");
  }

  Foundation foundation() {
    return foundation;
  }

  Stores stores() {
    return stores;
  }

  Services services() {
    return services;
  }

  ScriptedProvider provider() {
    return provider;
  }

  /** What customers get back. */
  EveryRefund refunds() {
    return new EveryRefund(this);
  }

  /** What comes of flash sales. */
  EverySale sales() {
    return new EverySale(this);
  }

  List<String> skus() {
    return skus;
  }

  /** A number that no other key has. */
  long nextKey() {
    return keys.incrementAndGet();
  }

  URI base() {
    return URI.create("http://127.0.0.1:" + server.port());
  }

  String staffToken() {
    return foundation
        .tokens()
        .issue("eve", Caller.Kind.STAFF, Set.of("admin"), Set.of(), Duration.ofHours(1));
  }

  String staffToken(String name, String role) {
    return foundation
        .tokens()
        .issue(name, Caller.Kind.STAFF, Set.of(role), Set.of(), Duration.ofHours(1));
  }

  String customerToken(long user) {
    return foundation
        .tokens()
        .issue(Long.toString(user), Caller.Kind.CUSTOMER, Set.of(), Set.of(), Duration.ofHours(1));
  }

  String sku() {
    return skus.get(2);
  }

  /** The one that sales have. */
  String firstSku() {
    return skus.get(0);
  }

  List<EventHandler> handlers() {
    return services.handlers();
  }

  Database database() {
    return foundation.database();
  }

  List<LoggedEvent> log() {
    return foundation.events().after(0, EVENTS_MAX);
  }

  /** Everything that was logged, once the warehouses have nothing to do and write no more of it. */
  List<LoggedEvent> logAtRest() {
    await()
        .atMost(PATIENCE)
        .until(() ->
            texts(
                    "select order_number::text from fulfilment.shipment"
                        + " where next_step_at is not null")
                .isEmpty());
    return log();
  }

  /** Two parcels from two warehouses come, and the customer confirms. */
  void anOrderIsShippedInTwoParcelsAndConfirmed() {
    run(
        "delete from inventory.on_hand where sku = '%s' and warehouse <> (select min(warehouse)"
                .formatted(skus.get(0))
            + " from inventory.on_hand)");
    run(
        "delete from inventory.on_hand where sku = '%s' and warehouse <> (select max(warehouse)"
                .formatted(skus.get(1))
            + " from inventory.on_hand)");
    OrderNumber number = placed(skus.get(0), skus.get(1));
    pay(number, "first", 0);
    tellUntil(number, "order.delivered.v1");
    services.orders().run(new OrderCommand.ConfirmReceipt(number, USER, customer()));
  }

  void anOddAmountIsParked() {
    parked(1);
  }

  /**
   * A capture of more than its order costs.
   *
   * @param more than it costs, in fen
   */
  Capture parked(long more) {
    OrderNumber number = placed(skus.get(0));
    Attempt attempt = pay(number, "odd", more);
    return new Capture(
        attempt.id(),
        provider.name(),
        attempt.id() + "odd",
        new Money(attempt.amount().amount() + more, attempt.amount().currency()),
        Instant.now());
  }

  /** Asked, the provider says that it took this. */
  void took(Capture capture) {
    provider.took(capture);
  }

  /** Two pieces and one have come to the customer. */
  OrderNumber aDeliveredOrder() {
    OrderNumber number =
        placed(new PlaceOrder.Line(skus.get(0), 2), new PlaceOrder.Line(skus.get(1), 1));
    pay(number, "first", 0);
    tellUntil(number, "order.delivered.v1");
    return number;
  }

  /** A paid order whose goods have not left: nobody tells the warehouse. */
  OrderNumber aPaidOrder() {
    OrderNumber number = placed(new PlaceOrder.Line(skus.get(0), 1));
    pay(number, "first", 0);
    return number;
  }

  void whatIsParkedIsDismissed() {
    OrderNumber number = placed(skus.get(0));
    Attempt attempt = pay(number, "odd", 1);
    services
        .orders()
        .run(
            new OrderCommand.DismissParked(
                number, provider.name(), attempt.id() + "odd", "seen to", "eve", customer()));
  }

  void aCustomerCancels() {
    OrderNumber number = placed(skus.get(0));
    services.orders().run(new OrderCommand.Cancel(number, USER, "changed my mind", customer()));
  }

  void anOrderIsNotPaidInTime() {
    isNotPaidInTime(placed(skus.get(0)));
  }

  void isNotPaidInTime(OrderNumber number) {
    run(
        "update ordering.orders set pay_before = clock_timestamp() - interval '1 s' where number = "
            + number);
    run(
        "insert into ordering.order_due (due_at, kind, numbers) values (date_trunc('milliseconds',"
            + " clock_timestamp() - interval '1 hour'), 1, array["
            + number
            + "::bigint])");
    tellUntil(number, "order.closed.v1");
  }

  /** Nothing of it was packed yet. */
  void aParcelIsCalledOff() {
    run("delete from inventory.on_hand where sku = '" + skus.get(2) + "'"); // so it waits
    OrderNumber number = placed(skus.get(2));
    pay(number, "first", 0);
    tellUntil(number, "shipment.planned.v1");
    foundation
        .database()
        .write(
            "call off",
            tx -> {
              HoldBack all =
                  new HoldBack(number.value(), 1, List.of(new ShipItem(1, skus.get(2), 1)));
              assertThat(stores.fulfilment().holdBack(tx, List.of(all)).get(all.key()))
                  .isInstanceOf(Outcome.Applied.class);
              return true;
            });
  }

  OrderNumber placed(String... wanted) {
    return placed(
        Stream.of(wanted).map(sku -> new PlaceOrder.Line(sku, 1)).toArray(PlaceOrder.Line[]::new));
  }

  OrderNumber placed(PlaceOrder.Line... lines) {
    OrderNumber number = services.orders().nextNumber(USER);
    var outcome =
        services
            .orders()
            .place(
                new PlaceOrder(
                    number,
                    USER,
                    List.of(lines),
                    new Address("王芳", "13800138000", "330106", "1"),
                    null,
                    key(),
                    key(),
                    customer()));
    assertThat(outcome).isInstanceOf(Outcome.Applied.class);
    return number;
  }

  Attempt pay(OrderNumber number, String transaction, long more) {
    var outcome =
        services
            .orders()
            .run(
                new OrderCommand.StartPayment(
                    number, USER, provider.name(), key(), key(), customer()));
    Attempt attempt =
        Objects.requireNonNull(
            ((Outcome.Applied<OrderCommand.Result, OrderCommand.Refusal>) outcome)
                .value()
                .attempt());
    capture(attempt, transaction, more);
    return attempt;
  }

  void capture(Attempt attempt, String transaction, long more) {
    Money due = attempt.amount();
    String traceparent = TraceContext.fresh().traceparent();
    services
        .orders()
        .run(
            new OrderCommand.RecordCapture(
                new Capture(
                    attempt.id(),
                    provider.name(),
                    attempt.id() + transaction,
                    new Money(due.amount() + more, due.currency()),
                    Instant.now()),
                Cause.provider(provider.name(), "", traceparent)));
  }

  void tellUntil(OrderNumber number, String type) {
    await()
        .atMost(PATIENCE)
        .until(() -> {
          tell();
          return log().stream()
              .anyMatch(event -> event.key() == number.value() && event.type().equals(type));
        });
  }

  /** Consumers hear what was logged since the last time. */
  private void tell() {
    List<EventHandler> handlers = services.handlers();
    for (LoggedEvent event : foundation.events().after(heard, EVENTS_MAX)) {
      for (EventHandler handler : handlers) {
        if (handler.types().contains(event.type())) {
          foundation
              .database()
              .write(
                  handler.name(),
                  tx -> {
                    handler.handle(tx, List.of(event));
                    return true;
                  });
          handler.committed();
        }
      }
      heard = event.position();
    }
  }

  byte[] key() {
    return ByteBuffer.allocate(16).putLong(nextKey()).array();
  }

  static Cause customer() {
    return Cause.customer(USER, "", TraceContext.fresh().traceparent());
  }

  void run(String sql) {
    foundation
        .database()
        .writeOnce(tx -> {
          tx.write(Sql.of(sql));
          return true;
        });
  }

  List<String> texts(String sql) {
    return new ArrayList<>(foundation.database().read(Sql.of(sql), row -> row.getString(1)));
  }

  private static void answer(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    String path = exchange.getRequestURI().getPath();
    boolean asked = exchange.getRequestMethod().equals("GET");
    String json =
        switch (path.split("/")[1]) {
          case "warehouse" -> "{\"state\":\"packed\"}";
          case "carrier" ->
              asked
                  ? "{\"events\":[{\"at\":\"%s\",\"status\":\"delivered\",\"text\":\"came\"}]}"
                      .formatted(Instant.now())
                  : "{\"carrier\":\"sandbox-express\",\"waybill\":\"W1\"}";
          default -> "{}";
        };
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Override
  public void close() {
    kept.close();
    outside.stop(0);
  }
}
