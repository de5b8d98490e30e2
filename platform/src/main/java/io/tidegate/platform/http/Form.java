package io.tidegate.platform.http;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields of a submitted form. */
public final class Form {
  /** More than any form of ours has. */
  private static final int FIELDS_MAX = 64;

  private final Map<String, String> fields;

  Form(Map<String, String> fields) {
    this.fields = fields;
  }

  /**
   * Reads a form from its text, {@code a=1&b=2}.
   *
   * @throws Problem where it is not well-formed, has too many fields, or one of them twice
   */
  public static Form read(String text) {
    return new Form(UrlText.pairs(text, FIELDS_MAX, "/"));
  }

  /** The value of a field; null when it is not there. */
  public @Nullable String get(String name) {
    return fields.get(name);
  }

  /** The value of a field that must be there, of 1 to {@code charsMax} characters. */
  public String required(String name, int charsMax) {
    String value = fields.get(name);
    if (value == null || value.isEmpty() || value.length() > charsMax) {
      throw Problem.invalid(
          "/" + name, "must be there and have at most " + charsMax + " characters");
    }
    return value;
  }

  /** All fields, in the order they came. */
  public Map<String, String> all() {
    return Map.copyOf(fields);
  }
}
