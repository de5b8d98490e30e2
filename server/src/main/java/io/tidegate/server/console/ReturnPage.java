package io.tidegate.server.console;

import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.identity.Caller;
import io.tidegate.shop.aftersales.ReturnCase;
import io.tidegate.shop.aftersales.ReturnCaseStore;
import io.tidegate.shop.aftersales.ReturnCommand;
import io.tidegate.shop.aftersales.ReturnId;
import io.tidegate.shop.aftersales.ReturnLine;
import io.tidegate.shop.aftersales.ReturnRefusal;
import io.tidegate.shop.aftersales.ReturnService;
import io.tidegate.shop.aftersales.ReturnState;
import io.tidegate.shop.aftersales.ReturnWarehouses;
import io.tidegate.shop.fulfilment.Shipment;
import io.tidegate.shop.kernel.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Goods on their way back: approved or rejected, received, inspected line by line. */
final class ReturnPage implements Routes {
  static final String PATH = "/console/returns";

  /** Before the number of a line in the form of an inspection. */
  static final String FIELD = "line";

  static final int ROWS = 25;
  private static final String ONE = PATH + "/{id}";
  private static final Access DECIDING = Access.staff("admin", "support");
  private static final Access HANDLING = Access.staff("admin", "warehouse");
  private static final int TEXT_CHARS_MAX = 200;
  private static final int WAREHOUSE_CHARS_MAX = 64;

  private final Pages pages;
  private final OrderSources sources;
  private final Desk desk;

  /** Where returns are kept, and what moves them on. */
  record Desk(ReturnService service, ReturnCaseStore store, ReturnWarehouses warehouses) {}

  ReturnPage(Pages pages, OrderSources sources, Desk desk) {
    this.pages = pages;
    this.sources = sources;
    this.desk = desk;
  }

  @Override
  public void register(Router router) {
    pages
        .get(
            router,
            PATH,
            pages.of(Section.RETURNS, (request, visitor, _) -> list(request, visitor)))
        .query("state", "after");
    pages.get(router, ONE, pages.of(Section.RETURNS, this::detail)).query("done");
    pages.post(router, ONE + "/approve", pages.form(Section.RETURNS, DECIDING, this::approve));
    pages.post(router, ONE + "/reject", pages.form(Section.RETURNS, DECIDING, this::reject));
    pages.post(router, ONE + "/receive", pages.form(Section.RETURNS, HANDLING, this::receive));
    pages.post(router, ONE + "/inspect", pages.form(Section.RETURNS, HANDLING, this::inspect));
  }

  private Reply list(Request request, Visitor visitor) {
    Texts t = Texts.in(visitor.language());
    ReturnState state = state(request.query("state"));
    String after = request.query("after");
    List<ReturnCaseStore.Listed> found = desk.store().list(state, below(after), ROWS + 1);
    List<ReturnCaseStore.Listed> shown = found.subList(0, Math.min(ROWS, found.size()));
    ReturnReader reader = reader(visitor);
    ReturnList list =
        new ReturnList(
            shown.stream().map(reader::row).toList(),
            states(state, t),
            state != null,
            after == null ? "" : href(state, ""),
            found.size() > ROWS ? href(state, Long.toString(shown.getLast().id())) : "");
    String back = href(state, after == null ? "" : after);
    return pages
        .page(visitor, Section.RETURNS, t.of("returns.title"), back, "returns", list)
        .as(200);
  }

  private static @Nullable ReturnState state(@Nullable String wire) {
    return wire == null || wire.isEmpty()
        ? null
        : ReturnState.ofWire(wire).orElseThrow(() -> Problem.invalid("?state", "is no state"));
  }

  private static long below(@Nullable String after) {
    try {
      return after == null ? Long.MAX_VALUE : Long.parseLong(after);
    } catch (NumberFormatException _) {
      throw Problem.invalid("?after", "is no place in the list");
    }
  }

  private static String href(@Nullable ReturnState state, String after) {
    return new Href(PATH)
        .with("state", state == null ? "" : state.wire())
        .with("after", after)
        .toString();
  }

  private static List<OrderList.Choice> states(@Nullable ReturnState chosen, Texts t) {
    List<OrderList.Choice> choices = new ArrayList<>();
    choices.add(new OrderList.Choice("", t.of("orders.any_state"), chosen == null));
    for (ReturnState state : ReturnState.values()) {
      choices.add(
          new OrderList.Choice(
              state.wire(), t.of("return_state." + state.wire()), state == chosen));
    }
    return List.copyOf(choices);
  }

  private Reply detail(Request request, Visitor visitor, Caller member) {
    Texts t = Texts.in(visitor.language());
    ReturnCase returned = returned(request);
    String notice = notice(request.query("done"), t);
    ReturnDetail detail = reader(visitor).detail(returned, may(returned, member, t), notice);
    String title = t.with("returns.one", detail.id());
    return pages.page(visitor, Section.RETURNS, title, detail.path(), "return", detail).as(200);
  }

