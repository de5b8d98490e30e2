package io.tidegate.server.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.messaging.EventLog;
import io.tidegate.platform.messaging.LoggedEvent;
import io.tidegate.server.AuditedLake;
import io.tidegate.server.audit.AuditOptions;
import io.tidegate.server.audit.AuditReport;
import io.tidegate.server.audit.AuditReport.Invariant;
import io.tidegate.server.audit.AuditReport.Status;
import io.tidegate.server.audit.Auditor;
import io.tidegate.server.config.Settings;
import io.tidegate.shop.reporting.Lake;
import io.tidegate.shop.reporting.LakeFile;
import io.tidegate.shop.reporting.LakeGround;
import io.tidegate.shop.reporting.LakeHome;
import io.tidegate.shop.reporting.LakeRepair;
import io.tidegate.shop.reporting.LakeSettings;
import io.tidegate.shop.reporting.LakeWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lake says what the orders say (E7): each order, also those that have left the database. */
class LakeAuditTest {

  private static final int EVENTS_MAX = 100_000;

  @TempDir private Path folder;
  private FilledShop shop;
  private Lake lake;
  private LakeGround ground;

  @BeforeEach
  void open() throws Exception {
    shop = new FilledShop(folder);
    Settings settings = FilledShop.settings(folder);
    LakeSettings own =
        LakeSettings.of(
            settings.lake().folder(), folder.resolve("duckdb"), settings.businessZone());
    LakeHome.claim(shop.database, own, "test");
    lake = Lake.open(own);
    EventLog events = new EventLog(shop.database);
    ground = LakeGround.of(shop.database, events, lake);
    LakeWriter writer = new LakeWriter(ground, () -> {});
    List<LoggedEvent> log = events.after(0, EVENTS_MAX);
    shop.database.writeOnce(tx -> {
      writer.handle(tx, log);
      return true;
    });
    shop.run(
        """
        insert into messaging.receipt
        select 'lake', 0, n, repeat('1', 8192)::bit(8192)
        from generate_series(0, (select max(position) / 8192 from messaging.log)) n
        """);
  }

  @AfterEach
  void close() throws Exception {
    lake.close();
    shop.close();
  }

  private AuditReport audit(boolean full) {
    return audit(full, folder, 50_000);
  }

  private AuditReport audit(boolean full, Path data, int rangeOrders) {
    AuditOptions options =
        new AuditOptions(
            full,
            AuditOptions.CONSUMERS,
            Duration.ofSeconds(5),
            Duration.ofSeconds(60),
            rangeOrders,
            1_000_000);
    try (AuditedLake seen = AuditedLake.of(FilledShop.settings(data), shop.url)) {
      return Auditor.run(shop.url, options, seen, _ -> {});
    }
  }

  private void assertBroken(String key) {
    AuditReport report = audit(true);
    Invariant found = report.invariant("E7");
    assertThat(found.status()).as(report.toTable()).isEqualTo(Status.BROKEN);
    assertThat(found.sample()).as(found.sample().toString()).anyMatch(row -> row.key().equals(key));
  }

  @Test
  void everyOrderIsThereAndWhatAnEarlierAuditComparedIsKept() {
    long orders = shop.number("select count(*) from ordering.orders");
    AuditReport report = audit(true, folder, 500);
    assertThat(report.broken()).as(report.toTable()).isZero();
    assertThat(report.invariant("E7").status()).isEqualTo(Status.OK);
    assertThat(report.invariant("E7").checked()).isEqualTo(orders);

    AuditReport next = audit(false, folder, 500);
    assertThat(next.invariant("E7").status()).as(next.toTable()).isEqualTo(Status.OK);
    assertThat(next.invariant("E7").checked()).isEqualTo(orders);
    assertThat(next.invariant("E7").kept()).isBetween(orders / 2, orders);
  }

  @Test
  void whatWasNotComparedIsNotKept() {
    AuditReport without = Auditor.run(shop.url, options(500), _ -> {});
    assertThat(without.invariant("E7").status()).isEqualTo(Status.SKIPPED);
    assertThat(without.invariant("E7").notes()).containsExactly("lake_not_asked");
    AuditReport next = audit(false, folder, 500);
    assertThat(next.kept()).isTrue();
    assertThat(next.invariant("E7").kept()).isZero();
    assertThat(next.invariant("E7").checked())
        .isEqualTo(shop.number("select count(*) from ordering.orders"));
  }

  private static AuditOptions options(int rangeOrders) {
    return new AuditOptions(
        true,
        AuditOptions.CONSUMERS,
        Duration.ofSeconds(5),
        Duration.ofSeconds(60),
        rangeOrders,
        1_000_000);
  }

