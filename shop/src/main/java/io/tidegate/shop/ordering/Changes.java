package io.tidegate.shop.ordering;

import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.Posting;
import io.tidegate.shop.payment.Recorded;
import io.tidegate.shop.payment.Refund;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
    List<OrderFact> facts,
    List<Recorded> decided,
    List<ActOf> acts) {

  /**
   * What a member of the staff decided about a parked capture, to be put on record.
   *
   * @param refund what goes back; null where nothing does
   */
  record ActOf(String staff, Recorded parked, @Nullable Refund refund) {}

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
        new ArrayList<>(1),
        new ArrayList<>(0),
        new ArrayList<>(0));
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

  /** A person has decided about a parked capture. */
  Changes decided(ActOf act) {
    decided.add(act.parked());
    postings.addAll(act.parked().decisionPostings());
    acts.add(act);
    return this;
  }

  Changes post(Posting posting) {
    postings.add(posting);
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
