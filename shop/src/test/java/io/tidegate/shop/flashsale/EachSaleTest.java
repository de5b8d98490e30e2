package io.tidegate.shop.flashsale;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** One sale that fails doesn't hold up those after it. */
class EachSaleTest {

  private static final Instant NOW = Instant.parse("2026-11-10T16:00:00Z");
  private static final Duration AGAIN = Duration.ofSeconds(5);

  private final List<Long> told = new ArrayList<>();
  private final List<Long> done = new ArrayList<>();
  private final EachSale each = new EachSale(AGAIN, (sale, _) -> told.add(sale));

  @Test
  void oneThatFailsIsToldOnceAndTriedAgainLaterWhileTheOthersGoOn() {
    run(NOW, Set.of(1L));
    assertThat(done).containsExactly(2L, 3L);
    run(NOW.plus(AGAIN).minusMillis(1), Set.of());
    assertThat(done).as("it is put off").containsExactly(2L, 3L, 2L, 3L);
    run(NOW.plus(AGAIN), Set.of(1L));
    assertThat(told).as("once").containsExactly(1L);
    run(NOW.plus(AGAIN).plus(AGAIN), Set.of());
    assertThat(done).endsWith(1L, 2L, 3L);
    run(NOW.plus(AGAIN).plus(AGAIN), Set.of(1L));
    assertThat(told).as("when it fails anew").containsExactly(1L, 1L);
  }

  private void run(Instant now, Set<Long> broken) {
    each.run(
        List.of(sale(1), sale(2), sale(3)),
        now,
        sale -> {
          if (broken.contains(sale.id())) {
            throw new IllegalStateException("sale " + sale.id());
          }
          done.add(sale.id());
        });
  }

  static Sale sale(long id) {
    return new Sale(
        id,
        "a",
        Mode.FIRST_COME,
        Stage.WARM,
        1,
        "CNY",
        NOW,
        NOW.plusSeconds(60),
        Duration.ofMinutes(5),
        0,
        List.of(),
        null,
        null);
  }
}
