package io.tidegate.shop.fulfilment;

import static io.tidegate.shop.fulfilment.WarehouseStand.ON_ITS_WAY;
import static io.tidegate.shop.fulfilment.WarehouseStand.TICKET;
import static io.tidegate.shop.fulfilment.WarehouseStand.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.http.OutboundSettings;
import io.tidegate.platform.http.SharedSecret;
import io.tidegate.platform.testing.SignedServer;
import io.tidegate.platform.testing.SignedServer.Act;
import io.tidegate.platform.testing.SignedServer.Asked;
import io.tidegate.platform.testing.TestLimits;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.testing.ShopServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A warehouse of others ships, whatever goes wrong between us; its reports decide against refunds.
 */
class SignedWarehouseTest {

  private static final Duration LONG = TestLimits.PATIENCE;

  private final WarehouseStand house = new WarehouseStand();
  private final FulfilmentFixture shop = house.shop;
  private final SignedServer warehouse = house.server;

  @AfterEach
  void close() throws IOException {
    house.close();
  }

  @Test
  void itIsToldToWhomAndAskedUntilItHasDelivered() {
    house.work();
    long number = house.planned();
    await().atMost(LONG).until(() -> shop.shipment(number).told());
    assertThat(warehouse.asked().getFirst())
        .isEqualTo(
            new Asked(
                number + "S1-ship",
                "{\"type\":\"parcel.ship\",\"parcel\":\""
                    + number
                    + "S1\",\"ticket\":\"this-house\",\"warehouse\":\"sha\",\"items\":[{\"line\":1,\"sku\":\"A\",\"quantity\":1}],\"to\":{\"name\":\"王小明\",\"phone\":\"13800138001\",\"region\":\"330106\",\"line\":\"文三路"
                    + " 1 号\"}}"));

    house.state = "packed";
    await().atMost(LONG).until(() -> shop.shipment(number).state() == ShipmentState.PACKED);
    int asked = warehouse.asked().size();
    await().atMost(LONG).until(() -> warehouse.asked().size() > asked + 2);
    house.state = "delivered";
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
          default -> house.obliging(asked);
        });
    house.work();
    long number = house.planned();
    await().atMost(LONG).until(() -> shop.shipment(number).told());

    assertThat(warehouse.asked()).hasSizeGreaterThanOrEqualTo(5);
    assertThat(warehouse.asked().subList(0, 5))
        .containsOnly(warehouse.asked().getFirst()); // the same name, the same words
    assertThat(shop.shipment(number).lastError()).isNull();
  }

  @Test
  void oneThatCanNotBeReachedIsAFailureAndWaitsLonger() {
    warehouse.close();
    house.work();
    long number = house.planned();
    await().atMost(LONG).until(() -> shop.shipment(number).tries() > 1);
    assertThat(shop.shipment(number).lastError()).contains("no connection");
  }

  @Test
  void aParcelThatItLostIsToldAgainAndOneThatItRefusesIsSeen() {
    house.work();
    long number = house.planned();
    await().atMost(LONG).until(() -> shop.shipment(number).told());
    long ships = house.ships();
    house.shipping.clear(); // its book burnt
    await().atMost(LONG).until(() -> house.ships() > ships);

    warehouse.script(asked -> house.say(asked, "{\"state\":\"refused\",\"why\":\"no_room\"}"));
    long refused = house.planned();
    await().atMost(LONG).until(() -> shop.shipment(refused).lastError() != null);
    assertThat(shop.shipment(refused).lastError()).isEqualTo("warehouse: refused, no room");
    warehouse.script(
        asked -> SignedServer.say(asked, "{\"state\":\"refused\",\"why\":\"王小明 is not at home\"}"));
    await()
        .atMost(LONG)
        .until(() -> "warehouse: refused".equals(shop.shipment(refused).lastError()));
    warehouse.script(house::obliging);
    await().atMost(LONG).until(() -> shop.shipment(refused).told());
  }

  @Test
  void aRefundStopsItAndThenNoReportPacksIt() {
    house.work();
    long number = house.planned();
    await().atMost(LONG).until(() -> shop.shipment(number).told());
    assertThat(house.report(number, "picked", "").statusCode()).isEqualTo(200);

    assertThat(shop.holdBack(new HoldBack(number, 1, shop.shipment(number).items())))
        .isInstanceOf(Outcome.Applied.class);

    HttpResponse<String> packed = house.report(number, "packed", "");
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
    long number = house.planned();
    assertThat(house.report(number, "packed", "").body())
        .isEqualTo(
            "{\"outcome\":\"applied\",\"parcel\":\"" + number + "S1\",\"state\":\"packed\"}");
    assertThat(house.report(number, "packed", "").body()).contains("already_applied");
    assertThat(house.report(number, "picked", "").body()).contains("already_applied", "packed");

    assertThat(shop.holdBack(new HoldBack(number, 1, shop.shipment(number).items())))
        .isEqualTo(Outcome.refused(HoldRefusal.LEAVING));

    assertThat(house.report(number, "shipped", "," + ON_ITS_WAY).statusCode()).isEqualTo(200);
    assertThat(house.report(number, "delivered", "," + ON_ITS_WAY).statusCode()).isEqualTo(200);
    assertThat(shop.shipment(number).state()).isEqualTo(ShipmentState.DELIVERED);
    assertThat(shop.facts(number)).hasSize(5);
    assertThat(shop.store.tracking(number)).hasSize(1);
  }

  @Test
  void ofTwoWarehousesOneHasLeave() {
    house.work();
    long number = house.planned();
    await().atMost(LONG).until(() -> TICKET.equals(shop.shipment(number).toldTo()));
    String other = body(number, "packed", "that-house", "");
    Map<String, String> signed =
        SignedServer.signed(SignedServer.SECRET, "r-2", Instant.now(), other);
    assertThat(house.send(other, signed).body()).contains("\"code\":\"told_to_another\"");
    assertThat(shop.shipment(number).state()).isNotEqualTo(ShipmentState.PACKED);

    // That one is asked from now on, at the same moment: it finds the parcel packed by this one.
    assertThat(house.report(number, "packed", "").statusCode()).isEqualTo(200);
    try (ShopServer changed = house.api("that-house")) {
      HttpResponse<String> late = house.send(changed, other, signed);
      assertThat(late.statusCode()).isEqualTo(409);
      assertThat(late.body()).contains("\"code\":\"told_to_another\"", "\"state\":\"packed\"");
      String ours = body(number, "packed", "");
      // Who has leave goes on telling.
      assertThat(
              house
                  .send(
                      changed,
                      ours,
                      SignedServer.signed(SignedServer.SECRET, "r-1", Instant.now(), ours))
                  .statusCode())
          .isEqualTo(200);
      // One that is not packed goes to the new one.
      long next = house.planned();
      await().atMost(LONG).until(() -> TICKET.equals(shop.shipment(next).toldTo()));
      String taken = body(next, "packed", "that-house", "");
      assertThat(
              house
                  .send(
                      changed,
                      taken,
                      SignedServer.signed(SignedServer.SECRET, "r-3", Instant.now(), taken))
                  .statusCode())
          .isEqualTo(200);
      assertThat(shop.shipment(next).toldTo()).isEqualTo("that-house");
      assertThat(house.report(next, "packed", "").body()).contains("\"code\":\"told_to_another\"");
    }
  }

  @Test
  void leaveAndItsRefusalAreSignedOverTheReport() {
    long number = house.planned();
    HttpResponse<String> leave = house.report(number, "packed", "");
    assertThat(proof(leave)).isEqualTo(SharedSecret.Proof.GOOD);
    assertThat(leave.headers().firstValue("webhook-id")).contains("r-1");
    HttpResponse<String> unknown = house.report(number + (1L << 22), "packed", "");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(proof(unknown)).isEqualTo(SharedSecret.Proof.GOOD);
    String untyped = body(number, "picked", "").replace("\"type\":\"parcel.report\",", "");
    HttpResponse<String> bad =
        house.send(
            untyped, SignedServer.signed(SignedServer.SECRET, "r-1", Instant.now(), untyped));
    assertThat(bad.statusCode()).isEqualTo(400);
    assertThat(bad.body()).contains("/type");
    assertThat(proof(bad)).isEqualTo(SharedSecret.Proof.GOOD);
    assertThat(proof(house.send(untyped, Map.of()))).isEqualTo(SharedSecret.Proof.MISSING);
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
    house.work();
    long number = house.planned();
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
    house.work();
    long number = house.planned();
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
    long number = house.planned();
    shop.holdBack(new HoldBack(number, 1, shop.shipment(number).items()));
    assertThat(house.report(number, "packed", "").statusCode()).isEqualTo(409);
    assertThat(shop.shipment(number).hasLeftAnyhow()).isFalse();
    HttpResponse<String> left = house.report(number, "shipped", "," + ON_ITS_WAY);
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
    house.report(number, "delivered", "," + ON_ITS_WAY);
    assertThat(desk.list(0, 10).parcels()).isEmpty();
    assertThat(shop.shipment(number).hasLeftAnyhow()).isTrue();
    assertThat(shop.facts(number))
        .extracting(FulfilmentFixture.Told::type)
        .containsExactly("shipment.planned.v1", "shipment.cancelled.v1");
  }

  /** A stop that is under way meanwhile says nothing against it. */
  @Test
  void aStopThatIsAnsweredLateDoesNotWipeOutThatItHasLeft() {
    long number = house.planned();
    shop.report(shop.shipment(number), new Seen.Told(TICKET));
    shop.holdBack(new HoldBack(number, 1, shop.shipment(number).items()));
    Shipment stopping = shop.shipment(number);
    house.report(number, "shipped", "," + ON_ITS_WAY);
    shop.report(stopping, new Seen.Stopped());
    shop.report(stopping, new Seen.Told(TICKET));
    assertThat(shop.shipment(number).isLeftAnyhow()).isTrue();
    assertThat(shop.shipment(number).nextStepAt()).isNull();
  }

  @Test
  void whatATurnedOffHouseWasToldOfIsStuckAndOnlyWhatItHasLeaveForIsItsOwn() {
    long told = house.planned();
    long packed = house.planned();
    long nobodys = house.planned();
    shop.report(shop.shipment(told), new Seen.Told(TICKET));
    assertThat(house.report(packed, "packed", "").statusCode()).isEqualTo(200);

    shop.store.nobodyShips();
    shop.store.nobodyShips();

    StuckDesk desk = new StuckDesk(shop.database, shop.store, () -> {});
    assertThat(desk.list(0, 10).parcels())
        .extracting(stuck -> stuck.shipment().orderNumber())
        .containsExactlyInAnyOrder(told, packed)
        .doesNotContain(nobodys);
    assertThat(shop.shipment(told).lastError()).isEqualTo(Shipment.OUTSIDE_IS_OFF);
    try (ShopServer off = house.api("nobody")) {
      assertThat(house.report(off, told, "packed", "").body()).contains("told_to_another");
      assertThat(house.report(off, packed, "shipped", "," + ON_ITS_WAY).statusCode())
          .isEqualTo(200);
      assertThat(shop.shipment(packed).lastError()).isNull();

      // A person sends it from elsewhere: who was told of it has no leave any more.
      ShipmentId id = new ShipmentId(told, 1);
      assertThat(shop.byHand(id, ShipmentState.PICKED)).isInstanceOf(Outcome.Applied.class);
      assertThat(shop.byHand(id, ShipmentState.PACKED)).isInstanceOf(Outcome.Applied.class);
      assertThat(house.report(off, told, "packed", "").statusCode()).isEqualTo(409);
    }
  }

  @Test
  void theSimulatedOnesLeaveToATurnedOffHouseWhatItHas() {
    warehouse.script(asked -> house.say(asked, "{}"));
    long packed = house.planned();
    assertThat(house.report(packed, "packed", "").statusCode()).isEqualTo(200);
    Outside ours =
        Outside.of(
            house.outbound.to(OutboundSettings.of("sandbox", warehouse.address())),
            house.outbound.to(OutboundSettings.of("carrier", warehouse.address())),
            shop.warehouses,
            FulfilmentFixture.settings());
    assertThat(ours.step(shop.shipment(packed), FulfilmentFixture.HANGZHOU))
        .isEqualTo(new Seen.Failed(Shipment.OUTSIDE_IS_OFF));
    house.report(packed, "shipped", "," + ON_ITS_WAY);
    assertThat(ours.step(shop.shipment(packed), FulfilmentFixture.HANGZHOU))
        .isEqualTo(new Seen.Failed(Shipment.OUTSIDE_IS_OFF));
    assertThat(warehouse.asked()).isEmpty();
  }

  @Test
  void whoDoesNotProveItselfIsRefusedAndChangesNothing() {
    long number = house.planned();
    String body = body(number, "packed", "");
    Instant now = Instant.now();
    assertThat(house.send(body, Map.of()).statusCode()).isEqualTo(401);
    assertThat(
            house
                .send(body, SignedServer.signed(SignedServer.OTHER_SECRET, "r", now, body))
                .statusCode())
        .isEqualTo(401);
    assertThat(
            house
                .send(body, SignedServer.signed(SignedServer.SECRET, "r", now, body + " "))
                .statusCode())
        .isEqualTo(401);
    assertThat(
            house
                .send(
                    body,
                    SignedServer.signed(SignedServer.SECRET, "r", now.minusSeconds(600), body))
                .statusCode())
        .isEqualTo(401);
    assertThat(shop.shipment(number).state()).isEqualTo(ShipmentState.PLANNED);
    assertThat(house.report(number + (1L << 22), "packed", "").statusCode()).isEqualTo(404);
    HttpResponse<String> bad = house.report(number, "shipped", "");
    assertThat(bad.statusCode()).isEqualTo(400);
    assertThat(bad.body()).contains("/carrier", "/waybill");
    assertThat(house.report(number, "lost", ",\"more\":1").body()).contains("/state", "/more");
    assertThat(
            house
                .report(
                    number, "shipped", "," + ON_ITS_WAY.replace("2026-11-11", "+999999999-11-11"))
                .body())
        .contains("/events/0/at");
    assertThat(shop.shipment(number).state()).isEqualTo(ShipmentState.PLANNED);
  }
}
