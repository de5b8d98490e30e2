package io.tidegate.shop.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.testing.TestPostgres;
import io.tidegate.shop.aftersales.RefundCaseStore;
import io.tidegate.shop.aftersales.ReturnCaseStore;
import io.tidegate.shop.customer.ConsigneeStore;
import io.tidegate.shop.fulfilment.FulfilmentSettings;
import io.tidegate.shop.fulfilment.FulfilmentStore;
import io.tidegate.shop.fulfilment.Warehouses;
import io.tidegate.shop.inventory.StockStore;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.ordering.OrderService;
import io.tidegate.shop.payment.PaymentStore;
import io.tidegate.shop.testing.ShopDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What PostgreSQL does for each statement, in a writing session, on tables that are not small. */
class PlansTest {

  private static final int ROWS = 50_000;
  private static final List<String> NOUNS =
      List.of(
          "ordering",
          "payment",
          "inventory",
          "customer",
          "cart",
          "fulfilment",
          "privacy",
          "points",
          "marketing",
          "effects",
          "aftersales",
          "flashsale");

  /** Read at a start only: all SKUs that are gone are wanted, and most of the table is not. */
  private static final Set<String> MAY_SCAN =
      Set.of(
          "StockStore.SOLD_OUT",
          // of a session for large sets, which may read a BRIN index as a writing one may not
          "BookStore.CAPTURED_BETWEEN",
          "BookStore.MOVED",
          "BookStore.REFUNDED_BETWEEN");

  private static final Pattern CHANGES_MANY =
      Pattern.compile("(?s)(update\\s.*\\sfrom|delete from\\s.*\\susing)\\s+unnest");

  private static final Instant NOW = Clock.system().now();
  private static final long FIRST = OrderNumber.firstAt(NOW.toEpochMilli());
  private static final long EARLIER =
      OrderNumber.firstAt(NOW.minus(Duration.ofDays(28)).toEpochMilli());

  private static ShopDatabase shop;
  private static Connection session;
  private static final Map<String, Sql> STATEMENTS = new TreeMap<>();

  @BeforeAll
  static void fill() throws Exception {
    shop = new ShopDatabase();
    Database database = shop.database();
    OrderService.preparePartitions(database, NOW);
    new PaymentStore(database).preparePartitions(NOW);
    ConsigneeStore.prepare(database, NOW);
    new FulfilmentStore(database, Warehouses.demo(), FulfilmentSettings.demo(), (_, _) -> {})
        .prepare(NOW);
    RefundCaseStore.preparePartitions(database, NOW);
    ReturnCaseStore.preparePartitions(database, NOW);
    StockStore.prepare(database, NOW);
    for (String rows : rows()) {
      shop.run(rows.formatted(ROWS));
    }
    String name =
        database.read(Sql.of("select current_database()"), row -> row.getString(1)).getFirst();
    session = DriverManager.getConnection(TestPostgres.url(name) + "&preferQueryMode=simple");
    execute("analyze");
    List<String> settings = settingsOfAWritingSession();
    assertThat(settings).contains("set enable_seqscan = 'off'");
    for (String setting : settings) {
      execute(setting);
    }
    for (JavaClass each : ArchitectureTest.without(PlansTest.class, "io.tidegate.shop")) {
      if (NOUNS.contains(each.getPackageName().replace("io.tidegate.shop.", ""))) {
        List<String> names = House.statementNames(each);
        List<Sql> statements = House.statements(each);
        for (int i = 0; i < names.size(); i++) {
          STATEMENTS.put(each.getSimpleName() + "." + names.get(i), statements.get(i));
        }
      }
    }
  }

  @AfterAll
  static void close() throws Exception {
    session.close();
    shop.close();
  }

  @Test
  void noStatementReadsALargeTableThrough() throws Exception {
    assertThat(STATEMENTS).hasSizeGreaterThan(40);
    List<String> broken = new ArrayList<>();
    for (Map.Entry<String, Sql> each : STATEMENTS.entrySet()) {
      String plan = String.join("\n", explain("generic_plan", numbered(each.getValue().text())));
      if (plan.contains("Seq Scan on ") && !MAY_SCAN.contains(each.getKey())) {
        broken.add(each.getKey() + ": " + plan);
      }
    }
    assertThat(broken).isEmpty();
  }

