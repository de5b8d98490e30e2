package io.tidegate.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.db.Sql;
import io.tidegate.platform.messaging.EventTypes;
import io.tidegate.platform.messaging.Messaging;
import io.tidegate.platform.messaging.MessagingSettings;
import io.tidegate.platform.messaging.Replay;
import io.tidegate.platform.messaging.ReplayDesk;
import io.tidegate.platform.testing.TestBroker;
import io.tidegate.platform.testing.TestLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Refunds and sales hear all of the past again, over rows that have been through all of it. */
class ReplaysOfRefundsTest {

  private static final Duration LONG = TestLimits.PATIENCE;
  private static final int PER_SECOND = 20_000;

  @TempDir private static Path data;
  private static EveryEvent shop;
  private static Messaging messaging;

  @BeforeAll
  static void open() throws Exception {
    shop = new EveryEvent(data);
    shop.anOrderIsShippedInTwoParcelsAndConfirmed();
    shop.refunds().aSecondCaptureIsGivenBack();
    shop.refunds().aRefundIsGivenUp();
    shop.refunds().aRefundIsTakenBack();
    shop.refunds().goodsComeBack();
    shop.refunds().customersAreRefunded();
    shop.aCustomerCancels();
    shop.anOrderIsNotPaidInTime();
    shop.sales().salesComeAndGo();
    messaging =
        Messaging.start(
            shop.database(),
            "127.0.0.1:9", // our own consumers are fed without a broker
            "every",
            "/test",
            MessagingSettings.of(TestBroker.PREFIX),
            shop.handlers());
    long events = number("select count(*) from messaging.log");
    await()
        .atMost(LONG)
        .until(() -> number("select coalesce(sum(events), 0) from messaging.horizon") >= events);
  }

  @AfterAll
  static void close() {
    messaging.close();
    shop.close();
  }

  private static long number(String sql) {
    return shop.database().read(Sql.of(sql), row -> row.getLong(1)).getFirst();
  }

  /** Every row that these consumers, or what they call, may write. */
  private static Map<String, String> books() {
    Map<String, String> books = new TreeMap<>();
    for (String table :
        shop.texts(
            """
            select schemaname || '.' || tablename from pg_tables
            where schemaname in ('points', 'marketing', 'ordering', 'inventory', 'payment',
              'aftersales', 'flashsale')
            """)) {
      String rows =
          "select count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)), 0) from ";
      books.put(table, shop.texts(rows + table + " t").getFirst());
    }
    return books;
  }

  /** Once nothing moves by itself any more. */
  private static Map<String, String> settledBooks() {
    List<Map<String, String>> last = new java.util.ArrayList<>(List.of(Map.of()));
    await()
        .atMost(LONG)
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> books().equals(last.set(0, books())));
    return last.getFirst();
  }

  private static Replay replayed(String consumer) {
    ReplayDesk desk = new ReplayDesk(shop.database(), Set.of(consumer));
    long id =
        shop.database()
            .writeOnce(tx ->
                desk.begin(
                    tx,
                    new ReplayDesk.Wish(consumer, EventTypes.ALL, null, null, null, PER_SECOND),
                    "eve"));
    await().atMost(LONG).until(() -> desk.get(id).orElseThrow().state() != Replay.State.RUNNING);
    Replay replay = desk.get(id).orElseThrow();
    assertThat(replay.state()).as(replay.error()).isEqualTo(Replay.State.DONE);
    assertThat(replay.own()).isTrue();
    return replay;
  }

  @Test
  void refundsThatAreThroughHearOfTheirMoneyTwiceMoreAndNothingChanges() {
    long told =
        number(
            "select count(*) from messaging.log"
                + " where type in ('refund.succeeded.v1', 'refund.reversed.v1')");
    assertThat(number("select count(*) from aftersales.refund_case where succeeded_at is not null"))
        .as("customers' refunds with their money back")
        .isPositive();
    Map<String, String> before = settledBooks();
    for (int time = 0; time < 2; time++) {
      assertThat(replayed("refunds").told()).isEqualTo(told).isPositive();
      assertThat(settledBooks()).isEqualTo(before);
    }
    assertThat(number("select count(*) from messaging.dead_letter")).isZero();
  }

  @Test
  void grantsThatMissedWhatBecameOfTheirOrdersCatchUpOnceAndNoFurther() {
    shop.run(
        """
        insert into flashsale.grant (order_number, sale, pool, sku, user_id, quantity, key_hash,
          state, version)
        select o.number, i.sale, i.pool, i.sku, o.user_id, 1, row_number() over (), 'held', 1
        from ordering.orders o
        cross join (
          select sale, pool, sku from flashsale.item where pool is not null limit 1) i
        """);
    long grants = number("select count(*) from flashsale.grant where state = 'held'");
    assertThat(replayed("flash-grants").told()).isPositive();
    Map<String, Long> states = new TreeMap<>();
    shop.database()
        .read(
            Sql.of("select state, count(*) from flashsale.grant group by 1"),
            row -> Map.entry(row.getString(1), row.getLong(2)))
        .forEach(state -> states.put(state.getKey(), state.getValue()));
    assertThat(states.keySet()).contains("paid", "released");
    assertThat(states.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(grants);
    assertThat(
            number(
                """
                select count(*) from flashsale.grant g
                join ordering.orders o on o.number = g.order_number
                where (g.state = 'held') <> (o.state = 1)
                """))
        .isZero();
    Map<String, String> after = settledBooks();
    assertThat(replayed("flash-grants").told()).isPositive();
    assertThat(settledBooks()).isEqualTo(after);
    shop.run("delete from flashsale.grant");
  }
}
