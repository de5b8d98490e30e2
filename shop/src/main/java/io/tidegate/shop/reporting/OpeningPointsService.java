package io.tidegate.shop.reporting;

import io.tidegate.platform.db.Database;
import io.tidegate.shop.points.PointsStore;
import io.tidegate.shop.staff.StaffStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What customers of another shop bring along of points: entries of their accounts, once for each
 * customer, however often the file is taken.
 */
public final class OpeningPointsService {

  /** Accounts of one transaction: the shop goes on between them. */
  private static final int CHUNK = 200;

  private static final String BAD =
      """
      select line, col, why from (
        select line, 'user' as col, 'is no customer: 1 to 18 digits' as why from opening
        where user_id is null
        union all
        select line, 'points', 'is no number from 1 to 999999999' from opening
        where amount is null or amount not between 1 and 999999999
        union all
        select line, 'user', 'is in the file twice' from (
          select line, row_number() over (partition by user_id order by line) as n from opening
          where user_id is not null) where n > 1
        union all
        select line, '', 'has not as many fields as the head' from (
          select distinct line from reject_errors))
      order by line, col
      """;

  private final Database database;
  private final Lake lake;

  public OpeningPointsService(Database database, Lake lake) {
    this.database = database;
    this.lake = lake;
  }

  /**
   * Takes a CSV file of {@code user,points}, unless something is wrong with it.
   *
   * @param by who does it, for the record of acts
   * @return how many accounts were opened
   */
  public long take(Path file, String by, ImportAudience audience) {
    try (Connection duck = lake.connect();
        Statement statement = duck.createStatement()) {
      statement.execute(
          "create or replace temp table opening as select row_number() over () + 1 as line,"
              + " case when regexp_full_match(\"user\", '[1-9][0-9]{0,17}')"
              + " then cast(\"user\" as bigint) end as user_id,"
              + " case when regexp_full_match(points, '[0-9]{1,9}')"
              + " then cast(points as bigint) end as amount from read_csv('"
              + ArchiveWriter.quoted(file)
              + "', header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"',"
              + " store_rejects = true, rejects_limit = 0,"
              + " columns = {'user': 'VARCHAR', 'points': 'VARCHAR'})");
      return hasBad(statement, file, audience) ? 0 : take(statement, by, audience);
    } catch (SQLException e) {
      throw new ImportFailure(
          file + " can't be read: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
          e);
    }
  }

  private static boolean hasBad(Statement statement, Path file, ImportAudience audience)
      throws SQLException {
    boolean any = false;
    try (ResultSet bad = statement.executeQuery(BAD)) {
      while (bad.next()) {
        any = true;
        audience.bad(file.toString(), bad.getLong(1), bad.getString(2), bad.getString(3));
      }
    }
    return any;
  }

  private long take(Statement statement, String by, ImportAudience audience) throws SQLException {
    long opened = 0;
    Map<Long, Long> chunk = new LinkedHashMap<>();
    try (ResultSet row =
        statement.executeQuery("select user_id, amount from opening order by user_id")) {
      while (row.next() && !audience.stopAsked()) {
        chunk.put(row.getLong(1), row.getLong(2));
        if (chunk.size() == CHUNK) {
          opened += open(chunk, by);
          chunk.clear();
        }
      }
    }
    return chunk.isEmpty() ? opened : opened + open(chunk, by);
  }

  private long open(Map<Long, Long> points, String by) {
    return database.write(
        "points-opening",
        tx -> {
          long opened = PointsStore.open(tx, points).size();
          if (opened > 0) {
            StaffStore.record(
                tx, by, "points.open", "points", json -> json.field("accounts", opened));
          }
          return opened;
        });
  }
}
