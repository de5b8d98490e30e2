package io.tidegate.server.console;

import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.identity.Caller;
import io.tidegate.shop.fulfilment.ByHandRefusal;
import io.tidegate.shop.fulfilment.Shipment;
import io.tidegate.shop.fulfilment.ShipmentId;
import io.tidegate.shop.fulfilment.StuckDesk;
import io.tidegate.shop.fulfilment.StuckParcel;
import io.tidegate.shop.fulfilment.Warehouses;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.notification.GivenUp;
import io.tidegate.shop.notification.GivenUpDesk;
import io.tidegate.shop.notification.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parcels that don't go on and messages that were given up: what the matter is, since when, and a
 * way to have one tried again at once.
 */
final class StuckPage implements Routes {
  static final int ROWS = 25;
  private static final String PATH = "/console/stuck";
  private static final int NAME_CHARS_MAX = 32;

  private final Pages pages;
  private final StuckDesk parcels;
  private final GivenUpDesk messages;
  private final Warehouses warehouses;

  StuckPage(Pages pages, StuckDesk parcels, GivenUpDesk messages, Warehouses warehouses) {
    this.pages = pages;
    this.parcels = parcels;
    this.messages = messages;
    this.warehouses = warehouses;
  }

  @Override
  public void register(Router router) {
    pages
        .get(router, PATH, pages.of(Section.STUCK, this::list))
        .query("parcels", "messages", "done");
    pages.post(
        router,
        PATH + "/parcels/{id}/try-again",
        pages.form(Section.STUCK, StuckDesk.ACTING, this::tryAgain));
    pages.post(
        router,
        PATH + "/parcels/{id}/settle",
        pages.form(Section.STUCK, StuckDesk.ACTING, this::settle));
    pages.post(
        router,
        PATH + "/messages/{id}/send-again",
        pages.form(Section.STUCK, GivenUpDesk.STAFF, this::sendAgain));
  }

  private Reply list(Request request, Visitor visitor, Caller member) {
    Texts t = Texts.in(visitor.language());
    String parcelsAfter = place(request, "parcels");
    String messagesAfter = place(request, "messages");
    StuckList list =
        new StuckList(
            parcels(parcelsAfter, messagesAfter, t),
            StuckDesk.ACTING.allows(member),
            GivenUpDesk.STAFF.allows(member)
                ? messages(parcelsAfter, messagesAfter, t)
                : new StuckList.Part<>(List.of(), false, "", ""),
            notice(request.query("done"), t));
    return pages
        .page(
            visitor,
            Section.STUCK,
            t.of("stuck.title"),
            href(parcelsAfter, messagesAfter),
            "stuck",
            list)
        .as(200);
  }

  private static String place(Request request, String name) {
    String text = request.query(name);
    if (text == null || text.isEmpty()) {
      return "";
    }
    try {
      return Long.toString(Long.parseLong(text));
    } catch (NumberFormatException _) {
      throw Problem.invalid("?" + name, "is no place in the list");
    }
  }

  private static String href(String parcelsAfter, String messagesAfter) {
    return new Href(PATH).with("parcels", parcelsAfter).with("messages", messagesAfter).toString();
  }

  private StuckList.Part<StuckList.Parcel> parcels(String after, String others, Texts t) {
    StuckDesk.Listed found = parcels.list(after.isEmpty() ? 0 : Long.parseLong(after), ROWS);
    return new StuckList.Part<>(
        found.parcels().stream().map(stuck -> row(stuck, t)).toList(),
        true,
        after.isEmpty() ? "" : href("", others),
        found.next().isEmpty() ? "" : href(Long.toString(found.next().getAsLong()), others));
  }

