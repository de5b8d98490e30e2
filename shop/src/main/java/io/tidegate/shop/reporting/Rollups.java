package io.tidegate.shop.reporting;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the rollups up with the lake: a day whose files changed is made again, and until then it is
 * read from its raw rows.
 */
public final class Rollups {

  private static final Logger log = LoggerFactory.getLogger(Rollups.class);

  /** Days that are made in one transaction. */
  private static final int DAYS_AT_ONCE = 8;

  private final Lake lake;
  private final LakeFiles files;
  private final LakeViews views;
  private final KnownCoupons coupons;
  private final String zone;
  private final RollupHistory history;

  /** Fair, so that what is made and what is checked take turns. */
  private final ReentrantLock making = new ReentrantLock(true);

  private volatile LakeDays days = LakeDays.NOTHING;

  private Rollups(Lake lake, LakeFiles files, LakeViews views, CouponTemplates templates)
      throws SQLException {
    this.lake = lake;
    this.files = files;
    this.views = views;
    this.coupons = new KnownCoupons(templates);
    this.zone = lake.settings().zone().getId();
    this.history = new RollupHistory(zone);
    try (Connection connection = lake.connect()) {
      RollupFile.attach(connection, lake.folder().resolve("rollup").resolve("rollup.duckdb"), zone);
    }
  }

  /** Opens what is kept in the lake's folder; what lacks is made by {@link #keepUp}. */
  public static Rollups open(
      Lake lake, LakeFiles files, LakeViews views, CouponTemplates templates) {
    try {
      return new Rollups(lake, files, views, templates);
    } catch (SQLException e) {
      throw new IllegalStateException("the rollups can't be opened: " + e.getMessage(), e);
    }
  }

  String zone() {
    return zone;
  }

  /** What the lake has now; the engine's views show it, or something newer. */
  LakeDays look(Connection connection) throws SQLException {
    LakeDays known = days;
    long revision = files.revision();
    if (known.revision() != revision) {
      // The revision was read first: files that come meanwhile are seen as a change again.
      known = LakeDays.of(revision, files.live());
      days = known;
    }
    views.refresh(connection);
    return known;
  }

  /** Which days must be read from raw rows, as the connection sees what is kept. */
  RollupDays raw(Connection connection, LakeDays now) throws SQLException {
    Map<Rollup, Days> daily = new EnumMap<>(Rollup.class);
    RollupFile.kept(connection)
        .forEach((rollup, made) -> daily.put(rollup, behind(made, now.files(rollup))));
    return new RollupDays(daily, RollupHistory.after(connection, now));
  }

  /**
   * Begins a transaction, which sees the rollups as they are now however they are kept up
   * meanwhile; it ends with the connection.
   *
   * @return which days must be read from raw rows in it
   */
  RollupDays hold(Connection connection, LakeDays now) throws SQLException {
    connection.setAutoCommit(false);
    return raw(connection, now);
  }

  private static Days behind(Map<LocalDate, String> made, Map<LocalDate, String> there) {
    Set<LocalDate> all = new HashSet<>(there.keySet());
    all.addAll(made.keySet());
    return Days.of(all).where(day -> !Objects.equals(made.get(day), there.get(day)));
  }

  /** Has the coupons of days known by their template, before they are read. */
  void learnCoupons(Connection connection, Days of) throws SQLException {
    coupons.learn(connection, of);
  }

  /**
   * Makes some of what is behind.
   *
   * @param today is never kept: its rows are still coming
   * @return whether there is more to do
   */
  public boolean keepUp(LocalDate today) {
    making.lock();
    try (Connection connection = lake.connect()) {
      LakeDays now = look(connection);
      RollupDays raw = raw(connection, now).whole(now);
      Days behind = raw.ofAnyDaily().where(day -> day.isBefore(today));
      Days next = behind.first(DAYS_AT_ONCE);
      if (!next.isEmpty()) {
        make(connection, raw, next, now);
      }
      boolean more = history.keepUp(connection, now, today);
      return more || behind.size() > next.size();
    } catch (SQLException e) {
      throw new IllegalStateException("the rollups can't be made: " + e.getMessage(), e);
    } finally {
      making.unlock();
    }
  }

  private void make(Connection connection, RollupDays raw, Days next, LakeDays now)
      throws SQLException {
    learnCoupons(connection, raw.of(Rollup.COUPON_DAYS).where(next::has));
    connection.setAutoCommit(false);
    try {
      for (Rollup rollup : Rollup.daily()) {
        Days days = raw.of(rollup).where(next::has);
        if (!days.isEmpty()) {
          make(connection, rollup, days, now.files(rollup));
        }
      }
      connection.commit();
    } catch (SQLException e) {
      connection.rollback();
      throw e;
    } finally {
      connection.setAutoCommit(true);
    }
  }

  private void make(Connection connection, Rollup rollup, Days days, Map<LocalDate, String> files)
      throws SQLException {
    String table = "rollup." + rollup.table();
    RollupFile.run(connection, "delete from " + table + " where day in (" + days.sql() + ")");
    RollupFile.run(connection, "insert into " + table + " by name " + rollup.source(days, zone));
    forget(connection, rollup, days);
    for (LocalDate day : days.all()) {
      String made = files.get(day);
      if (made != null) {
        RollupFile.run(
            connection,
            "insert into rollup.kept values ('%s', date '%s', '%s')"
                .formatted(rollup.table(), day, made));
      }
    }
  }

