package io.tidegate.shop.marketing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.platform.db.TxWork;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.testing.ShopDatabase;
import io.tidegate.shop.testing.Together;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Coupons and red packets that orders hold: one order at a time, given back or used once. */
class HoldsTest {

  private static final Instant AT = Instant.parse("2026-11-22T12:00:00.123Z");

  private ShopDatabase shop;
  private CouponStore coupons;
  private RedPacketStore packets;

  @BeforeEach
  void open() {
    shop = new ShopDatabase();
    coupons = new CouponStore(shop.database());
    packets = new RedPacketStore(shop.database());
    for (int order = 1; order <= 3; order++) {
      grant(order, 42, 100L * order);
    }
  }

  @AfterEach
  void close() {
    assertThat(
            shop.number(
                """
                select count(*) from marketing.red_packet r
                left join (
                  select user_id, packet,
                    coalesce(sum(amount) filter (where state = 'held'), 0) as held,
                    coalesce(sum(amount) filter (where state = 'used'), 0) as used
                  from marketing.red_packet_take group by 1, 2
                ) t on t.user_id = r.user_id and t.packet = r.id
                where r.held <> coalesce(t.held, 0) or r.used <> coalesce(t.used, 0)
                """))
        .isZero();
    assertThat(
            shop.number(
                "select deadlocks from pg_stat_database where datname = current_database()"))
        .isZero();
    shop.close();
  }

  @Test
  void aCouponIsHeldByOneOrderAndComesBack() {
    CouponHold hold = new CouponHold(coupon(0).id(), 42, 77);
    write(tx -> CouponStore.hold(tx, List.of(hold), AT));
    assertThat(coupon(0)).returns(GrantState.HELD, Coupon::state).returns(77L, Coupon::heldBy);
    assertThat(coupons.offered(42, AT))
        .extracting(coupon -> coupon.isUsable(AT))
        .containsExactly(true, true, false);
    refused(tx -> CouponStore.hold(tx, List.of(hold), AT));
    refused(tx -> CouponStore.hold(tx, List.of(new CouponHold(hold.couponId(), 42, 78)), AT));
    refused(tx -> CouponStore.release(tx, List.of(new CouponHold(hold.couponId(), 42, 78))));
    refused(tx -> CouponStore.use(tx, List.of(new CouponHold(hold.couponId(), 42, 78))));
    write(tx -> CouponStore.release(tx, List.of(hold)));
    assertThat(coupon(0)).returns(GrantState.GRANTED, Coupon::state);
    assertThat(coupon(0).heldBy()).isNull();
    refused(tx -> CouponStore.release(tx, List.of(hold)));
    refused(tx -> CouponStore.use(tx, List.of(hold)));
  }

  /** Statistics are of a time when hardly any were there, as in a shop's first hour. */
  @Test
  void whatAnOrderBroughtIsLockedWithoutReadingWhatAllBrought() {
    shop.run("analyze marketing.coupon, marketing.red_packet, marketing.coupon_template");
    shop.run(
        "insert into marketing.coupon (template, user_id, order_number, state, granted_at,"
            + " valid_from, valid_to) select 'thank-you-10', n, n, 'granted', now(), now(),"
            + " now() + interval '1 d' from generate_series(1000, 3000) n");
    shop.run(
        "insert into marketing.red_packet (order_number, user_id, amount, currency, at)"
            + " select n, n, 100, 'CNY', now() from generate_series(1000, 3000) n");
    long[] orders = {1_500, 2_500};
    write(tx -> {
      assertThat(CouponStore.lockOfOrders(tx, orders, List.of())).hasSize(2);
      assertThat(RedPacketStore.lockOfOrders(tx, orders, List.of())).hasSize(2);
      assertThat(
              tx.query(
                  Sql.of(
                      "select seq_tup_read + idx_tup_fetch from pg_stat_xact_user_tables"
                          + " where relname in ('coupon', 'red_packet')"),
                  row -> row.getLong(1)))
          .hasSize(2)
          .allMatch(rows -> rows < 10);
    });
  }

