package io.tidegate.server.console;

import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.identity.Caller;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.payment.StatementText;
import io.tidegate.shop.reconciliation.Action;
import io.tidegate.shop.reconciliation.Day;
import io.tidegate.shop.reconciliation.Difference;
import io.tidegate.shop.reconciliation.DifferenceDesk;
import io.tidegate.shop.reconciliation.ReconciliationService;
import io.tidegate.shop.reconciliation.ReconciliationService.Refusal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A provider's statement of a business day against our book, and what is done where they differ.
 */
final class ReconciliationPage implements Routes {
  static final int ROWS = 25;
  private static final String PATH = "/console/reconciliation";
  private static final Access ACTING = Access.staff("admin", "finance");
  private static final int NOTE_CHARS_MAX = 200;
  private static final int WORD_CHARS_MAX = 32;

  /** More than a body may have. */
  private static final int CSV_CHARS_MAX = 64 * 1024;

  private final Pages pages;
  private final ReconciliationService service;
  private final DifferenceDesk desk;
  private final InstantSource clock;

  ReconciliationPage(
      Pages pages, ReconciliationService service, DifferenceDesk desk, InstantSource clock) {
    this.desk = desk;
    this.pages = pages;
    this.service = service;
    this.clock = clock;
  }

  @Override
  public void register(Router router) {
    pages
        .get(router, PATH, pages.of(Section.RECONCILIATION, this::day))
        .query("date", "provider", "after", "done");
    pages.post(router, PATH + "/run", pages.form(Section.RECONCILIATION, ACTING, this::run));
    pages.post(
        router, PATH + "/statement", pages.form(Section.RECONCILIATION, ACTING, this::statement));
    pages.post(
        router,
        PATH + "/differences/{id}",
        pages.form(Section.RECONCILIATION, ACTING, this::resolve));
  }

  /** Which day at which provider. */
  private record Asked(LocalDate date, String provider) {
    String href(String after) {
      return new Href(PATH)
          .with("date", date.toString())
          .with("provider", provider)
          .with("after", after)
          .toString();
    }
  }

  private Reply day(Request request, Visitor visitor, Caller member) {
    Texts t = Texts.in(visitor.language());
    Asked asked = asked(request.query("date"), request.query("provider"));
    String after = request.query("after");
    Optional<ReconciliationService.Shown> shown =
        asked.provider().isEmpty()
            ? Optional.empty()
            : service.show(asked.provider(), asked.date(), after(after), ROWS + 1);
    ReconciliationReader reader = new ReconciliationReader(pages.zone(), t);
    List<Difference> found = shown.map(each -> each.differences()).orElse(List.of());
    List<Difference> page = found.subList(0, Math.min(ROWS, found.size()));
    Map<Long, Set<Action>> actions = desk.actions(page);
    DayList list =
        new DayList(
            asked.date().toString(),
            yesterday().toString(),
            asked.provider(),
            providers(asked.provider(), t),
            shown.map(reader::day).orElseGet(reader::nothing),
            page.stream()
                .map(each -> reader.difference(each, actions.getOrDefault(each.id(), Set.of())))
                .toList(),
            ACTING.allows(member) && !asked.provider().isEmpty(),
            notice(request.query("done"), t),
            after == null ? "" : asked.href(""),
            found.size() > ROWS ? asked.href(Long.toString(page.getLast().id())) : "");
    return pages
        .page(
            visitor,
            Section.RECONCILIATION,
            t.of("reconciliation.title"),
            asked.href(""),
            "reconciliation",
            list)
        .as(200);
  }

  private Asked asked(@Nullable String date, @Nullable String provider) {
    List<String> known = service.providers();
    if (provider != null && !known.contains(provider)) {
      throw Problem.invalid("?provider", "is none that is known here");
    }
    LocalDate day = date == null || date.isEmpty() ? yesterday() : date(date);
    return new Asked(day, provider == null ? service.firstToShow(day).orElse("") : provider);
  }

  private LocalDate yesterday() {
    return LocalDate.ofInstant(clock.instant(), service.zone()).minusDays(1);
  }

  private static LocalDate date(String text) {
    try {
      LocalDate day = LocalDate.parse(text);
      if (day.getYear() >= 2000 && day.getYear() < 2200) {
        return day;
      }
    } catch (DateTimeException _) {
      // told below
    }
    throw Problem.invalid("?date", "is no date");
  }

