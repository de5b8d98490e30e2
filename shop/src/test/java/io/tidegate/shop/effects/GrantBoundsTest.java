package io.tidegate.shop.effects;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.effects.GrantBounds.Refusal;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.marketing.CouponOff;
import io.tidegate.shop.marketing.CouponTemplate;
import io.tidegate.shop.marketing.CouponTerms;
import io.tidegate.shop.marketing.CouponValidity;
import io.tidegate.shop.promotion.Scope;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is taken of what somebody says that an order brings, and how it shrinks with refunds. */
class GrantBoundsTest {

  private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
  private static final GrantQuestion ASKED = new GrantQuestion(7, 42, Money.cny(20_000), "{}");

  @ParameterizedTest
  @CsvSource({
    "0, 0, ",
    "100000, 0, ",
    "100001, 0, TOO_MANY_POINTS",
    "0, 20000, ",
    "0, 20001, PACKET_TOO_LARGE",
    "9223372036854775807, 0, TOO_MANY_POINTS",
    "0, 9223372036854775807, PACKET_TOO_LARGE"
  })
  void amountsAreBounded(long points, long packet, @Nullable Refusal refusal) {
    Outcome<Decision, Refusal> outcome =
        GrantBounds.OUTSIDE.decide(ASKED, new GrantOffer(points, null, packet), null, NOW);
    assertThat(outcome)
        .isEqualTo(
            refusal == null
                ? Outcome.applied(new Decision(7, 42, Money.cny(20_000), points, null, packet))
                : Outcome.refused(refusal));
  }

  @Test
  void aPacketIsBoundedHoweverMuchWasPaid() {
    GrantQuestion large = new GrantQuestion(7, 42, Money.cny(10_000_000), "{}");
    assertThat(GrantBounds.OUTSIDE.decide(large, new GrantOffer(0, null, 100_001), null, NOW))
        .isEqualTo(Outcome.refused(Refusal.PACKET_TOO_LARGE));
    assertThat(GrantBounds.NONE.decide(large, new GrantOffer(0, null, 10_000_001), null, NOW))
        .isInstanceOf(Outcome.Applied.class);
  }

  @Test
  void aCouponIsOneThatIsThereAndGood() {
    CouponTemplate days = template(new CouponValidity.Days(30), true);
    assertThat(coupon(days, 20_000))
        .isEqualTo(
            Outcome.applied(
                new Decision(
                    7,
                    42,
                    Money.cny(20_000),
                    0,
                    new Decision.Coupon("t", 20_000, NOW, NOW.plus(Duration.ofDays(30))),
                    0)));
    assertThat(coupon(days, 20_001)).isEqualTo(Outcome.refused(Refusal.KEPT_FROM_TOO_LARGE));
    assertThat(coupon(null, 0)).isEqualTo(Outcome.refused(Refusal.COUPON_UNKNOWN));
    assertThat(coupon(template(new CouponValidity.Days(30), false), 0))
        .isEqualTo(Outcome.refused(Refusal.COUPON_STOPPED));
    assertThat(coupon(template(new CouponValidity.Until(null, NOW), true), 0))
        .isEqualTo(Outcome.refused(Refusal.COUPON_ENDED));
  }

  @ParameterizedTest
  @CsvSource({
    "20000, 99, 50, true",
    "19999, 98, 49, true",
    "10000, 49, 25, true",
    "9900, 49, 24, true",
    "9899, 49, 24, false",
    "202, 0, 0, false",
    "203, 1, 0, false",
    "0, 0, 0, false"
  })
  void whatIsKeptBringsItsShareRoundedDown(long kept, long points, long packet, boolean coupon) {
    Decision decision =
        new Decision(
            7,
            42,
            Money.cny(20_000),
            99,
            new Decision.Coupon("t", 9_900, NOW, NOW.plusSeconds(1)),
            50);
    assertThat(decision.points(Money.cny(kept))).isEqualTo(points);
    assertThat(decision.packet(Money.cny(kept))).isEqualTo(Money.cny(packet));
    assertThat(decision.coupon(Money.cny(kept)).isPresent()).isEqualTo(coupon);
  }

  @Test
  void noShareIsTooLargeToCompute() {
    Money paid = Money.cny(Long.MAX_VALUE);
    Decision decision = new Decision(7, 42, paid, 100_000, null, Long.MAX_VALUE);
    assertThat(decision.packet(Money.cny(Long.MAX_VALUE - 1)))
        .isEqualTo(Money.cny(Long.MAX_VALUE - 1));
    Decision free = new Decision(7, 42, Money.cny(0), 5, null, 0);
    assertThat(free.points(Money.cny(0))).isEqualTo(5); // all that was paid is kept
  }

  @ParameterizedTest
  @CsvSource({"9899, ", "9900, 9900", "50000, 9900"})
  void ourRulesSayFromWhenTheirCouponIsKept(long total, @Nullable Long keptFrom) {
    GrantOffer offer = Grantor.ours(EffectService.Rules.DEFAULT).atOnce(7, 42, Money.cny(total));
    assertThat(offer).isNotNull();
    assertThat(offer.points()).isEqualTo(total / 100);
    assertThat(offer.coupon() == null ? null : (Long) offer.coupon().keptFrom())
        .isEqualTo(keptFrom);
  }

  private static Outcome<Decision, Refusal> coupon(@Nullable CouponTemplate template, long from) {
    GrantOffer offer = new GrantOffer(0, new GrantOffer.Coupon("t", from, null), 0);
    return GrantBounds.OUTSIDE.decide(ASKED, offer, template, NOW);
  }

  private static CouponTemplate template(CouponValidity validity, boolean active) {
    CouponTerms terms =
        new CouponTerms("t", "", "", new CouponOff.Amount(1), Money.cny(0), new Scope.Shop());
    return new CouponTemplate(1, terms, validity, null, null, null, active, 0, 1);
  }
}
