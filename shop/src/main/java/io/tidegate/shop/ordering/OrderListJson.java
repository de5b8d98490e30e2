package io.tidegate.shop.ordering;

import io.tidegate.platform.http.Cursors;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.Page;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.shop.kernel.OrderNumber;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * A page of a list of orders, newest first: those of the database, and between and after them those
 * that have left it.
 *
 * @param next the number below which the list goes on; empty at its end
 */
record OrderListJson(List<ArchivedOrders.Row> rows, OptionalLong next) {

  /** An order of three lines that are shown takes as much; a row may take more. */
  static final int ROW_BYTES = 1_024;

  static OrderListJson of(OrderScan found, RefundedPiecesBatch pieces) {
    return of(found, (json, order) -> OrderJson.row(json, order, pieces.of(order)));
  }

  static OrderListJson of(OrderScan found, BiConsumer<JsonWriter, Order> writes) {
    List<ArchivedOrders.Row> rows = new ArrayList<>(found.orders().size());
    JsonWriter json = new JsonWriter(ROW_BYTES);
    for (Order order : found.orders()) {
      writes.accept(json.clear(), order);
      rows.add(new ArchivedOrders.Row(order.number(), json.toBytes()));
    }
    return new OrderListJson(rows, found.next());
  }

  /**
   * The same with what has left the database. A page whose rows are all newer than that doesn't ask
   * for it, so that it never waits for whoever reads the archive: the next page does, which may
   * turn out to be empty.
   *
   * @throws io.tidegate.platform.http.Problem 503 {@code archive_unavailable} when nobody answers
   */
  OrderListJson withArchived(ArchivedOrders archived, ArchivedOrders.Wanted wanted) {
    Status state = wanted.status();
    boolean mayBeGone = state == null || state.isAtItsEnd();
    if (!mayBeGone || wanted.below() <= 1 || archived.top() <= wanted.above()) {
      return this;
    }
    long oldest = rows.isEmpty() ? 0 : rows.getLast().number().value();
    return oldest > archived.top()
        ? new OrderListJson(rows, OptionalLong.of(oldest))
        : with(archived.mine(wanted), wanted.most() - 1);
  }

  Reply reply(Request request, Cursors cursors) {
    return Page.reply(
        request, cursors, rows.stream().map(ArchivedOrders.Row::summary).toList(), next);
  }

  /**
   * The same with archived orders. One that is here too is leaving just now, and counts once.
   *
   * @param archived one more than the limit where there are more; none at or below {@link #next}
   */
  OrderListJson with(Collection<ArchivedOrders.Row> archived, int limit) {
    if (archived.isEmpty()) {
      return this;
    }
    TreeMap<OrderNumber, ArchivedOrders.Row> all = new TreeMap<>(Comparator.reverseOrder());
    archived.forEach(row -> all.put(row.number(), row));
    rows.forEach(row -> all.put(row.number(), row));
    if (all.size() <= limit) {
      return new OrderListJson(List.copyOf(all.values()), next);
    }
    List<ArchivedOrders.Row> shown = all.values().stream().limit(limit).toList();
    return new OrderListJson(shown, OptionalLong.of(shown.getLast().number().value()));
  }
}
