package io.tidegate.shop.ordering;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
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
 * version is another one then.
 */
final class OrderRowsJson {

  /** JSON of some 80,000 orders of two lines, with what it takes to keep each. */
  private static final long BYTES_MAX = 64L << 20;

  /** What a kept row takes beside its JSON: key, entry, array's head. */
  private static final int BYTES_EACH = 160;

  private final OrderStore store;
  private final RefundedStore refunded;
  private final Cache<OrderNumber, Kept> kept;
  private final Counter keptRows;
  private final Counter readRows;

  /** An order's row in one of its versions. */
  private record Kept(int version, ArchivedOrders.Row row) {
    int bytes() {
      return row.summary().length + BYTES_EACH;
    }
  }

  OrderRowsJson(OrderStore store, RefundedStore refunded, MeterRegistry meters) {
    this(store, refunded, meters, BYTES_MAX);
  }

  /**
   * The same with room of its own.
   *
   * @param bytesMax what all kept rows may take
   */
  OrderRowsJson(OrderStore store, RefundedStore refunded, MeterRegistry meters, long bytesMax) {
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

  /** A customer's orders below a number, newest first. */
  OrderListJson page(long userId, long below, int limit) {
    List<OrderStore.Version> found = store.versions(userId, below, limit + 1);
    boolean more = found.size() > limit;
    List<OrderStore.Version> shown = more ? found.subList(0, limit) : found;
    return new OrderListJson(
        rows(userId, below, shown),
        more ? OptionalLong.of(shown.getLast().number().value()) : OptionalLong.empty());
  }

  /** One that leaves the database between the two looks at it is left out: the archive has it. */
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
      if (!RefundedPiecesBatch.mayHaveSome(order)) {
        // Pieces are read after their order, so they may be of a later version than it is.
        kept.put(order.number(), new Kept(order.version(), row));
      }
    }
    readRows.increment(orders.size());
    return rows;
  }
}
