package io.tidegate.shop.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that only the mirror can give back, which is away: all others are read all the same. */
class LakeWaitingTest {

  private static final LocalDate LAST = LocalDate.parse("2026-11-11");
  private static final int DAYS = 6;
  private static final LocalDate FIRST = LAST.minusDays(DAYS - 1L);

  @TempDir private Path folder;
  private final AwayMirror mirror = new AwayMirror();
  private ReportsLake lake;
  private LakeShop shop;

  @BeforeEach
  void open() {
    lake = new ReportsLake(folder);
    shop = lake.shop;
    lake.fill(300, DAYS, LAST);
  }

  @AfterEach
  void close() {
    lake.close();
  }

  /** What a process starts with. */
  private LakeGround anew() {
    return LakeGround.of(shop.database, shop.log, shop.lake);
  }

  private LakeRepair repair() {
    return new LakeRepair(anew(), mirror);
  }

  private List<String> ask(String sql) throws SQLException {
    return new LakeReader(anew(), repair()).read(connection -> LakeShop.rows(connection, sql));
  }

  private ReportDesk.Answer turnover(LocalDate from, LocalDate to) {
    try (ReportDesk desk =
        new ReportDesk(
            shop.lake,
            new LakeReader(shop.ground, repair()),
            lake.rollups,
            () -> Instant.parse("2026-11-12T10:00:00Z"))) {
      ReportCut cut = Report.TURNOVER.cut("day").orElseThrow();
      return desk.run(new ReportQuery(Report.TURNOVER, cut, from, to, 100));
    }
  }

  private static List<String> rows(ReportDesk.Answer answer) {
    return answer.table().rows().stream().map(Arrays::toString).toList();
  }

  private LakeFile file(LakeTable table, LocalDate day) {
    return shop.ground.files().live(table, day).getFirst();
  }

  /** Has the mirror, which is away, be the only one that has a file. */
  private void moveAway(LakeFile file) throws IOException {
    Path path = shop.path(file);
    mirror.objects.put(file.path(), Files.readAllBytes(path));
    Files.delete(path);
  }

  @Test
  void whatIsHereIsReadThoughAnotherFileWaits() throws Exception {
    String days = "select distinct day::varchar from orders order by 1";
    List<String> all = ask(days);
    List<String> users = ask("select count(*) from behaviour");
    moveAway(file(LakeTable.ORDERS, FIRST.plusDays(2)));

    assertThat(ask(days)).hasSize(all.size() - 1).doesNotContain(FIRST.plusDays(2).toString());
    assertThat(ask("select count(*) from behaviour")).isEqualTo(users);
    assertThat(new LakeStatus(shop.database, true).look().waiting()).isEqualTo(1);
    assertThat(repair().broken(false)).hasSize(1);
    try (SqlDesk desk = new SqlDesk(anew(), repair())) {
      SqlDesk.Answer answer = desk.run("select count(distinct day) from orders", 1);
      assertThat(answer.table().rows().getFirst()).containsExactly(all.size() - 1L);
      assertThat(answer.leftOut()).isEqualTo(1);
    }
    try (LakeUpkeep upkeep = new LakeUpkeep(anew(), repair(), mirror, Instant::now)) {
      upkeep.round();
      assertThat(Files.readString(shop.lake.folder().resolve(LakeUpkeep.MANIFEST)))
          .contains(file(LakeTable.ORDERS, FIRST).path())
          .doesNotContain(file(LakeTable.ORDERS, FIRST.plusDays(2)).path());
    }

    mirror.away = false;
    repair().retry();
    assertThat(ask(days)).isEqualTo(all);
    assertThat(new LakeStatus(shop.database, true).look().waiting()).isZero();
  }

