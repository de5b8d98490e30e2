package io.tidegate.server.console;

import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.identity.Caller;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.ordering.Order;
import java.util.Optional;

/** The page of one order; it follows what happens to it. */
final class OrderDetailPage implements Routes {
  private final Pages pages;
  private final OrderSources sources;
  private final Reveals reveals;

  OrderDetailPage(Pages pages, OrderSources sources, Reveals reveals) {
    this.pages = pages;
    this.sources = sources;
    this.reveals = reveals;
  }

  @Override
  public void register(Router router) {
    pages.get(
        router,
        "/console/orders/{number}",
        pages.of(Section.ORDERS, (request, visitor, _) -> whole(request, visitor)));
    pages
        .get(
            router,
            "/console/orders/{number}/live",
            pages.of(Section.ORDERS, (request, visitor, _) -> live(request, visitor)))
        .query("seen");
    pages.post(router, "/console/orders/{number}/reveal", pages.form(Section.ORDERS, this::reveal));
  }

  private Reply whole(Request request, Visitor visitor) {
    Optional<Order> order = find(request);
    return page(
        visitor,
        order.isPresent() ? reader(visitor).read(order.get()) : archived(request, visitor, false));
  }

  /** One that has left the database; nothing of it lives on the page. */
  private OrderDetail archived(Request request, Visitor visitor, boolean revealed) {
    return new ArchivedDetailReader(sources, pages.zone(), Texts.in(visitor.language()))
        .read(new OrderNumber(request.pathNumber("number")), revealed)
        .orElseThrow(Problem::notFound);
  }

  /** The look is on record before it is answered, whether or not the answer arrives. */
  private Reply reveal(Request request, Visitor visitor, Caller member) {
    Optional<Order> order = find(request);
    if (order.isEmpty()) {
      OrderDetail masked = archived(request, visitor, false);
      reveals.record(member, masked.number());
      return page(visitor, archived(request, visitor, true));
    }
    reveals.record(member, order.get().number().toString());
    return page(visitor, reader(visitor).revealed(order.get()));
  }

  private Reply page(Visitor visitor, OrderDetail detail) {
    String title = Texts.in(visitor.language()).with("order.title", detail.number());
    String back = "/console/orders/" + detail.number();
    return pages.page(visitor, Section.ORDERS, title, back, "order", detail).as(200);
  }

  private Reply live(Request request, Visitor visitor) {
    OrderDetail detail = reader(visitor).read(find(request).orElseThrow(Problem::notFound));
    String seen = detail.live().substring(detail.live().indexOf('=') + 1);
    return Live.reply(pages, visitor, request, "orderparts", detail, seen);
  }

  private Optional<Order> find(Request request) {
    return sources.orders().find(new OrderNumber(request.pathNumber("number")));
  }

  private OrderDetailReader reader(Visitor visitor) {
    return new OrderDetailReader(sources, pages.zone(), Texts.in(visitor.language()));
  }
}
