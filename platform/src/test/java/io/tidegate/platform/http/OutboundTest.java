package io.tidegate.platform.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.platform.http.OutboundAnswer.Answered;
import io.tidegate.platform.http.OutboundAnswer.NotSent;
import io.tidegate.platform.http.OutboundAnswer.Unknown;
import io.tidegate.platform.http.ScriptedServer.Act;
import io.tidegate.platform.testing.TestLimits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutboundTest {

  private static final Duration LONG = TestLimits.PATIENCE;

  /** What ends by its time, but not before a slow machine has come to its first request. */
  private static final Duration SHORT = Duration.ofSeconds(2);

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Outbound outbound = new Outbound(meters);
  private final ScriptedServer server = new ScriptedServer(_ -> new Act.Say(200, "fine"));

  @AfterEach
  void close() {
    outbound.close();
    server.close();
  }

  @Test
  void tellsWhatTheProviderSaid() {
    server.script(asked -> new Act.Say(201, asked.method() + asked.path() + asked.body()));

    var answer = (Answered) provider(settings()).call(post("{}"));

    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.isSuccess()).isTrue();
    assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo("POST/things{}");
    assertThat(answer.headers()).containsEntry("x-test", "yes");
    assertThat(timed("2xx")).isEqualTo(1);
  }

  @Test
  void silenceAfterSendingIsUnknown() throws InterruptedException {
    var asked = new CountDownLatch(1);
    server.script(_ -> {
      asked.countDown();
      new CountDownLatch(1).await();
      return new Act.Reset();
    });

    var answer = provider(settings().withTryMax(SHORT)).call(post("{}"));

    asked.await();
    assertThat(answer).isEqualTo(new Unknown(Unknown.Why.TIMED_OUT));
    assertThat(timed("unknown")).isEqualTo(1);
  }

  @Test
  void aBodyThatNeverEndsIsUnknown() {
    server.script(_ -> new Act.Half());

    assertThat(provider(settings().withTryMax(SHORT)).call(post("{}")))
        .isEqualTo(new Unknown(Unknown.Why.TIMED_OUT));
  }

  @Test
  void aResetAfterSendingIsUnknownAndNotTriedAgainUnlessRepeatable() {
    server.script(_ -> new Act.Reset());
    var once = new OutboundRequest("POST", "/things", Map.of(), new byte[1], false);

    var answer = provider(settings().withTries(3)).call(once);

    assertThat(answer).isEqualTo(new Unknown(Unknown.Why.BROKEN));
    assertThat(server.asked()).hasSize(1);
  }

  @Test
  void aRepeatableRequestIsTriedAgain() {
    var tries = new AtomicInteger();
    server.script(_ ->
        switch (tries.incrementAndGet()) {
          case 1 -> new Act.Reset();
          case 2 -> new Act.Say(503, "");
          default -> new Act.Say(200, "");
        });

    var answer = (Answered) provider(settings().withTries(3)).call(post("{}"));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(server.asked()).hasSize(3);
  }

  @Test
  void refusedConnectionsWereCertainlyNotSent() {
    server.close();

    assertThat(provider(settings().withTries(2)).call(post("{}")))
        .isEqualTo(new NotSent(NotSent.Why.NO_CONNECTION));
    assertThat(timed("not_sent")).isEqualTo(1);
  }

  @Test
  void anEarlierTryThatLeftKeepsTheAnswerUnknown() {
    server.script(_ -> {
      server.close();
      return new Act.Reset();
    });

    assertThat(provider(settings().withTries(2)).call(post("{}")))
        .isEqualTo(new Unknown(Unknown.Why.BROKEN));
  }

  @Test
  void aHugeBodyIsNotReadToItsEnd() {
    server.script(_ -> new Act.Say(200, "x".repeat(settings().answerBytesMax() + 1)));
    OutboundProvider provider = provider(settings());

    assertThat(provider.call(post("{}"))).isEqualTo(new Unknown(Unknown.Why.TOO_LONG));

    server.script(_ -> new Act.Say(200, "x".repeat(settings().answerBytesMax())));
    assertThat(provider.call(post("{}"))).isInstanceOf(Answered.class);
  }

  @Test
  void failuresOpenTheCircuitAndASuccessClosesIt() {
    server.script(_ -> new Act.Say(500, ""));
    OutboundProvider provider = provider(settings().withCircuit(3, 5, SHORT));

    for (int i = 0; i < 3; i++) {
      assertThat(provider.call(post("{}"))).isInstanceOf(Answered.class);
    }
    assertThat(provider.call(post("{}"))).isEqualTo(new NotSent(NotSent.Why.CIRCUIT_OPEN));
    assertThat(server.asked()).hasSize(3);
    assertThat(open()).isEqualTo(1);

    server.script(_ -> new Act.Say(200, ""));
    await().atMost(LONG).until(() -> provider.call(post("{}")) instanceof Answered);
    assertThat(open()).isZero();
    assertThat(provider.call(post("{}"))).isInstanceOf(Answered.class);
  }

  @Test
  void refusalsOfTheProviderAreAnswersAndOpenNothing() {
    server.script(_ -> new Act.Say(409, ""));
    OutboundProvider provider = provider(settings().withCircuit(1, 1, LONG));

    for (int i = 0; i < 3; i++) {
      assertThat(provider.call(post("{}"))).isInstanceOf(Answered.class);
    }
    assertThat(timed("4xx")).isEqualTo(3);
  }

  @Test
  void aFullBulkheadRefusesAtOnceOrWaitsItsTime() throws Exception {
    var arrived = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    server.script(_ -> {
      arrived.countDown();
      go.await();
      return new Act.Say(200, "");
    });
    OutboundProvider atOnce = provider(settings().withCalls(1, Duration.ZERO));
    OutboundProvider waits = provider(settings().withCalls(1, LONG));

    var first =
        CompletableFuture.supplyAsync(() -> atOnce.call(post("{}")), Thread::startVirtualThread);
    arrived.await();
    assertThat(atOnce.call(post("{}"))).isEqualTo(new NotSent(NotSent.Why.BUSY));

    var second =
        CompletableFuture.supplyAsync(() -> waits.call(post("{}")), Thread::startVirtualThread);
    await().atMost(LONG).until(() -> server.asked().size() == 2);
    var third =
        CompletableFuture.supplyAsync(() -> waits.call(post("{}")), Thread::startVirtualThread);
    go.countDown();

    assertThat(first.get()).isInstanceOf(Answered.class);
    assertThat(second.get()).isInstanceOf(Answered.class);
    assertThat(third.get()).isInstanceOf(Answered.class);
  }

  @Test
  void aWaitThatEndsInVainLosesNoPlace() throws Exception {
    var arrived = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    server.script(_ -> {
      arrived.countDown();
      go.await();
      return new Act.Say(200, "");
    });
    OutboundProvider provider = provider(settings().withCalls(1, Duration.ofMillis(50)));

    var first =
        CompletableFuture.supplyAsync(() -> provider.call(post("{}")), Thread::startVirtualThread);
    arrived.await();
    assertThat(provider.call(post("{}"))).isEqualTo(new NotSent(NotSent.Why.BUSY));
    go.countDown();

    assertThat(first.get()).isInstanceOf(Answered.class);
    assertThat(provider.call(post("{}"))).isInstanceOf(Answered.class);
  }

  @Test
  void triesAgainAreASmallShareOfTheCalls() {
    server.script(_ -> new Act.Say(503, ""));
    OutboundSettings two = settings().withTries(2).withCircuit(1_000, 1_000, LONG);
    OutboundProvider provider = provider(two);

    int calls = 40;
    for (int i = 0; i < calls; i++) {
      provider.call(post("{}"));
    }

    int again = server.asked().size() - calls;
    assertThat(again)
        .isPositive()
        .isLessThanOrEqualTo(two.retriesSavedMax() + (int) Math.ceil(calls * two.retryShare()));
  }

  @Test
  void aStoppedClientSendsNothing() {
    OutboundProvider provider = provider(settings());
    outbound.close();

    assertThat(provider.call(post("{}"))).isEqualTo(new NotSent(NotSent.Why.STOPPING));
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void stoppingBreaksCallsOff() throws Exception {
    var arrived = new CountDownLatch(1);
    server.script(_ -> {
      arrived.countDown();
      new CountDownLatch(1).await();
      return new Act.Reset();
    });
    OutboundProvider provider = provider(settings().withTryMax(LONG));

    var call =
        CompletableFuture.supplyAsync(() -> provider.call(post("{}")), Thread::startVirtualThread);
    arrived.await();
    outbound.close();

    assertThat(call.get()).isInstanceOf(Unknown.class);
  }

  private OutboundProvider provider(OutboundSettings settings) {
    return outbound.to(settings);
  }

  private OutboundSettings settings() {
    return OutboundSettings.of("carrier", server.base()).withTries(1);
  }

  private static OutboundRequest post(String json) {
    return OutboundRequest.postOnce("/things", json.getBytes(StandardCharsets.UTF_8));
  }

  private long timed(String result) {
    return meters.get("tidegate.outbound").tag("result", result).timer().count();
  }

  private double open() {
    return meters.get("tidegate.outbound.circuit.open").gauge().value();
  }
}
