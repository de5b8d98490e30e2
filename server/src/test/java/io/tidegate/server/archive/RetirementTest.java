package io.tidegate.server.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tidegate.server.audit.AuditReport;
import io.tidegate.server.audit.AuditReport.Invariant;
import io.tidegate.server.audit.AuditReport.Status;
import io.tidegate.shop.reporting.ArchiveMonths;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.YearMonth;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A month leaves the database, and everything still adds up. */
class RetirementTest {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir private Path folder;
  private FilledShop shop;

  @BeforeEach
  void open() throws Exception {
    shop = new FilledShop(folder);
  }

  @AfterEach
  void close() throws Exception {
    shop.close();
  }

  private Retirement.Outcome retire(YearMonth month) {
    return shop.retirement().retire(month, 3, false);
  }

  private void assertClean(boolean full) {
    AuditReport report = shop.audit(full);
    assertThat(report.atRest()).as(report.toTable()).isTrue();
    assertThat(report.broken()).as(report.toTable()).isZero();
  }

  private List<String> broken() {
    return shop.audit(true).invariants().stream()
        .filter(each -> each.status() == Status.BROKEN)
        .map(Invariant::name)
        .toList();
  }

  @Test
  void aMonthLeavesAndTheAuditIsStillClean() throws Exception {
    YearMonth month = shop.oldest();
    Month of = Month.of(month);
    shop.flashSale(month, false);
    shop.flashSale(month.plusMonths(1), true);
    assertClean(true);
    long orders =
        shop.number(
            of.in(
                "select count(*) from ordering.orders where number >= :first and number < :next"));
    Retirement.Outcome outcome = retire(month);
    assertThat(outcome.against()).isEmpty();
    assertThat(outcome.retired()).isTrue();
    assertThat(outcome.orders()).isEqualTo(orders).isPositive();

    assertThat(
            shop.number(
                of.in(
                    "select count(*) from ordering.orders where number >= :first and number < :next")))
        .isZero();
    for (LeavingTable table : LeavingTable.ALL) {
      assertThat(
              shop.number(
                  "select count(*) from pg_inherits where inhrelid = to_regclass('%s')"
                      .formatted(table.partition(month))))
          .as(table.name())
          .isZero();
    }
    assertThat(
            shop.number(
                of.in(
                    "select count(*) from customer.consignee where order_number >= :first and order_number < :next")))
        .isPositive();
    assertClean(true);
    assertClean(false);
    assertThat(retire(month).retired()).isTrue(); // again: nothing is left to do
    assertThat(retire(month.plusMonths(1)).retired()).isTrue();
    assertClean(true);
    assertNobodyIsInTheFiles();
  }

  @Test
  void nodesHaveTimeToLearnOfTheFilesBeforeTheRowsGo() {
    assertThat(shop.retirementAmongNodes().retire(shop.oldest(), 3, false).retired()).isTrue();
    assertThat(
            shop.number(
                "select count(*) from reporting.retired_month where retired_at - verified_at >= %d * interval '1 millisecond'"
                    .formatted(ArchiveMonths.LOOK_EVERY.multipliedBy(5).toMillis())))
        .isEqualTo(1);
  }

  /** No name, phone or street of anybody is in any file, and the documents are all there. */
  private void assertNobodyIsInTheFiles() throws Exception {
    List<String> people =
        shop.texts(
            "select name from customer.consignee union select phone from customer.consignee");
    assertThat(people).isNotEmpty();
    try (Connection duck = shop.duck();
        Statement statement = duck.createStatement();
        Stream<Path> files = Files.walk(shop.archive)) {
      int read = 0;
      for (Path file : files.filter(each -> each.toString().endsWith(".parquet")).toList()) {
        try (ResultSet rows =
            statement.executeQuery("select t::varchar from read_parquet('" + file + "') t")) {
          while (rows.next()) {
            read++;
            String text = rows.getString(1);
            assertThat(people.stream().filter(text::contains)).as(text).isEmpty();
          }
        }
      }
      assertThat(read).isPositive();
    }
  }

