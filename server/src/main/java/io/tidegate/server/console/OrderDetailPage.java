package io.tidegate.server.console;

import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.ordering.Order;

/** The page of one order; it follows what happens to it. */
final class OrderDetailPage implements Routes {
  private final Pages pages;
  private final OrderSources sources;

  OrderDetailPage(Pages pages, OrderSources sources) {
    this.pages = pages;
    this.sources = sources;
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
  }

  private Reply whole(Request request, Visitor visitor) {
    OrderDetail detail = read(request, visitor);
    String title = Texts.in(visitor.language()).with("order.title", detail.number());
    String back = "/console/orders/" + detail.number();
    return pages.page(visitor, Section.ORDERS, title, back, "order", detail).as(200);
  }

  private Reply live(Request request, Visitor visitor) {
    OrderDetail detail = read(request, visitor);
    String seen = detail.live().substring(detail.live().indexOf('=') + 1);
    return Live.reply(pages, visitor, request, "orderparts", detail, seen);
  }

  private OrderDetail read(Request request, Visitor visitor) {
    Order order =
        sources
            .orders()
            .find(new OrderNumber(request.pathNumber("number")))
            .orElseThrow(Problem::notFound);
    return new OrderDetailReader(sources, pages.zone(), Texts.in(visitor.language())).read(order);
  }
}
