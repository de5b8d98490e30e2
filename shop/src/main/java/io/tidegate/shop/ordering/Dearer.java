package io.tidegate.shop.ordering;

import java.util.ArrayList;
import java.util.List;

/** What makes an order cost more than its quote told: named, so that the customer can decide. */
final class Dearer {

  private Dearer() {}

  /** The lines whose price rose. */
  static List<Integer> lines(Quoted shown, Priced today) {
    List<Integer> lines = new ArrayList<>(0);
    for (int i = 0; i < today.items().size(); i++) {
      if (today.items().get(i).unitPrice() > shown.unitPrices().get(i)) {
        lines.add(i);
      }
    }
    return lines;
  }

  /** What else it is, in words. */
  static List<String> causes(Quoted shown, Priced today) {
    List<String> causes = new ArrayList<>(0);
    if (!today.amounts().currency().equals(shown.amounts().currency())) {
      causes.add("it is sold in another currency now");
      return causes;
    }
    if (today.amounts().freight() > shown.amounts().freight()) {
      causes.add("freight costs more now");
    }
    for (Quoted.Saved saved : shown.savings()) {
      long amount = amount(today, saved);
      if (amount < saved.amount()) {
        causes.add(cause(saved, amount == 0));
      }
    }
    return causes;
  }

  private static long amount(Priced today, Quoted.Saved saved) {
    return today.discounts().stream()
        .filter(discount -> discount.kind() == saved.kind())
        // Points are one discount, and how many they are may change.
        .filter(
            discount -> saved.kind() == Discount.Kind.POINTS || discount.id().equals(saved.id()))
        .mapToLong(Discount::amount)
        .sum();
  }

  private static String cause(Quoted.Saved saved, boolean isOver) {
    return switch (saved.kind()) {
      case PROMOTION -> "promotion " + saved.id() + (isOver ? " is over" : " takes off less now");
      case COUPON ->
          "coupon " + saved.id() + (isOver ? " does not fit any more" : " takes off less now");
      case POINTS -> "points pay less now";
      case RED_PACKET -> "red packet " + saved.id() + " pays less now";
    };
  }
}
