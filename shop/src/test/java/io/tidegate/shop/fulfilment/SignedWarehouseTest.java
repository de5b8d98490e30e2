package io.tidegate.shop.fulfilment;

import static io.tidegate.shop.fulfilment.FulfilmentFixture.number;
import static io.tidegate.shop.fulfilment.FulfilmentFixture.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.platform.http.Outbound;
import io.tidegate.platform.http.OutboundSettings;
import io.tidegate.platform.http.SharedSecret;
import io.tidegate.platform.http.SignedCalls;
import io.tidegate.platform.http.SignedGate;
import io.tidegate.platform.testing.OpenApiContract;
import io.tidegate.platform.testing.SignedServer;
import io.tidegate.platform.testing.SignedServer.Act;
import io.tidegate.platform.testing.SignedServer.Asked;
import io.tidegate.platform.testing.TestLimits;
import io.tidegate.shop.customer.Address;
import io.tidegate.shop.customer.Consignee;
import io.tidegate.shop.customer.ConsigneeStore;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.testing.ShopServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A warehouse of others ships, whatever goes wrong between us; its reports decide against refunds.
 */
class SignedWarehouseTest {

  private static final Duration LONG = TestLimits.PATIENCE;
  private static final String REPORTS = "/v1/parts/warehouse/reports";
  private static final String TICKET = "this-house";
  private static final String ON_ITS_WAY =
      "\"carrier\":\"post\",\"waybill\":\"W1\",\"events\":[{\"at\":\"2026-11-11T08:00:00Z\",\"status\":\"accepted\",\"text\":\"taken\"}]";

  private final FulfilmentFixture shop = new FulfilmentFixture(FulfilmentFixture.settings());
  private final ConsigneeStore consignees = new ConsigneeStore(shop.database);
  private final Outbound outbound = new Outbound(new SimpleMeterRegistry());
  private final Set<String> shipping = ConcurrentHashMap.newKeySet();
  private final SignedServer warehouse = new SignedServer(this::obliging);
  private final ShopServer api = api(TICKET);
  private final List<FulfilmentWorker> workers = new ArrayList<>();
  private final Set<String> said = ConcurrentHashMap.newKeySet();
  private volatile String state = "accepted";

  @BeforeEach
  void goods() {
    ConsigneeStore.prepare(shop.database, Instant.now());
    shop.goods("A", "sha", 1_000);
  }

  /** All that was said on either side is as the form describes it. */
  @AfterEach
  void close() throws IOException {
    OpenApiContract form =
        new OpenApiContract(
            Files.readAllBytes(
                Path.of(System.getProperty("tidegate.root"), "docs/openapi/warehouse.json")));
    assertThat(warehouse.asked())
        .allSatisfy(
            asked -> assertThat(form.requestViolations("POST", "/", asked.body())).isEmpty());
    assertThat(said)
        .allSatisfy(json -> assertThat(form.answerViolations("POST", "/", json)).isEmpty());
    workers.forEach(FulfilmentWorker::close);
    outbound.close();
    warehouse.close();
    api.close();
    shop.close();
  }

  @Test
  void itIsToldToWhomAndAskedUntilItHasDelivered() {
    work();
    long number = planned();
    await().atMost(LONG).until(() -> shop.shipment(number).told());
    assertThat(warehouse.asked().getFirst())
        .isEqualTo(
            new Asked(
                number + "S1-ship",
                "{\"type\":\"parcel.ship\",\"parcel\":\""
                    + number
                    + "S1\",\"ticket\":\"this-house\",\"warehouse\":\"sha\",\"items\":[{\"line\":1,\"sku\":\"A\",\"quantity\":1}],\"to\":{\"name\":\"王小明\",\"phone\":\"13800138001\",\"region\":\"330106\",\"line\":\"文三路"
                    + " 1 号\"}}"));

    state = "packed";
    await().atMost(LONG).until(() -> shop.shipment(number).state() == ShipmentState.PACKED);
    int asked = warehouse.asked().size();
    await().atMost(LONG).until(() -> warehouse.asked().size() > asked + 2);
    state = "delivered";
    await().atMost(LONG).until(() -> shop.shipment(number).state() == ShipmentState.DELIVERED);

    assertThat(shop.shipment(number))
        .satisfies(parcel -> {
          assertThat(parcel.waybill()).isEqualTo("W1");
          assertThat(parcel.carrier()).isEqualTo("post");
          assertThat(parcel.nextStepAt()).isNull();
        });
    assertThat(shop.facts(number))
        .extracting(FulfilmentFixture.Told::type)
        .containsExactly(
            "shipment.planned.v1",
            "shipment.picked.v1",
            "shipment.packed.v1",
            "shipment.shipped.v1",
            "shipment.delivered.v1");
    assertThat(shop.store.tracking(number)).hasSize(1);
    assertThat(shop.shelf("A", "sha")).isEqualTo("999/0");
  }

