package io.tidegate.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.db.Sql;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.platform.messaging.LoggedEvent;
import io.tidegate.server.audit.AuditOptions;
import io.tidegate.server.audit.AuditReport;
import io.tidegate.server.audit.Auditor;
import io.tidegate.shop.reporting.Lake;
import io.tidegate.shop.reporting.LakeComparison;
import io.tidegate.shop.reporting.LakeGround;
import io.tidegate.shop.reporting.LakeHome;
import io.tidegate.shop.reporting.LakeReader;
import io.tidegate.shop.reporting.LakeRepair;
import io.tidegate.shop.reporting.LakeSettings;
import io.tidegate.shop.reporting.LakeWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every event that the program writes, as the program wrote it, in the lake. */
class EventsInTheLakeTest {

  @TempDir private static Path data;
  private static EveryEvent shop;
  private static Lake lake;
  private static LakeGround ground;
  private static LakeReader reader;
  private static List<LoggedEvent> log;

  @BeforeAll
  static void open() throws IOException {
    shop = new EveryEvent(data);
    shop.anOrderIsShippedInTwoParcelsAndConfirmed();
    shop.refunds().aSecondCaptureIsGivenBack();
    shop.refunds().aRefundIsRefused();
    shop.refunds().aRefundIsGivenUp();
    shop.refunds().aRefundIsTakenBack();
    shop.anOddAmountIsParked();
    shop.whatIsParkedIsDismissed();
    shop.refunds().goodsComeBack();
    shop.refunds().customersAreRefunded();
    shop.aCustomerCancels();
    shop.anOrderIsNotPaidInTime();
    shop.aParcelIsCalledOff();
    shop.sales().salesComeAndGo();
    log = shop.logAtRest();
    LakeSettings settings =
        LakeSettings.of(data.resolve("lake"), data.resolve("duckdb"), ZoneId.of("Asia/Shanghai"));
    LakeHome.claim(shop.database(), settings, "test");
    lake = Lake.open(settings);
    ground = LakeGround.of(shop.database(), new EventLog(shop.database()), lake);
    reader = new LakeReader(ground, new LakeRepair(ground, null));
    LakeWriter writer = new LakeWriter(ground, () -> {});
    shop.database()
        .writeOnce(tx -> {
          writer.handle(tx, log);
          return true;
        });
    shop.run(receipts(LakeWriter.NAME));
  }

  @AfterAll
  static void close() {
    lake.close();
    shop.close();
  }

  private static List<String> ask(String sql) throws SQLException {
    return reader.read(connection -> {
      List<String> rows = new ArrayList<>();
      try (Statement statement = connection.createStatement();
          ResultSet result = statement.executeQuery(sql)) {
        int columns = result.getMetaData().getColumnCount();
        while (result.next()) {
          List<String> row = new ArrayList<>();
          for (int i = 1; i <= columns; i++) {
            row.add(String.valueOf(result.getString(i)));
          }
          rows.add(String.join("|", row));
        }
      }
      return rows;
    });
  }

  private static List<String> stored(String sql) {
    return shop.database().read(Sql.of(sql), row -> row.getString(1));
  }

  @Test
  void everyTypeIsHeardThatThereIs() {
    assertThat(LakeWriter.TYPES)
        .containsExactlyInAnyOrderElementsOf(AsyncApiContract.served().types());
  }

  @Test
  void everyEventIsARow() throws SQLException {
    Map<String, String> tables =
        Map.of(
            "order", "orders",
            "payment", "payments",
            "refund", "refunds",
            "shipment", "shipments",
            "sale", "sales");
    for (Map.Entry<String, String> each : tables.entrySet()) {
      Map<String, Long> told =
          log.stream()
              .filter(event -> event.type().startsWith(each.getKey() + "."))
              .collect(
                  Collectors.groupingBy(LoggedEvent::type, TreeMap::new, Collectors.counting()));
      if (each.getKey().equals("payment")) {
        told.put(
            "payment.paid.v1",
            log.stream().filter(event -> event.type().equals("order.paid.v1")).count());
      }
      assertThat(
              ask(
                  "select '"
                      + each.getKey()
                      + ".' || type || '.v1', count(*) from "
                      + each.getValue()
                      + " group by 1 order by 1"))
          .containsExactlyElementsOf(
              told.entrySet().stream()
                  .map(entry -> entry.getKey() + "|" + entry.getValue())
                  .sorted()
                  .toList());
    }
    assertThat(new LakeComparison(ground, reader).differences()).isEmpty();
  }

