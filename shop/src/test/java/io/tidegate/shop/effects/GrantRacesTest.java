package io.tidegate.shop.effects;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.testing.Race;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A decision against the refund that withholds it: one of both is on record, and holds. */
class GrantRacesTest {

  private static final int ROUNDS = 60;
  private static final Money TOTAL = Money.cny(20_000);

  private final Map<Integer, Held> held = new ConcurrentHashMap<>();
  private GrantShop grants;
  private GrantShop.Node node;

  @BeforeEach
  void open() {
    grants = new GrantShop();
    grants.recordFrom(0);
    node = grants.asking();
  }

  @AfterEach
  void close() {
    assertThat(
            grants.shop.number(
                "select deadlocks from pg_stat_database where datname = current_database()"))
        .isZero();
    grants.shop.isSound();
    grants.close();
  }

  private static long order(int round) {
    return 1_000L + round;
  }

  private static long user(int round) {
    return 100L + round;
  }

  private void refund(int round) {
    held.put(
        round, node.hold(grants.shop.back(order(round), 1, user(round), TOTAL, 20_000, 10_000, 0)));
  }

  @Test
  void ofDecisionAndRefundOneIsFirst() throws Exception {
    Map<Integer, DecisionStore.Claimed> asked = new ConcurrentHashMap<>();
    DecisionStore store = new DecisionStore(grants.shop.database.database());
    for (int round = 0; round < ROUNDS; round++) {
      node.hears(grants.paid(order(round), user(round), 20_000));
      asked.put(round, store.claim(false, 1, Duration.ofMinutes(10)).getFirst());
    }
    GrantAnswer answer =
        new GrantAnswer.Said(
            new GrantOffer(99, new GrantOffer.Coupon("thank-you-10", 10_000, null), 51));
    Race.run(
        ROUNDS,
        1,
        round -> {
          List<GrantWorker.Heard> heard = List.of(new GrantWorker.Heard(asked.get(round), answer));
          node.batch.grant(node.batch.record(heard).decided());
        },
        this::refund,
        round -> {
          // It stays decided for a while where the refund holds the row just then.
          boolean decided = !grants.state(order(round)).equals("withheld");
          assertThat(grants.state(order(round))).isIn("decided", "granted", "withheld");
          assertThat(held.get(round).points()).isEqualTo(decided ? 50 : 0);
          assertThat(held.get(round).packet()).isEqualTo(Money.cny(decided ? 26 : 0));
          assertThat(grants.shop.balance(user(round))).isEqualTo(decided ? 49 : 0);
          assertThat(grants.shop.packets(user(round))).isEqualTo(decided ? 25 : 0);
          assertThat(grants.coupons(user(round))).isEqualTo(decided ? 1 : 0);
          assertThat(grants.hasNothing(user(round))).isEqualTo(!decided);
          return decided;
        });
  }

  /** The order's first row: the consumers' that has it wait, or the refund's that withholds. */
  @Test
  void ofWaitingAndRefundOneIsFirstAndNothingComesEitherWay() throws Exception {
    Race.run(
        ROUNDS,
        2,
        round -> node.hears(0, List.of(grants.paid(order(round), user(round), 20_000))),
        this::refund,
        round -> {
          assertThat(grants.state(order(round))).isEqualTo("withheld");
          assertThat(grants.hasNothing(user(round))).isTrue();
          // Where the refund made the row, it made and ended it in one statement.
          return grants.shop.number(
                  "select count(*) from effects.decision where decided_at - created_at"
                      + " > interval '100 microseconds' and order_number = "
                      + order(round))
              == 1;
        });
  }
}
