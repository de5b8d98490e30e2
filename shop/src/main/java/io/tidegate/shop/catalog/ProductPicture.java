package io.tidegate.shop.catalog;

import java.util.List;

/**
 * The picture of a product as SVG: its glyph in colours of its own before a pale wall, without any
 * text.
 */
public final class ProductPicture {

  /** What stands behind the thing; which one, as its colours, depends on the product's id. */
  private static final List<String> WALL_SHAPES =
      List.of(
          "<circle cx=\"120\" cy=\"118\" r=\"92\"",
          "<path d=\"M42 206V114a78 78 0 0 1 156 0v92z\"",
          "<path d=\"M36 132q-8-70 58-92 74-18 106 38 26 62-16 104-46 34-98 16-44-16-50-66z\"");

  private ProductPicture() {}

  /**
   * Draws a product: the same product always gives the same picture. Under 2 kB, square, any size.
   */
  public static String svg(Product product) {
    return svg(product.id(), product.glyph());
  }

  /**
   * Draws a glyph in the colours that belong to an id.
   *
   * @throws IllegalArgumentException where there is no such glyph
   */
  public static String svg(String id, String glyph) {
    int choice = spread(id);
    Palette palette = Palette.ALL.get(choice % Palette.ALL.size());
    String wallShape = WALL_SHAPES.get(choice / Palette.ALL.size() % WALL_SHAPES.size());
    StringBuilder svg = new StringBuilder(2_048);
    svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 240 240\">")
        .append("<rect width=\"240\" height=\"240\" rx=\"20\" fill=\"#")
        .append(palette.wall())
        .append("\"/>")
        .append(wallShape)
        .append(" fill=\"#")
        .append(palette.wallShape())
        .append("\"/><ellipse cx=\"120\" cy=\"207\" rx=\"76\" ry=\"7\" fill=\"#")
        .append(palette.dark())
        .append("\" opacity=\".22\"/>")
        .append(
            "<g transform=\"translate(30 39)scale(.9)\" stroke-linecap=\"round\" stroke-linejoin=\"round\">");
    Glyphs.draw(glyph, palette, svg);
    return svg.append("</g></svg>").toString();
  }

  private static int spread(String id) {
    int mixed = id.hashCode() * 0x9E3779B9;
    return (mixed ^ (mixed >>> 16)) & Integer.MAX_VALUE;
  }
}
