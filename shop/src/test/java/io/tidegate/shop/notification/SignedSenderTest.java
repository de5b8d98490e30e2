package io.tidegate.shop.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.platform.http.Outbound;
import io.tidegate.platform.http.OutboundSettings;
import io.tidegate.platform.http.SharedSecret;
import io.tidegate.platform.http.SignedCalls;
import io.tidegate.platform.testing.OpenApiContract;
import io.tidegate.platform.testing.SignedServer;
import io.tidegate.platform.testing.SignedServer.Act;
import io.tidegate.platform.testing.SignedServer.Asked;
import io.tidegate.platform.testing.TestLimits;
import io.tidegate.shop.customer.ConsigneeStore;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.testing.ShopDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Messages that a system of others sends: each once for its name, whatever that system does. */
class SignedSenderTest {

  private static final OutgoingMessage MESSAGE =
      new OutgoingMessage("7-order_paid", Channel.SMS, "13800138000", "您的订单");

  private final Outbound outbound = new Outbound(new SimpleMeterRegistry());
  private final SignedServer outside = new SignedServer(SignedSenderTest::accepted);

  /**
   * Waits long enough for an answer of a slow machine, and not too long for one that never comes.
   */
  private final SignedSender sender = new SignedSender(calls(Duration.ofSeconds(4)));

  @AfterEach
  void close() throws IOException {
    OpenApiContract form =
        new OpenApiContract(
            Files.readAllBytes(
                Path.of(System.getProperty("tidegate.root"), "docs/openapi/notification.json")));
    assertThat(outside.asked())
        .isNotEmpty()
        .allSatisfy(
            asked -> assertThat(form.requestViolations("POST", "/", asked.body())).isEmpty());
    assertThat(form.answerViolations("POST", "/", "{\"state\":\"accepted\"}")).isEmpty();
    assertThat(form.answerViolations("POST", "/", "{\"state\":\"later\"}")).isNotEmpty();
    outbound.close();
    outside.close();
  }

  @Test
  void everyAnswerHasItsMeaning() {
    assertThat(sender.send(MESSAGE)).isEqualTo(new SendResult.Accepted());
    assertThat(outside.asked())
        .containsExactly(
            new Asked(
                "7-order_paid",
                "{\"type\":\"message.send\",\"message\":\"7-order_paid\",\"channel\":\"sms\",\"to\":\"13800138000\",\"text\":\"您的订单\"}"));
    says("{\"state\":\"refused\",\"why\":\"no_such_phone\"}");
    assertThat(sender.send(MESSAGE)).isEqualTo(new SendResult.Rejected("no_such_phone"));
    says("{\"state\":\"refused\",\"why\":\"13800138000 is no phone\"}");
    assertThat(sender.send(MESSAGE)).isEqualTo(new SendResult.Rejected("refused"));
    says("{\"state\":\"later\"}");
    assertThat(sender.send(MESSAGE)).isEqualTo(new SendResult.Unknown("unreadable"));
    says("[");
    assertThat(sender.send(MESSAGE)).isEqualTo(new SendResult.Unknown("unreadable"));
    outside.script(_ -> new Act.Plain(400, "")); // a proxy may say that: it is no refusal
    assertThat(sender.send(MESSAGE)).isEqualTo(new SendResult.Unknown("status_400"));
  }

  @Test
  void aSystemThatFailsIsSlowAndForgetsToAnswerGetsTheSameNameAgain() {
    Set<String> sent = ConcurrentHashMap.newKeySet();
    AtomicInteger tries = new AtomicInteger();
    CountDownLatch ended = new CountDownLatch(1);
    outside.script(asked -> {
      int which = tries.incrementAndGet();
      if (which == 1) {
        return new Act.Plain(500, "");
      }
      sent.add(asked.id()); // once for its name
      if (which == 2) {
        ended.await();
      }
      return accepted(asked);
    });
    Instant at = Instant.parse("2026-11-22T12:00:00Z");
    long number = OrderNumber.of(at.toEpochMilli(), 42, 1, 0).value();
    SendSettings settings =
        new SendSettings(
            16,
            5,
            Duration.ofMillis(1),
            Duration.ofMillis(1),
            Duration.ofMinutes(1),
            Duration.ofMillis(10));
    try (ShopDatabase shop = new ShopDatabase()) {
      ConsigneeStore.prepare(shop.database(), at);
      MessageStore store = new MessageStore(shop.database());
      Map<String, String> details = Map.of("number", Long.toString(number), "amount", "¥19.90");
      shop.database()
          .write(
              "record",
              tx -> {
                store.record(
                    tx,
                    List.of(new NewMessage(number, 42, "order_paid", Channel.PUSH, details, at)));
                return true;
              });
      try (NotificationWorker worker =
          new NotificationWorker(
              store,
              new ConsigneeStore(shop.database()),
              (template, values) -> Templates.render(template, Locale.CHINESE, values),
              sender,
              settings)) {
        worker.start();
        await()
            .atMost(TestLimits.PATIENCE)
            .until(() -> store.list(42, Long.MAX_VALUE, 1).getFirst().state() == MessageState.SENT);
      }
      assertThat(store.list(42, Long.MAX_VALUE, 1).getFirst().tries()).isEqualTo(3);
    }
    ended.countDown();
    assertThat(outside.asked())
        .hasSize(3)
        .extracting(Asked::id)
        .containsOnly(sent.iterator().next());
    assertThat(sent).hasSize(1);
  }

  private void says(String json) {
    outside.script(asked -> SignedServer.say(asked, json));
  }

  private static Act accepted(Asked asked) {
    return SignedServer.say(asked, "{\"state\":\"accepted\"}");
  }

  private SignedCalls calls(Duration tryMax) {
    OutboundSettings settings =
        OutboundSettings.of("notification", outside.address()).withTries(1).withTryMax(tryMax);
    return new SignedCalls(
        outbound.to(settings),
        outside.address(),
        SharedSecret.of(SignedServer.SECRET),
        InstantSource.system());
  }
}
