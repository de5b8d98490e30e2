package io.tidegate.shop.marketing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.marketing.CouponTemplate.Refusal;
import io.tidegate.shop.marketing.IssueCoupons.Decision;
import io.tidegate.shop.marketing.IssueCoupons.Issued;
import io.tidegate.shop.marketing.IssueCoupons.Skip;
import io.tidegate.shop.promotion.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who gets a coupon of a template, and what may change of it. */
class IssueCouponsTest {

  private static final Instant AT = Instant.parse("2026-11-22T12:00:00Z");
  private static final CouponValidity WEEK = new CouponValidity.Days(7);

  @Test
  void theLimitsHoldInTheOrderOfTheList() {
    Decision decision =
        IssueCoupons.decide(
            template(10L, 2, WEEK, true, 7), List.of(1L, 2L, 3L, 4L, 5L), Map.of(1L, 1, 3L, 2), AT);
    assertThat(decision.issued())
        .containsExactly(new Issued(1, 2), new Issued(2, 1), new Issued(4, 1));
    assertThat(decision.skipped())
        .containsExactly(entry(3L, Skip.PER_USER_MAX), entry(5L, Skip.TOTAL_MAX));
    assertThat(decision.span()).isEqualTo(new CouponValidity.Span(AT, AT.plus(Duration.ofDays(7))));
  }

  @Test
  void withoutLimitsEverybodyGetsOne() {
    Decision decision =
        IssueCoupons.decide(
            template(null, null, WEEK, true, 99), List.of(1L, 2L), Map.of(1L, 7), AT);
    assertThat(decision.issued()).containsExactly(new Issued(1, 8), new Issued(2, 1));
    assertThat(decision.skipped()).isEmpty();
  }

  @Test
  void whatIsStoppedOrOverIsNotIssued() {
    CouponValidity over = new CouponValidity.Until(null, AT);
    assertThat(IssueCoupons.decide(template(null, null, over, true, 0), List.of(1L), Map.of(), AT))
        .isEqualTo(new Decision(null, List.of(), Map.of(1L, Skip.ENDED)));
    assertThat(IssueCoupons.decide(template(null, null, WEEK, false, 0), List.of(1L), Map.of(), AT))
        .isEqualTo(new Decision(null, List.of(), Map.of(1L, Skip.NOT_ACTIVE)));
    CouponValidity later = new CouponValidity.Until(AT.plusSeconds(9), AT.plusSeconds(10));
    assertThat(later.span(AT))
        .isEqualTo(new CouponValidity.Span(AT.plusSeconds(9), AT.plusSeconds(10)));
    assertThat(new CouponValidity.Until(null, AT.plusSeconds(10)).span(AT))
        .isEqualTo(new CouponValidity.Span(AT, AT.plusSeconds(10)));
  }

  @Test
  void randomListsStayWithinTheLimits() {
    Random random = new Random(9);
    for (int i = 0; i < 5_000; i++) {
      long total = 1L + random.nextInt(30);
      int perUser = 1 + random.nextInt(3);
      long issued = random.nextInt((int) total + 1);
      List<Long> users = new ArrayList<>();
      Map<Long, Integer> had = new HashMap<>();
      for (long user = 0; user < random.nextInt(40); user++) {
        users.add(user);
        if (random.nextBoolean()) {
          had.put(user, random.nextInt(4));
        }
      }
      Decision decision =
          IssueCoupons.decide(template(total, perUser, WEEK, true, issued), users, had, AT);
      assertThat(issued + decision.issued().size()).isLessThanOrEqualTo(total);
      assertThat(decision.issued().size() + decision.skipped().size()).isEqualTo(users.size());
      assertThat(decision.issued())
          .allSatisfy(each -> {
            assertThat(each.nth()).isEqualTo(had.getOrDefault(each.userId(), 0) + 1);
            assertThat(each.nth()).isLessThanOrEqualTo(perUser);
          });
      if (decision.skipped().containsValue(Skip.TOTAL_MAX)) {
        assertThat(issued + decision.issued().size()).isEqualTo(total);
      }
    }
  }

  @Test
  void anEditNeverTouchesWhatWasPromised() {
    CouponTemplate now = template(10L, 1, WEEK, true, 7);
    assertThat(now.edit(template(10L, 1, WEEK, true, 0), null))
        .isEqualTo(Outcome.alreadyApplied(now));
    assertThat(now.edit(template(7L, 2, new CouponValidity.Days(9), false, 0), 3L))
        .isEqualTo(
            Outcome.applied(template(7L, 2, new CouponValidity.Days(9), false, 7, 4, 1_000)));
    assertThat(now.edit(template(6L, 1, WEEK, true, 0), null))
        .isEqualTo(Outcome.refused(Refusal.BELOW_ISSUED));
    assertThat(now.edit(now, 2L)).isEqualTo(Outcome.refused(Refusal.STALE));
    assertThat(now.edit(template(10L, 1, WEEK, true, 0, 1, 999), null))
        .isEqualTo(Outcome.refused(Refusal.TERMS_FIXED));
  }

  private static CouponTemplate template(
      @Nullable Long total,
      @Nullable Integer perUser,
      CouponValidity validity,
      boolean active,
      long issued) {
    return template(total, perUser, validity, active, issued, 3, 1_000);
  }

  private static CouponTemplate template(
      @Nullable Long total,
      @Nullable Integer perUser,
      CouponValidity validity,
      boolean active,
      long issued,
      int version,
      long off) {
    CouponTerms terms =
        new CouponTerms(
            "t", "券", "coupon", new CouponOff.Amount(off), Money.cny(5_000), new Scope.Shop());
    return new CouponTemplate(1, terms, validity, total, perUser, null, active, issued, version);
  }
}
