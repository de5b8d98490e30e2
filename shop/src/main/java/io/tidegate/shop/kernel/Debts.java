package io.tidegate.shop.kernel;

import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/** What the customers of one transaction owe, and how much of it their new grants pay. */
public final class Debts {

  public static final Debts NONE = new Debts(List.of());

  private final List<Owed> owed;
  private final TreeMap<RefundKey, Long> payments = new TreeMap<>();

  /**
   * @param owed is paid from the oldest order on
   */
  public Debts(List<Owed> owed) {
    this.owed = owed.stream().sorted(Comparator.comparing(Owed::key)).toList();
  }

  public boolean isEmpty() {
    return owed.isEmpty();
  }

  /**
   * Pays what a customer owes.
   *
   * @param most what there is to pay with
   * @return how much was paid with it
   */
  public long pay(long userId, String what, long most) {
    long left = most;
    for (Owed each : owed) {
      if (each.userId() == userId && each.what().equals(what)) {
        long open = each.amount() - payments.getOrDefault(each.key(), 0L);
        long part = Math.min(left, open);
        if (part > 0) {
          payments.merge(each.key(), part, Math::addExact);
          left -= part;
        }
      }
    }
    return most - left;
  }

  /** How many rows are paid. */
  public int paid() {
    return payments.size();
  }

  /** What is paid, by key: order numbers, refunds, amounts. */
  public Object[] columns() {
    return new Object[] {
      payments.keySet().stream().mapToLong(RefundKey::orderNumber).toArray(),
      payments.keySet().stream().mapToInt(RefundKey::refund).toArray(),
      payments.values().stream().mapToLong(Long::longValue).toArray()
    };
  }
}
