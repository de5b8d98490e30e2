package io.tidegate.shop.fulfilment;

import static io.tidegate.shop.fulfilment.FulfilmentFixture.number;
import static io.tidegate.shop.fulfilment.FulfilmentFixture.order;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.db.Sql;
import io.tidegate.shop.kernel.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What refunds hold back, piece by piece. */
class HoldBackTest {

  private static final Outcome<Left, HoldRefusal> HELD = Outcome.applied(Left.NONE);
  private static final Outcome<Left, HoldRefusal> LEAVING = Outcome.refused(HoldRefusal.LEAVING);

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
  void everythingHeldCancelsTheTaskOnce() {
    shop.goods("ALL-1", "sha", 5);
    long number = planned(new ShipItem(1, "ALL-1", 2));
    HoldBack all = hold(number, 1, new ShipItem(1, "ALL-1", 2));

    assertThat(shop.holdBack(all)).isEqualTo(HELD);
    assertThat(shop.holdBack(all)).isEqualTo(Outcome.alreadyApplied(Left.NONE));

    assertThat(shop.shelf("ALL-1", "sha")).isEqualTo("5/0");
    assertThat(states(number)).containsExactly(ShipmentState.CANCELLED);
    assertThat(shop.task(number).state()).isEqualTo(TaskState.CANCELLED);
    assertThat(shop.task(number).finishedAt()).isNotNull();
    assertThat(types(number)).containsExactly("shipment.planned.v1", "shipment.cancelled.v1");
  }

  @Test
  void pickedGoodsGoBackOnTheShelf() {
    shop.goods("BACK-1", "sha", 5);
    long number = planned(new ShipItem(1, "BACK-1", 2));
    pick(number, 1);
    assertThat(shop.shelf("BACK-1", "sha")).isEqualTo("3/0");

    assertThat(shop.holdBack(hold(number, 1, new ShipItem(1, "BACK-1", 2)))).isEqualTo(HELD);

    assertThat(shop.shelf("BACK-1", "sha")).isEqualTo("5/0");
  }

  @Test
  void whatIsLeftOfAParcelIsPlannedAnew() {
    shop.goods("SOME-1", "sha", 5);
    shop.goods("SOME-2", "sha", 5);
    long number = planned(new ShipItem(1, "SOME-1", 3), new ShipItem(2, "SOME-2", 1));
    pick(number, 1);

    assertThat(shop.holdBack(hold(number, 1, new ShipItem(1, "SOME-1", 2)))).isEqualTo(HELD);

    assertThat(states(number)).containsExactly(ShipmentState.CANCELLED, ShipmentState.PLANNED);
    assertThat(parcel(number, 2).items())
        .containsExactly(new ShipItem(1, "SOME-1", 1), new ShipItem(2, "SOME-2", 1));
    assertThat(parcel(number, 2).nextStepAt()).isNotNull();
    assertThat(shop.shelf("SOME-1", "sha")).isEqualTo("5/1");
    assertThat(shop.shelf("SOME-2", "sha")).isEqualTo("5/1");
    assertThat(shop.task(number).state()).isEqualTo(TaskState.OPEN);
    assertThat(shop.task(number).shipments()).isEqualTo(2);
    assertThat(types(number))
        .containsExactly(
            "shipment.planned.v1",
            "shipment.picked.v1",
            "shipment.cancelled.v1",
            "shipment.planned.v1");
    assertThat(shop.facts(number))
        .extracting(FulfilmentFixture.Told::version)
        .containsExactly(1, 2, 3, 4);
    assertThat(shop.facts(number))
        .extracting(fact -> fact.data().contains("\"last\":true"))
        .containsExactly(true, true, false, true);
  }

  /** Of two parcels, the one that was promised nothing, then the one that is not picked. */
  @Test
  void theParcelThatCostsLeastIsStopped() {
    shop.goods("LEAST-1", "sha", 2);
    shop.goods("LEAST-1", "can", 2);
    long number = planned(new ShipItem(1, "LEAST-1", 6));
    assertThat(shop.store.shipments(List.of(number))).hasSize(3);
    pick(number, 1);

    shop.holdBack(hold(number, 1, new ShipItem(1, "LEAST-1", 2)));
    assertThat(states(number))
        .containsExactly(ShipmentState.PICKED, ShipmentState.PLANNED, ShipmentState.CANCELLED);

    shop.holdBack(hold(number, 2, new ShipItem(1, "LEAST-1", 2)));
    assertThat(states(number))
        .containsExactly(ShipmentState.PICKED, ShipmentState.CANCELLED, ShipmentState.CANCELLED);
    assertThat(shop.shelf("LEAST-1", "can")).isEqualTo("2/0");
  }

