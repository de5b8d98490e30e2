package io.tidegate.shop.reporting;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A batch of behaviour as it travels: version, flags, batch id, user, when it was received; then
 * event after event, each a byte that says type and what is there, how long before that it
 * happened, and its texts behind their lengths.
 */
final class BehaviourText {

  private static final byte VERSION = 1;
  private static final int HEAD_BYTES = 2 + 16 + 8 + 8;
  private static final int NAMED = 1;
  private static final int TYPE_MASK = 7;
  private static final int SESSION = 1 << 3;
  private static final int SKU = 1 << 4;
  private static final int CATEGORY = 1 << 5;
  private static final int QUERY = 1 << 6;
  private static final int REGION = 1 << 7;

  /**
   * A batch as it was read.
   *
   * @param named whether the client gave the id, so that a repeat can be known
   */
  record Batch(
      UUID id, boolean named, long user, long receivedMicros, List<BehaviourEvent> events) {}

  private final long receivedMicros;
  private byte[] bytes;
  private int at;
  private int events;

  /** A batch to be written. */
  BehaviourText(UUID id, boolean named, long user, long receivedMicros, int bytesGuess) {
    this.receivedMicros = receivedMicros;
    this.bytes = new byte[HEAD_BYTES + bytesGuess];
    ByteBuffer.wrap(bytes)
        .put(VERSION)
        .put((byte) (named ? NAMED : 0))
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .putLong(user)
        .putLong(receivedMicros);
    this.at = HEAD_BYTES;
  }

  void add(BehaviourEvent event) {
    int head =
        event.type().ordinal()
            | bit(event.session(), SESSION)
            | bit(event.sku(), SKU)
            | bit(event.category(), CATEGORY)
            | bit(event.query(), QUERY)
            | bit(event.region(), REGION);
    room(1 + 10 + 1);
    bytes[at++] = (byte) head;
    number(Math.max(0, receivedMicros - event.happenedMicros()));
    if (event.type() == BehaviourType.REVIEWED) {
      bytes[at++] = (byte) event.stars();
    }
    text(event.session());
    text(event.sku());
    text(event.category());
    text(event.query());
    text(event.region());
    events++;
  }

  int events() {
    return events;
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, at);
  }

  private static int bit(@Nullable String text, int bit) {
    return text == null ? 0 : bit;
  }

  private void text(@Nullable String text) {
    if (text == null) {
      return;
    }
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    room(5 + utf8.length);
    number(utf8.length);
    System.arraycopy(utf8, 0, bytes, at, utf8.length);
    at += utf8.length;
  }

  private void number(long number) {
    long left = number;
    while (left > 0x7f) {
      bytes[at++] = (byte) (left | 0x80);
      left >>>= 7;
    }
    bytes[at++] = (byte) left;
  }

  private void room(int more) {
    if (bytes.length - at < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, at + more));
    }
  }

  /**
   * Reads a batch.
   *
   * @throws IllegalArgumentException when it is none
   */
  static Batch read(byte[] part) {
    ByteBuffer in = ByteBuffer.wrap(part);
    try {
      if (in.get() != VERSION) {
        throw new IllegalArgumentException("behaviour of another version");
      }
      boolean named = (in.get() & NAMED) != 0;
      UUID id = new UUID(in.getLong(), in.getLong());
      long user = in.getLong();
      long received = in.getLong();
      List<BehaviourEvent> events = new ArrayList<>();
      while (in.hasRemaining()) {
        events.add(event(in, received));
      }
      return new Batch(id, named, user, received, events);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("behaviour that ends early", e);
    }
  }

  private static BehaviourEvent event(ByteBuffer in, long received) {
    int head = in.get();
    int number = head & TYPE_MASK;
    if (number >= BehaviourType.values().length) {
      throw new IllegalArgumentException("behaviour of no known type");
    }
    BehaviourType type = BehaviourType.values()[number];
    long happened = received - number(in);
    int stars = type == BehaviourType.REVIEWED ? in.get() : 0;
    return new BehaviourEvent(
        type,
        happened,
        text(in, head & SESSION),
        text(in, head & SKU),
        text(in, head & CATEGORY),
        text(in, head & QUERY),
        text(in, head & REGION),
        stars);
  }

  private static @Nullable String text(ByteBuffer in, int there) {
    if (there == 0) {
      return null;
    }
    long length = number(in);
    if (length > in.remaining()) {
      throw new IllegalArgumentException("behaviour that ends early");
    }
    byte[] utf8 = new byte[(int) length];
    in.get(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  private static long number(ByteBuffer in) {
    long number = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = in.get();
      number |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return number;
      }
    }
    throw new IllegalArgumentException("a number without an end");
  }
}