  @Test
  void aWrongOpeningBalanceIsFound() {
    YearMonth month = shop.oldest();
    shop.flashSale(month, true);
    assertThat(retire(month).retired()).isTrue();
    assertThat(broken()).isEmpty();

    assertFound("what = 'sold'", "S2");
    assertFound("what = 'ledger'", "M10");
    assertFound("what = 'state'", "M10");
    assertFound("what = 'left'", "S6");
    assertFound("what = 'pool'", "S4");
    assertThat(shop.audit(false).broken()).isZero();
    shop.run("update reporting.opening set amount = amount + 1 where what = 'sold'");
    assertThat(shop.audit(false).broken()).as("nothing is read again for that").isPositive();
  }

  private void assertFound(String which, String name) {
    String key = shop.texts("select min(key) from reporting.opening where " + which).getFirst();
    String one = which + " and key = '" + key + "'";
    shop.run("update reporting.opening set amount = amount + 1 where " + one);
    assertThat(broken()).as(which).contains(name);
    shop.run("update reporting.opening set amount = amount - 1 where " + one);
  }

  @Test
  void whatStaysAndNamesTheMonthIsWatched() {
    YearMonth month = shop.oldest();
    Month of = Month.of(month);
    shop.flashSale(month, false);
    assertThat(retire(month).retired()).isTrue();

    shop.run(
        of.in(
            "update points.entry set user_id = user_id + 1 where ctid = (select min(ctid) from points.entry where order_number >= :first and order_number < :next)"));
    assertThat(broken()).contains("P6");
    shop.run(
        of.in(
            "update flashsale.grant set quantity = quantity + 1 where order_number >= :first and order_number < :next"));
    assertThat(broken()).contains("S4");
    shop.run(
        of.in(
            "insert into messaging.log (type, key, version, time, traceparent, data) select type, key, version, time, traceparent, data from messaging.log where key >= :first and key < :next and type = 'order.paid.v1' limit 1"));
    assertThat(broken()).contains("E1", "S3");
  }

  @ParameterizedTest
  @EnumSource(Retirement.Step.class)
  void whatWasBrokenOffGoesOn(Retirement.Step last) {
    YearMonth month = shop.oldest();
    assertThatThrownBy(() ->
            shop.retirement()
                .afterEach(step -> {
                  if (step == last) {
                    throw new IllegalStateException("killed");
                  }
                })
                .retire(month, 3, false))
        .hasMessage("killed");
    assertClean(true);
    assertThat(retire(month).retired()).isTrue();
    assertClean(true);
    // Every file that is there counts, and every one that counts is there.
    List<String> manifest = shop.texts("select path from reporting.archive_file order by 1");
    assertThat(files()).containsExactlyInAnyOrderElementsOf(manifest);
  }

