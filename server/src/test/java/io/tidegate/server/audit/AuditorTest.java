package io.tidegate.server.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.platform.testing.TestPostgres;
import io.tidegate.server.audit.AuditReport.Invariant;
import io.tidegate.server.audit.AuditReport.Sample;
import io.tidegate.server.audit.AuditReport.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each name that rows can show is broken by one row; the audit must name it, with its key. */
class AuditorTest {

  static AuditReport audit(String url) {
    // The test's database has just been started, and that excuses nothing here.
    return Auditor.run(url, options(true, 50_000, 1_000_000), _ -> {});
  }

  static AuditOptions options(boolean full, int rangeOrders, long verifiedOrders) {
    return new AuditOptions(
        full,
        AuditOptions.CONSUMERS,
        Duration.ofSeconds(5),
        Duration.ZERO,
        rangeOrders,
        verifiedOrders);
  }

  @Test
  void aCleanShopIsCleanAndNothingOfItIsVacuous() {
    AuditReport report = audit(SmallShop.fresh());

    assertThat(report.invariants())
        .as(report.toTable())
        .extracting(Invariant::status)
        .doesNotContain(Status.BROKEN, Status.EMPTY);
    assertThat(report.pending()).isEmpty();
    assertThat(report.atRest()).isTrue();
    assertThat(report.invariants()).hasSize(53);
  }

  @Test
  void movementsAreReadSoManyAtATime() {
    String url = SmallShop.fresh();
    SmallShop.run(
        url,
        """
        with moved as (
          insert into inventory.movement (sku, warehouse, delta, reason, actor, told)
          select 'A', 'w1', 1, 'found', 'staff:ann', '' from generate_series(1, 7)
          returning id, sku, warehouse, delta, actor)
        insert into staff.act (actor, act, subject, detail)
        select actor, 'stock.adjust', 'sku ' || sku,
          jsonb_build_object('movement', id::text, 'warehouse', warehouse, 'delta', delta)
        from moved where id <> 5
        """);

    Invariant acts = Auditor.run(url, options(true, 3, 1_000_000), _ -> {}).invariant("C6");

    assertThat(acts.sample()).extracting(Sample::key).containsExactly("movement 5");
    assertThat(acts.broken()).isEqualTo(1);
    assertThat(acts.checked()).isEqualTo(audit(url).invariant("C6").checked());
  }

  @Test
  void everyNameThatRowsShowIsBrokenByARow() {
    assertThat(Break.all().stream().map(Break::name).distinct())
        .containsExactlyInAnyOrderElementsOf(shownByRows());
  }

  private static List<String> shownByRows() {
    return audit(SmallShop.fresh()).invariants().stream()
        .filter(row -> row.status() == Status.OK)
        .map(Invariant::name)
        .toList();
  }

