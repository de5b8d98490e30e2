package io.tidegate.shop.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DemoCatalogueTest {

  private static final List<Product> WRITTEN = DemoCatalogue.products().toList();
  private static final int WRITTEN_SKUS =
      WRITTEN.stream().mapToInt(product -> product.skus().size()).sum();

  @ParameterizedTest
  @EnumSource
  void everyCategoryIsFilled(Category category) {
    assertThat(WRITTEN.stream().filter(product -> product.category() == category))
        .hasSizeBetween(15, 25);
    assertThat(Category.of(category.code())).isEqualTo(category);
  }

  @Test
  void writtenGoodsAreComplete() {
    assertThat(WRITTEN).hasSizeGreaterThanOrEqualTo(300);
    assertThat(WRITTEN).extracting(Product::id).doesNotHaveDuplicates();
    assertThat(WRITTEN).extracting(Product::titleZh).doesNotHaveDuplicates();
    assertThat(WRITTEN).extracting(Product::titleEn).doesNotHaveDuplicates();
    assertThat(WRITTEN).allSatisfy(DemoCatalogueTest::isComplete);
  }

  private static void isComplete(Product product) {
    assertThat(product.titleZh()).hasSizeBetween(6, 60).containsPattern("\\p{IsHan}");
    assertThat(product.titleEn()).hasSizeBetween(6, 80).matches("[\\p{IsLatin}\\p{IsCommon}]+");
    assertThat(product.skus())
        .hasSizeBetween(1, 4)
        .extracting(Sku::variantZh)
        .doesNotHaveDuplicates();
    assertThat(product.skus()).extracting(Sku::variantEn).doesNotHaveDuplicates();
    assertThat(product.skus())
        .allSatisfy(sku -> {
          assertThat(sku.code().value())
              .matches("TG-[A-Z]{3}-[0-9]{3}-[A-Z0-9-]+")
              .hasSizeLessThanOrEqualTo(64);
          assertThat(sku.price().amount()).isBetween(500L, 2_000_000L);
          assertThat(sku.weightGrams()).isBetween(10, 50_000);
          assertThat(sku.stockUnits()).isPositive();
          assertThat(sku.variantZh()).isNotBlank();
          assertThat(sku.variantEn()).isNotBlank();
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 660, 661, 662, 10_000, 100_000})
  void asManySkusAsAskedForAllDifferent(int skuCount) {
    Set<String> codes = new HashSet<>();
    Set<String> ids = new HashSet<>();
    DemoCatalogue.products(skuCount)
        .forEach(product -> {
          assertThat(ids.add(product.id())).isTrue();
          product.skus().forEach(sku -> codes.add(sku.code().value()));
        });
    assertThat(codes).hasSize(skuCount).allMatch(code -> code.matches("[A-Z0-9-]{1,64}"));
  }

  @Test
  void handMadeGoodsComeFirst() {
    assertThat(DemoCatalogue.products(WRITTEN_SKUS)).containsExactlyElementsOf(WRITTEN);
    assertThat(DemoCatalogue.products(WRITTEN_SKUS + 1_000).limit(WRITTEN.size()))
        .containsExactlyElementsOf(WRITTEN);
  }

  @Test
  void editionsAreTheSameEveryTimeAndStayBelievable() {
    List<Product> made = DemoCatalogue.products(10_000).toList();
    assertThat(DemoCatalogue.products(10_000)).containsExactlyElementsOf(made);
    assertThat(made).extracting(Product::titleZh).doesNotHaveDuplicates();
    assertThat(made).extracting(Product::titleEn).doesNotHaveDuplicates();
    for (int i = WRITTEN.size(); i < made.size(); i++) {
      isEditionOf(WRITTEN.get(i % WRITTEN.size()), made.get(i));
    }
  }

  private static void isEditionOf(Product written, Product edition) {
    assertThat(edition.titleEn()).startsWith(written.titleEn() + ", ");
    for (int i = 0; i < edition.skus().size(); i++) {
      long writtenFen = written.skus().get(i).price().amount();
      assertThat(edition.skus().get(i).price().amount())
          .isBetween(writtenFen * 4 / 5 - 100, writtenFen * 6 / 5);
    }
  }

  @Test
  void aStreamMakesOnlyWhatIsRead() {
    assertThat(DemoCatalogue.products(Integer.MAX_VALUE).skip(2_000).findFirst()).isPresent();
  }

  @Test
  void fewerThanNoSkusAreRefused() {
    assertThatThrownBy(() -> DemoCatalogue.products(-1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
