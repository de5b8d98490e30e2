package io.tidegate.shop.effects;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.effects.DecisionRow.State;
import io.tidegate.shop.effects.DecisionStore.Again;
import io.tidegate.shop.effects.DecisionStore.Claimed;
import io.tidegate.shop.effects.DecisionStore.Ended;
import io.tidegate.shop.effects.GrantWorker.Heard;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.marketing.CouponTemplate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records what was said about many orders in one transaction, and grants what is on record, each
 * perk in a transaction of its own: done again, it changes nothing. Only what is committed as
 * decided is granted.
 */
final class GrantBatch {

  private static final Logger log = LoggerFactory.getLogger(GrantBatch.class);

  private final Database database;
  private final GrantService grants;
  private final GrantStores stores;
  private final GrantSettings settings;
  private final DecisionStore decisions;

  GrantBatch(Database database, GrantService grants, GrantStores stores, GrantSettings settings) {
    this.database = database;
    this.grants = grants;
    this.stores = stores;
    this.settings = settings;
    this.decisions = new DecisionStore(database);
  }

  /**
   * An answer of which nothing was taken.
   *
   * @param isNew whether the try before ended otherwise
   */
  record Refused(long order, String why, boolean isNew) {}

  /**
   * What became of some answers.
   *
   * @param late how many were decided by others meanwhile, and are not used
   */
  record Recorded(List<Decision> decided, List<Refused> refused, int late) {}

  /** Writes down what was said, where the order still waits and is still this node's. */
  Recorded record(List<Heard> some) {
    Map<String, CouponTemplate> templates = templates(some);
    return database.write("record-decisions", tx -> record(tx, some, templates));
  }

  /** Read before: a template's worth and validity never change under a coupon. */
  private Map<String, CouponTemplate> templates(List<Heard> some) {
    Map<String, CouponTemplate> found = new HashMap<>();
    for (Heard one : some) {
      if (one.answer() instanceof GrantAnswer.Said(GrantOffer offer)) {
        GrantOffer.Coupon coupon = offer.coupon();
        if (coupon != null && coupon.valid() == null && !found.containsKey(coupon.template())) {
          stores
              .templates()
              .find(coupon.template())
              .ifPresent(template -> found.put(template.id(), template));
        }
      }
    }
    return found;
  }

  private Recorded record(Tx tx, List<Heard> some, Map<String, CouponTemplate> templates) {
    Map<Long, Integer> held =
        DecisionStore.held(
            tx, State.WAITING, some.stream().map(one -> one.claimed().question().order()).toList());
    Instant now = tx.now();
    List<Decision> decided = new ArrayList<>();
    List<Again> again = new ArrayList<>();
    List<Refused> refused = new ArrayList<>();
    int late = 0;
    for (Heard one : some) {
      Claimed claimed = one.claimed();
      long order = claimed.question().order();
      Integer tries = held.get(order);
      if (tries == null || tries != claimed.tries()) {
        late += one.answer() instanceof GrantAnswer.Said ? 1 : 0;
        continue;
      }
      String why =
          switch (one.answer()) {
            case GrantAnswer.Later() -> "later";
            case GrantAnswer.Unknown(String code) -> code;
            case GrantAnswer.Said(GrantOffer offer) -> {
              GrantOffer.Coupon coupon = offer.coupon();
              yield switch (grants
                  .bounds()
                  .decide(
                      claimed.question(),
                      offer,
                      coupon == null ? null : templates.get(coupon.template()),
                      now)) {
                case Outcome.Applied<Decision, GrantBounds.Refusal>(Decision decision) -> {
                  decided.add(decision);
                  yield "";
                }
                case Outcome.AlreadyApplied<Decision, GrantBounds.Refusal> _ ->
                    throw new IllegalStateException("nothing is decided before it is");
                case Outcome.Refused<Decision, GrantBounds.Refusal>(var refusal) -> {
                  refused.add(
                      new Refused(order, refusal.code(), !refusal.code().equals(claimed.why())));
                  yield refusal.code();
                }
              };
            }
          };
      if (!why.isEmpty()) {
        again.add(new Again(order, why, settings.wait(claimed.tries())));
      }
    }
    DecisionStore.end(tx, decided.stream().map(Ended::decided).toList(), settings.lease());
    DecisionStore.again(tx, again);
    return new Recorded(decided, refused, late);
  }

  /** Grants what a node that has ended left. */
  void grantLeft() {
    grant(decisions.claimDecided(settings.writeRowsMax(), settings.lease()));
  }

  /** Grants what is on record; where one order is the culprit, the others have theirs. */
  void grant(List<Decision> decided) {
    if (decided.isEmpty()) {
      return;
    }
    try {
      grantAll(decided);
    } catch (DatabaseFailure.Transient e) {
      throw e; // the lease ends, and then it is granted
    } catch (RuntimeException e) {
      if (decided.size() == 1) {
        log.error("what order {} brings can't be granted", decided.getFirst().order(), e);
        return;
      }
      decided.forEach(one -> grant(List.of(one)));
    }
  }

  private void grantAll(List<Decision> decided) {
    database.write(
        "grant-points",
        tx -> {
          Instant now = tx.now();
          stores.points().grant(tx, decided.stream().map(one -> one.pointGrant(now)).toList());
          return true;
        });
    database.write(
        "grant-coupons",
        tx -> {
          stores
              .coupons()
              .grant(
                  tx,
                  decided.stream().flatMap(one -> one.coupon(one.paidTotal()).stream()).toList());
          return true;
        });
    database.write(
        "grant-packets",
        tx -> {
          Instant now = tx.now();
          stores.packets().grant(tx, decided.stream().map(one -> one.packetGrant(now)).toList());
          return true;
        });
    database.write(
        "granted",
        tx -> {
          Map<Long, Integer> held =
              DecisionStore.held(tx, State.DECIDED, decided.stream().map(Decision::order).toList());
          DecisionStore.granted(tx, held.keySet());
          return true;
        });
  }
}