  static List<Break> breaks() {
    return Break.all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("breaks")
  void aBrokenRowIsNamed(Break broken) {
    String url = SmallShop.fresh();
    SmallShop.run(url, Break.numbered(broken.sql()));

    AuditReport report = audit(url);

    Invariant invariant = report.invariant(broken.name());
    assertThat(invariant.status()).as(report.toTable()).isEqualTo(Status.BROKEN);
    assertThat(invariant.sample())
        .as(invariant.sample().toString())
        .anyMatch(sample ->
            sample.key().equals(Break.numbered(broken.key()))
                && sample.expected().startsWith(Break.numbered(broken.expected()))
                && sample.actual().startsWith(Break.numbered(broken.actual())));
    assertThat(report.broken()).isPositive();
  }

  /**
   * The shop was down until now: what it closes then, in whatever order within what a restart is
   * excused for, was not passed over. Later than that it was.
   */
  @ParameterizedTest
  @CsvSource({
    "now() + interval '3 s', OK",
    "now() - interval '59 s', OK",
    "now() - interval '61 s', BROKEN"
  })
  void whatWasDueWhileNobodyClosedIsNotLate(String other, Status status) {
    String url = SmallShop.fresh();
    SmallShop.run(
        url,
        Break.numbered(
            StockAndOrderBreaks.CLOSED_TOO.formatted(other)
                + "update ordering.orders set pay_before = now() - interval '2 hours', closed_at ="
                + " now() where number = #3"));

    AuditReport report = Auditor.run(url, AuditOptions.of(true, AuditOptions.CONSUMERS), _ -> {});

    assertThat(report.invariant("O7").status()).as(report.toTable()).isEqualTo(status);
  }

  /** A mistyped address is no clean audit. */
  @Test
  void aDatabaseWithoutOurTablesIsNotClean() {
    String url = TestPostgres.freshDatabase();
    assertThatThrownBy(() -> audit(url))
        .isInstanceOf(AuditFailure.class)
        .hasMessageContaining("no system has ever run on it");
  }

  private static Path root() {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("mvnw"))) {
      root = Objects.requireNonNull(root.getParent(), "no project around this test");
    }
    return root;
  }

  private static List<String> named(boolean benches) {
    List<String> named =
        Promise.all().stream()
            .flatMap(promise -> promise.tests().stream())
            .filter(name -> name.startsWith("bench ") == benches)
            .toList();
    assertThat(named).isNotEmpty();
    return named;
  }

  @Test
  void everyTestThatIsNamedIsInTheTree() throws IOException {
    List<Path> modules;
    try (Stream<Path> folders = Files.list(root())) {
      modules = folders.map(folder -> folder.resolve("src/test/java")).toList();
    }
    for (String test : named(false)) {
      int hash = test.indexOf('#');
      String file = test.substring(0, hash).replace('.', '/') + ".java";
      List<Path> found =
          modules.stream().map(module -> module.resolve(file)).filter(Files::exists).toList();
      assertThat(found).as(test).hasSize(1);
      assertThat(Files.readString(found.getFirst()))
          .as(test)
          .containsPattern(
              "@(Test|ParameterizedTest)((?!\n\n)[^;])*void\\s+"
                  + test.substring(hash + 1)
                  + "\\(");
    }
  }

  /** A bench of this name is among those that can be run, and has the target. */
  @Test
  void everyBenchThatIsNamedIsInTheHarness() throws IOException {
    Path benches = root().resolve("harness/src/main/java/io/tidegate/harness/bench");
    String runnable = Files.readString(benches.resolve("Scenarios.java"));
    for (String bench : named(true)) {
      String[] words = bench.split(" ");
      String what = words[1].replace(":", "");
      String file = what.substring(0, 1).toUpperCase(Locale.ROOT) + what.substring(1) + "Bench";
      assertThat(runnable).as(bench).contains("new " + file + "()");
      assertThat(Files.readString(benches.resolve(file + ".java")))
          .as(bench)
          .contains("return \"" + what + "\";", '"' + words[2] + '"');
    }
  }

  @Test
  void whatRowsShowIsNotLeftToTests() {
    List<String> byRows = shownByRows();
    assertThat(Promise.all().stream().filter(promise -> !promise.tests().isEmpty()))
        .extracting(Promise::name)
        .doesNotContainAnyElementsOf(byRows);
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
  void aQuestionThatHasNoAnswerIsNamed() {
    String url = SmallShop.fresh();
    SmallShop.run(url, "alter table aftersales.decision rename column action to other");

    assertThatThrownBy(() -> audit(url))
        .isInstanceOf(AuditFailure.class)
        .hasMessageContaining("it asked for C6 of aftersales.decision, staff.act: ERROR: column");

    String another = SmallShop.fresh();
    SmallShop.run(another, "alter table payment.ledger rename column debit to other");

    assertThatThrownBy(() -> audit(another))
        .isInstanceOf(AuditFailure.class)
        .hasMessageContaining(
            "it asked for M2 of ordering.orders, payment.capture, payment.refund, payment.ledger"
                + " in orders from 0 on: ERROR: column");
  }

  @Test
  void anEmptyShopIsEmptyAndNeverOk() {
    String url = TestPostgres.migratedDatabase();

    AuditReport report = audit(url);

    assertThat(report.invariants())
        .extracting(Invariant::status)
        .doesNotContain(Status.OK, Status.BROKEN)
        .contains(Status.EMPTY, Status.SKIPPED);
    assertThat(report.invariants()).extracting(Invariant::checked).containsOnly(0L);
    assertThat(List.of(report.toTable().split("\n"))).hasSizeGreaterThan(53);
  }
}
