package io.tidegate.shop.catalog;

import java.util.List;

/** The colours of one picture, as RGB in hex: four for the thing, two for the wall behind it. */
record Palette(
    String main, String dark, String light, String accent, String wall, String wallShape) {

  private static final String WHITE = "fff";
  private static final String INK = "2b3244";

  /**
   * Middle tones on pale walls: they keep their contrast where the page around them is white or
   * black.
   */
  static final List<Palette> ALL =
      List.of(
          new Palette("4a7fd4", "3561ad", "b9d2f5", "ffb454", "e8f0fc", "d3e2f9"),
          new Palette("2f9e94", "217a72", "b2e2dc", "ff8a6b", "e3f4f2", "c9e9e5"),
          new Palette("ee7460", "c95747", "fbcabf", "3f7fbf", "fdece8", "fad8d1"),
          new Palette("5fa65a", "458245", "c7e4bf", "f4b740", "eaf5e6", "d6ebcf"),
          new Palette("8670d2", "6853b0", "d6ccf5", "ffb86b", "f0ecfb", "e0d9f6"),
          new Palette("e0a13a", "b87d23", "f8deac", "4f8a8b", "fcf3e0", "f7e6c2"),
          new Palette("d9688e", "b54a6f", "f6c6d6", "5f9ea3", "fcebf1", "f7d8e3"),
          new Palette("5c7391", "43566f", "c9d5e4", "f2966b", "ebf0f5", "d9e2ec"),
          new Palette("c46a4a", "a05136", "f0c4b0", "5b8f7b", "f9ebe4", "f2d8cc"),
          new Palette("3b9cc9", "2a7ba3", "b5dff2", "f7c04a", "e4f3fa", "cce8f5"),
          new Palette("a35b98", "824478", "e5bfdf", "f0b04f", "f7eaf5", "ecd5e9"),
          new Palette("3f7d6b", "2d6052", "b3d8cb", "e9a15b", "e5f1ed", "cfe4dc"));

  /** The colour behind a letter of the glyph file. */
  String of(char letter) {
    return switch (letter) {
      case 'm' -> main;
      case 'd' -> dark;
      case 'l' -> light;
      case 'a' -> accent;
      case 'w' -> WHITE;
      case 'k' -> INK;
      default -> throw new IllegalArgumentException("no colour " + letter);
    };
  }
}
