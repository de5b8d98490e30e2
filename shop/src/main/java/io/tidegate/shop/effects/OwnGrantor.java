package io.tidegate.shop.effects;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.marketing.CouponGrantRule;

/** Our own rules, which know at once. */
final class OwnGrantor implements Grantor {

  private final EffectService.Rules rules;

  OwnGrantor(EffectService.Rules rules) {
    this.rules = rules;
  }

  @Override
  public GrantAnswer decide(GrantQuestion question) {
    return new GrantAnswer.Said(atOnce(question.order(), question.userId(), question.paidTotal()));
  }

  @Override
  public GrantOffer atOnce(long order, long userId, Money paidTotal) {
    return new GrantOffer(
        rules.points().points(paidTotal),
        rules.coupons().line(paidTotal).map(OwnGrantor::coupon).orElse(null),
        rules.redPackets().packet(paidTotal).amount());
  }

  private static GrantOffer.Coupon coupon(CouponGrantRule.Line line) {
    return new GrantOffer.Coupon(line.template(), line.from().amount(), line.valid());
  }
}
