package io.tidegate.shop.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.NullMarked;

/**
 * The lines of a text table that ships beside a class: UTF-8, without blank lines and # comments.
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
    try (InputStream in = owner.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(
            "resource " + name + " of " + owner.getName() + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(Predicate.not(ResourceLines::saysNothing))
          .toList();
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

  private static boolean saysNothing(String line) {
    return line.isBlank() || line.charAt(0) == '#';
  }
}
