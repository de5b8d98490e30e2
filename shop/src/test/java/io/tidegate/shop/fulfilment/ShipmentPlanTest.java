package io.tidegate.shop.fulfilment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShipmentPlanTest {

  private static final Warehouse NEAR = warehouse("near");
  private static final Warehouse FAR = warehouse("far");
  private static final Warehouse FARTHEST = warehouse("farthest");

  @Test
  void theNearestThatHasEverythingSendsEverything() {
    var plan =
        decide(
            List.of(item(1, "A", 2), item(2, "B", 1)),
            Map.of("A@near", 2, "B@near", 1, "A@far", 9, "B@far", 9));

    assertThat(plan.parcels())
        .containsExactly(
            new ShipmentPlan.Parcel(NEAR, List.of(item(1, "A", 2), item(2, "B", 1)), false));
  }

  @Test
  void oneParcelFromFarBeatsTwoFromNearer() {
    var plan =
        decide(
            List.of(item(1, "A", 2), item(2, "B", 1)), Map.of("A@near", 2, "A@far", 2, "B@far", 1));

    assertThat(plan.parcels()).extracting(ShipmentPlan.Parcel::from).containsExactly(FAR);
  }

  @Test
  void whereNoneHasAllItIsSplitAndNoPieceIsLost() {
    var plan =
        decide(
            List.of(item(1, "A", 5), item(2, "B", 1)),
            Map.of("A@near", 2, "A@far", 3, "B@farthest", 7));

    assertThat(plan.parcels())
        .containsExactly(
            new ShipmentPlan.Parcel(FAR, List.of(item(1, "A", 3)), false),
            new ShipmentPlan.Parcel(NEAR, List.of(item(1, "A", 2)), false),
            new ShipmentPlan.Parcel(FARTHEST, List.of(item(2, "B", 1)), false));
  }

  @Test
  void whatNobodyHasWaitsForStaffAtTheNearest() {
    var plan = decide(List.of(item(1, "A", 5)), Map.of("A@far", 3));

    assertThat(plan.parcels())
        .containsExactly(
            new ShipmentPlan.Parcel(FAR, List.of(item(1, "A", 3)), false),
            new ShipmentPlan.Parcel(NEAR, List.of(item(1, "A", 2)), true));
  }

  @Test
  void aSkuOnTwoLinesIsCountedOnce() {
    var plan = decide(List.of(item(1, "A", 2), item(2, "A", 2)), Map.of("A@near", 3));

    assertThat(plan.parcels())
        .containsExactly(
            new ShipmentPlan.Parcel(NEAR, List.of(item(1, "A", 2), item(2, "A", 1)), false),
            new ShipmentPlan.Parcel(NEAR, List.of(item(2, "A", 1)), true));
  }

  private static ShipmentPlan decide(List<ShipItem> items, Map<String, Integer> free) {
    return ShipmentPlan.decide(
        items,
        List.of(NEAR, FAR, FARTHEST),
        (sku, warehouse) -> free.getOrDefault(sku + "@" + warehouse, 0));
  }

  private static ShipItem item(int line, String sku, int quantity) {
    return new ShipItem(line, sku, quantity);
  }

  private static Warehouse warehouse(String id) {
    return new Warehouse(id, id, id, "310114", new Place(0, 0));
  }
}
