package io.tidegate.server.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log is looked at before a month's tables are locked, and once more, shortly, after it. */
class DetachmentTest {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir private Path folder;
  private FilledShop shop;

  @BeforeEach
  void open() throws Exception {
    shop = new FilledShop(folder);
  }

  @AfterEach
  void close() throws Exception {
    shop.close();
  }

  /** What was told since the audit may be much: whoever places an order doesn't wait for it. */
  @Test
  void theLogIsReadBeforeOrdersWait() throws Exception {
    Month month = Month.of(shop.oldest());
    LogPlace now = shop.database.bulk(PATIENCE, LogPlace::now);
    Detachment detachment = new Detachment(shop.database, _ -> {}, _ -> {});
    CompletableFuture<Boolean> leaving;
    try (Connection holder = DriverManager.getConnection(shop.url);
        Statement holds = holder.createStatement()) {
      holder.setAutoCommit(false);
      holds.execute("lock table messaging.log in access exclusive mode");
      leaving = CompletableFuture.supplyAsync(() -> detachment.run(month, now, false));
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(20))
          .until(() -> waiting("messaging.log") > 0);
      assertThat(
              shop.number(
                  "select count(*) from pg_locks where mode = 'AccessExclusiveLock' and granted"
                      + " and relation = 'ordering.orders'::regclass"))
          .isZero();
      holder.rollback();
    }
    assertThatThrownBy(() -> leaving.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
        .as("the month was never verified")
        .hasRootCauseInstanceOf(RetireFailure.class);
  }

  private long waiting(String table) {
    return shop.number(
        "select count(*) from pg_locks where not granted and relation = '%s'::regclass"
            .formatted(table));
  }

  @Test
  void whatIsToldAfterTheLookIsSeen() throws Exception {
    Month month = Month.of(shop.oldest());
    String event =
        "insert into messaging.log (type, key, version, time, traceparent, data) values"
            + " ('order.completed.v1', %d, 9, now(), '', '')";
    try (Connection early = DriverManager.getConnection(shop.url);
        Statement begun = early.createStatement()) {
      early.setAutoCommit(false);
      begun.execute(event.formatted(month.first()));
      LogPlace place = shop.database.bulk(PATIENCE, LogPlace::now);
      assertThat(told(place, month)).isFalse();
      shop.run(event.formatted(month.next()));
      assertThat(told(place, month)).isFalse();
      early.commit();
      assertThat(told(place, month)).isTrue();
    }
    LogPlace later = shop.database.bulk(PATIENCE, LogPlace::now);
    assertThat(told(later, month)).isFalse();
    shop.run(event.formatted(month.first()));
    assertThat(told(later, month)).isTrue();
  }

  private boolean told(LogPlace since, Month month) throws IOException {
    return shop.database.bulk(PATIENCE, bulk -> since.hasTold(bulk, month));
  }
}