  private static long after(@Nullable String text) {
    try {
      return text == null ? 0 : Long.parseLong(text);
    } catch (NumberFormatException _) {
      throw Problem.invalid("?after", "is no place in the list");
    }
  }

  private List<OrderList.Choice> providers(String chosen, Texts t) {
    return service.providers().stream()
        .map(name -> new OrderList.Choice(name, t.named("provider", name), name.equals(chosen)))
        .toList();
  }

  private static String notice(@Nullable String done, Texts t) {
    return switch (done) {
      case "run" -> t.of("reconciliation.done.run");
      case "taken" -> t.of("reconciliation.done.taken");
      case "resolved" -> t.of("reconciliation.done.resolved");
      case "no_statement" -> t.of("reconciliation.done.no_statement");
      case "unavailable" -> t.of("reconciliation.done.unavailable");
      case "malformed" -> t.of("reconciliation.done.malformed");
      case "not_possible" -> t.of("reconciliation.done.not_possible");
      case "not_confirmed" -> t.of("reconciliation.done.not_confirmed");
      case "second_person" -> t.of("reconciliation.done.second_person");
      case "stale" -> t.of("reconciliation.done.stale");
      case null, default -> "";
    };
  }

  private Reply run(Request request, Visitor visitor, Caller member) {
    Asked asked = typed(request);
    return done(asked, told(service.run(asked.provider(), asked.date()), "run"));
  }

  /** The day that a form is about. */
  private Asked typed(Request request) {
    Typed typed = new Typed(request.form());
    return asked(typed.text("date", WORD_CHARS_MAX), typed.text("provider", WORD_CHARS_MAX));
  }

  private Reply statement(Request request, Visitor visitor, Caller member) throws IOException {
    Asked asked = typed(request);
    String csv = request.form().required("csv", CSV_CHARS_MAX);
    try {
      service.take(
          asked.provider(),
          asked.date(),
          new ByteArrayInputStream(csv.getBytes(StandardCharsets.UTF_8)),
          member.subject());
      return done(asked, told(service.match(asked.provider(), asked.date()), "taken"));
    } catch (StatementText.Malformed _) {
      return done(asked, "malformed");
    }
  }

  private Reply resolve(Request request, Visitor visitor, Caller member) {
    Typed typed = new Typed(request.form());
    Action action =
        Action.ofWire(typed.text("action", WORD_CHARS_MAX))
            .orElseThrow(() -> Problem.invalid("/action", "is no action"));
    String note =
        action == Action.ACCEPT
            ? typed.text("note", NOTE_CHARS_MAX)
            : typed.optional("note", NOTE_CHARS_MAX);
    Difference difference = service.find(request.pathNumber("id")).orElseThrow(Problem::notFound);
    return done(
        new Asked(difference.day(), difference.provider()),
        told(
            desk.resolve(
                new DifferenceDesk.Resolve(
                    difference.id(),
                    typed.integer("version", 1, Integer.MAX_VALUE),
                    action,
                    note,
                    member.subject(),
                    request.traceparent()))));
  }

  private static String told(Outcome<Day, Refusal> outcome, String done) {
    return switch (outcome) {
      case Outcome.Applied<Day, Refusal> _, Outcome.AlreadyApplied<Day, Refusal> _ -> done;
      case Outcome.Refused<Day, Refusal>(Refusal why) ->
          switch (why) {
            case NO_STATEMENT -> "no_statement";
            case STATEMENT_UNAVAILABLE -> "unavailable";
          };
    };
  }

  private static String told(Outcome<DifferenceDesk.Done, DifferenceDesk.Refusal> outcome) {
    return switch (outcome) {
      case Outcome.Applied<DifferenceDesk.Done, DifferenceDesk.Refusal>(DifferenceDesk.Done done) ->
          done.isProposed() ? "second_person" : "resolved";
      case Outcome.AlreadyApplied<DifferenceDesk.Done, DifferenceDesk.Refusal> _ -> "resolved";
      case Outcome.Refused<DifferenceDesk.Done, DifferenceDesk.Refusal>(
              DifferenceDesk.Refusal why) ->
          switch (why) {
            case NOT_FOUND -> throw Problem.notFound();
            case NOT_POSSIBLE -> "not_possible";
            case NOT_CONFIRMED -> "not_confirmed";
            case SECOND_PERSON_NEEDED -> "second_person";
            case VERSION_CONFLICT -> "stale";
          };
    };
  }

  private static Reply done(Asked asked, String done) {
    return Reply.seeOther(asked.href("") + "&done=" + done);
  }
}
