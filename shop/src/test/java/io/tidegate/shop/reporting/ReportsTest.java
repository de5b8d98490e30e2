package io.tidegate.shop.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.reporting.ReportsLake.Order;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Five orders and a few visits, whose figures were worked out by hand. */
class ReportsTest {

  private static final LocalDate FIRST = ReportsLake.FIRST;
  private static final LocalDate SECOND = FIRST.plusDays(1);
  private static final LocalDate LAST = ReportsLake.LAST;

  private ReportsLake lake;

  @BeforeEach
  void fill(@TempDir Path folder) throws SQLException, IOException {
    lake = new ReportsLake(folder, coupons -> Map.of("7", "welcome"));
    paidAndDelivered();
    refunded();
    Order unpaid = new Order(103, 3, "330106", "CNY", 500, ReportsLake.at("2026-11-10T11:00"));
    lake.add(lake.order("placed", "2026-11-10T11:00", unpaid, 1, "awaiting_payment"));
    lake.add(lake.order("closed", "2026-11-11T11:00", unpaid, 2, "closed"));
    Order dollars = new Order(104, 1, "110101", "USD", 700, ReportsLake.at("2026-11-11T09:00"));
    lake.add(
        lake.order("placed", "2026-11-11T09:00", dollars, 1, "awaiting_payment").set("sale", "9"));
    lake.add(
        lake.order("paid", "2026-11-11T09:01", dollars, 2, "awaiting_shipment").set("sale", "9"));
    lake.add(lake.line("paid", "2026-11-11T09:01", dollars, "A-1", 1, 700));
    Order given = new Order(105, 4, "330106", "CNY", 800, ReportsLake.at("2026-11-11T12:00"));
    lake.add(lake.order("placed", "2026-11-11T12:00", given, 1, "awaiting_payment"));
    lake.add(lake.order("cancelled", "2026-11-11T12:10", given, 2, "cancelled"));
    visits();
    lake.write();
  }

  private void paidAndDelivered() {
    Order order = new Order(101, 1, "330106", "CNY", 2900, ReportsLake.at("2026-11-10T10:00"));
    lake.add(
        lake.order("placed", "2026-11-10T10:00", order, 1, "awaiting_payment")
            .set("coupon", "7")
            .set("coupon_amount", 100L));
    lake.add(
        lake.order("paid", "2026-11-10T10:05", order, 2, "awaiting_shipment")
            .set("coupon", "7")
            .set("coupon_amount", 100L)
            .set("paid_at", ReportsLake.at("2026-11-10T10:05")));
    lake.add(lake.line("paid", "2026-11-10T10:05", order, "A-1", 2, 1900));
    lake.add(lake.line("paid", "2026-11-10T10:05", order, "B-1", 1, 1000));
    lake.add(
        lake.draft(LakeTable.SHIPMENTS, "planned", "2026-11-10T10:05:00.050")
            .set("number", 101L)
            .set("shipment", "101s1"));
    lake.add(lake.moved("shipped", "2026-11-11T10:05", order, 3, "shipped"));
    lake.add(lake.moved("delivered", "2026-11-12T09:00", order, 4, "delivered"));
  }

  private void refunded() {
    Order order = new Order(102, 2, "110101", "CNY", 1000, ReportsLake.at("2026-11-10T23:30"));
    lake.add(lake.order("placed", "2026-11-10T23:30", order, 1, "awaiting_payment"));
    lake.add(lake.order("paid", "2026-11-11T00:30", order, 2, "awaiting_shipment"));
    lake.add(lake.line("paid", "2026-11-11T00:30", order, "B-1", 1, 1000));
    lake.add(
        lake.moved("refunded", "2026-11-12T08:00", order, 3, "refunded")
            .set("currency", "CNY")
            .set("amount", 1000L));
    lake.add(lake.line("refunded", "2026-11-12T08:00", order, "B-1", 1, 1000));
    lake.add(
        lake.draft(LakeTable.REFUNDS, "succeeded", "2026-11-12T07:59")
            .set("number", 102L)
            .set("provider", "alipay")
            .set("reason", "customer")
            .set("amount", 1000L)
            .set("currency", "CNY"));
  }

