package io.tidegate.server.console;

import io.tidegate.shop.catalog.DemoCatalogue;
import io.tidegate.shop.catalog.Product;
import io.tidegate.shop.catalog.ProductPicture;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The pictures of the demo shop's goods; an edition has its colours from its own id. */
public final class DemoPictures implements Function<String, Optional<String>> {
  private final Map<String, String> glyphs =
      DemoCatalogue.products().collect(Collectors.toMap(Product::id, Product::glyph));

  @Override
  public Optional<String> apply(String product) {
    int edition = product.indexOf("-e");
    String written = edition < 0 ? product : product.substring(0, edition);
    return Optional.ofNullable(glyphs.get(written))
        .map(glyph -> ProductPicture.svg(product, glyph));
  }
}
