package io.tidegate.shop.flashsale;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.flashsale.GrantCountStore.Pieces;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.testing.ShopDatabase;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What became of granted pieces is counted by SKU and state, and not too often. */
class GrantCountStoreTest {

  private static ShopDatabase shop;

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000);
  private final GrantCountStore counts = new GrantCountStore(shop.database(), nanos::get);

  @BeforeAll
  static void open() {
    shop = new ShopDatabase();
  }

  @AfterAll
  static void close() {
    shop.close();
  }

  @BeforeEach
  void grants() {
    shop.run("delete from flashsale.grant");
    shop.run(
        """
        insert into flashsale.grant
          (order_number, sale, pool, sku, user_id, quantity, key_hash, state, version)
        values (101, 1, 11, 'A', 7, 2, 0, 'held', 1), (102, 1, 11, 'A', 8, 3, 0, 'held', 1),
               (105, 1, 11, 'A', 9, 4, 0, 'paid', 2), (104, 1, 11, 'A', 9, 5, 0, 'released', 2),
               (103, 1, 12, 'B', 7, 6, 0, 'refunded', 4), (109, 2, 13, 'A', 7, 9, 0, 'paid', 2)
        """);
  }

  @Test
  void piecesAreCountedByTheStateOfTheirOrders() {
    Map<String, Pieces> bySku = counts.of(1);
    assertThat(bySku)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "A", new Pieces(5, 4, 5, 0, new OrderNumber(105)),
                "B", new Pieces(0, 0, 0, 6, new OrderNumber(103))));
    Pieces all = bySku.values().stream().reduce(Pieces.NONE, Pieces::plus);
    assertThat(all).isEqualTo(new Pieces(5, 4, 5, 6, new OrderNumber(105)));
    assertThat(all.granted()).isEqualTo(20);
    assertThat(counts.of(3)).isEmpty();
  }

  @Test
  void aSaleIsCountedAgainAfterASecond() {
    assertThat(counts.of(2)).containsEntry("A", new Pieces(0, 9, 0, 0, new OrderNumber(109)));
    shop.run("update flashsale.grant set state = 'refunded' where sale = 2");
    nanos.addAndGet(Duration.ofMillis(999).toNanos());
    assertThat(counts.of(2)).containsEntry("A", new Pieces(0, 9, 0, 0, new OrderNumber(109)));
    nanos.addAndGet(Duration.ofMillis(2).toNanos());
    assertThat(counts.of(2)).containsEntry("A", new Pieces(0, 0, 0, 9, new OrderNumber(109)));
  }

  @Test
  void whatTakesLongIsCountedRarely() {
    // Each look at the clock takes a second, so that a count seems to.
    GrantCountStore slow =
        new GrantCountStore(
            shop.database(), () -> nanos.addAndGet(Duration.ofSeconds(1).toNanos()));
    slow.of(2);
    shop.run("update flashsale.grant set state = 'refunded' where sale = 2");
    nanos.addAndGet(Duration.ofSeconds(17).toNanos());
    assertThat(slow.of(2)).containsEntry("A", new Pieces(0, 9, 0, 0, new OrderNumber(109)));
    nanos.addAndGet(Duration.ofSeconds(3).toNanos());
    assertThat(slow.of(2)).containsEntry("A", new Pieces(0, 0, 0, 9, new OrderNumber(109)));
  }
}
