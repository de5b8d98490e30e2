package io.tidegate.shop.marketing;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.kernel.Money;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What orders bring beside points. */
class GrantRulesTest {

  private static final Instant AT = Instant.parse("2026-11-22T12:00:00Z");

  @Test
  void anOrderFromNinetyNineYuanBringsACouponForThirtyDays() {
    assertThat(CouponGrantRule.DEFAULT.grant(1, 42, Money.cny(9_899), AT)).isEmpty();
    assertThat(CouponGrantRule.DEFAULT.grant(1, 42, Money.cny(9_900), AT))
        .contains(
            new CouponGrant(1, 42, "thank-you-10", AT, Instant.parse("2026-12-22T12:00:00Z")));
    assertThat(CouponGrantRule.DEFAULT.grant(1, 42, new Money(1_000_000, "JPY"), AT)).isEmpty();
  }

  @Test
  void theFirstLineThatIsReachedDecides() {
    CouponGrantRule rule =
        new CouponGrantRule(
            List.of(
                new CouponGrantRule.Line(Money.cny(500), "big", Duration.ofDays(1)),
                new CouponGrantRule.Line(Money.cny(100), "small", Duration.ofDays(1))));
    assertThat(rule.grant(1, 42, Money.cny(600), AT)).map(CouponGrant::template).contains("big");
    assertThat(rule.grant(1, 42, Money.cny(499), AT)).map(CouponGrant::template).contains("small");
    assertThat(rule.grant(1, 42, Money.cny(99), AT)).isEmpty();
  }

  @Test
  void aRedPacketIsOnePercentWithinItsBounds() {
    assertThat(packet(0)).isZero();
    assertThat(packet(1)).isEqualTo(10);
    assertThat(packet(1_099)).isEqualTo(10);
    assertThat(packet(1_100)).isEqualTo(11);
    assertThat(packet(3_980)).isEqualTo(39);
    assertThat(packet(199_999)).isEqualTo(1_999);
    assertThat(packet(10_000_000)).isEqualTo(2_000);
    assertThat(packet(Long.MAX_VALUE)).isEqualTo(2_000);
    assertThat(RedPacketRule.DEFAULT.packet(new Money(500, "USD"))).isEqualTo(Money.zero("USD"));
  }

  private static long packet(long fen) {
    return RedPacketRule.DEFAULT.packet(Money.cny(fen)).amount();
  }
}