  @Test
  void anAnswerThatProvesNothingIsNoAnswer() {
    AtomicInteger tries = new AtomicInteger();
    warehouse.script(asked ->
        switch (tries.incrementAndGet()) {
          case 1 -> new Act.Plain(200, "{\"state\":\"accepted\"}");
          case 2 -> new Act.Say("{\"state\":\"accepted\"}", SignedServer.OTHER_SECRET, asked.id());
          case 3 -> new Act.Plain(503, "");
          case 4 -> SignedServer.say(asked, "no json");
          default -> obliging(asked);
        });
    work();
    long number = planned();
    await().atMost(LONG).until(() -> shop.shipment(number).told());

    assertThat(warehouse.asked()).hasSizeGreaterThanOrEqualTo(5);
    assertThat(warehouse.asked().subList(0, 5))
        .containsOnly(warehouse.asked().getFirst()); // the same name, the same words
    assertThat(shop.shipment(number).lastError()).isNull();
  }

  @Test
  void oneThatCanNotBeReachedIsAFailureAndWaitsLonger() {
    warehouse.close();
    work();
    long number = planned();
    await().atMost(LONG).until(() -> shop.shipment(number).tries() > 1);
    assertThat(shop.shipment(number).lastError()).contains("no connection");
  }

  @Test
  void aParcelThatItLostIsToldAgainAndOneThatItRefusesIsSeen() {
    work();
    long number = planned();
    await().atMost(LONG).until(() -> shop.shipment(number).told());
    long ships = ships();
    shipping.clear(); // its book burnt
    await().atMost(LONG).until(() -> ships() > ships);

    warehouse.script(asked -> say(asked, "{\"state\":\"refused\",\"why\":\"no_room\"}"));
    long refused = planned();
    await().atMost(LONG).until(() -> shop.shipment(refused).lastError() != null);
    assertThat(shop.shipment(refused).lastError()).isEqualTo("warehouse: refused, no room");
    warehouse.script(
        asked -> SignedServer.say(asked, "{\"state\":\"refused\",\"why\":\"王小明 is not at home\"}"));
    await()
        .atMost(LONG)
        .until(() -> "warehouse: refused".equals(shop.shipment(refused).lastError()));
    warehouse.script(this::obliging);
    await().atMost(LONG).until(() -> shop.shipment(refused).told());
  }

  @Test
  void aRefundStopsItAndThenNoReportPacksIt() {
    work();
    long number = planned();
    await().atMost(LONG).until(() -> shop.shipment(number).told());
    assertThat(report(number, "picked", "").statusCode()).isEqualTo(200);

    assertThat(shop.holdBack(new HoldBack(number, 1, shop.shipment(number).items())))
        .isInstanceOf(Outcome.Applied.class);

    HttpResponse<String> packed = report(number, "packed", "");
    assertThat(packed.statusCode()).isEqualTo(409);
    assertThat(packed.body())
        .contains("\"code\":\"cancelled\"", number + "S1", "\"state\":\"cancelled\"");
    await().atMost(LONG).until(() -> shop.shipment(number).nextStepAt() == null);
    assertThat(warehouse.asked().getLast().id()).isEqualTo(number + "S1-stop");
    assertThat(shop.store.packedAnyhow(10)).isEmpty();
    assertThat(shop.shelf("A", "sha")).isEqualTo("1000/0");
  }

