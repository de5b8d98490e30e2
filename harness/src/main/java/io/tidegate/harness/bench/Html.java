package io.tidegate.harness.bench;

import tools.jackson.databind.JsonNode;

/** Pieces of a page. */
final class Html {
  private Html() {}

  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** A figure of a document, which says where in the document it stands. */
  static String figure(JsonNode document, String run, String pointer) {
    JsonNode value = document.at(pointer);
    if (value.isMissingNode()) {
      return "<span class=\"none\">&ndash;</span>";
    }
    return "<data value=\""
        + escaped(run + "#" + pointer)
        + "\">"
        + escaped(Numbers.of(value))
        + "</data>";
  }

  /** A name of a document in words. */
  static String words(String name) {
    StringBuilder text = new StringBuilder();
    for (char c : name.replace('_', ' ').toCharArray()) {
      if (Character.isUpperCase(c)) {
        text.append(' ').append(Character.toLowerCase(c));
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }
}
