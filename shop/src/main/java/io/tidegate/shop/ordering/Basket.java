package io.tidegate.shop.ordering;

import io.tidegate.shop.catalog.Offer;
import io.tidegate.shop.kernel.BasketLine;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.PlaceOrder.Line;
import io.tidegate.shop.ordering.PlaceOrder.Refusal;
import io.tidegate.shop.promotion.Saving;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Goods at the prices of a moment, with what promotions take off them. Amounts are minor units.
 *
 * @param promotions what was taken off, in order
 * @param left what each line costs then
 */
record Basket(
    List<Offer> offers,
    List<BasketLine> lines,
    String currency,
    List<Saving> promotions,
    List<Long> left) {

  Basket {
    offers = List.copyOf(offers);
    lines = List.copyOf(lines);
    promotions = List.copyOf(promotions);
    left = List.copyOf(left);
  }

  /** All of it is for sale in one currency; else the lines that are not are named. */
  static Outcome<Basket, Refusal> of(Tariff tariff, List<Line> wanted, Instant at) {
    List<Integer> notSellable = new ArrayList<>(0);
    List<Offer> offers = new ArrayList<>(wanted.size());
    List<BasketLine> lines = new ArrayList<>(wanted.size());
    String currency = null;
    for (int i = 0; i < wanted.size(); i++) {
      Line line = wanted.get(i);
      Offer offer = tariff.offer(line.sku(), at);
      if (offer == null
          || !offer.active()
          || (currency != null && !currency.equals(offer.price().currency()))) {
        notSellable.add(i);
        continue;
      }
      currency = offer.price().currency();
      offers.add(offer);
      lines.add(
          new BasketLine(
              line.sku(),
              offer.category(),
              line.quantity(),
              offer.price().amount(),
              offer.weightGrams()));
    }
    if (!notSellable.isEmpty() || currency == null) {
      return Outcome.refused(new Refusal.NotSellable(notSellable));
    }
    List<Saving> savings = tariff.savings(lines, currency, at);
    return Outcome.applied(new Basket(offers, lines, currency, savings, left(lines, savings)));
  }

  private static List<Long> left(List<BasketLine> lines, List<Saving> savings) {
    Long[] left = new Long[lines.size()];
    for (int i = 0; i < left.length; i++) {
      long cost = lines.get(i).gross();
      for (Saving saving : savings) {
        cost = Math.subtractExact(cost, saving.perLine()[i]);
      }
      if (cost < 0) {
        throw new IllegalStateException("promotions take more off a line than it costs");
      }
      left[i] = cost;
    }
    return Arrays.asList(left);
  }

  /** What all of it costs, promotions taken off. */
  long goods() {
    return Shares.sum(left);
  }

  long grams() {
    long grams = 0;
    for (BasketLine line : lines) {
      grams = Math.addExact(grams, line.grams());
    }
    return grams;
  }
}
