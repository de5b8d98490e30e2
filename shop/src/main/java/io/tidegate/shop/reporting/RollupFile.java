package io.tidegate.shop.reporting;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The DuckDB file that keeps the rollups, attached to the lake's engine as {@code rollup}. All that
 * is in it can be made again from the lake, so one that is broken, or was made by other
 * definitions, is thrown away.
 */
final class RollupFile {

  private static final Logger log = LoggerFactory.getLogger(RollupFile.class);

  /** Raised when tables beside those of {@link Rollup} change. */
  private static final int FORM = 1;

  /** What the engine says of a file that is whole: another process has it, or the system fails. */
  private static final List<String> NOT_BROKEN =
      List.of(
          "Could not set lock",
          "Permission denied",
          "No space left on device",
          "Too many open files");

  static final String ORDER_LAST_COLUMNS =
      "number, version, state, currency, total, paid_at, planned_at, left_at, sale";

  private static final List<String> TABLES =
      List.of(
          "create table if not exists rollup.form (checksum bigint, zone varchar)",
          "create table if not exists rollup.kept (rollup varchar, day date, files varchar)",
          "create table if not exists rollup.kept_history (day date, files varchar, content varchar)",
          "create table if not exists rollup.checked (day date)",
          "create table if not exists rollup.coupon_template (coupon varchar primary key,"
              + " template varchar)",
          """
          create table if not exists rollup.order_last (number bigint, version integer,
            state varchar, currency varchar, total bigint, paid_at timestamp, planned_at timestamp,
            left_at timestamp, sale varchar)
          """,
          "create table if not exists rollup.buyer (user_id bigint, first_day date,"
              + " last_month date)");

  private RollupFile() {}

  /** Attaches it, made anew where it is broken or of another form. */
  static void attach(Connection connection, Path file, String zone) throws SQLException {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      if (!attached(connection, file, zone)) {
        forget(connection, file);
        if (!attached(connection, file, zone)) {
          throw new IllegalStateException("the rollups can't be kept in " + file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the rollups' file " + file, e);
    }
  }

  private static boolean attached(Connection connection, Path file, String zone)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("attach " + LakeViews.quoted(file.toString()) + " as rollup");
      for (String table : TABLES) {
        statement.execute(table);
      }
      try (ResultSet form = statement.executeQuery("select checksum, zone from rollup.form")) {
        if (form.next()) {
          return form.getLong(1) == checksum() && form.getString(2).equals(zone);
        }
      }
      for (Rollup rollup : Rollup.values()) {
        statement.execute("create table rollup." + rollup.table() + " (" + rollup.columns() + ")");
      }
      statement.execute(
          "insert into rollup.form values (%d, %s)".formatted(checksum(), LakeViews.quoted(zone)));
      return true;
    } catch (SQLException e) {
      String message = String.valueOf(e.getMessage());
      if (NOT_BROKEN.stream().anyMatch(message::contains)) {
        throw new IllegalStateException("the rollups can't be opened: " + message, e);
      }
      log.warn("the rollups in {} can't be read and are made again: {}", file, e.getMessage());
      return false;
    }
  }

  private static void forget(Connection connection, Path file) throws SQLException, IOException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("detach database if exists rollup");
    }
    Files.deleteIfExists(file);
    Files.deleteIfExists(file.resolveSibling(file.getFileName() + ".wal"));
  }

  /** Of everything that decides what the tables hold. */
  private static long checksum() {
    CRC32C sum = new CRC32C();
    StringBuilder text = new StringBuilder().append(FORM).append(TABLES);
    for (Rollup rollup : Rollup.values()) {
      text.append(rollup.table()).append(rollup.columns()).append(rollup.source(Days.NONE, ""));
    }
    sum.update(text.toString().getBytes(StandardCharsets.UTF_8));
    return sum.getValue();
  }

  /** The days that are kept of each daily rollup, and of which files each was made. */
  static Map<Rollup, Map<LocalDate, String>> kept(Connection connection) throws SQLException {
    Map<Rollup, Map<LocalDate, String>> kept = new EnumMap<>(Rollup.class);
    Rollup.daily().forEach(rollup -> kept.put(rollup, new HashMap<>()));
    Map<String, Map<LocalDate, String>> byTable = new HashMap<>();
    kept.forEach((rollup, days) -> byTable.put(rollup.table(), days));
    for (Object[] row : rows(connection, "select rollup, day::varchar, files from rollup.kept")) {
      Map<LocalDate, String> days = byTable.get((String) row[0]);
      if (days != null) {
        days.put(LocalDate.parse((String) row[1]), (String) row[2]);
      }
    }
    return kept;
  }

  /** The days that history is kept of, and of which files each was made. */
  static Map<LocalDate, String> keptHistory(Connection connection) throws SQLException {
    Map<LocalDate, String> kept = new HashMap<>();
    for (Object[] row : rows(connection, "select day::varchar, files from rollup.kept_history")) {
      kept.put(LocalDate.parse((String) row[0]), (String) row[1]);
    }
    return kept;
  }

  static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The rows of a query that has few and no nulls. */
  static List<Object[]> rows(Connection connection, String sql) throws SQLException {
    List<Object[]> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        Object[] row = new Object[columns];
        for (int i = 0; i < columns; i++) {
          row[i] = result.getObject(i + 1);
        }
        rows.add(row);
      }
    }
    return rows;
  }
}
