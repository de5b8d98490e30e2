package io.tidegate.server.console;

import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.identity.Caller;
import io.tidegate.shop.aftersales.RefundBook;
import io.tidegate.shop.aftersales.RefundCaseId;
import io.tidegate.shop.aftersales.RefundDesk;
import io.tidegate.shop.aftersales.RefundDetail;
import io.tidegate.shop.aftersales.RefundRefusal;
import io.tidegate.shop.aftersales.ResolveRefund;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.payment.RefundChoice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Money on its way back: first what waits for a person, then all of it; each with everything that
 * is needed to decide. Amounts above the limit need two people (C6).
 */
final class RefundPage implements Routes {
  static final String PATH = "/console/refunds";
  static final int ROWS = 25;
  private static final String ONE = PATH + "/{id}";
  private static final int WORD_CHARS_MAX = 64;

  /** In the place of a state: what nobody asked for. */
  private static final String AUTOMATIC = "automatic";

  private final Pages pages;
  private final OrderSources sources;
  private final RefundDesk desk;

  RefundPage(Pages pages, OrderSources sources, RefundDesk desk) {
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
            pages.of(Section.REFUNDS, (request, visitor, _) -> list(request, visitor)))
        .query("state", "after", "waiting");
    pages.get(router, ONE, pages.of(Section.REFUNDS, this::sheet)).query("done");
    pages.post(router, ONE + "/approve", pages.form(Section.REFUNDS, this::approve));
    pages.post(router, ONE + "/resolve", pages.form(Section.REFUNDS, this::resolve));
  }

  private Reply list(Request request, Visitor visitor) {
    Texts t = Texts.in(visitor.language());
    String state = state(request.query("state"));
    OptionalLong after = place(request.query("after"), "after");
    OptionalLong waitingAfter = place(request.query("waiting"), "waiting");
    RefundBook.Listed waiting = desk.book().waiting(waitingAfter, ROWS);
    long before = after.orElse(Long.MAX_VALUE);
    RefundBook.Listed all =
        AUTOMATIC.equals(state)
            ? desk.book().automatic(null, before, ROWS)
            : desk.book().latest(state, before, ROWS);
    RefundReader reader = reader(visitor);
    RefundList list =
        new RefundList(
            waiting.refunds().stream().map(reader::row).toList(),
            waiting.next().isEmpty() ? "" : href(state, after, waiting.next()),
            all.refunds().stream().map(reader::row).toList(),
            states(state, t),
            state != null,
            after.isEmpty() ? "" : href(state, OptionalLong.empty(), waitingAfter),
            all.next().isEmpty() ? "" : href(state, all.next(), waitingAfter));
    String back = href(state, after, waitingAfter);
    return pages
        .page(visitor, Section.REFUNDS, t.of("refunds.title"), back, "refunds", list)
        .as(200);
  }

  private static @Nullable String state(@Nullable String wire) {
    if (wire == null || wire.isEmpty()) {
      return null;
    }
    if (!RefundBook.STATES.contains(wire) && !wire.equals(AUTOMATIC)) {
      throw Problem.invalid("?state", "is no state");
    }
    return wire;
  }

  private static OptionalLong place(@Nullable String text, String name) {
    try {
      return text == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
    } catch (NumberFormatException _) {
      throw Problem.invalid("?" + name, "is no place in the list");
    }
  }

  private static String href(@Nullable String state, OptionalLong after, OptionalLong waiting) {
    return new Href(PATH)
        .with("state", state == null ? "" : state)
        .with("after", text(after))
        .with("waiting", text(waiting))
        .toString();
  }

  private static String text(OptionalLong place) {
    return place.isEmpty() ? "" : Long.toString(place.getAsLong());
  }

  private static List<OrderList.Choice> states(@Nullable String chosen, Texts t) {
    List<OrderList.Choice> choices = new ArrayList<>();
    choices.add(new OrderList.Choice("", t.of("orders.any_state"), chosen == null));
    choices.add(
        new OrderList.Choice(AUTOMATIC, t.of("refunds.automatic"), AUTOMATIC.equals(chosen)));
    RefundBook.STATES.stream()
        .sorted()
        .forEach(state ->
            choices.add(
                new OrderList.Choice(state, t.of("refund_state." + state), state.equals(chosen))));
    return List.copyOf(choices);
  }

  private RefundReader reader(Visitor visitor) {
    return new RefundReader(sources, pages.zone(), Texts.in(visitor.language()));
  }

  private Reply sheet(Request request, Visitor visitor, Caller member) {
    Texts t = Texts.in(visitor.language());
    RefundDetail detail = desk.find(request.path("id")).orElseThrow(Problem::notFound);
    String notice = notice(request.query("done"), t);
    RefundSheet sheet = reader(visitor).sheet(detail, member.subject(), notice);
    String title = t.with("refunds.one", sheet.id());
    return pages.page(visitor, Section.REFUNDS, title, sheet.path(), "refund", sheet).as(200);
  }

  private static String notice(@Nullable String done, Texts t) {
    return switch (done) {
      case "applied" -> t.of("refunds.done.decided");
      case "proposed" -> t.of("refunds.done.proposed");
      case "second_person" -> t.of("refunds.done.second_person");
      case "stale" -> t.of("refunds.done.stale");
      case "unknown" -> t.of("refunds.done.unknown");
      case "already_back" -> t.of("refunds.done.already_back");
      case "not_waiting" -> t.of("refunds.done.not_waiting");
      case null, default -> "";
    };
  }

  private Reply approve(Request request, Visitor visitor, Caller member) {
    RefundCaseId id = RefundCaseId.parse(request.path("id")).orElseThrow(Problem::notFound);
    return done(id.toString(), desk.approve(id, member.subject()));
  }

  private Reply resolve(Request request, Visitor visitor, Caller member) {
    String id = request.path("id");
    Typed typed = new Typed(request.form());
    String action = typed.text("action", WORD_CHARS_MAX);
    RefundChoice choice =
        Arrays.stream(RefundChoice.values())
            .filter(each -> each.wire().equals(action))
            .findFirst()
            .orElseThrow(() -> Problem.invalid("/action", "is no action"));
    String reference =
        choice == RefundChoice.BY_HAND
            ? typed.text("reference", ResolveRefund.TEXT_CHARS_MAX)
            : null;
    return done(
        id,
        desk.resolve(
            new ResolveRefund(
                id,
                typed.text("stamp", WORD_CHARS_MAX),
                choice,
                reference,
                typed.text("note", ResolveRefund.TEXT_CHARS_MAX),
                member.subject(),
                request.traceparent())));
  }

  private static Reply done(String id, Outcome<RefundDesk.Done, RefundRefusal> outcome) {
    String told =
        switch (outcome) {
          case Outcome.Applied<RefundDesk.Done, RefundRefusal>(RefundDesk.Done done) ->
              switch (done) {
                case APPLIED -> "applied";
                case PROPOSED -> "proposed";
              };
          case Outcome.AlreadyApplied<RefundDesk.Done, RefundRefusal> _ -> "applied";
          case Outcome.Refused<RefundDesk.Done, RefundRefusal>(RefundRefusal why) -> refused(why);
        };
    return Reply.seeOther(new Href(PATH).under(id).with("done", told).toString());
  }

  private static String refused(RefundRefusal why) {
    return switch (why) {
      case NOT_FOUND -> throw Problem.notFound();
      case SECOND_PERSON_NEEDED -> "second_person";
      case VERSION_CONFLICT -> "stale";
      case OUTCOME_UNKNOWN -> "unknown";
      case ALREADY_BACK -> "already_back";
      case NOT_WAITING, NOT_REFUNDABLE, OVER_REFUND, ALREADY_SHIPPED, KEY_REUSED -> "not_waiting";
    };
  }
}
