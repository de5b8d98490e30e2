package io.tidegate.shop.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.catalog.GoodsBatch.Intent;
import io.tidegate.shop.catalog.GoodsBatch.Refusal;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.Outcome;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What staff may write over what, row by row. */
class GoodsBatchTest {

  private static final ProductForm LAMP = new ProductForm("home", "灯", "Lamp", "lamp", true);
  private static final ProductForm OTHER = new ProductForm("home", "烛", "Candle", "lamp", true);
  private static final SkuForm SKU = sku("P", 1_000);

  private final GoodsBatch batch =
      new GoodsBatch(
          List.of(new StoredProduct("P", 3, LAMP), new StoredProduct("Q", 1, OTHER)),
          List.of(new StoredSku("A", 5, SKU)),
          Map.of("P", 1, "Q", GoodsBatch.SKUS_PER_PRODUCT_MAX));

  @Test
  void productsByIntent() {
    assertThat(batch.put(Intent.ADD, "P", null, OTHER)).isEqualTo(refused(Refusal.EXISTS));
    assertThat(batch.put(Intent.ADD, "P", null, LAMP))
        .isEqualTo(Outcome.alreadyApplied(new StoredProduct("P", 3, LAMP)));
    assertThat(batch.put(Intent.EDIT, "N", null, LAMP)).isEqualTo(refused(Refusal.NOT_FOUND));
    assertThat(batch.put(Intent.EDIT, "P", 2L, OTHER)).isEqualTo(refused(Refusal.STALE));
    assertThat(batch.editedProducts()).isEmpty();
    assertThat(batch.put(Intent.EDIT, "P", 3L, OTHER))
        .isEqualTo(Outcome.applied(new StoredProduct("P", 4, OTHER)));
    assertThat(batch.put(Intent.PUT, "N", null, LAMP))
        .isEqualTo(Outcome.applied(new StoredProduct("N", 1, LAMP)));
    assertThat(batch.editedProducts()).hasSize(2);
  }

  @Test
  void skusByIntent() {
    assertThat(put(Intent.ADD, "A", null, sku("P", 1))).isEqualTo(refused(Refusal.EXISTS));
    assertThat(put(Intent.PUT, "A", null, SKU))
        .isEqualTo(Outcome.alreadyApplied(new StoredSku("A", 5, SKU)));
    assertThat(put(Intent.EDIT, "N", null, SKU)).isEqualTo(refused(Refusal.NOT_FOUND));
    assertThat(put(Intent.EDIT, "A", 4L, sku("P", 1))).isEqualTo(refused(Refusal.STALE));
    assertThat(put(Intent.PUT, "A", null, sku("Q", 1))).isEqualTo(refused(Refusal.OTHER_PRODUCT));
    SkuForm yen = new SkuForm("P", "", "", new Money(1, "JPY"), 1, true);
    assertThat(put(Intent.PUT, "A", null, yen)).isEqualTo(refused(Refusal.OTHER_CURRENCY));
    assertThat(put(Intent.PUT, "N", null, sku("R", 1))).isEqualTo(refused(Refusal.NO_PRODUCT));
    assertThat(put(Intent.PUT, "N", null, sku("Q", 1))).isEqualTo(refused(Refusal.FULL));
    assertThat(batch.editedSkus()).isEmpty();
    assertThat(put(Intent.EDIT, "A", 5L, sku("P", 1)))
        .isEqualTo(Outcome.applied(new StoredSku("A", 6, sku("P", 1))));
    assertThat(put(Intent.ADD, "N", null, SKU))
        .isEqualTo(Outcome.applied(new StoredSku("N", 1, SKU)));
  }

  @Test
  void aTransactionIsOneEditHoweverOftenItWrites() {
    put(Intent.PUT, "A", null, sku("P", 1));
    put(Intent.PUT, "A", null, sku("P", 2));
    assertThat(batch.editedSkus())
        .containsExactly(
            new GoodsBatch.Edited<>(
                new StoredSku("A", 5, SKU), new StoredSku("A", 6, sku("P", 2))));
  }

  @Test
  void aProductAndItsSkuAreWrittenTogetherOrNeitherIs() {
    assertThat(batch.putBoth("N", LAMP, "A", sku("N", 1)))
        .isEqualTo(refused(Refusal.OTHER_PRODUCT));
    assertThat(batch.product("N")).isNull();
    assertThat(batch.putBoth("Q", LAMP, "N", sku("Q", 1))).isEqualTo(refused(Refusal.FULL));
    assertThat(batch.product("Q")).isEqualTo(new StoredProduct("Q", 1, OTHER));
    assertThat(batch.editedProducts()).isEmpty();
    assertThat(batch.editedSkus()).isEmpty();
    assertThat(batch.putBoth("N", LAMP, "B", sku("N", 1)))
        .isEqualTo(Outcome.applied(new StoredSku("B", 1, sku("N", 1))));
    assertThat(batch.putBoth("N", OTHER, "A", sku("N", 1)))
        .isEqualTo(refused(Refusal.OTHER_PRODUCT));
    assertThat(batch.product("N")).isEqualTo(new StoredProduct("N", 1, LAMP));
  }

  @Test
  void aProductIsFullOneByOne() {
    for (int i = 1; i < GoodsBatch.SKUS_PER_PRODUCT_MAX; i++) {
      assertThat(put(Intent.ADD, "N" + i, null, SKU)).isInstanceOf(Outcome.Applied.class);
    }
    assertThat(put(Intent.ADD, "LAST", null, SKU)).isEqualTo(refused(Refusal.FULL));
  }

  private Outcome<StoredSku, Refusal> put(
      Intent intent, String code, @Nullable Long expected, SkuForm form) {
    return batch.put(intent, code, expected, form);
  }

  private static <T> Outcome<T, Refusal> refused(Refusal why) {
    return Outcome.refused(why);
  }

  private static SkuForm sku(String product, long price) {
    return new SkuForm(product, "", "", Money.cny(price), 1, true);
  }
}
