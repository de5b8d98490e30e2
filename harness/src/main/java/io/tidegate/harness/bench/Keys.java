package io.tidegate.harness.bench;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** Idempotency keys that no other load has, each used once unless it is repeated on purpose. */
final class Keys {
  private final byte[] prefix;
  private long next;

  /**
   * @param run sets these apart from those of every other load
   */
  Keys(String run) {
    this.prefix = Ascii.of("Idempotency-Key: \"" + run + "-");
  }

  static Keys fresh() {
    byte[] run = new byte[8];
    ThreadLocalRandom.current().nextBytes(run);
    return new Keys(HexFormat.of().formatHex(run));
  }

  long next() {
    return next++;
  }

  void put(ByteBuffer out, long key) {
    out.put(prefix);
    Ascii.put(out, key);
    Ascii.put(out, "\"\r\n");
  }
}
