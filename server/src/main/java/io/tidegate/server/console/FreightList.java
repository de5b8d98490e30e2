package io.tidegate.server.console;

import io.tidegate.shop.customer.RegionNames;
import io.tidegate.shop.customer.Regions;
import io.tidegate.shop.fulfilment.Courier;
import io.tidegate.shop.fulfilment.FreightRule;
import io.tidegate.shop.kernel.Money;
import java.util.List;
import java.util.Optional;

/**
 * What the page of freight shows.
 *
 * @param mayEdit whether this member may change anything
 * @param notice what the last change led to; empty for none
 */
record FreightList(List<Card> couriers, boolean mayEdit, String notice) {

  /**
   * A courier.
   *
   * @param path where its forms go
   */
  record Card(
      String id,
      String path,
      String title,
      String nameZh,
      String nameEn,
      int position,
      int version,
      boolean active,
      OrderList.State state,
      String currency,
      List<Rule> rules) {}

  /**
   * A rule, in words and as its form has it.
   *
   * @param where the names of its region
   */
  record Rule(
      String region,
      String where,
      String first,
      String step,
      String free,
      String days,
      Fields fields) {}

  /** What stands in a rule's form. */
  record Fields(
      int firstGrams,
      String firstFee,
      int stepGrams,
      String stepFee,
      String freeAbove,
      int daysMin,
      int daysMax) {}

  /** What stands in the form of a new rule. */
  Fields fresh() {
    return new Fields(1_000, "10", 1_000, "5", "", 2, 4);
  }

  static FreightList of(List<Courier> couriers, boolean mayEdit, String notice, Texts t) {
    return new FreightList(
        couriers.stream().map(courier -> card(courier, t)).toList(), mayEdit, notice);
  }

  private static Card card(Courier courier, Texts t) {
    String state = courier.active() ? "ok" : "closed";
    return new Card(
        courier.id(),
        "/console/freight/" + courier.id(),
        switch (t.language()) {
          case ZH -> courier.nameZh();
          case EN -> courier.nameEn();
        },
        courier.nameZh(),
        courier.nameEn(),
        courier.position(),
        courier.version(),
        courier.active(),
        new OrderList.State(state, t.of(courier.active() ? "freight.active" : "freight.inactive")),
        courier.currency(),
        courier.rules().stream().map(rule -> rule(rule, courier.currency(), t)).toList());
  }

  private static Rule rule(FreightRule rule, String currency, Texts t) {
    Long above = rule.freeAbove();
    return new Rule(
        rule.region(),
        where(rule.region(), t),
        Shown.money(new Money(rule.firstFee(), currency)) + " / " + kilograms(rule.firstGrams()),
        Shown.money(new Money(rule.stepFee(), currency)) + " / " + kilograms(rule.stepGrams()),
        above == null ? "–" : Shown.money(new Money(above, currency)),
        rule.daysMin() + "–" + rule.daysMax(),
        new Fields(
            rule.firstGrams(),
            new Money(rule.firstFee(), currency).decimal(),
            rule.stepGrams(),
            new Money(rule.stepFee(), currency).decimal(),
            above == null ? "" : new Money(above, currency).decimal(),
            rule.daysMin(),
            rule.daysMax()));
  }

  /** The names of a region, with its digits; regions are named in Chinese, as on labels. */
  private static String where(String region, Texts t) {
    Optional<String> name =
        switch (region.length()) {
          case 0 -> Optional.of(t.of("freight.everywhere"));
          case 2 -> Regions.all().province(region + "0000");
          case 6 -> Regions.all().names(region).map(RegionNames::line);
          default -> city(region);
        };
    return region.isEmpty()
        ? name.orElseThrow()
        : name.map(text -> text + " (" + region + ")").orElse(region);
  }

  private static Optional<String> city(String region) {
    return Regions.all().codes().stream()
        .filter(code -> code.startsWith(region))
        .findFirst()
        .flatMap(Regions.all()::names)
        .map(names -> names.province() + " " + names.city());
  }

  private static String kilograms(int grams) {
    return grams % 1_000 == 0 ? grams / 1_000 + " kg" : grams + " g";
  }
}
