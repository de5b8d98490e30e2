package io.tidegate.platform.messaging;

import java.time.Instant;

/**
 * A fact from the log.
 *
 * @param position its place in the log, unique, not gapless; the CloudEvent's id
 * @param type see {@link Event}
 * @param key see {@link Event}
 * @param version see {@link Event}
 * @param time see {@link Event}
 * @param traceparent see {@link Event}
 * @param data see {@link Event}
 */
public record LoggedEvent(
    long position,
    String type,
    long key,
    int version,
    Instant time,
    String traceparent,
    byte[] data) {

  private static final int SEQUENCE_CHARS = 10;

  /** The same, so that what follows from it is within another span of its trace. */
  LoggedEvent within(String span) {
    return new LoggedEvent(position, type, key, version, time, span, data);
  }

  /**
   * The version as CloudEvents' {@code sequence}: zero-padded, so that texts sort as numbers do.
   */
  public String sequence() {
    String digits = Integer.toString(version);
    return "0".repeat(Math.max(0, SEQUENCE_CHARS - digits.length())) + digits;
  }
}
