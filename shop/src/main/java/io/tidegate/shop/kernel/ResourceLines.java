package io.tidegate.shop.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/**
 * The lines of a text table that ships beside a class: UTF-8, without empty lines and # comments.
 */
@NullMarked
public final class ResourceLines {

  private ResourceLines() {}

  /**
   * Reads the resource that lies in the package of its owner.
   *
   * @throws IllegalStateException where the program was built without it
   */
  public static List<String> of(Class<?> owner, String name) {
    return sayingLines(new String(bytes(owner, name), StandardCharsets.UTF_8));
  }

  /**
   * Reads the whole resource, comments too, for tables large enough to be read in place.
   *
   * @throws IllegalStateException where the program was built without it
   */
  public static byte[] bytes(Class<?> owner, String name) {
    try (InputStream in = owner.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(
            "resource " + name + " of " + owner.getName() + " is missing");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Cuts a line at its tabs into exactly so many fields.
   *
   * @throws IllegalStateException for another number of fields: a table that ships with us is never
   *     half right
   */
  public static String[] fields(String line, int count) {
    String[] fields = line.split("\t", -1);
    if (fields.length != count) {
      throw new IllegalStateException(count + " fields wanted: " + line);
    }
    return fields;
  }

  /**
   * A plain loop: tables are read while the program starts, when every lambda still has to be
   * linked.
   */
  private static List<String> sayingLines(String text) {
    List<String> lines = new ArrayList<>();
    int from = 0;
    while (from < text.length()) {
      int newline = text.indexOf('\n', from);
      int end = newline < 0 ? text.length() : newline;
      if (end > from && text.charAt(from) != '#') {
        lines.add(text.substring(from, end));
      }
      from = end + 1;
    }
    return Collections.unmodifiableList(lines);
  }
}
