package io.tidegate.platform.messaging;

import java.time.Duration;
import java.util.List;

/**
 * Limits and waits of relay, consumers, retries and delivery audit.
 *
 * @param topicPrefix what topics begin with
 * @param relayPoll how often the relay looks when nobody has woken it
 * @param relayLinger how long the relay lets events gather after it was woken
 * @param relayPageMax events the relay reads and sends at a time
 * @param batchMax events of a consumer's transaction
 * @param batchBytesMax bytes of data in a consumer's transaction
 * @param linger how long a consumer waits for company when few events are there
 * @param lingerBelow the number of events from which it doesn't wait
 * @param busyLinger how long it waits at most while events come fast
 * @param busyBatch how many events it waits for then
 * @param leaseTime how long a node keeps relay and queues without renewing
 * @param leaseRenew how often it renews
 * @param backoffFirst the first wait after a failure of broker or database; it doubles
 * @param backoffMax the longest such wait
 * @param conflictTriesMax how often a batch that conflicts is loaded again before it is split
 * @param retryWaits waits before each further try of a parked event; after the last it is dead
 * @param retryPoll how often due tries are looked for
 * @param retryBatchMax parked events tried in one round
 * @param auditEvery how often the delivery audit takes a reading
 * @param auditAfter how long after a reading what was published before it must have been consumed
 * @param auditFeedMax missing events fed in one transaction
 * @param auditPositionsMax positions of the log that are looked at for a consumer in one round; who
 *     joins late is led through a long log in many
 * @param logKept how long events stay in the log at least; zero: for ever, so that a consumer that
 *     joins late can hear all of it
 */
public record MessagingSettings(
    String topicPrefix,
    Duration relayPoll,
    Duration relayLinger,
    int relayPageMax,
    int batchMax,
    int batchBytesMax,
    Duration linger,
    int lingerBelow,
    Duration busyLinger,
    int busyBatch,
    Duration leaseTime,
    Duration leaseRenew,
    Duration backoffFirst,
    Duration backoffMax,
    int conflictTriesMax,
    List<Duration> retryWaits,
    Duration retryPoll,
    int retryBatchMax,
    Duration auditEvery,
    Duration auditAfter,
    int auditFeedMax,
    int auditPositionsMax,
    Duration logKept) {

  public MessagingSettings {
    if (relayPageMax < 1
        || batchMax < 1
        || conflictTriesMax < 1
        || auditFeedMax < 1
        || auditPositionsMax < 1) {
      throw new IllegalArgumentException("messaging limits are at least 1");
    }
    if (leaseRenew.multipliedBy(2).compareTo(leaseTime) > 0) {
      throw new IllegalArgumentException("leaseTime is at least twice leaseRenew");
    }
    retryWaits = List.copyOf(retryWaits);
  }

  public static MessagingSettings of(String topicPrefix) {
    return new MessagingSettings(
        topicPrefix,
        Duration.ofMillis(50),
        Duration.ofMillis(20),
        2_000,
        500,
        1 << 20,
        Duration.ofMillis(30),
        64,
        Duration.ofMillis(150),
        250,
        Duration.ofSeconds(10),
        Duration.ofSeconds(3),
        Duration.ofMillis(100),
        Duration.ofSeconds(5),
        3,
        List.of(
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofSeconds(20),
            Duration.ofMinutes(1),
            Duration.ofMinutes(5),
            Duration.ofMinutes(20)),
        Duration.ofSeconds(1),
        100,
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        200,
        1 << 20,
        Duration.ZERO);
  }

  /** The same with shorter times, for tests and for small installations that fail over fast. */
  public MessagingSettings withTimes(
      Duration lease,
      Duration renew,
      List<Duration> waits,
      Duration retries,
      Duration every,
      Duration after) {
    return with(
        relayPageMax, lease, renew, waits, retries, every, after, auditPositionsMax, logKept);
  }

  MessagingSettings withRelayPageMax(int events) {
    return with(
        events,
        leaseTime,
        leaseRenew,
        retryWaits,
        retryPoll,
        auditEvery,
        auditAfter,
        auditPositionsMax,
        logKept);
  }

  MessagingSettings withAuditPositionsMax(int positions) {
    return with(
        relayPageMax,
        leaseTime,
        leaseRenew,
        retryWaits,
        retryPoll,
        auditEvery,
        auditAfter,
        positions,
        logKept);
  }

  /** The same with another time that events stay in the log; zero: for ever. */
  public MessagingSettings withLogKept(Duration time) {
    return with(
        relayPageMax,
        leaseTime,
        leaseRenew,
        retryWaits,
        retryPoll,
        auditEvery,
        auditAfter,
        auditPositionsMax,
        time);
  }

  /** The same with other batches of consumers. */
  public MessagingSettings withBatches(int events, int bytes, Duration wait, int waitBelow) {
    return new MessagingSettings(
        topicPrefix,
        relayPoll,
        relayLinger,
        relayPageMax,
        events,
        bytes,
        wait,
        waitBelow,
        wait,
        waitBelow,
        leaseTime,
        leaseRenew,
        backoffFirst,
        backoffMax,
        conflictTriesMax,
        retryWaits,
        retryPoll,
        retryBatchMax,
        auditEvery,
        auditAfter,
        auditFeedMax,
        auditPositionsMax,
        logKept);
  }

  /** What anybody changes; all else stays. */
  private MessagingSettings with(
      int page,
      Duration lease,
      Duration renew,
      List<Duration> waits,
      Duration retries,
      Duration every,
      Duration after,
      int positions,
      Duration kept) {
    return new MessagingSettings(
        topicPrefix,
        relayPoll,
        relayLinger,
        page,
        batchMax,
        batchBytesMax,
        linger,
        lingerBelow,
        busyLinger,
        busyBatch,
        lease,
        renew,
        backoffFirst,
        backoffMax,
        conflictTriesMax,
        waits,
        retries,
        retryBatchMax,
        every,
        after,
        auditFeedMax,
        positions,
        kept);
  }
}
