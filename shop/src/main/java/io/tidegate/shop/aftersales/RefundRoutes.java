package io.tidegate.shop.aftersales;

import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.IdempotencyKey;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.http.Twins;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.Cause;
import io.tidegate.shop.ordering.Order;
import io.tidegate.shop.ordering.OrderItem;
import io.tidegate.shop.ordering.OrderService;
import io.tidegate.shop.payment.Refund;
import io.tidegate.shop.payment.RefundId;
import io.tidegate.shop.payment.RefundStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Refunds for customers: asking for one, and looking how far it is. */
public final class RefundRoutes implements Routes {

  private static final String RETRY_AFTER_SECONDS = "1";

  private final RefundService refunds;
  private final OrderService orders;
  private final RefundStore money;
  private final Twins twins;

  public RefundRoutes(RefundService refunds, OrderService orders, RefundStore money, Twins twins) {
    this.refunds = refunds;
    this.orders = orders;
    this.money = money;
    this.twins = twins;
  }

  @Override
  public void register(Router router) {
    router.post("/v1/orders/{number}/refunds", Access.customer(), this::request);
    router.get("/v1/refunds/{id}", Access.customer(), this::show);
  }

  private Reply request(Request request) throws Exception {
    long user = request.caller().customer();
    return request(
        request,
        user,
        Cause.customer(user, request.traceId(), request.traceparent()),
        refunds,
        twins,
        "/v1/refunds/");
  }

  /**
   * Reads a request and asks.
   *
   * @param user whose order it must be; null for staff
   * @param location what the refund's id follows
   */
  static Reply request(
      Request request,
      @Nullable Long user,
      Cause cause,
      RefundService refunds,
      Twins twins,
      String location)
      throws Exception {
    IdempotencyKey key = request.idempotencyKey();
    OrderNumber number = OrderNumber.parse(request.path("number")).orElseThrow(Problem::notFound);
    Fields body = request.json();
    List<RequestRefund.Pieces> pieces = pieces(body);
    String reason = body.line("reason", RequestRefund.REASON_CHARS_MAX);
    body.check();
    RequestRefund command =
        new RequestRefund(
            number,
            user,
            pieces,
            reason,
            null,
            new RequestRefund.Key(key.hash16(), hash(number, pieces, reason)),
            cause);
    return switch (twins.run(key, () -> refunds.request(command))) {
      case Outcome.Applied<RefundCase, RefundRefusal>(RefundCase made) -> accepted(made, location);
      case Outcome.AlreadyApplied<RefundCase, RefundRefusal>(RefundCase made) ->
          accepted(made, location).replayed();
      case Outcome.Refused<RefundCase, RefundRefusal>(RefundRefusal why) ->
          throw RefundProblemJson.problem(why);
    };
  }

  private static List<RequestRefund.Pieces> pieces(Fields body) {
    List<Fields> items = body.optionalArray("items", 1, Order.LINES_MAX);
    if (items == null) {
      return List.of();
    }
    List<RequestRefund.Pieces> pieces = new ArrayList<>();
    Set<Integer> seen = new HashSet<>();
    for (Fields item : items) {
      int line = (int) item.integer("line", 1, Order.LINES_MAX);
      int quantity = (int) item.integer("quantity", 1, OrderItem.QUANTITY_MAX);
      if (item.has("line") && !seen.add(line)) {
        item.refuse("line", "is there twice");
      }
      pieces.add(new RequestRefund.Pieces(line, quantity));
    }
    return pieces;
  }

  private static byte[] hash(OrderNumber number, List<RequestRefund.Pieces> pieces, String reason) {
    StringBuilder canonical = new StringBuilder(number.toString());
    for (RequestRefund.Pieces each : pieces) {
      canonical.append('\n').append(each.line()).append('*').append(each.quantity());
    }
    canonical.append("\n\n").append(reason);
    return IdempotencyKey.commandHash(canonical.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static Reply accepted(RefundCase made, String location) {
    return Reply.json(202, json -> RefundJson.write(json, new RefundView(made, null)))
        .header("Location", location + made.id())
        .header("Retry-After", RETRY_AFTER_SECONDS);
  }

  private Reply show(Request request) {
    RefundView view = find(request.path("id")).orElseThrow(Problem::notFound);
    if (orders.find(view.order(), request.caller().customer()).isEmpty()) {
      throw Problem.notFound(); // C5
    }
    return Reply.json(200, json -> RefundJson.write(json, view));
  }

  private Optional<RefundView> find(String id) {
    return find(id, refunds, money);
  }

  /** A refund by its id; the number of a customer's refund at the provider names that refund. */
  static Optional<RefundView> find(String id, RefundService refunds, RefundStore money) {
    Optional<RefundCaseId> asked = RefundCaseId.parse(id);
    if (asked.isPresent()) {
      return refunds
          .find(asked.get())
          .map(each -> RefundView.of(each, money.refunds(each.id().order())));
    }
    Optional<RefundId> number = RefundId.parse(id);
    if (number.isEmpty()) {
      return Optional.empty();
    }
    Optional<Refund> found = money.find(number.get());
    if (found.isPresent() && found.get().reason() == Refund.Reason.CUSTOMER) {
      return refunds.ofOrder(number.get().order()).stream()
          .filter(each -> number.get().equals(each.money()))
          .findFirst()
          .map(each -> new RefundView(each, found.get()))
          .or(() -> found.filter(Refund::isBackAfterEnd).map(RefundView::automatic));
    }
    return found.map(RefundView::automatic);
  }
}
