package io.tidegate.server.console;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.promotion.Period;
import io.tidegate.shop.promotion.PriceList;
import io.tidegate.shop.promotion.Promotion;
import io.tidegate.shop.promotion.Terms;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the page of price lists and promotions shows.
 *
 * @param mayEdit whether this member may make and end them
 * @param notice what the last change led to; empty for none
 */
record PromotionList(
    Part lists,
    Part promotions,
    boolean mayEdit,
    String notice,
    Entered list,
    Entered promotion,
    Choices choices) {

  /**
   * One of the two tables.
   *
   * @param path where its forms go
   * @param first where it begins again; empty on its first page
   * @param next where it goes on; empty at its end
   */
  record Part(List<Row> rows, String path, String first, String next) {}

  /**
   * A price list or a promotion, in words.
   *
   * @param id in the page
   * @param end where it is ended; empty where there is nothing to end
   */
  record Row(
      String id,
      String title,
      String deal,
      String scope,
      Shown.Moment from,
      Shown.Moment to,
      OrderList.State state,
      int version,
      String end) {}

  /** What the forms offer to choose from. */
  record Choices(
      List<OrderList.Choice> pricings,
      List<OrderList.Choice> kinds,
      List<OrderList.Choice> scopes,
      List<OrderList.Choice> categories) {

    static Choices in(Texts t) {
      return new Choices(
          List.of(
              new OrderList.Choice("percent", t.of("promotions.by_percent"), true),
              new OrderList.Choice("prices", t.of("promotions.by_price"), false)),
          List.of(
              new OrderList.Choice("percent_off", t.of("promotions.percent_off"), true),
              new OrderList.Choice("amount_off", t.of("promotions.amount_off"), false),
              new OrderList.Choice("spend_and_save", t.of("promotions.spend_and_save"), false)),
          ScopeText.kinds(t),
          ScopeText.categories(t));
    }
  }

  /**
   * A row of either table.
   *
   * @param path of its table
   */
  static Row row(
      Terms terms, String deal, boolean withdrawn, String path, Texts t, ZoneId zone, Instant now) {
    Period period = terms.period();
    boolean ends = !withdrawn && !period.isOver(now);
    return new Row(
        path.substring(path.lastIndexOf('/') + 1) + "-" + terms.id(),
        terms.title(),
        deal,
        ScopeText.of(terms.scope(), t),
        Shown.moment(period.startsAt(), zone),
        Shown.moment(period.endsAt(), zone),
        state(period, withdrawn, t, now),
        terms.version(),
        ends ? path + "/" + terms.id() + "/end" : "");
  }

  private static OrderList.State state(Period period, boolean withdrawn, Texts t, Instant now) {
    if (withdrawn) {
      return new OrderList.State("closed", t.of("promotions.withdrawn"));
    }
    if (period.holds(now)) {
      return new OrderList.State("ok", t.of("promotions.in_force"));
    }
    return period.isOver(now)
        ? new OrderList.State("closed", t.of("promotions.over"))
        : new OrderList.State("planned", t.of("promotions.planned"));
  }

  static String deal(PriceList list, Texts t) {
    return switch (list.prices()) {
      case PriceList.Prices.PercentOfList(int percent) -> t.with("promotions.of_list", percent);
      case PriceList.Prices.PerSku(Map<String, Long> amounts, String currency) ->
          ScopeText.some(
              amounts.entrySet().stream()
                  .sorted(Map.Entry.comparingByKey())
                  .map(each ->
                      each.getKey() + " " + Shown.money(new Money(each.getValue(), currency)))
                  .toList(),
              t);
    };
  }

  static String deal(Promotion promotion, Texts t) {
    return switch (promotion.deal()) {
      case Promotion.Deal.PercentOff(int percent) -> t.with("promotions.percent", percent);
      case Promotion.Deal.AmountOff(long amount, String currency) ->
          t.with("promotions.each", Shown.money(new Money(amount, currency)));
      case Promotion.Deal.SpendAndSave(
              List<Promotion.Tier> tiers,
              String currency,
              boolean repeats) -> {
        String steps =
            tiers.stream()
                .map(tier ->
                    t.with("promotions.spend", Shown.money(new Money(tier.spend(), currency)))
                        + " "
                        + t.with("promotions.save", Shown.money(new Money(tier.save(), currency))))
                .collect(Collectors.joining("; "));
        yield repeats ? steps + " " + t.of("promotions.repeated") : steps;
      }
    };
  }
}