  private StuckList.Parcel row(StuckParcel stuck, Texts t) {
    Shipment parcel = stuck.shipment();
    String order = Long.toString(parcel.orderNumber());
    String error = parcel.lastError();
    return new StuckList.Parcel(
        parcel.id().toString(),
        order,
        "/console/orders/" + order,
        new OrderList.State(parcel.state().code(), t.of("parcel_state." + parcel.state().code())),
        OrderNames.warehouse(warehouses, parcel.warehouse(), t),
        error == null ? "" : error,
        t.with("effect.tries", parcel.tries()),
        parcel.version(),
        Shown.moment(stuck.since(), pages.zone()),
        Shown.moment(parcel.nextStepAt(), pages.zone()),
        parcel.nextStepAt() != null,
        parcel.isLeftAnyhow());
  }

  private StuckList.Part<StuckList.Message> messages(String others, String before, Texts t) {
    List<GivenUp> found =
        messages.list(before.isEmpty() ? Long.MAX_VALUE : Long.parseLong(before), ROWS + 1);
    List<GivenUp> shown = found.subList(0, Math.min(ROWS, found.size()));
    return new StuckList.Part<>(
        shown.stream().map(given -> row(given, t)).toList(),
        true,
        before.isEmpty() ? "" : href(others, ""),
        found.size() > ROWS ? href(others, Long.toString(shown.getLast().message().id())) : "");
  }

  private StuckList.Message row(GivenUp given, Texts t) {
    Message message = given.message();
    String order = Long.toString(message.orderNumber());
    String why = message.why();
    return new StuckList.Message(
        message.id(),
        order,
        "/console/orders/" + order,
        t.named("message", message.template()),
        t.named("channel", message.channel().code()),
        why == null ? "" : why,
        t.with("effect.tries", message.tries()),
        Shown.moment(given.at(), pages.zone()));
  }

  private static String notice(@Nullable String done, Texts t) {
    return switch (done) {
      case "tried" -> t.of("stuck.done.tried");
      case "settled" -> t.of("stuck.done.settled");
      case "sent" -> t.of("stuck.done.sent");
      case "moved_on" -> t.of("stuck.done.moved_on");
      case "refused" -> t.of("stuck.done.refused");
      case null, default -> "";
    };
  }

  private Reply tryAgain(Request request, Visitor visitor, Caller member) {
    int version = new Typed(request.form()).integer("version", 1, Integer.MAX_VALUE);
    return done("tried", parcels.tryAgain(id(request), version, member.subject()));
  }

  private Reply settle(Request request, Visitor visitor, Caller member) {
    return done("settled", parcels.settle(id(request), member.subject()));
  }

  private static ShipmentId id(Request request) {
    return ShipmentId.parse(request.path("id")).orElseThrow(Problem::notFound);
  }

  private static Reply done(String what, Outcome<Shipment, ByHandRefusal> outcome) {
    return back(
        switch (outcome) {
          case Outcome.Applied<Shipment, ByHandRefusal> _ -> what;
          case Outcome.AlreadyApplied<Shipment, ByHandRefusal> _ -> "moved_on";
          case Outcome.Refused<Shipment, ByHandRefusal>(ByHandRefusal why) -> {
            if (why == ByHandRefusal.NO_SUCH_SHIPMENT) {
              throw Problem.notFound();
            }
            yield "refused";
          }
        });
  }

  private Reply sendAgain(Request request, Visitor visitor, Caller member) {
    long order =
        OrderNumber.parse(new Typed(request.form()).text("order", NAME_CHARS_MAX))
            .orElseThrow(() -> Problem.invalid("/order", "is no order number"))
            .value();
    return back(
        switch (messages.sendAgain(order, request.pathNumber("id"), member.subject())) {
          case Outcome.Applied<Message, GivenUpDesk.Refusal> _ -> "sent";
          case Outcome.AlreadyApplied<Message, GivenUpDesk.Refusal> _ -> "moved_on";
          case Outcome.Refused<Message, GivenUpDesk.Refusal>(GivenUpDesk.Refusal why) ->
              throw switch (why) {
                case NO_SUCH_MESSAGE -> Problem.notFound();
              };
        });
  }

  private static Reply back(String done) {
    return Reply.seeOther(PATH + "?done=" + done);
  }
}
