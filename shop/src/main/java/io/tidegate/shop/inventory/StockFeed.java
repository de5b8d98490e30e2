package io.tidegate.shop.inventory;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.shop.inventory.AdjustStock.Adjusted;
import io.tidegate.shop.inventory.AdjustStock.Refusal;
import io.tidegate.shop.kernel.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Takes what a stock system outside gives us to sell. It says for a shelf how many pieces it has
 * given all in all, so nobody has to agree on what was sold meanwhile; a number for each word keeps
 * late and double ones from changing anything, and one that was lost is made up by the next.
 */
public final class StockFeed {

  /** Shelves of one transaction: who orders waits for their locks. */
  public static final int SHELVES_MAX = 200;

  /** Who is on record. */
  static final String ACTOR = "stock-feed";

  private static final String REASON = "given by the stock system";
  private static final Sql FED =
      Sql.of(
          "select sku, warehouse, sequence, given from inventory.fed where sku = any(?::text[])");
  private static final Sql KEEP =
      Sql.of(
          """
          insert into inventory.fed as f (sku, warehouse, sequence, given)
          select * from unnest(?::text[], ?::text[], ?::bigint[], ?::bigint[])
          on conflict (sku, warehouse) do update
          set sequence = excluded.sequence, given = excluded.given, fed_at = clock_timestamp()
          where f.sequence < excluded.sequence
          returning 1
          """);

  private final Database database;
  private final EventLog log;
  private final Runnable published;
  private final List<String> warehouses;

  /**
   * What was given of a SKU for one warehouse.
   *
   * @param sequence rises with each word about this shelf
   * @param pieces given since the beginning, less what was taken back: neither sales nor shipments
   *     change it
   */
  public record Given(String sku, String warehouse, long sequence, long pieces) {

    private OnHand.Place place() {
      return new OnHand.Place(sku, warehouse);
    }
  }

  /**
   * A feed.
   *
   * @param published told after each commit that events wait
   * @param warehouses ids of all there are, at least one
   */
  public StockFeed(Database database, EventLog log, Runnable published, List<String> warehouses) {
    this.database = database;
    this.log = log;
    this.published = published;
    this.warehouses = List.copyOf(warehouses);
  }

  /** Ids of all warehouses. */
  List<String> warehouses() {
    return warehouses;
  }

  /**
   * Takes what was given, in one transaction: of each SKU all that is new, or nothing.
   *
   * @param given at most {@link #SHELVES_MAX}, each of another shelf
   * @return what came of each; already applied are those that are late or double
   */
  public List<Outcome<Given, Refusal>> take(List<Given> given, String traceparent) {
    if (given.size() > SHELVES_MAX) {
      throw new IllegalArgumentException(given.size() + " shelves at once");
    }
    List<Outcome<Given, Refusal>> outcomes =
        database.write("stock-feed", tx -> run(tx, given, traceparent));
    published.run();
    return outcomes;
  }

  /** The locks by rank; what was fed before is read under that of its SKU. */
  private List<Outcome<Given, Refusal>> run(Tx tx, List<Given> given, String traceparent) {
    List<String> skus = given.stream().map(Given::sku).distinct().sorted().toList();
    Map<String, List<OnHand.Shelf>> shelves =
        new HashMap<>(
            OnHandStore.lockAll(tx, skus).stream()
                .collect(Collectors.groupingBy(OnHand.Shelf::sku)));
    Map<String, Stock> stock = StockStore.lock(tx, skus);
    Map<OnHand.Place, Given> fed = fed(tx, skus);
    Map<OnHand.Place, Outcome<Given, Refusal>> outcomes = new HashMap<>();
    List<Adjusted> adjusted = new ArrayList<>();
    List<Given> kept = new ArrayList<>();
    given.stream()
        .collect(Collectors.groupingBy(Given::sku))
        .forEach((sku, words) -> {
          Words taken = decide(words, fed, stock.get(sku), shelves.getOrDefault(sku, List.of()));
          outcomes.putAll(taken.outcomes());
          adjusted.addAll(taken.adjusted());
          kept.addAll(taken.kept());
        });
    if (!adjusted.isEmpty()) {
      StockCount.save(tx, log, adjusted, REASON, ACTOR, traceparent);
    }
    keep(tx, kept);
    return given.stream()
        .map(each -> outcomes.getOrDefault(each.place(), Outcome.refused(Refusal.NO_SUCH_SKU)))
        .toList();
  }

