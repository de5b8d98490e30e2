package io.tidegate.shop.reconciliation;

import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Cursors;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.payment.StatementText;
import io.tidegate.shop.reconciliation.ReconciliationService.Refusal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A day's statement against our book, for staff. */
public final class ReconciliationRoutes implements Routes {

  private static final String PATH = "/v1/admin/reconciliation";
  private static final int NOTE_CHARS_MAX = 500;
  private static final Set<String> ACTIONS =
      Arrays.stream(Action.values()).map(Action::wire).collect(Collectors.toUnmodifiableSet());

  private final ReconciliationService service;
  private final DifferenceDesk desk;
  private final Cursors cursors;

  public ReconciliationRoutes(ReconciliationService service, DifferenceDesk desk, Cursors cursors) {
    this.service = service;
    this.desk = desk;
    this.cursors = cursors;
  }

  @Override
  public void register(Router router) {
    Access see = Access.staff("admin", "finance", "support");
    Access act = Access.staff("admin", "finance");
    router.get(PATH + "/{date}", see, this::show).query("provider").paged();
    router.post(PATH + "/{date}/run", act, this::run).query("provider");
    router.post(PATH + "/{date}/statement", act, this::statement).query("provider");
    router.post(PATH + "/differences/{id}/resolve", act, this::resolve);
  }

  private Reply show(Request request) {
    String provider = provider(request);
    LocalDate day = day(request);
    int limit = request.limit();
    long after = cursors.position(request).orElse(0);
    ReconciliationService.Shown shown =
        service.show(provider, day, after, limit + 1).orElseThrow(Problem::notFound);
    List<Difference> all = shown.differences();
    List<Difference> page = all.size() > limit ? all.subList(0, limit) : all;
    Map<Long, Set<Action>> actions = desk.actions(page);
    return Reply.json(
            200,
            json -> {
              ReconciliationJson.day(json.beginObject(), shown);
              json.name("differences").beginArray();
              page.forEach(each ->
                  ReconciliationJson.difference(
                      json, each, actions.getOrDefault(each.id(), Set.of())));
              json.endArray();
              if (all.size() > limit) {
                json.field("next", cursors.after(request, page.getLast().id()));
              }
              json.endObject();
            })
        .header("Cache-Control", "no-store");
  }

  private Reply run(Request request) {
    String provider = provider(request);
    LocalDate day = day(request);
    if (day.isAfter(service.today())) {
      throw Problem.invalid("/date", "has not begun");
    }
    return summary(provider, day, service.run(provider, day));
  }

  /** A statement of as many bytes as a body may have; longer ones are imported as files. */
  private Reply statement(Request request) throws IOException {
    String provider = provider(request);
    LocalDate day = day(request);
    try {
      service.take(
          provider, day, new ByteArrayInputStream(request.body()), request.caller().subject());
      return summary(provider, day, service.match(provider, day));
    } catch (StatementText.Malformed e) {
      throw Problem.invalid(String.valueOf(e.getMessage()));
    }
  }

  private Reply summary(String provider, LocalDate day, Outcome<Day, Refusal> outcome) {
    if (outcome instanceof Outcome.Refused<Day, Refusal>(Refusal why)) {
      throw problem(why);
    }
    ReconciliationService.Shown shown =
        service.show(provider, day, 0, 1).orElseThrow(Problem::notFound);
    return Reply.json(
        200,
        json -> {
          ReconciliationJson.day(json.beginObject(), shown);
          json.endObject();
        });
  }

  private Reply resolve(Request request) {
    long id = request.pathNumber("id");
    Fields body = request.json();
    String action = body.choice("action", ACTIONS);
    @Nullable String note = body.optionalLine("note", NOTE_CHARS_MAX);
    @Nullable Long version = body.optionalInteger("version", 1, Integer.MAX_VALUE);
    if (note == null && action.equals(Action.ACCEPT.wire())) {
      body.refuse("note", "is required: say why it may stand as it is");
    }
    body.check();
    Outcome<DifferenceDesk.Done, DifferenceDesk.Refusal> outcome =
        desk.resolve(
            new DifferenceDesk.Resolve(
                id,
                version == null ? null : Math.toIntExact(version),
                Action.ofWire(action).orElseThrow(),
                note == null ? "" : note,
                request.caller().subject(),
                request.traceparent()));
    return switch (outcome) {
      case Outcome.Applied<DifferenceDesk.Done, DifferenceDesk.Refusal>(DifferenceDesk.Done done) ->
          resolved(done.isProposed() ? "proposed" : "applied", done.difference());
      case Outcome.AlreadyApplied<DifferenceDesk.Done, DifferenceDesk.Refusal>(
              DifferenceDesk.Done done) ->
          resolved("already_applied", done.difference());
      case Outcome.Refused<DifferenceDesk.Done, DifferenceDesk.Refusal>(
              DifferenceDesk.Refusal why) ->
          throw problem(why);
    };
  }

  private Reply resolved(String outcome, Difference now) {
    Set<Action> actions = desk.actions(List.of(now)).getOrDefault(now.id(), Set.of());
    return Reply.json(
        200,
        json -> {
          json.beginObject().field("outcome", outcome).name("difference");
          ReconciliationJson.difference(json, now, actions);
          json.endObject();
        });
  }

  /** The one that is named, or the only one there is. */
  private String provider(Request request) {
    List<String> known = service.providers();
    String name = request.query("provider");
    if (name == null && known.size() == 1) {
      return known.getFirst();
    }
    if (name == null || !known.contains(name)) {
      throw Problem.invalid("?provider", "must be one of " + String.join(", ", known));
    }
    return name;
  }

  private static LocalDate day(Request request) {
    return parse(request.path("date")).orElseThrow(Problem::notFound);
  }

  private static Optional<LocalDate> parse(String text) {
    try {
      LocalDate day = LocalDate.parse(text);
      return day.getYear() >= 2000 && day.getYear() < 2200 ? Optional.of(day) : Optional.empty();
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Problem problem(Refusal why) {
    return switch (why) {
      case NO_STATEMENT ->
          Problem.conflict("no_statement", "There is no statement of this day: import it");
      case STATEMENT_UNAVAILABLE ->
          Problem.conflict(
              "statement_unavailable", "The provider gave no whole statement: it is tried again");
    };
  }

  private static Problem problem(DifferenceDesk.Refusal why) {
    return switch (why) {
      case NOT_FOUND -> Problem.notFound();
      case NOT_POSSIBLE ->
          Problem.conflict("not_possible", "That can't be done about this difference any more");
      case NOT_CONFIRMED ->
          Problem.conflict(
              "not_confirmed",
              "The provider does not confirm this payment: nothing was taken into our book");
      case SECOND_PERSON_NEEDED ->
          Problem.conflict("second_person_needed", "Another person must say the same");
      case VERSION_CONFLICT ->
          Problem.conflict("version_conflict", "It has changed since it was looked at");
    };
  }
}