  /**
   * Locks are taken in the order of the keys only because the array, which is sorted, drives the
   * plan: no other join than a nested loop, and no other way to a row than its index.
   */
  @Test
  void rowsAreChangedInTheOrderOfTheArray() throws Exception {
    List<String> broken = new ArrayList<>();
    int looked = 0;
    for (Map.Entry<String, Sql> each : STATEMENTS.entrySet()) {
      String text = each.getValue().text();
      if (CHANGES_MANY.matcher(text).find()) {
        looked++;
        String plan = String.join("\n", explain("generic_plan", numbered(text)));
        if (plan.matches("(?s).*(Hash|Merge|Seq Scan|Bitmap|Sort).*")
            || plan.indexOf("Function Scan on ") > plan.indexOf(" using ")) {
          broken.add(each.getKey() + ": " + plan);
        }
      }
    }
    assertThat(broken).isEmpty();
    assertThat(looked).isGreaterThanOrEqualTo(6);
  }

  @Test
  void theCheckSeesAScan() throws Exception {
    assertThat(explain("generic_plan", "select 1 from ordering.orders where freight = $1"))
        .anyMatch(line -> line.contains("Seq Scan on "));
  }

  @Test
  void aLookUpByNumberTouchesOnePartition() throws Exception {
    for (String name :
        List.of(
            "OrderStore.HISTORY",
            "OrderStore.LOCK",
            "OrderStore.READ",
            "PaymentStore.LOCK_ATTEMPTS",
            "PaymentStore.FIND_ATTEMPTS",
            "PaymentStore.CAPTURES",
            "RefundStore.FIND",
            "RefundStore.COUNTS")) {
      String text =
          statement(name).text().replaceFirst("\\?::bigint\\[\\]", "array[" + FIRST + "]");
      List<String> plan = explain("analyze", text.replaceFirst("\\?", Long.toString(FIRST)));
      assertThat(plan)
          .as(name + "\n" + String.join("\n", plan))
          .filteredOn(line -> line.contains(" Scan ") && line.contains("_20"))
          .filteredOn(line -> !line.contains("never executed"))
          .hasSize(1);
    }
  }

  @Test
  void whatIsDueIsFoundWithoutReadingWhatWaits() throws Exception {
    for (String name :
        List.of("DueStore.TAKE", "PaymentStore.DUE", "RefundStore.DUE", "RefundStore.CHECKS_DUE")) {
      List<String> plan = explain("generic_plan", numbered(statement(name).text()));
      assertThat(plan).as(name).anyMatch(line -> line.contains("Index Cond"));
      assertThat(plan).as(name).noneMatch(line -> line.contains("Filter"));
    }
  }

  @Test
  void myOrdersReadAPageAndNoMore() throws Exception {
    for (String name : List.of("OrderStore.MINE", "OrderStore.MY_VERSIONS")) {
      String text =
          statement(name)
              .text()
              .replaceFirst("\\?::int\\[\\]", "array[0]")
              .replaceFirst("\\?::bigint\\[\\]", "array[7::bigint]")
              .replaceFirst("\\?::bigint\\[\\]", "array[" + Long.MAX_VALUE + "]")
              .replaceFirst("\\?::int\\[\\]", "array[20]");
      List<String> plan = explain("analyze", text);
      assertThat(plan).as(name).noneMatch(line -> line.contains("Sort"));
      assertThat(plan).as(name).anyMatch(line -> line.contains("never executed"));
    }
  }

  private static Sql statement(String name) {
    Sql sql = STATEMENTS.get(name);
    assertThat(sql).as(name).isNotNull();
    return sql;
  }