  @Test
  void aReportThatItPacksIsLeaveAndRefundsComeTooLate() {
    long number = planned();
    assertThat(report(number, "packed", "").body())
        .isEqualTo(
            "{\"outcome\":\"applied\",\"parcel\":\"" + number + "S1\",\"state\":\"packed\"}");
    assertThat(report(number, "packed", "").body()).contains("already_applied");
    assertThat(report(number, "picked", "").body()).contains("already_applied", "packed");

    assertThat(shop.holdBack(new HoldBack(number, 1, shop.shipment(number).items())))
        .isEqualTo(Outcome.refused(HoldRefusal.LEAVING));

    assertThat(report(number, "shipped", "," + ON_ITS_WAY).statusCode()).isEqualTo(200);
    assertThat(report(number, "delivered", "," + ON_ITS_WAY).statusCode()).isEqualTo(200);
    assertThat(shop.shipment(number).state()).isEqualTo(ShipmentState.DELIVERED);
    assertThat(shop.facts(number)).hasSize(5);
    assertThat(shop.store.tracking(number)).hasSize(1);
  }

  @Test
  void ofTwoWarehousesOneHasLeave() {
    work();
    long number = planned();
    await().atMost(LONG).until(() -> TICKET.equals(shop.shipment(number).toldTo()));
    String other = body(number, "packed", "that-house", "");
    Map<String, String> signed =
        SignedServer.signed(SignedServer.SECRET, "r-2", Instant.now(), other);
    assertThat(send(other, signed).body()).contains("\"code\":\"told_to_another\"");
    assertThat(shop.shipment(number).state()).isNotEqualTo(ShipmentState.PACKED);

    // That one is asked from now on, at the same moment: it finds the parcel packed by this one.
    assertThat(report(number, "packed", "").statusCode()).isEqualTo(200);
    try (ShopServer changed = api("that-house")) {
      HttpResponse<String> late = send(changed, other, signed);
      assertThat(late.statusCode()).isEqualTo(409);
      assertThat(late.body()).contains("\"code\":\"told_to_another\"", "\"state\":\"packed\"");
      String ours = body(number, "packed", "");
      // Who has leave goes on telling.
      assertThat(
              send(
                      changed,
                      ours,
                      SignedServer.signed(SignedServer.SECRET, "r-1", Instant.now(), ours))
                  .statusCode())
          .isEqualTo(200);
      // One that is not packed goes to the new one.
      long next = planned();
      await().atMost(LONG).until(() -> TICKET.equals(shop.shipment(next).toldTo()));
      String taken = body(next, "packed", "that-house", "");
      assertThat(
              send(
                      changed,
                      taken,
                      SignedServer.signed(SignedServer.SECRET, "r-3", Instant.now(), taken))
                  .statusCode())
          .isEqualTo(200);
      assertThat(shop.shipment(next).toldTo()).isEqualTo("that-house");
      assertThat(report(next, "packed", "").body()).contains("\"code\":\"told_to_another\"");
    }
  }

  @Test
  void leaveAndItsRefusalAreSignedOverTheReport() {
    long number = planned();
    HttpResponse<String> leave = report(number, "packed", "");
    assertThat(proof(leave)).isEqualTo(SharedSecret.Proof.GOOD);
    assertThat(leave.headers().firstValue("webhook-id")).contains("r-1");
    HttpResponse<String> unknown = report(number + (1L << 22), "packed", "");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(proof(unknown)).isEqualTo(SharedSecret.Proof.GOOD);
    String untyped = body(number, "picked", "").replace("\"type\":\"parcel.report\",", "");
    HttpResponse<String> bad =
        send(untyped, SignedServer.signed(SignedServer.SECRET, "r-1", Instant.now(), untyped));
    assertThat(bad.statusCode()).isEqualTo(400);
    assertThat(bad.body()).contains("/type");
    assertThat(proof(bad)).isEqualTo(SharedSecret.Proof.GOOD);
    assertThat(proof(send(untyped, Map.of()))).isEqualTo(SharedSecret.Proof.MISSING);
  }

