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
import io.tidegate.shop.catalog.Catalog;
import io.tidegate.shop.flashsale.Sale;
import io.tidegate.shop.flashsale.SaleDesk;
import io.tidegate.shop.flashsale.SaleRefusal;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.kernel.SkuCode;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Flash sales: planned, set aside, started early, added to and stopped; the page of one follows
 * what its gate and its stock do. What a form is refused for stands beside it, with all that was
 * typed.
 */
final class SalePage implements Routes {
  private static final String PATH = "/console/flash-sales";
  private static final String ONE = PATH + "/{id}";
  private static final String RULES = "sales.rule";
  private static final Access EDITORS = Access.staff("admin", "marketing");
  private static final int ROWS = 20;
  private static final int KEY_CHARS_MAX = 64;

  private final Pages pages;
  private final Console.Sales sales;
  private final Catalog catalog;
  private final InstantSource clock;

  SalePage(Pages pages, Console.Sales sales, Catalog catalog, InstantSource clock) {
    this.pages = pages;
    this.sales = sales;
    this.catalog = catalog;
    this.clock = clock;
  }

  static String path(long id) {
    return PATH + "/" + id;
  }

  @Override
  public void register(Router router) {
    pages.get(router, PATH, pages.of(Section.FLASH_SALES, this::list)).query("after");
    pages.get(router, ONE, pages.of(Section.FLASH_SALES, this::show)).query("done");
    pages.get(router, ONE + "/live", pages.of(Section.FLASH_SALES, this::live)).query("seen");
    post(router, PATH, this::plan);
    post(router, ONE + "/warm", act(SaleDesk::warm, "warmed"));
    post(router, ONE + "/start", act(SaleDesk::start, "started"));
    post(router, ONE + "/stop", act(SaleDesk::stop, "stopped"));
    post(router, ONE + "/stock", this::addStock);
  }

  private void post(Router router, String template, Pages.StaffPage page) {
    pages.post(router, template, pages.form(Section.FLASH_SALES, EDITORS, page));
  }

  private SaleReader reader(Visitor visitor) {
    return new SaleReader(sales, new Titles(catalog), pages.zone(), Texts.in(visitor.language()));
  }

  private Reply list(Request request, Visitor visitor, Caller member) {
    Entered fresh = Entered.fresh("new", SaleForm.blank());
    return list(visitor, member, request.query("after"), fresh, 200);
  }

  private Reply list(
      Visitor visitor, Caller member, @Nullable String after, Entered form, int status) {
    Texts t = Texts.in(visitor.language());
    SaleReader reader = reader(visitor);
    List<Sale> found = sales.store().before(position(after), ROWS + 1);
    List<Sale> shown = found.subList(0, Math.min(ROWS, found.size()));
    SaleList list =
        new SaleList(
            reader.rows(shown, clock.instant()),
            EDITORS.allows(member),
            after == null ? "" : PATH,
            found.size() > ROWS ? PATH + "?after=" + shown.getLast().id() : "",
            form,
            reader.modes());
    return pages
        .page(visitor, Section.FLASH_SALES, t.of("sales.title"), PATH, "flashsales", list)
        .as(status);
  }

  private static long position(@Nullable String after) {
    try {
      return after == null ? Long.MAX_VALUE : Long.parseLong(after);
    } catch (NumberFormatException _) {
      throw Problem.invalid("?after", "is no place in the list");
    }
  }

  private Reply plan(Request request, Visitor visitor, Caller member) {
    Texts t = Texts.in(visitor.language());
    Map<String, String> typed = request.form().all();
    Entered form = Entered.fresh("new", typed);
    IdempotencyKey key = key(request, member, PATH);
    try {
      Fields body = SaleForm.made(typed, pages.zone(), catalog);
      return switch (sales.desk().plan(key, body, by(request, member))) {
        case Outcome.Applied<SaleDesk.Planned, SaleRefusal>(SaleDesk.Planned made) ->
            to(made.id(), "made");
        case Outcome.AlreadyApplied<SaleDesk.Planned, SaleRefusal>(SaleDesk.Planned made) ->
            to(made.id(), "made");
        case Outcome.Refused<SaleDesk.Planned, SaleRefusal>(SaleRefusal why) ->
            list(visitor, member, null, anew(form).noticed(words(why, t)), 409);
      };
    } catch (Problem problem) {
      Map<String, List<String>> suspects = SaleForm.suspects(typed, catalog);
      return list(visitor, member, null, wrong(form, problem, t, suspects), 400);
    }
  }

  /** What is wrong with a form, beside it; other problems are pages of their own. */
  private static Entered wrong(
      Entered form, Problem problem, Texts t, Map<String, List<String>> suspects) {
    if (problem.status() != 400) {
      throw problem;
    }
    return form.refused(problem, t, RULES, suspects);
  }

  /** The same form with a key of its own: what was refused for its key can be sent again. */
  private static Entered anew(Entered form) {
    return form.with("key", UUID.randomUUID().toString());
  }

