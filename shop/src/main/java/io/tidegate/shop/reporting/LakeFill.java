package io.tidegate.shop.reporting;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Fills an empty lake with a made-up shop's past, straight by SQL, so that reports can be tried and
 * measured on many orders. The order database has none of them: their rows have negative positions,
 * which no log has.
 */
public final class LakeFill {

  /** After so many days nothing happens to an order any more. */
  private static final int DAYS_ALIVE = 15;

  private static final List<String> TABLES = List.of("base", "items", "sums", "steps");
  private static final long FIRST_POSITION = -1_000_000_000_000L;
  private static final int LEVEL = 9;
  private static final int SALE_EVERY_DAYS = 30;
  private static final int SALE_DAYS = 3;

  private static final Sql HAS_FILES = Sql.of("select exists (select 1 from reporting.file)");

  private final Database database;
  private final Lake lake;
  private final Wish wish;
  private final FillScript script = FillScript.read();
  private final Map<String, Object> values = new HashMap<>();
  private long position = FIRST_POSITION;
  private long bytes;

  /**
   * What is wanted.
   *
   * @param days how many, the last one included
   * @param users numbers 1 to this
   * @param clicks what visitors do, for each order
   * @param last the last day; the one before today, at most
   */
  public record Wish(
      long orders, int days, int users, int skus, int clicks, long seed, LocalDate last) {}

  /** Whoever watches. */
  public interface Audience {
    void filled(long orders, long of);

    /** Whether it shall end soon. */
    boolean stopAsked();
  }

  /** What was done. */
  public record Done(long orders, long rows, long bytes, Duration time) {}

  /** The lake has files, or the shop has events: what is made up must not get among them. */
  public static final class NotEmpty extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotEmpty() {
      super("the lake has files already: only an empty one is filled");
    }
  }

  private LakeFill(Database database, Lake lake, Wish wish) {
    this.database = database;
    this.lake = lake;
    this.wish = wish;
  }

  /**
   * Fills it, day by day.
   *
   * @throws NotEmpty where it has files
   */
  public static Done run(Database database, Lake lake, Wish wish, Audience audience) {
    if (database.read(HAS_FILES, row -> row.getBoolean(1)).getFirst()) {
      throw new NotEmpty();
    }
    try {
      return new LakeFill(database, lake, wish).fill(audience);
    } catch (SQLException e) {
      throw new IllegalStateException("the lake can't be filled: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("the lake can't be filled", e);
    }
  }

  private Done fill(Audience audience) throws SQLException, IOException {
    long began = System.nanoTime();
    ZoneId zone = lake.settings().zone();
    LocalDate first = wish.last().minusDays(wish.days() - 1L);
    values.put("seed", wish.seed());
    values.put("users", wish.users());
    values.put("skus", wish.skus());
    values.put("epoch", first.atStartOfDay(zone).toInstant().toEpochMilli());
    long orders = 0;
    try (Connection connection = lake.connect()) {
      run(connection, "setup");
      for (int day = 0; day < wish.days() && !audience.stopAsked(); day++) {
        long upto = wish.orders() * (day + 1) / wish.days();
        LocalDate date = first.plusDays(day);
        place(connection, day, date, orders, upto - orders);
        write(connection, date);
        orders = upto;
        audience.filled(orders, wish.orders());
      }
      drop(connection, Math.max(0, wish.days() - DAYS_ALIVE - 1), wish.days());
    }
    return new Done(
        orders, position - FIRST_POSITION, bytes, Duration.ofNanos(System.nanoTime() - began));
  }

  /** Makes up a day's orders with all that will become of them. */
  private void place(Connection connection, int day, LocalDate date, long before, long orders)
      throws SQLException {
    values.put("k", day);
    values.put("first", 1_000_000 + before);
    values.put("orders", orders);
    values.put("day", day);
    values.put("start", date.atStartOfDay(lake.settings().zone()).toInstant().toEpochMilli());
    values.put("saleOn", day % SALE_EVERY_DAYS < SALE_DAYS);
    values.put("clicks", orders * wish.clicks());
    run(connection, "day");
    drop(connection, Math.max(0, day - DAYS_ALIVE - 1), day - DAYS_ALIVE);
    for (String table : TABLES) {
      List<String> alive = new ArrayList<>();
      for (int k = Math.max(0, day - DAYS_ALIVE); k <= day; k++) {
        alive.add("select * from fill_" + table + "_" + k);
      }
      RollupFile.run(
          connection,
          "create or replace temp view fill_" + table + " as " + String.join(" union all ", alive));
    }
  }

  private static void drop(Connection connection, int from, int before) throws SQLException {
    for (int day = from; day < before; day++) {
      for (String table : TABLES) {
        RollupFile.run(connection, "drop table if exists fill_" + table + "_" + day);
      }
    }
  }

  /** Writes what happened on a day to any order. */
  private void write(Connection connection, LocalDate date) throws SQLException, IOException {
    List<LakeFile.Written> files = new ArrayList<>();
    LakeOutput output = new LakeOutput(lake);
    for (LakeTable table : LakeTable.values()) {
      if (table == LakeTable.SALES) {
        continue; // its rows are events of staff, who made none
      }
      values.put("position", position);
      RollupFile.run(
          connection,
          "create or replace temp table filled as " + script.part(table.sql(), values).getFirst());
      Object[] counted =
          RollupFile.rows(connection, "select count(*), epoch_us(max(happened_at)) from filled")
              .getFirst();
      long rows = (Long) counted[0];
      if (rows > 0) {
        Instant newest = Instant.EPOCH.plus((Long) counted[1], ChronoUnit.MICROS);
        LakeFile.Written file =
            output.file(
                connection,
                new LakeOutput.Part(table, date, rows, newest),
                "select " + table.names() + " from filled",
                LEVEL,
                Positions.NONE);
        files.add(file);
        position += rows;
        bytes += file.bytes();
      }
    }
    database.write(
        "lake-fill",
        tx -> {
          LakeFiles.add(tx, files);
          return true;
        });
  }

  private void run(Connection connection, String part) throws SQLException {
    for (String statement : script.part(part, values)) {
      RollupFile.run(connection, statement);
    }
  }
}
