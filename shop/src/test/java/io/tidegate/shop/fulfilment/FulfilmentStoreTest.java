package io.tidegate.shop.fulfilment;

import static io.tidegate.shop.fulfilment.FulfilmentFixture.number;
import static io.tidegate.shop.fulfilment.FulfilmentFixture.order;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.kernel.Outcome;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class FulfilmentStoreTest {

  private static FulfilmentFixture shop;

  @BeforeAll
  static void open() {
    shop = new FulfilmentFixture(FulfilmentFixture.settings());
  }

  @AfterAll
  static void close() {
    shop.close();
  }

  @Test
  void plansFromTheNearestWarehouseAndTellsIt() {
    shop.goods("PLAN-1", "sha", 5);
    shop.goods("PLAN-1", "can", 5);
    long number = number();

    assertThat(shop.plan(order(number, new ShipItem(1, "PLAN-1", 2)))).containsExactly(number);

    Shipment shipment = shop.shipment(number);
    assertThat(shipment.warehouse()).isEqualTo("sha");
    assertThat(shipment.state()).isEqualTo(ShipmentState.PLANNED);
    assertThat(shipment.items()).containsExactly(new ShipItem(1, "PLAN-1", 2));
    assertThat(shop.task(number).state()).isEqualTo(TaskState.OPEN);
    assertThat(shop.shelf("PLAN-1", "sha")).isEqualTo("5/2");
    assertThat(shop.facts(number))
        .singleElement()
        .satisfies(fact -> {
          assertThat(fact.type()).isEqualTo("shipment.planned.v1");
          assertThat(fact.data())
              .contains(
                  "\"number\":\"" + number + "\"",
                  "\"shipment\":\"" + number + "S1\"",
                  "\"items\":[{\"line\":1,\"sku\":\"PLAN-1\",\"quantity\":2}]",
                  "\"last\":true");
        });
  }

  @Test
  void planningTwiceInOneBatchOrTwoIsPlanningOnce() {
    shop.goods("TWICE-1", "sha", 5);
    long number = number();
    ShipOrder order = order(number, new ShipItem(1, "TWICE-1", 2));

    shop.plan(order, order);
    assertThat(shop.plan(order)).isEmpty();

    assertThat(shop.shelf("TWICE-1", "sha")).isEqualTo("5/2");
    assertThat(shop.facts(number)).hasSize(1);
  }

  @Test
  void twoAtOncePlanOnce() throws Exception {
    shop.goods("RACE-1", "sha", 50);
    for (int round = 0; round < 10; round++) {
      long number = number();
      race(
          () -> shop.plan(order(number, new ShipItem(1, "RACE-1", 1))),
          () -> shop.plan(order(number, new ShipItem(1, "RACE-1", 1))));
      assertThat(shop.facts(number)).hasSize(1);
    }
    assertThat(shop.shelf("RACE-1", "sha")).isEqualTo("50/10");
  }

  @Test
  void theOrdersOfABatchShareTheShelf() {
    shop.goods("SHARE-1", "sha", 3);
    shop.goods("SHARE-1", "can", 3);
    long first = number();
    long second = number();

    shop.plan(
        order(first, new ShipItem(1, "SHARE-1", 2)), order(second, new ShipItem(1, "SHARE-1", 2)));

    assertThat(shop.shipment(first).warehouse()).isEqualTo("sha");
    assertThat(shop.shipment(second).warehouse()).isEqualTo("can");
  }

  @Test
  void missingGoodsAreAParcelWithAProblemAndAreFoundLater() {
    shop.goods("LACK-1", "sha", 1);
    long number = number();
    shop.plan(order(number, new ShipItem(1, "LACK-1", 3)));

    List<Shipment> parcels = shop.store.shipments(List.of(number));
    assertThat(parcels).hasSize(2);
    Shipment lacking = parcels.getLast();
    assertThat(lacking.problem()).isEqualTo(NewParcels.GOODS_MISSING);
    assertThat(lacking.items()).containsExactly(new ShipItem(1, "LACK-1", 2));

    report(lacking, new Seen.GoodsWanted());
    assertThat(shop.store.stuck(new ShipmentId(number, 0), 1))
        .extracting(stuck -> stuck.shipment().seq())
        .containsExactly(2);

    shop.goods("LACK-1", "can", 2);
    report(shop.store.shipments(List.of(number)).getLast(), new Seen.GoodsWanted());
    Shipment found = shop.store.shipments(List.of(number)).getLast();
    assertThat(found.problem()).isNull();
    assertThat(found.lastError()).isNull();
    assertThat(found.warehouse()).isEqualTo("can");
    assertThat(shop.shelf("LACK-1", "can")).isEqualTo("2/2");
  }

  @Test
  void anUnknownRegionIsPlannedAllTheSame() {
    shop.goods("NOWHERE-1", "can", 1);
    long number = number();

    shop.plan(new ShipOrder(number, "999999", List.of(new ShipItem(1, "NOWHERE-1", 1)), ""));

    assertThat(shop.shipment(number).warehouse()).isEqualTo("can");
  }

  @Test
  void pickedGoodsLeaveTheShelfOnceHoweverOftenItIsSeen() {
    shop.goods("PICK-1", "sha", 5);
    long number = number();
    shop.plan(order(number, new ShipItem(1, "PICK-1", 2)));
    Shipment planned = shop.shipment(number);

    report(planned, new Seen.AtWarehouse(ShipmentState.PICKED));
    report(planned, new Seen.AtWarehouse(ShipmentState.PICKED));
    report(planned, new Seen.AtWarehouse(ShipmentState.PACKED));

    assertThat(shop.shipment(number).state()).isEqualTo(ShipmentState.PICKED);
    assertThat(shop.shelf("PICK-1", "sha")).isEqualTo("3/0");

    report(shop.shipment(number), new Seen.AtWarehouse(ShipmentState.PACKED));
    assertThat(shop.shipment(number).state()).isEqualTo(ShipmentState.PACKED);
    assertThat(shop.shelf("PICK-1", "sha")).isEqualTo("3/0");
    assertThat(shop.task(number).state()).isEqualTo(TaskState.LEAVING);
    assertThat(shop.facts(number))
        .extracting(FulfilmentFixture.Told::version)
        .containsExactly(1, 2, 3);
  }

  @Test
  void theLastParcelSaysSo() {
    shop.goods("LAST-1", "sha", 1);
    shop.goods("LAST-1", "can", 1);
    long number = number();
    shop.plan(order(number, new ShipItem(1, "LAST-1", 2)));
    List<Shipment> parcels = shop.store.shipments(List.of(number));

    report(parcels.getFirst(), new Seen.AtWarehouse(ShipmentState.PICKED));
    report(parcels.getLast(), new Seen.AtWarehouse(ShipmentState.PICKED));

    assertThat(shop.facts(number))
        .extracting(fact -> fact.data().contains("\"last\":true"))
        .containsExactly(false, true, false, true);
  }

  @Test
  void aWarehouseThatWasToldTooLateIsToldToStopAgain() {
    shop.goods("LATE-1", "sha", 5);
    long number = number();
    shop.plan(order(number, new ShipItem(1, "LATE-1", 1)));
    Shipment planned = shop.shipment(number);
    shop.holdBack(new HoldBack(number, 1, List.of(new ShipItem(1, "LATE-1", 1))));
    report(shop.shipment(number), new Seen.Stopped());
    assertThat(shop.shipment(number).nextStepAt()).isNull();

    report(planned, new Seen.Told());

    assertThat(shop.shipment(number).nextStepAt()).isNotNull();
    assertThat(shop.shipment(number).state()).isEqualTo(ShipmentState.CANCELLED);
  }

  @Test
  void staffMoveAParcelStepByStep() {
    shop.goods("HAND-1", "sha", 5);
    long number = number();
    shop.plan(order(number, new ShipItem(1, "HAND-1", 2)));

    assertThat(byHand(number, ShipmentState.PACKED))
        .isEqualTo(Outcome.refused(ByHandRefusal.NOT_YET));
    assertThat(byHand(number, ShipmentState.PICKED)).isInstanceOf(Outcome.Applied.class);
    assertThat(byHand(number, ShipmentState.PICKED)).isInstanceOf(Outcome.AlreadyApplied.class);
    assertThat(byHand(number, ShipmentState.PACKED)).isInstanceOf(Outcome.Applied.class);
    assertThat(byHand(number, ShipmentState.SHIPPED)).isInstanceOf(Outcome.Applied.class);
    assertThat(byHand(number() + 1, ShipmentState.PICKED))
        .isEqualTo(Outcome.refused(ByHandRefusal.NO_SUCH_SHIPMENT));

    assertThat(shop.shipment(number).state()).isEqualTo(ShipmentState.SHIPPED);
    assertThat(shop.shelf("HAND-1", "sha")).isEqualTo("3/0");
    assertThat(shop.facts(number)).hasSize(4);
    assertThat(shop.traces(number)).containsExactly(FulfilmentFixture.TRACE);
  }

  @Test
  void staffCantPickWhatIsMissing() {
    long number = number();
    shop.plan(order(number, new ShipItem(1, "HAND-2", 2)));

    assertThat(byHand(number, ShipmentState.PICKED))
        .isEqualTo(Outcome.refused(ByHandRefusal.GOODS_MISSING));
    shop.holdBack(new HoldBack(number, 1, List.of(new ShipItem(1, "HAND-2", 2))));
    assertThat(byHand(number, ShipmentState.PICKED))
        .isEqualTo(Outcome.refused(ByHandRefusal.CANCELLED));
  }

  @Test
  void failuresAreVisibleAndGoOnSlowly() {
    shop.goods("FAIL-1", "sha", 5);
    long number = number();
    shop.plan(order(number, new ShipItem(1, "FAIL-1", 1)));

    for (int i = 0; i < 5; i++) {
      report(shop.shipment(number), new Seen.Failed("warehouse: status 503"));
    }

    Shipment stuck = shop.shipment(number);
    assertThat(stuck.tries()).isEqualTo(5);
    assertThat(stuck.lastError()).isEqualTo("warehouse: status 503");
    assertThat(stuck.nextStepAt()).isNotNull();
    report(stuck, new Seen.Told());
    assertThat(shop.shipment(number).lastError()).isNull();
    assertThat(shop.shipment(number).tries()).isZero();
  }

  private static Outcome<Shipment, ByHandRefusal> byHand(long number, ShipmentState to) {
    return shop.database.write(
        "by-hand", tx -> shop.store.byHand(tx, new ShipmentId(number, 1), to));
  }

  private static void report(Shipment shipment, Seen seen) {
    shop.report(shipment, seen);
  }

  private static void race(Runnable one, Runnable other) throws Exception {
    var barrier = new CyclicBarrier(2);
    var first = CompletableFuture.runAsync(() -> after(barrier, one), Thread::startVirtualThread);
    var second =
        CompletableFuture.runAsync(() -> after(barrier, other), Thread::startVirtualThread);
    first.get();
    second.get();
  }

  private static void after(CyclicBarrier barrier, Runnable work) {
    try {
      barrier.await();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    work.run();
  }
}
