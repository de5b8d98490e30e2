package io.tidegate.shop.effects;

import io.tidegate.platform.db.Tx;
import io.tidegate.shop.effects.DecisionStore.Ended;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.marketing.CouponGrant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the orders of refunds bring, by what is on record: locked, so that nobody decides meanwhile.
 * Where nothing is, the refund is first: what has to be asked is withheld, and what our rules know
 * is recorded as they say. The orders are locked before.
 */
final class DecisionBatch {

  private final GrantService grants;
  private final Map<Long, OrderPerks> perks = new HashMap<>();
  private final List<Ended> ends = new ArrayList<>(0);

  private DecisionBatch(GrantService grants) {
    this.grants = grants;
  }

  /** Looks, locks and decides. Orders of which nothing is taken back are passed over. */
  static DecisionBatch load(Tx tx, GrantService grants, Collection<PerkBatch.Of> orders) {
    DecisionBatch batch = new DecisionBatch(grants);
    Map<Long, PerkBatch.Of> recorded = new HashMap<>();
    for (PerkBatch.Of order : orders) {
      if (order.paidTotal() != null && grants.records(order.order())) {
        recorded.put(order.order(), order);
      } else if (order.paidTotal() != null) {
        batch.byRules(order);
      }
    }
    if (!recorded.isEmpty()) {
      batch.load(tx, recorded);
    }
    return batch;
  }

  private void load(Tx tx, Map<Long, PerkBatch.Of> orders) {
    Map<Long, DecisionRow> known = new HashMap<>(DecisionStore.lock(tx, orders.keySet()));
    Set<Long> unknown = new HashSet<>(orders.keySet());
    unknown.removeAll(known.keySet());
    if (!unknown.isEmpty()) {
      Map<Long, Ended> firsts = new HashMap<>();
      unknown.forEach(number -> firsts.put(number, ended(of(orders, number))));
      for (long number : DecisionStore.first(tx, List.copyOf(firsts.values()))) {
        unknown.remove(number);
        put(of(firsts, number));
      }
    }
    if (!unknown.isEmpty()) { // A consumer came in between.
      known.putAll(DecisionStore.lock(tx, unknown));
    }
    known.values().forEach(row -> read(row, of(orders, row.order())));
  }

  private void read(DecisionRow row, PerkBatch.Of order) {
    switch (row.state()) {
      case WAITING -> {
        Ended ended = ended(order);
        ends.add(ended);
        put(ended);
      }
      case WITHHELD -> perks.put(row.order(), OrderPerks.NOTHING);
      case DECIDED, GRANTED -> perks.put(row.order(), of(row));
    }
  }

  private static Decision of(DecisionRow row) {
    Decision decision = row.decision();
    if (decision == null) {
      throw new IllegalStateException("no decision in a row that is " + row.state().code());
    }
    return decision;
  }

  private void put(Ended ended) {
    Decision decision = ended.decision();
    perks.put(ended.order(), decision == null ? OrderPerks.NOTHING : decision);
  }

  /** What a refund makes of an order that nobody has decided. */
  private Ended ended(PerkBatch.Of order) {
    Money total = total(order);
    GrantOffer offer = grants.grantor().atOnce(order.order(), order.userId(), total);
    if (offer == null) {
      return new Ended(order.order(), order.userId(), total, null);
    }
    GrantQuestion question = new GrantQuestion(order.order(), order.userId(), total, "");
    return switch (grants.bounds().decide(question, offer, null, order.at())) {
      case Outcome.Applied<Decision, GrantBounds.Refusal>(Decision decision) ->
          Ended.decided(decision);
      case Outcome.AlreadyApplied<Decision, GrantBounds.Refusal>(Decision decision) ->
          Ended.decided(decision);
      case Outcome.Refused<Decision, GrantBounds.Refusal> _ ->
          new Ended(order.order(), order.userId(), total, null);
    };
  }

  /** What an order that nobody records brings, as our rules say. */
  private record ByRules(EffectService.Rules rules, PerkBatch.Of order) implements OrderPerks {

    @Override
    public long points(Money kept) {
      return rules.points().points(kept);
    }

    @Override
    public Money packet(Money kept) {
      return rules.redPackets().packet(kept);
    }

    @Override
    public Optional<CouponGrant> coupon(Money kept) {
      return rules.coupons().grant(order.order(), order.userId(), kept, order.at());
    }
  }

  private void byRules(PerkBatch.Of order) {
    perks.put(order.order(), new ByRules(grants.rules(), order));
  }

  private static Money total(PerkBatch.Of order) {
    Money total = order.paidTotal();
    if (total == null) {
      throw new IllegalStateException("nothing is taken back of " + order.order());
    }
    return total;
  }

  private static <T> T of(Map<Long, T> map, long number) {
    T found = map.get(number);
    if (found == null) {
      throw new IllegalStateException("not in this batch: " + number);
    }
    return found;
  }

  /** What an order of the batch brings. */
  OrderPerks of(long order) {
    return of(perks, order);
  }

  /** Writes what was decided here of orders that waited. */
  void save(Tx tx) {
    DecisionStore.end(tx, ends, Duration.ZERO);
  }
}
