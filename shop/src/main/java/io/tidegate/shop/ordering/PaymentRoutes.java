package io.tidegate.shop.ordering;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.LaneRefusal;
import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.IdempotencyKey;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Refusals;
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
import io.tidegate.shop.payment.KeptNotice;
import io.tidegate.shop.payment.KeptNotice.Verdict;
import io.tidegate.shop.payment.NoticeJournal;
import io.tidegate.shop.payment.PaymentId;
import io.tidegate.shop.payment.PaymentProvider;
import io.tidegate.shop.payment.PaymentStore;
import io.tidegate.shop.payment.RefundId;
import io.tidegate.shop.payment.RefundStore;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Paying an order, and what providers send. */
public final class PaymentRoutes implements Routes {

  private static final Logger log = LoggerFactory.getLogger(PaymentRoutes.class);
  private static final int METHOD_CHARS_MAX = 32;

  private static final int PAYER_CHARS_MAX = 128;

  /** Of a payment so many are shown. */
  private static final int NOTICES_MAX = 100;

  /** The providers of the API; which of them a shop has, its configuration says. */
  private static final Set<String> KNOWN = Set.of("sandbox", "alipay", "wechat", "stripe");

  private final OrderService orders;
  private final PaymentStore payments;
  private final RefundStore refunds;
  private final Map<String, PaymentProvider> providers;
  private final Twins twins;
  private final InstantSource clock;
  private final Refusals refused;
  private final ArchivedOrders archived;
  private final NoticeJournal notices;
  private final PaymentLook looks;

  /**
   * @param notices keeps what providers send
   * @param archived orders that lie elsewhere
   */
  public PaymentRoutes(
      OrderService orders,
      PaymentStore payments,
      RefundStore refunds,
      Map<String, PaymentProvider> providers,
      Twins twins,
      InstantSource clock,
      MeterRegistry meters,
      NoticeJournal notices,
      ArchivedOrders archived) {
    this.archived = archived;
    this.orders = orders;
    this.payments = payments;
    this.refunds = refunds;
    this.providers = providers;
    this.twins = twins;
    this.clock = clock;
    this.notices = notices;
    this.looks = new PaymentLook(payments, clock);
    this.refused = new Refusals("tidegate.callbacks.refused", "a notice", meters, clock);
  }

  @Override
  public void register(Router router) {
    router.post("/v1/orders/{number}/payments", Access.customer(), this::start);
    router.get("/v1/payments/{id}", Access.customer(), this::payment);
    router.post("/v1/callbacks/{provider}", Access.raw(), this::callback);
    router.get(
        "/v1/admin/payments/{id}/notices",
        Access.staff("admin", "finance", "support"),
        this::keptNotices);
  }

  private Reply start(Request request) throws Exception {
    IdempotencyKey key = request.idempotencyKey();
    OrderNumber number = OrderRoutes.number(request);
    Fields body = request.json();
    String name = body.choice("provider", KNOWN);
    String method = body.optionalString("method", METHOD_CHARS_MAX);
    String said = body.optionalString("payer", PAYER_CHARS_MAX);
    String payer = said == null ? "" : said;
    body.check();
    PaymentProvider provider = providers.get(name);
    if (provider == null) {
      throw Problem.conflict("provider_unavailable", "This shop takes no payments by " + name);
    }
    String way = way(provider, method);
    if (provider.wantsPayer(way) && payer.isEmpty()) {
      throw Problem.invalid("/payer", "is needed: who pays, as the provider knows them");
    }
    long user = request.caller().customer();
    Cause cause = Cause.customer(user, request.traceId(), request.traceparent());
    String canonical = number + "\n" + name + "\n" + method + (said == null ? "" : "\n" + said);
    OrderCommand.StartPayment command =
        new OrderCommand.StartPayment(
            number,
            user,
            name,
            way,
            key.hash16(),
            IdempotencyKey.commandHash(canonical.getBytes(StandardCharsets.UTF_8)),
            cause);
    return twins.run(key, () -> started(command, payer));
  }