  @Test
  void whatIsPackedIsRefusedWithAllOfItsCall() {
    shop.goods("PACK-1", "sha", 1);
    shop.goods("PACK-2", "can", 1);
    long number = planned(new ShipItem(1, "PACK-1", 1), new ShipItem(2, "PACK-2", 1));
    int packed = seqOf(number, 1);
    shop.report(parcel(number, packed), new Seen.AtWarehouse(ShipmentState.PACKED));

    assertThat(
            shop.holdBack(
                hold(number, 1, new ShipItem(1, "PACK-1", 1), new ShipItem(2, "PACK-2", 1))))
        .isEqualTo(LEAVING);
    assertThat(shop.shelf("PACK-2", "can")).isEqualTo("1/1");
    assertThat(rows(number)).isEmpty();

    assertThat(shop.holdBack(hold(number, 2, new ShipItem(2, "PACK-2", 1)))).isEqualTo(HELD);
    assertThat(shop.shelf("PACK-2", "can")).isEqualTo("1/0");
    assertThat(shop.task(number).state()).isEqualTo(TaskState.LEAVING);
  }

  @Test
  void moreThanThereIsIsRefused() {
    shop.goods("MORE-1", "sha", 9);
    long number = planned(new ShipItem(1, "MORE-1", 3));
    assertThat(shop.holdBack(hold(number, 1, new ShipItem(1, "MORE-1", 2)))).isEqualTo(HELD);

    assertThat(shop.holdBack(hold(number, 2, new ShipItem(1, "MORE-1", 2)))).isEqualTo(LEAVING);
    assertThat(shop.holdBack(hold(number, 3, new ShipItem(2, "MORE-1", 1)))).isEqualTo(LEAVING);
    assertThat(shop.holdBack(hold(number, 4, new ShipItem(1, "MORE-1", 1)))).isEqualTo(HELD);
    assertThat(shop.task(number).state()).isEqualTo(TaskState.CANCELLED);
  }

  @Test
  void whoHoldsTheRestOfAShippedOrderHearsThatAllHasShipped() {
    shop.goods("REST-1", "sha", 1);
    shop.goods("REST-2", "can", 1);
    long number = planned(new ShipItem(1, "REST-1", 1), new ShipItem(2, "REST-2", 1));
    int gone = seqOf(number, 1);
    ship(number, gone);

    assertThat(shop.holdBack(hold(number, 1, new ShipItem(2, "REST-2", 1))))
        .isEqualTo(Outcome.applied(new Left(true, false)));
    assertThat(left(number)).isEqualTo(new Left(true, false));

    deliver(number, gone);
    assertThat(left(number)).isEqualTo(new Left(true, true));
    assertThat(shop.facts(number).getLast().data()).contains("\"last\":true");
    assertThat(shop.task(number).state()).isEqualTo(TaskState.DELIVERED);
  }

  @Test
  void theRestOfADeliveredOrderIsHeldAndLetGoAgain() {
    shop.goods("REST-3", "sha", 1);
    shop.goods("REST-4", "can", 1);
    long number = planned(new ShipItem(1, "REST-3", 1), new ShipItem(2, "REST-4", 1));
    int gone = seqOf(number, 1);
    ship(number, gone);
    deliver(number, gone);
    HoldBack rest = hold(number, 1, new ShipItem(2, "REST-4", 1));

    assertThat(shop.holdBack(rest)).isEqualTo(Outcome.applied(new Left(true, true)));
    assertThat(shop.task(number).state()).isEqualTo(TaskState.DELIVERED);
    assertThat(shop.resume(rest)).isTrue();

    assertThat(shop.task(number).state()).isEqualTo(TaskState.LEAVING);
    assertThat(shop.task(number).finishedAt()).isNull();
    assertThat(shop.shelf("REST-4", "can")).isEqualTo("1/1");
    assertThat(left(number)).isEqualTo(Left.NONE);
  }