  private static void forget(Connection connection, Rollup rollup, Days days) throws SQLException {
    RollupFile.run(
        connection,
        "delete from rollup.kept where rollup = '%s' and day in (%s)"
            .formatted(rollup.table(), days.sql()));
  }

  /**
   * What a check found.
   *
   * @param days that were compared with their raw rows
   * @param rows that were compared
   * @param wrong tables and days that were not what the raw rows say; they are made again
   */
  public record Checked(int days, long rows, List<Wrong> wrong) {}

  /** A day of a table that is not what its raw rows say. */
  public record Wrong(String table, String day) {}

  /** Begins to compare what is kept with the raw rows of the same days. */
  public RollupCheck check() {
    try (Connection connection = lake.connect()) {
      Set<LocalDate> days = new HashSet<>();
      RollupFile.kept(connection).values().forEach(kept -> days.addAll(kept.keySet()));
      Days all = Days.of(days);
      List<Days> parts = new ArrayList<>();
      for (int at = 0; at < all.size(); at += DAYS_AT_ONCE) {
        parts.add(new Days(all.all().subList(at, Math.min(at + DAYS_AT_ONCE, all.size()))));
      }
      return new RollupCheck(this, parts);
    } catch (SQLException e) {
      throw new IllegalStateException("the rollups can't be checked: " + e.getMessage(), e);
    }
  }

  /** The day of the last check that ended; empty before the first one. */
  Optional<LocalDate> checkedOn() {
    try (Connection connection = lake.connect()) {
      return RollupFile.rows(connection, "select day::varchar from rollup.checked").stream()
          .map(row -> LocalDate.parse((String) row[0]))
          .findFirst();
    } catch (SQLException e) {
      throw new IllegalStateException("the rollups can't be read: " + e.getMessage(), e);
    }
  }

  /** Says that a check has ended, for those who start later. */
  void checked(LocalDate day) {
    making.lock();
    try (Connection connection = lake.connect()) {
      connection.setAutoCommit(false);
      RollupFile.run(connection, "delete from rollup.checked");
      RollupFile.run(connection, "insert into rollup.checked values (date '" + day + "')");
      connection.commit();
    } catch (SQLException e) {
      throw new IllegalStateException("the rollups can't be kept: " + e.getMessage(), e);
    } finally {
      making.unlock();
    }
  }

  /** Compares some days, as far as their files are still the ones that they were made of. */
  Checked compare(Days part) {
    making.lock();
    try (Connection connection = lake.connect()) {
      LakeDays now = look(connection);
      Set<LocalDate> compared = new HashSet<>();
      List<Wrong> wrong = new ArrayList<>();
      long rows = 0;
      for (Map.Entry<Rollup, Map<LocalDate, String>> each :
          RollupFile.kept(connection).entrySet()) {
        Map<LocalDate, String> made = each.getValue();
        Days behind = behind(made, now.files(each.getKey()));
        Set<LakeTable> reads = each.getKey().reads();
        Days same =
            part.where(day -> made.containsKey(day) && !behind.has(day) && now.isWhole(reads, day));
        rows += compare(connection, each.getKey(), same, wrong);
        compared.addAll(same.all());
      }
      return new Checked(compared.size(), rows, told(wrong));
    } catch (SQLException e) {
      throw new IllegalStateException("the rollups can't be checked: " + e.getMessage(), e);
    } finally {
      making.unlock();
    }
  }

  /** Compares one of the tables that rest on history. */
  List<Wrong> compareHistory(int nth) {
    making.lock();
    try (Connection connection = lake.connect()) {
      LakeDays now = look(connection);
      return told(history.check(connection, now, nth));
    } catch (SQLException e) {
      throw new IllegalStateException("the rollups can't be checked: " + e.getMessage(), e);
    } finally {
      making.unlock();
    }
  }

  private static List<Wrong> told(List<Wrong> wrong) {
    wrong.forEach(each -> log.error("rollup {} of {} was wrong", each.table(), each.day()));
    return List.copyOf(wrong);
  }

  private long compare(Connection connection, Rollup rollup, Days part, List<Wrong> wrong)
      throws SQLException {
    String made = "select * from rollup." + rollup.table() + " where day in (" + part.sql() + ")";
    RollupFile.run(
        connection,
        "create or replace temp table checked as select * from rollup."
            + rollup.table()
            + " limit 0");
    RollupFile.run(connection, "insert into checked by name " + rollup.source(part, zone));
    List<LocalDate> days = new ArrayList<>();
    for (Object[] row :
        RollupFile.rows(
            connection,
            """
            select distinct day::varchar from (
              (%1$s except all select * from checked)
              union all (select * from checked except all %1$s)) order by 1
            """
                .formatted(made))) {
      wrong.add(new Wrong(rollup.table(), (String) row[0]));
      days.add(LocalDate.parse((String) row[0]));
    }
    if (!days.isEmpty()) {
      // Those are read from raw rows until they are made again.
      forget(connection, rollup, Days.of(days));
    }
    return (Long) RollupFile.rows(connection, "select count(*) from checked").getFirst()[0];
  }
}
