package io.tidegate.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.db.Migrations;
import io.tidegate.platform.testing.TestPostgres;
import io.tidegate.server.audit.AuditReport.Invariant;
import io.tidegate.server.audit.AuditReport.Sample;
import io.tidegate.server.audit.AuditReport.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each name that rows can show is broken by one row; the audit must name it, with its key. */
class AuditorTest {

  private static final Set<String> SHOWN_BY_ROWS =
      Set.of(
          "S1", "S2", "S3", "S5", "S6", "O1", "O2", "O3", "O4", "O7", "O8", "M1", "M2", "M3", "M4",
          "M5", "M10", "M12", "P1", "P2", "P3", "P6", "E1", "E2", "E3", "E5", "L1");

  private static AuditReport audit(String url) {
    // The test's database has just been started, and that excuses nothing here.
    AuditOptions options =
        new AuditOptions(true, AuditOptions.CONSUMERS, Duration.ofSeconds(5), Duration.ZERO);
    return Auditor.run(url, options, _ -> {});
  }

  @Test
  void aCleanShopIsCleanAndNothingOfItIsVacuous() {
    AuditReport report = audit(SmallShop.fresh());

    assertThat(report.invariants())
        .filteredOn(row -> row.status() == Status.BROKEN)
        .as(report.toTable())
        .isEmpty();
    assertThat(report.pending()).isEmpty();
    assertThat(report.atRest()).isTrue();
    assertThat(report.invariants())
        .filteredOn(row -> row.status() == Status.OK)
        .extracting(Invariant::name)
        .containsExactlyInAnyOrderElementsOf(SHOWN_BY_ROWS);
    assertThat(report.invariants()).hasSize(53);
  }

  @Test
  void everyNameIsBrokenByARow() {
    assertThat(breaks().map(row -> (String) row.get()[0]))
        .containsAll(SHOWN_BY_ROWS)
        .isSubsetOf(SHOWN_BY_ROWS);
  }

  @ParameterizedTest(name = "{0} {2}")
  @MethodSource("breaks")
  void aBrokenRowIsNamed(String name, String sql, String key) {
    String url = SmallShop.fresh();
    SmallShop.run(url, sql.replaceAll("#(\\d)", SmallShop.BASE / 10 + "$1"));

    AuditReport report = audit(url);

    Invariant invariant = report.invariant(name);
    assertThat(invariant.status()).as(report.toTable()).isEqualTo(Status.BROKEN);
    assertThat(invariant.sample())
        .extracting(Sample::key)
        .contains(key.replaceAll("#(\\d)", SmallShop.BASE / 10 + "$1"));
    assertThat(report.broken()).isPositive();
  }