  private List<String> files() {
    try (Stream<Path> files = Files.walk(shop.archive)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> shop.archive.relativize(file).toString().replace('\\', '/'))
          .toList();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aChangeAfterTheAuditBeginsAnew() {
    YearMonth month = shop.oldest();
    Month of = Month.of(month);
    long order =
        shop.number(
            of.in(
                "select min(order_number) from payment.attempt where order_number >= :first and order_number < :next"));
    int[] audits = {0};
    Retirement.Outcome outcome =
        shop.retirement()
            .afterEach(step -> {
              audits[0] += step == Retirement.Step.AUDITED ? 1 : 0;
              if (step == Retirement.Step.VERIFIED && audits[0] == 1) {
                shop.run(
                    "update payment.attempt set version = version + 1 where order_number = "
                        + order);
              }
            })
            .retire(month, 3, false);
    assertThat(outcome.retired()).isTrue();
    assertThat(audits[0]).isEqualTo(2);
    assertThat(files())
        .containsExactlyInAnyOrderElementsOf(shop.texts("select path from reporting.archive_file"));
    assertClean(true);
  }

  @Test
  void whatIsUnderWayStandsAgainstIt() {
    YearMonth month = shop.oldest();
    Month of = Month.of(month);
    shop.run(
        of.in(
            "update fulfilment.shipment set next_step_at = now() where ctid = (select min(ctid) from fulfilment.shipment where order_number >= :first and order_number < :next)"));
    assertThat(retire(month).against()).anyMatch(line -> line.contains("parcels are under way"));
    assertThat(shop.retirement().look(month.plusMonths(3), 3).against())
        .contains("the last 3 months are kept");
    assertThat(shop.retirement().look(month.minusMonths(12), 3).against())
        .contains("there are no orders of this month");
    assertThat(shop.number("select count(*) from reporting.retired_month")).isZero();
  }

  /** Whoever holds one of the tables for long holds up the month, and no order. */
  @Test
  void ordersGoOnWhileATableIsNotFree() throws Exception {
    YearMonth month = shop.oldest();
    CompletableFuture<Retirement.Outcome> leaving;
    try (Connection holder = DriverManager.getConnection(shop.url);
        Statement holds = holder.createStatement();
        Connection placing = DriverManager.getConnection(shop.url);
        Statement places = placing.createStatement()) {
      holder.setAutoCommit(false);
      holds.execute("lock table aftersales.return_case in access share mode");
      leaving = CompletableFuture.supplyAsync(() -> retire(month));
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(20))
          .until(() ->
              shop.number(
                      "select count(*) from pg_locks where not granted and relation = 'aftersales.return_case'::regclass")
                  > 0);
      placing.setAutoCommit(false);
      places.execute("set lock_timeout = '20 s'");
      places.execute("lock table ordering.orders in row exclusive mode");
      assertThat(leaving).as("the table is held still").isNotDone();
      placing.rollback();
      holder.rollback();
    }
    assertThat(leaving.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).retired()).isTrue();
    assertClean(true);
  }

  @Test
  void detachedTablesAreDroppedInTheEnd() {
    YearMonth month = shop.oldest();
    assertThat(retire(month).retired()).isTrue();
    Retirement retirement = shop.retirement();
    assertThat(retirement.drop(Duration.ofDays(7))).isEmpty();
    assertThat(retirement.drop(Duration.ZERO)).containsExactly(month);
    assertThat(
            shop.number(
                "select count(*) from pg_class where oid = to_regclass('%s')"
                    .formatted(LeavingTable.ALL.getFirst().partition(month))))
        .isZero();
    assertClean(true);
  }

  /** Paused for longer than its turn: another has had it since, whatever it did. */
  @ParameterizedTest
  @EnumSource(
      value = Retirement.Step.class,
      names = {"AUDITED", "WRITTEN", "VERIFIED"})
  void whoLostItsTurnChangesNothingMore(Retirement.Step when) {
    YearMonth month = shop.oldest();
    assertThatThrownBy(() ->
            shop.retirement()
                .afterEach(step -> {
                  if (step == when) {
                    shop.run(
                        "update db.lease set holder = 'another', epoch = epoch + 1,"
                            + " expires_at = now() - interval '1 s' where name = 'retire'");
                  }
                })
                .retire(month, 3, false))
        .isInstanceOf(RetireFailure.class)
        .hasMessageContaining("another process");
    assertThat(
            shop.number(
                "select count(*) from pg_inherits where inhrelid = to_regclass('%s')"
                    .formatted(LeavingTable.ALL.getFirst().partition(month))))
        .isPositive();
    assertThat(retire(month).retired()).isTrue();
    assertClean(true);
  }

  @Test
  void aMonthWhoseFileIsNotThereStays() {
    YearMonth month = shop.oldest();
    assertThatThrownBy(() ->
            shop.retirement()
                .afterEach(step -> {
                  if (step == Retirement.Step.VERIFIED) {
                    delete(shop.archive.resolve(files().getFirst()));
                  }
                })
                .retire(month, 3, false))
        .isInstanceOf(RetireFailure.class)
        .hasMessageContaining("not there whole");
    assertThat(
            shop.number(
                "select count(*) from pg_inherits where inhrelid = to_regclass('%s')"
                    .formatted(LeavingTable.ALL.getFirst().partition(month))))
        .isPositive();
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
