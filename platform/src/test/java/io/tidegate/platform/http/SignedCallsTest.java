package io.tidegate.platform.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.platform.http.SharedSecret.Proof;
import io.tidegate.platform.http.SignedCalls.Answer;
import io.tidegate.platform.testing.SignedServer;
import io.tidegate.platform.testing.SignedServer.Act;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is signed is taken, by us and by the published library, and nothing else is. */
class SignedCallsTest {

  private static final Instant NOW = Instant.parse("2026-11-11T00:00:00Z");
  private static final byte[] BODY = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);
  private static final byte[] QUESTION = "{\"type\":\"x\"}".getBytes(StandardCharsets.UTF_8);

  private final SharedSecret secret = SharedSecret.of(SignedServer.SECRET);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Outbound outbound = new Outbound(meters);
  private final SignedServer outside = new SignedServer(asked -> SignedServer.say(asked, "{}"));

  @AfterEach
  void close() {
    outbound.close();
    outside.close();
  }

  @Test
  void whatTheLibrarySignsIsProved() {
    Map<String, String> headers = SignedServer.signed(SignedServer.SECRET, "m-1", NOW, "{\"a\":1}");
    assertThat(verify(headers, BODY, NOW)).isEqualTo(Proof.GOOD);
    assertThat(secret.sign("m-1", NOW, BODY)).isEqualTo(headers);
    Duration most = SharedSecret.SKEW_MAX;
    assertThat(verify(headers, BODY, NOW.plus(most))).isEqualTo(Proof.GOOD);
    assertThat(verify(headers, BODY, NOW.plus(most).plusSeconds(1))).isEqualTo(Proof.STALE);
    assertThat(verify(headers, BODY, NOW.minus(most).minusSeconds(1))).isEqualTo(Proof.STALE);
  }

  @Test
  void whatIsChangedOrLacksProvesNothing() {
    Map<String, String> headers = secret.sign("m-1", NOW, BODY);
    assertThat(verify(headers, QUESTION, NOW)).isEqualTo(Proof.FORGED);
    assertThat(secret.verify("m-2", time(headers), signature(headers), BODY, NOW))
        .isEqualTo(Proof.FORGED);
    assertThat(secret.verify("m-1", "1793", signature(headers), BODY, NOW)).isEqualTo(Proof.STALE);
    String later = Long.toString(NOW.getEpochSecond() + 1);
    assertThat(secret.verify("m-1", later, signature(headers), BODY, NOW)).isEqualTo(Proof.FORGED);
    assertThat(secret.verify("m-1", time(headers), "v2,x", BODY, NOW)).isEqualTo(Proof.FORGED);
    assertThat(secret.verify(null, time(headers), signature(headers), BODY, NOW))
        .isEqualTo(Proof.MISSING);
    assertThat(secret.verify("m-1", null, signature(headers), BODY, NOW)).isEqualTo(Proof.MISSING);
    assertThat(secret.verify("m-1", "-5", signature(headers), BODY, NOW)).isEqualTo(Proof.MISSING);
    assertThat(secret.verify("m.1", time(headers), signature(headers), BODY, NOW))
        .isEqualTo(Proof.MISSING);
    assertThat(secret.verify("m-1", time(headers), null, BODY, NOW)).isEqualTo(Proof.MISSING);
    assertThat(verify(SharedSecret.of(SignedServer.OTHER_SECRET).sign("m-1", NOW, BODY), BODY, NOW))
        .isEqualTo(Proof.FORGED);
  }

  @Test
  void whileASecretIsChangedBothSidesUnderstandEachOther() {
    SharedSecret old = SharedSecret.of(SignedServer.OTHER_SECRET);
    SharedSecret both = SharedSecret.of(SignedServer.SECRET + " " + SignedServer.OTHER_SECRET);
    for (SharedSecret one : new SharedSecret[] {secret, old}) {
      Map<String, String> ours = both.sign("m-1", NOW, BODY);
      assertThat(one.verify("m-1", time(ours), signature(ours), BODY, NOW)).isEqualTo(Proof.GOOD);
      Map<String, String> theirs = one.sign("m-1", NOW, BODY);
      assertThat(both.verify("m-1", time(theirs), signature(theirs), BODY, NOW))
          .isEqualTo(Proof.GOOD);
    }
  }

  @Test
  void aBadSecretIsToldWithoutIt() {
    for (String bad : new String[] {"", "whsec_", "whsec_c2hvcnQ=", "secret", "whsec_%%%%"}) {
      assertThatThrownBy(() -> SharedSecret.of(bad))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageNotContaining("c2hvcnQ");
    }
    String one = SignedServer.SECRET;
    assertThatThrownBy(() -> SharedSecret.of(one + " " + one + " " + one))
        .hasMessageContaining("more than 2");
    assertThat(secret.toString()).isEqualTo("SharedSecret");
  }

  @Test
  void onlyASignedAnswerToThisQuestionCounts() throws InterruptedException {
    SignedCalls calls = calls();
    assertThat(calls.ask("q-1", QUESTION)).isInstanceOf(Answer.Said.class);
    assertThat(outside.asked())
        .containsExactly(new SignedServer.Asked("q-1", "{\"type\":\"x\"}")); // it was proved there

    outside.script(_ -> new Act.Plain(200, "{}"));
    assertThat(calls.ask("q-2", QUESTION)).isEqualTo(new Answer.Unknown("not_signed"));
    outside.script(asked -> new Act.Say("{}", SignedServer.OTHER_SECRET, asked.id()));
    assertThat(calls.ask("q-3", QUESTION)).isEqualTo(new Answer.Unknown("forged"));
    outside.script(_ -> new Act.Say("{}", SignedServer.SECRET, "q-1"));
    assertThat(calls.ask("q-4", QUESTION)).isEqualTo(new Answer.Unknown("other"));
    outside.script(_ -> new Act.Plain(500, ""));
    assertThat(calls.ask("q-5", QUESTION)).isEqualTo(new Answer.Unknown("status_500"));

    CountDownLatch ended = new CountDownLatch(1);
    outside.script(asked -> {
      ended.await();
      return SignedServer.say(asked, "{}");
    });
    assertThat(calls(Duration.ofMillis(500)).ask("q-6", QUESTION))
        .isEqualTo(new Answer.Unknown("timed_out"));
    ended.countDown();
    outside.close();
    assertThat(calls.ask("q-7", QUESTION)).isInstanceOf(Answer.NotReached.class);
    for (String why : List.of("not_signed", "forged", "other")) {
      assertThat(unproved(why)).as(why).isEqualTo(1);
    }
  }

  @Test
  void whoDoesNotBelieveUsOrIsLateIsSeen() {
    outside.script(_ -> new Act.Plain(401, ""));
    assertThat(calls().ask("q-1", QUESTION)).isEqualTo(new Answer.Unknown("status_401"));
    assertThat(unproved("unauthorized")).isEqualTo(1);
    AtomicInteger looks = new AtomicInteger();
    SignedCalls late =
        new SignedCalls(
            outbound.to(OutboundSettings.of("outside", outside.address())),
            outside.address(),
            secret,
            () -> Instant.now().plusSeconds(looks.getAndIncrement() == 0 ? 0 : 600));
    outside.script(asked -> SignedServer.say(asked, "{}"));
    assertThat(late.ask("q-2", QUESTION)).isEqualTo(new Answer.Unknown("stale"));
    assertThat(unproved("stale")).isEqualTo(1);
  }

  private double unproved(String why) {
    Counter counter = meters.find("tidegate.outbound.unproved").tag("why", why).counter();
    return counter == null ? 0 : counter.count();
  }

  private SignedCalls calls() {
    return calls(Duration.ofMinutes(1));
  }

  private SignedCalls calls(Duration tryMax) {
    OutboundSettings settings =
        OutboundSettings.of("outside", outside.address()).withTries(1).withTryMax(tryMax);
    return new SignedCalls(
        outbound.to(settings), outside.address(), secret, InstantSource.system());
  }

  private Proof verify(Map<String, String> headers, byte[] body, Instant now) {
    return secret.verify(
        headers.get(SharedSecret.ID_HEADER), time(headers), signature(headers), body, now);
  }

  private static String time(Map<String, String> headers) {
    return headers.getOrDefault("webhook-timestamp", "");
  }

  private static String signature(Map<String, String> headers) {
    return headers.getOrDefault("webhook-signature", "");
  }
}
