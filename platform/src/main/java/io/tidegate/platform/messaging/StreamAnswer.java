package io.tidegate.platform.messaging;

/** What became of a part that was given to a {@link StreamSender}. */
public enum StreamAnswer {
  /** The broker has it. */
  TAKEN,
  /** Too much waits already; the part was dropped. */
  FULL,
  /** The broker does not answer, or not in time; nobody knows whether it has the part. */
  UNAVAILABLE
}