  private static SharedSecret.Proof proof(HttpResponse<String> answer) {
    return SharedSecret.of(SignedServer.SECRET)
        .verify(
            answer.headers().firstValue("webhook-id").orElse(null),
            answer.headers().firstValue("webhook-timestamp").orElse(null),
            answer.headers().firstValue("webhook-signature").orElse(null),
            answer.body().getBytes(StandardCharsets.UTF_8),
            Instant.now());
  }

  @Test
  void aWarehouseThatPacksWithoutLeaveIsFoundOut() {
    work();
    long number = planned();
    await().atMost(LONG).until(() -> shop.shipment(number).told());
    warehouse.script(asked ->
        SignedServer.say(
            asked,
            asked.id().endsWith("-stop") ? "{\"state\":\"packed\"}" : "{\"state\":\"accepted\"}"));

    shop.holdBack(new HoldBack(number, 1, shop.shipment(number).items()));

    await().atMost(LONG).until(() -> shop.shipment(number).isPackedAnyhow());
  }

  @Test
  void whatItShippedWithoutLeaveIsOnRecordUntilAPersonEndsIt() {
    work();
    long number = planned();
    await().atMost(LONG).until(() -> shop.shipment(number).told());
    warehouse.script(asked ->
        SignedServer.say(
            asked,
            asked.id().endsWith("-stop")
                ? "{\"state\":\"shipped\"," + ON_ITS_WAY + "}"
                : "{\"state\":\"accepted\"}"));

    shop.holdBack(new HoldBack(number, 1, shop.shipment(number).items()));

    await().atMost(LONG).until(() -> shop.shipment(number).isLeftAnyhow());
    assertThat(shop.shipment(number).waybill()).isEqualTo("W1");
    assertThat(shop.shipment(number).state()).isEqualTo(ShipmentState.CANCELLED);
    assertThat(shop.shipment(number).nextStepAt()).isNull();
  }

  @Test
  void aReportThatWhatARefundStoppedHasLeftIsRefusedAndKept() {
    long number = planned();
    shop.holdBack(new HoldBack(number, 1, shop.shipment(number).items()));
    assertThat(report(number, "packed", "").statusCode()).isEqualTo(409);
    assertThat(shop.shipment(number).hasLeftAnyhow()).isFalse();
    HttpResponse<String> left = report(number, "shipped", "," + ON_ITS_WAY);
    assertThat(left.statusCode()).isEqualTo(409);
    assertThat(left.body()).contains("\"code\":\"cancelled\"");
    assertThat(shop.shipment(number).isLeftAnyhow()).isTrue();
    assertThat(shop.shipment(number).waybill()).isEqualTo("W1");

    StuckDesk desk = new StuckDesk(shop.database, shop.store, () -> {});
    ShipmentId id = new ShipmentId(number, 1);
    assertThat(desk.list(0, 10).parcels()).extracting(p -> p.shipment().id()).containsExactly(id);
    assertThat(
            shop.database.<Outcome<Shipment, ByHandRefusal>>write(
                "unpack", tx -> shop.store.unpacked(tx, id)))
        .isEqualTo(Outcome.refused(ByHandRefusal.HAS_LEFT));
    assertThat(desk.tryAgain(id, shop.shipment(number).version(), "eve"))
        .isEqualTo(Outcome.refused(ByHandRefusal.NOTHING_TO_TRY));
    assertThat(desk.settle(id, "eve")).isInstanceOf(Outcome.Applied.class);
    assertThat(desk.settle(id, "eve")).isInstanceOf(Outcome.AlreadyApplied.class);

    // It says so until it hears a 200: that opens nothing again, and the parcel says what it was.
    report(number, "delivered", "," + ON_ITS_WAY);
    assertThat(desk.list(0, 10).parcels()).isEmpty();
    assertThat(shop.shipment(number).hasLeftAnyhow()).isTrue();
    assertThat(shop.facts(number))
        .extracting(FulfilmentFixture.Told::type)
        .containsExactly("shipment.planned.v1", "shipment.cancelled.v1");
  }

