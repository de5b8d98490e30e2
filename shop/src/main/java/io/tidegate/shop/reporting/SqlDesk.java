package io.tidegate.shop.reporting;

import io.tidegate.platform.http.Bulkhead;
import io.tidegate.platform.http.Problem;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Runs what analysts ask in SQL: one question that only reads, in an engine of its own that has the
 * lake's views and reaches nothing else, with bounded time, memory and rows.
 */
public final class SqlDesk implements AutoCloseable {

  /** Rows that are given at most. */
  public static final int ROWS_MAX = 10_000;

  /** Questions that run at once. */
  private static final int RUNNING_MAX = 1;

  /** Of each value, so many characters are given. */
  private static final int CELL_CHARS_MAX = 8_192;

  /** Of all values together. */
  private static final int ANSWER_CHARS_MAX = 8 << 20;

  /** Cells of an answer: each takes some 64 bytes of the heap, however short it is. */
  private static final int ANSWER_CELLS_MAX = 500_000;

  private static final int COLUMNS_MAX = 200;

  /** All files are read for questions that failed once in so long, at most. */
  private static final Duration VERIFY_EVERY = Duration.ofMinutes(10);

  /** What the engine says of values that it can't use; a file's too, but then with its name. */
  private static final String INVALID_INPUT = "Invalid Input Error";

  /** What the driver says of a stream that failed. */
  private static final String UNTOLD = "Invalid result set";

  private static final Pattern DECIMAL = Pattern.compile("-?[0-9]+(\\.[0-9]+)?");
  private static final String VIEW = "create temp view asked as ";
  private static final long RETRY_SECONDS = 5;

  private final Lake lake;
  private final LakeFiles files;
  private final LakeRepair repair;
  private final Duration timeMax;
  private final Bulkhead running = new Bulkhead(RUNNING_MAX);
  private final Deadlines deadlines = new Deadlines();

  /** Touched by the one question that runs. */
  private long verifiedNanos = System.nanoTime() - VERIFY_EVERY.toNanos();

  public SqlDesk(LakeGround ground, LakeRepair repair) {
    this(ground, repair, ReportDesk.TIME_MAX);
  }

  SqlDesk(LakeGround ground, LakeRepair repair, Duration timeMax) {
    this.lake = ground.lake();
    this.files = ground.files();
    this.repair = repair;
    this.timeMax = timeMax;
  }

  /**
   * What was answered, and in which time.
   *
   * @param leftOut files of the lake that can't be had now, so their rows lack
   */
  public record Answer(ReportTable table, Duration took, int leftOut) {}

  /**
   * Runs a question; once more where a file of the lake was broken and is made again.
   *
   * @throws Problem 400 where it is no question that only reads, or fails; 503 where another one
   *     runs or it takes too long
   */
  public Answer run(String sql, int limit) {
    if (!running.enter()) {
      throw Problem.overloaded(RETRY_SECONDS);
    }
    try {
      long began = System.nanoTime();
      // Counted first: what is back a moment later is still not in the answer.
      int leftOut = files.waiting().size();
      ReportTable table;
      try {
        table = once(sql, limit);
      } catch (SQLException e) {
        if (!isMended(e)) {
          throw refused(e);
        }
        leftOut = files.waiting().size();
        table = once(sql, limit);
      }
      return new Answer(table, Duration.ofNanos(System.nanoTime() - began), leftOut);
    } catch (SQLException e) {
      throw new IllegalStateException("a question to the lake failed", e);
    } finally {
      running.leave();
    }
  }

  private ReportTable once(String sql, int limit) throws SQLException {
    try (Connection engine = open()) {
      mustOnlyRead(engine, sql);
      return read(engine, sql, limit);
    }
  }

  /** Whether a file of the lake was to blame, and is made again. */
  private boolean isMended(SQLException e) throws SQLException {
    String message = String.valueOf(e.getMessage());
    try {
      if (repair.verifyNamed(message).broken() > 0) {
        repair.verify(false); // where one is cut short others may be
        return true;
      }
      // Where a page is broken the engine names no file; to read them all takes long.
      long now = System.nanoTime();
      if (message.startsWith(INVALID_INPUT)
          || !LakeReader.mayBeAFile(e)
          || now - verifiedNanos < VERIFY_EVERY.toNanos()) {
        return false;
      }
      verifiedNanos = now;
      return repair.verify(true).broken() > 0;
    } catch (IOException broken) {
      e.addSuppressed(broken);
      throw e;
    }
  }

