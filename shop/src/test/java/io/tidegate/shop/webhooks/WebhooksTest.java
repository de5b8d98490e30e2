package io.tidegate.shop.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.http.OutwardCalls;
import io.tidegate.platform.http.ScriptedServer;
import io.tidegate.platform.testing.TestLimits;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Events reach who subscribed, signed, whatever receivers do. */
class WebhooksTest {

  private static final Duration LONG = TestLimits.PATIENCE;

  private final WebhookShop shop = new WebhookShop();
  private final Receiver receiver = new Receiver();

  @AfterEach
  void close() {
    receiver.close();
    shop.close();
  }

  private WebhookDesk.WithSecret subscribe(WebhookService to, String url, String... types) {
    return to.desk()
        .create(new WebhookDesk.Wish(url, List.of(types), "a test"), "eve")
        .orElseThrow();
  }

  private long subscribed(WebhookService to, String... types) {
    return subscribe(to, receiver.url(), types).subscription().id();
  }

  private void awaitStates(long subscription, String... states) {
    await()
        .atMost(LONG)
        .untilAsserted(() -> assertThat(shop.states(subscription)).containsExactly(states));
  }

  @Test
  void anEventReachesWhoWantsItSignedAndAsTheFeedShowsIt() {
    WebhookService service = shop.started(WebhookShop.SETTINGS);
    WebhookDesk.WithSecret all = subscribe(service, receiver.url());
    long paid = subscribed(service, "order.paid.v1");
    long others = subscribed(service, "refund.*");
    shop.append("order.paid.v1", 7);
    shop.append("order.placed.v1", 8);

    awaitStates(all.subscription().id(), "delivered", "delivered");
    awaitStates(paid, "delivered");
    awaitStates(others);
    Receiver.Got got =
        receiver.got().stream()
            .filter(one -> one.isSignedWith(all.secret()) && one.body().contains("paid"))
            .findFirst()
            .orElseThrow();
    assertThat(got.body())
        .startsWith("{\"specversion\":\"1.0\",\"id\":\"")
        .contains("\"type\":\"order.paid.v1\"", "\"subject\":\"7\"", "\"data\":{\"key\":7}");
    assertThat(got.headers()).containsEntry("content-type", "application/json");
    String position = got.body().split("\"", -1)[7];
    assertThat(got.id()).isEqualTo("evt_" + position);
    assertThat(got.isSignedWith("whsec_" + "A".repeat(44))).isFalse();
    assertThat(shop.meters.counter("tidegate.webhooks.tries", "result", "delivered").count())
        .isEqualTo(3);
  }

  @Test
  void nothingIsReadWhileNobodyIsSubscribedAndWhoComesLaterBeginsAtTheEnd() {
    WebhookService service = shop.started(WebhookShop.SETTINGS);
    shop.append("order.paid.v1", 1);
    await().until(shop::shown);
    assertThat(shop.count("webhooks.cursor where horizon = 0")).isOne();

    long id = subscribed(service);
    shop.append("order.paid.v1", 2);
    awaitStates(id, "delivered");
    assertThat(receiver.got().getFirst().body()).contains("\"subject\":\"2\"");

    service.desk().disable(id, "eve");
    shop.append("order.paid.v1", 3);
    await().until(shop::shown);
    service.desk().enable(id, "eve");
    shop.append("order.paid.v1", 4);
    awaitStates(id, "delivered", "delivered");
    assertThat(receiver.got().getLast().body()).contains("\"subject\":\"4\"");
  }

  @Test
  void whoSubscribesWhileTheLogIsReadMissesNothing() {
    WebhookService service = shop.started(WebhookShop.SETTINGS);
    subscribed(service, "order.*");
    for (int round = 0; round < 20; round++) {
      long late = subscribed(service, "thing." + "abcdefghijklmnopqrst".charAt(round) + ".v1");
      shop.append("thing." + "abcdefghijklmnopqrst".charAt(round) + ".v1", round);
      awaitStates(late, "delivered");
    }
  }

  @Test
  void tryingEndsAndASecondWishBeginsItAgain() {
    WebhookService service = shop.started(WebhookShop.SETTINGS);
    receiver.script(Receiver.answering(302));
    long id = subscribed(service);
    shop.append("order.paid.v1", 1);
    awaitStates(id, "failed status_302");
    assertThat(receiver.ids()).hasSize(4).containsOnly(receiver.ids().getFirst());
    assertThat(service.desk().subscriptions().get(id).orElseThrow().failingSince()).isNotNull();

    receiver.script(Receiver.answering(200));
    Delivery failed = shop.deliveries.list(id, List.of(), Long.MAX_VALUE, 10).getFirst();
    assertThat(failed.tries()).isEqualTo(4);
    assertThat(service.desk().again(id, failed.id(), "eve")).isPresent();
    awaitStates(id, "delivered");
    assertThat(receiver.ids()).hasSize(5).containsOnly(receiver.ids().getFirst());
    assertThat(service.desk().subscriptions().get(id).orElseThrow().failingSince()).isNull();
    assertThat(shop.count("staff.act where act = 'webhook.replay' and actor = 'eve'")).isOne();
  }

