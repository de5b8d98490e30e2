package io.tidegate.server.console;

import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.IdempotencyKey;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.identity.Caller;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.marketing.CouponIssue;
import io.tidegate.shop.marketing.CouponService;
import io.tidegate.shop.marketing.CouponTemplate;
import io.tidegate.shop.marketing.CouponTemplate.Refusal;
import io.tidegate.shop.marketing.TemplateDesk;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Templates of coupons: made, edited by the version that the page showed, stopped, and issued to a
 * list of customers. What a form is refused for stands beside it, with all that was typed.
 */
final class CouponPage implements Routes {
  static final String PATH = "/console/coupons";
  private static final String ONE = PATH + "/{id}";
  private static final String RULES = "coupons.rule";
  private static final Access EDITORS = Access.staff("admin", "marketing");
  private static final int ROWS = 20;
  private static final int KEY_CHARS_MAX = 64;
  private static final int SKIPPED_MAX = 1_000;
  private static final int WORD_CHARS_MAX = 64;

  private final Pages pages;
  private final TemplateDesk desk;
  private final InstantSource clock;

  CouponPage(Pages pages, TemplateDesk desk, InstantSource clock) {
    this.pages = pages;
    this.desk = desk;
    this.clock = clock;
  }

  @Override
  public void register(Router router) {
    pages.get(router, PATH, pages.of(Section.COUPONS, this::list)).query("after");
    pages.get(router, ONE, pages.of(Section.COUPONS, this::show)).query("done");
    post(router, PATH, this::create);
    post(router, ONE, this::edit);
    post(router, ONE + "/active", this::active);
    post(router, ONE + "/issue", this::issue);
  }

  private void post(Router router, String template, Pages.StaffPage page) {
    pages.post(router, template, pages.form(Section.COUPONS, EDITORS, page));
  }

  private Reply list(Request request, Visitor visitor, Caller member) {
    String after = request.query("after");
    return list(visitor, member, after, Entered.fresh("new", CouponForm.blank()), 200);
  }

  private Reply list(
      Visitor visitor, Caller member, @Nullable String after, Entered form, int status) {
    Texts t = Texts.in(visitor.language());
    List<CouponTemplate> found = desk.list(position(after), ROWS + 1);
    List<CouponTemplate> shown = found.subList(0, Math.min(ROWS, found.size()));
    CouponList list =
        new CouponList(
            shown.stream()
                .map(each -> CouponList.row(each, t, pages.zone(), clock.instant()))
                .toList(),
            EDITORS.allows(member),
            after == null ? "" : PATH,
            found.size() > ROWS ? PATH + "?after=" + shown.getLast().position() : "",
            form,
            CouponList.Choices.in(t));
    return pages
        .page(visitor, Section.COUPONS, t.of("coupons.title"), PATH, "coupons", list)
        .as(status);
  }

  private static long position(@Nullable String after) {
    try {
      return after == null ? Long.MAX_VALUE : Long.parseLong(after);
    } catch (NumberFormatException _) {
      throw Problem.invalid("?after", "is no place in the list");
    }
  }

  private Reply create(Request request, Visitor visitor, Caller member) {
    Texts t = Texts.in(visitor.language());
    Map<String, String> typed = request.form().all();
    Entered form = Entered.fresh("new", typed);
    try {
      Fields body = CouponForm.made(typed, pages.zone());
      return switch (desk.create(body, member.subject())) {
        case Outcome.Applied<CouponTemplate, Refusal>(CouponTemplate made) -> to(made.id(), "made");
        case Outcome.AlreadyApplied<CouponTemplate, Refusal>(CouponTemplate same) ->
            to(same.id(), "made");
        case Outcome.Refused<CouponTemplate, Refusal>(Refusal why) ->
            list(visitor, member, null, refused(form, why, t), 409);
      };
    } catch (Problem problem) {
      return list(visitor, member, null, wrong(form, problem, t), problem.status());
    }
  }

  /** What is wrong with a form, beside it; other problems are pages of their own. */
  private static Entered wrong(Entered form, Problem problem, Texts t) {
    if (problem.status() != 400) {
      throw problem;
    }
    return form.refused(problem, t, RULES, CouponForm.suspects(form.values()));
  }

  private static Entered refused(Entered form, Refusal why, Texts t) {
    return switch (why) {
      case EXISTS -> form.badly("id", t.of("coupons.exists"));
      case CODE_TAKEN -> form.badly("claimCode", t.of("coupons.code_taken"));
      case BELOW_ISSUED -> form.badly("totalMax", t.of("coupons.below_issued"));
      case STALE, TERMS_FIXED -> form.noticed(t.of("coupons.stale"));
    };
  }

  /** The page of one template; what happened to its forms is put into it. */
  private Reply show(Request request, Visitor visitor, Caller member) {
    Texts t = Texts.in(visitor.language());
    CouponTemplate template = template(request);
    String notice =
        switch (request.query("done")) {
          case "made" -> t.of("coupons.made");
          case "saved" -> t.of("coupons.saved");
          case "stale" -> t.of("coupons.stale");
          case null, default -> "";
        };
    return show(visitor, member, template, edit(template), freshIssue(), notice, List.of(), 200);
  }

  private Entered edit(CouponTemplate template) {
    return Entered.fresh("edit", CouponForm.filled(template, pages.zone()))
        .with("version", Integer.toString(template.version()));
  }

  /** What is sent twice is done once; a page that is loaded anew asks for something new. */
  private static Entered freshIssue() {
    return Entered.fresh("issue", Map.of("key", UUID.randomUUID().toString()));
  }