  @Test
  void aUsedCouponStaysUsed() {
    CouponHold hold = new CouponHold(coupon(1).id(), 42, 77);
    write(tx -> CouponStore.hold(tx, List.of(hold), AT));
    write(tx -> CouponStore.use(tx, List.of(hold)));
    assertThat(coupon(1)).returns(GrantState.USED, Coupon::state).returns(77L, Coupon::heldBy);
    refused(tx -> CouponStore.use(tx, List.of(hold)));
    refused(tx -> CouponStore.release(tx, List.of(hold)));
    refused(tx -> CouponStore.hold(tx, List.of(hold), AT));
  }

  @Test
  void onlyItsOwnerHoldsACouponAndOnlyWhileItIsGood() {
    long id = coupon(0).id();
    Instant end = coupon(0).validTo();
    refused(tx -> CouponStore.hold(tx, List.of(new CouponHold(id, 43, 77)), AT));
    List<CouponHold> own = List.of(new CouponHold(id, 42, 77));
    refused(tx -> CouponStore.hold(tx, own, AT.minusMillis(1)));
    refused(tx -> CouponStore.hold(tx, own, end));
    assertThat(coupons.offered(42, end)).isEmpty();
    assertThat(coupons.find(43, id)).isEmpty();
    write(tx -> CouponStore.hold(tx, own, end.minusMillis(1)));
    // It ends while it is held, and stays good for its order.
    write(tx -> CouponStore.use(tx, own));
  }

  @Test
  void oneRefusedCouponRefusesTheBatch() {
    List<CouponHold> both =
        List.of(new CouponHold(coupon(1).id(), 42, 77), new CouponHold(coupon(0).id(), 42, 78));
    write(tx -> CouponStore.hold(tx, both.subList(0, 1), AT));
    refused(tx -> CouponStore.hold(tx, both, AT));
    assertThat(coupon(0)).returns(GrantState.GRANTED, Coupon::state);
    long id = coupon(0).id();
    List<CouponHold> twins = List.of(new CouponHold(id, 42, 78), new CouponHold(id, 42, 79));
    refused(tx -> CouponStore.hold(tx, twins, AT));
  }

  @Test
  void ofTwoOrdersThatWantOneCouponOneGetsIt() throws Exception {
    for (int round = 0; round < 20; round++) {
      CouponHold first = new CouponHold(coupon(0).id(), 42, 100 + 2L * round);
      CouponHold second = new CouponHold(coupon(0).id(), 42, 101 + 2L * round);
      List<Boolean> won =
          Together.run(
              () -> tried(tx -> CouponStore.hold(tx, List.of(first), AT)),
              () -> tried(tx -> CouponStore.hold(tx, List.of(second), AT)));
      assertThat(won).containsExactlyInAnyOrder(true, false);
      List<CouponHold> winner = List.of(won.get(0) ? first : second);
      assertThat(
              Together.run(
                  () -> tried(tx -> CouponStore.release(tx, winner)),
                  () -> tried(tx -> CouponStore.release(tx, winner))))
          .containsExactlyInAnyOrder(true, false);
    }
  }

  @Test
  void lockedCouponsAndPacketsAreWhatIsThere() {
    Coupon held = coupon(0);
    write(tx -> CouponStore.hold(tx, List.of(new CouponHold(held.id(), 42, 77)), AT));
    RedPacketTake take = new RedPacketTake(77, 42, packet(0).id(), 40);
    write(tx -> RedPacketStore.hold(tx, List.of(take), AT));
    shop.database()
        .write(
            "look",
            tx -> {
              Map<Long, Coupon> locked =
                  CouponStore.lock(tx, List.of(coupon(2).id(), held.id(), 9_999L));
              assertThat(locked.keySet()).containsExactlyInAnyOrder(held.id(), coupon(2).id());
              assertThat(locked.get(held.id()).heldBy()).isEqualTo(77);
              RedPacketTake another = new RedPacketTake(78, 43, packet(0).id(), 1);
              assertThat(RedPacketStore.lock(tx, List.of(take, another, take)))
                  .containsExactly(Map.entry(packet(0).id(), packet(0)));
              assertThat(RedPacketStore.taken(tx, List.of(77L, 78L)))
                  .containsExactly(new TakenPacket(take, TakenPacket.State.HELD));
              return true;
            });
  }

