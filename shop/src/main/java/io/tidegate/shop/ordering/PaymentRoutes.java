package io.tidegate.shop.ordering;

import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.LaneRefusal;
import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.IdempotencyKey;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.http.Twins;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.OrderCommand.Refusal;
import io.tidegate.shop.ordering.OrderCommand.Result;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.PaymentId;
import io.tidegate.shop.payment.PaymentProvider;
import io.tidegate.shop.payment.PaymentStore;
import io.tidegate.shop.payment.Refund;
import io.tidegate.shop.payment.RefundId;
import io.tidegate.shop.payment.RefundStore;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Paying an order, and what providers send. */
public final class PaymentRoutes implements Routes {

  private static final Logger log = LoggerFactory.getLogger(PaymentRoutes.class);
  private static final int METHOD_CHARS_MAX = 32;

  /** The providers of the API; which of them a shop has, its configuration says. */
  private static final Set<String> KNOWN = Set.of("sandbox", "alipay", "wechat", "stripe");

  private final OrderService orders;
  private final PaymentStore payments;
  private final RefundStore refunds;
  private final Map<String, PaymentProvider> providers;
  private final Twins twins;
  private final InstantSource clock;

  public PaymentRoutes(
      OrderService orders,
      PaymentStore payments,
      RefundStore refunds,
      Map<String, PaymentProvider> providers,
      Twins twins,
      InstantSource clock) {
    this.orders = orders;
    this.payments = payments;
    this.refunds = refunds;
    this.providers = providers;
    this.twins = twins;
    this.clock = clock;
  }

  @Override
  public void register(Router router) {
    router.post("/v1/orders/{number}/payments", Access.customer(), this::start);
    router.get("/v1/payments/{id}", Access.customer(), this::payment);
    router.get("/v1/refunds/{id}", Access.customer(), this::refund);
    router.post("/v1/callbacks/{provider}", Access.raw(), this::callback);
  }

  private Reply start(Request request) throws Exception {
    IdempotencyKey key = request.idempotencyKey();
    OrderNumber number = OrderRoutes.number(request);
    Fields body = request.json();
    String name = body.choice("provider", KNOWN);
    String method = body.optionalString("method", METHOD_CHARS_MAX);
    body.check();
    if (!providers.containsKey(name)) {
      throw Problem.conflict("provider_unavailable", "This shop takes no payments by " + name);
    }
    long user = request.caller().customer();
    Cause cause = Cause.customer(user, request.traceId(), request.traceparent());
    String canonical = number + "\n" + name + "\n" + method;
    OrderCommand.StartPayment command =
        new OrderCommand.StartPayment(
            number,
            user,
            name,
            key.hash16(),
            IdempotencyKey.commandHash(canonical.getBytes(StandardCharsets.UTF_8)),
            cause);
    return twins.run(key, () -> started(command));
  }

  private Reply started(OrderCommand.StartPayment command) {
    return switch (orders.run(command)) {
      case Outcome.Applied<Result, Refusal>(Result result) ->
          created(opened(result, command.cause()));
      case Outcome.AlreadyApplied<Result, Refusal>(Result result) ->
          created(opened(result, command.cause())).replayed();
      case Outcome.Refused<Result, Refusal>(Refusal why) -> throw RefusalJson.problem(why);
    };
  }

  /**
   * Tells the provider of an attempt that it may not know yet. The attempt is written before the
   * call; what the call leaves unknown is asked for later.
   */
  private Attempt opened(Result result, Cause cause) {
    Attempt attempt = Objects.requireNonNull(result.attempt());
    if (attempt.state() != Attempt.State.CREATED && attempt.state() != Attempt.State.UNKNOWN) {
      return attempt;
    }
    PaymentProvider provider = Objects.requireNonNull(providers.get(attempt.provider()));
    PaymentProvider.Opening opening = provider.open(attempt, result.order().subject());
    Outcome<Result, Refusal> noted =
        orders.run(new OrderCommand.NoteOpening(attempt.id(), opening, cause));
    if (noted instanceof Outcome.Applied<Result, Refusal>(Result(Order _, Attempt now))
        && now != null) {
      return now;
    }
    return payments.attempts(attempt.id().order()).stream()
        .filter(row -> row.id().equals(attempt.id()))
        .findFirst()
        .orElse(attempt);
  }

  private Reply created(Attempt attempt) {
    return Reply.json(201, json(attempt)).header("Location", "/v1/payments/" + attempt.id());
  }

  private byte[] json(Attempt attempt) {
    JsonWriter json = new JsonWriter(512);
    OrderJson.payment(json, attempt, refunds.refunds(attempt.id().order()));
    return json.toBytes();
  }

  private Reply payment(Request request) {
    PaymentId id = PaymentId.parse(request.path("id")).orElseThrow(Problem::notFound);
    checkOwner(request, id.order());
    Attempt attempt =
        payments.attempts(id.order()).stream()
            .filter(row -> row.id().equals(id))
            .findFirst()
            .orElseThrow(Problem::notFound);
    return Reply.json(200, json(attempt));
  }

  private Reply refund(Request request) {
    RefundId id = RefundId.parse(request.path("id")).orElseThrow(Problem::notFound);
    checkOwner(request, id.order());
    Refund refund = refunds.find(id).orElseThrow(Problem::notFound);
    JsonWriter json = new JsonWriter(512);
    OrderJson.refund(json, refund);
    return Reply.json(200, json.toBytes());
  }

  private void checkOwner(Request request, OrderNumber number) {
    if (orders.find(number, request.caller().customer()).isEmpty()) {
      throw Problem.notFound();
    }
  }

  /** A provider's notice. It hears "success" only after the commit (C3). */
  private Reply callback(Request request) {
    PaymentProvider provider = providers.get(request.path("provider"));
    if (provider == null) {
      throw Problem.notFound();
    }
    Cause cause = Cause.provider(provider.name(), request.traceId(), request.traceparent());
    return switch (provider.parse(request::header, request.body(), clock.instant())) {
      case PaymentProvider.Notice.Verified(var capture) ->
          answer(new OrderCommand.RecordCapture(capture, cause));
      case PaymentProvider.Notice.Failed(PaymentId id) ->
          answer(new OrderCommand.NoteClosed(id, cause));
      case PaymentProvider.Notice.Rejected(String why) -> {
        log.warn("a notice of {} is rejected: {}", provider.name(), why);
        yield Reply.text(400, "fail");
      }
    };
  }

  private Reply answer(OrderCommand command) {
    try {
      return switch (orders.run(command)) {
        case Outcome.Applied<Result, Refusal> _ -> Reply.text(200, "success");
        case Outcome.AlreadyApplied<Result, Refusal> _ -> Reply.text(200, "success");
        // E6: what it refers to is not visible yet, or never was; the provider repeats it.
        case Outcome.Refused<Result, Refusal> _ -> Reply.text(404, "fail");
      };
    } catch (LaneRefusal | DatabaseFailure e) {
      log.warn("a notice is not taken: {}", e.getMessage());
      return Reply.text(503, "fail");
    }
  }
}
