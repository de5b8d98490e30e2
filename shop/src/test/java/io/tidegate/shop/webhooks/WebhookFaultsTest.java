package io.tidegate.shop.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.http.OutwardCalls;
import io.tidegate.platform.messaging.EventFeed;
import io.tidegate.platform.messaging.EventTypes;
import io.tidegate.platform.messaging.FeedEvent;
import io.tidegate.platform.messaging.FeedPage;
import io.tidegate.platform.messaging.FeedPlace;
import io.tidegate.platform.testing.TestLimits;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nothing is lost, doubled or kept for ever, whoever dies. */
class WebhookFaultsTest {

  private static final Duration LONG = TestLimits.PATIENCE;
  private static final Instant EVENTS_AT = WebhookShop.EVENTS_AT;

  private final WebhookShop shop = new WebhookShop();
  private final Receiver receiver = new Receiver();

  @AfterEach
  void close() {
    receiver.close();
    shop.close();
  }

  private long subscribed(WebhookService to, String... types) {
    return to.desk()
        .create(new WebhookDesk.Wish(receiver.url(), List.of(types), ""), "eve")
        .orElseThrow()
        .subscription()
        .id();
  }

  private void awaitStates(long subscription, String... states) {
    await()
        .atMost(LONG)
        .untilAsserted(() -> assertThat(shop.states(subscription)).containsExactly(states));
  }

  private static WebhookSettings limits(Duration disableAfter, int waitingMax, Duration kept) {
    WebhookSettings s = WebhookShop.SETTINGS;
    return new WebhookSettings(
        s.waits(),
        s.jitterPercent(),
        s.lease(),
        s.pollEvery(),
        s.perEndpointMax(),
        s.retryAfterMax(),
        s.slowFirst(),
        s.slowMax(),
        disableAfter,
        s.oldSecretKept(),
        waitingMax,
        kept,
        kept);
  }

  @Test
  void twoNodesSendEachEventOnceAndOneGoesOnAlone() {
    WebhookService one = shop.service("one", WebhookShop.SETTINGS, WebhookShop.calls(LONG));
    WebhookService two = shop.service("two", WebhookShop.SETTINGS, WebhookShop.calls(LONG));
    one.start();
    two.start();
    long id = subscribed(one);
    for (int i = 0; i < 200; i++) {
      shop.append("order.paid.v1", i);
    }
    // What its end breaks off is sent once more: at least once. Here none is under way then.
    await()
        .atMost(LONG)
        .until(() -> shop.count("webhooks.delivery where state = 'delivered'") == 200);
    one.close();
    for (int i = 200; i < 250; i++) {
      shop.append("order.paid.v1", i);
    }
    await().atMost(LONG).until(() -> new HashSet<>(receiver.ids()).size() == 250);
    await()
        .atMost(LONG)
        .until(() -> shop.count("webhooks.delivery where state = 'delivered'") == 250);
    assertThat(receiver.ids()).hasSize(250);
    assertThat(shop.states(id)).hasSize(250);
  }

  @Test
  void whoDiesBetweenSendingAndWritingLeavesItToAnotherUnderTheSameId() {
    WebhookSettings settings = WebhookShop.SETTINGS;
    WebhookService reads = shop.service("reads", settings, WebhookShop.calls(LONG));
    long id = subscribed(reads);
    shop.append("order.paid.v1", 1);
    await().until(shop::shown);
    CountDownLatch sent = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    try (OutwardCalls calls = WebhookShop.calls(LONG);
        FanOutWorker fanOut =
            new FanOutWorker(shop.database().database(), shop.feed, settings, "reads", () -> {})) {
      fanOut.start();
      WebhookClient client = new WebhookClient(calls, InstantSource.system());
      try (DeliveryWorker dies =
          shop.worker(
              (url, headers, body) -> {
                client.send(url, headers, body);
                sent.countDown();
                awaitQuietly(never);
                return new TryResult.Silent("stopping"); // as one that is gone: nobody hears of it
              },
              settings)) {
        dies.start();
        awaitQuietly(sent);
      }
      assertThat(shop.states(id)).containsExactly("sending");
      shop.database().run("update webhooks.delivery set next_try_at = now()"); // its lease is over
      try (DeliveryWorker next = shop.worker(client, settings)) {
        next.start();
        awaitStates(id, "delivered");
      }
    }
    assertThat(receiver.ids()).hasSize(2).containsOnly(receiver.ids().getFirst());
    assertThat(shop.deliveries.list(id, List.of(), Long.MAX_VALUE, 1).getFirst().tries())
        .isEqualTo(2);
  }

