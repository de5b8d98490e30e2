package io.tidegate.platform.http;

import java.net.URI;
import java.time.Duration;

/**
 * How calls to one provider are made, and what bounds them.
 *
 * @param provider a short name for metrics and logs, such as {@code carrier}
 * @param base where its paths begin; without a slash at its end
 * @param tryMax how long one try may take, from connecting to the last byte of the answer
 * @param callsMax calls under way at once
 * @param callWaitMax how long a call waits for another to end; zero refuses at once
 * @param triesMax tries of one call; only what is certainly not done or may be repeated is tried
 *     again
 * @param backoffFirst the wait before the second try; it doubles, with jitter
 * @param retryShare tries again that each call earns for its provider: 0.1 is one for ten calls
 * @param retriesSavedMax how many of them can be saved up
 * @param failuresToOpen failures among the last {@code failuresOf} tries that open the circuit
 * @param failuresOf tries that the circuit remembers
 * @param openFor how long an open circuit refuses before it lets one try through
 * @param answerBytesMax the longest body that is read
 */
public record OutboundSettings(
    String provider,
    URI base,
    Duration tryMax,
    int callsMax,
    Duration callWaitMax,
    int triesMax,
    Duration backoffFirst,
    double retryShare,
    int retriesSavedMax,
    int failuresToOpen,
    int failuresOf,
    Duration openFor,
    int answerBytesMax) {

  public OutboundSettings {
    if (callsMax < 1 || triesMax < 1 || failuresToOpen < 1 || failuresOf < failuresToOpen) {
      throw new IllegalArgumentException("limits of " + provider + " must be at least 1");
    }
    if (!tryMax.isPositive() || !openFor.isPositive() || answerBytesMax < 0) {
      throw new IllegalArgumentException("times of " + provider + " must be positive");
    }
  }

  /** What suits a provider that answers within a second. */
  public static OutboundSettings of(String provider, URI base) {
    return new OutboundSettings(
        provider,
        base,
        Duration.ofSeconds(3),
        16,
        Duration.ZERO,
        2,
        Duration.ofMillis(50),
        0.1,
        10,
        10,
        20,
        Duration.ofSeconds(5),
        64 * 1024);
  }

  public OutboundSettings withTryMax(Duration max) {
    return new OutboundSettings(
        provider,
        base,
        max,
        callsMax,
        callWaitMax,
        triesMax,
        backoffFirst,
        retryShare,
        retriesSavedMax,
        failuresToOpen,
        failuresOf,
        openFor,
        answerBytesMax);
  }

  public OutboundSettings withCalls(int max, Duration waitMax) {
    return new OutboundSettings(
        provider,
        base,
        tryMax,
        max,
        waitMax,
        triesMax,
        backoffFirst,
        retryShare,
        retriesSavedMax,
        failuresToOpen,
        failuresOf,
        openFor,
        answerBytesMax);
  }

  public OutboundSettings withAnswerBytesMax(int max) {
    return new OutboundSettings(
        provider,
        base,
        tryMax,
        callsMax,
        callWaitMax,
        triesMax,
        backoffFirst,
        retryShare,
        retriesSavedMax,
        failuresToOpen,
        failuresOf,
        openFor,
        max);
  }

  public OutboundSettings withTries(int max) {
    return new OutboundSettings(
        provider,
        base,
        tryMax,
        callsMax,
        callWaitMax,
        max,
        backoffFirst,
        retryShare,
        retriesSavedMax,
        failuresToOpen,
        failuresOf,
        openFor,
        answerBytesMax);
  }

  public OutboundSettings withCircuit(int failures, int of, Duration open) {
    return new OutboundSettings(
        provider,
        base,
        tryMax,
        callsMax,
        callWaitMax,
        triesMax,
        backoffFirst,
        retryShare,
        retriesSavedMax,
        failures,
        of,
        open,
        answerBytesMax);
  }
}
