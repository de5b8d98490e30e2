package io.tidegate.shop.fulfilment;

import static io.tidegate.shop.fulfilment.FulfilmentFixture.number;
import static io.tidegate.shop.fulfilment.FulfilmentFixture.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.platform.http.Outbound;
import io.tidegate.platform.http.OutboundSettings;
import io.tidegate.platform.http.ScriptedServer;
import io.tidegate.platform.http.ScriptedServer.Act;
import io.tidegate.platform.http.ScriptedServer.Asked;
import io.tidegate.platform.testing.TestLimits;
import io.tidegate.shop.kernel.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The worker against a warehouse and a carrier that misbehave. */
class FulfilmentWorkerTest {

  private static final Duration LONG = TestLimits.PATIENCE;
  private static final String DELIVERED =
      """
      {"waybill":"W","carrier":"test","events":[
        {"at":"2026-01-01T00:00:00Z","status":"accepted","place":"Shanghai","text":"taken"},
        {"at":"2026-01-01T00:00:01.5Z","status":"delivered","text":"at the door"}]}
      """;

  private final FulfilmentFixture shop = new FulfilmentFixture(FulfilmentFixture.settings());
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Outbound outbound = new Outbound(meters);

  /** How often each parcel was looked at. */
  private final ConcurrentHashMap<String, AtomicInteger> looks = new ConcurrentHashMap<>();

  private final ScriptedServer warehouse = new ScriptedServer(this::goodWarehouse);
  private final ScriptedServer carrier = new ScriptedServer(FulfilmentWorkerTest::goodCarrier);
  private final List<FulfilmentWorker> workers = new ArrayList<>();

  @BeforeEach
  void goods() {
    shop.goods("A", "sha", 1_000);
  }

  @AfterEach
  void close() {
    workers.forEach(FulfilmentWorker::close);
    outbound.close();
    warehouse.close();
    carrier.close();
    shop.close();
  }

  @Test
  void aPaidOrderIsDelivered() {
    FulfilmentWorker worker = work();
    long number = planned();
    worker.signal();

    delivered(number);

    Shipment shipment = shop.shipment(number);
    assertThat(shipment.waybill()).isEqualTo("W" + shipment.id());
    assertThat(shipment.nextStepAt()).isNull();
    assertThat(shop.task(number).state()).isEqualTo(TaskState.DELIVERED);
    assertThat(shop.task(number).finishedAt()).isNotNull();
    assertThat(shop.shelf("A", "sha")).isEqualTo("999/0");
    assertThat(shop.facts(number))
        .extracting(FulfilmentFixture.Told::type)
        .containsExactly(
            "shipment.planned.v1",
            "shipment.picked.v1",
            "shipment.packed.v1",
            "shipment.shipped.v1",
            "shipment.delivered.v1");
    assertThat(shop.store.tracking(number))
        .extracting(tracked -> tracked.event().status())
        .containsExactly("accepted", "delivered");
    assertThat(carrier.asked().getFirst().body())
        .contains("\"fromRegion\":\"310114\"", "\"toRegion\":\"330106\"");
  }

  @Test
  void failuresAreTriedAgainAndTheSameParcelIsAskedForAgain() {
    var tries = new AtomicInteger();
    carrier.script(asked ->
        asked.method().equals("GET")
            ? goodCarrier(asked)
            : switch (tries.incrementAndGet()) {
              case 1, 2 -> new Act.Say(503, "");
              case 3 -> new Act.Reset();
              case 4 -> new Act.Say(200, "no json");
              default -> goodCarrier(asked);
            });
    work();
    long number = planned();

    delivered(number);

    List<Asked> labels =
        carrier.asked().stream().filter(asked -> asked.method().equals("POST")).toList();
    assertThat(labels).hasSizeGreaterThanOrEqualTo(5);
    assertThat(labels).extracting(Asked::body).containsOnly(labels.getFirst().body());
    assertThat(count(number, "shipment.shipped.v1")).isEqualTo(1);
  }

  @Test
  void aSilentCarrierStallsOnlyWhatIsAtTheCarrier() throws InterruptedException {
    var silent = new CountDownLatch(1);
    carrier.script(asked -> {
      silent.await();
      return goodCarrier(asked);
    });
    work(Duration.ofMillis(500));
    List<Long> numbers = Stream.generate(this::planned).limit(20).toList();

    await()
        .atMost(LONG)
        .until(() ->
            numbers.stream()
                .allMatch(number -> shop.shipment(number).state() == ShipmentState.PACKED));
    await()
        .atMost(LONG)
        .until(() -> shop.store.stuck(new ShipmentId(0, 0), 100).size() == numbers.size());

    silent.countDown();
    numbers.forEach(this::delivered);
  }

  @Test
  void aStuckParcelIsVisibleAndKeepsBeingTried() {
    warehouse.script(_ -> new Act.Say(503, ""));
    work();
    long number = planned();

    await()
        .atMost(LONG)
        .until(() -> shop.shipment(number).tries() > FulfilmentFixture.settings().triesMax());
    assertThat(shop.shipment(number).lastError()).isEqualTo("warehouse: status 503");

    warehouse.script(this::goodWarehouse);
    delivered(number);
  }

  @Test
  void twoWorkersTellEverythingOnce() {
    work();
    work();
    List<Long> numbers = Stream.generate(this::planned).limit(30).toList();

    numbers.forEach(this::delivered);

    for (long number : numbers) {
      assertThat(shop.facts(number))
          .extracting(FulfilmentFixture.Told::version)
          .containsExactly(1, 2, 3, 4, 5);
    }
    assertThat(shop.shelf("A", "sha")).isEqualTo((1_000 - numbers.size()) + "/0");
  }

