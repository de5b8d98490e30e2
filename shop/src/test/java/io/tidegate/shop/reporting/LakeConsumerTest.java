package io.tidegate.shop.reporting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.db.Sql;
import io.tidegate.platform.messaging.Messaging;
import io.tidegate.platform.messaging.MessagingSettings;
import io.tidegate.platform.testing.TestBroker;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the log through a real broker into the lake: each event once, whatever comes again. */
@Tag("own-engine")
class LakeConsumerTest {

  private static final Duration LONG = Duration.ofSeconds(60);
  private static final List<String> TOPICS =
      List.of("order", "payment", "refund", "return", "stock", "shipment", "sale");

  @TempDir private Path folder;
  private TestBroker broker;

  /** Of its own for each: what is on a topic has positions of one database. */
  @BeforeEach
  void start() {
    broker = TestBroker.own(folder.resolve("mq"), TOPICS);
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  private MessagingSettings settings() {
    return MessagingSettings.of(broker.topicPrefix())
        .withTimes(
            Duration.ofSeconds(2),
            Duration.ofMillis(400),
            List.of(Duration.ofMillis(50), Duration.ofMillis(50)),
            Duration.ofMillis(50),
            Duration.ofMillis(300),
            Duration.ofMillis(500))
        .withBatches(2_000, 8 << 20, Duration.ofMillis(200), 500);
  }

  private Messaging relay(LakeShop shop) {
    return Messaging.start(
        shop.database, broker.namesrv(), "relay", "/test", settings(), List.of());
  }

  private Messaging hear(LakeShop shop, String node) {
    return Messaging.hear(
        "reports", shop.database, broker.namesrv(), node, settings(), List.of(shop.writer));
  }

  private static long receipts(LakeShop shop) {
    return shop.database
        .read(
            Sql.of(
                "select coalesce(sum(n), 0)::bigint from (select bit_count(bit_or(bits)) n"
                    + " from messaging.receipt where consumer = 'lake' group by range) r"),
            row -> row.getLong(1))
        .getFirst();
  }

  /** A row for each event, and none twice. */
  private static void isWhole(LakeShop shop, int orders) throws SQLException {
    assertThat(shop.ask("select count(*), count(distinct position) from orders"))
        .containsExactly(2 * orders + "|" + 2 * orders);
    assertThat(shop.ask("select count(*) from (select distinct position, line from lines)"))
        .containsExactly(Integer.toString(4 * orders));
    assertThat(shop.ask("select count(*) from lines")).containsExactly("" + 4 * orders);
    assertThat(shop.ask("select count(*) from payments")).containsExactly("" + orders);
  }

  @Test
  void whatComesTwiceAndOutOfOrderIsInTheLakeOnce() throws Exception {
    try (LakeShop shop = new LakeShop(folder)) {
      shop.log(0, 300);
      String beginning =
          shop.database
              .read(Sql.of("select snapshot::text from messaging.relay"), row -> row.getString(1))
              .getFirst();
      try (Messaging relay = relay(shop);
          Messaging _ = hear(shop, "one");
          Messaging _ = hear(shop, "two")) { // two processes share the queues
        await().atMost(LONG).until(() -> receipts(shop) == 600);
        shop.log(300, 200);
        relay.wake();
        await().atMost(LONG).until(() -> receipts(shop) == 1_000);
      }
      isWhole(shop, 500);
      List<String> contents = shop.contents();

      // Everything is published once more, and read from where nobody has read yet.
      shop.run("update messaging.relay set snapshot = '" + beginning + "'");
      shop.run("delete from messaging.queue");
      long files = shop.ground.files().revision();
      try (Messaging _ = relay(shop);
          Messaging _ = hear(shop, "one")) {
        await()
            .atMost(LONG)
            .until(() ->
                shop.database
                        .read(
                            Sql.of(
                                "select coalesce(sum(greatest(next_offset, 0)), 0)::bigint"
                                    + " from messaging.queue"),
                            row -> row.getLong(1))
                        .getFirst()
                    >= 2_000);
        shop.log(500, 1);
        await().atMost(LONG).until(() -> receipts(shop) == 1_002);
      }
      assertThat(shop.ground.files().revision()).isGreaterThan(files);
      isWhole(shop, 501);
      assertThat(shop.contents()).containsAll(contents);
    }
  }

  @Test
  void theAuditFindsNothingMissingAndFeedsNothingTwice() throws Exception {
    try (LakeShop shop = new LakeShop(folder)) {
      shop.log(0, 50);
      try (Messaging _ = relay(shop);
          Messaging hearing = hear(shop, "one")) {
        await().atMost(LONG).until(() -> receipts(shop) == 100);
        isWhole(shop, 50);
        // The audit looks again at all of them, and finds that nothing is missing.
        hearing.deliveryAudit().rewind("lake");
        await()
            .atMost(LONG)
            .until(() -> hearing.deliveryAudit().coverage().getFirst().looked() == 100);
        assertThat(hearing.deliveryAudit().coverage().getFirst().missing()).isZero();
        isWhole(shop, 50);
      }
    }
  }

  @Test
  void anEventThatIsNoneIsParkedAndTheOthersAreWritten() throws Exception {
    try (LakeShop shop = new LakeShop(folder)) {
      shop.database.write(
          "log",
          tx -> {
            shop.log.append(
                tx, List.of(LakeShop.event("order.paid.v1", 7, 1, LakeShop.EVENING, "{}")));
            return true;
          });
      shop.log(0, 40);
      try (Messaging _ = relay(shop);
          Messaging hearing = hear(shop, "one")) {
        await().atMost(LONG).until(() -> receipts(shop) == 80);
        await().atMost(LONG).until(() -> hearing.deadLetters().list("lake", 0, 10).size() == 1);
        isWhole(shop, 40);
      }
    }
  }
}