  private ReturnReader reader(Visitor visitor) {
    return new ReturnReader(sources, pages.zone(), Texts.in(visitor.language()));
  }

  private ReturnDetail.May may(ReturnCase returned, Caller member, Texts t) {
    boolean decides = DECIDING.allows(member);
    boolean handles = HANDLING.allows(member);
    return switch (returned.state()) {
      case REQUESTED -> may(decides, decides, false, false, List.of());
      case APPROVED, IN_TRANSIT -> may(false, decides, handles, false, warehouses(returned, t));
      case RECEIVED -> may(false, false, false, handles, List.of());
      case REJECTED, INSPECTED, DONE -> may(false, false, false, false, List.of());
    };
  }

  private static ReturnDetail.May may(
      boolean approve,
      boolean reject,
      boolean receive,
      boolean inspect,
      List<OrderList.Choice> warehouses) {
    return new ReturnDetail.May(approve, reject, receive, inspect, warehouses);
  }

  private List<OrderList.Choice> warehouses(ReturnCase returned, Texts t) {
    OrderNames names = new OrderNames(sources, t);
    String usual =
        sources.fulfilment().shipments(List.of(returned.id().order().value())).stream()
            .map(Shipment::warehouse)
            .findFirst()
            .orElse("");
    return desk.warehouses().all().stream()
        .map(id -> new OrderList.Choice(id, names.warehouse(id), id.equals(usual)))
        .toList();
  }

  private static String notice(@Nullable String done, Texts t) {
    return switch (done) {
      case "approved" -> t.of("returns.done.approved");
      case "rejected" -> t.of("returns.done.rejected");
      case "received" -> t.of("returns.done.received");
      case "inspected" -> t.of("returns.done.inspected");
      case "stale" -> t.of("returns.done.stale");
      case "over" -> t.of("returns.done.over");
      case "not_refundable" -> t.of("returns.done.not_refundable");
      case null, default -> "";
    };
  }

  private ReturnCase returned(Request request) {
    return desk.store().find(id(request)).orElseThrow(Problem::notFound);
  }

  private static ReturnId id(Request request) {
    return ReturnId.parse(request.path("id")).orElseThrow(Problem::notFound);
  }

  private Reply approve(Request request, Visitor visitor, Caller member) {
    return run(request, new ReturnCommand.Approve(id(request), member.subject()), "approved");
  }

  private Reply reject(Request request, Visitor visitor, Caller member) {
    String reason = new Typed(request.form()).text("reason", TEXT_CHARS_MAX);
    return run(
        request, new ReturnCommand.Reject(id(request), reason, member.subject()), "rejected");
  }

  private Reply receive(Request request, Visitor visitor, Caller member) {
    String warehouse = new Typed(request.form()).text("warehouse", WAREHOUSE_CHARS_MAX);
    if (!desk.warehouses().all().contains(warehouse)) {
      throw Problem.invalid("/warehouse", "is no warehouse");
    }
    return run(
        request,
        new ReturnCommand.Receive(id(request), warehouse, warehouse, member.subject()),
        "received");
  }

  private Reply inspect(Request request, Visitor visitor, Caller member) {
    Typed typed = new Typed(request.form());
    String note = typed.optional("note", TEXT_CHARS_MAX);
    boolean nothing = typed.text("accept", 5).equals("false");
    List<ReturnLine> accepted = new ArrayList<>();
    if (!nothing) {
      for (ReturnLine sent : returned(request).lines()) {
        int taken = typed.integer(FIELD + sent.line(), 0, sent.quantity());
        if (taken > 0) {
          accepted.add(new ReturnLine(sent.line(), taken));
        }
      }
    }
    return run(
        request,
        new ReturnCommand.Inspect(
            id(request), accepted, note.isEmpty() ? null : note, member.subject()),
        accepted.isEmpty() ? "rejected" : "inspected");
  }

  private Reply run(Request request, ReturnCommand command, String done) {
    String told =
        switch (desk.service().run(command, request.traceparent())) {
          case Outcome.Applied<ReturnCase, ReturnRefusal> _ -> done;
          case Outcome.AlreadyApplied<ReturnCase, ReturnRefusal> _ -> done;
          case Outcome.Refused<ReturnCase, ReturnRefusal>(ReturnRefusal why) -> refused(why);
        };
    return Reply.seeOther(PATH + "/" + command.id() + "?done=" + told);
  }

  private static String refused(ReturnRefusal why) {
    return switch (why) {
      case ReturnRefusal.NotFound _ -> throw Problem.notFound();
      case ReturnRefusal.NotWaiting _, ReturnRefusal.NotReturnable _, ReturnRefusal.KeyReused _ ->
          "stale";
      case ReturnRefusal.OverRefund _, ReturnRefusal.NotReturned _ -> "over";
      case ReturnRefusal.NotRefundable _ -> "not_refundable";
    };
  }
}
