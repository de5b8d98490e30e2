package io.tidegate.shop.payment;

import io.tidegate.platform.http.Form;
import io.tidegate.platform.http.Problem;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/** Forms in UTF-8, as {@code application/x-www-form-urlencoded}. */
final class FormText {

  private FormText() {}

  /**
   * Reads a form, more strictly than a browser's is read: a text without fields is none.
   *
   * @throws IllegalArgumentException where it is none, or names a field twice: two readers could
   *     see two values
   */
  static Map<String, String> read(String form) {
    int from = 0;
    while (from <= form.length()) {
      int end = form.indexOf('&', from);
      int to = end < 0 ? form.length() : end;
      int equals = form.indexOf('=', from);
      if (equals <= from || equals >= to) {
        throw new IllegalArgumentException("not a form");
      }
      from = to + 1;
    }
    try {
      return Form.read(form).all();
    } catch (Problem e) {
      throw new IllegalArgumentException("not a form", e);
    }
  }

  static String write(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
