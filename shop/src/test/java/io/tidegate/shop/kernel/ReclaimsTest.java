package io.tidegate.shop.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What refunds of an order take back of a perk, decided purely. */
class ReclaimsTest {

  private static final int STEPS = 2_000;

  /**
   * Parts of an order are refunded, some of them refused, in any order, while perks are spent: what
   * is taken and what lacks together never is more than was brought, and is all of it in the end.
   */
  @Test
  void allRefundsTogetherTakeAllAndNeverMore() {
    Random random = new Random(11);
    for (int round = 0; round < STEPS; round++) {
      long brought = 1L + random.nextInt(500);
      long total = 1L + random.nextInt(10_000);
      long kept = total;
      Reclaims reclaims = new Reclaims(List.of());
      List<RefundKey> held = new ArrayList<>();
      List<Long> amounts = new ArrayList<>();
      int refund = 0;
      while (kept > 0) {
        long amount = Math.min(kept, 1L + random.nextInt((int) total));
        RefundKey key = new RefundKey(7, ++refund);
        long keeps = brought * (kept - amount) / total;
        Reclaim made = reclaims.hold(key, 42, brought, keeps, random.nextInt(500));
        assertThat(made.taken()).isNotNegative();
        assertThat(whole(reclaims)).isBetween(brought - keeps, brought);
        kept -= amount;
        held.add(key);
        amounts.add(amount);
        int any = random.nextInt(held.size());
        switch (random.nextInt(3)) {
          case 0 -> {
            reclaims.release(held.remove(any));
            kept += amounts.remove(any);
          }
          case 1 -> reclaims.confirm(held.get(any));
          default -> {}
        }
        held.removeIf(each -> confirmed(reclaims, each, amounts, held));
      }
      assertThat(whole(reclaims)).isEqualTo(brought);
    }
  }

  /** What is confirmed is not released any more. */
  private static boolean confirmed(
      Reclaims reclaims, RefundKey key, List<Long> amounts, List<RefundKey> held) {
    Reclaim now = reclaims.get(key);
    if (now == null || now.state() != Reclaim.State.CONFIRMED) {
      return false;
    }
    amounts.remove(held.indexOf(key));
    return true;
  }

  private static long whole(Reclaims reclaims) {
    return reclaims.added().stream().filter(Reclaim::isLive).mapToLong(Reclaim::whole).sum();
  }

  @Test
  void onlyWhatIsHeldIsSettledAndOnce() {
    RefundKey key = new RefundKey(7, 1);
    Reclaims reclaims = new Reclaims(List.of());
    reclaims.hold(key, 42, 10, 0, 4);
    reclaims.deduct(key, 1);
    assertThat(reclaims.get(key)).isEqualTo(row(key, 4, 6, Reclaim.State.HELD, 1));
    reclaims.confirm(key);
    reclaims.confirm(key);
    Reclaim taken = row(key, 4, 6, Reclaim.State.CONFIRMED, 1);
    assertThat(reclaims.added()).containsExactly(taken);
    assertThat(taken.owed()).isEqualTo(5);
    assertThat(reclaims.changed()).isEmpty();
    assertThatThrownBy(() -> reclaims.release(key)).isInstanceOf(IllegalStateException.class);

    Reclaims loaded = new Reclaims(List.of(row(key, 4, 6, Reclaim.State.HELD, 1)));
    assertThat(loaded.release(key)).isEqualTo(row(key, 4, 6, Reclaim.State.RELEASED, 1));
    assertThat(loaded.release(key)).isNull();
    assertThat(loaded.changed()).hasSize(1);
    assertThatThrownBy(() -> loaded.confirm(key)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> loaded.deduct(key, 2)).isInstanceOf(IllegalStateException.class);
    assertThat(loaded.release(new RefundKey(8, 1))).isNull();
  }

  @Test
  void whatBringsNothingLeavesNothing() {
    Reclaims reclaims = new Reclaims(List.of());
    reclaims.hold(new RefundKey(7, 1), 42, 0, 0, 0);
    assertThat(reclaims.added()).isEmpty();
  }

  private static Reclaim row(
      RefundKey key, long taken, long lacking, Reclaim.State state, long deducted) {
    return new Reclaim(key, 42, taken, lacking, state, deducted, 0);
  }
}
