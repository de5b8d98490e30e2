package io.tidegate.shop.aftersales;

/**
 * What a shop decides about refunds.
 *
 * @param approvalAbove amounts above this need two people, minor units
 * @param spentPerks what happens where perks that an order brought are spent already
 */
public record RefundPolicy(long approvalAbove, SpentPerks spentPerks) {

  /** 5,000 yuan; spent perks are deducted. */
  public static final RefundPolicy DEFAULT = new RefundPolicy(500_000, SpentPerks.DEDUCT);

  /** What happens where perks that an order brought are spent already (P4). */
  public enum SpentPerks {
    /** Their worth is deducted from the amount; what that doesn't cover becomes debt. */
    DEDUCT,
    /** They become debt, which later grants pay. */
    DEBT
  }

  /** How many people must approve an amount (C6). */
  public int approvalsWanted(long amount) {
    return amount > approvalAbove ? 2 : 0;
  }

  /** How much smaller an amount may get for perks that are spent. */
  public long deductMost(long amount) {
    return switch (spentPerks) {
      case DEDUCT -> amount;
      case DEBT -> 0;
    };
  }
}
