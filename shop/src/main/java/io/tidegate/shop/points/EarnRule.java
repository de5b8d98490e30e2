package io.tidegate.shop.points;

import io.tidegate.shop.kernel.Money;
import java.util.Map;

/**
 * How many points an order earns: one for each full step of its total, 0 in other currencies.
 *
 * @param stepByCurrency minor units that earn one point, by ISO 4217 code
 */
public record EarnRule(Map<String, Long> stepByCurrency) {

  /** A point for each full yuan. */
  public static final EarnRule DEFAULT = new EarnRule(Map.of(Money.CNY, 100L));

  public EarnRule {
    stepByCurrency = Map.copyOf(stepByCurrency);
    if (stepByCurrency.values().stream().anyMatch(step -> step <= 0)) {
      throw new IllegalArgumentException("a step of points is positive: " + stepByCurrency);
    }
  }

  public long points(Money total) {
    Long step = stepByCurrency.get(total.currency());
    return step == null || total.amount() <= 0 ? 0 : total.amount() / step;
  }
}
