package io.tidegate.shop.promotion;

import io.tidegate.shop.kernel.BasketLine;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.promotion.Promotion.Deal;
import io.tidegate.shop.promotion.Promotion.Tier;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What price lists and promotions come to.
 *
 * <p>Of several price lists the lowest price holds. Of the promotions on items each line gets the
 * best one; then come the spend-and-saves, the narrowest scope first and then the oldest, each on
 * what the ones before have left of the lines in its scope. No line ever costs less than nothing.
 */
final class PromotionRules {

  private static final BigInteger HUNDRED = BigInteger.valueOf(100);
  private static final BigInteger FIFTY = BigInteger.valueOf(50);

  private static final Comparator<Promotion> NARROWEST_FIRST =
      Comparator.<Promotion>comparingInt(promotion -> promotion.terms().scope().width())
          .thenComparingLong(promotion -> promotion.terms().id());

  private PromotionRules() {}

  /** So many percent of an amount that is not negative, rounded half up. */
  static long percent(long amount, int percent) {
    if (amount <= Long.MAX_VALUE / 128) {
      return (amount * percent + 50) / 100;
    }
    return BigInteger.valueOf(amount)
        .multiply(BigInteger.valueOf(percent))
        .add(FIFTY)
        .divide(HUNDRED)
        .longValueExact();
  }

  /** The price in force, by lists that all hold now. */
  static Money price(List<PriceList> lists, String sku, String category, Money listPrice) {
    Money lowest = listPrice;
    for (PriceList list : lists) {
      if (list.terms().scope().covers(sku, category)) {
        Money price = list.price(sku, listPrice);
        if (price.amount() < lowest.amount()) {
          lowest = price;
        }
      }
    }
    return lowest;
  }

  /**
   * What promotions that all hold now take off a basket, in the order in which they are taken.
   *
   * @param currency of all the lines
   */
  static List<Saving> savings(List<Promotion> promotions, List<BasketLine> lines, String currency) {
    if (promotions.isEmpty() || lines.isEmpty()) {
      return List.of();
    }
    long[] left = lines.stream().mapToLong(BasketLine::gross).toArray();
    List<Saving> savings = new ArrayList<>();
    onItems(promotions, lines, currency, left, savings);
    promotions.stream()
        .filter(promotion -> promotion.deal() instanceof Deal.SpendAndSave)
        .sorted(NARROWEST_FIRST)
        .forEach(promotion -> onWhatIsLeft(promotion, lines, currency, left, savings));
    return List.copyOf(savings);
  }

  private static void onItems(
      List<Promotion> promotions,
      List<BasketLine> lines,
      String currency,
      long[] left,
      List<Saving> savings) {
    List<Promotion> oldestFirst =
        promotions.stream()
            .sorted(Comparator.comparingLong(promotion -> promotion.terms().id()))
            .toList();
    Map<Long, long[]> perLine = new HashMap<>();
    for (int i = 0; i < left.length; i++) {
      BasketLine line = lines.get(i);
      long best = 0;
      long id = 0;
      for (Promotion promotion : oldestFirst) {
        if (promotion.terms().scope().covers(line.sku(), line.category())) {
          long off = Math.min(left[i], off(promotion.deal(), line, currency));
          if (off > best) {
            best = off;
            id = promotion.terms().id();
          }
        }
      }
      if (best > 0) {
        perLine.computeIfAbsent(id, _ -> new long[left.length])[i] = best;
        left[i] -= best;
      }
    }
    for (Promotion promotion : oldestFirst) {
      long[] off = perLine.get(promotion.terms().id());
      if (off != null) {
        savings.add(saving(promotion, off));
      }
    }
  }

  private static long off(Deal deal, BasketLine line, String currency) {
    return switch (deal) {
      case Deal.PercentOff(int percent) -> percent(line.gross(), percent);
      case Deal.AmountOff(long amount, String own) ->
          own.equals(currency)
              ? Math.multiplyExact(Math.min(amount, line.unitPrice()), (long) line.quantity())
              : 0;
      case Deal.SpendAndSave _ -> 0;
    };
  }

  private static void onWhatIsLeft(
      Promotion promotion,
      List<BasketLine> lines,
      String currency,
      long[] left,
      List<Saving> savings) {
    if (!(promotion.deal() instanceof Deal.SpendAndSave deal)
        || !deal.currency().equals(currency)) {
      return;
    }
    List<Long> weights = new ArrayList<>(left.length);
    long spent = 0;
    for (int i = 0; i < left.length; i++) {
      BasketLine line = lines.get(i);
      boolean covered = promotion.terms().scope().covers(line.sku(), line.category());
      weights.add(covered ? left[i] : 0);
      spent = Math.addExact(spent, covered ? left[i] : 0);
    }
    long saved = saved(deal, spent);
    if (saved == 0) {
      return;
    }
    // No part is more than its weight, since what is saved is not more than all of them.
    long[] off =
        new Money(saved, currency).split(weights).stream().mapToLong(Money::amount).toArray();
    for (int i = 0; i < left.length; i++) {
      left[i] -= off[i];
    }
    savings.add(saving(promotion, off));
  }

  private static long saved(Deal.SpendAndSave deal, long spent) {
    long best = 0;
    for (Tier tier : deal.tiers()) {
      if (spent >= tier.spend()) {
        long times = deal.repeats() ? spent / tier.spend() : 1;
        best = Math.max(best, times * tier.save()); // at most what is spent
      }
    }
    return best;
  }

  private static Saving saving(Promotion promotion, long[] perLine) {
    return new Saving(Long.toString(promotion.terms().id()), promotion.terms().title(), perLine);
  }
}
