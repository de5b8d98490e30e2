package io.tidegate.shop.fulfilment;

import org.jspecify.annotations.Nullable;

/**
 * What a courier takes for a part of the country: a fee for the first grams, and one for each step
 * begun beyond them.
 *
 * @param region the beginning of the region codes it is for: 2, 4 or 6 digits, or none for all
 * @param firstFee minor units of the courier's currency, as all amounts here
 * @param freeAbove goods that cost this or more go free; null: never
 * @param daysMin the least days that a parcel is expected to take
 */
public record FreightRule(
    String region,
    int firstGrams,
    long firstFee,
    int stepGrams,
    long stepFee,
    @Nullable Long freeAbove,
    int daysMin,
    int daysMax) {

  /** 10,000 yuan: more is a slip of the pen. */
  public static final long FEE_MAX = 1_000_000;

  /**
   * Small steps of large weights would leave the numbers; real ones are half a kilogram or more.
   */
  public static final int STEP_GRAMS_MIN = 100;

  public static final int GRAMS_MAX = 1_000_000;
  public static final long FREE_ABOVE_MAX = 1_000_000_000_000L;
  public static final int DAYS_MAX = 90;

  public FreightRule {
    boolean inRange =
        isRegion(region)
            && firstGrams >= 1
            && firstGrams <= GRAMS_MAX
            && firstFee >= 0
            && firstFee <= FEE_MAX
            && stepGrams >= STEP_GRAMS_MIN
            && stepGrams <= GRAMS_MAX
            && stepFee >= 0
            && stepFee <= FEE_MAX
            && (freeAbove == null || (freeAbove >= 0 && freeAbove <= FREE_ABOVE_MAX))
            && daysMin >= 0
            && daysMax >= daysMin
            && daysMax <= DAYS_MAX;
    if (!inRange) {
      throw new IllegalArgumentException("a freight rule out of range for " + region);
    }
  }

  /** Whether a text is the beginning of region codes that a rule may be for. */
  public static boolean isRegion(String text) {
    return text.length() <= 6
        && text.length() % 2 == 0
        && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** Whether it never costs anything, which is the same in every currency. */
  boolean isFree() {
    return firstFee == 0 && stepFee == 0;
  }

  /** The fee for a basket. */
  long fee(long grams, long goodsTotal) {
    if (isFree() || (freeAbove != null && goodsTotal >= freeAbove)) {
      return 0;
    }
    long beyond = Math.max(0, grams - firstGrams);
    return Math.addExact(
        firstFee, Math.multiplyExact(stepFee, Math.ceilDiv(beyond, (long) stepGrams)));
  }
}