  @Test
  void sumsAreWhatTheDatabaseHas() throws SQLException {
    assertThat(ask("select count(*) || ' ' || sum(total) from orders where type = 'placed'"))
        .isEqualTo(stored("select count(*) || ' ' || sum(total) from ordering.orders"));
    assertThat(
            ask(
                "select count(*) || ' ' || sum(amount) from (select distinct refund, amount"
                    + " from refunds where type = 'succeeded')"))
        .isEqualTo(
            stored(
                "select count(*) || ' ' || sum(amount) from payment.refund"
                    + " where succeeded_at is not null"));
    assertThat(ask("select count(*) from lines where category is null or product is null"))
        .containsExactly("0");
    assertThat(
            ask(
                "select count(*) from (select l.number, sum(l.total) s, any_value(o.total - o.freight)"
                    + " t from lines l join orders o using (position) where l.type = 'placed'"
                    + " group by 1) where s <> t"))
        .containsExactly("0");
    assertThat(ask("select distinct json_valid(body) from sales")).containsExactly("true");
  }

  private static String receipts(String consumer) {
    return """
    insert into messaging.receipt
    select '%s', 0, n, repeat('1', 8192)::bit(8192)
    from generate_series(0, (select max(position) / 8192 from messaging.log)) n
    on conflict do nothing
    """
        .formatted(consumer);
  }

  /** Nothing is published or sent here: it is said to be, so that the audit finds it at rest. */
  private static void rest() {
    shop.run("update messaging.relay set snapshot = pg_current_snapshot()");
    List<String> consumers = new ArrayList<>(AuditOptions.CONSUMERS.keySet());
    consumers.add(LakeWriter.NAME);
    for (String consumer : consumers) {
      shop.run(receipts(consumer));
    }
    shop.run("update fulfilment.shipment set next_step_at = null");
    shop.run("update payment.attempt set ask_at = null");
    shop.run("update payment.refund set next_try_at = null where state in (1, 2, 3)");
    shop.run(
        "update notification.message set state = 'sent', sent_at = now(), next_try_at = null"
            + " where state in ('recorded', 'sending', 'unknown')");
    shop.run("delete from ordering.order_due where due_at <= now()");
  }

  @Test
  void anAuditFindsEachOrderInItAsItIs() {
    String url = shop.foundation().ground().jdbcUrl();
    rest();
    AuditReport report;
    try (AuditedLake seen = AuditedLake.of(shop.foundation().settings(), url)) {
      report = Auditor.run(url, AuditOptions.of(true, AuditOptions.CONSUMERS), seen, _ -> {});
    }
    assertThat(report.pending()).isEmpty();
    AuditReport.Invariant found = report.invariant("E7");
    assertThat(found.sample()).isEmpty();
    assertThat(found.status()).isEqualTo(AuditReport.Status.OK);
    assertThat(found.checked())
        .isEqualTo(Long.parseLong(stored("select count(*)::text from ordering.orders").getFirst()));
    assertThat(stored("select count(*)::text from ordering.orders where refunded_total > 0"))
        .as("of some money went back")
        .doesNotContain("0");
    assertThat(stored("select count(*)::text from payment.refund where reversed_at is not null"))
        .as("and was taken again")
        .doesNotContain("0");
  }

  @Test
  void whatTheLogHasAndTheLakeHasNotIsADifference() throws SQLException {
    LoggedEvent last = log.getLast();
    shop.run(
        "insert into messaging.log (type, key, version, time, traceparent, data) select type, key,"
            + " version, time, traceparent, data from messaging.log where type = 'order.paid.v1'"
            + " order by position limit 1");
    assertThat(new LakeComparison(ground, reader).differences())
        .singleElement()
        .matches(difference ->
            difference.type().equals("order.paid.v1")
                && difference.inLog() == difference.inLake() + 1);
    shop.run("delete from messaging.log where position > " + last.position());
    assertThat(new LakeComparison(ground, reader).differences()).isEmpty();
  }
}
