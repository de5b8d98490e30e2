package io.tidegate.shop.points;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which of many grants bring points now: those whose order has brought none yet (P1). */
final class GrantPoints {

  /** What an order has in the accounts already. */
  enum Known {
    /** It has earned. */
    EARNED,
    /** Its points were reclaimed before they came: they come as 0 (P3). */
    RECLAIMED_BEFORE
  }

  /**
   * What is written.
   *
   * @param entries new ones, by order; their points may be 0 (P3)
   * @param gains by user, none 0
   */
  record Decision(List<PointGrant> entries, TreeMap<Long, Long> gains) {}

  private GrantPoints() {}

  /**
   * Decides grants in any order, with any number of repeats.
   *
   * @param known by order number
   */
  static Decision decide(List<PointGrant> grants, Map<Long, Known> known) {
    Map<Long, Known> seen = new HashMap<>(known);
    List<PointGrant> entries = new ArrayList<>();
    TreeMap<Long, Long> gains = new TreeMap<>();
    for (PointGrant grant : grants) {
      if (grant.points() == 0) {
        continue;
      }
      Known before = seen.put(grant.orderNumber(), Known.EARNED);
      switch (before) {
        case null -> {
          entries.add(grant);
          gains.merge(grant.userId(), grant.points(), Math::addExact);
        }
        case RECLAIMED_BEFORE ->
            entries.add(new PointGrant(grant.orderNumber(), grant.userId(), 0, grant.at()));
        case EARNED -> {}
      }
    }
    entries.sort((a, b) -> Long.compare(a.orderNumber(), b.orderNumber()));
    return new Decision(entries, gains);
  }
}
