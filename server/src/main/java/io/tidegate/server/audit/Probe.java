package io.tidegate.server.audit;

import java.util.List;

/**
 * One question in SQL about one name. Its query gives a row for each thing looked at: {@code key},
 * {@code bad}, {@code expected}, {@code actual}. A {@code bad} of null counts as broken. Its work
 * must grow with the rows, not faster: a test does it on four times as many.
 *
 * @param name whose question it is
 * @param scope how the query is cut, so that no snapshot is held for long
 * @param guard whether it looks at the database's own safeguards; these rows don't count as looked
 *     at, so that they don't make an empty shop look audited
 * @param tables what it reads; where one is missing the name isn't built
 */
record Probe(String name, Scope scope, boolean guard, List<String> tables, String sql) {

  /** How a query is cut into pieces, each in a snapshot of its own. */
  enum Scope {
    /** At once. */
    WHOLE,
    /** By order numbers from {@code :first} to below {@code :next}, a range after the other. */
    ORDERS,
    /** By ids of its first table from {@code :first} to below {@code :next}, so many at a time. */
    IDS
  }

  /** What it is called where it could not be answered: its name alone has several questions. */
  String title() {
    return name + " of " + String.join(", ", tables);
  }

  /** The text with bounds in place of {@code :first} and {@code :next}. */
  static String between(String sql, long first, long next) {
    return sql.replace(":first", Long.toString(first)).replace(":next", Long.toString(next));
  }

  static Probe whole(String name, String tables, String sql) {
    return new Probe(name, Scope.WHOLE, false, List.of(tables.split(" ")), sql);
  }

  static Probe guard(String name, String tables, String sql) {
    return new Probe(name, Scope.WHOLE, true, List.of(tables.split(" ")), sql);
  }

  static Probe ids(String name, String tables, String sql) {
    return new Probe(name, Scope.IDS, false, List.of(tables.split(" ")), sql);
  }

  static Probe orders(String name, String tables, String sql) {
    return new Probe(name, Scope.ORDERS, false, List.of(tables.split(" ")), sql);
  }
}
