package io.tidegate.shop.effects;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Questions;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.ordering.OrderPaid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who decides what paid orders bring. As long as that were only ever our rules, no row says so and
 * nobody looks for one. From the first order on that a system outside was to decide, each order has
 * a row, whoever decides now: so its number and what is on record say what holds for an order, and
 * not a setting.
 */
public final class GrantService {

  /**
   * How long after the first start with a system outside the first order is recorded. All nodes
   * know of it by then: they look every {@link GrantSettings#lookEvery()}.
   */
  private static final Duration RECORDED_AFTER = Duration.ofSeconds(10);

  private static final long NEVER = Long.MAX_VALUE;

  private final EffectService.Rules rules;
  private final Grantor grantor;
  private final GrantBounds bounds;
  private final @Nullable DecisionStore store;
  private volatile long first = NEVER;

  private GrantService(
      EffectService.Rules rules,
      Grantor grantor,
      GrantBounds bounds,
      @Nullable DecisionStore store) {
    this.rules = rules;
    this.grantor = grantor;
    this.bounds = bounds;
    this.store = store;
  }

  /** Our rules, where nobody else ever decided. */
  public static GrantService byRules(EffectService.Rules rules) {
    return new GrantService(rules, Grantor.ours(rules), GrantBounds.NONE, null);
  }

  /**
   * As a database has it.
   *
   * @param rules ours: for orders that are not recorded, and for all that wait where nobody else
   *     decides
   * @param outside null where our rules decide
   */
  public static GrantService of(
      Database database, EffectService.Rules rules, @Nullable Grantor outside) {
    DecisionStore store = new DecisionStore(database);
    if (outside != null) {
      long from = database.now().plus(RECORDED_AFTER).toEpochMilli();
      store.record(OrderNumber.firstAt(from));
    }
    GrantService service =
        outside == null
            ? new GrantService(rules, Grantor.ours(rules), GrantBounds.NONE, store)
            : new GrantService(rules, outside, GrantBounds.OUTSIDE, store);
    service.look();
    return service;
  }

  /** Looks whether orders are recorded: never again, once that is so. */
  void look() {
    if (first == NEVER && store != null) {
      first = store.recording().orElse(NEVER);
    }
  }

  /** Whether any orders are recorded. */
  boolean isRecording() {
    return first != NEVER;
  }

  /** Whether this order is: then what its row says holds, and without one nothing is granted. */
  boolean records(long order) {
    return order >= first;
  }

  EffectService.Rules rules() {
    return rules;
  }

  Grantor grantor() {
    return grantor;
  }

  GrantBounds bounds() {
    return bounds;
  }

  /** Asks, with others' questions, what is on record about some orders. */
  Supplier<Map<Long, DecisionRow>> ask(Questions questions, Collection<OrderNumber> orders) {
    List<OrderNumber> recorded = orders.stream().filter(order -> records(order.value())).toList();
    return recorded.isEmpty() ? Map::of : questions.add(DecisionStore.which(recorded))::get;
  }

  /**
   * Paid orders, by who decides.
   *
   * @param ours those that our rules decide, and nobody records
   * @param recorded the others: they wait, where they have no row yet
   */
  record Sorted(List<OrderPaid> ours, List<GrantQuestion> recorded) {}

  Sorted sort(List<OrderPaid> orders) {
    if (!isRecording()) {
      return new Sorted(orders, List.of());
    }
    List<OrderPaid> ours = new ArrayList<>();
    List<GrantQuestion> recorded = new ArrayList<>();
    for (OrderPaid order : orders) {
      if (records(order.number())) {
        recorded.add(GrantQuestionJson.of(order));
      } else {
        ours.add(order);
      }
    }
    return new Sorted(ours, recorded);
  }
}
