package io.tidegate.shop.ordering;

import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Cursors;
import io.tidegate.platform.http.EntityTag;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.Page;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.http.SseStream;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.OrderCommand.Refusal;
import io.tidegate.shop.ordering.OrderCommand.Result;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Orders as their customers see them: list, detail, timeline, stream, cancel, confirm receipt. */
public final class OrderRoutes implements Routes {

  private static final int REASON_CHARS_MAX = 200;
  private static final int QUERY_CHARS_MAX = 100;
  private static final Duration STREAM_LOOK = Duration.ofSeconds(1);

  private final OrderService orders;
  private final OrderPageJson pages;
  private final Cursors cursors;
  private final ArchivedOrders archived;
  private final PaymentLook looks;

  /**
   * @param archived orders that lie elsewhere: the list goes on with them
   * @param looks hears of customers who look at what waits for its payment
   */
  public OrderRoutes(
      OrderService orders,
      OrderPageJson pages,
      Cursors cursors,
      ArchivedOrders archived,
      PaymentLook looks) {
    this.orders = orders;
    this.pages = pages;
    this.cursors = cursors;
    this.archived = archived;
    this.looks = looks;
  }

  @Override
  public void register(Router router) {
    router.get("/v1/orders", Access.customer(), this::list).query("state", "q").paged();
    router.get("/v1/orders/{number}", Access.customer(), this::detail);
    router.get("/v1/orders/{number}/timeline", Access.customer(), this::timeline).paged();
    router.get("/v1/orders/{number}/stream", Access.customer(), this::stream);
    router.post("/v1/orders/{number}/cancel", Access.customer(), this::cancel);
    router.post("/v1/orders/{number}/confirm-receipt", Access.customer(), this::confirm);
  }

  private Reply list(Request request) {
    long user = request.caller().customer();
    Status state = stateFilter(request);
    String text = request.query("q");
    if (text != null && text.length() > QUERY_CHARS_MAX) {
      throw Problem.invalid("?q", "must not be longer than " + QUERY_CHARS_MAX);
    }
    String wanted = text == null ? "" : text.strip();
    long below = cursors.position(request).orElse(Long.MAX_VALUE);
    OrderListJson here =
        state == null && wanted.isEmpty()
            ? orders.listed(user, below, request.limit())
            : filtered(user, below, request.limit(), state, wanted);
    OrderListJson list =
        here.withArchived(
            archived,
            new ArchivedOrders.Wanted(
                user, below, here.next().orElse(0), request.limit() + 1, state, wanted));
    return list.reply(request, cursors);
  }

  private OrderListJson filtered(
      long user, long below, int limit, @Nullable Status state, String text) {
    OrderScan found =
        OrderScan.filtered(
            (number, most) -> orders.mine(user, number, most),
            below,
            limit,
            order -> (state == null || order.status() == state) && matches(order, text));
    return OrderListJson.of(found, orders.refundedPieces(found.orders()));
  }

  private static boolean matches(Order order, String text) {
    return text.isEmpty()
        || order.number().toString().equals(text)
        || order.items().stream()
            .anyMatch(item -> item.title().contains(text) || item.sku().equals(text));
  }

  static @Nullable Status stateFilter(Request request) {
    String wire = request.query("state");
    if (wire == null) {
      return null;
    }
    return Status.ofWire(wire).orElseThrow(() -> Problem.invalid("?state", "is no state"));
  }

  private Reply detail(Request request) {
    Order order = mine(request);
    OrderPageJson.Detail detail = pages.detail(order);
    looks.at(order, detail.attempts());
    if (detail.tag().known(request)) {
      return Reply.empty(304).header("ETag", detail.tag().header());
    }
    return Reply.json(200, detail.json()).header("ETag", detail.tag().header());
  }

  private Reply timeline(Request request) {
    Order order = mine(request);
    List<Step> steps =
        orders.timeline(order.number()).map(OrderService.Timeline::steps).orElse(List.of());
    long after = cursors.position(request).orElse(0);
    int wanted = request.limit() + 1;
    List<Step> page = steps.stream().filter(step -> step.version() > after).limit(wanted).toList();
    return Page.reply(
        request, cursors, page, Step::version, (json, step) -> OrderJson.step(json, step));
  }

  private Reply stream(Request request) {
    Order order = mine(request);
    return Reply.sse(stream -> follow(stream, order.number()));
  }

  /** Sends the order whenever it has changed; ends when nothing can change any more. */
  private void follow(SseStream stream, OrderNumber number) throws Exception {
    String seen = stream.lastEventId();
    boolean first = true; // whoever comes back from a provider opens it anew
    while (stream.open()) {
      Optional<Order> order = orders.find(number);
      if (order.isEmpty()) {
        return;
      }
      OrderPageJson.Detail detail = pages.detail(order.get());
      if (first) {
        looks.at(order.get(), detail.attempts());
        first = false;
      }
      String id = detail.tag().version() + "." + detail.tag().hash();
      if (!id.equals(seen)) {
        stream.send(id, "order", new String(detail.json(), StandardCharsets.UTF_8));
        seen = id;
      }
      if (order.get().status().next().isEmpty()) {
        return;
      }
      // Other nodes change orders too: their commits are seen by looking.
      Thread.sleep(STREAM_LOOK);
    }
  }

  private Reply cancel(Request request) {
    OrderNumber number = number(request);
    String given = null;
    if (request.body().length > 0) {
      Fields body = request.json();
      given = body.optionalString("reason", REASON_CHARS_MAX);
      body.check();
    }
    long user = request.caller().customer();
    ifMatch(request, number, user);
    String reason = given == null || given.isBlank() ? OrderState.Cancelled.BY_CUSTOMER : given;
    return outcome(
        orders.run(
            new OrderCommand.Cancel(
                number,
                user,
                reason,
                Cause.customer(user, request.traceId(), request.traceparent()))));
  }

  private Reply confirm(Request request) {
    OrderNumber number = number(request);
    if (request.body().length > 0) {
      request.json().check();
    }
    long user = request.caller().customer();
    ifMatch(request, number, user);
    return outcome(
        orders.run(
            new OrderCommand.ConfirmReceipt(
                number, user, Cause.customer(user, request.traceId(), request.traceparent()))));
  }

  private void ifMatch(Request request, OrderNumber number, long user) {
    if (request.header("If-Match") != null) {
      Order order = orders.find(number, user).orElseThrow(Problem::notFound);
      EntityTag.checkIfMatch(request, order.version());
    }
  }

  private Reply outcome(Outcome<Result, Refusal> outcome) {
    return switch (outcome) {
      case Outcome.Applied<Result, Refusal>(Result result) -> told("applied", result.order());
      case Outcome.AlreadyApplied<Result, Refusal>(Result result) ->
          told("already_applied", result.order());
      case Outcome.Refused<Result, Refusal>(Refusal why) -> throw RefusalJson.problem(why);
    };
  }

  private Reply told(String outcome, Order order) {
    OrderPageJson.Detail detail = pages.detail(order);
    byte[] json =
        new JsonWriter(detail.json().length + 64)
            .beginObject()
            .field("outcome", outcome)
            .name("order")
            .raw(detail.json())
            .endObject()
            .toBytes();
    return Reply.json(200, json).header("ETag", detail.tag().header());
  }

  private Order mine(Request request) {
    return orders.find(number(request), request.caller().customer()).orElseThrow(Problem::notFound);
  }

  static OrderNumber number(Request request) {
    return OrderNumber.parse(request.path("number")).orElseThrow(Problem::notFound);
  }
}