  /** The way that was asked for, or the provider's usual one. */
  private static String way(PaymentProvider provider, @Nullable String asked) {
    List<String> ways = provider.methods();
    if (ways.isEmpty()) {
      return "";
    }
    if (asked == null) {
      return ways.getFirst();
    }
    if (!ways.contains(asked)) {
      throw Problem.invalid("/method", "must be one of " + String.join(", ", ways));
    }
    return asked;
  }

  private Reply started(OrderCommand.StartPayment command, String payer) {
    return switch (orders.run(command)) {
      case Outcome.Applied<Result, Refusal>(Result result) ->
          created(opened(result, payer, command.cause()));
      case Outcome.AlreadyApplied<Result, Refusal>(Result result) ->
          created(opened(result, payer, command.cause())).replayed();
      case Outcome.Refused<Result, Refusal>(Refusal why) -> throw RefusalJson.problem(why);
    };
  }

  /**
   * Tells the provider of an attempt that it may not know yet. The attempt is written before the
   * call; what the call leaves unknown is asked for later.
   */
  private Attempt opened(Result result, String payer, Cause cause) {
    Attempt attempt = Objects.requireNonNull(result.attempt());
    if (attempt.state() != Attempt.State.CREATED && attempt.state() != Attempt.State.UNKNOWN) {
      return attempt;
    }
    PaymentProvider provider = Objects.requireNonNull(providers.get(attempt.provider()));
    PaymentProvider.Opening opening = provider.open(attempt, result.order().subject(), payer);
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
    Order order =
        orders.find(id.order(), request.caller().customer()).orElseThrow(Problem::notFound);
    Attempt attempt =
        payments.attempts(id.order()).stream()
            .filter(row -> row.id().equals(id))
            .findFirst()
            .orElseThrow(Problem::notFound);
    looks.at(order, List.of(attempt));
    return Reply.json(200, json(attempt));
  }

  /** What its provider sent about a payment, newest first. */
  private Reply keptNotices(Request request) {
    PaymentId id = PaymentId.parse(request.path("id")).orElseThrow(Problem::notFound);
    JsonWriter json = new JsonWriter(1_024).beginObject().name("data").beginArray();
    for (KeptNotice notice : notices.of(id, NOTICES_MAX)) {
      json.beginObject()
          .field("at", notice.at())
          .field("provider", notice.provider())
          .field("verdict", notice.verdict().wire())
          .fieldIfPresent("why", notice.why().isEmpty() ? null : notice.why())
          .field("body", notice.body())
          .endObject();
    }
    return Reply.json(200, json.endArray().endObject().toBytes());
  }

  /** A provider's notice. It hears "success" only after the commit (C3), in its own words. */
  private Reply callback(Request request) {
    PaymentProvider provider = providers.get(request.path("provider"));
    if (provider == null) {
      throw Problem.notFound();
    }
    Cause cause = Cause.provider(provider.name(), request.traceId(), request.traceparent());
    Instant now = clock.instant();
    PaymentProvider.Reading read = provider.read(request::header, request.body(), now);
    Taken taken =
        switch (read.notice()) {
          case PaymentProvider.Notice.Verified(var capture) ->
              take(
                  provider,
                  capture.payment(),
                  Verdict.TAKEN,
                  new OrderCommand.RecordCapture(capture, cause));
          case PaymentProvider.Notice.Misdirected(var capture) ->
              take(
                  provider,
                  capture.payment(),
                  Verdict.MISDIRECTED,
                  new OrderCommand.ParkCapture(capture, cause));
          case PaymentProvider.Notice.Failed(PaymentId id) ->
              take(provider, id, Verdict.TAKEN, new OrderCommand.NoteClosed(id, cause));
          case PaymentProvider.Notice.OfRefund(PaymentId id, RefundId refund, boolean success) ->
              hurry(provider, id, refund, success);
          case PaymentProvider.Notice.Noted(PaymentId id, String what) ->
              new Taken(Verdict.NOTED, what, id.toString());
          case PaymentProvider.Notice.Foreign(String what) -> new Taken(Verdict.NOTED, what, "");
          case PaymentProvider.Notice.Rejected(String why) -> {
            refused.count(provider.name(), why);
            yield new Taken(Verdict.REJECTED, why, "");
          }
        };
    notices.keep(
        taken.verdict(),
        () ->
            new KeptNotice(
                now,
                provider.name(),
                taken.verdict(),
                taken.why(),
                taken.payment(),
                read.masked().get()));
    PaymentProvider.NoticeAnswer answer = provider.answer(heard(taken.verdict()));
    return answer.body().isEmpty()
        ? Reply.empty(answer.status())
        : Reply.bytes(
            answer.status(), answer.contentType(), answer.body().getBytes(StandardCharsets.UTF_8));
  }

