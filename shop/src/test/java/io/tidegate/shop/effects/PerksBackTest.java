package io.tidegate.shop.effects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.RefundKey;
import io.tidegate.shop.marketing.GrantState;
import io.tidegate.shop.marketing.RedPacketPick;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What refunds take back and give back of perks, on the real database. */
class PerksBackTest {

  /** Brings 200 points, a coupon of 1000 fen and a red packet of 200 fen. */
  private static final Money TOTAL = Money.cny(20_000);

  private PerkShop shop;

  @BeforeEach
  void open() {
    shop = new PerkShop();
  }

  @AfterEach
  void close() {
    shop.close();
  }

  @Test
  void aFullRefundTakesAllThatItsOrderBrought() {
    shop.paid(1, 42, TOTAL);
    assertThat(shop.hold(1, 1, TOTAL, 20_000, 0, 0)).isEqualTo(held(200, 0, true, 0, 200, 0, 0, 0));
    assertThat(shop.balance(42)).isZero();
    assertThat(shop.packets(42)).isZero();
    assertThat(shop.coupon(1)).returns(GrantState.RECLAIMED, it -> it.state());
    shop.succeeded(UsedBack.none(1, 1, 42));
    assertThat(shop.balance(42)).isZero();
    assertThat(shop.reclaims()).containsExactly("1/1 200+0 confirmed 0 0");
    assertThat(shop.pointKinds(42)).containsExactly("reclaimed -200", "earned 200");
    shop.isSound();
  }

