package io.tidegate.shop.promotion;

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
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.promotion.PromotionStore.Changed;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/admin/price-lists} or {@code /v1/admin/promotions}: staff list, make, edit and
 * withdraw.
 */
final class TermsRoutes<T> implements Routes {

  private final TermsDesk<T> desk;
  private final TermsDesk.Table<T> table;
  private final Cursors cursors;
  private final InstantSource clock;
  private final String path;

  TermsRoutes(TermsDesk<T> desk, Cursors cursors, InstantSource clock) {
    this.desk = desk;
    this.table = desk.table();
    this.cursors = cursors;
    this.clock = clock;
    this.path = "/v1/admin/" + table.word() + "s";
  }

  @Override
  public void register(Router router) {
    Access readers = Access.staff("admin", "marketing", "support", "finance");
    Access editors = Access.staff("admin", "marketing");
    router.get(path, readers, this::list).paged();
    router.post(path, editors, this::add);
    router.get(path + "/{id}", readers, this::get);
    router.put(path + "/{id}", editors, this::edit);
    router.delete(path + "/{id}", editors, this::withdraw);
  }

  private Reply list(Request request) {
    long before = cursors.position(request).orElse(Long.MAX_VALUE);
    return Page.reply(
            request,
            cursors,
            desk.before(before, request.limit() + 1),
            row -> table.terms(row.value()).id(),
            this::write)
        .header("Cache-Control", "no-store");
  }

  private Reply get(Request request) {
    Changed<T> found = desk.find(request.pathNumber("id")).orElseThrow(Problem::notFound);
    return reply(200, found.value(), found.withdrawn());
  }

  private Reply add(Request request) {
    T made = done(desk.add(request.json(), request.caller().subject()));
    return reply(201, made, false)
        .header("Location", path + "/" + Long.toString(table.terms(made).id()));
  }

  private Reply edit(Request request) {
    @Nullable Long expected = TermsJson.ifMatch(request);
    long id = request.pathNumber("id");
    Fields body = request.json();
    T now =
        done(
            desk.edit(id, body, expected, request.caller().subject())
                .orElseThrow(Problem::notFound));
    return reply(200, now, false);
  }

  private Reply withdraw(Request request) {
    @Nullable Long expected = TermsJson.ifMatch(request);
    long id = request.pathNumber("id");
    done(desk.withdraw(id, expected, request.caller().subject()).orElseThrow(Problem::notFound));
    return Reply.noContent();
  }

  private static <T> T done(Outcome<T, TermsRefusal> outcome) {
    return switch (outcome) {
      case Outcome.Applied(var value) -> value;
      case Outcome.AlreadyApplied(var value) -> value;
      case Outcome.Refused(var why) -> throw problem(why);
    };
  }

  private static Problem problem(TermsRefusal why) {
    return switch (why) {
      case STALE -> Problem.preconditionFailed();
      case WITHDRAWN -> Problem.conflict("withdrawn", "It was withdrawn: make a new one");
      case TOO_MANY ->
          Problem.conflict("too_many", "At most " + TermsDesk.LIVE_MAX + " may hold or be planned");
    };
  }

  private Reply reply(int status, T value, boolean withdrawn) {
    return Reply.json(status, json -> write(json, new Changed<>(value, withdrawn, 0)))
        .header("ETag", TermsJson.tag(table.terms(value)).header())
        .header("Cache-Control", "no-store");
  }

  private void write(JsonWriter json, Changed<T> row) {
    json.beginObject();
    TermsJson.write(json, table.terms(row.value()), row.withdrawn(), clock.instant());
    table.members(json, row.value());
    json.endObject();
  }
}
