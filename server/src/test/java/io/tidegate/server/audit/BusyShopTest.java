package io.tidegate.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Orders are placed, paid and cancelled while audits run: what only moves is never told as broken,
 * and what is broken meanwhile is found.
 */
class BusyShopTest {
  private static final int WRITERS = 4;
  private static final int AUDITS = 6;

  /** Few, so that orders move in many ranges while one is read. */
  private static final int RANGE = 100;

  private static final long FIRST = SmallShop.BASE + 1_000;

  private static final String PLACE =
      """
      update inventory.stock set available = available - 1, locked = locked + 1 where sku = 'A';
      insert into ordering.orders (number, user_id, state, previous, version, region, currency,
        items_total, discount_total, freight, total, pay_before, items, history)
      values (%1$d, 7, 1, 0, 1, 330106, 'CNY', 1000, 0, 0, 1000, now() + interval '1 day',
        '[1,["A","Thing",1,1000,0]]', '[1,1,0,1,"order.placed","customer:7",""]');
      insert into db.idempotency values (decode(lpad('%1$d', 32, 'e'), 'hex'),
        decode(lpad('1', 32, '0'), 'hex'), %1$d);
      insert into ordering.order_due (due_at, kind, numbers)
      values (now() + interval '1 day', 1, array[%1$d]);
      insert into messaging.log (type, key, version, time, traceparent, data) values
        ('order.placed.v1', %1$d, 1, now(), '',
          '{"items":[{"line":1,"sku":"A","quantity":1}]}');
      """;
  private static final String PAY =
      """
      update inventory.stock set locked = locked - 1, sold = sold + 1 where sku = 'A';
      insert into payment.attempt (order_number, seq, provider, state, version, amount, currency,
        created_at, expires_at) values (%1$d, 1, 'sandbox', 4, 1, 1000, 'CNY', now(), now());
      insert into payment.capture values
        (%1$d, 'sandbox', 't1', 1, 1000, 'CNY', now(), now(), 1);
      insert into payment.ledger (order_number, at, debit, credit, amount, currency, reference)
      values (%1$d, now(), 'provider:sandbox', 'orders', 1000, 'CNY', '%1$dp1');
      update ordering.orders set state = 2, previous = 1, version = 2, paid_at = now(),
        history = history || ',[2,1,1,2,"order.paid","provider:sandbox",""]' where number = %1$d;
      insert into messaging.log (type, key, version, time, traceparent, data) values
        ('order.paid.v1', %1$d, 2, now(), '', '{"items":[{"line":1,"sku":"A","quantity":1}]}');
      """;
  private static final String CANCEL =
      """
      update inventory.stock set locked = locked - 1, available = available + 1 where sku = 'A';
      update ordering.orders set state = 8, previous = 1, version = 2, closed_at = now(),
        history = history || ',[2,1,1,8,"order.cancelled","customer:7",""]' where number = %1$d;
      insert into messaging.log (type, key, version, time, traceparent, data) values
        ('order.cancelled.v1', %1$d, 2, now(), '',
          '{"items":[{"line":1,"sku":"A","quantity":1}]}');
      """;

  private static final String GRANT =
      """
      update inventory.pool set free = free - 1 where id = 1;
      insert into flashsale.grant (order_number, sale, pool, sku, user_id, quantity, key_hash,
        state, version) values (%d, 1, 1, 'C', 7, 1, 0, 'held', 1);
      """;
  private static final String RELEASE =
      """
      update inventory.pool set free = free + 1 where id = 1;
      update flashsale.grant set state = 'released', version = 2 where order_number = %d;
      """;
  private static final String PAID =
      """
      update flashsale.grant set state = 'paid', version = 2 where order_number = %d;
      update inventory.stock set locked\
      """;

  private final String url = SmallShop.fresh();
  private final AtomicLong numbers = new AtomicLong(FIRST);
  private final AtomicBoolean enough = new AtomicBoolean();

  @Test
  void whatOnlyMovesIsNotBroken() throws Exception {
    SmallShop.run(
        url,
        "update inventory.stock set total = total + 1000000, available = available + 1000000;update"
            + " inventory.on_hand set quantity = quantity + 1000000;update inventory.pool set"
            + " allocation = allocation + 2000, free = free + 2000 where id = 1;update"
            + " inventory.stock set available = available - 2000, locked = locked + 2000 where sku"
            + " = 'C';update flashsale.item set per_user = 2000, allocation = allocation + 2000"
            + " where sale = 1");
    try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      try {
        for (int i = 0; i < WRITERS; i++) {
          running.add(writers.submit(this::write));
        }
        for (int i = 0; i < AUDITS || numbers.get() < FIRST + 3 * RANGE; i++) {
          long before = steps();
          AuditReport report =
              Auditor.run(url, AuditorTest.options(i % 2 == 1, RANGE, 1_000), _ -> {});
          assertThat(report.broken()).as(report.toTable()).isZero();
          assertThat(steps()).as("orders moved while it ran").isGreaterThan(before);
        }
        SmallShop.run(
            url, "update inventory.stock set sold = sold - 1, total = total - 1 where sku <> 'C'");
        AuditReport report = Auditor.run(url, AuditorTest.options(false, RANGE, 1_000), _ -> {});
        assertThat(report.invariant("S2").broken()).as(report.toTable()).isEqualTo(2);
      } finally {
        enough.set(true);
      }
      for (Future<?> writer : running) {
        writer.get();
      }
    }
  }

  /** Of the first orders each other is from a pool, which has pieces for so many. */
  private static String stepOf(long number, String step) {
    String all = step.formatted(number);
    return number % 2 == 0 || number >= FIRST + 4_000
        ? all
        : all.replaceAll("update inventory.stock set available .*;", "PLACE")
            .replaceAll("update inventory.stock set .* available .*;", "CANCEL")
            .replace("PLACE", GRANT.formatted(number))
            .replace("CANCEL", RELEASE.formatted(number))
            .replace("update inventory.stock set locked", PAID.formatted(number))
            .replace("[1,[\"A\",\"Thing\",1,1000,0]]", "[2,[\"C\",\"Thing\",1,1000,0,1]]")
            .replace("'A'", "'C'")
            .replace("\"A\"", "\"C\"");
  }

  /** Places orders; each is paid or cancelled some orders later, one is left as it is. */
  private void write() {
    List<Long> open = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      while (!enough.get()) {
        long number = numbers.getAndIncrement();
        statement.execute(stepOf(number, PLACE));
        connection.commit();
        open.add(number);
        if (open.size() > 40) {
          long moved = open.remove((int) (number % 40));
          String step = number % 5 == 0 ? "" : number % 3 == 0 ? CANCEL : PAY;
          if (!step.isEmpty()) {
            statement.execute(stepOf(moved, step));
          }
          connection.commit();
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private long steps() throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select count(*) from messaging.log")) {
      row.next();
      return row.getLong(1);
    }
  }
}
