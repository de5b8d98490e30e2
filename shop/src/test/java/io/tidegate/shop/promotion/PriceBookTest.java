package io.tidegate.shop.promotion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.catalog.Catalog;
import io.tidegate.shop.catalog.CatalogStore;
import io.tidegate.shop.catalog.Category;
import io.tidegate.shop.catalog.Product;
import io.tidegate.shop.catalog.Sku;
import io.tidegate.shop.kernel.BasketLine;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.SkuCode;
import io.tidegate.shop.promotion.PriceList.Prices;
import io.tidegate.shop.promotion.Promotion.Deal;
import io.tidegate.shop.promotion.Promotion.Tier;
import io.tidegate.shop.testing.ShopDatabase;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Price books of two nodes on one database: what one edits the other sees, and time decides. */
class PriceBookTest {

  private static final Instant START = Instant.parse("2099-11-10T16:00:00Z");
  private static final Instant END = Instant.parse("2099-11-11T16:00:00Z");
  private static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00Z");
  private static final Scope SHOP = new Scope.Shop();

  private ShopDatabase shop;
  private PriceBook one;
  private PriceBook other;

  @BeforeEach
  void open() {
    shop = new ShopDatabase();
    write(tx ->
        CatalogStore.add(
            tx,
            List.of(
                new Product("P", "手机", "Phone", Category.PHONES, "phone", List.of(sku("A", 1_000))),
                new Product("Q", "书", "Book", Category.BOOKS, "book", List.of(sku("B", 999))))));
    one = node();
    other = node();
  }

  @AfterEach
  void close() {
    shop.close();
  }

  @Test
  void aListIsInMemoryBeforeItStartsAndHoldsByTheTimeThatIsPassedIn() {
    insert(list(1, SHOP, new Period(START, END), new Prices.PercentOfList(30)));
    one.refresh();
    other.refresh();
    for (PriceBook book : List.of(one, other)) {
      assertThat(price(book, "A", START.minusMillis(1))).isEqualTo(1_000);
      assertThat(price(book, "A", START)).isEqualTo(300);
      assertThat(price(book, "B", START)).isEqualTo(300);
      assertThat(price(book, "A", END.minusMillis(1))).isEqualTo(300);
      assertThat(price(book, "A", END)).isEqualTo(1_000);
      assertThat(price(book, "A", LONG_AGO)).isEqualTo(1_000);
      assertThat(book.offer("NONE", START)).isNull();
    }
    // Nobody was told anything at the start: the database's revision is the one from before.
    assertThat(shop.number("select revision from catalog.revision")).isEqualTo(one.revision());
  }

  @Test
  void everyEditRaisesTheRevisionAndIsSeenByTheNextLook() {
    long before = other.revision();
    insert(list(1, SHOP, new Period(LONG_AGO, null), new Prices.PercentOfList(50)));
    assertThat(price(other, "A", START)).isEqualTo(1_000);
    assertThatThrownBy(() -> write(tx -> CatalogStore.expectRevision(tx, before)))
        .isInstanceOf(DatabaseFailure.Conflict.class);
    other.refresh();
    assertThat(price(other, "A", START)).isEqualTo(500);
    long second = other.revision();
    assertThat(second).isGreaterThan(before);

    Map<String, Long> amounts = Map.of("A", 123L, "B", 456L);
    Scope skus = new Scope.OfSkus(Set.of("A", "B"));
    Terms next = new Terms(1, 2, "again", skus, new Period(LONG_AGO, null));
    PriceList edited = new PriceList(next, new Prices.PerSku(amounts, Money.CNY));
    write(tx -> PromotionStore.update(tx, edited));
    other.refresh();
    assertThat(price(other, "A", START)).isEqualTo(123);
    assertThat(price(other, "B", START)).isEqualTo(456);
    assertThat(other.revision()).isGreaterThan(second);
    assertThatThrownBy(() -> write(tx -> PromotionStore.update(tx, edited)))
        .isInstanceOf(DatabaseFailure.Conflict.class);

    write(tx -> PromotionStore.withdraw(tx, edited));
    other.refresh();
    assertThat(price(other, "A", START)).isEqualTo(1_000);
    assertThatThrownBy(() -> write(tx -> PromotionStore.withdraw(tx, edited)))
        .isInstanceOf(DatabaseFailure.Conflict.class);
  }