  private void visits() {
    lake.visit("searched", "2026-11-10T09:00", 1);
    lake.visit("searched", "2026-11-10T09:01", 1);
    lake.visit("viewed", "2026-11-10T09:02", 1);
    lake.visit("viewed", "2026-11-10T23:20", 2);
    lake.visit("viewed", "2026-11-11T08:59", 1);
    lake.visit("clicked", "2026-11-11T20:00", 70);
  }

  @AfterEach
  void close() {
    lake.close();
  }

  /** The answer, which is the same from raw rows, from some of both, and from what is kept. */
  private List<String> ask(Report report, String by, LocalDate from, LocalDate to) {
    List<String> fromRaw = lake.ask(report, by, from, to);
    lake.keepUp(LAST);
    assertThat(lake.ask(report, by, from, to)).as("partly kept").isEqualTo(fromRaw);
    lake.keepUp(ReportsLake.LONG_AFTER);
    assertThat(lake.ask(report, by, from, to)).as("kept").isEqualTo(fromRaw);
    return fromRaw;
  }

  private List<String> ask(Report report, String by) {
    return ask(report, by, FIRST, LAST);
  }

  @Test
  void turnoverIsWhatWasPaidLessWhatWentBackByCurrency() {
    assertThat(ask(Report.TURNOVER, "day"))
        .containsExactly(
            "2026-11-10 CNY 2900 0 2900 1 0 3 2900",
            "2026-11-11 CNY 1000 0 1000 1 0 1 1000",
            "2026-11-11 USD 700 0 700 1 0 1 700",
            "2026-11-12 CNY 0 1000 -1000 0 1 0 -");
    assertThat(ask(Report.TURNOVER, "hour"))
        .startsWith("2026-11-10 10 CNY 2900 0 2900 1 0 3 2900")
        .contains("2026-11-11 0 CNY 1000 0 1000 1 0 1 1000");
    assertThat(ask(Report.TURNOVER, "category"))
        .containsExactly(
            "books CNY 2000 1000 1000 2 1 2 1000",
            "audio CNY 1900 0 1900 1 0 2 1900",
            "audio USD 700 0 700 1 0 1 700");
    assertThat(ask(Report.TURNOVER, "region"))
        .containsExactly(
            "330106 CNY 2900 0 2900 1 0 3 2900",
            "110101 CNY 1000 1000 0 1 1 1 1000",
            "110101 USD 700 0 700 1 0 1 700");
    assertThat(ask(Report.TURNOVER, "province", SECOND, SECOND))
        .containsExactly("11 CNY 1000 0 1000 1 0 1 1000", "11 USD 700 0 700 1 0 1 700");
  }

  @Test
  void anOrdersStateIsItsNewestAtTheEndOfTheDay() {
    assertThat(ask(Report.ORDERS_BY_STATE, "state", FIRST, FIRST))
        .containsExactly("awaiting_payment CNY 2 1500", "awaiting_shipment CNY 1 2900");
    assertThat(ask(Report.ORDERS_BY_STATE, "state"))
        .containsExactly(
            "cancelled CNY 1 800",
            "closed CNY 1 500",
            "delivered CNY 1 2900",
            "refunded CNY 1 1000",
            "awaiting_shipment USD 1 700");
  }

  @Test
  void averageRefundsAndUnpaid() {
    assertThat(ask(Report.AVERAGE_VALUE, "total"))
        .containsExactly("CNY 1950 2 3900 2.0", "USD 700 1 700 1.0");
    assertThat(ask(Report.REFUNDS, "reason"))
        .containsExactly("customer alipay CNY 1 1000 " + 1000 / 3900.0 + " 0 0");
    assertThat(ask(Report.UNPAID_CLOSE, "day"))
        .containsExactly("2026-11-10 3 2 1 0 " + 1 / 3.0, "2026-11-11 2 1 0 1 0.0");
    // What happens after the last day asked for still counts for the orders of its days.
    assertThat(ask(Report.UNPAID_CLOSE, "total", FIRST, FIRST))
        .containsExactly("3 2 1 0 " + 1 / 3.0);
  }

