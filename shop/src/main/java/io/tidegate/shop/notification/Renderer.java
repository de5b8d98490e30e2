package io.tidegate.shop.notification;

import java.util.Map;

/** Makes a message's text of its template and details. */
@FunctionalInterface
public interface Renderer {

  /**
   * @throws IllegalArgumentException for an unknown template or a detail that is missing
   */
  String render(String template, Map<String, String> details);
}
