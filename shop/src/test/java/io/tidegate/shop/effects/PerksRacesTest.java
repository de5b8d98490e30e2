package io.tidegate.shop.effects;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.LockRank;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.RefundKey;
import io.tidegate.shop.marketing.CouponHold;
import io.tidegate.shop.marketing.CouponStore;
import io.tidegate.shop.marketing.GrantState;
import io.tidegate.shop.marketing.RedPacketStore;
import io.tidegate.shop.marketing.RedPacketTake;
import io.tidegate.shop.points.PointHold;
import io.tidegate.shop.points.PointsStore;
import io.tidegate.shop.testing.Race;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Refunds against what else happens to the same perks: both orders of events end right. */
class PerksRacesTest {

  private static final int ROUNDS = 60;
  private static final Money TOTAL = Money.cny(20_000); // 200 points, a coupon, 200 fen
  private static final Sql LOCK_ORDER = Sql.of("select 1 from pg_advisory_xact_lock(?)");

  private final Map<Integer, Held> held = new ConcurrentHashMap<>();
  private PerkShop shop;

  @BeforeEach
  void open() {
    shop = new PerkShop();
  }

  @AfterEach
  void close() {
    assertThat(
            shop.number(
                "select deadlocks from pg_stat_database where datname = current_database()"))
        .isZero();
    shop.close();
  }

  /** Each round has a customer and an order of its own, which has brought perks. */
  private void pay() {
    for (int round = 0; round < ROUNDS; round++) {
      shop.paid(order(round), user(round), TOTAL);
    }
  }

  private static long order(int round) {
    return 1_000L + round;
  }

  private static long later(int round) {
    return 5_000L + round;
  }

  private static long user(int round) {
    return 100L + round;
  }

  private void refund(int round) {
    TakeBack all = shop.back(order(round), 1, user(round), TOTAL, 20_000, 0, 0);
    held.put(round, shop.hold(List.of(all)).get(all.key()));
  }

  private Held held(int round) {
    Held known = held.get(round);
    assertThat(known).isNotNull();
    return known;
  }

  /** An order tries to take a perk; where it is not there any more, nothing happens. */
  private void tries(Consumer<Tx> work) {
    try {
      shop.database
          .database()
          .writeOnce(tx -> {
            work.accept(tx);
            return true;
          });
    } catch (DatabaseFailure.Conflict _) {
      // The refund was first.
    }
  }

  @Test
  void aCouponThatIsSpentDuringItsReclaimIsOneOfBoth() throws Exception {
    pay();
    Race.run(
        ROUNDS,
        1,
        round -> {
          CouponHold hold =
              new CouponHold(shop.coupon(order(round)).id(), user(round), later(round));
          tries(tx -> CouponStore.hold(tx, List.of(hold), shop.now()));
        },
        this::refund,
        round -> {
          GrantState state = shop.coupon(order(round)).state();
          boolean spent = state == GrantState.HELD;
          assertThat(state).isEqualTo(spent ? GrantState.HELD : GrantState.RECLAIMED);
          assertThat(held(round).couponTaken()).isEqualTo(!spent);
          assertThat(held(round).couponShort()).isEqualTo(Money.cny(spent ? 1_000 : 0));
          return spent;
        });
    shop.isSound();
  }

  @Test
  void pointsThatAreSpentDuringTheirReclaimLack() throws Exception {
    pay();
    Race.run(
        ROUNDS,
        2,
        round ->
            tries(tx ->
                PointsStore.hold(
                    tx, List.of(new PointHold(later(round), user(round), 150, shop.now())))),
        this::refund,
        round -> {
          boolean spent = shop.points.account(user(round)).held() > 0;
          assertThat(held(round).points()).isEqualTo(spent ? 50 : 200);
          assertThat(held(round).pointsShort()).isEqualTo(spent ? 150 : 0);
          assertThat(shop.balance(user(round))).isZero();
          return spent;
        });
    shop.isSound();
  }

  @Test
  void aPacketThatIsSpentDuringItsReclaimLacks() throws Exception {
    pay();
    Race.run(
        ROUNDS,
        3,
        round -> {
          long packet = shop.packetOf(order(round));
          RedPacketTake take = new RedPacketTake(later(round), user(round), packet, 120);
          tries(tx -> RedPacketStore.hold(tx, List.of(take), shop.now()));
        },
        this::refund,
        round -> {
          boolean spent = held(round).packetShort().amount() > 0;
          assertThat(held(round).packet()).isEqualTo(Money.cny(spent ? 80 : 200));
          assertThat(held(round).packetShort()).isEqualTo(Money.cny(spent ? 120 : 0));
          assertThat(shop.packets(user(round))).isZero();
          return spent;
        });
    shop.isSound();
  }

