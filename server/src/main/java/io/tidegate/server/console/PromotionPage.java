package io.tidegate.server.console;

import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.identity.Caller;
import io.tidegate.shop.catalog.Catalog;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.promotion.PriceList;
import io.tidegate.shop.promotion.Promotion;
import io.tidegate.shop.promotion.PromotionStore.Changed;
import io.tidegate.shop.promotion.Terms;
import io.tidegate.shop.promotion.TermsDesk;
import io.tidegate.shop.promotion.TermsRefusal;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Price lists and promotions: made, and ended by the version that the page showed. What a form is
 * refused for stands beside it, with all that was typed.
 */
final class PromotionPage implements Routes {
  private static final String PATH = "/console/promotions";
  private static final String LISTS = PATH + "/price-lists";
  private static final String PROMOTIONS = PATH + "/promotions";
  private static final String RULES = "promotions.rule";
  private static final Access EDITORS = Access.staff("admin", "marketing");
  private static final int ROWS = 20;

  private final Pages pages;
  private final TermsDesk<PriceList> lists;
  private final TermsDesk<Promotion> promotions;
  private final Catalog catalog;
  private final InstantSource clock;

  PromotionPage(Pages pages, Console.Offers offers, Catalog catalog, InstantSource clock) {
    this.pages = pages;
    this.lists = offers.priceLists();
    this.promotions = offers.promotions();
    this.catalog = catalog;
    this.clock = clock;
  }

  @Override
  public void register(Router router) {
    pages
        .get(router, PATH, pages.of(Section.PROMOTIONS, this::show))
        .query("done", "lists", "promotions");
    post(router, LISTS, this::addList);
    post(router, PROMOTIONS, this::addPromotion);
    post(router, LISTS + "/{id}/end", (request, _, member) -> end(lists, request, member));
    post(
        router, PROMOTIONS + "/{id}/end", (request, _, member) -> end(promotions, request, member));
  }

  private void post(Router router, String template, Pages.StaffPage page) {
    pages.post(router, template, pages.form(Section.PROMOTIONS, EDITORS, page));
  }

  private static Entered freshList() {
    return Entered.fresh("list", PromotionForm.blankList());
  }

  private static Entered freshPromotion() {
    return Entered.fresh("promotion", PromotionForm.blankPromotion());
  }

  private Reply show(Request request, Visitor visitor, Caller member) {
    Texts t = Texts.in(visitor.language());
    String notice =
        switch (request.query("done")) {
          case "made" -> t.of("promotions.made");
          case "ended" -> t.of("promotions.ended");
          case "stale" -> t.of("promotions.stale");
          case null, default -> "";
        };
    PromotionList list =
        new PromotionList(
            lists(request.query("lists"), t),
            promotions(request.query("promotions"), t),
            EDITORS.allows(member),
            notice,
            freshList(),
            freshPromotion(),
            PromotionList.Choices.in(t));
    return page(visitor, list, 200);
  }

  /** The first page of both, with what was typed and why it was not taken. */
  private Reply refused(Visitor visitor, Entered list, Entered promotion, int status) {
    Texts t = Texts.in(visitor.language());
    return page(
        visitor,
        new PromotionList(
            lists(null, t),
            promotions(null, t),
            true,
            "",
            list,
            promotion,
            PromotionList.Choices.in(t)),
        status);
  }

  private Reply page(Visitor visitor, PromotionList list, int status) {
    String title = Texts.in(visitor.language()).of("promotions.title");
    return pages.page(visitor, Section.PROMOTIONS, title, PATH, "promotions", list).as(status);
  }

  private PromotionList.Part lists(@Nullable String before, Texts t) {
    return part(
        lists, PriceList::terms, list -> PromotionList.deal(list, t), LISTS, "lists", before, t);
  }

  private PromotionList.Part promotions(@Nullable String before, Texts t) {
    return part(
        promotions,
        Promotion::terms,
        promotion -> PromotionList.deal(promotion, t),
        PROMOTIONS,
        "promotions",
        before,
        t);
  }

  private <T> PromotionList.Part part(
      TermsDesk<T> desk,
      Function<T, Terms> terms,
      Function<T, String> deal,
      String path,
      String query,
      @Nullable String before,
      Texts t) {
    List<Changed<T>> found = desk.before(position(before), ROWS + 1);
    List<Changed<T>> shown = found.subList(0, Math.min(ROWS, found.size()));
    List<PromotionList.Row> rows =
        shown.stream()
            .map(each ->
                PromotionList.row(
                    terms.apply(each.value()),
                    deal.apply(each.value()),
                    each.withdrawn(),
                    path,
                    t,
                    pages.zone(),
                    clock.instant()))
            .toList();
    String next =
        found.size() > ROWS
            ? PATH + "?" + query + "=" + terms.apply(shown.getLast().value()).id()
            : "";
    return new PromotionList.Part(rows, path, before == null ? "" : PATH, next);
  }

  private static long position(@Nullable String before) {
    try {
      return before == null ? Long.MAX_VALUE : Long.parseLong(before);
    } catch (NumberFormatException _) {
      throw Problem.invalid("?lists", "is no place in the list");
    }
  }

  private Reply addList(Request request, Visitor visitor, Caller member) {
    Map<String, String> typed = request.form().all();
    return add(
        lists,
        () -> PromotionForm.list(typed, pages.zone(), catalog),
        visitor,
        member,
        Entered.fresh("list", typed),
        (told, status) -> refused(visitor, told, freshPromotion(), status));
  }

  private Reply addPromotion(Request request, Visitor visitor, Caller member) {
    Map<String, String> typed = request.form().all();
    return add(
        promotions,
        () -> PromotionForm.promotion(typed, pages.zone()),
        visitor,
        member,
        Entered.fresh("promotion", typed),
        (told, status) -> refused(visitor, freshList(), told, status));
  }

  private <T> Reply add(
      TermsDesk<T> desk,
      Supplier<Fields> body,
      Visitor visitor,
      Caller member,
      Entered form,
      BiFunction<Entered, Integer, Reply> refused) {
    Texts t = Texts.in(visitor.language());
    try {
      return switch (desk.add(body.get(), member.subject())) {
        case Outcome.Applied<T, TermsRefusal> _, Outcome.AlreadyApplied<T, TermsRefusal> _ ->
            Reply.seeOther(PATH + "?done=made");
        case Outcome.Refused<T, TermsRefusal>(TermsRefusal why) ->
            switch (why) {
              case TOO_MANY -> refused.apply(form.noticed(t.of("promotions.too_many")), 409);
              case STALE, WITHDRAWN -> refused.apply(form.noticed(t.of("promotions.stale")), 409);
            };
      };
    } catch (Problem problem) {
      if (problem.status() != 400) {
        throw problem;
      }
      Map<String, List<String>> suspects = PromotionForm.suspects(form.values(), catalog);
      return refused.apply(form.refused(problem, t, RULES, suspects), 400);
    }
  }

  private static <T> Reply end(TermsDesk<T> desk, Request request, Caller member) {
    long version = new Typed(request.form()).integer("version", 1, Integer.MAX_VALUE);
    Outcome<T, TermsRefusal> outcome =
        desk.withdraw(request.pathNumber("id"), version, member.subject())
            .orElseThrow(Problem::notFound);
    return Reply.seeOther(
        PATH + "?done=" + (outcome instanceof Outcome.Refused ? "stale" : "ended"));
  }
}