  @Test
  void goneDisablesAndEndsWhatWaits() {
    WebhookService service = shop.started(WebhookShop.SETTINGS);
    receiver.script(Receiver.answering(410));
    long id = subscribed(service);
    shop.append("order.paid.v1", 1);
    await()
        .atMost(LONG)
        .untilAsserted(() ->
            assertThat(service.desk().subscriptions().get(id).orElseThrow().why())
                .isEqualTo(Subscription.Why.GONE));
    shop.database()
        .run(
            "insert into webhooks.delivery (subscription, position, type, state, next_try_at)"
                + " values (%d, 4711, 'a.v1', 'waiting', now())".formatted(id));
    new UpkeepStore(shop.database().database(), WebhookShop.SETTINGS).step();
    assertThat(shop.states(id)).containsExactly("failed status_410", "failed disabled");
    assertThat(receiver.got()).hasSize(1);
  }

  @Test
  void whoAsksToBeSlowerIsLeftAloneAndThenTriedWithOne() {
    WebhookService service = shop.started(WebhookShop.SETTINGS);
    receiver.script((exchange, _) -> {
      exchange.getResponseHeaders().add("Retry-After", "1800");
      exchange.sendResponseHeaders(429, -1);
    });
    long id = subscribed(service);
    shop.append("order.paid.v1", 1);
    await()
        .atMost(LONG)
        .until(() -> service.desk().subscriptions().get(id).orElseThrow().slowUntil() != null);
    assertThat(service.desk().subscriptions().get(id).orElseThrow().slowUntil())
        .isBetween(Instant.now().plusSeconds(1_000), Instant.now().plusSeconds(1_900));
    shop.append("order.paid.v1", 2);
    awaitStates(id, "waiting status_429", "waiting");
    assertThat(receiver.got()).hasSize(1);

    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    receiver.script((exchange, _) -> {
      most.accumulateAndGet(inside.incrementAndGet(), Math::max);
      inside.decrementAndGet();
      exchange.sendResponseHeaders(200, -1);
    });
    shop.database()
        .run("update webhooks.subscription set slow_until = now() - interval '1 second'");
    shop.database().run("update webhooks.delivery set next_try_at = now()");
    awaitStates(id, "delivered", "delivered");
    assertThat(service.desk().subscriptions().get(id).orElseThrow().slowSteps()).isZero();
  }

  @Test
  void aReceiverThatHangsHoldsUpNobodyElse() {
    WebhookService service = shop.started(WebhookShop.SETTINGS);
    CountDownLatch end = new CountDownLatch(1);
    try (Receiver hanging = new Receiver()) {
      hanging.script((_, _) -> end.await());
      long stuck = subscribe(service, hanging.url()).subscription().id();
      long well = subscribed(service);
      for (int i = 0; i < 20; i++) {
        shop.append("order.paid.v1", i);
      }
      await().atMost(LONG).until(() -> receiver.got().size() == 20);
      await().atMost(LONG).until(() -> !shop.states(well).contains("sending"));
      assertThat(shop.states(well)).hasSize(20).containsOnly("delivered");
      await().atMost(LONG).until(() -> hanging.got().size() == 4);
      assertThat(shop.states(stuck)).hasSize(20).contains("sending", "waiting");
      end.countDown();
    }
  }

  @Test
  void whatBreaksInTheMidstComesAgainUnderTheSameId() {
    WebhookService service = shop.started(WebhookShop.SETTINGS);
    AtomicInteger tries = new AtomicInteger();
    try (ScriptedServer breaking =
        new ScriptedServer(_ ->
            tries.incrementAndGet() < 3
                ? new ScriptedServer.Act.Reset()
                : new ScriptedServer.Act.Say(200, ""))) {
      long id = subscribe(service, breaking.base() + "/in").subscription().id();
      shop.append("order.paid.v1", 1);
      awaitStates(id, "delivered");
      assertThat(breaking.asked()).hasSize(3);
    }
  }

