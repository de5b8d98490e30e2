package io.tidegate.shop.points;

import io.tidegate.shop.kernel.Debts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** Which of many grants bring points now: those whose order has brought none yet (P1). */
final class GrantPoints {

  /**
   * What is written.
   *
   * @param entries new ones, by order
   * @param repaid what of them pays what their customers owe, by order
   * @param gains by user, none 0
   */
  record Decision(List<PointGrant> entries, List<PointGrant> repaid, TreeMap<Long, Long> gains) {}

  private GrantPoints() {}

  /**
   * Decides grants in any order, with any number of repeats.
   *
   * @param earned orders that have earned already
   * @param debts what customers owe; says afterwards what was paid
   */
  static Decision decide(List<PointGrant> grants, Set<Long> earned, Debts debts) {
    Set<Long> seen = new HashSet<>(earned);
    List<PointGrant> entries = new ArrayList<>();
    List<PointGrant> repaid = new ArrayList<>();
    TreeMap<Long, Long> gains = new TreeMap<>();
    for (PointGrant grant : grants) {
      if (grant.points() == 0 || !seen.add(grant.orderNumber())) {
        continue;
      }
      entries.add(grant);
      long back = debts.pay(grant.userId(), PointsStore.OWED_IN_POINTS, grant.points());
      if (back > 0) {
        repaid.add(new PointGrant(grant.orderNumber(), grant.userId(), back, grant.at()));
      }
      if (back < grant.points()) {
        gains.merge(grant.userId(), grant.points() - back, Math::addExact);
      }
    }
    Comparator<PointGrant> byOrder = Comparator.comparingLong(PointGrant::orderNumber);
    entries.sort(byOrder);
    repaid.sort(byOrder);
    return new Decision(entries, repaid, gains);
  }
}
