package io.tidegate.shop.fulfilment;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.platform.testing.TestPostgres;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/** A fresh database with some goods, and the store on it. Its facts go to a table. */
final class FulfilmentFixture implements AutoCloseable {

  /** A district of Hangzhou: {@code sha} is the nearest warehouse. */
  static final String HANGZHOU = "330106";

  private static final Sql FACT =
      Sql.of(
          """
          insert into test_fact (type, number, version, trace, data)
          select * from unnest(?::text[], ?::bigint[], ?::int4[], ?::text[], ?::text[])
          """);
  private static final AtomicInteger SEQUENCE = new AtomicInteger();

  /** One event that was told. */
  record Told(String type, int version, String data) {}

  final Database database;
  final Warehouses warehouses = Warehouses.demo();
  final FulfilmentStore store;

  FulfilmentFixture(FulfilmentSettings settings) {
    String url = TestPostgres.migratedDatabase("fulfilment", FulfilmentFixture::migrate);
    database = new Database(DatabaseSettings.of(url), InstantSource.system());
    store = new FulfilmentStore(database, warehouses, settings, FulfilmentFixture::append);
    store.prepare(Instant.now());
  }

  static FulfilmentSettings settings() {
    return new FulfilmentSettings(
        "test-express",
        Duration.ofMillis(50),
        Duration.ofMillis(50),
        Duration.ofMillis(20),
        Duration.ofMillis(200),
        3,
        Duration.ofMillis(300),
        Duration.ofMillis(50),
        Duration.ofMinutes(1),
        16,
        8,
        Duration.ofSeconds(1));
  }

  static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  static long number() {
    int sequence = SEQUENCE.incrementAndGet();
    return OrderNumber.of(System.currentTimeMillis() + sequence, 42, 0, 0).value();
  }

  static ShipOrder order(long number, ShipItem... items) {
    return new ShipOrder(number, HANGZHOU, List.of(items), TRACE);
  }

  void goods(String sku, String warehouse, int quantity) {
    database.write(
        "goods",
        tx -> {
          tx.write(
              Sql.of("insert into inventory.on_hand (sku, warehouse, quantity) values (?, ?, ?)"),
              sku,
              warehouse,
              quantity);
          return true;
        });
  }

  List<Long> plan(ShipOrder... orders) {
    return database.write("plan", tx -> store.plan(tx, List.of(orders)));
  }

  Outcome<Left, HoldRefusal> holdBack(HoldBack wanted) {
    return Objects.requireNonNull(
        database.write("hold-back", tx -> store.holdBack(tx, List.of(wanted))).get(wanted.key()));
  }

  boolean resume(HoldBack wanted) {
    return database.write(
        "resume",
        tx -> {
          HoldBackBatch batch = store.lock(tx, List.of(wanted.order()));
          boolean resumed = batch.resume(wanted.key());
          store.save(tx, batch);
          return resumed;
        });
  }

  void report(Shipment shipment, Seen seen) {
    database.write(
        "report",
        tx -> {
          store.report(
              tx, List.of(new ShipmentBatch.Report(shipment.id(), shipment.version(), seen)));
          return true;
        });
  }

  Outcome<Shipment, ByHandRefusal> byHand(ShipmentId id, ShipmentState to) {
    return database.write("by-hand", tx -> store.byHand(tx, id, to));
  }

  /** Quantity and planned of a shelf, such as {@code 5/2}. */
  String shelf(String sku, String warehouse) {
    return database
        .read(
            Sql.of(
                "select quantity, planned from inventory.on_hand where sku = ? and warehouse = ?"),
            row -> row.getInt(1) + "/" + row.getInt(2),
            sku,
            warehouse)
        .getFirst();
  }

  List<Told> facts(long number) {
    return database.read(
        Sql.of("select type, version, data from test_fact where number = ? order by id"),
        row -> new Told(row.getString(1), row.getInt(2), row.getString(3)),
        number);
  }

  /** The traces of an order's events, each once. */
  List<String> traces(long number) {
    return database.read(
        Sql.of("select distinct trace from test_fact where number = ?"),
        row -> row.getString(1),
        number);
  }

  Shipment shipment(long number) {
    return store.shipments(List.of(number)).getFirst();
  }

  ShipTask task(long number) {
    return store.tasks(List.of(number)).getFirst();
  }

  @Override
  public void close() {
    database.close();
  }

  private static void migrate(String url) {
    try (var made = new Database(DatabaseSettings.of(url), InstantSource.system())) {
      made.write(
          "facts",
          tx -> {
            tx.write(
                Sql.of(
                    "create table test_fact (id bigint generated always as identity, type text,"
                        + " number bigint, version int, trace text, data text)"));
            return true;
          });
    }
  }

  private static void append(Tx tx, List<FactLog.Fact> facts) {
    tx.write(
        FACT,
        facts.stream().map(FactLog.Fact::type).toArray(String[]::new),
        facts.stream().mapToLong(FactLog.Fact::orderNumber).toArray(),
        facts.stream().mapToInt(FactLog.Fact::version).toArray(),
        facts.stream().map(FactLog.Fact::traceparent).toArray(String[]::new),
        facts.stream()
            .map(fact -> new String(fact.json(), StandardCharsets.UTF_8))
            .toArray(String[]::new));
  }
}
