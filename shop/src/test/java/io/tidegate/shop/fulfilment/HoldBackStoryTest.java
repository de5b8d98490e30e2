package io.tidegate.shop.fulfilment;

import static io.tidegate.shop.fulfilment.FulfilmentFixture.number;
import static io.tidegate.shop.fulfilment.FulfilmentFixture.order;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.db.Sql;
import io.tidegate.shop.kernel.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Seeded stories: orders are planned, held back piece by piece, let go, picked, packed, shipped and
 * delivered in any order. After each step every paid piece is in one parcel or held back, and the
 * shelves have what the parcels leave on them.
 */
class HoldBackStoryTest {

  private static final List<String> SKUS = List.of("ST-A", "ST-B", "ST-C");
  private static final List<String> PLACES = List.of("sha", "can", "ctu");
  private static final int STEPS = 120;

  private record Story(long number, Map<Integer, ShipItem> lines, List<HoldBack> live) {}

  private final Map<String, Integer> stock = new HashMap<>();
  private final List<Story> stories = new ArrayList<>();
  private int nextRefund;
  private int applied;
  private int refused;
  private int resumed;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void everyPieceIsInOnePlace(long seed) {
    Random random = new Random(seed);
    try (var shop = new FulfilmentFixture(FulfilmentFixture.settings())) {
      for (String sku : SKUS) {
        for (String place : PLACES) {
          shop.goods(sku, place, 6);
          stock.put(sku + place, 6);
        }
      }
      for (int i = 0; i < 4; i++) {
        begin(random);
      }
      for (int step = 0; step < STEPS; step++) {
        Story story = stories.get(random.nextInt(stories.size()));
        take(shop, story, random);
        for (Story each : stories) {
          check(shop, each);
        }
        checkShelves(shop);
      }
    }
    assertThat(applied).as("held back").isGreaterThan(5);
    assertThat(refused).as("refused").isGreaterThan(2);
    assertThat(resumed).as("let go").isGreaterThan(2);
  }

  private void begin(Random random) {
    Map<Integer, ShipItem> lines = new TreeMap<>();
    for (int line = 1; line <= SKUS.size(); line++) {
      lines.put(line, new ShipItem(line, SKUS.get(line - 1), 1 + random.nextInt(4)));
    }
    stories.add(new Story(number(), lines, new ArrayList<>()));
  }

  private void take(FulfilmentFixture shop, Story story, Random random) {
    switch (random.nextInt(8)) {
      case 0 -> shop.plan(order(story.number(), story.lines().values().toArray(ShipItem[]::new)));
      case 1, 2, 3 -> hold(shop, story, random);
      case 4 -> {
        if (!story.live().isEmpty()) {
          HoldBack one = story.live().remove(random.nextInt(story.live().size()));
          assertThat(shop.resume(one)).isTrue();
          resumed++;
        }
      }
      default -> move(shop, story, random);
    }
  }

  private void hold(FulfilmentFixture shop, Story story, Random random) {
    List<ShipItem> items = new ArrayList<>();
    for (ShipItem item : story.lines().values()) {
      int most = shop.store.tasks(List.of(story.number())).isEmpty() ? free(story, item) : 4;
      if (random.nextBoolean() && most > 0) {
        items.add(new ShipItem(item.line(), item.sku(), 1 + random.nextInt(most)));
      }
    }
    if (items.isEmpty() || !planned(shop, story) && tooMany(story, items)) {
      return;
    }
    HoldBack wanted = new HoldBack(story.number(), ++nextRefund, items);
    Outcome<Left, HoldRefusal> outcome = shop.holdBack(wanted);
    if (outcome instanceof Outcome.Applied) {
      story.live().add(wanted);
      applied++;
    } else {
      assertThat(outcome).isEqualTo(Outcome.refused(HoldRefusal.LEAVING));
      refused++;
    }
  }

  /** Of orders without a plan, the caller knows what there is to hold. */
  private static boolean tooMany(Story story, List<ShipItem> items) {
    return items.stream().anyMatch(item -> item.quantity() > free(story, item));
  }

  private static int free(Story story, ShipItem item) {
    ShipItem line = story.lines().get(item.line());
    return (line == null ? 0 : line.quantity()) - held(story, item.line());
  }

  private static int held(Story story, int line) {
    return story.live().stream()
        .flatMap(one -> one.items().stream())
        .filter(item -> item.line() == line)
        .mapToInt(ShipItem::quantity)
        .sum();
  }