  @Test
  void anOrderThatSaysSomethingElseIsNamed() {
    long paid =
        shop.number("select min(number) from ordering.orders where state = 6 and total > 100");
    for (Map.Entry<String, String> change :
        Map.of(
                "state = 5, previous = 5", "state = 6, previous = 5",
                "refunded_total = refunded_total + 1", "refunded_total = refunded_total - 1",
                "total = total + 7, freight = freight + 7",
                    "total = total - 7, freight = freight - 7",
                "discount_total = discount_total + 1, freight = freight + 1",
                    "discount_total = discount_total - 1, freight = freight - 1",
                "version = version + 1", "version = version - 1",
                "currency = 'EUR'", "currency = 'CNY'")
            .entrySet()) {
      shop.run("update ordering.orders set %s where number = %d".formatted(change.getKey(), paid));
      assertBroken(Long.toString(paid));
      shop.run(
          "update ordering.orders set %s where number = %d".formatted(change.getValue(), paid));
    }
    AuditReport report = audit(true);
    assertThat(report.invariant("E7").status()).as(report.toTable()).isEqualTo(Status.OK);
  }

  @Test
  void moneyThatWentBackAndTheLakeHasNotIsNamed() {
    long paid = shop.number("select min(order_number) from payment.capture where verdict = 1");
    shop.run(
        """
        insert into payment.refund (order_number, seq, provider, transaction, attempt,
          reason, state, version, amount, currency, created_at, succeeded_at)
        select order_number, 9, provider, transaction, attempt, 3, 5, 1, 1, currency, now(), now()
        from payment.capture where order_number = %d and verdict = 1
        """
            .formatted(paid));
    assertBroken(Long.toString(paid));
  }

  @Test
  void rowsThatCountTwiceOrNotAtAllAreNamed() throws Exception {
    LakeFile orders = file("orders");
    Path twin = lake.folder().resolve(orders.path()).resolveSibling("twin.parquet");
    Files.copy(lake.folder().resolve(orders.path()), twin);
    String path = lake.folder().relativize(twin).toString();
    shop.run(
        """
        insert into reporting.file (tbl, day, path, level, rows, bytes, checksum, positions, newest)
        select tbl, day, '%s', level, rows, bytes, checksum, positions, newest
        from reporting.file where id = %d
        """
            .formatted(path, orders.id()));
    changed();
    Invariant twice = audit(true).invariant("E7");
    assertThat(twice.broken()).isPositive();
    assertThat(twice.sample()).anyMatch(row -> row.actual().contains("placed 2"));
    shop.run("delete from reporting.file where path = '%s'".formatted(path));

    shop.run("update reporting.file set state = 'lost' where id = " + file("lines").id());
    changed();
    Invariant lost = audit(true).invariant("E7");
    assertThat(lost.sample()).anyMatch(row -> row.actual().equals("lost for good"));
    assertThat(lost.broken()).as("and the orders whose lines it had").isGreaterThan(1);
  }

  private LakeFile file(String table) {
    return ground.files().live().stream()
        .filter(file -> file.table().sql().equals(table))
        .findFirst()
        .orElseThrow();
  }

  private void changed() {
    shop.run("update reporting.lake set revision = revision + 1");
  }

  @Test
  void aFileThatIsMissingIsNamedAndFineOnceItIsMadeAgain() throws Exception {
    LakeFile shipments =
        ground.files().live().stream()
            .filter(file -> file.table().sql().equals("shipments"))
            .findFirst()
            .orElseThrow();
    Path file = lake.folder().resolve(shipments.path());
    byte[] whole = Files.readAllBytes(file);
    Files.delete(file);
    assertBroken(shipments.path());
    Files.write(file, new byte[whole.length]); // as long as it was
    assertBroken("the lake");
    assertThat(new LakeRepair(ground, null).verify(true).rebuilt()).isEqualTo(1);
    assertThat(audit(true).invariant("E7").status()).isEqualTo(Status.OK);
  }

  @Test
  void whereItCannotBeLookedAtNothingIsClaimed() throws Exception {
    Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
    Invariant far = audit(true, elsewhere, 50_000).invariant("E7");
    assertThat(far.status()).isEqualTo(Status.SKIPPED);
    assertThat(far.notes()).containsExactly("lake_elsewhere");
    assertThat(elsewhere.resolve("lake")).as("a look makes no folder").doesNotExist();

    shop.run("delete from messaging.receipt where consumer = 'lake' and range = 0");
    Invariant behind = audit(true).invariant("E7");
    assertThat(behind.status()).isEqualTo(Status.SKIPPED);
    assertThat(behind.notes()).containsExactly("lake_behind");

    shop.run("update reporting.lake set marker = ''");
    assertThat(audit(true).invariant("E7").notes()).containsExactly("lake_none");
  }

  @Test
  void aMonthThatHasLeftIsComparedByItsOpeningBalances() {
    assertThat(shop.retirement().retire(shop.oldest(), 3, false).retired()).isTrue();
    AuditReport report = audit(true);
    assertThat(report.broken()).as(report.toTable()).isZero();
    assertThat(report.invariant("E7").checked())
        .isGreaterThan(shop.number("select count(*) from ordering.orders"));
    shop.run(
        """
        update reporting.opening set amount = amount + 1
        where what = 'state' and key = '6 CNY'
        """);
    Invariant found = audit(true).invariant("E7");
    assertThat(found.broken()).isEqualTo(2);
    assertThat(found.sample()).allMatch(row -> row.key().contains("/state 6 CNY "));
  }
}