  @Test
  void lagsBeginWithThePayment() {
    assertThat(ask(Report.AFTER_PAYMENT, "step")).hasSize(4).startsWith("planned 1 50 50 50 50");
    List<String> shipped =
        ask(Report.AFTER_PAYMENT, "step").stream()
            .filter(row -> row.startsWith("shipped"))
            .toList();
    long p50 = Long.parseLong(shipped.getFirst().split(" ")[2]);
    assertThat(p50).isBetween(86_400_000L, 86_400_000L * 101 / 100);
  }

  @Test
  void bestSellersByTurnoverAndPieces() {
    assertThat(ask(Report.BEST_SELLERS, "turnover"))
        .containsExactly(
            "B-1 PB-1 books CNY 2 2000 1 1000",
            "A-1 PA-1 audio CNY 2 1900 0 0",
            "A-1 PA-1 audio USD 1 700 0 0");
    assertThat(ask(Report.BEST_SELLERS, "pieces"))
        .first()
        .isEqualTo("A-1 PA-1 audio CNY 2 1900 0 0");
  }

  @Test
  void peopleAreCountedOnceHoweverManyDays() {
    assertThat(ask(Report.FUNNEL, "day"))
        .containsExactly("2026-11-10 1 2 0 0 3 1", "2026-11-11 0 1 1 0 2 2");
    assertThat(ask(Report.FUNNEL, "total"))
        .containsExactly(
            "searched 1 1.0",
            "viewed 2 2.0",
            "clicked 1 1.0",
            "carted 0 0.0",
            "placed 4 4.0",
            "paid 2 2.0");
    assertThat(ask(Report.BEHAVIOUR, "total"))
        .containsExactly("viewed 3 2 1.5", "searched 2 1 2.0", "clicked 1 1 1.0", "any 6 3 2.0");
    assertThat(ask(Report.BEHAVIOUR, "day"))
        .contains("2026-11-10 searched 2 1 2.0", "2026-11-11 clicked 1 1 1.0");
    assertThat(ask(Report.BEHAVIOUR, "hour")).contains("2026-11-10 9 searched 2");
  }

  @Test
  void cohortsSalesAndCoupons() {
    assertThat(ask(Report.COHORTS, "month")).containsExactly("2026-11-01 2026-11-01 0 2 1.0 3");
    assertThat(ask(Report.FLASH_SALES, "sale")).containsExactly("9 USD 1 1 0 0 700 0");
    assertThat(ask(Report.COUPONS, "coupon")).containsExactly("welcome CNY 1 1 0 2900 100 29.0");
  }

  @Test
  void whatComesLaterForADayThatIsKeptIsSeen() throws Exception {
    lake.keepUp(ReportsLake.LONG_AFTER);
    Order late = new Order(106, 8, "330106", "CNY", 50, ReportsLake.at("2026-11-10T12:00"));
    lake.add(lake.order("placed", "2026-11-10T12:00", late, 1, "awaiting_payment"));
    lake.add(lake.order("paid", "2026-11-10T12:01", late, 2, "awaiting_shipment"));
    lake.write();
    assertThat(lake.ask(Report.TURNOVER, "day", FIRST, FIRST))
        .containsExactly("2026-11-10 CNY 2950 0 2950 2 0 3 1475");
    lake.keepUp(ReportsLake.LONG_AFTER);
    assertThat(lake.ask(Report.TURNOVER, "day", FIRST, FIRST))
        .containsExactly("2026-11-10 CNY 2950 0 2950 2 0 3 1475");
    assertThat(lake.ask(Report.ORDERS_BY_STATE, "state", FIRST, FIRST))
        .containsExactly("awaiting_payment CNY 2 1500", "awaiting_shipment CNY 2 2950");
  }
}
