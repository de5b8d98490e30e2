package io.tidegate.platform.db;

import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads PostgreSQL's SQLSTATE (appendix A of its manual) as one of our failures. */
final class SqlStates {

  /** Raised by {@code db.expect} when another number of rows was touched than was decided on. */
  static final String EXPECTATION = "TG001";

  private static final Set<String> TRANSIENT =
      Set.of(
          "40001", "40P01", "40003", "55P03", "55006", "57014", "57P01", "57P02", "57P03", "57P05",
          "58030", "25P02", "25P03", "25P04");

  private SqlStates() {}

  static DatabaseFailure failure(SQLException cause) {
    String state = state(cause);
    String message = "SQLSTATE " + state + ": " + firstLine(cause);
    if (state.equals(EXPECTATION) || state.equals("23505") || state.equals("23514")) {
      return new DatabaseFailure.Conflict(message, cause);
    }
    if (isTransient(state)) {
      return new DatabaseFailure.Transient(message, cause);
    }
    if (state.startsWith("22") || state.startsWith("23") || state.equals("54000")) {
      return new DatabaseFailure.BadData(message, cause);
    }
    return new DatabaseFailure.Broken(message, cause);
  }

  /** Whether the connection is gone, so that a COMMIT under way may have happened or not. */
  static boolean lostConnection(SQLException cause) {
    String state = state(cause);
    return state.startsWith("08") || state.startsWith("57P0") || state.isEmpty();
  }

  /** Whether the database can't be reached, starts or is full: it may be asked again soon. */
  static boolean isAway(SQLException cause) {
    String state = state(cause);
    return state.startsWith("08") || state.startsWith("57P0") || state.startsWith("53");
  }

  private static boolean isTransient(String state) {
    return state.isEmpty()
        || state.startsWith("08")
        || state.startsWith("53")
        || TRANSIENT.contains(state);
  }

  private static String state(SQLException cause) {
    @Nullable String state = cause.getSQLState();
    return state == null ? "" : state;
  }

  /** Without DETAIL, which quotes values. */
  private static String firstLine(SQLException cause) {
    String message = String.valueOf(cause.getMessage());
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }
}
