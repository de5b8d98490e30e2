package io.tidegate.shop.points;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.testing.ShopDatabase;
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

/** Points are granted once, whatever is repeated, shuffled or done at the same time. */
class PointsStoreTest {

  private static final Instant AT = Instant.parse("2026-11-22T12:00:00.123Z");

  private ShopDatabase shop;
  private PointsStore store;

  @BeforeEach
  void open() {
    shop = new ShopDatabase();
    store = new PointsStore(shop.database());
  }

  @AfterEach
  void close() {
    shop.close();
  }

  @Test
  void aGrantToldTwiceCountsOnce() {
    List<PointGrant> grants = List.of(grant(1, 42, 39), grant(2, 42, 5), grant(3, 43, 0));
    grant(grants);
    grant(grants.reversed());
    assertThat(store.balance(42)).isEqualTo(44);
    assertThat(store.balance(43)).isZero();
    assertThat(shop.number("select count(*) from points.account")).isEqualTo(1);
    assertThat(
            shop.database()
                .ask(PointsStore.whenEarned(List.of(new OrderNumber(1), new OrderNumber(3)))))
        .containsExactlyEntriesOf(Map.of(1L, AT));
  }

  @Test
  void aBatchOfRepeatsLeavesNothingBehind() {
    grant(List.of(grant(1, 42, 39)));
    grant(List.of(grant(1, 44, 39)));
    assertThat(shop.number("select count(*) from points.account")).isEqualTo(1);
  }

  @Test
  void pagesGoFromNewToOldWithoutGapOrRepeat() {
    for (int i = 1; i <= 7; i++) {
      grant(List.of(grant(i, 42, i), grant(100 + i, 43, 1)));
    }
    List<Long> seen = new ArrayList<>();
    List<PointEntry> page = store.entries(42, Long.MAX_VALUE, 3);
    while (!page.isEmpty()) {
      page.forEach(entry -> seen.add(entry.orderNumber()));
      page = store.entries(42, page.getLast().id(), 3);
    }
    assertThat(seen).containsExactly(7L, 6L, 5L, 4L, 3L, 2L, 1L);
  }

  @Test
  void theDatabaseRefusesANegativeBalance() {
    grant(List.of(grant(1, 42, 39)));
    assertThatThrownBy(() -> shop.run("update points.account set balance = -1"))
        .isInstanceOf(DatabaseFailure.Conflict.class);
  }

  @Test
  void shuffledRepeatsByManyAtOnceEndInTheSameState() throws Exception {
    List<PointGrant> all = new ArrayList<>();
    for (int order = 1; order <= 300; order++) {
      all.add(grant(order, order % 20, order));
    }
    List<Future<?>> done = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int feeder = 0; feeder < 6; feeder++) {
        Random random = new Random(feeder);
        done.add(
            threads.submit(() -> {
              List<PointGrant> mine = new ArrayList<>(all);
              Collections.shuffle(mine, random);
              for (int from = 0; from < mine.size(); from += 50) {
                grant(mine.subList(from, from + 50));
              }
            }));
      }
    }
    for (Future<?> one : done) {
      one.get();
    }
    assertThat(shop.number("select count(*) from points.entry")).isEqualTo(300);
    assertThat(shop.number("select sum(balance)::bigint from points.account"))
        .isEqualTo(300 * 301 / 2);
    assertThat(
            shop.number(
                """
                select count(*) from points.account a
                where balance <> (select sum(amount) from points.entry e where e.user_id = a.user_id)
                """))
        .isZero();
    assertThat(
            shop.number(
                "select deadlocks from pg_stat_database where datname = current_database()"))
        .isZero();
  }

  private void grant(List<PointGrant> grants) {
    shop.database()
        .write(
            "grant",
            tx -> {
              store.grant(tx, grants);
              return true;
            });
  }

  private static PointGrant grant(long order, long user, long points) {
    return new PointGrant(order, user, points, AT);
  }
}
