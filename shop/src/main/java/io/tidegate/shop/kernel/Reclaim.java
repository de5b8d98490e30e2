package io.tidegate.shop.kernel;

import java.util.Collection;
import java.util.Locale;

/**
 * What one refund takes back of one perk that its order brought, in the perk's own unit.
 *
 * <pre>
 *   held -> confirmed   (the money is back)
 *     '---> released    (the refund was refused: what was taken is the customer's again)
 * </pre>
 *
 * <p>P4: taken and lacking together are what is to be taken back, and what is lacking is either
 * deducted from the refund or, once that is confirmed, owed.
 *
 * @param taken what was still there; the customer has not had it since the request
 * @param lacking what was spent already
 * @param deducted how much of what is lacking makes the refund smaller
 * @param paid how much of what is owed later grants have paid
 */
public record Reclaim(
    RefundKey key, long userId, long taken, long lacking, State state, long deducted, long paid) {

  /** How far it is. */
  public enum State {
    HELD,
    RELEASED,
    CONFIRMED;

    /** As it is stored. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }

    public static State of(String code) {
      return valueOf(code.toUpperCase(Locale.ROOT));
    }
  }

  public Reclaim {
    if (taken < 0 || lacking < 0 || deducted < 0 || paid < 0 || deducted + paid > lacking) {
      throw new IllegalArgumentException(
          "%d taken, %d lacking, %d deducted, %d paid".formatted(taken, lacking, deducted, paid));
    }
  }

  /**
   * What a refund is to take back: what the order would not have brought for what is kept of it,
   * less what its other refunds take back. So all refunds of an order together take all, and never
   * more (P2).
   *
   * @param brought what the order brought
   * @param keeps what it would have brought for the part that is kept
   * @param others the order's refunds before
   */
  static long wanted(long brought, long keeps, Collection<Reclaim> others) {
    long before = others.stream().filter(Reclaim::isLive).mapToLong(Reclaim::whole).sum();
    return Math.max(0, brought - Math.clamp(keeps, 0, brought) - before);
  }

  /** A new one, of which so much is there. */
  static Reclaim held(RefundKey key, long userId, long wanted, long available) {
    long taken = Math.clamp(available, 0, wanted);
    return new Reclaim(key, userId, taken, wanted - taken, State.HELD, 0, 0);
  }

  /** It counts: it was not released. */
  public boolean isLive() {
    return switch (state) {
      case HELD, CONFIRMED -> true;
      case RELEASED -> false;
    };
  }

  public long whole() {
    return Math.addExact(taken, lacking);
  }

  /** What the customer owes of it now. */
  public long owed() {
    return state == State.CONFIRMED ? lacking - deducted - paid : 0;
  }

  Reclaim deducting(long units) {
    return new Reclaim(key, userId, taken, lacking, state, units, paid);
  }

  Outcome<Reclaim, State> release() {
    return settle(State.RELEASED);
  }

  Outcome<Reclaim, State> confirm() {
    return settle(State.CONFIRMED);
  }

  private Outcome<Reclaim, State> settle(State wanted) {
    if (state == wanted) {
      return Outcome.alreadyApplied(this);
    }
    return state == State.HELD
        ? Outcome.applied(new Reclaim(key, userId, taken, lacking, wanted, deducted, paid))
        : Outcome.refused(state);
  }
}
