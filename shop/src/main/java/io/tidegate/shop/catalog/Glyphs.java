package io.tidegate.shop.catalog;

import io.tidegate.shop.kernel.ResourceLines;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The drawings of things, each a few coloured shapes; the file {@code glyphs.txt} says how they are
 * written.
 */
final class Glyphs {

  private static final Map<String, List<Shape>> ALL = read();

  private Glyphs() {}

  /** Appends the shapes of a glyph as SVG elements. */
  static void draw(String glyph, Palette palette, StringBuilder svg) {
    List<Shape> shapes = ALL.get(glyph);
    if (shapes == null) {
      throw new IllegalArgumentException("no glyph " + glyph);
    }
    shapes.forEach(shape -> shape.draw(palette, svg));
  }

  /** The names of all drawings. */
  static Set<String> names() {
    return ALL.keySet();
  }

  private static Map<String, List<Shape>> read() {
    Map<String, List<Shape>> glyphs = new HashMap<>();
    for (String line : ResourceLines.of(Glyphs.class, "glyphs.txt")) {
      int equals = line.indexOf(" = ");
      List<Shape> shapes =
          Arrays.stream(line.substring(equals + 3).split("; ")).map(Shape::parse).toList();
      glyphs.put(line.substring(0, equals), shapes);
    }
    return Map.copyOf(glyphs);
  }

  /** One coloured form of a glyph. */
  private sealed interface Shape {

    /** Appends this shape as one SVG element. */
    void draw(Palette palette, StringBuilder svg);

    static Shape parse(String text) {
      String[] words = text.split(" ");
      return switch (words[0] + words[1].charAt(0)) {
        case String s when s.charAt(0) == 's' -> line(words, text);
        case String s when s.endsWith("r") ->
            new Form(
                Colour.parse(words[0]),
                "rect",
                List.of("x", "y", "width", "height", "rx"),
                rest(words));
        case String s when s.endsWith("c") ->
            new Form(Colour.parse(words[0]), "circle", List.of("cx", "cy", "r"), rest(words));
        case String s when s.endsWith("e") ->
            new Form(
                Colour.parse(words[0]), "ellipse", List.of("cx", "cy", "rx", "ry"), rest(words));
        case String s when s.endsWith("p") ->
            new Form(Colour.parse(words[0]), "path", List.of("d"), List.of(text.split(" ", 3)[2]));
        default -> throw new IllegalStateException("no shape: " + text);
      };
    }

    private static Line line(String[] words, String text) {
      return new Line(Colour.parse(words[1]), words[2], text.split(" ", 4)[3]);
    }

    private static List<String> rest(String[] words) {
      return List.of(words).subList(2, words.length);
    }
  }

  /** A filled element; names and values are its attributes. */
  private record Form(Colour colour, String element, List<String> names, List<String> values)
      implements Shape {

    private Form {
      if (names.size() != values.size()) {
        throw new IllegalStateException(element + " wants " + names + ", not " + values);
      }
    }

    @Override
    public void draw(Palette palette, StringBuilder svg) {
      svg.append('<').append(element);
      for (int i = 0; i < names.size(); i++) {
        svg.append(' ').append(names.get(i)).append("=\"").append(values.get(i)).append('"');
      }
      colour.write("fill", palette, svg);
      svg.append("/>");
    }
  }

  /** A stroked path with round ends. */
  private record Line(Colour colour, String width, String path) implements Shape {

    @Override
    public void draw(Palette palette, StringBuilder svg) {
      svg.append("<path d=\"")
          .append(path)
          .append("\" fill=\"none\" stroke-width=\"")
          .append(width)
          .append('"');
      colour.write("stroke", palette, svg);
      svg.append("/>");
    }
  }

  /** A colour of the palette, and how much of it covers what is below, in tenths. */
  private record Colour(char letter, int tenths) {

    static Colour parse(String text) {
      return new Colour(
          text.charAt(0), text.length() == 1 ? 10 : Character.digit(text.charAt(1), 10));
    }

    void write(String attribute, Palette palette, StringBuilder svg) {
      svg.append(' ').append(attribute).append("=\"#").append(palette.of(letter)).append('"');
      if (tenths < 10) {
        svg.append(" opacity=\".").append(tenths).append('"');
      }
    }
  }
}
