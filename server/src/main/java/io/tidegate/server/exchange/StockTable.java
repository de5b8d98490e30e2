package io.tidegate.server.exchange;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.platform.trace.TraceContext;
import io.tidegate.shop.catalog.GoodsRules;
import io.tidegate.shop.inventory.AdjustStock.Refusal;
import io.tidegate.shop.inventory.OnHand;
import io.tidegate.shop.inventory.OnHandStore;
import io.tidegate.shop.inventory.StockCount;
import io.tidegate.shop.inventory.StockCount.Count;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.kernel.SkuCode;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** What lies in the warehouses, in a file: a count in each row, to which stock is corrected. */
final class StockTable implements Table<Count> {

  private static final int PAGE_ROWS = 1_000;
  private static final int PIECES_MAX = 1_000_000_000;

  /** The reason of the movements, for whoever looks at them later. */
  private static final String REASON = "count from a file";

  private final Database database;
  private final String actor;
  private final List<String> warehouses;
  private final StockCount counts;

  /**
   * @param warehouses ids of all there are
   */
  StockTable(Database database, String actor, List<String> warehouses) {
    this.database = database;
    this.actor = actor;
    this.warehouses = List.copyOf(warehouses);
    this.counts = new StockCount(database, new EventLog(database), warehouses);
  }

  @Override
  public List<String> columns() {
    return List.of("sku", "warehouse", "onHand");
  }

  @Override
  public Set<String> needed() {
    return Set.copyOf(columns());
  }

  @Override
  public int rowsMax() {
    return StockCount.SHELVES_MAX;
  }

  @Override
  public Count read(CsvRow row) {
    return new Count(
        row.needed("sku", SkuCode::isValid, GoodsRules.SKU_CODE),
        row.needed("warehouse", warehouses::contains, "is no warehouse"),
        row.number("onHand", 0, PIECES_MAX));
  }

  @Override
  public String key(Count row) {
    return row.sku() + " " + row.warehouse();
  }

  @Override
  public List<Fate> write(List<Count> rows) {
    String trace = TraceContext.fresh().traceparent();
    return counts.correct(rows, REASON, actor, trace).stream().map(StockTable::fate).toList();
  }

  private static Fate fate(Outcome<Count, Refusal> outcome) {
    return switch (outcome) {
      case Outcome.Applied<Count, Refusal> _ -> new Fate.Written();
      case Outcome.AlreadyApplied<Count, Refusal> _ -> new Fate.Same();
      case Outcome.Refused<Count, Refusal>(Refusal why) ->
          switch (why) {
            case NO_SUCH_SKU -> new Fate.Refused("sku", "is no SKU");
            case OUT_OF_STOCK ->
                new Fate.Refused("onHand", "is less than orders have locked or bought");
            case NOT_ON_HAND -> new Fate.Refused("onHand", "is less than shipments are promised");
            case TOO_MANY -> new Fate.Refused("onHand", "is more than a shelf holds");
            case KEY_REUSED -> new Fate.Refused("", "was changed meanwhile");
          };
    };
  }

  @Override
  public long count() {
    return OnHandStore.shelves(database);
  }

  @Override
  public void each(Consumer<List<String>> row) {
    List<OnHand.Shelf> page = OnHandStore.after(database, "", "", PAGE_ROWS);
    while (!page.isEmpty()) {
      for (OnHand.Shelf shelf : page) {
        row.accept(List.of(shelf.sku(), shelf.warehouse(), Integer.toString(shelf.quantity())));
      }
      page =
          OnHandStore.after(database, page.getLast().sku(), page.getLast().warehouse(), PAGE_ROWS);
    }
  }
}
