package io.tidegate.platform.messaging;

import java.time.Instant;

/**
 * A fact to be told, before it is in the log.
 *
 * @param type its name and version, such as {@code thing.done.v1}; the first part names the topic
 * @param key what it is about; facts about the same key travel in order
 * @param version the subject's version that this fact made
 * @param time when it became true
 * @param traceparent the W3C trace it belongs to, or empty
 * @param data the CloudEvent's data, JSON
 */
public record Event(
    String type, long key, int version, Instant time, String traceparent, byte[] data) {}