  @Test
  void toldAgainARefundHoldsTakesAndReleasesOnce() {
    shop.paid(1, 42, TOTAL);
    Held first = shop.hold(1, 1, TOTAL, 20_000, 5_000, 0);
    assertThat(first).isEqualTo(held(150, 0, true, 0, 150, 0, 0, 0));
    assertThat(shop.hold(1, 1, TOTAL, 20_000, 5_000, 0)).isEqualTo(first);
    assertThat(shop.balance(42)).isEqualTo(50);
    shop.release(1, 1);
    shop.release(1, 1);
    assertThat(shop.balance(42)).isEqualTo(200);
    assertThat(shop.packets(42)).isEqualTo(200);
    assertThat(shop.coupon(1)).returns(GrantState.GRANTED, it -> it.state());
    assertThat(shop.pointKinds(42)).containsExactly("restored 150", "reclaimed -150", "earned 200");
    assertThatThrownBy(() -> shop.succeeded(UsedBack.none(1, 1, 42)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("RELEASED");
    shop.hold(1, 2, TOTAL, 20_000, 0, 0);
    shop.succeeded(UsedBack.none(1, 2, 42));
    shop.succeeded(UsedBack.none(1, 2, 42));
    assertThatThrownBy(() -> shop.release(1, 2)).hasMessageContaining("CONFIRMED");
    assertThat(shop.reclaims())
        .containsExactly("1/1 150+0 released 0 0", "1/2 200+0 confirmed 0 0");
    shop.isSound();
  }

  @Test
  void partsTakeByTheSameRuleAndTogetherAll() {
    shop.paid(1, 42, Money.cny(10_050)); // 100 points, a coupon, 100 fen
    assertThat(shop.hold(1, 1, Money.cny(10_050), 10_050, 10_040, 0))
        .isEqualTo(held(0, 0, false, 0, 0, 0, 0, 0));
    assertThat(shop.hold(1, 2, Money.cny(10_050), 10_040, 9_899, 0))
        .isEqualTo(held(2, 0, true, 0, 2, 0, 0, 0)); // 9,900 would have brought the coupon
    assertThat(shop.hold(1, 3, Money.cny(10_050), 9_899, 500, 0))
        .isEqualTo(held(93, 0, false, 0, 88, 0, 0, 0)); // no packet is smaller than 10 fen
    shop.release(1, 2);
    assertThat(shop.coupon(1)).returns(GrantState.GRANTED, it -> it.state());
    assertThat(shop.hold(1, 4, Money.cny(10_050), 641, 0, 0))
        .isEqualTo(held(7, 0, true, 0, 12, 0, 0, 0)); // what the second gave back, and the rest
    assertThat(shop.balance(42)).isZero();
    assertThat(shop.packets(42)).isZero();
    shop.isSound();
  }

  @Test
  void whatIsSpentIsDeductedUpToTheRefundAndOwedBeyond() {
    shop.paid(1, 42, TOTAL);
    shop.spends(7, 42, 150, 120, 1); // a later order takes points, packet and coupon
    Held held = shop.hold(1, 1, TOTAL, 20_000, 0, 1_200);
    // The coupon is worth 1,000, of the packet 120 are gone, and a point is worth a fen.
    assertThat(held).isEqualTo(held(50, 150, false, 1_000, 80, 120, 1_270, 1_200));
    assertThat(shop.hold(1, 1, TOTAL, 20_000, 0, 9_999)).isEqualTo(held);
    shop.succeeded(UsedBack.none(1, 1, 42));
    assertThat(shop.reclaims()).containsExactly("1/1 50+150 confirmed 80 0");
    assertThat(shop.number("select sum(deducted) from marketing.coupon_reclaim")).isEqualTo(1);
    assertThat(shop.number("select sum(deducted) from marketing.red_packet_reclaim"))
        .isEqualTo(120);
    shop.isSound();

    shop.paid(2, 42, Money.cny(10_000)); // 100 points: 70 pay what is owed
    assertThat(shop.balance(42)).isEqualTo(30);
    assertThat(shop.reclaims()).containsExactly("1/1 50+150 confirmed 80 70");
    assertThat(shop.pointKinds(42)).startsWith("repaid -70", "earned 100");
    assertThat(shop.packets(42)).isEqualTo(100); // nothing is owed there
    assertThat(shop.coupon(2)).returns(GrantState.GRANTED, it -> it.state());
    shop.isSound();
  }

  private Owed owed() {
    return new Owed(shop.points.owed(42), shop.packets.owed(42, "CNY"), shop.coupons.owed(42));
  }

  @Test
  void whatIsNotDeductedIsPaidByLaterGrants() {
    shop.paid(1, 42, TOTAL);
    shop.spends(7, 42, 200, 200, 1);
    assertThat(shop.hold(1, 1, TOTAL, 20_000, 0, 0))
        .isEqualTo(held(0, 200, false, 1_000, 0, 200, 1_400, 0));
    shop.paid(2, 42, Money.cny(5_000)); // it is not owed before the money is back
    assertThat(shop.balance(42)).isEqualTo(50);
    assertThat(owed()).matches(Owed::isNothing);
    shop.succeeded(UsedBack.none(1, 1, 42));
    assertThat(owed()).isEqualTo(new Owed(200, Money.cny(200), 1));
    shop.paid(3, 42, Money.cny(12_000));
    shop.paid(3, 42, Money.cny(12_000)); // told twice, it pays once
    assertThat(shop.balance(42)).isEqualTo(50);
    assertThat(shop.coupon(3)).returns(GrantState.WITHHELD, it -> it.state());
    assertThat(shop.packets(42)).isEqualTo(50);
    assertThat(owed()).isEqualTo(new Owed(80, Money.cny(80), 0));
    shop.isSound();
    shop.paid(4, 42, Money.cny(12_000));
    assertThat(owed()).matches(Owed::isNothing);
    assertThat(shop.balance(42)).isEqualTo(90);
    assertThat(shop.coupon(4)).returns(GrantState.GRANTED, it -> it.state());
    assertThat(shop.packets(42)).isEqualTo(90);
    assertThat(shop.reclaims()).containsExactly("1/1 0+200 confirmed 0 200");
    shop.isSound();
    // What paid a debt is spent: it can't be taken back.
    assertThat(shop.hold(3, 1, Money.cny(12_000), 12_000, 0, 12_000))
        .isEqualTo(held(90, 30, false, 1_000, 0, 120, 1_150, 1_150));
    shop.isSound();
  }

  @Test
  void aGrantAfterItsReclaimBringsNothing() {
    assertThat(shop.hold(1, 1, TOTAL, 20_000, 0, 20_000))
        .isEqualTo(held(200, 0, true, 0, 200, 0, 0, 0));
    assertThat(shop.balance(42)).isZero();
    shop.paid(1, 42, TOTAL);
    shop.paid(1, 42, TOTAL);
    assertThat(shop.balance(42)).isZero();
    assertThat(shop.packets(42)).isZero();
    assertThat(shop.coupon(1)).returns(GrantState.RECLAIMED, it -> it.state());
    shop.isSound();
    shop.release(1, 1);
    assertThat(shop.balance(42)).isEqualTo(200);
    assertThat(shop.packets(42)).isEqualTo(200);
    shop.isSound();
  }

  @Test
  void anOrderThatBringsNothingLeavesNothing() {
    Money free = Money.cny(0);
    assertThat(shop.hold(1, 1, free, 0, 0, 0)).isEqualTo(held(0, 0, false, 0, 0, 0, 0, 0));
    shop.succeeded(UsedBack.none(1, 1, 42));
    assertThat(shop.reclaims()).isEmpty();
    assertThat(shop.number("select count(*) from points.entry")).isZero();
  }

  @Test
  void whatTheOrderUsedComesBackInPartsAndOnce() {
    shop.paid(1, 42, TOTAL);
    shop.spends(2, 42, 150, 120, 1);
    long packet = shop.packetOf(1);
    long coupon = shop.coupon(1).id();
    List<RedPacketPick.Part> parts = List.of(new RedPacketPick.Part(packet, 20));
    UsedBack part = new UsedBack(2, 1, 42, 50, parts, null);
    shop.succeeded(part);
    shop.succeeded(part);
    assertThat(shop.balance(42)).isEqualTo(100);
    assertThat(shop.packets(42)).isEqualTo(100);
    assertThat(shop.coupon(1)).returns(GrantState.USED, it -> it.state());
    assertThatThrownBy(() -> shop.succeeded(new UsedBack(2, 2, 42, 101, List.of(), null)))
        .hasMessageContaining("points back");
    List<RedPacketPick.Part> tooMuch = List.of(new RedPacketPick.Part(packet, 101));
    assertThatThrownBy(() -> shop.succeeded(new UsedBack(2, 2, 42, 0, tooMuch, null)))
        .isInstanceOf(DatabaseFailure.Conflict.class);

    List<RedPacketPick.Part> rest = List.of(new RedPacketPick.Part(packet, 100));
    UsedBack last = new UsedBack(2, 2, 42, 100, rest, coupon);
    shop.succeeded(last, UsedBack.none(1, 1, 42));
    shop.succeeded(last);
    assertThat(shop.balance(42)).isEqualTo(200);
    assertThat(shop.packets(42)).isEqualTo(200);
    assertThat(shop.coupon(1)).returns(GrantState.GRANTED, it -> it.state());
    assertThat(shop.pointKinds(42)).startsWith("returned 100", "returned 50", "used 0");
    shop.isSound();
  }

  @Test
  void aCouponThatEndedIsGoodForSomeDaysWhenItComesBack() {
    shop.paid(1, 42, TOTAL);
    shop.spends(2, 42, 1, 1, 1);
    shop.run("update marketing.coupon set valid_from = '2020-01-01', valid_to = '2020-01-02'");
    shop.succeeded(new UsedBack(2, 1, 42, 0, List.of(), shop.coupon(1).id()));
    assertThat(
            Duration.between(shop.now(), shop.coupon(1).validTo()).minus(Duration.ofDays(7)).abs())
        .isLessThan(Duration.ofHours(1));
    // The next order that uses it may give it back as well.
    shop.spends(3, 42, 1, 1, 1);
    shop.succeeded(new UsedBack(2, 2, 42, 0, List.of(), shop.coupon(1).id()));
    assertThat(shop.coupon(1)).returns(GrantState.USED, it -> it.state());
    shop.succeeded(new UsedBack(3, 1, 42, 0, List.of(), shop.coupon(1).id()));
    assertThat(shop.coupon(1)).returns(GrantState.GRANTED, it -> it.state());
    assertThatThrownBy(
            () -> shop.succeeded(new UsedBack(4, 1, 42, 0, List.of(), shop.coupon(1).id())))
        .hasMessageContaining("is not used by 4");
  }

  @Test
  void manyRefundsOfManyCustomersInOneBatch() {
    for (long order = 1; order <= 30; order++) {
      shop.paid(order, order % 4, TOTAL);
    }
    List<TakeBack> backs =
        List.of(
            shop.back(30, 1, 30 % 4, TOTAL, 20_000, 10_000, 0),
            shop.back(3, 1, 3, TOTAL, 20_000, 10_000, 0),
            shop.back(30, 2, 30 % 4, TOTAL, 10_000, 0, 0),
            shop.back(7, 1, 3, TOTAL, 20_000, 0, 0));
    assertThat(shop.hold(backs).values())
        .containsExactly(
            held(100, 0, false, 0, 100, 0, 0, 0),
            held(100, 0, false, 0, 100, 0, 0, 0),
            held(100, 0, true, 0, 100, 0, 0, 0),
            held(200, 0, true, 0, 200, 0, 0, 0));
    shop.release(List.of(new RefundKey(30, 2), new RefundKey(3, 1)));
    shop.succeeded(UsedBack.none(7, 1, 3), UsedBack.none(30, 1, 30 % 4));
    assertThat(shop.reclaims())
        .containsExactly(
            "3/1 100+0 released 0 0",
            "7/1 200+0 confirmed 0 0",
            "30/1 100+0 confirmed 0 0",
            "30/2 100+0 released 0 0");
    shop.isSound();
  }

  private static Held held(
      long points,
      long pointsShort,
      boolean coupon,
      long couponShort,
      long packet,
      long packetShort,
      long value,
      long deducted) {
    return new Held(
        points,
        pointsShort,
        coupon,
        Money.cny(couponShort),
        Money.cny(packet),
        Money.cny(packetShort),
        Money.cny(value),
        Money.cny(deducted));
  }
}