  private Reply show(
      Visitor visitor,
      Caller member,
      CouponTemplate template,
      Entered edit,
      Entered issue,
      String notice,
      List<CouponDetail.Skipped> skipped,
      int status) {
    Texts t = Texts.in(visitor.language());
    CouponList.Row row = CouponList.row(template, t, pages.zone(), clock.instant());
    CouponDetail detail =
        new CouponDetail(
            row,
            template.version(),
            EDITORS.allows(member),
            notice,
            skipped,
            edit,
            issue,
            CouponList.Choices.in(t));
    return pages
        .page(visitor, Section.COUPONS, row.title(), row.path(), "coupon", detail)
        .as(status);
  }

  private CouponTemplate template(Request request) {
    String id = request.path("id");
    if (!TemplateDesk.isId(id)) {
      throw Problem.notFound();
    }
    return desk.find(id).orElseThrow(Problem::notFound);
  }

  private Reply edit(Request request, Visitor visitor, Caller member) {
    Texts t = Texts.in(visitor.language());
    CouponTemplate before = template(request);
    Map<String, String> typed = request.form().all();
    Entered form = Entered.fresh("edit", typed);
    try {
      Fields body = CouponForm.edited(before, typed, pages.zone());
      return switch (edit(request, before, body, member)) {
        case Outcome.Applied<CouponTemplate, Refusal> _,
            Outcome.AlreadyApplied<CouponTemplate, Refusal> _ ->
            to(before.id(), "saved");
        case Outcome.Refused<CouponTemplate, Refusal>(Refusal why) -> {
          // What stands above the form is what it is now, and the form goes by that version.
          CouponTemplate now = template(request);
          Entered told = refused(form.with("version", Integer.toString(now.version())), why, t);
          yield show(visitor, member, now, told, freshIssue(), "", List.of(), 409);
        }
      };
    } catch (Problem problem) {
      Entered told = wrong(form, problem, t);
      return show(visitor, member, before, told, freshIssue(), "", List.of(), 400);
    }
  }

  private Outcome<CouponTemplate, Refusal> edit(
      Request request, CouponTemplate before, Fields body, Caller member) {
    long version = new Typed(request.form()).integer("version", 1, Integer.MAX_VALUE);
    return desk.edit(before.id(), body, version, member.subject()).orElseThrow(Problem::notFound);
  }

  private Reply active(Request request, Visitor visitor, Caller member) {
    CouponTemplate before = template(request);
    boolean active = new Typed(request.form()).text("active", 5).equals("true");
    Fields body = CouponForm.active(before, active, pages.zone());
    return edit(request, before, body, member) instanceof Outcome.Refused
        ? to(before.id(), "stale")
        : to(before.id(), "saved");
  }

  private Reply issue(Request request, Visitor visitor, Caller member) throws Exception {
    Texts t = Texts.in(visitor.language());
    CouponTemplate template = template(request);
    Map<String, String> typed = request.form().all();
    IdempotencyKey key =
        IdempotencyKey.of(
            member.kind() + ":" + member.subject(),
            "POST " + ONE + "/issue",
            new Typed(request.form()).text("key", KEY_CHARS_MAX));
    Entered form = Entered.fresh("issue", typed);
    try {
      Fields body = CouponForm.users(typed, pages.zone());
      return switch (desk.issue(key, template.id(), body, member.subject())) {
        case Outcome.Applied<CouponIssue, CouponService.Refusal>(CouponIssue issue) ->
            issued(request, visitor, member, issue);
        case Outcome.AlreadyApplied<CouponIssue, CouponService.Refusal>(CouponIssue issue) ->
            issued(request, visitor, member, issue);
        case Outcome.Refused<CouponIssue, CouponService.Refusal>(CouponService.Refusal why) -> {
          Entered told = form.with("key", UUID.randomUUID().toString()).noticed(t.of(refusal(why)));
          yield show(visitor, member, template, edit(template), told, "", List.of(), 409);
        }
      };
    } catch (Problem problem) {
      Entered told = wrong(form, problem, t);
      return show(visitor, member, template, edit(template), told, "", List.of(), 400);
    }
  }

  private static String refusal(CouponService.Refusal why) {
    return switch (why) {
      case NO_SUCH_TEMPLATE -> throw Problem.notFound();
      case KEY_REUSED -> "coupons.issue_reused";
      case NOT_ACTIVE -> "coupons.skip.not_active";
      case ENDED -> "coupons.skip.ended";
    };
  }

  private Reply issued(Request request, Visitor visitor, Caller member, CouponIssue issue) {
    Texts t = Texts.in(visitor.language());
    String counts = issue.issued() + " / " + issue.asked();
    CouponTemplate now = template(request);
    return show(
        visitor,
        member,
        now,
        edit(now),
        freshIssue(),
        t.with("coupons.issued_to", counts),
        skipped(issue, t),
        200);
  }

  private static List<CouponDetail.Skipped> skipped(CouponIssue issue, Texts t) {
    String json = "{\"skipped\":" + issue.skipped() + "}";
    return Fields.of(json.getBytes(StandardCharsets.UTF_8))
        .array("skipped", 0, SKIPPED_MAX)
        .stream()
        .map(each ->
            new CouponDetail.Skipped(
                each.string("user", WORD_CHARS_MAX),
                t.named("coupons.skip", each.string("why", WORD_CHARS_MAX))))
        .toList();
  }

  private static Reply to(String id, String done) {
    return Reply.seeOther(PATH + "/" + id + "?done=" + done);
  }
}
