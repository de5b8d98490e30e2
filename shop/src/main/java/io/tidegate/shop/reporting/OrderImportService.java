package io.tidegate.shop.reporting;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Turn;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes the orders of another shop, all at their end: into the archive, where their owners read
 * them, and into the lake, so that reports have them. Month by month: files first, and then, in one
 * transaction, that they count and which number each order has. What was broken off goes on, and
 * what is there already stays as it is.
 */
public final class OrderImportService {

  /** Nobody makes larger files of them: see the lake's compaction. */
  private static final int LEVEL = 0;

  private final Database database;
  private final LakeGround ground;
  private final Path archive;

  /**
   * @param archive the archive's folder
   */
  public OrderImportService(LakeGround ground, Path archive) {
    this.database = ground.database();
    this.ground = ground;
    this.archive = archive;
  }

  /** Takes what is whole, and tells what is not. */
  public ImportReport run(ImportWish wish, ImportAudience audience) {
    Turn turn = ImportLeftovers.turn(database, audience::says);
    return wish.dryRun() ? run(wish, audience, turn) : turn.alone(() -> run(wish, audience, turn));
  }

  private ImportReport run(ImportWish wish, ImportAudience audience, Turn turn) {
    try (Connection duck = ground.lake().connect()) {
      if (!wish.dryRun()) {
        new ImportLeftovers(archive, database).sweep();
      }
      return run(duck, wish, audience, turn);
    } catch (SQLException e) {
      throw new ImportFailure("the files can't be worked on: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new ImportFailure("the lake can't be written: " + e.getMessage(), e);
    }
  }

  private ImportReport run(Connection duck, ImportWish wish, ImportAudience audience, Turn turn)
      throws SQLException, IOException {
    ZoneId zone = ground.lake().settings().zone();
    ImportTable table = new ImportTable(duck, wish);
    audience.says("reading and checking");
    table.load(zone, database.now());
    audience.says("giving numbers");
    new ImportNumberStore(database, duck).give();
    tellBad(duck, wish, audience);
    long of = table.count("select count(*) from numbered");
    List<YearMonth> months = months(duck);
    long taken = 0;
    boolean all = true;
    for (YearMonth month : months) {
      if (audience.stopAsked()) {
        all = false;
        break;
      }
      taken += wish.dryRun() ? count(table, month) : month(duck, month, zone, turn);
      audience.reached(taken, of);
    }
    return new ImportReport(
        table.count("select count(*) from (select distinct file, line from typed)")
            + table.count("select count(*) from bad where col = ''"),
        table.count("select count(*) from (select distinct file, line from bad)"),
        table.count("select count(distinct number) from typed"),
        table.count("select count(distinct number) from typed")
            - table.count("select count(*) from known")
            - of,
        table.count("select count(*) from known"),
        taken,
        months.size(),
        all);
  }

  private static void tellBad(Connection duck, ImportWish wish, ImportAudience audience)
      throws SQLException {
    try (Statement statement = duck.createStatement();
        ResultSet bad =
            statement.executeQuery(
                "select file, line, col, why from bad order by file, line, col")) {
      while (bad.next()) {
        audience.bad(
            wish.files().get(bad.getInt(1)).toString(),
            bad.getLong(2),
            bad.getString(3),
            bad.getString(4));
      }
    }
  }

  private static final String MONTH = "strftime(make_timestamp(created_ms * 1000), '%Y-%m')";

  private static List<YearMonth> months(Connection duck) throws SQLException {
    List<YearMonth> months = new ArrayList<>();
    try (Statement statement = duck.createStatement();
        ResultSet result =
            statement.executeQuery("select distinct " + MONTH + " from numbered order by 1")) {
      while (result.next()) {
        months.add(YearMonth.parse(result.getString(1)));
      }
    }
    return months;
  }

  private static long count(ImportTable table, YearMonth month) throws SQLException {
    return table.count("select count(*) from numbered where %s = '%s'".formatted(MONTH, month));
  }

  private long month(Connection duck, YearMonth month, ZoneId zone, Turn turn)
      throws SQLException, IOException {
    List<String> externals = new ArrayList<>();
    List<Long> numbers = new ArrayList<>();
    ArchiveFile taken = ImportedRows.write(duck, archive, month);
    ImportedRows imported = new ImportedRows(ground.goods(), zone);
    try (ArchiveWriter writer =
        new ArchiveWriter(ground.lake().connect(), archive, month, ArchiveFile.Source.IMPORTED)) {
      List<LakeFile.Written> lake =
          new LakeOutput(ground.lake())
              .write(
                  Positions.NONE,
                  LEVEL,
                  rows ->
                      ImportedRows.orders(
                          duck,
                          archive.resolve(taken.path()),
                          order -> {
                            externals.add(order.external());
                            numbers.add(order.number().value());
                            writer.add(order.archived());
                            imported.lake(order, rows);
                          }));
      List<ArchiveFile> files = new ArrayList<>(writer.finish());
      files.add(taken);
      database.writeOnce(tx -> {
        turn.check(tx);
        LakeHome.demand(tx, ground.lake().settings());
        ArchiveFiles.add(tx, files);
        LakeFiles.add(tx, lake, taken.path());
        ImportNumberStore.add(tx, externals, numbers.stream().mapToLong(Long::longValue).toArray());
        return true;
      });
    }
    return numbers.size();
  }
}