  /** A result that the database refuses for what it is holds up no other one. */
  @Test
  void aResultThatCannotBeWrittenHoldsUpNoOther() {
    shop.database()
        .run(
            "alter table webhooks.delivery add constraint refused"
                + " check (type <> 'bad.v1' or state in ('waiting', 'sending'))");
    WebhookService service = shop.service("node", WebhookShop.SETTINGS, WebhookShop.calls(LONG));
    subscribed(service);
    for (int i = 0; i < 20; i++) {
      shop.append(i == 7 ? "bad.v1" : "order.paid.v1", i);
    }
    service.start();
    await()
        .atMost(LONG)
        .until(() -> shop.count("webhooks.delivery where state = 'delivered'") == 19);
    assertThat(shop.count("webhooks.delivery where state = 'sending' and type = 'bad.v1'"))
        .as("it comes again after its lease")
        .isOne();
    for (int i = 20; i < 40; i++) {
      shop.append("order.paid.v1", i);
    }
    await()
        .atMost(LONG)
        .until(() -> shop.count("webhooks.delivery where state = 'delivered'") == 39);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aRangeIsSentOnceMoreAndWhatWasDeliveredOnlyOnWish() {
    WebhookService service = shop.started(WebhookShop.SETTINGS);
    for (int i = 0; i < 30; i++) {
      shop.append(i % 2 == 0 ? "order.paid.v1" : "order.placed.v1", i);
    }
    await().until(shop::shown);
    long id = subscribed(service, "order.paid.v1");
    shop.append("order.paid.v1", 100);
    awaitStates(id, "delivered");

    replay(service, id, EVENTS_AT, null, false);
    await().atMost(LONG).until(() -> receiver.got().size() == 16);
    assertThat(new HashSet<>(receiver.ids())).hasSize(16);
    RangeReplay done = awaitDone(service, id);
    assertThat(done.sent()).as("one of them stood as delivered").isEqualTo(15);
    assertThat(done.read()).isEqualTo(16);
    assertThat(done.reachedAt()).isEqualTo(EVENTS_AT);

    replay(service, id, EVENTS_AT, null, true);
    await().atMost(LONG).until(() -> receiver.got().size() == 32);
    assertThat(new HashSet<>(receiver.ids())).hasSize(16);
    assertThat(awaitDone(service, id).sent()).isEqualTo(16);

    replay(service, id, EVENTS_AT.plusMillis(1), null, true);
    replayed(service, id, EVENTS_AT.minusSeconds(60), EVENTS_AT);
    assertThat(receiver.got()).hasSize(32);
  }

  private static void replay(
      WebhookService service, long id, Instant from, Instant to, boolean deliveredToo) {
    assertThat(service.desk().replay(id, from, to, deliveredToo, "eve"))
        .isInstanceOf(WebhookDesk.Wished.Begun.class);
    awaitDone(service, id);
  }

  private static void replayed(WebhookService service, long id, Instant from, Instant to) {
    replay(service, id, from, to, true);
    assertThat(awaitDone(service, id).sent()).isZero();
  }

  private static RangeReplay awaitDone(WebhookService service, long id) {
    await()
        .atMost(LONG)
        .until(() ->
            service.desk().replays().latest(id).orElseThrow().state() == RangeReplay.State.DONE);
    return service.desk().replays().latest(id).orElseThrow();
  }

  @Test
  void aReplayGoesToItsEndHowFarBehindItsReaderMayBe() throws Exception {
    WebhookService stopped = shop.service("node", WebhookShop.SETTINGS, WebhookShop.calls(LONG));
    long id = subscribed(stopped);
    shop.append("order.paid.v1", 1);
    await().until(shop::shown);
    RangeReplayStore.Wish wish =
        new RangeReplayStore.Wish(
            id,
            EVENTS_AT,
            EVENTS_AT.plusSeconds(1),
            true,
            shop.feed.from(EVENTS_AT),
            shop.feed.end().horizon() + 1); // of which the reader knows nothing yet
    shop.database().database().writeOnce(tx -> RangeReplayStore.add(tx, wish, "eve"));
    RangeReplayWorker worker =
        new RangeReplayWorker(shop.database().database(), shop.feed, WebhookShop.SETTINGS);
    assertThat(worker.step()).isTrue();
    while (worker.step()) {
      // all that there is
    }
    RangeReplay behind = stopped.desk().replays().latest(id).orElseThrow();
    assertThat(behind.state()).isEqualTo(RangeReplay.State.RUNNING);
    assertThat(behind.sent()).isOne();

    shop.append("order.paid.v1", 2);
    await()
        .atMost(LONG)
        .until(() -> {
          worker.step();
          return stopped.desk().replays().latest(id).orElseThrow().state()
              == RangeReplay.State.DONE;
        });
    assertThat(stopped.desk().replays().latest(id).orElseThrow().sent()).isEqualTo(2);
  }

  @Test
  void aTimeThatTheLogNoLongerHasIsNotHalfSent() {
    WebhookService service = shop.started(WebhookShop.SETTINGS);
    for (int i = 0; i < 3; i++) {
      shop.append("order.paid.v1", i);
      await().until(shop::shown);
    }
    long id = subscribed(service);
    shop.database().run("delete from messaging.horizon where id = 1");
    assertThat(service.desk().replay(id, EVENTS_AT, null, false, "eve"))
        .isInstanceOf(WebhookDesk.Wished.Begun.class);
    RangeReplay gone = service.desk().replays().latest(id).orElseThrow();
    assertThat(gone.state()).isEqualTo(RangeReplay.State.STOPPED);
    assertThat(gone.why()).isEqualTo("events_gone");

    shop.database()
        .run("update messaging.horizon set at = now() - interval '2 hours' where id = 2");
    replay(service, id, EVENTS_AT, null, false);
    assertThat(awaitDone(service, id).sent()).isOne();
  }

  @Test
  void theFeedIsOthersToo() throws Exception {
    WebhookService service = shop.started(WebhookShop.SETTINGS);
    subscribed(service);
    FeedPlace end = shop.feed.end();
    assertThat(follow(end, Duration.ofMillis(200))).isEmpty(); // it is in memory now
    service.close();
    shop.append("order.paid.v1", 1);
    assertThat(follow(end, LONG)).hasSize(1);
  }

  private List<FeedEvent> follow(FeedPlace after, Duration wait) throws InterruptedException {
    return shop.feed.read(
                new EventFeed.Wish(after, EventTypes.ALL, 10, System.nanoTime() + wait.toNanos()))
            instanceof FeedPage.Read read
        ? read.events()
        : List.of();
  }

  @Test
  void whatCannotBeWrittenHoldsUpNothingElse() {
    shop.database().run("create sequence webhooks.refused");
    shop.database()
        .run(
            """
            alter table webhooks.delivery add check (
              state <> 'delivered' or nextval('webhooks.refused') / (tries - tries) = 0)
            """);
    WebhookService service =
        shop.service("node", rare(LONG.multipliedBy(10)), WebhookShop.calls(LONG));
    long id = subscribed(service);
    service.start();
    service.desk().test(id, "eve");
    await().atMost(LONG).until(() -> shop.count("webhooks.refused where is_called") == 1);
    for (int i = 2; i <= 4; i++) {
      service.desk().test(id, "eve");
      int sent = i;
      await().atMost(LONG).until(() -> receiver.got().size() == sent);
    }
  }

  /** They look for nothing by themselves. */
  private static WebhookSettings rare(Duration pollEvery) {
    WebhookSettings s = WebhookShop.SETTINGS;
    return new WebhookSettings(
        s.waits(),
        s.jitterPercent(),
        s.lease(),
        pollEvery,
        s.perEndpointMax(),
        s.retryAfterMax(),
        s.slowFirst(),
        s.slowMax(),
        s.disableAfter(),
        s.oldSecretKept(),
        s.waitingMax(),
        s.deliveredKept(),
        s.failedKept());
  }

  /** Of what came before nobody knows whether it was delivered, whoever asks the desk. */
  @Test
  void aTimeOfWhichNobodyKnowsWhatWasDeliveredIsRefused() {
    WebhookService stopped = shop.service("node", WebhookShop.SETTINGS, WebhookShop.calls(LONG));
    long id = subscribed(stopped);
    Instant longAgo = Instant.now().minus(WebhookShop.SETTINGS.deliveredKept()).minusSeconds(60);
    assertThat(stopped.desk().replay(id, longAgo, null, false, "eve"))
        .isInstanceOfSatisfying(
            WebhookDesk.Wished.Refused.class,
            refused -> assertThat(refused.why()).contains("within the last 7 days"));
    assertThat(stopped.desk().replays().latest(id)).isEmpty();
    assertThat(
            shop.database()
                .number("select count(*) from staff.act where act = 'webhook.replay-range'"))
        .isZero();
    assertThat(stopped.desk().replay(id, longAgo, null, true, "eve"))
        .isInstanceOf(WebhookDesk.Wished.Begun.class);
  }

  @Test
  void oneReplayRunsAtATimeAndADisabledOneStops() {
    WebhookService stopped = shop.service("node", WebhookShop.SETTINGS, WebhookShop.calls(LONG));
    long id = subscribed(stopped);
    assertThat(stopped.desk().replay(id, EVENTS_AT, null, false, "eve"))
        .isInstanceOf(WebhookDesk.Wished.Begun.class);
    assertThat(stopped.desk().replay(id, EVENTS_AT, null, false, "eve"))
        .isEqualTo(new WebhookDesk.Wished.Running());
    stopped.desk().disable(id, "eve");
    stopped.start();
    await()
        .atMost(LONG)
        .until(() ->
            stopped.desk().replays().latest(id).orElseThrow().state() == RangeReplay.State.STOPPED);
    assertThat(stopped.desk().replays().latest(id).orElseThrow().why()).isEqualTo("disabled");
  }

  @Test
  void whoFailsForDaysIsDisabledWithItsReason() {
    WebhookSettings settings = limits(Duration.ofMillis(1), 1_000, Duration.ofDays(7));
    WebhookService service = shop.started(settings);
    receiver.script(Receiver.answering(500));
    long id = subscribed(service);
    shop.append("order.paid.v1", 1);
    await()
        .atMost(LONG)
        .untilAsserted(() ->
            assertThat(service.desk().subscriptions().get(id).orElseThrow().why())
                .isEqualTo(Subscription.Why.FAILING));
    assertThat(service.desk().figures().disabled()).isOne();
  }

  @Test
  void tooManyThatWaitDisableAndWhatEndedIsTrimmed() {
    WebhookService stopped = shop.service("node", WebhookShop.SETTINGS, WebhookShop.calls(LONG));
    long id = subscribed(stopped);
    shop.database()
        .run(
            """
            insert into webhooks.delivery (subscription, position, type, state, next_try_at)
            select %d, n, 'a.v1', 'waiting', now() - interval '1 hour' from generate_series(1, 3) n
            """
                .formatted(id));
    WebhookFigures late = stopped.desk().figures();
    assertThat(late.waiting()).isEqualTo(3);
    assertThat(late.lateSeconds()).isBetween(3_600.0, 3_700.0);
    UpkeepStore enough =
        new UpkeepStore(
            shop.database().database(), limits(Duration.ofDays(5), 4, Duration.ofDays(7)));
    enough.step();
    assertThat(shop.states(id)).containsOnly("waiting");

    UpkeepStore upkeep =
        new UpkeepStore(
            shop.database().database(), limits(Duration.ofDays(5), 3, Duration.ofDays(7)));
    upkeep.step();
    assertThat(stopped.desk().subscriptions().get(id).orElseThrow().why())
        .isEqualTo(Subscription.Why.BACKLOG);
    assertThat(shop.states(id)).hasSize(3).containsOnly("failed disabled");
    shop.database()
        .run(
            "update webhooks.delivery set ended_at = now() - interval '8 days' where position < 3");
    upkeep.step();
    assertThat(shop.states(id)).hasSize(1);

    assertThat(stopped.desk().delete(id, "eve")).isTrue();
    assertThat(stopped.desk().delete(id, "eve")).isFalse();
    assertThat(stopped.desk().subscriptions().get(id)).isEmpty();
    upkeep.step();
    assertThat(shop.count("webhooks.delivery")).isZero();
    assertThat(shop.count("webhooks.subscription")).isZero();
  }

  @Test
  void thereIsAnEndOfSubscriptionsAndNoneShowsItsSecret() {
    WebhookService stopped = shop.service("node", WebhookShop.SETTINGS, WebhookShop.calls(LONG));
    for (int i = 0; i < WebhookSettings.SUBSCRIPTIONS_MAX; i++) {
      subscribed(stopped);
    }
    WebhookDesk.Wish one = new WebhookDesk.Wish(receiver.url(), List.of(), "");
    assertThat(stopped.desk().create(one, "eve")).isEmpty();
    long some = stopped.desk().subscriptions().list(Long.MAX_VALUE, 1).getFirst().id();
    assertThat(stopped.desk().rotate(some, "eve").orElseThrow().toString())
        .doesNotContain("whsec_");
  }
}
