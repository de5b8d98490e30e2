package io.tidegate.server.config;

import java.util.regex.Pattern;

/**
 * The address of a database with its user and password; printed, the password shows stars.
 *
 * @param text the address; empty for the embedded database
 */
public record JdbcUrl(String text) {
  /** Every JDBC address of PostgreSQL begins with this. */
  public static final String PREFIX = "jdbc:postgresql://";

  private static final Pattern PASSWORD_PARAMETER =
      Pattern.compile("([?&;][^=&;]*password[^=&;]*=)[^&;]*", Pattern.CASE_INSENSITIVE);
  private static final Pattern USER_PART = Pattern.compile("//([^/?@:]*):[^/?]*@");

  /** Whether an address was given: else the embedded database is meant. */
  public boolean isGiven() {
    return !text.isEmpty();
  }

  /** Any text that may be an address, without the passwords in it. */
  static String masked(String text) {
    String noParameter = PASSWORD_PARAMETER.matcher(text).replaceAll("$1" + Secret.MASK);
    return USER_PART.matcher(noParameter).replaceAll("//$1:" + Secret.MASK + "@");
  }

  @Override
  public String toString() {
    return masked(text);
  }
}