  @Test
  void whatIsHeldBeforeThePlanIsLeftOutOfIt() {
    shop.goods("EARLY-1", "sha", 5);
    shop.goods("EARLY-2", "sha", 5);
    long number = number();

    assertThat(shop.holdBack(hold(number, 1, new ShipItem(1, "EARLY-1", 1)))).isEqualTo(HELD);
    assertThat(shop.task(number).state()).isEqualTo(TaskState.EXPECTED);
    shop.plan(order(number, new ShipItem(1, "EARLY-1", 3), new ShipItem(2, "EARLY-2", 1)));

    assertThat(parcel(number, 1).items())
        .containsExactly(new ShipItem(1, "EARLY-1", 2), new ShipItem(2, "EARLY-2", 1));
    ShipTask task = shop.task(number);
    assertThat(task.state()).isEqualTo(TaskState.OPEN);
    assertThat(task.version()).isEqualTo(1);
    assertThat(task.region()).isEqualTo(FulfilmentFixture.HANGZHOU);
    assertThat(task.traceparent()).isEqualTo(FulfilmentFixture.TRACE);
    assertThat(shop.plan(order(number, new ShipItem(1, "EARLY-1", 3)))).isEmpty();
  }

  @Test
  void allHeldBeforeThePlanLeavesNothingToPlan() {
    shop.goods("NEVER-1", "sha", 5);
    long number = number();
    HoldBack one = hold(number, 1, new ShipItem(1, "NEVER-1", 1));
    shop.holdBack(one);
    shop.holdBack(hold(number, 2, new ShipItem(1, "NEVER-1", 1)));

    shop.plan(order(number, new ShipItem(1, "NEVER-1", 2)));

    assertThat(shop.task(number).state()).isEqualTo(TaskState.CANCELLED);
    assertThat(shop.store.shipments(List.of(number))).isEmpty();
    assertThat(shop.shelf("NEVER-1", "sha")).isEqualTo("5/0");
    assertThat(shop.facts(number)).isEmpty();

    assertThat(shop.resume(one)).isTrue();
    assertThat(parcel(number, 1).items()).containsExactly(new ShipItem(1, "NEVER-1", 1));
    assertThat(shop.task(number).state()).isEqualTo(TaskState.OPEN);
  }

  @Test
  void whatIsLetGoBeforeThePlanIsPlanned() {
    shop.goods("AGAIN-1", "sha", 5);
    long number = number();
    HoldBack all = hold(number, 1, new ShipItem(1, "AGAIN-1", 2));
    shop.holdBack(all);

    assertThat(shop.resume(all)).isTrue();
    assertThat(shop.resume(all)).isFalse();
    shop.plan(order(number, new ShipItem(1, "AGAIN-1", 2)));

    assertThat(parcel(number, 1).items()).containsExactly(new ShipItem(1, "AGAIN-1", 2));
  }

  @Test
  void whatIsLetGoIsPlannedAnewOnce() {
    shop.goods("GO-1", "sha", 5);
    long number = planned(new ShipItem(1, "GO-1", 2));
    HoldBack all = hold(number, 1, new ShipItem(1, "GO-1", 2));
    shop.holdBack(all);

    assertThat(shop.resume(all)).isTrue();
    assertThat(shop.resume(all)).isFalse();

    assertThat(states(number)).containsExactly(ShipmentState.CANCELLED, ShipmentState.PLANNED);
    assertThat(shop.shelf("GO-1", "sha")).isEqualTo("5/2");
    assertThat(shop.task(number).state()).isEqualTo(TaskState.OPEN);
    assertThat(shop.task(number).finishedAt()).isNull();
    assertThat(shop.holdBack(all)).isEqualTo(Outcome.refused(HoldRefusal.RELEASED));
    assertThat(shop.resume(hold(number, 7, new ShipItem(1, "GO-1", 1)))).isFalse();
  }

