package io.tidegate.server.console;

import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.identity.Caller;
import io.tidegate.shop.fulfilment.Courier;
import io.tidegate.shop.fulfilment.Freight;
import io.tidegate.shop.fulfilment.FreightBook;
import io.tidegate.shop.fulfilment.FreightRule;
import io.tidegate.shop.fulfilment.FreightStore;
import io.tidegate.shop.fulfilment.SetFreight;
import io.tidegate.shop.fulfilment.SetFreight.Expects;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Couriers and what they cost, by region. Each form changes one thing of a template, which is then
 * written as a whole by the version that the page showed.
 */
final class FreightPage implements Routes {
  private static final String PATH = "/console/freight";
  private static final Access EDITORS = Access.staff("admin", "warehouse");

  private final Pages pages;
  private final FreightStore store;
  private final FreightBook book;

  FreightPage(Pages pages, FreightStore store, FreightBook book) {
    this.pages = pages;
    this.store = store;
    this.book = book;
  }

  @Override
  public void register(Router router) {
    pages.get(router, PATH, pages.of(Section.FREIGHT, this::show)).query("done");
    post(router, PATH, this::add);
    post(router, PATH + "/{courier}", this::edit);
    post(router, PATH + "/{courier}/rule", this::putRule);
    post(router, PATH + "/{courier}/remove", this::removeRule);
  }

  private void post(Router router, String template, Pages.StaffPage page) {
    pages.post(router, template, pages.form(Section.FREIGHT, EDITORS, page));
  }

  private Reply show(Request request, Visitor visitor, Caller member) {
    Texts t = Texts.in(visitor.language());
    FreightList list =
        FreightList.of(
            new Freight(store.all()).couriers(),
            EDITORS.allows(member),
            notice(request.query("done"), t),
            t);
    return pages
        .page(visitor, Section.FREIGHT, t.of("freight.title"), PATH, "freight", list)
        .as(200);
  }

  private static String notice(@Nullable String done, Texts t) {
    return switch (done) {
      case "saved" -> t.of("freight.saved");
      case "stale" -> t.of("freight.stale");
      case "last" -> t.of("freight.last");
      case "many" -> t.of("freight.many");
      case null, default -> "";
    };
  }

  private Reply add(Request request, Visitor visitor, Caller member) {
    Typed typed = new Typed(request.form());
    String id = typed.text("id", 32);
    if (!Courier.isId(id)) {
      throw Problem.invalid("/id", "is no id of a courier");
    }
    Courier courier =
        new Courier(
            id,
            typed.integer("position", 0, Courier.POSITION_MAX),
            typed.text("nameZh", Courier.NAME_CHARS_MAX),
            typed.text("nameEn", Courier.NAME_CHARS_MAX),
            // Nobody chooses it before its rules have been looked at.
            false,
            Money.CNY,
            1,
            List.of(rule("", typed, Money.CNY)));
    return save(new SetFreight(courier, new Expects.Nothing()), member);
  }

  private Reply edit(Request request, Visitor visitor, Caller member) {
    Typed typed = new Typed(request.form());
    return change(
        request,
        member,
        courier ->
            new Courier(
                courier.id(),
                typed.integer("position", 0, Courier.POSITION_MAX),
                typed.text("nameZh", Courier.NAME_CHARS_MAX),
                typed.text("nameEn", Courier.NAME_CHARS_MAX),
                typed.ticked("active"),
                courier.currency(),
                courier.version(),
                courier.rules()));
  }

  private Reply putRule(Request request, Visitor visitor, Caller member) {
    Typed typed = new Typed(request.form());
    String region = region(typed);
    return change(
        request,
        member,
        courier -> {
          List<FreightRule> rules = without(courier, region);
          if (rules.size() >= Courier.RULES_MAX) {
            throw Problem.invalid("/region", "is one rule too many");
          }
          rules.add(rule(region, typed, courier.currency()));
          return with(courier, rules);
        });
  }

  private Reply removeRule(Request request, Visitor visitor, Caller member) {
    String region = region(new Typed(request.form()));
    Courier before = store.find(request.path("courier")).orElseThrow(Problem::notFound);
    return without(before, region).isEmpty()
        ? done("last")
        : change(request, member, courier -> with(courier, without(courier, region)));
  }

  private static String region(Typed typed) {
    String region = typed.optional("region", 6);
    if (!FreightRule.isRegion(region)) {
      throw Problem.invalid("/region", "must have 2, 4 or 6 digits");
    }
    return region;
  }

  private static List<FreightRule> without(Courier courier, String region) {
    List<FreightRule> rules = new ArrayList<>(courier.rules());
    rules.removeIf(rule -> rule.region().equals(region));
    return rules;
  }

  private static Courier with(Courier courier, List<FreightRule> rules) {
    return new Courier(
        courier.id(),
        courier.position(),
        courier.nameZh(),
        courier.nameEn(),
        courier.active(),
        courier.currency(),
        courier.version(),
        rules);
  }

  private static FreightRule rule(String region, Typed typed, String currency) {
    int daysMin = typed.integer("daysMin", 0, FreightRule.DAYS_MAX);
    return new FreightRule(
        region,
        typed.integer("firstGrams", 1, FreightRule.GRAMS_MAX),
        typed.amount("firstFee", currency, 0, FreightRule.FEE_MAX),
        typed.integer("stepGrams", FreightRule.STEP_GRAMS_MIN, FreightRule.GRAMS_MAX),
        typed.amount("stepFee", currency, 0, FreightRule.FEE_MAX),
        typed.optionalAmount("freeAbove", currency, 0, FreightRule.FREE_ABOVE_MAX),
        daysMin,
        typed.integer("daysMax", daysMin, FreightRule.DAYS_MAX));
  }

  private Reply change(Request request, Caller member, Function<Courier, Courier> edit) {
    int version = new Typed(request.form()).integer("version", 1, Integer.MAX_VALUE);
    Courier before = store.find(request.path("courier")).orElseThrow(Problem::notFound);
    if (before.version() != version) {
      return done("stale");
    }
    return save(new SetFreight(edit.apply(before), new Expects.Version(version)), member);
  }

  private Reply save(SetFreight command, Caller member) {
    Outcome<Courier, SetFreight.Refusal> outcome = store.set(command, member.subject());
    book.refresh();
    return switch (outcome) {
      case Outcome.Applied<Courier, SetFreight.Refusal> _,
          Outcome.AlreadyApplied<Courier, SetFreight.Refusal> _ ->
          done("saved");
      case Outcome.Refused<Courier, SetFreight.Refusal>(SetFreight.Refusal why) ->
          switch (why) {
            case STALE -> done("stale");
            case TOO_MANY -> done("many");
          };
    };
  }

  private static Reply done(String what) {
    return Reply.seeOther(PATH + "?done=" + what);
  }
}
