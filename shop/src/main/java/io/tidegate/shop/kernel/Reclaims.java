package io.tidegate.shop.kernel;

import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What refunds take back of one kind of perk, for the orders that one transaction has locked: the
 * rows that are there, and what becomes of them. What was done before is not done again.
 */
public final class Reclaims {

  private final TreeMap<RefundKey, Reclaim> rows = new TreeMap<>();
  private final TreeMap<RefundKey, Reclaim> added = new TreeMap<>();
  private final TreeMap<RefundKey, Reclaim> changed = new TreeMap<>();

  /**
   * @param loaded all that the orders have
   */
  public Reclaims(List<Reclaim> loaded) {
    loaded.forEach(row -> rows.put(row.key(), row));
  }

  public @Nullable Reclaim get(RefundKey key) {
    return rows.get(key);
  }

  /**
   * Holds what a refund takes back, where it has no row yet.
   *
   * @param brought what the order brought; where that is nothing, no row is made
   * @param keeps what it would have brought for the part that is kept
   * @param available how much of it is there
   */
  public Reclaim hold(RefundKey key, long userId, long brought, long keeps, long available) {
    long wanted = Reclaim.wanted(brought, keeps, of(key.orderNumber()));
    Reclaim held = Reclaim.held(key, userId, wanted, available);
    if (brought > 0) {
      if (rows.putIfAbsent(key, held) != null) {
        throw new IllegalStateException("held before: " + key);
      }
      added.put(key, held);
    }
    return held;
  }

  /** Says how much of what is lacking makes the refund smaller, of one that was held now. */
  public void deduct(RefundKey key, long units) {
    Reclaim held = added.get(key);
    if (held != null) {
      put(held.deducting(units));
    } else if (units != 0) {
      throw new IllegalStateException("not held now: " + key);
    }
  }

  /** Releases what a refund holds. What it gives back is the answer; null where it holds none. */
  public @Nullable Reclaim release(RefundKey key) {
    Reclaim held = rows.get(key);
    return held == null ? null : settled(held.release());
  }

  /** The money is back: what a refund holds is taken for good. */
  public void confirm(RefundKey key) {
    Reclaim held = rows.get(key);
    if (held != null) {
      settled(held.confirm());
    }
  }

  private @Nullable Reclaim settled(Outcome<Reclaim, Reclaim.State> outcome) {
    return switch (outcome) {
      case Outcome.Applied<Reclaim, Reclaim.State>(Reclaim next) -> {
        put(next);
        yield next;
      }
      case Outcome.AlreadyApplied<Reclaim, Reclaim.State> _ -> null;
      case Outcome.Refused<Reclaim, Reclaim.State>(Reclaim.State state) ->
          throw new IllegalStateException("what was taken back is " + state);
    };
  }

  private void put(Reclaim next) {
    rows.put(next.key(), next);
    if (added.replace(next.key(), next) == null) {
      changed.put(next.key(), next);
    }
  }

  private Collection<Reclaim> of(long orderNumber) {
    return rows.subMap(
            new RefundKey(orderNumber, 1),
            true,
            new RefundKey(orderNumber, Integer.MAX_VALUE),
            true)
        .values();
  }

  /** New rows, by key. */
  public List<Reclaim> added() {
    return List.copyOf(added.values());
  }

  /** Rows that were held and are not any more, by key. */
  public List<Reclaim> changed() {
    return List.copyOf(changed.values());
  }

  public static long[] orders(Collection<Reclaim> some) {
    return some.stream().mapToLong(each -> each.key().orderNumber()).toArray();
  }

  public static int[] refunds(Collection<Reclaim> some) {
    return some.stream().mapToInt(each -> each.key().refund()).toArray();
  }

  public static long[] users(Collection<Reclaim> some) {
    return some.stream().mapToLong(Reclaim::userId).toArray();
  }

  public static long[] taken(Collection<Reclaim> some) {
    return some.stream().mapToLong(Reclaim::taken).toArray();
  }

  public static long[] lacking(Collection<Reclaim> some) {
    return some.stream().mapToLong(Reclaim::lacking).toArray();
  }

  public static long[] deducted(Collection<Reclaim> some) {
    return some.stream().mapToLong(Reclaim::deducted).toArray();
  }

  public static String[] states(Collection<Reclaim> some) {
    return some.stream().map(each -> each.state().code()).toArray(String[]::new);
  }
}
