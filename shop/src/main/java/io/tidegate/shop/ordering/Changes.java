package io.tidegate.shop.ordering;

import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.Posting;
import io.tidegate.shop.payment.Recorded;
import io.tidegate.shop.payment.Refund;
import java.util.ArrayList;
import java.util.List;

/**
 * What a decision changes about one order. Built by a decision, noted in its {@link OrderFile}.
 *
 * @param order the order afterwards
 * @param stock what its pieces do
 */
record Changes(
    Order order,
    StockMove stock,
    List<Step> steps,
    List<Attempt> attempts,
    List<Recorded> captures,
    List<Refund> refunds,
    List<Posting> postings,
    List<OrderFact> facts) {

  /** Each piece of an order moves from locked once (S3). */
  enum StockMove {
    NONE,
    SELL,
    RELEASE
  }

  static Changes of(Order order) {
    return of(order, StockMove.NONE);
  }

  static Changes of(Order order, StockMove stock) {
    return new Changes(
        order,
        stock,
        new ArrayList<>(1),
        new ArrayList<>(1),
        new ArrayList<>(1),
        new ArrayList<>(0),
        new ArrayList<>(1),
        new ArrayList<>(1));
  }

  Changes step(Step step) {
    steps.add(step);
    return this;
  }

  Changes attempt(Attempt attempt) {
    attempts.add(attempt);
    return this;
  }

  Changes capture(Recorded recorded) {
    captures.add(recorded);
    postings.add(Posting.captured(recorded.capture(), recorded.verdict(), recorded.recordedAt()));
    return this;
  }

  Changes refund(Refund refund) {
    refunds.add(refund);
    return this;
  }

  Changes fact(OrderFact fact) {
    facts.add(fact);
    return this;
  }
}
