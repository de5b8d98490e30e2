package io.tidegate.shop.reporting;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The tables of the lake as DuckDB's views, over the files that count: {@code orders}, {@code
 * lines}, ... with their columns and {@code day}, the business day. A table without files is an
 * empty view; in files that are older than a column it is null. A file that can't be had now is
 * left out: one that is missing would end every question, whatever it asks.
 */
public final class LakeViews {

  private final Lake lake;
  private final LakeFiles files;
  private long shown = -1;

  public LakeViews(Lake lake, LakeFiles files) {
    this.lake = lake;
    this.files = files;
  }

  /**
   * Has the engine's views show what counts now; without a change it costs one look at the
   * database. All connections of the lake see the same views.
   */
  public synchronized void refresh(Connection connection) throws SQLException {
    long revision = files.revision();
    if (revision == shown) {
      return;
    }
    Map<LakeTable, List<LakeFile>> byTable =
        files.live().stream()
            .filter(LakeFile::isHere)
            .collect(
                Collectors.groupingBy(
                    LakeFile::table, () -> new EnumMap<>(LakeTable.class), Collectors.toList()));
    try (Statement statement = connection.createStatement()) {
      for (LakeTable table : LakeTable.values()) {
        statement.execute(
            "create or replace view "
                + table.sql()
                + " as "
                + select(statement, table, byTable.getOrDefault(table, List.of())));
      }
    }
    shown = revision;
  }

  private String select(Statement statement, LakeTable table, List<LakeFile> its)
      throws SQLException {
    if (its.isEmpty()) {
      return "select " + columns(table, Set.of()) + ", null::DATE as day where false";
    }
    String files =
        "read_parquet("
            + paths(lake.folder(), its)
            + ", union_by_name = true, hive_partitioning = true, hive_types = {'day': DATE})";
    return "select " + columns(table, in(statement, files)) + ", day from " + files;
  }

  /** The rows of some files of one table, whichever of its columns each of them has. */
  static String rows(Statement statement, Path folder, List<LakeFile> its) throws SQLException {
    String files = "read_parquet(" + paths(folder, its) + ", union_by_name = true)";
    return "select " + columns(its.getFirst().table(), in(statement, files)) + " from " + files;
  }

  private static String paths(Path folder, List<LakeFile> its) {
    return its.stream()
        .map(file -> quoted(folder.resolve(file.path()).toString()))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  /** The columns that any of these files has. */
  private static Set<String> in(Statement statement, String files) throws SQLException {
    Set<String> names = new HashSet<>();
    try (ResultSet columns = statement.executeQuery("describe select * from " + files)) {
      while (columns.next()) {
        names.add(columns.getString("column_name"));
      }
    }
    return names;
  }

  /** All columns of a table; those that are not there yet are null. */
  private static String columns(LakeTable table, Set<String> there) {
    return table.columns().stream()
        .map(column ->
            there.contains(column.name())
                ? column.name()
                : "null::" + column.type() + " as " + column.name())
        .collect(Collectors.joining(", "));
  }

  static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}
