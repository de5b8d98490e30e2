package io.tidegate.server.console;

import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.identity.Caller;
import io.tidegate.shop.webhooks.Delivery;
import io.tidegate.shop.webhooks.Subscription;
import io.tidegate.shop.webhooks.WebhookDesk;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who is sent events, how that goes, and what staff do about it. */
final class WebhookPage implements Routes {

  static final String PATH = "/console/webhooks";

  private static final String ONE = PATH + "/{id}";
  private static final int ROWS = 25;
  private static final int TYPES_CHARS_MAX = 1_000;
  private static final int TIME_CHARS_MAX = 40;
  private static final String RULES = "webhooks.rule";
  private static final List<String> FILTERS = List.of("waiting", "delivered", "failed");

  private final Pages pages;
  private final WebhookDesk desk;

  WebhookPage(Pages pages, WebhookDesk desk) {
    this.pages = pages;
    this.desk = desk;
  }

  @Override
  public void register(Router router) {
    pages
        .get(router, PATH, page((request, visitor, _) -> list(request, visitor)))
        .query("after", "done");
    pages
        .get(router, ONE, page((request, visitor, _) -> show(request, visitor)))
        .query("after", "state", "done");
    post(router, PATH, this::create);
    post(router, ONE, this::change);
    post(router, ONE + "/enable", this::enable);
    post(router, ONE + "/disable", this::disable);
    post(router, ONE + "/delete", this::delete);
    post(router, ONE + "/secret", this::rotate);
    post(router, ONE + "/test", this::test);
    post(router, ONE + "/replay", this::replay);
    post(router, ONE + "/deliveries/{delivery}/replay", this::again);
  }

  private io.tidegate.platform.http.Handler page(Pages.StaffPage page) {
    return pages.of(Section.WEBHOOKS, page);
  }

  private void post(Router router, String template, Pages.StaffPage page) {
    pages.post(router, template, pages.form(Section.WEBHOOKS, page));
  }

  private Reply list(Request request, Visitor visitor) {
    return list(
        visitor,
        request.query("after"),
        notice(request.query("done"), Texts.in(visitor.language())),
        Entered.fresh("new", Map.of()),
        200);
  }

  private Reply list(
      Visitor visitor, @Nullable String after, String notice, Entered fresh, int status) {
    Texts t = Texts.in(visitor.language());
    List<Subscription> found = desk.subscriptions().list(position(after), ROWS + 1);
    List<Subscription> shown = found.subList(0, Math.min(ROWS, found.size()));
    WebhookSheet.Shelf shelf =
        new WebhookSheet.Shelf(
            shown.stream().map(one -> WebhookSheet.row(one, t, pages.zone())).toList(),
            notice,
            found.size() > ROWS ? PATH + "?after=" + shown.getLast().id() : "",
            fresh);
    return pages
        .page(visitor, Section.WEBHOOKS, t.of("webhooks.title"), PATH, "webhooks", shelf)
        .as(status);
  }

  private static long position(@Nullable String after) {
    try {
      return after == null ? Long.MAX_VALUE : Long.parseLong(after);
    } catch (NumberFormatException _) {
      throw Problem.invalid("?after", "is no place in the list");
    }
  }

  private static String notice(@Nullable String done, Texts t) {
    return switch (done) {
      case "saved" -> t.of("webhooks.saved");
      case "tested" -> t.of("webhooks.tested");
      case "again" -> t.of("webhooks.again");
      case "begun" -> t.of("webhooks.begun");
      case "deleted" -> t.of("webhooks.deleted");
      case "gone" -> t.of("webhooks.gone");
      case null, default -> "";
    };
  }

  private Reply show(Request request, Visitor visitor) {
    Subscription one = subscription(request);
    Texts t = Texts.in(visitor.language());
    return show(
        request, visitor, one, "", notice(request.query("done"), t), edit(one), range(), 200);
  }

