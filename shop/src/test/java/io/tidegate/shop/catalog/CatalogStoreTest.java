package io.tidegate.shop.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.SkuCode;
import io.tidegate.shop.testing.ShopDatabase;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Goods in the database and their view in memory: an edit is seen, a stale one is refused. */
class CatalogStoreTest {

  private ShopDatabase shop;
  private Catalog catalog;

  @BeforeEach
  void open() {
    shop = new ShopDatabase();
    shop.database()
        .writeOnce(tx -> {
          Sku black = new Sku(new SkuCode("A"), "黑", "black", Money.cny(1_000), 1, 1);
          Sku plain = new Sku(new SkuCode("B"), "", "", Money.cny(2_000), 1, 1);
          CatalogStore.add(
              tx,
              List.of(
                  new Product(
                      "P", "手机", "Phone", Category.PHONES, "phone", List.of(black, plain))));
          return true;
        });
    catalog = new Catalog(new CatalogStore(shop.database()));
    catalog.refresh();
  }

  @AfterEach
  void close() {
    shop.close();
  }

  @Test
  void goodsAreSeenWithTheirTitles() {
    assertThat(offer("A").title()).isEqualTo("手机 黑");
    assertThat(offer("B").title()).isEqualTo("手机");
    assertThat(catalog.product("P").orElseThrow().skus()).containsExactly("A", "B");
    assertThat(catalog.offer("C")).isNull();
  }

  @Test
  void anEditIsSeenAfterTheNextLookAndRaisesTheRevision() {
    long before = catalog.revision();
    setPrice(1, Money.cny(1_100));
    assertThat(offer("A").price()).isEqualTo(Money.cny(1_000));
    catalog.refresh();
    assertThat(offer("A").price()).isEqualTo(Money.cny(1_100));
    assertThat(offer("A").version()).isEqualTo(2);
    assertThat(catalog.revision()).isGreaterThan(before);
  }

  @Test
  void aStaleEditOrAnotherCurrencyIsRefused() {
    setPrice(1, Money.cny(1_100));
    assertThatThrownBy(() -> setPrice(1, Money.cny(900)))
        .isInstanceOf(DatabaseFailure.Conflict.class);
    assertThatThrownBy(() -> setPrice(2, new Money(900, "JPY")))
        .isInstanceOf(DatabaseFailure.Conflict.class);
    catalog.refresh();
    assertThat(offer("A").price()).isEqualTo(Money.cny(1_100));
  }

  @Test
  void whoPricedByAnOldRevisionIsThrownBack() {
    long seen = catalog.revision();
    setPrice(1, Money.cny(1_100));
    assertThatThrownBy(() ->
            shop.database()
                .writeOnce(tx -> {
                  CatalogStore.expectRevision(tx, seen);
                  return true;
                }))
        .isInstanceOf(DatabaseFailure.Conflict.class);
  }

  private void setPrice(int version, Money price) {
    shop.database()
        .writeOnce(tx -> {
          CatalogStore.raiseRevision(tx);
          CatalogStore.setPrice(tx, "A", version, price);
          return true;
        });
  }

  private Offer offer(String sku) {
    return Objects.requireNonNull(catalog.offer(sku));
  }
}