  /** What became of a notice. */
  private record Taken(Verdict verdict, String why, String payment) {}

  private static PaymentProvider.Heard heard(Verdict verdict) {
    return switch (verdict) {
      case TAKEN, REPEATED, NOTED, MISDIRECTED, LATE -> PaymentProvider.Heard.TAKEN;
      case REJECTED -> PaymentProvider.Heard.REJECTED;
      case NOT_FOUND -> PaymentProvider.Heard.NOT_FOUND;
      case NOT_NOW -> PaymentProvider.Heard.NOT_NOW;
    };
  }

  /**
   * @param applied the verdict where the command changes something
   */
  private Taken take(
      PaymentProvider provider, PaymentId payment, Verdict applied, OrderCommand command) {
    String id = payment.toString();
    try {
      return switch (orders.run(command)) {
        case Outcome.Applied<Result, Refusal> _ -> new Taken(applied, "", id);
        case Outcome.AlreadyApplied<Result, Refusal> _ -> new Taken(Verdict.REPEATED, "", id);
        case Outcome.Refused<Result, Refusal>(Refusal why)
            when why == Refusal.NOT_FOUND && archived.holds(command.order()) -> {
          noteLate(command);
          refused.count(provider.name(), "its order has left the database");
          yield new Taken(Verdict.LATE, "its order has left the database", id);
        }
        case Outcome.Refused<Result, Refusal> _ -> notFound(provider, id);
      };
    } catch (LaneRefusal | DatabaseFailure e) {
      return notNow(provider, id, e);
    }
  }

  /** M9: what became of the refund its provider is asked soon, also long after its success. */
  private Taken hurry(
      PaymentProvider provider, PaymentId payment, RefundId refund, boolean success) {
    String id = payment.toString();
    try {
      if (refunds.hurry(refund, provider.name(), provider.refundKnownAfter(), success)) {
        return new Taken(Verdict.NOTED, "of refund " + refund, id);
      }
      if (archived.holds(refund.order())) {
        refused.count(provider.name(), "a refund whose order has left the database");
        return new Taken(Verdict.NOTED, "of refund " + refund + ", which has left", id);
      }
      return notFound(provider, id);
    } catch (DatabaseFailure e) {
      return notNow(provider, id, e);
    }
  }

  /** E6: what it refers to is not visible yet, or never was; the provider repeats it. */
  private Taken notFound(PaymentProvider provider, String payment) {
    refused.count(provider.name(), "nothing here that it is about");
    return new Taken(Verdict.NOT_FOUND, "nothing here that it is about", payment);
  }

  private Taken notNow(PaymentProvider provider, String payment, RuntimeException e) {
    log.debug("a notice is not taken: {}", e.getMessage());
    String why = "not now: " + e.getClass().getSimpleName();
    refused.count(provider.name(), why);
    return new Taken(Verdict.NOT_NOW, why, payment);
  }

  /** Money for an order that nobody can change any more waits for a person; it is never lost. */
  private void noteLate(OrderCommand command) {
    if (command instanceof OrderCommand.RecordCapture(var capture, var _)) {
      archived.noteLate(capture);
    } else if (command instanceof OrderCommand.ParkCapture(var capture, var _)) {
      archived.noteLate(capture);
    }
  }
}