  private static boolean planned(FulfilmentFixture shop, Story story) {
    return shop.store.tasks(List.of(story.number())).stream().anyMatch(ShipTask::isPlanned);
  }

  private static void move(FulfilmentFixture shop, Story story, Random random) {
    List<Shipment> all = shop.store.shipments(List.of(story.number()));
    if (all.isEmpty()) {
      return;
    }
    Shipment parcel = all.get(random.nextInt(all.size()));
    Seen seen =
        switch (random.nextInt(6)) {
          case 0, 1 -> new Seen.AtWarehouse(ShipmentState.PICKED);
          case 2 -> new Seen.AtWarehouse(ShipmentState.PACKED);
          case 3 -> new Seen.GoodsWanted();
          case 4 ->
              parcel.state() == ShipmentState.PACKED
                  ? new Seen.Labelled("test-express", "W")
                  : new Seen.Told();
          default ->
              parcel.state() == ShipmentState.SHIPPED
                  ? new Seen.Tracked(
                      List.of(
                          new TrackingEvent(Instant.EPOCH, TrackingEvent.DELIVERED, null, "there")))
                  : new Seen.Told();
        };
    // As its worker would: no parcel whose goods are missing is looked at in a warehouse.
    if (parcel.problem() == null || seen instanceof Seen.GoodsWanted) {
      shop.report(parcel, seen);
    }
  }

  private static void check(FulfilmentFixture shop, Story story) {
    List<Shipment> parcels = shop.store.shipments(List.of(story.number()));
    List<ShipTask> tasks = shop.store.tasks(List.of(story.number()));
    if (!planned(shop, story)) {
      assertThat(parcels).isEmpty();
      return;
    }
    for (ShipItem line : story.lines().values()) {
      int going =
          parcels.stream()
              .filter(parcel -> parcel.state() != ShipmentState.CANCELLED)
              .flatMap(parcel -> parcel.items().stream())
              .filter(item -> item.line() == line.line())
              .mapToInt(ShipItem::quantity)
              .sum();
      assertThat(going + held(story, line.line())).as(line.toString()).isEqualTo(line.quantity());
    }
    List<Integer> versions =
        shop.facts(story.number()).stream().map(FulfilmentFixture.Told::version).toList();
    assertThat(versions)
        .isEqualTo(IntStream.rangeClosed(1, versions.size()).boxed().toList())
        .hasSize(tasks.getFirst().version());
    assertThat(tasks.getFirst().shipments()).isEqualTo(parcels.size());
    assertThat(tasks.getFirst().state()).isEqualTo(state(parcels));
  }

  private static TaskState state(List<Shipment> parcels) {
    List<ShipmentState> going =
        parcels.stream()
            .map(Shipment::state)
            .filter(state -> state != ShipmentState.CANCELLED)
            .toList();
    if (going.isEmpty()) {
      return TaskState.CANCELLED;
    }
    if (going.stream().noneMatch(state -> state.isPast(ShipmentState.PACKED))) {
      return TaskState.OPEN;
    }
    return going.stream().allMatch(state -> state == ShipmentState.DELIVERED)
        ? TaskState.DELIVERED
        : TaskState.LEAVING;
  }

  private void checkShelves(FulfilmentFixture shop) {
    Map<String, Integer> quantity = new TreeMap<>(stock);
    Map<String, Integer> promised = new TreeMap<>();
    stock.keySet().forEach(place -> promised.put(place, 0));
    for (Story story : stories) {
      for (Shipment parcel : shop.store.shipments(List.of(story.number()))) {
        for (ShipItem item : parcel.items()) {
          String place = item.sku() + parcel.warehouse();
          if (parcel.state().isPast(ShipmentState.PICKED)) {
            quantity.merge(place, -item.quantity(), Integer::sum);
          } else if (parcel.state() == ShipmentState.PLANNED && parcel.problem() == null) {
            promised.merge(place, item.quantity(), Integer::sum);
          }
        }
      }
    }
    Map<String, String> wanted = new TreeMap<>();
    quantity.forEach((place, pieces) -> wanted.put(place, pieces + "/" + promised.get(place)));
    Map<String, String> there = new TreeMap<>();
    shop.database
        .read(
            Sql.of("select sku || warehouse, quantity || '/' || planned from inventory.on_hand"),
            row -> Map.entry(row.getString(1), row.getString(2)))
        .forEach(shelf -> there.put(shelf.getKey(), shelf.getValue()));
    assertThat(there).isEqualTo(wanted);
  }
}
