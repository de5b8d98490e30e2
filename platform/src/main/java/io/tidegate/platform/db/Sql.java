package io.tidegate.platform.db;

/**
 * One SQL statement of the program, with {@code ?} for its parameters.
 *
 * <p>Kept as a constant, so that the server prepares it once a session and tests can explain it.
 *
 * @param text a single statement, without a semicolon at its end
 */
public record Sql(String text) {

  public Sql {
    if (text.indexOf(';') >= 0) {
      throw new IllegalArgumentException("one statement only: " + text);
    }
  }

  public static Sql of(String text) {
    return new Sql(text.strip());
  }
}
