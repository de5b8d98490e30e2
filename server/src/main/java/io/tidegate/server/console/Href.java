package io.tidegate.server.console;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** An address of the console, put together of parts that may be any text. */
final class Href {
  private final StringBuilder text;

  Href(String path) {
    text = new StringBuilder(path);
  }

  /** One step further down. */
  Href under(String name) {
    text.append('/').append(encoded(name).replace("+", "%20"));
    return this;
  }

  /** With a parameter, unless it is empty. */
  Href with(String name, String value) {
    if (!value.isEmpty()) {
      text.append(text.indexOf("?") < 0 ? '?' : '&').append(name).append('=');
      text.append(encoded(value));
    }
    return this;
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
