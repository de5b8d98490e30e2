package io.tidegate.shop.aftersales;

import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Cursors;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.Page;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.Cause;
import io.tidegate.shop.ordering.Order;
import io.tidegate.shop.ordering.OrderService;
import io.tidegate.shop.ordering.ParkedService;
import io.tidegate.shop.payment.Capture;
import io.tidegate.shop.payment.Parking;
import io.tidegate.shop.payment.PaymentStore;
import io.tidegate.shop.payment.Recorded;
import io.tidegate.shop.payment.Refund;
import io.tidegate.shop.payment.RefundStore;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Captures that fit no order and wait for a person (M3): list, give back, dismiss. */
public final class ParkedRoutes implements Routes {

  private static final String PATH = "/v1/admin/parked-payments";
  private static final String ONE = PATH + "/{order}/{transaction}";
  private static final int REASON_CHARS_MAX = 200;
  private static final int PROVIDER_CHARS_MAX = 32;

  private final ParkedDesk desk;
  private final OrderService orders;
  private final PaymentStore payments;
  private final RefundStore refunds;
  private final Cursors cursors;

  public ParkedRoutes(
      ParkedDesk desk,
      OrderService orders,
      PaymentStore payments,
      RefundStore refunds,
      Cursors cursors) {
    this.desk = desk;
    this.orders = orders;
    this.payments = payments;
    this.refunds = refunds;
    this.cursors = cursors;
  }

  @Override
  public void register(Router router) {
    router.get(PATH, Access.staff("admin", "finance", "support"), this::list).paged();
    Access deciding = Access.staff("admin", "finance");
    router.post(ONE + "/refund", deciding, this::refund);
    router.post(ONE + "/dismiss", deciding, this::dismiss);
  }

  private Reply list(Request request) {
    List<Recorded> rows = desk.waiting(cursors.position(request).orElse(0), request.limit());
    OptionalLong next =
        rows.size() < request.limit()
            ? OptionalLong.empty()
            : OptionalLong.of(rows.getLast().capture().payment().order().value());
    return Page.reply(request, cursors, rows, next, this::write);
  }

  private void write(JsonWriter json, Recorded row) {
    Capture capture = row.capture();
    OrderNumber number = capture.payment().order();
    Parking.Why why = Objects.requireNonNull(row.parking()).why();
    json.beginObject()
        .field("order", number.toString())
        .field("payment", capture.payment().toString())
        .field("provider", capture.provider())
        .field("transaction", capture.transaction())
        .money("amount", capture.amount().amount(), capture.amount().currency())
        .field("why", why.name().toLowerCase(Locale.ROOT));
    Order order = orders.find(number).orElse(null);
    if (order != null) {
      json.field("orderState", order.status().wire())
          .money("orderTotal", order.amounts().total(), order.amounts().currency());
    }
    json.field("capturedAt", capture.capturedAt())
        .field("recordedAt", row.recordedAt())
        .name("actions")
        .beginArray();
    for (ParkedChoice choice : ParkedChoice.of(why)) {
      json.beginObject().field("action", choice.wire()).field("does", choice.does()).endObject();
    }
    json.endArray().endObject();
  }

  private Reply refund(Request request) {
    Which which = which(request);
    String wanted = null;
    if (request.body().length > 0) {
      Fields body = request.json();
      wanted = body.optionalString("provider", PROVIDER_CHARS_MAX);
      body.check();
    }
    return decide(request, which, wanted, ParkedChoice.REFUND, "");
  }

  private Reply dismiss(Request request) {
    Which which = which(request);
    Fields body = request.json();
    String wanted = body.optionalString("provider", PROVIDER_CHARS_MAX);
    String reason = body.line("reason", REASON_CHARS_MAX);
    body.check();
    return decide(request, which, wanted, ParkedChoice.DISMISS, reason);
  }

  private Reply decide(
      Request request, Which which, @Nullable String wanted, ParkedChoice choice, String reason) {
    String staff = request.caller().subject();
    Outcome<ParkedDesk.Done, ParkedDesk.Refusal> outcome =
        desk.decide(
            new ParkedDecision(
                which.order(),
                provider(which, wanted),
                which.transaction(),
                choice,
                reason,
                staff,
                Cause.staff(staff, request.traceId(), request.traceparent())));
    return switch (outcome) {
      case Outcome.Applied<ParkedDesk.Done, ParkedDesk.Refusal>(ParkedDesk.Done done) ->
          told(done.name().toLowerCase(Locale.ROOT), which);
      case Outcome.AlreadyApplied<ParkedDesk.Done, ParkedDesk.Refusal> _ ->
          told("already_applied", which);
      case Outcome.Refused<ParkedDesk.Done, ParkedDesk.Refusal>(ParkedDesk.Refusal why) ->
          throw problem(why);
    };
  }

  /** What the path names. */
  private record Which(OrderNumber order, String transaction) {}

  private static Which which(Request request) {
    return new Which(
        OrderNumber.parse(request.path("order")).orElseThrow(Problem::notFound),
        request.path("transaction"));
  }

  /** A transaction's number is its provider's: two of them could give the same one. */
  private String provider(Which which, @Nullable String wanted) {
    Set<String> known =
        payments.captures(which.order()).stream()
            .filter(row -> row.verdict() == Capture.Verdict.PARKED)
            .map(Recorded::capture)
            .filter(capture -> capture.transaction().equals(which.transaction()))
            .map(Capture::provider)
            .collect(Collectors.toSet());
    if (wanted != null ? !known.contains(wanted) : known.isEmpty()) {
      throw Problem.notFound();
    }
    if (wanted == null && known.size() > 1) {
      throw Problem.invalid("/provider", "is needed: several gave this transaction");
    }
    return wanted == null ? known.iterator().next() : wanted;
  }

  private Reply told(String outcome, Which which) {
    String number =
        refunds.refunds(which.order()).stream()
            .filter(refund -> refund.reason() == Refund.Reason.PARKED)
            .filter(refund -> refund.transaction().equals(which.transaction()))
            .map(refund -> refund.id().toString())
            .reduce(null, (_, last) -> last);
    return Reply.json(
        200,
        json ->
            json.beginObject()
                .field("outcome", outcome)
                .field("order", which.order().toString())
                .fieldIfPresent("refund", number)
                .endObject());
  }

  private static Problem problem(ParkedDesk.Refusal refusal) {
    return switch (refusal) {
      case ParkedDesk.Refusal.SecondPersonNeeded() ->
          RefundProblemJson.problem(RefundRefusal.SECOND_PERSON_NEEDED);
      case ParkedDesk.Refusal.Because(ParkedService.Refusal why) -> problem(why);
    };
  }

  private static Problem problem(ParkedService.Refusal why) {
    return switch (why) {
      case NOT_FOUND -> Problem.notFound();
      case MISDIRECTED ->
          Problem.conflict(
              "misdirected", "The money is with somebody else's account: it can only be dismissed");
      case ALREADY_DECIDED -> Problem.conflict("already_decided", "Somebody decided otherwise");
      case NOT_TAKEN ->
          Problem.conflict("not_taken", "The provider says that it took no such money");
      case PROVIDER_UNAVAILABLE ->
          Problem.conflict("provider_unavailable", "The provider could not be asked: try again");
    };
  }
}
