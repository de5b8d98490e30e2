package io.tidegate.shop.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.db.Sql;
import io.tidegate.platform.testing.TestLimits;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What ended goes in time, as fast as it comes, and nothing that goes on. */
class WebhookUpkeepTest {

  private static final Duration LONG = TestLimits.PATIENCE;
  private static final Sql AGAIN =
      Sql.of(
          """
          update webhooks.delivery set state = 'waiting', next_try_at = now(), ended_at = null
          where id = ? returning id
          """);
  private static final Sql CHANGE =
      Sql.of("update webhooks.cursor set generation = generation + 1");

  private final WebhookShop shop = new WebhookShop();
  private final UpkeepStore upkeep =
      new UpkeepStore(shop.database().database(), WebhookShop.SETTINGS);
  private WebhookService service;
  private long id;

  @BeforeEach
  void subscribe() {
    service = shop.service("node", WebhookShop.SETTINGS, WebhookShop.calls(LONG));
    id =
        service
            .desk()
            .create(new WebhookDesk.Wish("https://shop.example/in", List.of(), ""), "eve")
            .orElseThrow()
            .subscription()
            .id();
  }

  @AfterEach
  void close() {
    shop.close();
  }

  private void ended(String state, String ago, int first, int last) {
    shop.database()
        .run(
            """
            insert into webhooks.delivery (subscription, position, type, state, why, ended_at)
            select %d, n, 'a.v1', '%s', case '%s' when 'failed' then 'status_500' end,
              now() - interval '%s'
            from generate_series(%d, %d) n
            """
                .formatted(id, state, state, ago, first, last));
  }

  @Test
  void itGoesOnWhileAnythingIsPastItsTime() {
    int most = UpkeepStore.ROWS_MAX * UpkeepStore.TRIMS_MAX;
    ended("delivered", "8 days", 1, most + 10);
    ended("delivered", "6 days", most + 11, most + 20);
    ended("failed", "31 days", most + 21, most + 30);
    ended("failed", "29 days", most + 31, most + 40);
    assertThat(upkeep.step()).isTrue();
    assertThat(shop.count("webhooks.delivery")).isEqualTo(30);
    assertThat(upkeep.step()).isFalse();
    assertThat(shop.count("webhooks.delivery")).isEqualTo(20);
    assertThat(shop.count("webhooks.delivery where ended_at < now() - interval '30 days'"))
        .isZero();
  }

  @Test
  void whatADeletedOneLeavesGoesAtOnce() {
    ended("delivered", "1 second", 1, 3 * UpkeepStore.ROWS_MAX);
    service.desk().delete(id, "eve");
    assertThat(upkeep.step()).isFalse();
    assertThat(shop.count("webhooks.delivery")).isZero();
    assertThat(shop.count("webhooks.subscription")).isZero();
  }

  @Test
  void whatIsSentAgainAtThisMomentStays() {
    ended("delivered", "8 days", 1, 2);
    long again = shop.deliveries.list(id, List.of(), Long.MAX_VALUE, 1).getFirst().id();
    CompletableFuture<Boolean> step = new CompletableFuture<>();
    shop.database()
        .database()
        .writeOnce(tx -> {
          tx.query(AGAIN, row -> row.getLong(1), again);
          tx.write(CHANGE);
          Thread.ofVirtual().start(() -> step.complete(upkeep.step()));
          return step.orTimeout(LONG.toSeconds(), TimeUnit.SECONDS).join();
        });
    assertThat(shop.states(id)).containsExactly("waiting");
  }
}
