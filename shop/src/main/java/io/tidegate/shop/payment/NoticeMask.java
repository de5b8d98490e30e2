package io.tidegate.shop.payment;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Raw notices as they are kept: names stay, values only where they are known to be harmless. What
 * can't be read shows nothing but its length: it may hold anything.
 */
final class NoticeMask {

  /** Of a notice so much is kept. */
  static final int CHARS_MAX = 4_000;

  /** A little more than most have. */
  private static final int CHARS_USUAL = 1_024;

  /** Of a single value. */
  private static final int VALUE_CHARS_MAX = 200;

  private static final String MASK = "***";

  private static final char DELETE = 0x7f;

  /** Control characters, and halves of what takes two. */
  private static final Pattern ODD = Pattern.compile("[\\p{Cntrl}\\p{Cs}]");

  private static final JsonMapper JSON = JsonMapper.shared();

  private NoticeMask() {}

  /**
   * A notice in JSON.
   *
   * @param shown names of members whose values are kept, at whatever depth
   */
  static String json(byte[] body, Set<String> shown) {
    try {
      return json(JSON.readTree(body), body, shown);
    } catch (JacksonException _) {
      return unreadable(body);
    }
  }

  /** The same of one that was read already. */
  static String json(JsonNode read, byte[] body, Set<String> shown) {
    return read instanceof ObjectNode notice ? json(notice, shown) : unreadable(body);
  }

  /** The same of an object. */
  static String json(ObjectNode notice, Set<String> shown) {
    return clipped(masked(notice, shown).toString());
  }

  /** A notice that was read as a form, in the order of its names. */
  static String form(Map<String, String> fields, Set<String> shown) {
    StringBuilder text = new StringBuilder(CHARS_USUAL);
    new TreeMap<>(fields)
        .forEach((name, value) ->
            text.append(text.isEmpty() ? "" : "&")
                .append(plain(name))
                .append('=')
                .append(shown.contains(name) ? plain(value) : MASK));
    return clipped(text.toString());
  }

  private static ObjectNode masked(ObjectNode object, Set<String> shown) {
    ObjectNode copy = JSON.createObjectNode();
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      JsonNode value = member.getValue();
      String name = plain(member.getKey());
      if (value instanceof ObjectNode inner) {
        copy.set(name, masked(inner, shown));
      } else if (!shown.contains(member.getKey()) || value.isArray()) {
        copy.put(name, MASK);
      } else {
        copy.put(name, plain(value.asString("")));
      }
    }
    return copy;
  }

  static String unreadable(byte[] body) {
    return "(" + body.length + " bytes that can't be read)";
  }

  /** What the database takes, and nobody's terminal stumbles over. */
  private static String plain(String text) {
    String one = text.length() <= VALUE_CHARS_MAX ? text : text.substring(0, VALUE_CHARS_MAX);
    for (int i = 0; i < one.length(); i++) {
      char c = one.charAt(i);
      if (c < ' ' || c == DELETE || Character.isSurrogate(c)) {
        return ODD.matcher(one).replaceAll(" ");
      }
    }
    return one; // as nearly all are
  }

  private static String clipped(String text) {
    return text.length() <= CHARS_MAX ? text : text.substring(0, CHARS_MAX);
  }
}
