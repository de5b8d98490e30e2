package io.tidegate.shop.aftersales;

import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Cursors;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.Page;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.http.Twins;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.Cause;
import io.tidegate.shop.payment.RefundChoice;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Refunds for staff: list, look, ask for a customer, approve, decide. */
public final class StaffRefundRoutes implements Routes {

  private static final String PATH = "/v1/admin/refunds";
  private static final String AUTOMATIC = "automatic";
  private static final Set<String> KINDS = Set.of("asked", AUTOMATIC);
  private static final int STAMP_CHARS_MAX = 64;
  private static final Set<String> ACTIONS =
      Arrays.stream(RefundChoice.values())
          .map(RefundChoice::wire)
          .collect(Collectors.toUnmodifiableSet());

  private final RefundService refunds;
  private final RefundDesk desk;
  private final Cursors cursors;
  private final Twins twins;

  public StaffRefundRoutes(RefundService refunds, RefundDesk desk, Cursors cursors, Twins twins) {
    this.refunds = refunds;
    this.desk = desk;
    this.cursors = cursors;
    this.twins = twins;
  }

  @Override
  public void register(Router router) {
    Access all = Access.staff("admin", "support", "finance");
    router.get(PATH, all, this::list).query("state", "kind").paged();
    router.get(PATH + "/{id}", all, this::show);
    router.post(PATH + "/{id}/approve", all, this::approve);
    router.post(PATH + "/{id}/resolve", all, this::resolve);
    router.post("/v1/admin/orders/{number}/refunds", all, this::request);
  }

  private Reply list(Request request) {
    String state = request.query("state");
    if (state != null && !state.equals(RefundBook.WAITING) && !RefundBook.STATES.contains(state)) {
      throw Problem.invalid("?state", "is no state of a refund");
    }
    String kind = request.query("kind");
    if (kind != null && (!KINDS.contains(kind) || RefundBook.WAITING.equals(state))) {
      throw Problem.invalid("?kind", "is asked or automatic, and of what waits there is one list");
    }
    RefundBook.Listed found = list(state, kind, cursors.position(request), request.limit());
    return Page.reply(request, cursors, found.refunds(), found.next(), RefundJson::writeForStaff)
        .header("Cache-Control", "no-store");
  }

  private RefundBook.Listed list(
      @Nullable String state, @Nullable String kind, OptionalLong after, int limit) {
    if (RefundBook.WAITING.equals(state)) {
      return desk.book().waiting(after, limit);
    }
    long before = after.orElse(Long.MAX_VALUE);
    return AUTOMATIC.equals(kind)
        ? desk.book().automatic(state, before, limit)
        : desk.book().latest(state, before, limit);
  }

  private Reply show(Request request) {
    return shown(200, find(request.path("id")));
  }

  private RefundDetail find(String id) {
    return desk.find(id).orElseThrow(Problem::notFound);
  }

  private static Reply shown(int status, RefundDetail detail) {
    return Reply.json(status, json -> RefundJson.detail(json, detail))
        .header("Cache-Control", "no-store");
  }

  private Reply request(Request request) throws Exception {
    Cause cause = Cause.staff(request.caller().subject(), request.traceId(), request.traceparent());
    return RefundRoutes.request(request, null, cause, refunds, twins, PATH + "/");
  }

  private Reply approve(Request request) {
    if (request.body().length > 0) {
      request.json().check();
    }
    RefundCaseId id = RefundCaseId.parse(request.path("id")).orElseThrow(Problem::notFound);
    return told(desk.approve(id, request.caller().subject()), id.toString());
  }

  private Reply resolve(Request request) {
    String id = request.path("id");
    Fields body = request.json();
    String action = body.choice("action", ACTIONS);
    String note = body.optionalLine("note", ResolveRefund.TEXT_CHARS_MAX);
    String reference = body.optionalLine("reference", ResolveRefund.TEXT_CHARS_MAX);
    String stamp = body.optionalString("stamp", STAMP_CHARS_MAX);
    boolean byHand = action.equals(RefundChoice.BY_HAND.wire());
    if (byHand && reference == null) {
      body.refuse("reference", "must say where the money's way can be looked up");
    } else if (!byHand && reference != null) {
      body.refuse("reference", "belongs to by_hand");
    }
    body.check();
    return told(
        desk.resolve(
            new ResolveRefund(
                id,
                stamp,
                RefundChoice.valueOf(action.toUpperCase(Locale.ROOT)),
                reference,
                note,
                request.caller().subject(),
                request.traceparent())),
        id);
  }

  private Reply told(Outcome<RefundDesk.Done, RefundRefusal> outcome, String id) {
    return switch (outcome) {
      case Outcome.Applied<RefundDesk.Done, RefundRefusal>(RefundDesk.Done done) ->
          told(done.name().toLowerCase(Locale.ROOT), id);
      case Outcome.AlreadyApplied<RefundDesk.Done, RefundRefusal> _ -> told("already_applied", id);
      case Outcome.Refused<RefundDesk.Done, RefundRefusal>(RefundRefusal why) ->
          throw RefundProblemJson.problem(why);
    };
  }

  private Reply told(String outcome, String id) {
    RefundDetail detail = find(id);
    return Reply.json(
            200,
            json -> {
              json.beginObject().field("outcome", outcome).name("refund");
              RefundJson.detail(json, detail);
              json.endObject();
            })
        .header("Cache-Control", "no-store");
  }
}
