package io.tidegate.shop.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.catalog.GoodsBatch.Intent;
import io.tidegate.shop.catalog.GoodsSearch.Hit;
import io.tidegate.shop.testing.ShopDatabase;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person types finds the demo goods, in both languages. */
class GoodsSearchTest {

  private static ShopDatabase shop;
  private static Catalog catalog;
  private static GoodsSearch search;

  @BeforeAll
  static void open() {
    shop = new ShopDatabase();
    shop.database()
        .writeOnce(tx -> {
          CatalogStore.add(tx, DemoCatalogue.products().toList());
          return true;
        });
    catalog = new Catalog(new CatalogStore(shop.database()));
    catalog.refresh();
    search = new GoodsSearch(catalog);
  }

  @AfterAll
  static void close() {
    shop.close();
  }

  @ParameterizedTest
  @CsvSource({
    "静音鼠标, elc-014",
    "无线鼠标, elc-014",
    "降噪耳机, elc-001",
    "蓝牙音箱, elc-006",
    "wireless mouse, elc-014",
    "noise-cancelling headphone, elc-001",
    "Bluetooth SPEAKERS, elc-006",
    "bluet keyb, elc-013",
    "ergon, elc-015",
    "龙井, dri-001",
    "ｂｌｕｅｔｏｏｔｈ ｓｐｅａｋｅｒ, elc-006",
    "TG-PHN-001-BK, phn-001",
    "tg-phn-001-bu-512, phn-001",
    "Kuoyan 无线 打印机, off-011",
  })
  void theBestOneComesFirst(String text, String id) {
    assertThat(ids(search.find(text, null, false, Long.MAX_VALUE, 5))).startsWith(id);
  }

  @Test
  void aSingleCharacterAndAVariantAreFound() {
    assertThat(ids(all("茶", "drinks"))).contains("dri-003", "dri-006", "dri-014");
    assertThat(ids(all("256GB", null))).contains("phn-001").isSubsetOf(ids(all("256 GB", null)));
    assertThat(ids(all("512", "phones"))).contains("phn-001");
  }

  @Test
  void theCategoryFiltersAndNothingElseIsFound() {
    List<Hit> tea = all("tea", "drinks");
    assertThat(tea).isNotEmpty().allMatch(hit -> hit.goods().category().equals("drinks"));
    assertThat(ids(all("tea", null))).contains("wom-001").containsAll(ids(tea));
    assertThat(all("zzzz", null)).isEmpty();
    assertThat(all("无线 zzzz", null)).isEmpty();
    assertThat(all("tea", "none")).isEmpty();
  }

  @Test
  void pagesGoOnWithoutSkippingOrRepeating() {
    List<Hit> whole = all("a", null);
    List<Hit> paged = new ArrayList<>();
    long after = Long.MAX_VALUE;
    while (true) {
      List<Hit> page = search.find("a", null, false, after, 3);
      if (page.isEmpty()) {
        break;
      }
      paged.addAll(page);
      after = page.getLast().rank();
    }
    assertThat(paged).hasSizeGreaterThan(20).isEqualTo(whole);
    assertThat(new HashSet<>(ids(paged))).hasSameSizeAs(paged);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*", "?", "a*", "title:x", "\"", "(((", "+-&&||!(){}[]^\"~*?:\\/", "AND OR NOT", "\\",
        "\uD83D\uDE00", "\uD800", "\u0000", "x\u202Ey", "' or 1=1 --", "%", "𠮷野家", "éàü", "١٢٣"
      })
  void nothingThatCanBeTypedIsAnError(String text) {
    assertThat(search.find(text, null, false, Long.MAX_VALUE, 10)).isNotNull();
  }

  @Test
  void noRandomTextIsAnError() {
    Random random = new Random(7);
    String alphabet = "ab 1-:*\"(/\\茶无线鼠标\uD83D\uDE00\uD800\u3000，。é";
    for (int i = 0; i < 2_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(100); n > 0; n--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      assertThat(search.find(text.toString(), null, true, Long.MAX_VALUE, 3)).isNotNull();
    }
  }

  @Test
  void anEditIsFoundAfterTheCatalogueHasTakenItOver() {
    assertThat(all("unheard-of", null)).isEmpty();
    ProductForm lamp = new ProductForm("home", "闻所未闻灯", "Unheard-of lamp", "lamp", true);
    put("new-001", lamp);
    assertThat(ids(all("unheard-of", null))).containsExactly("new-001");
    assertThat(ids(all("闻所未闻", null))).containsExactly("new-001");
    put("new-001", new ProductForm("home", "灯", "Well-known lantern", "lamp", true));
    assertThat(all("unheard-of", null)).isEmpty();
    assertThat(ids(all("well-known lantern", null))).startsWith("new-001");
    put("new-001", new ProductForm("home", "灯", "Well-known lantern", "lamp", false));
    assertThat(ids(all("well-known lantern", null))).doesNotContain("new-001");
    assertThat(ids(search.find("well-known lantern", null, true, Long.MAX_VALUE, 5)))
        .startsWith("new-001");
  }

  private static void put(String id, ProductForm form) {
    shop.database()
        .writeOnce(tx -> {
          GoodsBatch batch = GoodsStore.load(tx, List.of(id), List.of());
          batch.put(Intent.PUT, id, null, form);
          return GoodsStore.save(tx, "ann", batch, (_, _) -> {});
        });
    catalog.refresh();
  }

  private static List<Hit> all(String text, @Nullable String category) {
    return search.find(text, category, false, Long.MAX_VALUE, 1_000);
  }

  private static List<String> ids(List<Hit> hits) {
    return hits.stream().map(hit -> hit.goods().id()).toList();
  }
}