  /** A stop that is under way meanwhile says nothing against it. */
  @Test
  void aStopThatIsAnsweredLateDoesNotWipeOutThatItHasLeft() {
    long number = planned();
    shop.report(shop.shipment(number), new Seen.Told(TICKET));
    shop.holdBack(new HoldBack(number, 1, shop.shipment(number).items()));
    Shipment stopping = shop.shipment(number);
    report(number, "shipped", "," + ON_ITS_WAY);
    shop.report(stopping, new Seen.Stopped());
    shop.report(stopping, new Seen.Told(TICKET));
    assertThat(shop.shipment(number).isLeftAnyhow()).isTrue();
    assertThat(shop.shipment(number).nextStepAt()).isNull();
  }

  @Test
  void whatATurnedOffHouseWasToldOfIsStuckAndOnlyWhatItHasLeaveForIsItsOwn() {
    long told = planned();
    long packed = planned();
    long nobodys = planned();
    shop.report(shop.shipment(told), new Seen.Told(TICKET));
    assertThat(report(packed, "packed", "").statusCode()).isEqualTo(200);

    shop.store.nobodyShips();
    shop.store.nobodyShips();

    StuckDesk desk = new StuckDesk(shop.database, shop.store, () -> {});
    assertThat(desk.list(0, 10).parcels())
        .extracting(stuck -> stuck.shipment().orderNumber())
        .containsExactlyInAnyOrder(told, packed)
        .doesNotContain(nobodys);
    assertThat(shop.shipment(told).lastError()).isEqualTo(Shipment.OUTSIDE_IS_OFF);
    try (ShopServer off = api("nobody")) {
      assertThat(report(off, told, "packed", "").body()).contains("told_to_another");
      assertThat(report(off, packed, "shipped", "," + ON_ITS_WAY).statusCode()).isEqualTo(200);
      assertThat(shop.shipment(packed).lastError()).isNull();

      // A person sends it from elsewhere: who was told of it has no leave any more.
      ShipmentId id = new ShipmentId(told, 1);
      assertThat(shop.byHand(id, ShipmentState.PICKED)).isInstanceOf(Outcome.Applied.class);
      assertThat(shop.byHand(id, ShipmentState.PACKED)).isInstanceOf(Outcome.Applied.class);
      assertThat(report(off, told, "packed", "").statusCode()).isEqualTo(409);
    }
  }

  @Test
  void theSimulatedOnesLeaveToATurnedOffHouseWhatItHas() {
    warehouse.script(asked -> say(asked, "{}"));
    long packed = planned();
    assertThat(report(packed, "packed", "").statusCode()).isEqualTo(200);
    Outside ours =
        Outside.of(
            outbound.to(OutboundSettings.of("sandbox", warehouse.address())),
            outbound.to(OutboundSettings.of("carrier", warehouse.address())),
            shop.warehouses,
            FulfilmentFixture.settings());
    assertThat(ours.step(shop.shipment(packed), FulfilmentFixture.HANGZHOU))
        .isEqualTo(new Seen.Failed(Shipment.OUTSIDE_IS_OFF));
    report(packed, "shipped", "," + ON_ITS_WAY);
    assertThat(ours.step(shop.shipment(packed), FulfilmentFixture.HANGZHOU))
        .isEqualTo(new Seen.Failed(Shipment.OUTSIDE_IS_OFF));
    assertThat(warehouse.asked()).isEmpty();
  }

  @Test
  void whoDoesNotProveItselfIsRefusedAndChangesNothing() {
    long number = planned();
    String body = body(number, "packed", "");
    Instant now = Instant.now();
    assertThat(send(body, Map.of()).statusCode()).isEqualTo(401);
    assertThat(
            send(body, SignedServer.signed(SignedServer.OTHER_SECRET, "r", now, body)).statusCode())
        .isEqualTo(401);
    assertThat(
            send(body, SignedServer.signed(SignedServer.SECRET, "r", now, body + " ")).statusCode())
        .isEqualTo(401);
    assertThat(
            send(body, SignedServer.signed(SignedServer.SECRET, "r", now.minusSeconds(600), body))
                .statusCode())
        .isEqualTo(401);
    assertThat(shop.shipment(number).state()).isEqualTo(ShipmentState.PLANNED);
    assertThat(report(number + (1L << 22), "packed", "").statusCode()).isEqualTo(404);
    HttpResponse<String> bad = report(number, "shipped", "");
    assertThat(bad.statusCode()).isEqualTo(400);
    assertThat(bad.body()).contains("/carrier", "/waybill");
    assertThat(report(number, "lost", ",\"more\":1").body()).contains("/state", "/more");
    assertThat(
            report(number, "shipped", "," + ON_ITS_WAY.replace("2026-11-11", "+999999999-11-11"))
                .body())
        .contains("/events/0/at");
    assertThat(shop.shipment(number).state()).isEqualTo(ShipmentState.PLANNED);
  }

