package io.tidegate.shop.catalog;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.ResourceLines;
import io.tidegate.shop.kernel.SkuCode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The goods of the demo shop: some three hundred written by hand and, where more SKUs are asked
 * for, further editions of them. The same number asked for gives the same goods, on every machine.
 */
public final class DemoCatalogue {

  private static final int PRODUCT_FIELDS = 6;
  private static final int SKU_FIELDS = 7;

  /** Held while the program runs: about 200 kB, and every generated product starts from it. */
  private static final List<Product> WRITTEN = read();

  private DemoCatalogue() {}

  /** The products written by hand, in order of their category. */
  public static Stream<Product> products() {
    return WRITTEN.stream();
  }

  /**
   * Products that have exactly so many SKUs together; made one at a time as the stream is read.
   *
   * @throws IllegalArgumentException below zero
   */
  public static Stream<Product> products(int skuCount) {
    if (skuCount < 0) {
      throw new IllegalArgumentException("a number of SKUs is never negative: " + skuCount);
    }
    int kind = Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.IMMUTABLE;
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(new Editions(skuCount), kind), false);
  }

  private static List<Product> read() {
    List<Product> products = new ArrayList<>();
    List<Sku> skus = new ArrayList<>();
    // A product's line comes before its SKUs, so the product is complete only at the next one: read
    // backwards.
    for (String line : ResourceLines.of(DemoCatalogue.class, "demo-catalogue.tsv").reversed()) {
      if (line.startsWith("S\t")) {
        skus.add(sku(ResourceLines.fields(line, SKU_FIELDS)));
      } else {
        products.add(product(ResourceLines.fields(line, PRODUCT_FIELDS), skus.reversed()));
        skus.clear();
      }
    }
    return List.copyOf(products.reversed());
  }

  private static Sku sku(String[] fields) {
    return new Sku(
        new SkuCode(fields[1]),
        fields[2],
        fields[3],
        Money.cny(Long.parseLong(fields[4])),
        Integer.parseInt(fields[5]),
        Integer.parseInt(fields[6]));
  }

  private static Product product(String[] fields, List<Sku> skus) {
    return new Product(fields[1], fields[4], fields[5], Category.of(fields[2]), fields[3], skus);
  }

  /**
   * Goes round the written products again and again, each round another edition, until the SKUs are
   * used up.
   */
  private static final class Editions implements Iterator<Product> {
    private int skusLeft;
    private Edition edition = new Edition(0);
    private int next;

    Editions(int skuCount) {
      this.skusLeft = skuCount;
    }

    @Override
    public boolean hasNext() {
      return skusLeft > 0;
    }

    @Override
    public Product next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Product written = WRITTEN.get(next++);
      Product product = edition.of(written);
      if (next == WRITTEN.size()) {
        next = 0;
        edition = new Edition(edition.number() + 1);
      }
      if (product.skus().size() > skusLeft) {
        product = withFirst(product, skusLeft);
      }
      skusLeft -= product.skus().size();
      return product;
    }

    private static Product withFirst(Product product, int skuCount) {
      return new Product(
          product.id(),
          product.titleZh(),
          product.titleEn(),
          product.category(),
          product.glyph(),
          product.skus().subList(0, skuCount));
    }
  }
}
