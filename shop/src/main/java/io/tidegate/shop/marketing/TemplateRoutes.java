package io.tidegate.shop.marketing;

import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Cursors;
import io.tidegate.platform.http.EntityTag;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.IdempotencyKey;
import io.tidegate.platform.http.Page;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.marketing.CouponTemplate.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Coupon templates for staff: made, edited, and their coupons issued. */
public final class TemplateRoutes implements Routes {

  private static final String ALL = "/v1/admin/coupon-templates";
  private static final String ONE = ALL + "/{id}";

  private final TemplateDesk desk;
  private final Cursors cursors;

  public TemplateRoutes(TemplateDesk desk, Cursors cursors) {
    this.desk = desk;
    this.cursors = cursors;
  }

  @Override
  public void register(Router router) {
    Access readers = Access.staff("admin", "marketing", "support");
    Access editors = Access.staff("admin", "marketing");
    router.get(ALL, readers, this::list).paged();
    router.get(ONE, readers, this::show);
    router.post(ALL, editors, this::create);
    router.put(ONE, editors, this::edit);
    router.post(ONE + "/issue", editors, this::issue);
  }

  private Reply list(Request request) {
    long before = cursors.position(request).orElse(Long.MAX_VALUE);
    List<CouponTemplate> rows = desk.list(before, request.limit() + 1);
    return Page.reply(request, cursors, rows, CouponTemplate::position, TemplateJson::write)
        .header("Cache-Control", "no-store");
  }

  private Reply show(Request request) {
    CouponTemplate template = desk.find(id(request)).orElseThrow(Problem::notFound);
    EntityTag tag = tag(template);
    return tag.known(request)
        ? Reply.empty(304).header("ETag", tag.header())
        : tagged(200, template);
  }

  private Reply create(Request request) {
    Fields body = request.json();
    Outcome<CouponTemplate, Refusal> outcome = desk.create(body, request.caller().subject());
    CouponTemplate made = done(outcome);
    return tagged(201, desk.find(made.id()).orElseThrow(Problem::notFound));
  }

  private Reply edit(Request request) {
    Long expected = request.header("If-Match") == null ? null : EntityTag.requiredIfMatch(request);
    String actor = request.caller().subject();
    return tagged(
        200,
        done(
            desk.edit(id(request), request.json(), expected, actor)
                .orElseThrow(Problem::notFound)));
  }

  private static CouponTemplate done(Outcome<CouponTemplate, Refusal> outcome) {
    return switch (outcome) {
      case Outcome.Applied<CouponTemplate, Refusal>(CouponTemplate now) -> now;
      case Outcome.AlreadyApplied<CouponTemplate, Refusal>(CouponTemplate same) -> same;
      case Outcome.Refused<CouponTemplate, Refusal>(Refusal why) -> throw problem(why);
    };
  }

  private Reply issue(Request request) throws Exception {
    IdempotencyKey key = request.idempotencyKey();
    String actor = request.caller().subject();
    return switch (desk.issue(key, id(request), request.json(), actor)) {
      case Outcome.Applied<CouponIssue, CouponService.Refusal>(CouponIssue issue) -> issued(issue);
      case Outcome.AlreadyApplied<CouponIssue, CouponService.Refusal>(CouponIssue issue) ->
          issued(issue).replayed();
      case Outcome.Refused<CouponIssue, CouponService.Refusal>(CouponService.Refusal why) ->
          throw problem(why);
    };
  }

  private static Reply issued(CouponIssue issue) {
    return Reply.json(
            201,
            json ->
                json.beginObject()
                    .field("issue", Long.toString(issue.id()))
                    .field("template", issue.template())
                    .field("asked", issue.asked())
                    .field("issued", issue.issued())
                    .name("skipped")
                    .raw(issue.skipped().getBytes(StandardCharsets.UTF_8))
                    .endObject())
        .header("Cache-Control", "no-store");
  }

  private static String id(Request request) {
    String id = request.path("id");
    if (!TemplateDesk.isId(id)) {
      throw Problem.notFound();
    }
    return id;
  }

  private static Reply tagged(int status, CouponTemplate template) {
    return TemplateJson.reply(status, template).header("ETag", tag(template).header());
  }

  /** How many were issued changes without an edit. */
  private static EntityTag tag(CouponTemplate template) {
    return new EntityTag(template.version(), Long.toHexString(template.issued()));
  }

  private static Problem problem(Refusal why) {
    return switch (why) {
      case EXISTS -> Problem.conflict("exists", "Another template has this id");
      case CODE_TAKEN -> Problem.conflict("code_taken", "Another template has this code");
      case STALE -> Problem.preconditionFailed();
      case TERMS_FIXED ->
          Problem.conflict(
              "terms_fixed",
              "What a coupon is worth and for which goods never changes: make another template");
      case BELOW_ISSUED ->
          Problem.conflict("below_issued", "More are out than the new limit allows");
    };
  }

  private static Problem problem(CouponService.Refusal why) {
    return switch (why) {
      case NO_SUCH_TEMPLATE -> Problem.notFound();
      case KEY_REUSED -> Problem.keyReused();
      case NOT_ACTIVE -> Problem.conflict("not_active", "This template is stopped");
      case ENDED -> Problem.conflict("ended", "Its coupons would never be good");
    };
  }
}
