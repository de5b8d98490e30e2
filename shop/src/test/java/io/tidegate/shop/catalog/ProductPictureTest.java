package io.tidegate.shop.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;

class ProductPictureTest {

  private static final int BYTES_MAX = 2_000;
  private static final Set<String> ELEMENTS =
      Set.of("svg", "g", "rect", "circle", "ellipse", "path");

  @Test
  void everyProductHasASmallValidPicture() {
    assertThat(DemoCatalogue.products())
        .allSatisfy(product -> {
          String svg = ProductPicture.svg(product);
          assertThat(svg.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(BYTES_MAX);
          Element root = parse(svg).getDocumentElement();
          assertThat(root.getNamespaceURI()).isEqualTo("http://www.w3.org/2000/svg");
          assertThat(elements(root, new HashSet<>())).isSubsetOf(ELEMENTS).contains("g", "rect");
        });
  }

  @Test
  void theSameProductLooksTheSameAndItsNeighboursDiffer() {
    Product product = DemoCatalogue.products().findFirst().orElseThrow();
    assertThat(ProductPicture.svg(product))
        .isEqualTo(ProductPicture.svg(product.id(), product.glyph()));
    Set<String> pictures = new HashSet<>();
    for (int i = 1; i <= 9; i++) {
      pictures.add(ProductPicture.svg("phn-00" + i, "phone"));
    }
    assertThat(pictures).hasSizeGreaterThanOrEqualTo(6);
  }

  @Test
  void everyPaletteAndWallIsUsed() {
    Set<String> pictures = new HashSet<>();
    DemoCatalogue.products(10_000)
        .forEach(product -> pictures.add(ProductPicture.svg(product.id(), "cup")));
    assertThat(pictures).hasSize(Palette.ALL.size() * 3);
  }

  @Test
  void anUnknownGlyphIsAnError() {
    assertThatThrownBy(() -> ProductPicture.svg("phn-001", "gramophone"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("gramophone");
  }

  private static Document parse(String svg) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setNamespaceAware(true);
    return factory.newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
  }

  private static Set<String> elements(Node node, Set<String> names) {
    names.add(node.getNodeName());
    for (Node child = node.getFirstChild(); child != null; child = child.getNextSibling()) {
      elements(child, names);
    }
    return names;
  }
}
