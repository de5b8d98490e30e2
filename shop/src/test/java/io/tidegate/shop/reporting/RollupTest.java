package io.tidegate.shop.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What each rollup is made of. */
class RollupTest {

  @Test
  void eachKnowsTheTablesThatItReads() {
    assertThat(Rollup.values()).allSatisfy(each -> assertThat(each.reads()).isNotEmpty());
    assertThat(Rollup.CLICKS.reads()).containsExactly(LakeTable.BEHAVIOUR);
    assertThat(Rollup.TURNOVER_HOURS.reads())
        .containsExactlyInAnyOrder(LakeTable.ORDERS, LakeTable.LINES);
    assertThat(Rollup.COUPON_DAYS.reads()).containsExactly(LakeTable.ORDERS);
    assertThat(Rollup.USERS.reads())
        .isEqualTo(Rollup.USER_DAYS.reads())
        .containsExactlyInAnyOrder(LakeTable.ORDERS, LakeTable.BEHAVIOUR);
    assertThat(Rollup.historyReads())
        .containsExactlyInAnyOrder(LakeTable.ORDERS, LakeTable.SHIPMENTS);
  }
}