  @Test
  void aParcelThatIsHeldBackIsStoppedAtTheWarehouse() {
    warehouse.script(asked ->
        asked.method().equals("GET")
            ? new Act.Say(200, "{\"state\":\"accepted\"}")
            : goodWarehouse(asked));
    work();
    long number = planned();
    await().atMost(LONG).until(() -> shop.shipment(number).told());

    shop.holdBack(new HoldBack(number, 1, shop.shipment(number).items()));

    await().atMost(LONG).until(() -> shop.shipment(number).nextStepAt() == null);
    assertThat(warehouse.asked()).anyMatch(asked -> asked.method().equals("DELETE"));
    assertThat(shop.shipment(number).state()).isEqualTo(ShipmentState.CANCELLED);
    assertThat(carrier.asked()).isEmpty();
  }

  /** Its goods are free by our book, and lie in a box. */
  @Test
  void aParcelThatWasPackedBeforeTheStopIsToBeUnpacked() {
    warehouse.script(asked ->
        switch (asked.method()) {
          case "GET" -> new Act.Say(200, "{\"state\":\"accepted\"}");
          case "DELETE" -> new Act.Say(409, "{\"state\":\"packed\"}");
          default -> goodWarehouse(asked);
        });
    work();
    long number = planned();
    await().atMost(LONG).until(() -> shop.shipment(number).told());

    shop.holdBack(new HoldBack(number, 1, shop.shipment(number).items()));

    await().atMost(LONG).until(() -> shop.shipment(number).isPackedAnyhow());
    Shipment parcel = shop.shipment(number);
    assertThat(parcel.nextStepAt()).isNull();
    assertThat(carrier.asked()).isEmpty();
    assertThat(shop.store.packedAnyhow(10)).containsExactly(parcel);

    assertThat(unpacked(parcel)).isInstanceOf(Outcome.Applied.class);
    assertThat(shop.store.packedAnyhow(10)).isEmpty();
    assertThat(unpacked(parcel)).isInstanceOf(Outcome.AlreadyApplied.class);
    long going = planned();
    assertThat(unpacked(shop.shipment(going)))
        .isEqualTo(Outcome.refused(ByHandRefusal.NOT_STOPPED));
  }

  private Outcome<Shipment, ByHandRefusal> unpacked(Shipment parcel) {
    return shop.database.write("unpacked", tx -> shop.store.unpacked(tx, parcel.id()));
  }

  @Test
  void aWarehouseThatForgotIsToldAgain() {
    var forgotten = new AtomicInteger();
    warehouse.script(asked ->
        asked.method().equals("GET") && forgotten.incrementAndGet() == 1
            ? new Act.Say(404, "")
            : goodWarehouse(asked));
    work();

    delivered(planned());

    assertThat(warehouse.asked().stream().filter(asked -> asked.method().equals("POST")))
        .hasSize(2);
  }

  @Test
  void whatAKilledWorkerHadIsTakenUpByAnother() {
    long number = planned();
    shop.database.write("claim", tx -> ShipmentStore.claim(tx, 10, Duration.ofMillis(300)));
    work();

    delivered(number);
  }

  /** Patient: what a slow machine answers late would be asked for twice. */
  private FulfilmentWorker work() {
    return work(Duration.ofSeconds(30));
  }

  private FulfilmentWorker work(Duration tryMax) {
    var worker =
        new FulfilmentWorker(
            shop.database,
            shop.store,
            FulfilmentFixture.settings(),
            Outside.of(
                outbound.to(provider("warehouse", warehouse, tryMax)),
                outbound.to(provider("carrier", carrier, tryMax)),
                shop.warehouses,
                FulfilmentFixture.settings()),
            meters);
    workers.add(worker);
    worker.start();
    return worker;
  }

  private static OutboundSettings provider(String name, ScriptedServer server, Duration tryMax) {
    return OutboundSettings.of(name, server.base())
        .withTryMax(tryMax)
        .withTries(1)
        .withCalls(4, Duration.ofMillis(50))
        .withCircuit(20, 20, Duration.ofMillis(100));
  }

  private long planned() {
    long number = number();
    shop.plan(order(number, new ShipItem(1, "A", 1)));
    return number;
  }

  private void delivered(long number) {
    await().atMost(LONG).until(() -> shop.shipment(number).state() == ShipmentState.DELIVERED);
  }

  private long count(long number, String type) {
    return shop.facts(number).stream().filter(fact -> fact.type().equals(type)).count();
  }

  private Act goodWarehouse(Asked asked) {
    if (asked.method().equals("GET")) {
      int look = looks.computeIfAbsent(asked.path(), _ -> new AtomicInteger()).incrementAndGet();
      String state =
          switch (look) {
            case 1 -> "accepted";
            case 2 -> "picked";
            default -> "packed";
          };
      return new Act.Say(200, "{\"state\":\"" + state + "\"}");
    }
    return new Act.Say(asked.method().equals("POST") ? 202 : 200, "{}");
  }

  private static Act goodCarrier(Asked asked) {
    if (asked.method().equals("GET")) {
      return new Act.Say(200, DELIVERED);
    }
    String shipment = asked.body().split("\"shipment\":\"")[1].split("\"")[0];
    return new Act.Say(201, "{\"waybill\":\"W" + shipment + "\",\"carrier\":\"test\"}");
  }
}
