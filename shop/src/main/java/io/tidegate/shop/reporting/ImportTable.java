package io.tidegate.shop.reporting;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Currency;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Another shop's files in DuckDB: every row as it was written ({@code staged}), as what it means
 * ({@code typed}), what is wrong with it ({@code bad}), and the orders that are whole ({@code
 * good}).
 */
final class ImportTable {

  /** Of an order: the same in each of its rows. */
  private static final List<String> OF_ORDER =
      List.of(
          "number",
          "user",
          "created_at",
          "state",
          "freight",
          "total",
          "currency",
          "paid_at",
          "provider",
          "region");

  private static final List<String> OF_LINE =
      List.of("sku", "title", "quantity", "unit_price", "discount", "refunded");

  private static final Set<String> NEEDED =
      Set.of("number", "user", "created_at", "state", "total");
  private static final Set<String> NEEDED_OF_LINE =
      Set.of("sku", "title", "quantity", "unit_price");
  private static final String ITEMS = "items";
  private static final int FRACTION_DIGITS_MAX = 3;

  private final Connection duck;
  private final ImportWish wish;

  ImportTable(Connection duck, ImportWish wish) {
    this.duck = duck;
    this.wish = wish;
  }

  /** Reads the files and judges their rows. */
  void load(ZoneId zone, Instant now) throws SQLException {
    execute("set timezone = '" + zone.getId() + "'");
    execute("set preserve_insertion_order = true");
    currencies();
    execute(
        "create or replace table staged (file integer, line bigint, "
            + names().map(name -> quoted(name) + " varchar").collect(Collectors.joining(", "))
            + ")");
    execute("create or replace table bad (file integer, line bigint, col varchar, why varchar)");
    for (int file = 0; file < wish.files().size(); file++) {
      stage(file);
    }
    long top = now.toEpochMilli();
    execute(ImportChecks.TYPED);
    for (ImportChecks.Check check : ImportChecks.rows(top, OrderNumber.EPOCH.toEpochMilli())) {
      execute(
          "insert into bad select file, line, '%s', '%s' from typed where %s"
              .formatted(check.column(), check.why().replace("'", "''"), check.wrong()));
    }
    execute(ImportChecks.HEADS);
    for (String column : OF_ORDER) {
      if (!column.equals("number")) {
        execute(ImportChecks.DIFFERS.replace("$c", quoted(column)).replace("$n", column));
      }
    }
    for (String whole : ImportChecks.WHOLE) {
      execute(whole);
    }
    execute(ImportChecks.GOOD);
  }

  private static java.util.stream.Stream<String> names() {
    return java.util.stream.Stream.concat(OF_ORDER.stream(), OF_LINE.stream());
  }

  private void currencies() throws SQLException {
    execute("create or replace table iso (code varchar primary key, unit bigint, digits integer)");
    StringBuilder rows = new StringBuilder();
    for (Currency currency : Currency.getAvailableCurrencies()) {
      int digits = currency.getDefaultFractionDigits();
      if (digits >= 0 && digits <= FRACTION_DIGITS_MAX) {
        long unit = Math.round(Math.pow(10, digits));
        rows.append(rows.isEmpty() ? "" : ", ")
            .append("('%s', %d, %d)".formatted(currency.getCurrencyCode(), unit, digits));
      }
    }
    execute("insert into iso values " + rows);
  }

  private void stage(int file) throws SQLException {
    Path path = wish.files().get(file);
    Set<String> columns = columns(path);
    boolean items = columns.contains(name(ITEMS));
    List<String> missing = new ArrayList<>();
    for (String needed : NEEDED) {
      if (!columns.contains(name(needed))) {
        missing.add(name(needed));
      }
    }
    for (String needed : NEEDED_OF_LINE) {
      if (!items && !columns.contains(name(needed))) {
        missing.add(name(needed));
      }
    }
    if (!missing.isEmpty()) {
      throw new ImportFailure(
          path
              + " lacks the columns "
              + String.join(", ", missing.stream().sorted().toList())
              + "; --map tells what they are called there",
          null);
    }
    execute(
        "create or replace temp table raw as select row_number() over () - 1 as i, * from "
            + source(path, columns));
    if (wish.format() == ImportWish.Format.CSV) {
      rejected(file);
    } else {
      execute("create or replace temp table torn (line bigint, place bigint)");
    }
    String picked =
        OF_ORDER.stream().map(name -> pick(name, columns)).collect(Collectors.joining(", "));
    String lines =
        OF_LINE.stream()
            .map(name ->
                items
                    ? "nullif(trim(json_extract_string(item, '$.%s')), '')".formatted(name)
                    : pick(name, columns))
            .collect(Collectors.joining(", "));
    String from =
        items
            ? "(select *, unnest(from_json(case when json_valid(%1$s) and json_type(%1$s) = 'ARRAY' then %1$s else '[null]' end, '[\"JSON\"]')) as item from raw)"
                .formatted(quoted(name(ITEMS)))
            : "raw";
    execute(
        "insert into staged select "
            + file
            + ", i + 2 + (select count(*) from torn where torn.place <= r.i), "
            + picked
            + ", "
            + lines
            + " from "
            + from
            + " r");
  }

  /** Rows that have not as many fields as the head: they are told, and counted with the others. */
  private void rejected(int file) throws SQLException {
    execute(
        "create or replace temp table torn as select line, line - row_number() over (order by line) - 1 as place"
            + " from (select distinct line from reject_errors)");
    execute(
        "insert into bad select "
            + file
            + ", line, '', 'has not as many fields as the head' from torn");
    execute("drop table if exists reject_errors");
    execute("drop table if exists reject_scans");
  }

  private String source(Path path, Set<String> columns) {
    String file = "'" + path.toString().replace("'", "''") + "'";
    if (wish.format() == ImportWish.Format.PARQUET) {
      return "read_parquet(" + file + ")";
    }
    String declared =
        columns.stream()
            .map(column -> "'" + column.replace("'", "''") + "': 'VARCHAR'")
            .collect(Collectors.joining(", "));
    return "read_csv("
        + file
        + ", header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"',"
        + " store_rejects = true, rejects_limit = 0, columns = {"
        + declared
        + "})";
  }

  private Set<String> columns(Path path) throws SQLException {
    String file = "'" + path.toString().replace("'", "''") + "'";
    String source =
        wish.format() == ImportWish.Format.PARQUET
            ? "read_parquet(" + file + ")"
            : "read_csv("
                + file
                + ", header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"',"
                + " ignore_errors = true, sample_size = 1)";
    Set<String> columns = new LinkedHashSet<>();
    try (Statement statement = duck.createStatement();
        ResultSet result =
            statement.executeQuery(
                "select column_name from (describe select * from " + source + ")")) {
      while (result.next()) {
        columns.add(result.getString(1));
      }
    } catch (SQLException e) {
      throw new ImportFailure(
          path + " can't be read: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
          e);
    }
    return columns;
  }

  /** What a column is called in the files. */
  private String name(String column) {
    return wish.names().getOrDefault(column, column);
  }

  private String pick(String column, Set<String> columns) {
    String name = name(column);
    String said =
        columns.contains(name)
            ? "nullif(trim(cast(%s as varchar)), '')".formatted(quoted(name))
            : "null";
    return column.equals("currency") ? "coalesce(%s, '%s')".formatted(said, Money.CNY) : said;
  }

  static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  long count(String sql) throws SQLException {
    try (Statement statement = duck.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getLong(1);
    }
  }

  void execute(String sql) throws SQLException {
    try (Statement statement = duck.createStatement()) {
      statement.execute(sql);
    }
  }
}
