package io.tidegate.shop.fulfilment;

import static io.tidegate.shop.fulfilment.FulfilmentFixture.number;
import static io.tidegate.shop.fulfilment.FulfilmentFixture.order;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.kernel.Outcome;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Refunds against those who send goods away, at the same moment on the real database: exactly one
 * wins (O8). Which of both begins first, and by how much, is swept over the rounds, so that each
 * wins some.
 */
class HoldBackRacesTest {

  private static final int ROUNDS = 60;

  /** One begins up to so much before the other: more than a transaction takes. */
  private static final long AHEAD_NANOS_MAX = 8_000_000;

  private static FulfilmentFixture shop;

  private int refunds;
  private int others;

  @BeforeAll
  static void open() {
    shop = new FulfilmentFixture(FulfilmentFixture.settings());
  }

  @AfterAll
  static void close() {
    shop.close();
  }

  @Test
  void refundAgainstPackingByHand() throws Exception {
    shop.goods("HAND", "sha", 1_000);
    for (int round = 0; round < ROUNDS; round++) {
      long number = planned("HAND");
      ShipmentId id = new ShipmentId(number, 1);
      shop.byHand(id, ShipmentState.PICKED);
      AtomicReference<Outcome<Shipment, ByHandRefusal>> packed = new AtomicReference<>();
      var held =
          race(round, number, "HAND", () -> packed.set(shop.byHand(id, ShipmentState.PACKED)));
      exactlyOne(number, held);
      assertThat(packed.get() instanceof Outcome.Applied)
          .isEqualTo(held instanceof Outcome.Refused);
    }
    bothWonSome();
    assertThat(shop.shelf("HAND", "sha")).isEqualTo((1_000 - others) + "/0");
  }

  /** The worker hears in one answer that all was packed; its parcel goes from planned to packed. */
  @Test
  void refundAgainstTheWarehousesAnswer() throws Exception {
    shop.goods("ANSWER", "sha", 1_000);
    for (int round = 0; round < ROUNDS; round++) {
      long number = planned("ANSWER");
      Shipment planned = shop.shipment(number);
      var held =
          race(
              round,
              number,
              "ANSWER",
              () -> shop.report(planned, new Seen.AtWarehouse(ShipmentState.PACKED)));
      exactlyOne(number, held);
      shop.report(shop.shipment(number), new Seen.AtWarehouse(ShipmentState.PACKED));
      exactlyOne(number, held, 0);
    }
    bothWonSome();
    assertThat(shop.shelf("ANSWER", "sha")).isEqualTo((1_000 - others) + "/0");
  }

