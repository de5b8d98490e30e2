package io.tidegate.shop.ordering;

import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Cursors;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.shop.kernel.OrderNumber;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** All orders, for staff, newest first. */
public final class StaffOrderRoutes implements Routes {

  private final OrderService orders;
  private final Cursors cursors;
  private final ArchivedOrders archived;

  public StaffOrderRoutes(OrderService orders, Cursors cursors, ArchivedOrders archived) {
    this.orders = orders;
    this.cursors = cursors;
    this.archived = archived;
  }

  @Override
  public void register(Router router) {
    router
        .get(
            "/v1/admin/orders",
            Access.staff("admin", "support", "warehouse", "finance"),
            this::list)
        .query("state", "q")
        .paged();
  }

  private Reply list(Request request) {
    Status state = OrderRoutes.stateFilter(request);
    OptionalLong asked = asked(request);
    long below = cursors.position(request).orElse(Long.MAX_VALUE);
    OrderScan found = find(state, asked, below, request.limit());
    RefundedPiecesBatch pieces = orders.refundedPieces(found.orders());
    OrderListJson list =
        OrderListJson.of(found, (json, order) -> OrderJson.staffRow(json, order, pieces.of(order)));
    if (asked.isPresent()) {
      list = list.with(archived(asked.getAsLong(), state, below, found, request), request.limit());
    }
    return list.reply(request, cursors);
  }

  /** Of orders that have left the database those that somebody asks for: by number, or whose. */
  private List<ArchivedOrders.Row> archived(
      long asked, @Nullable Status state, long below, OrderScan found, Request request) {
    OrderNumber number = new OrderNumber(asked);
    if (found.orders().stream().anyMatch(order -> order.number().equals(number))) {
      return List.of();
    }
    Optional<ArchivedOrders.StaffRow> one = archived.row(number);
    if (one.isPresent()) {
      boolean shown = asked < below && (state == null || state.wire().equals(one.get().state()));
      return shown ? List.of(one.get().row().of(one.get().userId())) : List.of();
    }
    long above = found.next().orElse(0);
    if (archived.top() <= above || below <= 1) {
      return List.of();
    }
    return archived
        .mine(new ArchivedOrders.Wanted(asked, below, above, request.limit() + 1, state, ""))
        .stream()
        .map(row -> row.of(asked))
        .toList();
  }

  private OrderScan find(@Nullable Status state, OptionalLong asked, long below, int limit) {
    if (asked.isEmpty()) {
      return scan(orders::latest, state, below, limit);
    }
    long number = asked.getAsLong();
    Optional<Order> one = orders.find(new OrderNumber(number));
    if (one.isPresent()) {
      boolean shown = number < below && (state == null || one.get().status() == state);
      return new OrderScan(shown ? List.of(one.get()) : List.of(), OptionalLong.empty());
    }
    return scan((from, most) -> orders.mine(number, from, most), state, below, limit);
  }

  private static OrderScan scan(
      OrderScan.Source source, @Nullable Status state, long below, int limit) {
    return state == null
        ? OrderScan.all(source, below, limit)
        : OrderScan.filtered(source, below, limit, order -> order.status() == state);
  }

  /** The digits of an order's number or of a customer's; the number of an order wins. */
  private static OptionalLong asked(Request request) {
    String text = request.query("q");
    if (text == null || text.isBlank()) {
      return OptionalLong.empty();
    }
    OrderNumber digits =
        OrderNumber.parse(text.strip())
            .orElseThrow(() -> Problem.invalid("?q", "is neither an order's number nor a user's"));
    return OptionalLong.of(digits.value());
  }
}
