package io.tidegate.shop.fulfilment;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Who carries, with the template of what it costs.
 *
 * @param id short and stable, such as {@code express}: orders name it
 * @param position its place in the customer's choice, lower first; equal ones go by id
 * @param active whether customers may choose it
 * @param currency of all its amounts
 * @param version rises with each edit; an edit names the one it saw
 * @param rules by region, no region twice, at least one
 */
public record Courier(
    String id,
    int position,
    String nameZh,
    String nameEn,
    boolean active,
    String currency,
    int version,
    List<FreightRule> rules) {

  /** Every province and city, and some districts. */
  public static final int RULES_MAX = 500;

  /** More is no choice any more. */
  public static final int COURIERS_MAX = 50;

  public static final int POSITION_MAX = 999;
  public static final int NAME_CHARS_MAX = 64;

  public Courier {
    rules = List.copyOf(rules);
    Set<String> regions = new HashSet<>();
    boolean once = rules.stream().allMatch(rule -> regions.add(rule.region()));
    if (!isId(id) || rules.isEmpty() || rules.size() > RULES_MAX || !once) {
      throw new IllegalArgumentException("courier " + id + " or its rules out of range");
    }
  }

  /** Whether a text may be a courier's id. */
  public static boolean isId(String text) {
    return text.matches("[a-z][a-z0-9-]{0,31}");
  }

  Courier withVersion(int next) {
    return new Courier(id, position, nameZh, nameEn, active, currency, next, rules);
  }
}
