package io.tidegate.server.console;

import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.ordering.Order;
import io.tidegate.shop.ordering.OrderItem;
import io.tidegate.shop.ordering.OrderSearchStore;
import io.tidegate.shop.ordering.OrderService;
import io.tidegate.shop.ordering.Status;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The list of orders: newest first, by state, number or customer; it follows what happens. */
final class OrderListPage implements Routes {
  static final int ROWS = 25;
  private static final int TEXT_CHARS_MAX = 40;

  private final Pages pages;
  private final OrderService orders;
  private final Titles titles;

  OrderListPage(Pages pages, OrderService orders, Titles titles) {
    this.pages = pages;
    this.orders = orders;
    this.titles = titles;
  }

  @Override
  public void register(Router router) {
    pages
        .get(
            router,
            "/console/orders",
            pages.of(Section.ORDERS, (request, visitor, _) -> list(request, visitor)))
        .query("q", "state", "after");
    pages
        .get(
            router,
            "/console/orders/live",
            pages.of(Section.ORDERS, (request, visitor, _) -> live(request, visitor)))
        .query("q", "state", "after", "seen");
  }

  private Reply list(Request request, Visitor visitor) {
    Asked asked = Asked.of(request);
    Texts t = Texts.in(visitor.language());
    String back = asked.href("/console/orders", asked.after());
    return pages
        .page(visitor, Section.ORDERS, t.of("orders.title"), back, "orders", model(asked, t))
        .as(200);
  }

  private Reply live(Request request, Visitor visitor) {
    OrderList list = model(Asked.of(request), Texts.in(visitor.language()));
    return Live.reply(pages, visitor, request, "orderrows", list, rowsSeen(list));
  }

  /** What was asked for. */
  private record Asked(String text, @Nullable Status status, String after) {

    static Asked of(Request request) {
      String text = value(request, "q").strip();
      String state = value(request, "state");
      if (text.length() > TEXT_CHARS_MAX) {
        throw Problem.invalid("?q", "is too long");
      }
      Status status = null;
      if (!state.isEmpty()) {
        status = Status.ofWire(state).orElseThrow(() -> Problem.invalid("?state", "is no state"));
      }
      return new Asked(text, status, value(request, "after"));
    }

    private static String value(Request request, String name) {
      String value = request.query(name);
      return value == null ? "" : value;
    }

    long below() {
      return after.isEmpty()
          ? Long.MAX_VALUE
          : OrderNumber.parse(after)
              .map(OrderNumber::value)
              .orElseThrow(() -> Problem.invalid("?after", "is no order number"));
    }

    boolean filtered() {
      return !text.isEmpty() || status != null;
    }

    /** The same search, at another place. */
    String href(String path, String from) {
      List<String> pairs = new ArrayList<>();
      add(pairs, "q", text);
      add(pairs, "state", status == null ? "" : status.wire());
      add(pairs, "after", from);
      return pairs.isEmpty() ? path : path + "?" + String.join("&", pairs);
    }

    private static void add(List<String> pairs, String name, String value) {
      if (!value.isEmpty()) {
        pairs.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8));
      }
    }
  }

  private OrderList model(Asked asked, Texts t) {
    OrderSearchStore.Found found = find(asked);
    List<OrderList.Row> rows = found.orders().stream().map(order -> row(order, t)).toList();
    OptionalLong below = found.below();
    String path = "/console/orders";
    String live = asked.href("/console/orders/live", asked.after());
    String seen = Live.seen(rows);
    return new OrderList(
        rows,
        asked.text(),
        states(asked, t),
        asked.filtered(),
        live + (live.indexOf('?') < 0 ? "?" : "&") + "seen=" + seen,
        asked.after().isEmpty() ? "" : asked.href(path, ""),
        below.isEmpty() ? "" : asked.href(path, Long.toString(below.getAsLong())),
        below.isPresent() && rows.size() < ROWS);
  }

  private static String rowsSeen(OrderList list) {
    return Live.seen(list.rows());
  }

  /** Digits are an order's number, else a customer's; anything else finds nothing. */
  private OrderSearchStore.Found find(Asked asked) {
    OrderSearchStore store = orders.search();
    long below = asked.below();
    if (asked.text().isEmpty()) {
      return store.find(null, asked.status(), below, ROWS);
    }
    Optional<OrderNumber> number = OrderNumber.parse(asked.text());
    if (number.isEmpty()) {
      return new OrderSearchStore.Found(List.of(), OptionalLong.empty());
    }
    Optional<Order> one = orders.find(number.get());
    if (one.isPresent()) {
      boolean wanted = asked.status() == null || one.get().status() == asked.status();
      return new OrderSearchStore.Found(
          wanted ? List.of(one.get()) : List.of(), OptionalLong.empty());
    }
    return store.find(number.get().value(), asked.status(), below, ROWS);
  }

  private OrderList.Row row(Order order, Texts t) {
    OrderItem first = order.items().getFirst();
    int others = order.items().size() - 1;
    return new OrderList.Row(
        order.number().toString(),
        "/console/orders/" + order.number(),
        Shown.moment(order.createdAt(), pages.zone()),
        Long.toString(order.userId()),
        first.title() + " × " + first.quantity(),
        titles.note(first.sku(), t.language()),
        others == 0 ? "" : t.with("orders.more", others),
        state(order.status(), t),
        Shown.money(order.amounts().totalMoney()));
  }

  static OrderList.State state(Status status, Texts t) {
    return new OrderList.State(status.wire(), t.of("state." + status.wire()));
  }

  private static List<OrderList.Choice> states(Asked asked, Texts t) {
    List<OrderList.Choice> choices = new ArrayList<>();
    choices.add(new OrderList.Choice("", t.of("orders.any_state"), asked.status() == null));
    for (Status status : Status.values()) {
      choices.add(
          new OrderList.Choice(
              status.wire(), t.of("state." + status.wire()), status == asked.status()));
    }
    return List.copyOf(choices);
  }
}
