package io.tidegate.server.console;

import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.identity.Caller;
import io.tidegate.shop.aftersales.ParkedChoice;
import io.tidegate.shop.aftersales.ParkedDecision;
import io.tidegate.shop.aftersales.ParkedDesk;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.Cause;
import io.tidegate.shop.ordering.Order;
import io.tidegate.shop.ordering.OrderService;
import io.tidegate.shop.ordering.ParkedService;
import io.tidegate.shop.payment.Capture;
import io.tidegate.shop.payment.Parking;
import io.tidegate.shop.payment.Recorded;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Money that a provider took and that pays no order: a person gives it back or dismisses it. */
final class ParkedPage implements Routes {
  static final int ROWS = 25;
  private static final String PATH = "/console/parked";
  private static final Access DECIDING = Access.staff("admin", "finance");
  private static final int REASON_CHARS_MAX = 200;
  private static final int NAME_CHARS_MAX = 64;
  private static final int TRANSACTION_CHARS_MAX = 128;

  private final Pages pages;
  private final OrderService orders;
  private final ParkedDesk desk;

  ParkedPage(Pages pages, OrderService orders, ParkedDesk desk) {
    this.pages = pages;
    this.orders = orders;
    this.desk = desk;
  }

  @Override
  public void register(Router router) {
    pages.get(router, PATH, pages.of(Section.PARKED, this::list)).query("after", "done");
    pages.post(router, PATH + "/refund", pages.form(Section.PARKED, DECIDING, this::giveBack));
    pages.post(router, PATH + "/dismiss", pages.form(Section.PARKED, DECIDING, this::dismiss));
  }

  private Reply list(Request request, Visitor visitor, Caller member) {
    Texts t = Texts.in(visitor.language());
    String after = request.query("after");
    // An order's are never cut apart: a page may have a few more than it was asked for.
    List<Recorded> found = desk.waiting(after(after), ROWS);
    String next =
        found.size() < ROWS ? "" : PATH + "?after=" + found.getLast().capture().payment().order();
    ParkedList list =
        new ParkedList(
            found.stream().map(row -> row(row, t)).toList(),
            DECIDING.allows(member),
            notice(request.query("done"), t),
            after == null ? "" : PATH,
            next);
    return pages.page(visitor, Section.PARKED, t.of("parked.title"), PATH, "parked", list).as(200);
  }

  private static long after(@Nullable String text) {
    return text == null
        ? 0
        : OrderNumber.parse(text)
            .map(OrderNumber::value)
            .orElseThrow(() -> Problem.invalid("?after", "is no order number"));
  }

  private static String notice(@Nullable String done, Texts t) {
    return switch (done) {
      case "returned" -> t.of("parked.done.returned");
      case "dismissed" -> t.of("parked.done.dismissed");
      case "proposed" -> t.of("parked.done.proposed");
      case "second_person" -> t.of("parked.done.second_person");
      case "misdirected" -> t.of("parked.done.misdirected");
      case "decided" -> t.of("parked.done.decided");
      case "not_taken" -> t.of("parked.done.not_taken");
      case "unavailable" -> t.of("parked.done.unavailable");
      case null, default -> "";
    };
  }

  private ParkedList.Row row(Recorded row, Texts t) {
    Capture capture = row.capture();
    OrderNumber number = capture.payment().order();
    Order order = orders.find(number).orElse(null);
    Parking parking = row.parking();
    boolean misdirected = parking != null && parking.why() == Parking.Why.MISDIRECTED;
    return new ParkedList.Row(
        number.toString(),
        "/console/orders/" + number,
        order == null
            ? new OrderList.State("unknown", "–")
            : OrderListPage.state(order.status(), t),
        capture.provider(),
        t.named("provider", capture.provider()),
        capture.transaction(),
        NoticePage.of(capture.payment().toString()),
        Shown.money(row.taken()),
        order == null ? "" : Shown.money(order.amounts().totalMoney()),
        t.of(misdirected ? "parked.why.misdirected" : "parked.why.amount"),
        Shown.moment(capture.capturedAt(), pages.zone()),
        Shown.moment(row.recordedAt(), pages.zone()),
        misdirected);
  }

  private Reply giveBack(Request request, Visitor visitor, Caller member) {
    return decide(request, member, ParkedChoice.REFUND, "");
  }

  private Reply dismiss(Request request, Visitor visitor, Caller member) {
    String reason = new Typed(request.form()).text("reason", REASON_CHARS_MAX);
    return decide(request, member, ParkedChoice.DISMISS, reason);
  }

  private Reply decide(Request request, Caller member, ParkedChoice choice, String reason) {
    Named named = Named.of(request);
    String staff = member.subject();
    return done(
        desk.decide(
            new ParkedDecision(
                named.order,
                named.provider,
                named.transaction,
                choice,
                reason,
                staff,
                Cause.staff(staff, request.traceId(), request.traceparent()))),
        choice);
  }

  /** Which capture a form is about. */
  private record Named(OrderNumber order, String provider, String transaction) {
    static Named of(Request request) {
      Typed typed = new Typed(request.form());
      return new Named(
          OrderNumber.parse(typed.text("order", NAME_CHARS_MAX))
              .orElseThrow(() -> Problem.invalid("/order", "is no order number")),
          typed.text("provider", NAME_CHARS_MAX),
          typed.text("transaction", TRANSACTION_CHARS_MAX));
    }
  }

  private static Reply done(
      Outcome<ParkedDesk.Done, ParkedDesk.Refusal> outcome, ParkedChoice choice) {
    String told =
        switch (outcome) {
          case Outcome.Applied<ParkedDesk.Done, ParkedDesk.Refusal>(ParkedDesk.Done done) ->
              switch (done) {
                case APPLIED -> done(choice);
                case PROPOSED -> "proposed";
              };
          case Outcome.AlreadyApplied<ParkedDesk.Done, ParkedDesk.Refusal> _ -> done(choice);
          case Outcome.Refused<ParkedDesk.Done, ParkedDesk.Refusal>(ParkedDesk.Refusal why) ->
              switch (why) {
                case ParkedDesk.Refusal.SecondPersonNeeded _ -> "second_person";
                case ParkedDesk.Refusal.Because(ParkedService.Refusal because) -> refused(because);
              };
        };
    return Reply.seeOther(PATH + "?done=" + told);
  }

  private static String done(ParkedChoice choice) {
    return switch (choice) {
      case REFUND -> "returned";
      case DISMISS -> "dismissed";
    };
  }

  private static String refused(ParkedService.Refusal why) {
    return switch (why) {
      case NOT_FOUND -> throw Problem.notFound();
      case MISDIRECTED -> "misdirected";
      case ALREADY_DECIDED -> "decided";
      case NOT_TAKEN -> "not_taken";
      case PROVIDER_UNAVAILABLE -> "unavailable";
    };
  }
}
