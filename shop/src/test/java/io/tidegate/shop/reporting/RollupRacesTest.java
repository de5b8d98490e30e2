package io.tidegate.shop.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.reporting.ReportsLake.Order;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reports while others run, and while what they rest on is made. */
class RollupRacesTest {

  private static final LocalDate DAY = ReportsLake.FIRST;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static void orders(ReportsLake lake) throws Exception {
    for (int n = 1; n <= 3; n++) {
      String at = DAY.plusDays(n - 1L) + "T10:00";
      Order order = new Order(100 + n, n, "330106", "CNY", 2900, ReportsLake.at(at));
      lake.add(
          lake.order("placed", at, order, 1, "awaiting_payment")
              .set("coupon", "7")
              .set("coupon_amount", 100L));
    }
    for (int n = 1; n <= 2; n++) {
      String at = DAY.plusDays(n) + "T11:00";
      Order order = new Order(100 + n, n, "330106", "CNY", 2900, ReportsLake.at(at));
      lake.add(
          lake.order("paid", at, order, 2, "awaiting_shipment")
              .set("coupon", "7")
              .set("coupon_amount", 100L));
    }
    lake.write();
  }

  private static List<String> coupons(ReportsLake lake) {
    return lake.ask(query(Report.COUPONS));
  }

  /** A look-up of a coupon's template that takes as long as another report that needs it, too. */
  private static final class Together implements CouponTemplates {
    private final AtomicInteger asked = new AtomicInteger();
    private final CompletableFuture<List<String>> other = new CompletableFuture<>();
    private final CompletableFuture<ReportsLake> lake = new CompletableFuture<>();

    @Override
    public Map<String, String> of(Collection<String> ids) {
      if (asked.incrementAndGet() == 1) {
        Thread.ofPlatform().start(this::askAgain);
        other.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
      }
      return Map.of("7", "welcome");
    }

    private void askAgain() {
      try {
        other.complete(coupons(lake.join()));
      } catch (RuntimeException e) {
        other.completeExceptionally(e);
      }
    }
  }

  @Test
  void aCouponIsKnownOnceHoweverManyReportsAskAndNoneWaitsForAnother(@TempDir Path folder)
      throws Exception {
    Together together = new Together();
    try (ReportsLake lake = new ReportsLake(folder, together)) {
      together.lake.complete(lake);
      orders(lake);
      List<String> right = List.of("welcome CNY 3 2 0 5800 200 29.0");
      assertThat(coupons(lake)).isEqualTo(right);
      assertThat(together.other.get()).isEqualTo(right);
      assertThat(coupons(lake)).as("afterwards").isEqualTo(right);
      assertThat(together.asked).as("each of the two").hasValue(2);
      assertThat(lake.raw("select * from rollup.coupon_template")).containsExactly("7 welcome");
    }
  }

  private static ReportQuery query(Report report) {
    return new ReportQuery(report, report.cuts().getFirst(), DAY, ReportsLake.LAST, 100);
  }

  /** A connection on which something happens once, before the first statement that says a word. */
  private static Connection interrupted(Connection connection, String word, Runnable happens) {
    AtomicBoolean done = new AtomicBoolean();
    return proxy(
        Connection.class,
        (method, arguments) -> {
          Object result = method.invoke(connection, arguments);
          return result instanceof Statement statement && method.getName().equals("createStatement")
              ? proxy(
                  Statement.class,
                  (own, sql) -> {
                    if (sql != null
                        && sql.length == 1
                        && sql[0] instanceof String text
                        && text.contains(word)
                        && done.compareAndSet(false, true)) {
                      happens.run();
                    }
                    return own.invoke(statement, sql);
                  })
              : result;
        });
  }

  /** What a call does. */
  @FunctionalInterface
  private interface Call {
    @Nullable Object of(Method method, @Nullable Object @Nullable [] arguments) throws Throwable;
  }

  private static <T> T proxy(Class<T> type, Call call) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> {
              try {
                return call.of(method, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  @Test
  void whatComesWhileADayIsPutInIsNotForgotten(@TempDir Path folder) throws Exception {
    try (ReportsLake lake = new ReportsLake(folder)) {
      orders(lake);
      LakeDays now;
      try (Connection connection = lake.shop.lake.connect()) {
        now = lake.rollups.look(connection);
      }
      Runnable late =
          () -> {
            Order order = new Order(900, 9, "330106", "CNY", 2900, ReportsLake.at(DAY + "T12:00"));
            lake.add(lake.order("placed", DAY + "T12:00", order, 1, "awaiting_payment"));
            try (Connection other = lake.shop.lake.connect()) {
              lake.write();
              lake.rollups.look(other); // a report: the views show the row from now on
            } catch (Exception e) {
              throw new AssertionError(e);
            }
          };
      RollupHistory history = new RollupHistory(lake.rollups.zone());
      try (Connection connection = lake.shop.lake.connect()) {
        Connection own = interrupted(connection, "temp table bought", late);
        while (history.keepUp(own, now, ReportsLake.LONG_AFTER)) {
          // more days
        }
        while (history.keepUp(connection, lake.rollups.look(connection), ReportsLake.LONG_AFTER)) {
          // what has changed since
        }
      }
      assertThat(lake.raw("select count(*) from orders where number = 900")).containsExactly("1");
      assertThat(lake.raw("select state from rollup.order_last where number = 900"))
          .containsExactly("awaiting_payment");
    }
  }

  @Test
  void aReportSeesWhatIsKeptAtOneMoment(@TempDir Path folder) throws Exception {
    try (ReportsLake lake = new ReportsLake(folder)) {
      orders(lake);
      List<String> states = lake.ask(query(Report.ORDERS_BY_STATE));
      List<String> cohorts = lake.ask(query(Report.COHORTS));
      assertThat(states).hasSize(2);
      assertThat(cohorts).hasSize(1);
      try (Connection connection = lake.shop.lake.connect()) {
        RollupDays raw = lake.rollups.hold(connection, lake.rollups.look(connection));
        lake.keepUp(ReportsLake.LONG_AFTER);
        assertThat(lake.desk.run(query(Report.COHORTS)).rawDays()).as("kept by now").isZero();

        String zone = lake.rollups.zone();
        assertThat(ReportsLake.rows(connection, query(Report.ORDERS_BY_STATE).sql(raw, zone)))
            .isEqualTo(states);
        assertThat(ReportsLake.rows(connection, query(Report.COHORTS).sql(raw, zone)))
            .isEqualTo(cohorts);
      }
    }
  }
}
