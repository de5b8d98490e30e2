package io.tidegate.shop.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How deliveries go on, and what becomes of receivers. */
class VerdictTest {

  private static final WebhookSettings SETTINGS = WebhookSettings.DEFAULT;

  private static Verdict of(TryResult result, int tries, double chance) {
    return Verdict.of(result, tries, 0, chance, SETTINGS);
  }

  private static TryResult answered(int status) {
    return new TryResult.Answered(status, null);
  }

  @Test
  void triesAreSpreadOverThreeDaysAndThenOver() {
    List<Duration> waits = new ArrayList<>();
    int tries = 1;
    Verdict verdict = of(answered(500), tries, 0);
    for (Duration next = verdict.nextIn(); next != null; next = verdict.nextIn()) {
      assertThat(verdict.state()).isEqualTo(Delivery.State.WAITING);
      waits.add(next);
      verdict = of(answered(500), ++tries, 0);
    }
    assertThat(tries).isEqualTo(10);
    assertThat(waits)
        .containsExactly(
            Duration.ofSeconds(5),
            Duration.ofMinutes(5),
            Duration.ofMinutes(30),
            Duration.ofHours(2),
            Duration.ofHours(5),
            Duration.ofHours(10),
            Duration.ofHours(14),
            Duration.ofHours(20),
            Duration.ofHours(24));
    assertThat(verdict.state()).isEqualTo(Delivery.State.FAILED);
    assertThat(verdict.why()).isEqualTo("status_500");
  }

  @Test
  void waitsDifferByATenthAtMost() {
    assertThat(of(answered(500), 2, 1).nextIn()).isEqualTo(Duration.ofSeconds(330));
    assertThat(of(answered(500), 2, 0.5).nextIn()).isEqualTo(Duration.ofSeconds(315));
  }

  @Test
  void onlyTwoHundredsAreSuccess() {
    for (int status : new int[] {200, 201, 204, 299}) {
      assertThat(of(answered(status), 1, 0).state()).isEqualTo(Delivery.State.DELIVERED);
      assertThat(of(answered(status), 1, 0).receiver()).isEqualTo(new Verdict.Receiver.Takes());
    }
    for (int status : new int[] {199, 301, 302, 307, 400, 401, 404, 500, 503}) {
      Verdict verdict = of(answered(status), 1, 0);
      assertThat(verdict.state()).as("%d", status).isEqualTo(Delivery.State.WAITING);
      assertThat(verdict.receiver()).isEqualTo(new Verdict.Receiver.Fails());
      assertThat(verdict.status()).isEqualTo(status);
    }
  }

  @Test
  void goneEndsIt() {
    Verdict verdict = of(answered(410), 1, 0);
    assertThat(verdict.state()).isEqualTo(Delivery.State.FAILED);
    assertThat(verdict.receiver()).isEqualTo(new Verdict.Receiver.Leaves());
  }

  @Test
  void whoAsksToBeSlowerIsLeftAlone() {
    for (int status : new int[] {429, 502, 504}) {
      assertThat(of(answered(status), 1, 0).receiver())
          .as("%d", status)
          .isEqualTo(new Verdict.Receiver.Slower(Duration.ofSeconds(5)));
    }
    assertThat(Verdict.of(answered(429), 1, 3, 0, SETTINGS).receiver())
        .isEqualTo(new Verdict.Receiver.Slower(Duration.ofSeconds(40)));
    assertThat(Verdict.of(answered(429), 1, 30, 0, SETTINGS).receiver())
        .isEqualTo(new Verdict.Receiver.Slower(Duration.ofMinutes(5)));
    Verdict asked = of(new TryResult.Answered(429, Duration.ofMinutes(10)), 1, 0);
    assertThat(asked.receiver()).isEqualTo(new Verdict.Receiver.Slower(Duration.ofMinutes(10)));
    assertThat(asked.nextIn()).isEqualTo(Duration.ofMinutes(10));
    assertThat(of(new TryResult.Answered(429, Duration.ofDays(9)), 1, 0).receiver())
        .isEqualTo(new Verdict.Receiver.Slower(Duration.ofHours(1)));
  }

  @Test
  void whatCannotBeSentIsOverAndSaysNothingOfTheReceiver() {
    Verdict verdict = of(new TryResult.Unsendable(TryResult.Unsendable.Why.TOO_LARGE), 1, 0);
    assertThat(verdict)
        .isEqualTo(
            new Verdict(
                Delivery.State.FAILED, null, "too_large", null, new Verdict.Receiver.Unasked()));
  }

  @Test
  void retryAfterIsSecondsOrADate() {
    Instant now = Instant.parse("2026-11-22T12:00:00Z");
    assertThat(WebhookClient.wait("130", now)).isEqualTo(Duration.ofSeconds(130));
    assertThat(WebhookClient.wait("0", now)).isEqualTo(Duration.ofSeconds(1));
    assertThat(WebhookClient.wait("Sun, 22 Nov 2026 12:05:00 GMT", now))
        .isEqualTo(Duration.ofMinutes(5));
    assertThat(WebhookClient.wait("Sun, 22 Nov 2026 11:05:00 GMT", now))
        .isEqualTo(Duration.ofSeconds(1));
    for (String nothing : List.of("", "soon", "-5", "1e9", "9999999999999")) {
      assertThat(WebhookClient.wait(nothing, now)).as(nothing).isNull();
    }
  }
}
