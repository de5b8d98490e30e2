package io.tidegate.server.config;

import java.util.Locale;

/**
 * One key that a person may set.
 *
 * @param name as in files and flags, {@code http.port}
 * @param kind what its values are
 * @param byDefault the value where nobody sets it
 * @param meaning one line for the person who reads {@code config}
 */
record Key<T>(String name, Kind<T> kind, String byDefault, Shown shown, String meaning) {
  /** How much of a value may be shown. */
  enum Shown {
    WHOLE,
    /** An address: all but the password in it. */
    WITHOUT_PASSWORD,
    NOTHING
  }

  /** The name of its environment variable. */
  String variable() {
    return Environment.PREFIX + name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /** A value as it may be shown. */
  String show(String text) {
    return switch (shown) {
      case WHOLE -> text;
      case WITHOUT_PASSWORD -> JdbcUrl.masked(text);
      case NOTHING -> new Secret(text).toString();
    };
  }
}