  private Problem refused(SQLException e) {
    String message = unwrapped(String.valueOf(e.getMessage()));
    // What stands behind that is the question itself, with a mark beneath it.
    int line = message.indexOf("\nLINE ");
    int said = line < 0 ? message.length() : line;
    return Problem.invalid(
        "/sql",
        shortened(
            message.substring(0, said).replace(lake.folder() + "/", "") + message.substring(said)));
  }

  private Connection open() throws SQLException {
    Properties options = new Properties();
    options.setProperty("threads", Integer.toString(lake.settings().threads()));
    options.setProperty("memory_limit", (lake.settings().memoryBytes() >> 21) + "MiB");
    options.setProperty("temp_directory", "");
    options.setProperty("autoinstall_known_extensions", "false");
    options.setProperty("autoload_known_extensions", "false");
    options.setProperty("jdbc_stream_results", "true");
    Connection engine = DriverManager.getConnection("jdbc:duckdb:", options);
    try {
      new LakeViews(lake, files).refresh(engine);
      RollupFile.run(engine, "set timezone = 'UTC'");
      RollupFile.run(engine, "set allowed_directories = [" + folders() + "]");
      RollupFile.run(engine, "set enable_external_access = false");
      RollupFile.run(engine, "set lock_configuration = true");
      return engine;
    } catch (SQLException e) {
      engine.close();
      throw e;
    }
  }

  private String folders() {
    return Arrays.stream(LakeTable.values())
        .map(table -> LakeViews.quoted(lake.folder().resolve(table.sql()) + "/"))
        .collect(Collectors.joining(", "));
  }

  /** The engine's own parser says what it is: of what it can write as JSON, all only read. */
  private static void mustOnlyRead(Connection engine, String sql) throws SQLException {
    try (PreparedStatement parse =
        engine.prepareStatement(
            """
            select j ->> 'error', json_array_length(j, '$.statements'), j ->> 'error_message',
              j ->> 'position'
            from (select json_serialize_sql(?::varchar)::json as j)
            """)) {
      parse.setString(1, sql);
      try (ResultSet told = parse.executeQuery()) {
        told.next();
        if (told.getBoolean(1)) {
          throw Problem.invalid("/sql", message(told.getString(3)) + place(sql, told.getString(4)));
        }
        if (told.getInt(2) != 1) {
          throw Problem.invalid("/sql", "must be one statement");
        }
      }
    }
  }

  private static String message(@Nullable String error) {
    return error == null || error.startsWith("Only SELECT")
        ? "must be one SELECT or WITH"
        : shortened(error);
  }

  /** The line and column of a place that the parser names by its byte, counted from 1. */
  private static String place(String sql, @Nullable String position) {
    if (position == null || !position.matches("[0-9]{1,6}")) {
      return "";
    }
    byte[] text = sql.getBytes(StandardCharsets.UTF_8);
    int at = Math.min(Integer.parseInt(position), text.length);
    String before = new String(text, 0, at, StandardCharsets.UTF_8);
    long line = before.chars().filter(each -> each == '\n').count() + 1;
    int column = before.length() - before.lastIndexOf('\n');
    return " (line " + line + ", column " + column + ")";
  }

  /** Without what stands before the question while it runs, so that a mark is beneath its word. */
  private static String unwrapped(String message) {
    int begin = message.indexOf("LINE 1: " + VIEW);
    if (begin < 0) {
      return message;
    }
    String mended = message.replace("LINE 1: " + VIEW, "LINE 1: ");
    int mark = mended.indexOf('\n', begin);
    String blanks = " ".repeat(VIEW.length());
    return mark < 0 || !mended.startsWith(blanks, mark + 1)
        ? mended
        : mended.substring(0, mark + 1) + mended.substring(mark + 1 + VIEW.length());
  }

  private static String shortened(String text) {
    return text.length() > 500 ? text.substring(0, 500) : text;
  }

