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
    byte[] data) {}