  /**
   * Two of three parcels' lines are wanted; the carrier's waybill confirms the packed one's
   * shipping meanwhile. Neither takes anything from the other, and the order is shipped.
   */
  @Test
  void refundOfTheRestAgainstTheConfirmationOfShipping() throws Exception {
    shop.goods("GOES", "sha", 1_000);
    shop.goods("STAYS", "can", 1_000);
    int before = 0;
    int after = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long number = number();
      shop.plan(order(number, new ShipItem(1, "GOES", 1), new ShipItem(2, "STAYS", 1)));
      Shipment goes = parcelOf(number, 1);
      shop.report(goes, new Seen.AtWarehouse(ShipmentState.PACKED));
      Shipment packed = parcelOf(number, 1);
      HoldBack rest = new HoldBack(number, 1, List.of(new ShipItem(2, "STAYS", 1)));
      AtomicReference<Outcome<Left, HoldRefusal>> held = new AtomicReference<>();
      atOnce(
          round,
          () -> held.set(shop.holdBack(rest)),
          () -> shop.report(packed, new Seen.Labelled("test-express", "W")));
      boolean shippedFirst = held.get().equals(Outcome.applied(new Left(true, false)));
      assertThat(shippedFirst || held.get().equals(Outcome.applied(Left.NONE))).isTrue();
      // Whoever came second says that the order is shipped: the refund's answer, or the fact.
      boolean factSays =
          shop.facts(number).stream()
              .anyMatch(fact ->
                  fact.type().equals("shipment.shipped.v1")
                      && fact.data().contains("\"last\":true"));
      assertThat(factSays).isNotEqualTo(shippedFirst);
      before += shippedFirst ? 0 : 1;
      after += shippedFirst ? 1 : 0;
    }
    assertThat(Math.min(before, after)).isGreaterThanOrEqualTo(ROUNDS / 20);
    assertThat(shop.shelf("STAYS", "can")).isEqualTo("1000/0");
  }

  @Test
  void refundAgainstThePlan() throws Exception {
    shop.goods("PLAN", "sha", 1_000);
    for (int round = 0; round < ROUNDS; round++) {
      long number = number();
      HoldBack one = new HoldBack(number, 1, List.of(new ShipItem(1, "PLAN", 1)));
      atOnce(
          round,
          () -> assertThat(shop.holdBack(one)).isInstanceOf(Outcome.Applied.class),
          () -> shop.plan(order(number, new ShipItem(1, "PLAN", 3))));
      List<Shipment> parcels = shop.store.shipments(List.of(number));
      assertThat(parcels.getLast().items()).containsExactly(new ShipItem(1, "PLAN", 2));
      assertThat(parcels.getLast().state()).isEqualTo(ShipmentState.PLANNED);
      assertThat(shop.task(number).state()).isEqualTo(TaskState.OPEN);
      won(parcels.size() == 1);
    }
    bothWonSome();
    assertThat(shop.shelf("PLAN", "sha")).isEqualTo("1000/" + 2 * ROUNDS);
  }

  @Test
  void lettingGoAgainstThePlan() throws Exception {
    shop.goods("RESUME", "sha", 1_000);
    for (int round = 0; round < ROUNDS; round++) {
      long number = number();
      HoldBack one = new HoldBack(number, 1, List.of(new ShipItem(1, "RESUME", 1)));
      shop.holdBack(one);
      atOnce(
          round,
          () -> assertThat(shop.resume(one)).isTrue(),
          () -> shop.plan(order(number, new ShipItem(1, "RESUME", 3))));
      List<Shipment> parcels = shop.store.shipments(List.of(number));
      assertThat(parcels).allMatch(parcel -> parcel.state() == ShipmentState.PLANNED);
      assertThat(parcels.stream().map(parcel -> parcel.items().getFirst().quantity()).toList())
          .isIn(List.of(3), List.of(2, 1));
      won(parcels.size() == 1);
    }
    bothWonSome();
    assertThat(shop.shelf("RESUME", "sha")).isEqualTo("1000/" + 3 * ROUNDS);
  }

  @Test
  void twoRefundsOfTheSamePiece() throws Exception {
    shop.goods("TWO", "sha", 1_000);
    for (int round = 0; round < ROUNDS; round++) {
      long number = planned("TWO");
      AtomicReference<Outcome<Left, HoldRefusal>> other = new AtomicReference<>();
      var first = race(round, number, "TWO", () -> other.set(hold(number, 2, "TWO")));
      assertThat(first instanceof Outcome.Applied)
          .isNotEqualTo(other.get() instanceof Outcome.Applied);
      won(first instanceof Outcome.Applied);
      assertThat(shop.shipment(number).state()).isEqualTo(ShipmentState.CANCELLED);
    }
    bothWonSome();
    assertThat(shop.shelf("TWO", "sha")).isEqualTo("1000/0");
  }

  private void exactlyOne(long number, Outcome<Left, HoldRefusal> held) {
    exactlyOne(number, held, 1);
  }

  private void exactlyOne(long number, Outcome<Left, HoldRefusal> held, int counts) {
    boolean refund = held instanceof Outcome.Applied;
    assertThat(shop.shipment(number).state())
        .isEqualTo(refund ? ShipmentState.CANCELLED : ShipmentState.PACKED);
    assertThat(shop.task(number).state())
        .isEqualTo(refund ? TaskState.CANCELLED : TaskState.LEAVING);
    List<String> types = shop.facts(number).stream().map(FulfilmentFixture.Told::type).toList();
    assertThat(types.contains("shipment.cancelled.v1")).isEqualTo(refund);
    assertThat(types.contains("shipment.packed.v1")).isNotEqualTo(refund);
    if (counts > 0) {
      won(refund);
    }
  }

  private void won(boolean refund) {
    refunds += refund ? 1 : 0;
    others += refund ? 0 : 1;
  }

  private void bothWonSome() {
    assertThat(refunds + others).isEqualTo(ROUNDS);
    assertThat(refunds).isGreaterThanOrEqualTo(ROUNDS / 20);
    assertThat(others).isGreaterThanOrEqualTo(ROUNDS / 20);
  }

  private static long planned(String sku) {
    long number = number();
    shop.plan(order(number, new ShipItem(1, sku, 1)));
    return number;
  }

  private static Shipment parcelOf(long number, int line) {
    return shop.store.shipments(List.of(number)).stream()
        .filter(parcel -> parcel.items().getFirst().line() == line)
        .findFirst()
        .orElseThrow();
  }

  private static Outcome<Left, HoldRefusal> hold(long number, int refund, String sku) {
    return shop.holdBack(new HoldBack(number, refund, List.of(new ShipItem(1, sku, 1))));
  }

  /** The first refund of an order against somebody else. */
  private static Outcome<Left, HoldRefusal> race(int round, long number, String sku, Runnable other)
      throws Exception {
    AtomicReference<Outcome<Left, HoldRefusal>> held = new AtomicReference<>();
    atOnce(round, () -> held.set(hold(number, 1, sku)), other);
    return held.get();
  }

  private static void atOnce(int round, Runnable one, Runnable other) throws Exception {
    long ahead = AHEAD_NANOS_MAX * (2L * round - (ROUNDS - 1)) / (ROUNDS - 1);
    var barrier = new CyclicBarrier(2);
    var first =
        CompletableFuture.runAsync(
            () -> after(barrier, Math.max(0, ahead), one), Thread::startVirtualThread);
    var second =
        CompletableFuture.runAsync(
            () -> after(barrier, Math.max(0, -ahead), other), Thread::startVirtualThread);
    first.get();
    second.get();
  }

  private static void after(CyclicBarrier barrier, long nanos, Runnable work) {
    try {
      barrier.await();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    LockSupport.parkNanos(nanos); // who spins may hold the only processor that the other has
    work.run();
  }
}
