package io.tidegate.shop.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.testing.ShopDatabase;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What refunds give back is available again, once. */
class StockReturnTest {

  private static final Instant NOW = Instant.now();
  private static final long ORDER = OrderNumber.of(NOW.toEpochMilli(), 42, 0, 0).value();

  private static ShopDatabase shop;

  @BeforeAll
  static void open() {
    shop = new ShopDatabase();
    StockStore.prepare(shop.database(), NOW);
  }

  @AfterAll
  static void close() {
    shop.close();
  }

  @BeforeEach
  void goods() {
    shop.run("delete from inventory.given_back");
    shop.run("delete from inventory.stock");
    shop.run("delete from inventory.on_hand");
    shop.run("insert into inventory.stock values ('A', 10, 4, 1, 5), ('B', 10, 7, 0, 3)");
    shop.run("insert into inventory.on_hand values ('A', 'sha', 6, 2), ('B', 'sha', 10, 0)");
  }

  @Test
  void whatNeverLeftIsAvailableAgainOnce() {
    giveBack(back(1, "A", 2, null), back(1, "B", 1, null));
    giveBack(back(1, "A", 2, null), back(1, "B", 1, null), back(2, "B", 2, null));

    assertThat(stock("A")).isEqualTo(new Stock("A", 10, 6, 1, 3));
    assertThat(stock("B")).isEqualTo(new Stock("B", 10, 10, 0, 0));
    assertThat(shelf("A", "sha")).isEqualTo(6);
    assertThat(shop.number("select count(*) from inventory.given_back")).isEqualTo(3);
  }

  @Test
  void whatWasReceivedLiesInItsWarehouse() {
    giveBack(back(1, "A", 2, "sha"), back(1, "B", 1, "can"));
    giveBack(back(1, "A", 2, "sha"), back(1, "B", 1, "can"));

    assertThat(stock("A")).isEqualTo(new Stock("A", 10, 6, 1, 3));
    assertThat(shelf("A", "sha")).isEqualTo(8);
    assertThat(shelf("B", "can")).isEqualTo(1);
    assertThat(shelf("B", "sha")).isEqualTo(10);
    assertThat(shop.number("select sum(planned) from inventory.on_hand")).isEqualTo(2);
  }

  @Test
  void moreThanWasSoldIsRefusedWhole() {
    assertThatThrownBy(() -> giveBack(back(1, "A", 1, "sha"), back(1, "B", 4, null)))
        .isInstanceOf(DatabaseFailure.class);

    assertThat(stock("A").available()).isEqualTo(4);
    assertThat(shelf("A", "sha")).isEqualTo(6);
    assertThat(shop.number("select count(*) from inventory.given_back")).isZero();
  }

  @Test
  void twoAtOnceGiveBackOnce() throws Exception {
    var barrier = new CyclicBarrier(2);
    Runnable twice =
        () -> {
          try {
            barrier.await();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
          giveBack(back(1, "A", 3, "sha"), back(1, "B", 3, "sha"));
        };
    var first = CompletableFuture.runAsync(twice, Thread::startVirtualThread);
    var second = CompletableFuture.runAsync(twice, Thread::startVirtualThread);
    first.get();
    second.get();

    assertThat(stock("A").available()).isEqualTo(7);
    assertThat(stock("B").available()).isEqualTo(10);
    assertThat(shelf("A", "sha")).isEqualTo(9);
  }

  private static StockReturn back(
      int refund, String sku, int quantity, @Nullable String warehouse) {
    return new StockReturn(ORDER, refund, sku, quantity, warehouse, null, NOW);
  }

  private static void giveBack(StockReturn... returns) {
    shop.database()
        .write(
            "give-back",
            tx -> {
              StockStore.giveBack(tx, List.of(returns));
              return true;
            });
  }

  private static Stock stock(String sku) {
    return new StockStore(shop.database()).find(sku).orElseThrow();
  }

  private static int shelf(String sku, String warehouse) {
    return OnHandStore.find(shop.database(), sku).stream()
        .filter(shelf -> shelf.warehouse().equals(warehouse))
        .mapToInt(OnHand.Shelf::quantity)
        .sum();
  }
}
