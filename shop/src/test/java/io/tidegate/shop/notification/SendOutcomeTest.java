package io.tidegate.shop.notification;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.http.OutboundSettings;
import java.net.URI;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How a message goes on after each kind of try. */
class SendOutcomeTest {

  private static final SendSettings SETTINGS =
      new SendSettings(
          8,
          4,
          Duration.ofSeconds(2),
          Duration.ofSeconds(5),
          Duration.ofMinutes(2),
          Duration.ofSeconds(1));

  @Test
  void whatTheProviderTookIsSent() {
    assertThat(SendOutcome.of(new SendResult.Accepted(), 4, SETTINGS))
        .isEqualTo(new SendOutcome(MessageState.SENT, null, null));
  }

  @Test
  void whatItWillNeverTakeFailsAtOnce() {
    assertThat(SendOutcome.of(new SendResult.Rejected("status_400"), 1, SETTINGS))
        .isEqualTo(new SendOutcome(MessageState.FAILED, null, "status_400"));
  }

  @Test
  void whatItMayHaveIsUnknownAndSentAgain() {
    assertThat(SendOutcome.of(new SendResult.Unknown("timed_out"), 1, SETTINGS))
        .isEqualTo(new SendOutcome(MessageState.UNKNOWN, Duration.ofSeconds(2), "timed_out"));
  }

  @Test
  void triesAreBoundedAndWaitsGrowToTheirLongest() {
    assertThat(
            IntStream.rangeClosed(1, 4)
                .mapToObj(tries -> SendOutcome.of(new SendResult.NotDone("busy"), tries, SETTINGS)))
        .containsExactly(
            new SendOutcome(MessageState.RECORDED, Duration.ofSeconds(2), "busy"),
            new SendOutcome(MessageState.RECORDED, Duration.ofSeconds(4), "busy"),
            new SendOutcome(MessageState.RECORDED, Duration.ofSeconds(5), "busy"),
            new SendOutcome(MessageState.FAILED, null, "busy"));
  }

  @Test
  void whatNobodyAskedIsNoTry() {
    assertThat(SendOutcome.of(new SendResult.NotTried("circuit_open"), 9, SETTINGS))
        .isEqualTo(
            new SendOutcome(MessageState.RECORDED, Duration.ofSeconds(5), "circuit_open", true));
  }

  /** L2: what a killed process had begun to send is sent by another one well within a minute. */
  @Test
  void aClaimLastsLongerThanItsCallsAndNotLongerThanHealingMayTake() {
    OutboundSettings calls = OutboundSettings.of("sms", URI.create("http://127.0.0.1:1"));
    Duration longest = calls.tryMax().multipliedBy(calls.triesMax()).plusSeconds(1);
    assertThat(SendSettings.DEFAULT.lease())
        .isBetween(longest.multipliedBy(2), Duration.ofSeconds(45));
  }
}
