package io.tidegate.platform.db;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The tests' command: takes marbles out of jars, all or none.
 *
 * @param key the caller's idempotency key, 16 bytes
 * @param marbles how many of which jar
 * @param first whether it may go without load
 */
record Draw(long id, byte[] key, SortedMap<Long, Integer> marbles, String note, boolean first) {

  static Draw of(long id, long jar, int marbles) {
    return new Draw(id, keyOf(id), new TreeMap<>(Map.of(jar, marbles)), "", false);
  }

  static byte[] keyOf(long number) {
    return ByteBuffer.allocate(16).putLong(number * 0x9E3779B97F4A7C15L).putLong(number).array();
  }

  Draw goingFirst() {
    return new Draw(id, key, marbles, note, true);
  }

  Draw withKey(long number) {
    return new Draw(id, keyOf(number), marbles, note, first);
  }

  Draw withNote(String text) {
    return new Draw(id, key, marbles, text, first);
  }

  Draw alsoFrom(long jar, int count) {
    SortedMap<Long, Integer> more = new TreeMap<>(marbles);
    more.merge(jar, count, Integer::sum);
    return new Draw(id, key, more, note, first);
  }

  /** What became of it. */
  sealed interface Answer {
    record Drawn(long id) implements Answer {}

    record DrawnBefore(long id) implements Answer {}

    record TooFew(long jar) implements Answer {}
  }
}