  @Test
  void anOrderIsNotSplitForever() {
    shop.goods("SPLIT-1", "sha", 500);
    long number = planned(new ShipItem(1, "SPLIT-1", 200));
    List<HoldBack> held = new ArrayList<>();
    for (int refund = 1; refund < HoldBackBatch.PARCELS_MAX; refund++) {
      HoldBack one = hold(number, refund, new ShipItem(1, "SPLIT-1", 1));
      assertThat(shop.holdBack(one)).isEqualTo(HELD);
      held.add(one);
    }

    assertThat(shop.holdBack(hold(number, 200, new ShipItem(1, "SPLIT-1", 1))))
        .isEqualTo(Outcome.refused(HoldRefusal.TOO_MANY_PARCELS));
    assertThat(shop.resume(held.getLast())).isTrue();
    assertThat(parcel(number, 101).items()).containsExactly(new ShipItem(1, "SPLIT-1", 1));
    assertThat(shop.holdBack(hold(number, 201, new ShipItem(1, "SPLIT-1", 102)))).isEqualTo(HELD);
    assertThat(shop.shelf("SPLIT-1", "sha")).isEqualTo("500/0");
  }

  /** Refunds of one order in one call take what the one before has left. */
  @Test
  void manyInOneCall() {
    shop.goods("MANY-1", "sha", 100);
    List<Long> numbers =
        IntStream.range(0, 20).mapToObj(_ -> planned(new ShipItem(1, "MANY-1", 3))).toList();
    List<HoldBack> wanted = new ArrayList<>();
    for (long number : numbers) {
      wanted.add(hold(number, 1, new ShipItem(1, "MANY-1", 1)));
      wanted.add(hold(number, 2, new ShipItem(1, "MANY-1", 1)));
      wanted.add(hold(number, 3, new ShipItem(1, "MANY-1", 2)));
    }

    Map<HoldBack.Key, Outcome<Left, HoldRefusal>> outcomes =
        shop.database.write("hold-back", tx -> shop.store.holdBack(tx, wanted));

    assertThat(outcomes).hasSize(60);
    for (long number : numbers) {
      assertThat(outcomes)
          .containsEntry(new HoldBack.Key(number, 1), HELD)
          .containsEntry(new HoldBack.Key(number, 2), HELD)
          .containsEntry(new HoldBack.Key(number, 3), LEAVING);
      assertThat(states(number)).containsExactly(ShipmentState.CANCELLED, ShipmentState.PLANNED);
      assertThat(parcel(number, 2).items()).containsExactly(new ShipItem(1, "MANY-1", 1));
    }
    assertThat(shop.shelf("MANY-1", "sha")).isEqualTo("100/20");
  }

  static long planned(ShipItem... items) {
    long number = number();
    shop.plan(order(number, items));
    return number;
  }

  static HoldBack hold(long number, int refund, ShipItem... items) {
    return new HoldBack(number, refund, List.of(items));
  }

  private static Shipment parcel(long number, int seq) {
    return shop.store.shipments(List.of(number)).stream()
        .filter(parcel -> parcel.seq() == seq)
        .findFirst()
        .orElseThrow();
  }

  private static int seqOf(long number, int line) {
    return shop.store.shipments(List.of(number)).stream()
        .filter(parcel -> parcel.items().getFirst().line() == line)
        .findFirst()
        .orElseThrow()
        .seq();
  }

  private static void pick(long number, int seq) {
    shop.report(parcel(number, seq), new Seen.AtWarehouse(ShipmentState.PICKED));
  }

  private static void ship(long number, int seq) {
    shop.report(parcel(number, seq), new Seen.AtWarehouse(ShipmentState.PACKED));
    shop.report(parcel(number, seq), new Seen.Labelled("test-express", "W" + seq));
  }

  private static void deliver(long number, int seq) {
    shop.report(
        parcel(number, seq),
        new Seen.Tracked(
            List.of(
                new TrackingEvent(Instant.EPOCH, TrackingEvent.DELIVERED, null, "at the door"))));
  }

  private static List<ShipmentState> states(long number) {
    return shop.store.shipments(List.of(number)).stream().map(Shipment::state).toList();
  }

  private static List<String> types(long number) {
    return shop.facts(number).stream().map(FulfilmentFixture.Told::type).toList();
  }

  private static Left left(long number) {
    return Left.of(shop.store.shipments(List.of(number)));
  }

  private static List<Integer> rows(long number) {
    return shop.database.read(
        Sql.of("select quantity from fulfilment.held_back where order_number = ?"),
        row -> row.getInt(1),
        number);
  }
}