  /** Rows of the tables that grow; each of two months has so many orders. */
  private static List<String> rows() {
    List<String> rows = new ArrayList<>();
    for (long first : List.of(EARLIER, FIRST)) {
      String number = first + " + n";
      rows.add(
          "insert into ordering.orders (number, user_id, state, previous, version, region,"
              + " currency, items_total, discount_total, freight, total, pay_before, items,"
              + " history) select "
              + number
              + ", n %% 1000, 1, 0, 1, 330106, 'CNY', 1, 0, 0, 1,"
              + " now(), '[1]', '' from generate_series(0, %d) n");
      rows.add(
          "insert into effects.decision (order_number, user_id, paid_total, currency, state,"
              + " question, next_try_at) select "
              + number
              + ", n %% 1000, 1, 'CNY', 'waiting', '{}', now() from generate_series(0, %d) n");
      rows.add(
          "insert into payment.attempt select "
              + number
              + ", 1, 'sandbox', 2, 1, 1, 'CNY', null, now(), now(), null, now() + interval '1 h'"
              + " from generate_series(0, %d) n");
      rows.add(
          "insert into payment.capture select "
              + number
              + ", 'sandbox', 'T', 1, 1, 'CNY', now(), now(), 1 from generate_series(0, %d) n");
      rows.add(
          "insert into payment.refund (order_number, seq, provider, attempt, transaction, amount,"
              + " currency, reason, state, version, created_at, next_try_at) select "
              + number
              + ", 1, 'sandbox', 1, 'T', 1, 'CNY', 1, 1, 1, now(), now() + interval '1 h'"
              + " from generate_series(0, %d) n");
      rows.add(
          "insert into customer.consignee select "
              + number
              + ", 'a', 'b', '330106', 'c' from generate_series(0, %d) n");
      rows.add(
          "insert into fulfilment.task select "
              + number
              + ", 'open', 1, '330106', 1, now() from generate_series(0, %d) n");
      rows.add(
          "insert into fulfilment.shipment (order_number, seq, warehouse, state, version, items,"
              + " next_step_at, planned_at) select "
              + number
              + ", 1, 'sha', 'planned', 1, '[]', now() + interval '1 h', now()"
              + " from generate_series(0, %d) n");
      rows.add(
          "insert into ordering.refunded_line select "
              + number
              + ", 1, 1, 1, 1, true, null from generate_series(0, %d) n");
      rows.add(
          "insert into aftersales.refund_case (order_number, seq, user_id, kind, state, version,"
              + " currency, amount, deducted, lines, used, reason, actor, traceparent,"
              + " approvals_wanted, done, created_at, next_step_at, tries, history) select "
              + number
              + ", 1, 42, 1, 5, 1, 'CNY', 1, 0, '[1]', '[]', '', '', '', 0, 1, now(), now() +"
              + " interval '1 h', n %% 12, '' from generate_series(0, %d) n");
      rows.add(
          "insert into aftersales.decision (refund, stamp, action, people_wanted, proposed_by)"
              + " select ("
              + number
              + ") || 'a1', '1', 'retry', 2, 'li' from generate_series(0, %d) n");
      rows.add(
          "insert into fulfilment.held_back select "
              + number
              + ", 1, 1, 'A', 1, now(), null from generate_series(0, %d) n");
      rows.add(
          "insert into inventory.given_back select "
              + number
              + ", 1, 'A', 1, null, now() from generate_series(0, %d) n");
      rows.add(
          "insert into aftersales.return_case (order_number, seq, user_id, state, version, lines,"
              + " reason, history, created_at) select "
              + number
              + ", 1, n %% 1000, 1, 1, '[[1,1]]', 'x', '[]', now() from generate_series(0, %d) n");
      rows.add(
          "insert into points.entry (order_number, kind, user_id, amount, at) select "
              + number
              + ", 'earned', n %% 1000, 1, now() from generate_series(0, %d) n");
      rows.add(
          "insert into marketing.coupon (template, user_id, order_number, state, granted_at,"
              + " valid_from, valid_to) select 'thank-you-10', n %% 1000, "
              + number
              + ", 'granted', now(), now(), now() + interval '9 d' from generate_series(0, %d) n");
      rows.add(
          "insert into marketing.red_packet (order_number, user_id, amount, currency, at)"
              + " select "
              + number
              + ", n %% 1000, 1, 'CNY', now() from generate_series(0, %d) n");
      rows.add(
          "insert into marketing.red_packet_take select "
              + number
              + ", 1, 1, 1, 'held', now() from generate_series(0, %d) n");
      rows.add(
          "insert into points.reclaim select "
              + number
              + ", 1, n %% 1000, 1, 1, 'confirmed', n %% 2, 0, now()"
              + " from generate_series(0, %d) n");
      rows.add(
          "insert into marketing.coupon_reclaim select "
              + number
              + ", 1, n %% 1000, n, 'thank-you-10', 0, 1, 'confirmed', n %% 2, 0, now()"
              + " from generate_series(0, %d) n");
      rows.add(
          "insert into marketing.red_packet_reclaim select "
              + number
              + ", 1, n %% 1000, 'CNY', 1, 1, 'confirmed', n %% 2, 0, now()"
              + " from generate_series(0, %d) n");
      rows.add(
          "insert into marketing.coupon_return select "
              + number
              + ", 1, n, now() from generate_series(0, %d) n");
      rows.add(
          "insert into marketing.red_packet_return select "
              + number
              + ", 1, 1, 1, 1, now() from generate_series(0, %d) n");
    }
    rows.add(
        "insert into ordering.order_due (due_at, kind, numbers) select now() + n * interval '1 s',"
            + " 1, array[n::bigint] from generate_series(0, %d) n");
    rows.add(
        "insert into inventory.stock select 'SKU-' || n, 9, 9, 0, 0 from generate_series(0, %d) n");
    rows.add(
        "insert into inventory.pool (sku, allocation, free, open) select 'SKU-' || n, 9, 9, true"
            + " from generate_series(0, %d) n");
    rows.add(
        "insert into inventory.on_hand select 'SKU-' || n, 'sha', 9 from generate_series(0, %d) n");
    rows.add(
        "insert into customer.address (user_id, name, phone, region, line, is_default, version)"
            + " select n, 'a', 'b', '330106', 'c', false, 1 from generate_series(0, %d) n");
    rows.add("insert into points.account (user_id) select n from generate_series(0, %d) n");
    rows.add("insert into customer.book select n from generate_series(0, %d) n");
    rows.add("insert into privacy.kept_order select n, now() from generate_series(1, %d) n");
    rows.add("insert into cart.cart select n from generate_series(0, %d) n");
    rows.add(
        "insert into cart.item select n %% 1000, 'SKU-' || n, 1, true, now()"
            + " from generate_series(0, %d) n");
    rows.add(
        "insert into flashsale.sale (version, title, mode, stage, currency, starts_at, ends_at,"
            + " pay_window_seconds, challenge_bits, told) select 1, 'a', 'first_come', 'ended',"
            + " 'CNY', now() - n * interval '1 h', now() - n * interval '1 h' + interval '1 min',"
            + " 60, 0, '' from generate_series(1, %d) n");
    rows.add(
        "insert into flashsale.item select n, 1, 'SKU-' || n, 'a', 1, 1, 1, n"
            + " from generate_series(1, %d) n");
    rows.add(
        "insert into flashsale.draw (sale, settled_at) select n, now()"
            + " from generate_series(1, %d) n");
    rows.add(
        "insert into flashsale.entry select n, 1 + n / 100, 'A', n, 1, sha256(n::text::bytea), '',"
            + " 'won' from generate_series(1, %d) n");
    rows.add(
        "insert into flashsale.grant (order_number, sale, pool, sku, user_id, quantity, key_hash,"
            + " state, version) select n, n / 100, n / 100, 'SKU-1', n, 1, n, 'held', 1"
            + " from generate_series(1, %d) n");
    return rows;
  }

  private static List<String> settingsOfAWritingSession() {
    return shop.database()
        .writeOnce(tx ->
            tx.query(
                Sql.of(
                    "select format('set %I = %L', name, setting) from pg_settings"
                        + " where source = 'session' and name ~ '^(enable_|plan_|max_par|jit)'"),
                row -> row.getString(1)));
  }

  private static String numbered(String text) {
    AtomicInteger count = new AtomicInteger();
    return Pattern.compile("[?]")
        .matcher(text)
        .replaceAll(_ -> Matcher.quoteReplacement("$" + count.incrementAndGet()));
  }

  private static List<String> explain(String option, String text) throws SQLException {
    List<String> plan = new ArrayList<>();
    try (Statement statement = session.createStatement();
        ResultSet lines = statement.executeQuery("explain (" + option + ") " + text)) {
      while (lines.next()) {
        plan.add(lines.getString(1));
      }
    }
    return plan;
  }

  private static void execute(String text) throws SQLException {
    try (Statement statement = session.createStatement()) {
      statement.execute(text);
    }
  }
}
