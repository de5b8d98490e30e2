package io.tidegate.shop.fulfilment;

import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.JsonWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Couriers and their templates as staff send and see them. */
final class FreightJson {

  private FreightJson() {}

  static void write(JsonWriter json, Courier courier) {
    String currency = courier.currency();
    json.beginObject()
        .field("id", courier.id())
        .field("version", courier.version())
        .field("position", courier.position())
        .field("nameZh", courier.nameZh())
        .field("nameEn", courier.nameEn())
        .field("active", courier.active())
        .name("rules")
        .beginArray();
    for (FreightRule rule : courier.rules()) {
      json.beginObject();
      if (!rule.region().isEmpty()) {
        json.field("region", rule.region());
      }
      json.field("firstGrams", rule.firstGrams())
          .money("firstFee", rule.firstFee(), currency)
          .field("stepGrams", rule.stepGrams())
          .money("stepFee", rule.stepFee(), currency);
      Long above = rule.freeAbove();
      if (above != null) {
        json.money("freeAbove", above, currency);
      }
      json.field("daysMin", rule.daysMin()).field("daysMax", rule.daysMax()).endObject();
    }
    json.endArray().endObject();
  }

  /**
   * Reads a template, every fault told at once.
   *
   * @throws io.tidegate.platform.http.Problem 400 where it is none
   */
  static Courier read(String id, Fields body) {
    int position = (int) body.integer("position", 0, Courier.POSITION_MAX);
    String nameZh = body.line("nameZh", Courier.NAME_CHARS_MAX);
    String nameEn = body.line("nameEn", Courier.NAME_CHARS_MAX);
    boolean active = body.bool("active");
    List<Fields> given = body.array("rules", 1, Courier.RULES_MAX);
    Set<String> currencies = new HashSet<>();
    Set<String> regions = new HashSet<>();
    List<RuleFields> read = new ArrayList<>(given.size());
    for (Fields each : given) {
      RuleFields rule = RuleFields.of(each);
      currencies.add(rule.firstFee().currency());
      currencies.add(rule.stepFee().currency());
      Fields.Amount above = rule.freeAbove();
      if (above != null) {
        currencies.add(above.currency());
      }
      if (!regions.add(rule.region())) {
        each.refuse("region", "stands in another rule too");
      }
      read.add(rule);
    }
    if (currencies.size() > 1) {
      body.refuse("rules", "must have one currency");
    }
    body.check();
    return new Courier(
        id,
        position,
        nameZh,
        nameEn,
        active,
        currencies.iterator().next(),
        1,
        read.stream().map(RuleFields::rule).toList());
  }

  /** A rule as it came; a rule of the house only once the whole body was found good. */
  private record RuleFields(
      String region,
      int firstGrams,
      Fields.Amount firstFee,
      int stepGrams,
      Fields.Amount stepFee,
      Fields.@Nullable Amount freeAbove,
      int daysMin,
      int daysMax) {

    static RuleFields of(Fields fields) {
      String region = fields.optionalString("region", 6);
      if (region != null && !region.isEmpty() && !FreightRule.isRegion(region)) {
        fields.refuse("region", "must have 2, 4 or 6 digits");
      }
      RuleFields rule =
          new RuleFields(
              region == null ? "" : region,
              (int) fields.integer("firstGrams", 1, FreightRule.GRAMS_MAX),
              fields.money("firstFee"),
              (int) fields.integer("stepGrams", FreightRule.STEP_GRAMS_MIN, FreightRule.GRAMS_MAX),
              fields.money("stepFee"),
              fields.optionalMoney("freeAbove"),
              (int) fields.integer("daysMin", 0, FreightRule.DAYS_MAX),
              (int) fields.integer("daysMax", 0, FreightRule.DAYS_MAX));
      rule.check(fields);
      return rule;
    }

    private void check(Fields fields) {
      if (firstFee.amount() > FreightRule.FEE_MAX) {
        fields.refuse("firstFee", "must not be more than " + FreightRule.FEE_MAX);
      }
      if (stepFee.amount() > FreightRule.FEE_MAX) {
        fields.refuse("stepFee", "must not be more than " + FreightRule.FEE_MAX);
      }
      if (freeAbove != null && freeAbove.amount() > FreightRule.FREE_ABOVE_MAX) {
        fields.refuse("freeAbove", "must not be more than " + FreightRule.FREE_ABOVE_MAX);
      }
      if (daysMax < daysMin) {
        fields.refuse("daysMax", "must not be less than daysMin");
      }
    }

    FreightRule rule() {
      return new FreightRule(
          region,
          firstGrams,
          firstFee.amount(),
          stepGrams,
          stepFee.amount(),
          freeAbove == null ? null : freeAbove.amount(),
          daysMin,
          daysMax);
    }
  }
}
