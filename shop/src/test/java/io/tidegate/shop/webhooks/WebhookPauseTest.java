package io.tidegate.shop.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A receiver that asked to be left alone is, whatever comes of calls that were under way then. */
class WebhookPauseTest {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAYS = Duration.ofDays(5);

  private final WebhookShop shop = new WebhookShop();
  private long id;

  @BeforeEach
  void subscribe() {
    id =
        shop.service("node", WebhookShop.SETTINGS, WebhookShop.calls(HOUR))
            .desk()
            .create(new WebhookDesk.Wish("https://shop.example/in", List.of(), ""), "eve")
            .orElseThrow()
            .subscription()
            .id();
    shop.database()
        .run(
            """
            insert into webhooks.delivery (subscription, position, type, state, next_try_at)
            select %d, n, 'a.v1', 'waiting', now() from generate_series(1, 10) n
            """
                .formatted(id));
  }

  @AfterEach
  void close() {
    shop.close();
  }

  private List<Delivery> begin(int tries) {
    List<Delivery> begun = shop.deliveries.claim(Map.of(id, tries), HOUR);
    assertThat(begun).hasSize(tries).allMatch(one -> one.triedAt() != null);
    return begun;
  }

  private static DeliveryStore.Ended slower(Delivery delivery, Duration pause) {
    return new DeliveryStore.Ended(
        delivery,
        new Verdict(
            Delivery.State.WAITING, HOUR, "status_429", 429, new Verdict.Receiver.Slower(pause)));
  }

  private static DeliveryStore.Ended taken(Delivery delivery) {
    return new DeliveryStore.Ended(
        delivery,
        new Verdict(Delivery.State.DELIVERED, null, null, 200, new Verdict.Receiver.Takes()));
  }

  private void end(DeliveryStore.Ended... ended) {
    shop.deliveries.end(List.of(ended), DAYS);
  }

  /**
   * The pause ends at a whole millisecond, as times are read, which is after all that has begun.
   */
  private void passes() {
    shop.database()
        .run(
            "update webhooks.subscription set slow_until ="
                + " date_trunc('milliseconds', clock_timestamp()) + interval '2 milliseconds'");
    await().until(() -> now().slowUntil() == null);
  }

  private Subscription now() {
    return shop.store.get(id).orElseThrow();
  }

  @Test
  void aStragglingSuccessEndsNoPause() {
    List<Delivery> together = begin(3);
    end(slower(together.getFirst(), HOUR));
    Instant until = now().slowUntil();
    assertThat(until).isNotNull();
    end(taken(together.get(1)));
    assertThat(now().slowUntil()).isEqualTo(until);
    assertThat(now().slowSteps()).isOne();
    assertThat(now().failingSince()).isNull();

    passes();
    end(taken(together.get(2)));
    assertThat(now().slowSteps()).as("it began before the pause").isOne();
    end(taken(begin(1).getFirst()));
    assertThat(now().slowSteps()).isZero();
    assertThat(now().slowUntil()).isNull();
  }

  @Test
  void aBurstIsOneStepAndItsLongestPauseCounts() {
    List<Delivery> together = begin(4);
    end(slower(together.getFirst(), Duration.ofSeconds(5)));
    Instant first = now().slowUntil();
    assertThat(first).isNotNull();
    end(slower(together.get(1), HOUR), slower(together.get(2), Duration.ofSeconds(1)));
    assertThat(now().slowSteps()).isOne();
    assertThat(now().slowUntil()).isAfter(first.plus(HOUR.dividedBy(2)));
    end(slower(together.get(3), Duration.ofSeconds(1)));
    assertThat(now().slowSteps()).isOne();

    passes();
    end(slower(begin(1).getFirst(), HOUR));
    assertThat(now().slowSteps()).isEqualTo(2);
  }
}
