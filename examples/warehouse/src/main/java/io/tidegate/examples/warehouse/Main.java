package io.tidegate.examples.warehouse;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * The program. All it needs is in the environment:
 *
 * <ul>
 *   <li>{@code WAREHOUSE_SECRET}: what {@code warehouse.outside.secret} says
 *   <li>{@code WAREHOUSE_TIDEGATE}: where Tidegate's API is, such as {@code http://127.0.0.1:8080}
 *   <li>{@code WAREHOUSE_BOOK}: the file with the book
 *   <li>{@code WAREHOUSE_PORT}: 0, or nothing, takes a free one
 *   <li>{@code WAREHOUSE_STEP}: how long each step takes, such as {@code PT2S}
 *   <li>{@code WAREHOUSE_LACKS}: SKUs that it doesn't have, with commas between them
 * </ul>
 */
public final class Main {

  private Main() {}

  public static void main(String[] args) throws IOException {
    Map<String, String> environment = System.getenv();
    Signature signature = new Signature(needed(environment, "WAREHOUSE_SECRET"));
    Book book = new Book(Path.of(needed(environment, "WAREHOUSE_BOOK")));
    Tidegate tidegate =
        new Tidegate(URI.create(needed(environment, "WAREHOUSE_TIDEGATE")), signature);
    Duration step = Duration.parse(environment.getOrDefault("WAREHOUSE_STEP", "PT2S"));
    Floor floor = new Floor(book, tidegate, step);
    Door door =
        new Door(
            Integer.parseInt(environment.getOrDefault("WAREHOUSE_PORT", "0")),
            book,
            signature,
            Set.of(environment.getOrDefault("WAREHOUSE_LACKS", "").split(",", -1)));
    int port = door.open();
    floor.start();
    System.out.println("ready http://127.0.0.1:" + port);
  }

  private static String needed(Map<String, String> environment, String name) {
    String value = environment.get(name);
    if (value == null || value.isEmpty()) {
      throw new IllegalArgumentException(name + " is not set");
    }
    return value;
  }
}