  private Reply show(
      Request request,
      Visitor visitor,
      Subscription one,
      String secret,
      String notice,
      Entered edit,
      Entered range,
      int status) {
    Texts t = Texts.in(visitor.language());
    boolean read = request.method().equals("GET");
    String filter = read ? filter(request.query("state")) : "";
    long before = read ? position(request.query("after")) : Long.MAX_VALUE;
    List<Delivery> found = desk.deliveries().list(one.id(), states(filter), before, ROWS + 1);
    List<Delivery> shown = found.subList(0, Math.min(ROWS, found.size()));
    WebhookSheet.Row row = WebhookSheet.row(one, t, pages.zone());
    String next =
        found.size() > ROWS
            ? new Href(row.path())
                .with("state", filter)
                .with("after", Long.toString(shown.getLast().id()))
                .toString()
            : "";
    WebhookSheet.Detail detail =
        new WebhookSheet.Detail(
            one.id(),
            row,
            one.state() == Subscription.State.ACTIVE,
            secret,
            notice,
            facts(one, t),
            edit,
            range,
            shown.stream().map(each -> WebhookSheet.sent(each, t, pages.zone())).toList(),
            filters(filter, t),
            filter,
            next,
            desk.replays()
                .latest(one.id())
                .map(last -> WebhookSheet.range(last, t, pages.zone()))
                .orElse(null));
    return pages
        .page(visitor, Section.WEBHOOKS, t.of("webhooks.title"), row.path(), "webhook", detail)
        .as(status);
  }

  private List<WebhookSheet.Fact> facts(Subscription one, Texts t) {
    List<WebhookSheet.Fact> facts = new ArrayList<>();
    facts.add(new WebhookSheet.Fact(t.of("webhooks.by"), one.by()));
    facts.add(
        new WebhookSheet.Fact(
            t.of("webhooks.since"), Shown.moment(one.createdAt(), pages.zone()).text()));
    if (one.failingSince() != null) {
      facts.add(
          new WebhookSheet.Fact(
              t.of("webhooks.failing_since"),
              Shown.moment(one.failingSince(), pages.zone()).text()));
    }
    if (one.slowUntil() != null) {
      facts.add(
          new WebhookSheet.Fact(
              t.of("webhooks.slow_until"), Shown.moment(one.slowUntil(), pages.zone()).text()));
    }
    if (one.oldSecretUntil() != null) {
      facts.add(
          new WebhookSheet.Fact(
              t.of("webhooks.old_secret_until"),
              Shown.moment(one.oldSecretUntil(), pages.zone()).text()));
    }
    return facts;
  }

  private static String filter(@Nullable String state) {
    if (state == null || state.isEmpty()) {
      return "";
    }
    if (!FILTERS.contains(state)) {
      throw Problem.invalid("?state", "is no state");
    }
    return state;
  }

  private static List<Delivery.State> states(String filter) {
    return switch (filter) {
      case "waiting" -> List.of(Delivery.State.WAITING, Delivery.State.SENDING);
      case "delivered" -> List.of(Delivery.State.DELIVERED);
      case "failed" -> List.of(Delivery.State.FAILED);
      default -> List.of();
    };
  }

  private static List<OrderList.Choice> filters(String chosen, Texts t) {
    List<OrderList.Choice> all = new ArrayList<>();
    all.add(new OrderList.Choice("", t.of("webhooks.any_state"), chosen.isEmpty()));
    for (String filter : FILTERS) {
      all.add(
          new OrderList.Choice(filter, t.named("delivery_state", filter), filter.equals(chosen)));
    }
    return all;
  }

  private static Entered edit(Subscription one) {
    return Entered.fresh(
        "edit",
        Map.of(
            "url",
            one.url(),
            "types",
            String.join(", ", one.types()),
            "description",
            one.description()));
  }

  private static Entered range() {
    return Entered.fresh("range", Map.of());
  }

  /** What was typed, looked at as the API looks at it. */
  private WebhookDesk.Wish wish(Request request) {
    Typed typed = new Typed(request.form());
    String types = typed.optional("types", TYPES_CHARS_MAX);
    WebhookDesk.Wish wish =
        new WebhookDesk.Wish(
            typed.text("url", WebhookDesk.URL_CHARS_MAX),
            types.isEmpty()
                ? List.of()
                : Arrays.stream(types.split(",", -1)).map(String::strip).toList(),
            typed.optional("description", WebhookDesk.DESCRIPTION_CHARS_MAX));
    List<Problem.FieldError> wrong = new ArrayList<>();
    desk.check(
        wish.url(),
        wish.types(),
        (field, why) -> wrong.add(new Problem.FieldError("/" + field, why)));
    if (!wrong.isEmpty()) {
      throw Problem.invalid(wrong);
    }
    return wish;
  }

  private static Entered wrong(Entered form, Problem problem, Texts t) {
    if (problem.status() != 400) {
      throw problem;
    }
    return form.refused(problem, t, RULES, Map.of());
  }

