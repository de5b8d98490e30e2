package io.tidegate.shop.promotion;

import java.util.List;

/** A saving on what is in a basket, for a time. */
public record Promotion(Terms terms, Deal deal) {

  /** What is saved. */
  public sealed interface Deal {

    /**
     * A part of each line is taken off.
     *
     * @param percent 1-99: what is taken off
     */
    record PercentOff(int percent) implements Deal {
      public PercentOff {
        if (percent < 1 || percent > 99) {
          throw new IllegalArgumentException("no percentage off: " + percent);
        }
      }
    }

    /**
     * An amount is taken off each piece.
     *
     * @param amount minor units, positive
     */
    record AmountOff(long amount, String currency) implements Deal {
      public AmountOff {
        if (amount <= 0) {
          throw new IllegalArgumentException("nothing is off");
        }
      }
    }

    /**
     * Who spends so much saves so much (满减).
     *
     * @param tiers rising, at least one
     * @param repeats whether each further so much saves again (每满)
     */
    record SpendAndSave(List<Tier> tiers, String currency, boolean repeats) implements Deal {
      public SpendAndSave {
        tiers = List.copyOf(tiers);
        if (tiers.isEmpty()) {
          throw new IllegalArgumentException("no tier");
        }
      }
    }
  }

  /**
   * A step of a spend-and-save, in minor units.
   *
   * @param save not more than is spent
   */
  public record Tier(long spend, long save) {
    public Tier {
      if (save <= 0 || save > spend) {
        throw new IllegalArgumentException("who spends " + spend + " can't save " + save);
      }
    }
  }
}
