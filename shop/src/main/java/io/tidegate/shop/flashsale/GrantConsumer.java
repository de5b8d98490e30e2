package io.tidegate.shop.flashsale;

import io.tidegate.platform.db.Tx;
import io.tidegate.platform.messaging.EventHandler;
import io.tidegate.platform.messaging.LoggedEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Hears what becomes of orders, and keeps it in their grants; orders that no sale has are passed
 * over. The order's version decides, so that twice and out of order end the same (E4).
 */
public final class GrantConsumer implements EventHandler {

  private final Runnable changed;

  /**
   * @param changed told after a commit: pieces may be free again
   */
  public GrantConsumer(Runnable changed) {
    this.changed = changed;
  }

  @Override
  public String name() {
    return "flash-grants";
  }

  @Override
  public Set<String> types() {
    return Set.of(
        "order.paid.v1",
        "order.closed.v1",
        "order.cancelled.v1",
        "order.refunded.v1",
        "order.refund_reversed.v1");
  }

  @Override
  public void handle(Tx tx, List<LoggedEvent> events) {
    Map<Long, LoggedEvent> newest = new HashMap<>();
    for (LoggedEvent event : events) {
      newest.merge(event.key(), event, (a, b) -> a.version() >= b.version() ? a : b);
    }
    // A grant is written with its order, so whoever has none is not a sale's (E6).
    List<GrantStore.Change> changes = new ArrayList<>(0);
    for (Grant grant : GrantStore.lock(tx, newest.keySet()).values()) {
      LoggedEvent event = newest.get(grant.orderNumber());
      if (event != null && event.version() > grant.version()) {
        changes.add(
            new GrantStore.Change(
                grant.orderNumber(),
                grant.version(),
                GrantState.after(event.type()),
                event.version()));
      }
    }
    GrantStore.change(tx, changes);
  }

  @Override
  public void committed() {
    changed.run();
  }
}