  private Reply create(Request request, Visitor visitor, Caller member) {
    Texts t = Texts.in(visitor.language());
    Entered form = Entered.fresh("new", request.form().all());
    try {
      Optional<WebhookDesk.WithSecret> made = desk.create(wish(request), member.subject());
      return made.isEmpty()
          ? list(visitor, null, "", form.noticed(t.of("webhooks.too_many")), 409)
          : secret(request, visitor, made.get(), t.of("webhooks.made"));
    } catch (Problem problem) {
      return list(visitor, null, "", wrong(form, problem, t), problem.status());
    }
  }

  /** The page with the secret, which is nowhere else to be had. */
  private Reply secret(
      Request request, Visitor visitor, WebhookDesk.WithSecret one, String notice) {
    Subscription of = one.subscription();
    return show(request, visitor, of, one.secret(), notice, edit(of), range(), 200);
  }

  private Reply change(Request request, Visitor visitor, Caller member) {
    Subscription one = subscription(request);
    try {
      return to(one, desk.change(one.id(), wish(request), member.subject()), "saved");
    } catch (Problem problem) {
      Texts t = Texts.in(visitor.language());
      Entered told = wrong(Entered.fresh("edit", request.form().all()), problem, t);
      return show(request, visitor, one, "", "", told, range(), 400);
    }
  }

  private Reply enable(Request request, Visitor visitor, Caller member) {
    Subscription one = subscription(request);
    return to(one, desk.enable(one.id(), member.subject()), "saved");
  }

  private Reply disable(Request request, Visitor visitor, Caller member) {
    Subscription one = subscription(request);
    return to(one, desk.disable(one.id(), member.subject()), "saved");
  }

  private Reply delete(Request request, Visitor visitor, Caller member) {
    boolean deleted = desk.delete(request.pathNumber("id"), member.subject());
    return Reply.seeOther(PATH + "?done=" + (deleted ? "deleted" : "gone"));
  }

  private Reply rotate(Request request, Visitor visitor, Caller member) {
    WebhookDesk.WithSecret rotated =
        desk.rotate(request.pathNumber("id"), member.subject()).orElseThrow(Problem::notFound);
    return secret(request, visitor, rotated, Texts.in(visitor.language()).of("webhooks.rotated"));
  }

  private Reply test(Request request, Visitor visitor, Caller member) {
    Subscription one = subscription(request);
    boolean active = one.state() == Subscription.State.ACTIVE;
    return to(
        one,
        active ? Optional.of(desk.test(one.id(), member.subject())) : Optional.empty(),
        "tested");
  }

  private Reply again(Request request, Visitor visitor, Caller member) {
    Subscription one = subscription(request);
    Delivery delivery =
        desk.deliveries()
            .get(one.id(), request.pathNumber("delivery"))
            .orElseThrow(Problem::notFound);
    boolean active = one.state() == Subscription.State.ACTIVE;
    return to(
        one,
        active ? desk.again(one.id(), delivery.id(), member.subject()) : Optional.empty(),
        "again");
  }

  private Reply replay(Request request, Visitor visitor, Caller member) {
    Subscription one = subscription(request);
    Typed typed = new Typed(request.form());
    try {
      Instant from = time("from", typed.text("from", TIME_CHARS_MAX));
      String to = typed.optional("to", TIME_CHARS_MAX);
      Instant until = to.isEmpty() ? null : time("to", to);
      boolean deliveredToo = typed.ticked("deliveredToo");
      if (one.state() != Subscription.State.ACTIVE) {
        return to(one, Optional.empty(), "begun");
      }
      return switch (desk.replay(one.id(), from, until, deliveredToo, member.subject())) {
        case WebhookDesk.Wished.Begun(var begun) -> to(one, Optional.of(begun), "begun");
        case WebhookDesk.Wished.Running _ -> to(one, Optional.empty(), "begun");
        case WebhookDesk.Wished.Refused(String why) -> throw Problem.invalid("/from", why);
      };
    } catch (Problem problem) {
      Texts t = Texts.in(visitor.language());
      Entered told = wrong(Entered.fresh("range", request.form().all()), problem, t);
      return show(request, visitor, one, "", "", edit(one), told, 400);
    }
  }

  private static Instant time(String field, String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException _) {
      throw Problem.invalid("/" + field, "is no time");
    }
  }

  private Subscription subscription(Request request) {
    return desk.subscriptions().get(request.pathNumber("id")).orElseThrow(Problem::notFound);
  }

  private static Reply to(Subscription one, Optional<?> result, String done) {
    return Reply.seeOther(PATH + "/" + one.id() + "?done=" + (result.isPresent() ? done : "gone"));
  }
}
