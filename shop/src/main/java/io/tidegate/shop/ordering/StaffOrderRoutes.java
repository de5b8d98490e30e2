package io.tidegate.shop.ordering;

import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Cursors;
import io.tidegate.platform.http.Page;
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

  public StaffOrderRoutes(OrderService orders, Cursors cursors) {
    this.orders = orders;
    this.cursors = cursors;
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
    return Page.reply(
        request,
        cursors,
        found.orders(),
        found.next(),
        (json, order) -> OrderJson.staffRow(json, order));
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