  @Test
  void ordersTakePartsOfAPacket() {
    RedPacketTake some = new RedPacketTake(77, 42, packet(2).id(), 120);
    RedPacketTake rest = new RedPacketTake(78, 42, packet(2).id(), 180);
    write(tx -> RedPacketStore.hold(tx, List.of(some, rest), AT));
    assertThat(packets.purse(42, Money.CNY))
        .isEqualTo(new RedPacketStore.Purse(Money.cny(300), Money.cny(300)));
    assertThat(packet(2)).returns(GrantState.HELD, RedPacket::state);
    refused(
        tx -> RedPacketStore.hold(tx, List.of(new RedPacketTake(79, 42, packet(2).id(), 1)), AT));
    write(tx -> RedPacketStore.release(tx, List.of(some), AT));
    refused(tx -> RedPacketStore.release(tx, List.of(some), AT));
    refused(tx -> RedPacketStore.use(tx, List.of(some), AT));
    assertThat(packet(2)).returns(GrantState.GRANTED, RedPacket::state);
    assertThat(packet(2).remaining()).isEqualTo(Money.cny(120));
    write(tx -> RedPacketStore.use(tx, List.of(rest), AT));
    refused(tx -> RedPacketStore.use(tx, List.of(rest), AT));
    refused(tx -> RedPacketStore.release(tx, List.of(rest), AT));
    assertThat(packet(2).used()).isEqualTo(180);
    assertThat(packets.spendable(42, Money.CNY))
        .extracting(RedPacket::remaining)
        .containsExactly(Money.cny(200), Money.cny(120), Money.cny(100));
    write(
        tx -> RedPacketStore.hold(tx, List.of(new RedPacketTake(80, 42, packet(2).id(), 120)), AT));
    write(
        tx -> RedPacketStore.use(tx, List.of(new RedPacketTake(80, 42, packet(2).id(), 120)), AT));
    assertThat(packet(2)).returns(GrantState.SPENT, RedPacket::state);
  }

  @Test
  void nothingIsTakenOfAnothersPacketOrSettledForAnotherAmount() {
    RedPacketTake take = new RedPacketTake(77, 42, packet(0).id(), 40);
    refused(
        tx -> RedPacketStore.hold(tx, List.of(new RedPacketTake(77, 43, packet(0).id(), 1)), AT));
    write(tx -> RedPacketStore.hold(tx, List.of(take), AT));
    refused(tx -> RedPacketStore.hold(tx, List.of(take), AT));
    refused(tx ->
        RedPacketStore.release(tx, List.of(new RedPacketTake(77, 42, packet(0).id(), 39)), AT));
  }

  /** What a refund of its order has taken back is not there for others; what they hold is. */
  @Test
  void aReclaimedPacketTakesBackWhatIsHeldOfIt() {
    RedPacketTake take = new RedPacketTake(77, 42, packet(0).id(), 40);
    write(tx -> RedPacketStore.hold(tx, List.of(take), AT));
    shop.run("update marketing.red_packet set reclaimed = amount - held where order_number = 1");
    refused(
        tx -> RedPacketStore.hold(tx, List.of(new RedPacketTake(78, 42, packet(0).id(), 1)), AT));
    assertThat(packet(0).remaining()).isEqualTo(Money.cny(0));
    assertThat(packet(0)).returns(GrantState.HELD, RedPacket::state);
    write(tx -> RedPacketStore.release(tx, List.of(take), AT));
    assertThat(packet(0).remaining()).isEqualTo(Money.cny(40));
    assertThat(packet(0).held()).isZero();
  }

