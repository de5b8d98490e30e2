package io.tidegate.shop.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept is compared with the raw rows, and what is wrong made again. */
class RollupCheckTest {

  private static final LocalDate LAST = LocalDate.parse("2026-11-11");
  private static final int DAYS = 14;
  private static final LocalDate FIRST = LAST.minusDays(DAYS - 1L);

  private ReportsLake lake;

  @BeforeEach
  void fill(@TempDir Path folder) {
    lake = new ReportsLake(folder);
    lake.fill(700, DAYS, LAST);
    lake.keepUp(LAST.minusDays(3));
  }

  @AfterEach
  void close() {
    lake.close();
  }

  private Rollups.Checked checked() {
    RollupCheck check = lake.rollups.check();
    boolean more = check.next();
    while (more) {
      more = check.next();
    }
    return check.found();
  }

  @Test
  void whatIsKeptIsWhatTheRawRowsSay() {
    lake.keepUp(ReportsLake.LONG_AFTER);
    Rollups.Checked found = checked();
    assertThat(found.wrong()).isEmpty();
    assertThat(found.days()).isEqualTo(DAYS);
    assertThat(found.rows()).isGreaterThan((long) DAYS * Rollup.daily().size());
  }

  @Test
  void aWrongDayIsFoundAndMadeAgain() throws SQLException {
    lake.keepUp(ReportsLake.LONG_AFTER);
    LocalDate day = FIRST.plusDays(4);
    List<String> right = lake.ask(Report.TURNOVER, "day", day, day);
    lake.run("update rollup.turnover_hours set gross = gross + 1 where day = date '" + day + "'");
    assertThat(lake.ask(Report.TURNOVER, "day", day, day)).isNotEqualTo(right);
    assertThat(checked().wrong())
        .containsExactly(new Rollups.Wrong("turnover_hours", day.toString()));
    assertThat(lake.ask(Report.TURNOVER, "day", day, day)).as("from raw rows").isEqualTo(right);
    lake.keepUp(ReportsLake.LONG_AFTER);
    assertThat(lake.ask(Report.TURNOVER, "day", day, day)).as("made again").isEqualTo(right);
    assertThat(checked().wrong()).isEmpty();
  }

  @Test
  void rollupsAreKeptUpInTheMiddleOfACheck() throws Exception {
    RollupCheck check = lake.rollups.check();
    assertThat(check.next()).isTrue();
    assertThat(check.found().days()).isBetween(1, check.daysInAll() - 1);

    Thread keeps = Thread.ofVirtual().start(() -> lake.keepUp(ReportsLake.LONG_AFTER));
    assertThat(keeps.join(Duration.ofMinutes(1))).as("nobody holds it up").isTrue();
    assertThat(lake.desk.run(everything()).rawDays()).isZero();

    boolean more = true;
    while (more) {
      more = check.next();
    }
    assertThat(check.found().wrong()).isEmpty();
    assertThat(check.found().days()).isEqualTo(check.daysInAll());
  }

  @Test
  void aPartThatFailsIsComparedByTheNextCall() throws Exception {
    LocalDate day = FIRST.plusDays(4);
    LakeFile file = lake.shop.ground.files().live(LakeTable.ORDERS, day).getFirst();
    Path path = lake.shop.path(file);
    Path away = path.resolveSibling("away");
    Files.move(path, away);
    RollupCheck check = lake.rollups.check();
    boolean failed = false;
    for (int calls = 0; calls <= DAYS && !failed; calls++) {
      failed = failsNext(check);
    }
    assertThat(failed).isTrue();
    int before = check.found().days();
    Files.move(away, path);
    boolean more = true;
    while (more) {
      more = check.next();
    }
    assertThat(check.found().days()).isGreaterThan(before).isEqualTo(check.daysInAll());
  }

  private static boolean failsNext(RollupCheck check) {
    try {
      check.next();
      return false;
    } catch (IllegalStateException _) {
      return true;
    }
  }

  private static ReportQuery everything() {
    ReportCut cut = Report.ORDERS_BY_STATE.cut("state").orElseThrow();
    return new ReportQuery(Report.ORDERS_BY_STATE, cut, FIRST, LAST, 100);
  }

  @Test
  void wrongHistoryIsFoundAndMadeAgain() throws SQLException {
    lake.keepUp(ReportsLake.LONG_AFTER);
    List<String> right = lake.ask(Report.ORDERS_BY_STATE, "state", FIRST, LAST);
    lake.run("update rollup.state_changes set orders = orders + 1 where state = 'completed'");
    assertThat(checked().wrong()).isNotEmpty();
    lake.keepUp(ReportsLake.LONG_AFTER);
    assertThat(lake.ask(Report.ORDERS_BY_STATE, "state", FIRST, LAST)).isEqualTo(right);
    assertThat(checked().wrong()).isEmpty();
  }

  @Test
  void whatVisitorsDidLaterLeavesFiguresOfOrdersWhereTheyAre() throws Exception {
    lake.keepUp(ReportsLake.LONG_AFTER);
    for (int day = 0; day < DAYS; day++) {
      lake.visit("searched", FIRST.plusDays(day) + "T12:00", 1);
    }
    lake.write();
    assertThat(rawDays(Report.TURNOVER)).isZero();
    assertThat(rawDays(Report.ORDERS_BY_STATE)).isZero();
    assertThat(rawDays(Report.BEHAVIOUR)).isEqualTo(DAYS);
    lake.keepUp(ReportsLake.LONG_AFTER);
    assertThat(rawDays(Report.BEHAVIOUR)).isZero();
    assertThat(checked().wrong()).isEmpty();
  }

  private int rawDays(Report report) {
    return lake.desk
        .run(new ReportQuery(report, report.cuts().getFirst(), FIRST, LAST, 100))
        .rawDays();
  }
}