  /** Its size is as it was, so a start doesn't find it by its own. */
  @Test
  void whatWaitsIsKnownToTheNextProcess() throws Exception {
    LakeFile orders = file(LakeTable.ORDERS, FIRST);
    mirror.objects.put(orders.path(), Files.readAllBytes(shop.path(orders)));
    LakeTest.flip(shop.path(orders));
    assertThat(repair().verify(true).waiting()).isEqualTo(1);
    assertThat(repair().broken(false)).extracting(LakeRepair.Broken::file).hasSize(1);

    mirror.away = false;
    repair().retry();
    assertThat(repair().broken(true)).isEmpty();
    assertThat(shop.path(orders)).hasBinaryContent(mirror.objects.get(orders.path()));
  }

  @Test
  void aFileThatIsPutBackByHandCountsAgain() throws Exception {
    LakeFile orders = file(LakeTable.ORDERS, FIRST);
    moveAway(orders);
    assertThat(repair().verify(false).waiting()).isEqualTo(1);
    Files.write(shop.path(orders), mirror.objects.get(orders.path()));
    assertThat(repair().verify(false).broken()).isZero();
    assertThat(shop.ground.files().waiting()).isEmpty();
  }

  @Test
  void figuresThatAreKeptStayAndOthersSayWhatTheyLack() throws Exception {
    lake.keepUp(LAST); // the last day is read from raw rows
    List<String> before = rows(turnover(FIRST, LAST));
    List<String> states = lake.ask(Report.ORDERS_BY_STATE, "state", FIRST, LAST);
    LocalDate kept = FIRST.plusDays(2);
    moveAway(file(LakeTable.ORDERS, kept));
    assertThat(repair().verify(false).waiting()).isEqualTo(1);
    lake.keepUp(LAST);
    RollupCheck check = lake.rollups.check();
    while (check.next()) {
      // another part
    }
    assertThat(check.found().wrong()).isEmpty();
    ReportDesk.Answer answer = turnover(FIRST, LAST);
    assertThat(rows(answer)).isEqualTo(before);
    assertThat(answer.leftOut()).as("the day is kept").isZero();

    moveAway(file(LakeTable.ORDERS, LAST));
    ReportDesk.Answer less = turnover(FIRST, LAST);
    assertThat(rows(less)).isNotEqualTo(before);
    assertThat(less.leftOut()).isEqualTo(1);
    assertThat(turnover(FIRST, kept).leftOut()).as("it asks for other days").isZero();
    lake.keepUp(ReportsLake.LONG_AFTER);
    assertThat(turnover(FIRST, LAST).leftOut()).as("it is not kept without them").isEqualTo(1);

    mirror.away = false;
    repair().retry();
    lake.keepUp(ReportsLake.LONG_AFTER);
    assertThat(rows(turnover(FIRST, LAST))).isEqualTo(before);
    assertThat(turnover(FIRST, LAST).rawDays()).isZero();
    assertThat(lake.ask(Report.ORDERS_BY_STATE, "state", FIRST, LAST)).isEqualTo(states);
  }

  /** As a failing disk gives it: what the system says of the file's bytes is an error. */
  @Test
  void aFileThatCanNotBeReadHoldsUpNoLookAtTheOthers() throws Exception {
    LakeFile orders = file(LakeTable.ORDERS, FIRST);
    mirror.objects.put(orders.path(), Files.readAllBytes(shop.path(orders)));
    Files.delete(shop.path(orders));
    Files.createSymbolicLink(shop.path(orders), Path.of("/proc/self/mem"));
    shop.run("alter table reporting.file drop constraint file_bytes_check");
    shop.run("update reporting.file set bytes = 0 where id = " + orders.id());
    LakeFile lines = file(LakeTable.LINES, LAST);
    LakeTest.flip(shop.path(lines));

    assertThat(repair().broken(true))
        .extracting(broken -> broken.file().path() + " " + broken.fault())
        .containsExactlyInAnyOrder(orders.path() + " UNREADABLE", lines.path() + " CHECKSUM");
    assertThat(repair().verify(true).waiting()).isEqualTo(2);
    mirror.away = false;
    repair().retry();
    assertThat(repair().broken(true))
        .extracting(broken -> broken.file().id())
        .as("its size is not the one that this test claims; the other one is lost")
        .containsExactly(orders.id());
    assertThat(shop.path(orders)).hasBinaryContent(mirror.objects.get(orders.path()));
  }
}