  @Test
  void aGrantBeforeOrAfterItsReclaimIsNothing() throws Exception {
    Race.run(
        ROUNDS,
        4,
        round -> shop.paid(order(round), user(round), TOTAL),
        this::refund,
        round -> {
          long user = user(round);
          assertThat(shop.balance(user)).isZero();
          assertThat(shop.packets(user)).isZero();
          assertThat(shop.coupon(order(round)).state()).isEqualTo(GrantState.RECLAIMED);
          assertThat(shop.pointKinds(user)).containsExactly("reclaimed -200", "earned 200");
          // The one that was not first made no row.
          return shop.number(
                  "select count(distinct xmin::text) from points.entry where user_id = " + user)
              == 2;
        });
    shop.isSound();
  }

  /** Orders are locked before; of two refunds at once each takes its part, and nothing twice. */
  @Test
  void twoRefundsOfOneOrderTakeAllOnce() throws Exception {
    pay();
    Race.run(
        ROUNDS,
        5,
        round -> part(round, 1),
        round -> part(round, 2),
        round -> {
          assertThat(shop.balance(user(round))).isZero();
          assertThat(shop.packets(user(round))).isZero();
          long order = order(round);
          assertThat(
                  shop.number(
                      "select sum(taken)::bigint from points.reclaim where order_number = "
                          + order))
              .isEqualTo(200);
          return shop.number(
                  "select taken from points.reclaim where refund = 1 and order_number = " + order)
              == 120;
        });
    shop.isSound();
  }

  private void part(int round, int refund) {
    shop.write(tx -> {
      tx.lock(LockRank.ORDER, LOCK_ORDER, row -> row.getInt(1), order(round));
      boolean first =
          tx.query(
                  Sql.of("select 1 from points.reclaim where order_number = ?"),
                  row -> row.getInt(1),
                  order(round))
              .isEmpty();
      TakeBack back =
          first
              ? shop.back(order(round), refund, user(round), TOTAL, 20_000, 8_000, 0)
              : shop.back(order(round), refund, user(round), TOTAL, 8_000, 0, 0);
      shop.perks.hold(tx, List.of(back));
    });
  }

  /** Two refunds of one customer want the same points: they are taken once, the rest lacks. */
  @Test
  void twoOrdersOfOneCustomerShareWhatIsThere() throws Exception {
    pay();
    for (int round = 0; round < ROUNDS; round++) {
      shop.paid(later(round), user(round), TOTAL);
      shop.spends(9_000L + round, user(round), 250, 50, order(round));
    }
    Race.run(
        ROUNDS,
        6,
        this::refund,
        round -> shop.hold(List.of(shop.back(later(round), 1, user(round), TOTAL, 20_000, 0, 0))),
        round -> {
          assertThat(shop.balance(user(round))).isZero();
          assertThat(
                  shop.number(
                      "select sum(taken)::bigint from points.reclaim where user_id = "
                          + user(round)))
              .isEqualTo(150);
          return held(round).points() == 150;
        });
    shop.isSound();
  }

  @Test
  void twoGrantsAtOncePayADebtOnce() throws Exception {
    pay();
    for (int round = 0; round < ROUNDS; round++) {
      shop.spends(9_000L + round, user(round), 200, 200, order(round));
      refund(round);
      shop.succeeded(UsedBack.none(order(round), 1, user(round)));
    }
    Race.run(
        ROUNDS,
        7,
        round -> shop.paid(later(round), user(round), Money.cny(15_000)),
        round -> shop.paid(7_000L + round, user(round), Money.cny(15_000)),
        round -> {
          assertThat(shop.balance(user(round))).isEqualTo(100);
          assertThat(shop.packets(user(round))).isEqualTo(100);
          GrantState mine = shop.coupon(later(round)).state();
          assertThat(List.of(mine, shop.coupon(7_000L + round).state()))
              .containsExactlyInAnyOrder(GrantState.WITHHELD, GrantState.GRANTED);
          return mine == GrantState.WITHHELD;
        });
    shop.isSound();
    assertThat(shop.number("select count(*) from points.reclaim where paid <> 200")).isZero();
  }

  /** A refusal gives points back while another order wants more than is there without them. */
  @Test
  void whatARefusalGivesBackCanBeSpentFromThenOn() throws Exception {
    pay();
    for (int round = 0; round < ROUNDS; round++) {
      refund(round);
    }
    Race.run(
        ROUNDS,
        8,
        round -> shop.release(List.of(new RefundKey(order(round), 1))),
        round ->
            tries(tx ->
                PointsStore.hold(
                    tx, List.of(new PointHold(later(round), user(round), 150, shop.now())))),
        round -> {
          boolean spent = shop.points.account(user(round)).held() > 0;
          assertThat(shop.balance(user(round))).isEqualTo(spent ? 50 : 200);
          return spent;
        });
    shop.isSound();
  }
}