  @Test
  void silenceIsTold() {
    WebhookService service =
        shop.service("node", WebhookShop.SETTINGS, WebhookShop.calls(Duration.ofMillis(400)));
    service.start();
    CountDownLatch end = new CountDownLatch(1);
    receiver.script((_, _) -> end.await());
    long id = subscribed(service);
    shop.append("order.paid.v1", 1);
    awaitStates(id, "failed timed_out");
    end.countDown();
  }

  @Test
  void aNameThatPointsInwardsByNowGetsNothing() {
    OutwardCalls strict =
        new OutwardCalls(
            new OutwardCalls.Settings(false, LONG),
            _ -> new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")});
    WebhookService service = shop.service("node", WebhookShop.SETTINGS, strict);
    service.start();
    long id =
        subscribe(service, receiver.url().replace("http://127.0.0.1", "https://was.public.example"))
            .subscription()
            .id();
    shop.append("order.paid.v1", 1);
    awaitStates(id, "failed forbidden_address");
    assertThat(receiver.got()).isEmpty();
  }

  @Test
  void anAddressOfWhenPrivateOnesWereAllowedGetsNothing() {
    OutwardCalls strict = new OutwardCalls(new OutwardCalls.Settings(false, LONG));
    WebhookService service = shop.service("node", WebhookShop.SETTINGS, strict);
    service.start();
    long id = subscribed(service);
    shop.append("order.paid.v1", 1);
    awaitStates(id, "failed tls");
    assertThat(receiver.got()).isEmpty();
  }

  @Test
  void afterARotationBothSecretsSignForADay() {
    WebhookService service = shop.started(WebhookShop.SETTINGS);
    WebhookDesk.WithSecret old = subscribe(service, receiver.url());
    long id = old.subscription().id();
    WebhookDesk.WithSecret fresh = service.desk().rotate(id, "eve").orElseThrow();
    shop.append("order.paid.v1", 1);
    awaitStates(id, "delivered");
    assertThat(receiver.got().getFirst().isSignedWith(old.secret())).isTrue();
    assertThat(receiver.got().getFirst().isSignedWith(fresh.secret())).isTrue();
    assertThat(fresh.subscription().oldSecretUntil())
        .isBetween(Instant.now().plusSeconds(80_000), Instant.now().plusSeconds(90_000));

    shop.database()
        .run("update webhooks.subscription set old_secret_until = now() - interval '1 second'");
    shop.append("order.paid.v1", 2);
    awaitStates(id, "delivered", "delivered");
    assertThat(receiver.got().getLast().isSignedWith(old.secret())).isFalse();
    assertThat(receiver.got().getLast().isSignedWith(fresh.secret())).isTrue();
  }

  @Test
  void aTestIsSentThoughItIsNoEvent() {
    WebhookService service = shop.started(WebhookShop.SETTINGS);
    WebhookDesk.WithSecret one = subscribe(service, receiver.url(), "refund.*");
    Delivery test = service.desk().test(one.subscription().id(), "eve");
    awaitStates(one.subscription().id(), "delivered");
    Receiver.Got got = receiver.got().getFirst();
    assertThat(got.isSignedWith(one.secret())).isTrue();
    assertThat(got.id()).isEqualTo(test.webhookId()).startsWith("test_");
    assertThat(got.body()).contains("\"type\":\"webhook.test.v1\"");
  }

  /** The largest order that can be placed is some hundreds of thousands of bytes. */
  @Test
  void whatIsLargerThanIsRecommendedIsSent() {
    WebhookService service = shop.started(WebhookShop.SETTINGS);
    long id = subscribed(service);
    shop.append("order.paid.v1", 1, "{\"a\":\"" + "x".repeat(200_000) + "\"}");
    awaitStates(id, "delivered");
    assertThat(receiver.got().getFirst().body()).hasSizeGreaterThan(200_000);
  }

  @Test
  void whatIsTooLargeOrGoneIsTold() {
    WebhookService service = shop.started(WebhookShop.SETTINGS);
    long id = subscribed(service);
    shop.append(
        "order.paid.v1", 1, "{\"a\":\"" + "x".repeat(WebhookSettings.BODY_BYTES_MAX) + "\"}");
    awaitStates(id, "failed too_large");
    shop.database()
        .run(
            "insert into webhooks.delivery (subscription, position, type, state, next_try_at)"
                + " values (%d, 4711, 'a.v1', 'waiting', now())".formatted(id));
    awaitStates(id, "failed too_large", "failed event_gone");
    assertThat(receiver.got()).isEmpty();
    assertThat(service.desk().subscriptions().get(id).orElseThrow().failingSince()).isNull();
  }
}
