package io.tidegate.shop.ordering;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.shop.kernel.OrderNumber;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Pages of "my orders", of rows that are kept as they were last shown.
 *
 * <p>Which orders there are, and in which version, the database says each time, so a page is never
 * older than its question; what is kept spares reading, parsing and writing an order that has not
 * changed since. Nothing has to be dropped when an order changes, on this node or another: its
 * version is another one then. What can change without one, no row shows ({@link OrderJson#row}).
 */
final class OrderRowsJson {

  /** JSON of some 80,000 orders of two lines, with what it takes to keep each. */
  private static final long BYTES_MAX = 64L << 20;

  /** What a kept row takes beside its JSON: key, entry, array's head. */
  private static final int BYTES_EACH = 160;

  /** Looks at a page of which nothing is left. Months leave at once, and seldom: two would do. */
  private static final int LOOKS_MAX = 3;

  private final Source store;
  private final RefundedStore refunded;
  private final Cache<OrderNumber, Kept> kept;
  private final Counter keptRows;
  private final Counter readRows;

  /** Where orders are looked up; one may leave it between two looks. */
  interface Source {

    /** Which orders a customer has below a number, newest first, and in which version each is. */
    List<OrderStore.Version> versions(long userId, long below, int most);

    /** The same orders, with what is in them. */
    List<Order> mine(long userId, long below, int most);

    /** Some of a page; those that are not there are left out. */
    List<Order> find(List<OrderNumber> numbers);
  }

  /** An order's row in one of its versions. */
  private record Kept(int version, ArchivedOrders.Row row) {
    int bytes() {
      return row.summary().length + BYTES_EACH;
    }
  }

  OrderRowsJson(Source store, RefundedStore refunded, MeterRegistry meters) {
    this(store, refunded, meters, BYTES_MAX);
  }

  /**
   * The same with room of its own.
   *
   * @param bytesMax what all kept rows may take
   */
  OrderRowsJson(Source store, RefundedStore refunded, MeterRegistry meters, long bytesMax) {
    this.store = store;
    this.refunded = refunded;
    this.kept =
        Caffeine.newBuilder()
            .maximumWeight(bytesMax)
            .weigher((OrderNumber _, Kept row) -> row.bytes())
            .executor(Runnable::run)
            .build();
    this.keptRows = counter(meters, "kept");
    this.readRows = counter(meters, "read");
  }

  private static Counter counter(MeterRegistry meters, String from) {
    return Counter.builder("tidegate.order.list.rows")
        .description("Rows of my orders that were kept, or read from the database")
        .tag("from", from)
        .register(meters);
  }

  /**
   * A customer's orders below a number, newest first. One that leaves the database between the two
   * looks at it is left out, since the archive has it. The list goes on below the last one that is
   * there: neither page would ask the archive for one that it went on below.
   */
  OrderListJson page(long userId, long below, int limit) {
    for (int look = 1; look <= LOOKS_MAX; look++) {
      List<OrderStore.Version> found = store.versions(userId, below, limit + 1);
      boolean more = found.size() > limit;
      List<ArchivedOrders.Row> rows = rows(userId, below, more ? found.subList(0, limit) : found);
      if (!more) {
        return new OrderListJson(rows, OptionalLong.empty());
      }
      if (!rows.isEmpty()) {
        return new OrderListJson(rows, OptionalLong.of(rows.getLast().number().value()));
      }
    }
    throw new DatabaseFailure.Transient("all orders of a page left while it was read", null);
  }

  private List<ArchivedOrders.Row> rows(long userId, long below, List<OrderStore.Version> wanted) {
    ArchivedOrders.@Nullable Row[] known = new ArchivedOrders.Row[wanted.size()];
    List<OrderNumber> missing = new ArrayList<>();
    for (int i = 0; i < known.length; i++) {
      OrderStore.Version order = wanted.get(i);
      Kept found = kept.getIfPresent(order.number());
      if (found != null && found.version() == order.version()) {
        known[i] = found.row();
      } else {
        missing.add(order.number());
      }
    }
    keptRows.increment(known.length - missing.size());
    Map<OrderNumber, ArchivedOrders.Row> others =
        missing.isEmpty() ? Map.of() : anew(orders(missing, userId, below, known.length));
    List<ArchivedOrders.Row> all = new ArrayList<>(known.length);
    for (int i = 0; i < known.length; i++) {
      ArchivedOrders.Row row = known[i] == null ? others.get(wanted.get(i).number()) : known[i];
      if (row != null) {
        all.add(row);
      }
    }
    return all;
  }

  /**
   * Those whose rows are missing. One after the other they cost more than a page of them does, so
   * where it is most of a page the page is read; a new order may push the last one off it.
   */
  private List<Order> orders(List<OrderNumber> missing, long userId, long below, int shown) {
    if (missing.size() <= shown / 2) {
      return store.find(missing);
    }
    Set<OrderNumber> left = new HashSet<>(missing);
    List<Order> found = new ArrayList<>();
    for (Order order : store.mine(userId, below, shown)) {
      if (left.remove(order.number())) {
        found.add(order);
      }
    }
    if (!left.isEmpty()) {
      found.addAll(store.find(List.copyOf(left)));
    }
    return found;
  }

  private Map<OrderNumber, ArchivedOrders.Row> anew(List<Order> orders) {
    RefundedPiecesBatch pieces = RefundedPiecesBatch.of(refunded, orders);
    Map<OrderNumber, ArchivedOrders.Row> rows = new HashMap<>();
    JsonWriter json = new JsonWriter(OrderListJson.ROW_BYTES);
    for (Order order : orders) {
      OrderJson.row(json.clear(), order, pieces.of(order));
      ArchivedOrders.Row row = new ArchivedOrders.Row(order.number(), json.toBytes());
      rows.put(order.number(), row);
      // Refunded pieces may be of a later version than their order, which is read first. Whoever
      // asks after that version came is told of it, and doesn't take this row.
      kept.put(order.number(), new Kept(order.version(), row));
    }
    readRows.increment(orders.size());
    return rows;
  }
}