  /** What comes of the words about one SKU. */
  private record Words(
      Map<OnHand.Place, Outcome<Given, Refusal>> outcomes,
      List<Adjusted> adjusted,
      List<Given> kept) {

    /** None of them; what was known before stays known. */
    static Words refused(List<Given> words, Map<OnHand.Place, Given> fed, Refusal why) {
      Map<OnHand.Place, Outcome<Given, Refusal>> outcomes = new HashMap<>();
      for (Given each : words) {
        outcomes.put(
            each.place(), isOld(each, fed) ? Outcome.alreadyApplied(each) : Outcome.refused(why));
      }
      return new Words(outcomes, List.of(), List.of());
    }
  }

  /** All that is new, or nothing: a transfer is two words, and half of one would sell too much. */
  private Words decide(
      List<Given> words,
      Map<OnHand.Place, Given> fed,
      @Nullable Stock known,
      List<OnHand.Shelf> knownShelves) {
    if (known == null) {
      return Words.refused(words, Map.of(), Refusal.NO_SUCH_SKU);
    }
    Stock stock = known;
    List<OnHand.Shelf> shelves = knownShelves;
    Words taken = new Words(new HashMap<>(), new ArrayList<>(), new ArrayList<>());
    // What was carried to another warehouse arrives there before it leaves the first.
    List<Given> increasesFirst =
        words.stream()
            .sorted(Comparator.comparingLong((Given each) -> delta(each, fed)).reversed())
            .toList();
    for (Given each : increasesFirst) {
      switch (decide(each, fed, stock, shelves)) {
        case Outcome.Applied<Adjusted, Refusal>(Adjusted next) -> {
          stock = next.stock();
          shelves = next.shelves();
          taken.kept().add(each);
          if (next.delta() != 0) {
            taken.adjusted().add(next);
          }
          taken.outcomes().put(each.place(), Outcome.applied(each));
        }
        case Outcome.AlreadyApplied<Adjusted, Refusal> _ ->
            taken.outcomes().put(each.place(), Outcome.alreadyApplied(each));
        case Outcome.Refused<Adjusted, Refusal>(Refusal why) -> {
          return Words.refused(words, fed, why);
        }
      }
    }
    return taken;
  }

  private static boolean isOld(Given each, Map<OnHand.Place, Given> fed) {
    Given last = fed.get(each.place());
    return last != null && each.sequence() <= last.sequence();
  }

  private Outcome<Adjusted, Refusal> decide(
      Given each, Map<OnHand.Place, Given> fed, Stock now, List<OnHand.Shelf> shelves) {
    long delta = delta(each, fed);
    Adjusted same = new Adjusted(now, shelves, each.warehouse(), 0, false);
    if (isOld(each, fed)) {
      return Outcome.alreadyApplied(same);
    }
    return delta == 0
        ? Outcome.applied(same)
        : new AdjustStock(each.sku(), delta, each.warehouse())
            .decide(now, shelves, warehouses.getFirst());
  }

  private static long delta(Given each, Map<OnHand.Place, Given> fed) {
    @Nullable Given last = fed.get(each.place());
    return each.pieces() - (last == null ? 0 : last.pieces());
  }

  private static Map<OnHand.Place, Given> fed(Tx tx, List<String> skus) {
    return tx
        .query(
            FED,
            row -> new Given(row.getString(1), row.getString(2), row.getLong(3), row.getLong(4)),
            (Object) skus.toArray(String[]::new))
        .stream()
        .collect(Collectors.toMap(Given::place, each -> each));
  }

  private static void keep(Tx tx, List<Given> kept) {
    if (!kept.isEmpty()) {
      tx.writeExpecting(
          kept.size(),
          KEEP,
          kept.stream().map(Given::sku).toArray(String[]::new),
          kept.stream().map(Given::warehouse).toArray(String[]::new),
          kept.stream().mapToLong(Given::sequence).toArray(),
          kept.stream().mapToLong(Given::pieces).toArray());
    }
  }
}