  private ReportTable read(Connection engine, String sql, int limit) throws SQLException {
    long began = System.nanoTime();
    String cells =
        "select left(columns(*)::varchar, " + CELL_CHARS_MAX + ") from asked limit " + (limit + 1);
    try {
      return within(
          engine,
          timeMax,
          statement -> {
            statement.execute(VIEW + sql);
            return answer(statement, cells, limit);
          });
    } catch (SQLException e) {
      if (!String.valueOf(e.getMessage()).contains(UNTOLD)) {
        throw e;
      }
    }
    // A stream that fails doesn't tell why; a table does.
    return within(
        engine,
        timeMax.minusNanos(System.nanoTime() - began),
        statement -> {
          statement.execute("create temp table answered as " + cells);
          return answer(statement, "select * from answered", limit);
        });
  }

  private static ReportTable answer(Statement statement, String cells, int limit)
      throws SQLException {
    List<ReportColumn> columns = columns(statement);
    try (ResultSet result = statement.executeQuery(cells)) {
      return rows(result, columns, limit);
    }
  }

  /** A part of a question's work. */
  @FunctionalInterface
  private interface Work {
    ReportTable run(Statement statement) throws SQLException;
  }

  private ReportTable within(Connection engine, Duration time, Work work) throws SQLException {
    if (!time.isPositive()) {
      throw ReportDesk.tooLong();
    }
    try (Statement statement = engine.createStatement();
        Deadlines.Deadline deadline = deadlines.cancel(statement, time)) {
      try {
        return work.run(statement);
      } catch (SQLException e) {
        if (deadline.isPast()) {
          throw ReportDesk.tooLong();
        }
        throw e;
      }
    }
  }

  private static List<ReportColumn> columns(Statement statement) throws SQLException {
    List<ReportColumn> columns = new ArrayList<>();
    try (ResultSet described = statement.executeQuery("describe asked")) {
      while (described.next()) {
        columns.add(
            new ReportColumn(
                described.getString("column_name"), type(described.getString("column_type"))));
      }
    }
    if (columns.size() > COLUMNS_MAX) {
      throw Problem.invalid("/sql", "gives more than " + COLUMNS_MAX + " columns");
    }
    return columns;
  }

  private static ReportType type(String engineType) {
    return switch (engineType) {
      case "TINYINT",
          "SMALLINT",
          "INTEGER",
          "BIGINT",
          "HUGEINT",
          "UTINYINT",
          "USMALLINT",
          "UINTEGER",
          "UBIGINT",
          "UHUGEINT" ->
          ReportType.COUNT;
      case "FLOAT", "DOUBLE" -> ReportType.RATIO;
      default -> engineType.startsWith("DECIMAL") ? ReportType.RATIO : ReportType.TEXT;
    };
  }

  private static ReportTable rows(ResultSet result, List<ReportColumn> columns, int limit)
      throws SQLException {
    List<@Nullable Object[]> rows = new ArrayList<>();
    long chars = 0;
    while (result.next()) {
      if (rows.size() == limit
          || chars > ANSWER_CHARS_MAX
          || (rows.size() + 1L) * columns.size() > ANSWER_CELLS_MAX) {
        return new ReportTable(columns, rows, true);
      }
      @Nullable Object[] row = new @Nullable Object[columns.size()];
      for (int i = 0; i < row.length; i++) {
        String cell = result.getString(i + 1);
        chars += cell == null ? 1 : cell.length();
        row[i] = cell == null ? null : value(cell, columns.get(i).type());
      }
      rows.add(row);
    }
    return new ReportTable(columns, rows, false);
  }

  private static Object value(String cell, ReportType type) {
    if (type == ReportType.RATIO) {
      return DECIMAL.matcher(cell).matches()
          ? new BigDecimal(cell)
          : Double.valueOf(cell.replace("inf", "Infinity").replace("nan", "NaN"));
    }
    if (type == ReportType.COUNT) {
      BigInteger whole = new BigInteger(cell);
      return whole.bitLength() < Long.SIZE ? (Object) whole.longValueExact() : whole;
    }
    return cell;
  }

  @Override
  public void close() {
    deadlines.close();
  }
}
