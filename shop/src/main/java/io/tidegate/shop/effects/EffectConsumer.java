package io.tidegate.shop.effects;

import io.tidegate.platform.db.Tx;
import io.tidegate.platform.messaging.EventHandler;
import io.tidegate.platform.messaging.LoggedEvent;
import io.tidegate.shop.ordering.OrderPaid;
import io.tidegate.shop.ordering.OrderPaidJson;
import java.util.List;
import java.util.Set;

/** The consumer of one effect: hears of paid orders and calls down, many in one transaction. */
final class EffectConsumer implements EventHandler {

  /** What is done for paid orders; done again, it changes nothing. */
  @FunctionalInterface
  interface Work {
    void run(Tx tx, List<OrderPaid> orders);
  }

  private final AfterPayment effect;
  private final Work work;
  private final Runnable committed;

  EffectConsumer(AfterPayment effect, Work work, Runnable committed) {
    this.effect = effect;
    this.work = work;
    this.committed = committed;
  }

  @Override
  public String name() {
    return effect.wire();
  }

  @Override
  public Set<String> types() {
    return Set.of(OrderPaidJson.TYPE);
  }

  @Override
  public void handle(Tx tx, List<LoggedEvent> events) {
    work.run(tx, events.stream().map(OrderPaidJson::read).toList());
  }

  @Override
  public void committed() {
    committed.run();
  }
}
