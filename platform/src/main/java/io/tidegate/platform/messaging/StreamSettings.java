package io.tidegate.platform.messaging;

import java.time.Duration;

/**
 * Bounds of a {@link StreamSender}.
 *
 * @param topic with its prefix
 * @param linger how long the first part of a message waits for company
 * @param messageBytesMax what a message may hold; a part alone must fit
 * @param sendingMax messages that the broker has not acknowledged yet
 * @param waitingBytesMax parts that are in no message yet; more are refused
 * @param answerMax how long the broker may take for a message
 * @param afterFailure how long nothing is tried after a failure
 */
public record StreamSettings(
    String topic,
    Duration linger,
    int messageBytesMax,
    int sendingMax,
    int waitingBytesMax,
    Duration answerMax,
    Duration afterFailure) {

  public StreamSettings {
    if (messageBytesMax < 1 || sendingMax < 1 || waitingBytesMax < messageBytesMax) {
      throw new IllegalArgumentException("the bounds of a stream must leave room for a message");
    }
  }

  /** The usual ones: a millisecond, 128 kB, 8 on their way, 8 MB waiting, 2 s, half a second. */
  public static StreamSettings of(String topic) {
    return new StreamSettings(
        topic,
        Duration.ofMillis(1),
        128 * 1024,
        8,
        8 << 20,
        Duration.ofSeconds(2),
        Duration.ofMillis(500));
  }

  /** Other bounds of what is on its way and of what waits. */
  public StreamSettings withRoom(int messageBytes, int sending, int waitingBytes) {
    return new StreamSettings(
        topic, linger, messageBytes, sending, waitingBytes, answerMax, afterFailure);
  }
}
