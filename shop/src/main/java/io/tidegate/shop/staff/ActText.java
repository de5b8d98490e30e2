package io.tidegate.shop.staff;

import io.tidegate.platform.http.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Something that a member of the staff does, to be put on record.
 *
 * @param act what is done, such as {@code price.set}
 * @param subject what it is done to, such as {@code sku TG-PHN-001-BK}
 * @param detail a JSON object; no personal data and no free text
 */
public record ActText(String act, String subject, String detail) {

  private static final int DETAIL_BYTES_GUESS = 128;

  /**
   * @param detail writes the members of the object
   */
  public static ActText of(String act, String subject, Consumer<JsonWriter> detail) {
    JsonWriter json = new JsonWriter(DETAIL_BYTES_GUESS).beginObject();
    detail.accept(json);
    return new ActText(
        act, subject, new String(json.endObject().toBytes(), StandardCharsets.UTF_8));
  }
}