  private Reply show(Request request, Visitor visitor, Caller member) {
    Texts t = Texts.in(visitor.language());
    String notice =
        switch (request.query("done")) {
          case "made" -> t.of("sales.made");
          case "warmed" -> t.of("sales.warmed");
          case "started" -> t.of("sales.started");
          case "stopped" -> t.of("sales.stopped");
          case "added" -> t.of("sales.added");
          case "already" -> t.of("sales.already");
          case null, default -> "";
        };
    return show(request, visitor, member, SaleReader.freshStock(), notice, 200);
  }

  private Reply show(
      Request request, Visitor visitor, Caller member, Entered stock, String notice, int status) {
    SaleReader reader = reader(visitor);
    Instant now = clock.instant();
    Sale sale = sale(request);
    SaleReader.Seen seen = reader.seen(sale, now);
    SaleDetail.Head head = reader.head(seen);
    SaleDetail.Acts acts = reader.acts(seen, EDITORS.allows(member), stock);
    SaleDetail.Figures figures = reader.figures(seen);
    SaleDetail detail =
        new SaleDetail(
            now.toEpochMilli(),
            path(sale.id()) + "/live?seen=" + SaleStream.seen(head, acts, figures),
            notice,
            status >= 400,
            reader.terms(sale),
            head,
            acts,
            figures);
    return pages
        .page(visitor, Section.FLASH_SALES, sale.title(), path(sale.id()), "flashsale", detail)
        .as(status);
  }

  private Reply live(Request request, Visitor visitor, Caller member) {
    long id = sale(request).id();
    SaleStream stream =
        new SaleStream(
            pages,
            visitor,
            reader(visitor),
            () -> sales.store().find(id),
            EDITORS.allows(member),
            clock);
    String seen = request.query("seen");
    return Reply.sse(out -> stream.run(out, seen == null ? "" : seen));
  }

  private Sale sale(Request request) {
    return sales.store().find(request.pathNumber("id")).orElseThrow(Problem::notFound);
  }

  /** What is done to one sale. */
  @FunctionalInterface
  private interface Act {
    Outcome<Sale, SaleRefusal> run(SaleDesk desk, long id, SaleDesk.By by);
  }

  private Pages.StaffPage act(Act act, String done) {
    return (request, visitor, member) -> {
      long id = request.pathNumber("id");
      Outcome<Sale, SaleRefusal> outcome = act.run(sales.desk(), id, by(request, member));
      return switch (outcome) {
        case Outcome.Applied<Sale, SaleRefusal> _ -> to(id, done);
        case Outcome.AlreadyApplied<Sale, SaleRefusal> _ -> to(id, "already");
        case Outcome.Refused<Sale, SaleRefusal>(SaleRefusal why) -> {
          String told = words(why, Texts.in(visitor.language()));
          yield show(request, visitor, member, SaleReader.freshStock(), told, 409);
        }
      };
    };
  }

  private Reply addStock(Request request, Visitor visitor, Caller member) {
    Texts t = Texts.in(visitor.language());
    long id = sale(request).id();
    Entered form = Entered.fresh("stock", request.form().all());
    IdempotencyKey key = key(request, member, ONE + "/stock");
    try {
      Typed typed = new Typed(request.form());
      String sku = typed.text("sku", SkuCode.CHARS_MAX);
      int quantity = typed.integer("quantity", 1, Math.toIntExact(SaleDesk.ADDED_MAX));
      return switch (sales.desk().addStock(key, id, sku, quantity, by(request, member))) {
        case Outcome.Applied<Sale, SaleRefusal> _, Outcome.AlreadyApplied<Sale, SaleRefusal> _ ->
            to(id, "added");
        case Outcome.Refused<Sale, SaleRefusal>(SaleRefusal why) ->
            show(request, visitor, member, anew(form).noticed(words(why, t)), "", 409);
      };
    } catch (Problem problem) {
      return show(request, visitor, member, wrong(form, problem, t, Map.of()), "", 400);
    }
  }

  private static String words(SaleRefusal why, Texts t) {
    return switch (why) {
      case SaleRefusal.OutOfStock(var skus) ->
          t.with("sales.short", skus.stream().sorted().collect(Collectors.joining(", ")));
      case SaleRefusal.Why plain ->
          switch (plain) {
            case NO_SUCH_SALE -> throw Problem.notFound();
            case NO_SUCH_ITEM -> t.of("sales.no_such_item");
            case KEY_REUSED -> t.of("sales.key_reused");
            case ENDED -> t.of("sales.over");
            case STOPPED -> t.of("sales.was_stopped");
            case DRAWN -> t.of("sales.placing_winners");
            case TOO_MANY_SALES -> t.of("sales.too_many_sales");
            case TOO_MANY_PIECES -> t.of("sales.too_many_pieces");
          };
    };
  }

  private static IdempotencyKey key(Request request, Caller member, String template) {
    return IdempotencyKey.of(
        member.kind() + ":" + member.subject(),
        "POST " + template,
        new Typed(request.form()).text("key", KEY_CHARS_MAX));
  }

  private static SaleDesk.By by(Request request, Caller member) {
    return new SaleDesk.By(member.subject(), request.traceparent());
  }

  private static Reply to(long id, String done) {
    return Reply.seeOther(path(id) + "?done=" + done);
  }
}
