package io.tidegate.shop.effects;

import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.RefundKey;
import io.tidegate.shop.points.PointsSpending;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The way back of points, coupons and red packets. A refund's request holds what the order has
 * brought; a refusal releases it; once the money is back it is taken for good, and what the order
 * has used comes back.
 *
 * <p>All join the caller's transaction, which has locked the orders before. Who locks more than
 * perks in it loads first, decides, and saves after all loading ({@link #load}); each of the others
 * is such a batch of its own, to be called when nothing is locked any more.
 */
public final class PerksBack {

  private final GrantService grants;
  private final PointsSpending spending;

  /**
   * Where nobody but our rules ever decided.
   *
   * @param rules by which the orders' perks were granted
   */
  public PerksBack(EffectService.Rules rules, PointsSpending spending) {
    this(GrantService.byRules(rules), spending);
  }

  /**
   * The way back.
   *
   * @param grants who decided what the orders brought
   * @param spending what a point is worth that was spent
   */
  public PerksBack(GrantService grants, PointsSpending spending) {
    this.grants = grants;
    this.spending = spending;
  }

  /**
   * Locks the decisions, coupons, accounts and red packets of orders, in this order.
   *
   * @param orders those of which something is held or given back
   * @param settled refunds that are released or confirmed
   */
  public PerkBatch load(Tx tx, Collection<PerkBatch.Of> orders, Collection<RefundKey> settled) {
    return new PerkBatch(grants, spending, tx, PerkBatch.each(orders), settled);
  }

  /** Holds what refunds take back, in their order; each once, whenever it is told again. */
  public Map<RefundKey, Held> hold(Tx tx, List<TakeBack> backs) {
    PerkBatch batch = load(tx, backs.stream().map(PerkBatch.Of::order).toList(), List.of());
    Map<RefundKey, Held> held = new LinkedHashMap<>();
    backs.forEach(back -> held.put(back.key(), batch.hold(back)));
    batch.save(tx);
    return held;
  }

  /**
   * The money of refunds is back: what they hold is taken for good, what they don't deduct is owed,
   * and what the orders have used comes back. Told again, nothing changes.
   *
   * @param backs one for each refund, also for those that give nothing back
   */
  public void succeeded(Tx tx, List<UsedBack> backs) {
    PerkBatch batch =
        load(
            tx,
            backs.stream().map(PerkBatch.Of::order).toList(),
            backs.stream().map(UsedBack::key).toList());
    for (UsedBack back : backs) {
      batch.confirm(back.key());
      batch.giveBack(back);
    }
    batch.save(tx);
  }
}
