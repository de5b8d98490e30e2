package io.tidegate.shop.marketing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.testing.ShopDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Coupons and red packets are granted once, whatever is repeated, shuffled or done at once. */
class GrantStoresTest {

  private static final Instant AT = Instant.parse("2026-11-22T12:00:00.123Z");

  private ShopDatabase shop;
  private CouponStore coupons;
  private RedPacketStore redPackets;

  @BeforeEach
  void open() {
    shop = new ShopDatabase();
    coupons = new CouponStore(shop.database());
    redPackets = new RedPacketStore(shop.database());
  }

  @AfterEach
  void close() {
    shop.close();
  }

  @Test
  void grantsToldTwiceCountOnce() {
    grant(List.of(coupon(1, 42), coupon(2, 42)), List.of(packet(1, 42, 39), packet(2, 42, 0)));
    grant(List.of(coupon(2, 42), coupon(1, 42), coupon(1, 42)), List.of(packet(1, 42, 39)));
    assertThat(coupons.list(42, Long.MAX_VALUE, 10)).hasSize(2);
    assertThat(redPackets.list(42, Long.MAX_VALUE, 10))
        .extracting(RedPacket::orderNumber, RedPacket::money, RedPacket::state)
        .containsExactly(tuple(1L, Money.cny(39), GrantState.GRANTED));
    assertThat(redPackets.balance(42, Money.CNY)).isEqualTo(Money.cny(39));
    assertThat(redPackets.balance(42, "USD")).isEqualTo(Money.zero("USD"));
    assertThat(
            shop.database()
                .ask(CouponStore.whenBrought(List.of(new OrderNumber(1), new OrderNumber(9)))))
        .isEqualTo(Map.of(1L, AT));
    assertThat(
            shop.database()
                .ask(RedPacketStore.whenBrought(List.of(new OrderNumber(1), new OrderNumber(2)))))
        .isEqualTo(Map.of(1L, AT));
  }

  @Test
  void aCouponCarriesTheTermsOfItsTemplate() {
    grant(List.of(coupon(1, 42)), List.of());
    Coupon coupon = coupons.list(42, Long.MAX_VALUE, 10).getFirst();
    assertThat(coupon.terms().off()).isEqualTo(new CouponOff.Amount(1_000));
    assertThat(coupon.terms().spendMin()).isEqualTo(Money.cny(10_000));
    assertThat(coupon.isUsable(AT)).isTrue();
    assertThat(coupon.isUsable(AT.minusMillis(1))).isFalse();
    assertThat(coupon.isUsable(coupon.validTo())).isFalse();
    assertThat(coupon.isUsable(coupon.validTo().minusMillis(1))).isTrue();
  }

  @Test
  void aRuleWithAnUnknownTemplateFailsTheStart() {
    coupons.check(CouponGrantRule.DEFAULT);
    CouponGrantRule wrong =
        new CouponGrantRule(
            List.of(new CouponGrantRule.Line(Money.cny(1), "typo", Duration.ofDays(1))));
    assertThatThrownBy(() -> coupons.check(wrong)).hasMessageContaining("typo");
  }

  @Test
  void shuffledRepeatsByManyAtOnceEndInTheSameState() throws Exception {
    List<Future<?>> done = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int feeder = 0; feeder < 6; feeder++) {
        Random random = new Random(feeder);
        done.add(threads.submit(() -> feed(random)));
      }
    }
    for (Future<?> one : done) {
      one.get();
    }
    assertThat(shop.number("select count(*) from marketing.coupon")).isEqualTo(300);
    assertThat(redPackets.balance(42, Money.CNY)).isEqualTo(Money.cny(300 * 301 / 2));
    assertThat(
            shop.number(
                "select deadlocks from pg_stat_database where datname = current_database()"))
        .isZero();
  }

  private void feed(Random random) {
    List<Long> orders = new ArrayList<>();
    for (long order = 1; order <= 300; order++) {
      orders.add(order);
    }
    Collections.shuffle(orders, random);
    for (int from = 0; from < orders.size(); from += 50) {
      List<Long> batch = orders.subList(from, from + 50);
      grant(
          batch.stream().map(order -> coupon(order, 42)).toList(),
          batch.stream().map(order -> packet(order, 42, order)).toList());
    }
  }

  private void grant(List<CouponGrant> couponGrants, List<RedPacketGrant> packetGrants) {
    shop.database()
        .write(
            "grant",
            tx -> {
              coupons.grant(tx, couponGrants);
              redPackets.grant(tx, packetGrants);
              return true;
            });
  }

  private static CouponGrant coupon(long order, long user) {
    return new CouponGrant(order, user, "thank-you-10", AT, AT.plus(Duration.ofDays(30)));
  }

  private static RedPacketGrant packet(long order, long user, long fen) {
    return new RedPacketGrant(order, user, Money.cny(fen), AT);
  }
}
