package io.tidegate.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** The demo goods in an empty shop, in one that has some, and in somebody's own. */
class DemoGoodsTest {

  private static final List<String> WAREHOUSES = List.of("a", "b", "c");

  @Test
  void goodsAreLoadedOnceByNodesThatRaceAndMoreAreAddedLater() throws Exception {
    try (StaffServer shop = new StaffServer(_ -> List.of());
        var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Long> node = () -> new DemoGoods(shop.database, WAREHOUSES).load(2_500, _ -> {});
      long added = 0;
      for (Future<Long> answer : pool.invokeAll(List.of(node, node))) {
        added += answer.get();
      }
      assertThat(added).isEqualTo(2_500);
      List<Long> progress = new ArrayList<>();
      DemoGoods goods = new DemoGoods(shop.database, WAREHOUSES);
      assertThat(goods.load(10_000, progress::add)).isEqualTo(7_500);
      assertThat(progress.getLast()).isEqualTo(10_000);
      assertThat(goods.load(10_000, _ -> {})).isZero();
      assertThat(shop.number("select count(*) from catalog.sku")).isEqualTo(10_000);
      assertThat(shop.number("select min(available) from inventory.stock")).isEqualTo(1_000_000);
      assertThat(
              shop.number(
                  """
                  select count(*) from inventory.stock s
                  where s.total <> (select sum(quantity) from inventory.on_hand h
                                    where h.sku = s.sku)
                  """))
          .isZero();
      assertThat(shop.number("select max(quantity) - min(quantity) from inventory.on_hand"))
          .isEqualTo(1);
    }
  }

  /** Benches that order fewer ask for so many all the same, and reckon with it. */
  @Test
  void whoAsksForMoreThanAThousandIsABenchAndHasItsStock() {
    try (StaffServer shop = new StaffServer(_ -> List.of())) {
      DemoGoods goods = new DemoGoods(shop.database, WAREHOUSES);
      assertThat(goods.load(1_001, _ -> {})).isEqualTo(1_001);
      assertThat(shop.number("select min(available) from inventory.stock")).isEqualTo(1_000_000);
    }
  }

  @Test
  void anothersCatalogueIsLeftAlone() {
    try (StaffServer shop = new StaffServer(_ -> List.of())) {
      shop.run("insert into catalog.product values ('own', default, 'food', '我', 'Own', 'cup')");
      shop.run(
          """
          insert into catalog.sku (code, product, title_zh, title_en, price, currency,
            weight_grams, revision) values ('OWN', 'own', '', '', 1, 'CNY', 1, 1)
          """);
      assertThat(new DemoGoods(shop.database, WAREHOUSES).load(0, _ -> {})).isZero();
      assertThat(shop.number("select count(*) from catalog.sku")).isEqualTo(1);
    }
  }
}