  @Test
  void aPriceEditIsSeenWhileAListHolds() {
    insert(list(1, SHOP, new Period(LONG_AGO, null), new Prices.PercentOfList(50)));
    one.refresh();
    assertThat(price(one, "A", START)).isEqualTo(500);
    shop.database()
        .writeOnce(tx -> {
          CatalogStore.raiseRevision(tx);
          tx.write(
              io.tidegate.platform.db.Sql.of(
                  "update catalog.sku set price = 2000, version = 2, revision = (select revision"
                      + " from catalog.revision) where code = 'A'"));
          return true;
        });
    one.refresh();
    assertThat(price(one, "A", START)).isEqualTo(1_000);
    assertThat(Objects.requireNonNull(one.offer("A", START)).version()).isEqualTo(2);
    assertThat(Objects.requireNonNull(one.catalog().offer("A")).price())
        .isEqualTo(Money.cny(2_000));
  }

  @Test
  void whoeverRefreshesTheCatalogueAloneHidesNoEditOfAList() {
    insert(list(1, SHOP, new Period(LONG_AGO, null), new Prices.PercentOfList(50)));
    one.catalog().refresh();
    assertThat(one.revision()).isLessThan(one.catalog().revision());
    one.refresh();
    assertThat(price(one, "A", START)).isEqualTo(500);
    assertThat(one.revision()).isEqualTo(one.catalog().revision());
  }

  @Test
  void promotionsOfEveryKindComeBackAsTheyWere() {
    Deal percent = new Deal.PercentOff(10);
    Deal amount = new Deal.AmountOff(50, Money.CNY);
    Deal spend =
        new Deal.SpendAndSave(List.of(new Tier(100, 10), new Tier(500, 80)), Money.CNY, true);
    List<Promotion> all =
        List.of(
            promotion(1, new Scope.InCategory("books"), percent),
            promotion(2, new Scope.OfSkus(Set.of("A", "B")), amount),
            promotion(3, SHOP, spend));
    write(tx -> all.forEach(each -> PromotionStore.insert(tx, each)));
    PromotionStore store = new PromotionStore(shop.database());
    assertThat(store.promotionsSince(0).stream().map(PromotionStore.Changed::value))
        .containsExactlyElementsOf(all);
    assertThat(store.promotionsBefore(3, 10).stream().map(PromotionStore.Changed::value))
        .containsExactly(all.get(1), all.get(0));
    one.refresh();
    List<BasketLine> lines = List.of(new BasketLine("A", "phones", 1, 1_000, 1));
    assertThat(one.savings(lines, Money.CNY, LONG_AGO.minusMillis(1))).isEmpty();
    assertThat(one.savings(lines, Money.CNY, LONG_AGO))
        .containsExactly(
            new Saving("2", "promotion 2", new long[] {50}),
            new Saving("3", "promotion 3", new long[] {90}));
  }

  @Test
  void aStartReadsWhatHoldsOrWillAndWhatIsJustOver() {
    insert(list(1, SHOP, new Period(LONG_AGO, LONG_AGO.plusSeconds(1)), half()));
    insert(list(2, SHOP, new Period(LONG_AGO, null), half()));
    insert(list(3, SHOP, new Period(LONG_AGO, null), half()));
    shop.run("update promotion.price_list set ends_at = clock_timestamp() where id = 3");
    PromotionStore store = new PromotionStore(shop.database());
    List<PromotionStore.Changed<PriceList>> seen = store.listsSince(0);
    assertThat(seen.stream().map(each -> each.value().terms().id())).containsExactly(2L, 3L);
    // Once seen, an edit that ends something in the past must be told.
    one.refresh();
    long change = seen.getLast().change();
    Terms over = new Terms(2, 2, "list 2", SHOP, new Period(LONG_AGO, LONG_AGO.plusSeconds(1)));
    write(tx -> PromotionStore.update(tx, new PriceList(over, half())));
    assertThat(store.listsSince(change)).hasSize(1);
  }

  private static Prices half() {
    return new Prices.PercentOfList(50);
  }

  private PriceBook node() {
    PriceBook book =
        new PriceBook(
            new Catalog(new CatalogStore(shop.database())), new PromotionStore(shop.database()));
    book.refresh();
    return book;
  }

  private void insert(PriceList list) {
    write(tx -> PromotionStore.insert(tx, list));
  }

  private void write(Consumer<Tx> work) {
    shop.database()
        .writeOnce(tx -> {
          work.accept(tx);
          return true;
        });
  }

  private static @Nullable Long price(PriceBook book, String sku, Instant at) {
    return Objects.requireNonNull(book.offer(sku, at)).price().amount();
  }

  private static Sku sku(String code, long price) {
    return new Sku(new SkuCode(code), "", "", Money.cny(price), 1, 1);
  }

  private static PriceList list(long id, Scope scope, Period period, Prices prices) {
    return new PriceList(new Terms(id, 1, "list " + id, scope, period), prices);
  }

  private static Promotion promotion(long id, Scope scope, Deal deal) {
    return new Promotion(
        new Terms(id, 1, "promotion " + id, scope, new Period(LONG_AGO, null)), deal);
  }
}