  /** #n stands for the number of order n. */
  static Stream<Arguments> breaks() {
    String noStockCheck =
        "alter table inventory.stock drop constraint stock_check,"
            + " drop constraint stock_available_check;";
    String noTransitionCheck = "alter table ordering.orders drop constraint orders_transition;";
    String noTotalCheck = "alter table ordering.orders drop constraint orders_total;";
    String noGuard = "alter table payment.ledger disable trigger append_only;";
    return Stream.of(
        row("S1", noStockCheck + "update inventory.stock set available = 92 where sku = 'A'", "A"),
        row(
            "S1",
            noStockCheck + "update inventory.stock set available = -1, total = 0 where sku = 'B'",
            "B"),
        row("S2", "update inventory.stock set locked = 2, available = 94 where sku = 'A'", "A"),
        row("S2", "update inventory.stock set sold = 5, available = 92 where sku = 'A'", "A"),
        row("S2", "delete from inventory.stock where sku = 'B'", "B"),
        row(
            "S3",
            "insert into messaging.log (type, key, version, time, traceparent, data) select type,"
                + " key, version, time, traceparent, data from messaging.log where key = #3 and"
                + " type = 'order.closed.v1'",
            "#3"),
        row(
            "S3",
            "update messaging.log set data = replace(convert_from(data, 'UTF8'), '\"quantity\":2',"
                + " '\"quantity\":1')::bytea where key = #5 and type = 'order.paid.v1'",
            "#5"),
        row(
            "S3",
            "insert into messaging.log (type, key, version, time, traceparent, data) select type,"
                + " 4711, 1, time, traceparent, data from messaging.log where key = #1",
            "4711"),
        row("S5", "update inventory.stock set sold = 3, available = 47 where sku = 'B'", "B"),
        row("S6", "update inventory.on_hand set quantity = 96 where sku = 'A'", "A"),
        row("S6", "update inventory.on_hand set planned = 1 where sku = 'B'", "B"),
        row(
            "O1",
            noTransitionCheck + "update ordering.orders set state = 6 where number = #2",
            "#2"),
        row("O1", "update ordering.orders set version = 3 where number = #2", "#2"),
        row(
            "O1",
            "update ordering.orders set history = replace(history, '[2,', '[4,')"
                + " where number = #5",
            "#5"),
        row(
            "O1",
            noTransitionCheck
                + "update ordering.orders set state = 2, previous = 7, version = 3, history ="
                + " history || ',[3,1,7,2,\"order.paid\",\"system\",\"\"]' where number = #3",
            "#3"),
        row("O1", "update ordering.orders set history = '[1,' where number = #4", "#4"),
        row("O2", "update ordering.orders set paid_at = now() where number = #3", "#3"),
        row(
            "O2",
            "update ordering.orders set version = 3, history = replace(history, '[2,', '[3,')"
                + " || ',[2,1,1,2,\"order.paid\",\"system\",\"\"]' where number = #4",
            "#4"),
        row(
            "O2",
            noTransitionCheck
                + "update ordering.orders set state = 1, previous = 8, closed_at = null, version ="
                + " 3, history = history || ',[3,1,8,1,\"order.reopened\",\"system\",\"\"]'"
                + " where number = #4",
            "#4"),
        row("O3", noTotalCheck + "update ordering.orders set total = 1 where number = #1", "#1"),
        row(
            "O3",
            "update ordering.orders set items = replace(items, '2,1000', '2,1001')"
                + " where number = #1",
            "#1"),
        row(
            "O4",
            "update db.idempotency set reference = 7200000000000077 where reference = #1",
            "7200000000000077"),
        row("O4", "delete from db.idempotency where reference = #2", "#2"),
        row(
            "O4",
            "insert into db.idempotency select decode(lpad('ff', 32, '0'), 'hex'), command_hash,"
                + " reference from db.idempotency where reference = #3",
            "#3"),
        row(
            "O7",
            "update ordering.orders set pay_before = now() - interval '6 seconds' where number ="
                + " #1; update ordering.order_due set due_at = now() + interval '1 minute'",
            "#1"),
        row(
            "O7",
            "update ordering.order_due set numbers = array_remove(numbers, #7) where kind = 1",
            "#7"),
        row(
            "O8",
            "insert into fulfilment.shipment (order_number, seq, warehouse,"
                + " state, version, items, planned_at) values (#1, 1, 'w1', 'shipped', 1,"
                + " '[{\"line\":1,\"sku\":\"A\",\"quantity\":2}]', now())",
            "#1/1"),
        row(
            "O8",
            "update fulfilment.shipment set items = replace(items, '2', '3')"
                + " where order_number = #5",
            "#5/1"),
        row(
            "O8",
            "insert into fulfilment.shipment (order_number, seq, warehouse, state, version, items,"
                + " planned_at) values (#8, 1, 'w1', 'packed', 1,"
                + " '[{\"line\":1,\"sku\":\"B\",\"quantity\":2}]', now())",
            "#8/1"),
        row("M1", "update payment.refund set amount = 1001 where order_number = #6", "#6/t2"),
        row(
            "M1",
            "insert into payment.refund select order_number, 2, provider, attempt, transaction, 1,"
                + " currency, reason, 3, version, created_at, null, now() from payment.refund"
                + " where order_number = #3",
            "#3/t1"),
        row("M2", "delete from payment.capture where order_number = #5", "#5"),
        row("M2", "delete from payment.refund where order_number = #3", "#3"),
        row("M3", "update payment.capture set amount = 1999 where order_number = #5", "#5/t1"),
        row("M3", "update ordering.orders set paid_at = now() where number = #7", "#7/t1"),
        row("M4", "delete from payment.refund where order_number = #6", "#6"),
        row("M4", "update payment.capture set verdict = 1 where order_number = #6", "#6"),
        row("M5", "delete from payment.refund where order_number = #3", "#3/t1"),
        row(
            "M5",
            "update payment.refund set created_at = created_at + interval '61 seconds'"
                + " where order_number = #3",
            "#3/t1"),
        row(
            "M10",
            noGuard
                + "delete from payment.ledger where order_number = #2;"
                + "alter table payment.ledger enable trigger append_only",
            "#2p1"),
        row(
            "M10",
            "insert into payment.ledger (order_number, at, debit, credit, amount, currency,"
                + " reference) values (#1, now(), 'refunds_owed', 'orders', 5, 'CNY', 'x')",
            "#1/refunds_owed"),
        row("M10", noGuard, "append_only"),
        row(
            "M12",
            "update ordering.orders set items = replace(items, ',300]', ',299]')"
                + " where number = #2",
            "#2"),
        row("M12", "update ordering.orders set refunded_total = total + 1 where number = #6", "#6"),
        row(
            "P1",
            "alter table points.entry drop constraint entry_pkey; insert into points.entry"
                + " (order_number, kind, user_id, amount, at) values (#2, 'earned', 1, 27, now());"
                + " update points.account set balance = balance + 27",
            "#2/points earned"),
        row(
            "P1",
            "insert into marketing.red_packet (order_number, user_id, amount, currency, state, at)"
                + " values (#4, 1, 88, 'CNY', 'granted', now())",
            "#4/red packet"),
        row(
            "P2",
            "delete from points.entry where kind = 'reclaimed' and order_number = #8;"
                + "update points.account set balance = 97",
            "#8/points"),
        row("P2", "update marketing.coupon set state = 'granted'", "#8/coupon thank-you-10"),
        row("P2", "update marketing.red_packet set state = 'granted'", "#8/red packet"),
        row(
            "P2",
            "update points.entry set amount = -41 where kind = 'reclaimed' and amount < 0",
            "#8/points"),
        row(
            "P3",
            "update points.entry set amount = 20 where order_number = #9 and kind = 'earned';"
                + "update points.account set balance = 77",
            "#9/points"),
        row("P6", "update points.account set balance = 58", "1"),
        row(
            "P6",
            "alter table points.account drop constraint account_balance_check; update"
                + " points.account set balance = -1; update points.entry set amount = -98 where"
                + " amount < 0",
            "1"),
        row("E1", "delete from messaging.log where key = #6 and type = 'order.completed.v1'", "#6"),
        row("E1", "update messaging.log set version = 3 where key = #2 and version = 2", "#2"),
        row(
            "E1",
            "delete from messaging.log where key = #7 and type = 'payment.parked.v1'",
            "#7/payment.parked.v1"),
        row(
            "E1",
            "delete from messaging.log where key = #5 and type = 'shipment.picked.v1'",
            "#5/shipment.picked.v1"),
        row(
            "E2",
            "update messaging.receipt set bits = set_bit(bits, 3, 0) where consumer = 'warehouse'",
            "warehouse/3"),
        row(
            "E3",
            "update messaging.receipt set bits = set_bit(bits, 8000, 1) where consumer = 'coupon'",
            "coupon/0"),
        row("E3", "update ordering.orders set state = 4, previous = 2 where number = #5", "#5"),
        row("E3", "delete from fulfilment.task where order_number = #2", "warehouse/#2"),
        row("E3", "delete from notification.message where order_number = #6", "notification/#6"),
        row("E5", "update messaging.dead_letter set closed_by = null", "points/3"),
        row("E5", "update messaging.dead_letter set position = 9999", "points/9999"),
        row("L1", "delete from ordering.order_due where kind = 1", "order #1"),
        row("L1", "delete from ordering.order_due where kind = 2", "order #5"),
        row("L1", "delete from fulfilment.task where order_number = #2", "order #2"),
        row("L1", "update payment.attempt set ask_at = null", "payment #1p1"),
        row(
            "L1",
            "update fulfilment.shipment set next_step_at = null where order_number = #2",
            "shipment #2s1"));
  }

