package io.tidegate.shop.ordering;

import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.Capture;
import io.tidegate.shop.payment.PaymentId;
import io.tidegate.shop.payment.Posting;
import io.tidegate.shop.payment.Recorded;
import io.tidegate.shop.payment.Refund;
import io.tidegate.shop.payment.RefundId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The working copy of one order: as it was loaded, as it is now, and what is to be written. */
final class OrderFile {

  final Order loaded;
  private Order order;
  private final Map<Integer, Attempt> loadedAttempts = new TreeMap<>();
  private final Map<Integer, Attempt> attempts = new TreeMap<>();
  private final List<Recorded> captures;
  private int refunds;
  final List<Step> steps = new ArrayList<>(1);
  final List<Recorded> newCaptures = new ArrayList<>(0);
  final List<Refund> newRefunds = new ArrayList<>(0);
  final List<Posting> postings = new ArrayList<>(0);
  final List<OrderFact> facts = new ArrayList<>(1);
  final List<Recorded> decided = new ArrayList<>(0);
  final List<Changes.ActOf> acts = new ArrayList<>(0);
  final List<Changes.StockMove> stockMoves = new ArrayList<>(1);

  /**
   * @param refunds the highest seq of its refunds so far
   */
  OrderFile(Order loaded, List<Attempt> attempts, List<Recorded> captures, int refunds) {
    this.loaded = loaded;
    this.order = loaded;
    this.captures = new ArrayList<>(captures);
    this.refunds = refunds;
    for (Attempt attempt : attempts) {
      loadedAttempts.put(attempt.id().seq(), attempt);
      this.attempts.put(attempt.id().seq(), attempt);
    }
  }

  Order order() {
    return order;
  }

  List<Attempt> attempts() {
    return List.copyOf(attempts.values());
  }

  @Nullable Attempt attempt(PaymentId id) {
    return attempts.get(id.seq());
  }

  /** Whether this very money is in the book already (C2). */
  boolean knows(Capture capture) {
    return capture(capture.provider(), capture.transaction()) != null;
  }

  @Nullable Recorded capture(String provider, String transaction) {
    return captures.stream()
        .filter(known ->
            known.capture().provider().equals(provider)
                && known.capture().transaction().equals(transaction))
        .findFirst()
        .orElse(null);
  }

  PaymentId nextPayment() {
    return new PaymentId(order.number(), attempts.size() + 1);
  }

  RefundId nextRefund() {
    return new RefundId(order.number(), refunds + 1);
  }

  void apply(Changes changes) {
    order = changes.order();
    steps.addAll(changes.steps());
    changes.attempts().forEach(attempt -> attempts.put(attempt.id().seq(), attempt));
    captures.addAll(changes.captures());
    newCaptures.addAll(changes.captures());
    for (Recorded row : changes.decided()) {
      captures.removeIf(known -> isSameMoney(known.capture(), row.capture()));
      captures.add(row);
      decided.add(row);
    }
    acts.addAll(changes.acts());
    newRefunds.addAll(changes.refunds());
    refunds += changes.refunds().size();
    postings.addAll(changes.postings());
    facts.addAll(changes.facts());
    if (changes.stock() != Changes.StockMove.NONE) {
      stockMoves.add(changes.stock());
    }
  }

  private static boolean isSameMoney(Capture one, Capture other) {
    return one.provider().equals(other.provider()) && one.transaction().equals(other.transaction());
  }

  @Nullable Attempt loadedAttempt(int seq) {
    return loadedAttempts.get(seq);
  }

  boolean isChanged() {
    return order.version() != loaded.version();
  }
}