  private Act obliging(Asked asked) {
    String parcel = asked.id().substring(0, asked.id().indexOf('-'));
    if (asked.id().endsWith("-ship")) {
      shipping.add(parcel);
      return say(asked, "{\"state\":\"accepted\"}");
    }
    if (asked.id().endsWith("-stop")) {
      return say(asked, "{\"state\":\"stopped\"}");
    }
    String known = shipping.contains(parcel) ? state : "unknown";
    String more = known.equals("delivered") ? "," + ON_ITS_WAY : "";
    return say(asked, "{\"state\":\"" + known + "\"" + more + "}");
  }

  private Act say(Asked asked, String json) {
    said.add(json);
    return SignedServer.say(asked, json);
  }

  private long ships() {
    return warehouse.asked().stream().filter(asked -> asked.id().endsWith("-ship")).count();
  }

  private void work() {
    OutboundSettings settings =
        OutboundSettings.of("warehouse", warehouse.address())
            .withTryMax(Duration.ofSeconds(30))
            .withTries(1)
            .withCalls(4, Duration.ofMillis(50))
            .withCircuit(20, 20, Duration.ofMillis(100));
    SignedCalls calls =
        new SignedCalls(
            outbound.to(settings),
            warehouse.address(),
            SharedSecret.of(SignedServer.SECRET),
            InstantSource.system());
    FulfilmentWorker worker =
        new FulfilmentWorker(
            shop.database,
            shop.store,
            FulfilmentFixture.settings(),
            Outside.signed(calls, consignees, TICKET),
            new SimpleMeterRegistry());
    workers.add(worker);
    worker.start();
  }

  private long planned() {
    long number = number();
    Address address = new Address("王小明", "13800138001", FulfilmentFixture.HANGZHOU, "文三路 1 号");
    shop.database.write(
        "place",
        tx -> {
          consignees.write(tx, List.of(new Consignee(number, address)));
          return true;
        });
    shop.plan(order(number, new ShipItem(1, "A", 1)));
    workers.forEach(FulfilmentWorker::signal);
    return number;
  }

  private static String body(long number, String state, String more) {
    return body(number, state, TICKET, more);
  }

  private static String body(long number, String state, String ticket, String more) {
    return "{\"type\":\"parcel.report\",\"parcel\":\"%dS1\",\"ticket\":\"%s\",\"state\":\"%s\"%s}"
        .formatted(number, ticket, state, more);
  }

  private HttpResponse<String> report(long number, String state, String more) {
    String body = body(number, state, more);
    return send(body, SignedServer.signed(SignedServer.SECRET, "r-1", Instant.now(), body));
  }

  private static HttpResponse<String> report(
      ShopServer to, long number, String state, String more) {
    String body = body(number, state, more);
    return send(to, body, SignedServer.signed(SignedServer.SECRET, "r-1", Instant.now(), body));
  }

  private ShopServer api(String ticket) {
    return new ShopServer(
        new WarehouseReportRoutes(
            shop.database,
            shop.store,
            new SignedGate(SharedSecret.of(SignedServer.SECRET), InstantSource.system()),
            ticket));
  }

  private HttpResponse<String> send(String body, Map<String, String> headers) {
    return send(api, body, headers);
  }

  private static HttpResponse<String> send(
      ShopServer to, String body, Map<String, String> headers) {
    List<String> all = new ArrayList<>();
    headers.forEach((name, value) -> all.addAll(List.of(name, value)));
    return to.send(1, "POST", REPORTS, body, all.toArray(String[]::new));
  }
}