  @Test
  void ofTwoThatOverdrawAPacketOneWins() throws Exception {
    for (int round = 0; round < 20; round++) {
      RedPacketTake first = new RedPacketTake(100 + 2L * round, 42, packet(0).id(), 60);
      RedPacketTake second = new RedPacketTake(101 + 2L * round, 42, packet(0).id(), 60);
      List<Boolean> won =
          Together.run(
              () -> tried(tx -> RedPacketStore.hold(tx, List.of(first), AT)),
              () -> tried(tx -> RedPacketStore.hold(tx, List.of(second), AT)));
      assertThat(won).containsExactlyInAnyOrder(true, false);
      List<RedPacketTake> winner = List.of(won.get(0) ? first : second);
      assertThat(
              Together.run(
                  () -> tried(tx -> RedPacketStore.release(tx, winner, AT)),
                  () -> tried(tx -> RedPacketStore.release(tx, winner, AT))))
          .containsExactlyInAnyOrder(true, false);
    }
  }

  /** Batches hold, use and release coupons and packets in random orders, while grants arrive. */
  @Test
  void manyAtOnceLoseNothing() throws Exception {
    for (int order = 100; order < 140; order++) {
      grant(order, 50 + order % 4, 1_000);
    }
    List<Callable<Boolean>> work = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      Random random = new Random(thread);
      long first = 10_000L * (thread + 1);
      work.add(() -> {
        for (int i = 0; i < 25; i++) {
          oneOrderBatch(first + 100L * i, random);
        }
        return true;
      });
    }
    Together.run(work);
    assertThat(shop.number("select sum(held)::bigint from marketing.red_packet")).isZero();
    assertThat(shop.number("select count(*) from marketing.coupon where state = 'held'")).isZero();
    assertThat(shop.number("select count(*) from marketing.coupon where state = 'used'"))
        .isPositive();
  }

  private void oneOrderBatch(long number, Random random) {
    List<CouponHold> holds = new ArrayList<>();
    List<RedPacketTake> takes = new ArrayList<>();
    for (int line = 0; line < 3; line++) {
      long user = 50L + random.nextInt(4);
      List<Coupon> free =
          coupons.offered(user, AT).stream().filter(each -> each.isUsable(AT)).toList();
      if (!free.isEmpty()) {
        holds.add(new CouponHold(free.get(random.nextInt(free.size())).id(), user, number + line));
      }
      List<RedPacket> full = packets.spendable(user, Money.CNY);
      takes.add(
          new RedPacketTake(
              number + line,
              user,
              full.get(random.nextInt(full.size())).id(),
              1 + random.nextInt(20)));
    }
    boolean held =
        tried(tx -> {
          CouponStore.hold(tx, holds, AT);
          RedPacketStore.hold(tx, takes, AT);
        });
    grant(number + 9, 50 + random.nextInt(4), 100);
    boolean paid = random.nextInt(4) == 0;
    if (held) {
      write(tx -> {
        if (paid) {
          CouponStore.use(tx, holds);
          RedPacketStore.use(tx, takes, AT);
        } else {
          CouponStore.release(tx, holds);
          RedPacketStore.release(tx, takes, AT);
        }
      });
    }
  }

  /** Of customer 42's first three, by age. */
  private Coupon coupon(int index) {
    return coupons.list(42, Long.MAX_VALUE, 10).reversed().get(index);
  }

  private RedPacket packet(int index) {
    return packets.list(42, Long.MAX_VALUE, 10).reversed().get(index);
  }

  private boolean tried(Consumer<Tx> work) {
    try {
      write(work);
      return true;
    } catch (DatabaseFailure.Conflict _) {
      return false;
    }
  }

  private void refused(Consumer<Tx> work) {
    assertThatThrownBy(() -> shop.database().writeOnce(done(work)))
        .isInstanceOf(DatabaseFailure.Conflict.class);
  }

  private void write(Consumer<Tx> work) {
    shop.database().writeOnce(done(work));
  }

  private static TxWork<Boolean> done(Consumer<Tx> work) {
    return tx -> {
      work.accept(tx);
      return true;
    };
  }

  private void grant(long order, long user, long fen) {
    shop.database()
        .write(
            "grant",
            tx -> {
              coupons.grant(
                  tx,
                  List.of(
                      new CouponGrant(
                          order, user, "thank-you-10", AT, AT.plus(Duration.ofDays(30)))));
              packets.grant(tx, List.of(new RedPacketGrant(order, user, Money.cny(fen), AT)));
              return true;
            });
  }
}
