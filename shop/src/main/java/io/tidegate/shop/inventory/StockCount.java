package io.tidegate.shop.inventory;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Tx;
import io.tidegate.platform.messaging.Event;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.shop.inventory.AdjustStock.Adjusted;
import io.tidegate.shop.inventory.AdjustStock.Refusal;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.staff.ActText;
import io.tidegate.shop.staff.StaffStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What somebody has counted on the shelves, many at once: stock is corrected to it, on record, and
 * told as events. The same counts again change nothing.
 */
public final class StockCount {

  /** Shelves of one transaction: who orders waits for their locks. */
  public static final int SHELVES_MAX = 200;

  private final Database database;
  private final EventLog log;
  private final List<String> warehouses;

  /**
   * A shelf and what lies on it.
   *
   * @param pieces of the SKU in the warehouse, those that are promised to shipments too
   */
  public record Count(String sku, String warehouse, long pieces) {}

  /**
   * @param warehouses ids of all there are, at least one
   */
  public StockCount(Database database, EventLog log, List<String> warehouses) {
    this.database = database;
    this.log = log;
    this.warehouses = List.copyOf(warehouses);
  }

  /**
   * Corrects stock to what was counted, in one transaction.
   *
   * @param counts at most {@link #SHELVES_MAX}, each of another shelf
   * @return what came of each
   */
  public List<Outcome<Count, Refusal>> correct(
      List<Count> counts, String reason, String actor, String traceparent) {
    return database.write("stock-count", tx -> run(tx, counts, reason, actor, traceparent));
  }

  /** The locks by rank, then the ids: so ids rise in the order of commits. */
  private List<Outcome<Count, Refusal>> run(
      Tx tx, List<Count> counts, String reason, String actor, String traceparent) {
    List<String> skus = counts.stream().map(Count::sku).toList();
    Map<String, List<OnHand.Shelf>> shelves =
        new HashMap<>(
            OnHandStore.lockAll(tx, skus).stream()
                .collect(Collectors.groupingBy(OnHand.Shelf::sku)));
    Map<String, Stock> stock = StockStore.lock(tx, skus);
    Map<Integer, Outcome<Count, Refusal>> outcomes = new HashMap<>();
    List<Adjusted> adjusted = new ArrayList<>();
    for (int i : increasesFirst(counts, shelves)) {
      Count count = counts.get(i);
      Stock now = stock.get(count.sku());
      List<OnHand.Shelf> own = shelves.getOrDefault(count.sku(), List.of());
      outcomes.put(
          i,
          switch (decide(count, now, own)) {
            case Outcome.Applied<Adjusted, Refusal>(Adjusted next) -> {
              stock.put(count.sku(), next.stock());
              shelves.put(count.sku(), next.shelves());
              adjusted.add(next);
              yield Outcome.applied(count);
            }
            case Outcome.AlreadyApplied<Adjusted, Refusal> _ -> Outcome.alreadyApplied(count);
            case Outcome.Refused<Adjusted, Refusal>(Refusal why) -> Outcome.refused(why);
          });
    }
    if (!adjusted.isEmpty()) {
      save(tx, log, adjusted, reason, actor, traceparent);
    }
    List<Outcome<Count, Refusal>> inOrder = new ArrayList<>(counts.size());
    for (int i = 0; i < counts.size(); i++) {
      inOrder.add(outcomes.getOrDefault(i, Outcome.refused(Refusal.NO_SUCH_SKU)));
    }
    return inOrder;
  }

  /** What was carried to another warehouse arrives there before it leaves the first. */
  private static List<Integer> increasesFirst(
      List<Count> counts, Map<String, List<OnHand.Shelf>> shelves) {
    return IntStream.range(0, counts.size())
        .boxed()
        .sorted(
            Comparator.comparing(i -> {
              Count count = counts.get(i);
              return count.pieces() < onShelf(count, shelves.getOrDefault(count.sku(), List.of()));
            }))
        .toList();
  }

  private Outcome<Adjusted, Refusal> decide(
      Count count, @Nullable Stock now, List<OnHand.Shelf> shelves) {
    if (now == null) {
      return Outcome.refused(Refusal.NO_SUCH_SKU);
    }
    long delta = count.pieces() - onShelf(count, shelves);
    if (delta == 0) {
      return Outcome.alreadyApplied(new Adjusted(now, shelves, count.warehouse(), 0, false));
    }
    return new AdjustStock(count.sku(), delta, count.warehouse())
        .decide(now, shelves, warehouses.getFirst());
  }

  private static int onShelf(Count count, List<OnHand.Shelf> shelves) {
    return shelves.stream()
        .filter(shelf -> shelf.warehouse().equals(count.warehouse()))
        .mapToInt(OnHand.Shelf::quantity)
        .sum();
  }

  /** Writes corrections that were decided under their locks: ledger, record of acts, events. */
  static void save(
      Tx tx,
      EventLog log,
      List<Adjusted> adjusted,
      String reason,
      String actor,
      String traceparent) {
    List<Long> ids = StockStore.nextMovements(tx, adjusted.size());
    List<StockStore.Movement> movements = new ArrayList<>();
    List<ActText> acts = new ArrayList<>();
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < adjusted.size(); i++) {
      Adjusted each = adjusted.get(i);
      String sku = each.stock().sku();
      String told =
          new String(StockJson.stock(each.stock(), each.shelves()), StandardCharsets.UTF_8);
      StockStore.Movement movement =
          new StockStore.Movement(
              ids.get(i), sku, each.warehouse(), each.delta(), reason, actor, told);
      movements.add(movement);
      acts.add(StockJson.act(each, movement));
      events.add(StockJson.adjusted(each, movement, tx.now(), traceparent));
    }
    OnHandStore.correct(tx, adjusted);
    StockStore.adjust(tx, movements);
    StaffStore.record(tx, actor, acts);
    log.append(tx, events);
  }
}