  private static Arguments row(String name, String sql, String key) {
    return Arguments.of(name, sql, key);
  }

  @Test
  void everyTestThatIsNamedIsInTheTree() throws IOException {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("mvnw"))) {
      root = Objects.requireNonNull(root.getParent(), "no project around this test");
    }
    List<Path> modules;
    try (Stream<Path> folders = Files.list(root)) {
      modules = folders.map(folder -> folder.resolve("src/test/java")).toList();
    }
    for (String test : Promise.TESTS.values()) {
      String file = test.replace('.', '/') + ".java";
      assertThat(modules).as(test).anyMatch(module -> Files.exists(module.resolve(file)));
    }
    assertThat(Promise.TESTS.keySet()).doesNotContainAnyElementsOf(SHOWN_BY_ROWS);
  }

  @Test
  void whatHoldsOnlyAtRestIsNotBrokenBefore() {
    String url = SmallShop.fresh();
    SmallShop.run(
        url,
        "update payment.refund set state = 2, next_try_at = now() where order_number = "
            + (SmallShop.BASE + 3));

    AuditReport report = audit(url);

    assertThat(report.atRest()).isFalse();
    assertThat(report.pending()).containsExactly("1 refunds in flight");
    assertThat(report.invariant("M2").status()).isEqualTo(Status.OK);
    assertThat(report.invariant("M2").notes()).contains("not_at_rest");
  }

  @Test
  void anEmptyShopIsEmptyAndNeverOk() {
    String url = TestPostgres.freshDatabase("migrated", Migrations::apply);

    AuditReport report = audit(url);

    assertThat(report.invariants())
        .extracting(Invariant::status)
        .doesNotContain(Status.OK, Status.BROKEN)
        .contains(Status.EMPTY, Status.NOT_BUILT);
    assertThat(report.invariants()).extracting(Invariant::checked).containsOnly(0L);
    assertThat(List.of(report.toTable().split("\n"))).hasSizeGreaterThan(53);
  }

  @Test
  void aSettledRangeIsFoldedOnceAndAgainWhenItChanges() {
    String url = SmallShop.fresh();
    LargeShop.fill(url, 45_000);
    AuditOptions options =
        new AuditOptions(false, AuditOptions.CONSUMERS, Duration.ofSeconds(5), Duration.ZERO);

    AuditReport first = Auditor.run(url, options, _ -> {});
    AuditReport second = Auditor.run(url, options, _ -> {});
    SmallShop.run(
        url,
        "update ordering.orders set total = 1, items_total = 101 where number = "
            + (LargeShop.BASE + 77));
    AuditReport third = Auditor.run(url, options, _ -> {});

    assertThat(first.broken()).as(first.toTable()).isZero();
    assertThat(first.invariant("O1").notes()).isEmpty();
    assertThat(second.broken()).as(second.toTable()).isZero();
    assertThat(second.invariant("O1").checked()).isEqualTo(first.invariant("O1").checked());
    for (String name : List.of("O1", "O2", "O3", "S2")) {
      assertThat(second.invariant(name).notes())
          .as(name)
          .containsExactly("40000 orders settled by an earlier audit");
    }
    assertThat(third.invariant("O3").sample())
        .extracting(Sample::key)
        .containsExactly(Long.toString(LargeShop.BASE + 77));
    assertThat(third.invariant("O3").notes())
        .containsExactly("20000 orders settled by an earlier audit");
  }
}
