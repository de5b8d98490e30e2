package io.tidegate.harness.load;

import java.nio.ByteBuffer;

/**
 * What a load is made of: writes requests and judges answers, all on the generator's one thread, so
 * that it should make little garbage and never block.
 */
public interface Traffic {
  /** Room for one request. */
  int REQUEST_BYTES_MAX = 64 * 1024;

  /**
   * Writes one whole request, of at most {@link #REQUEST_BYTES_MAX}, that differs from all before.
   */
  void write(ByteBuffer out);

  /** Hears an answer; the reader is valid during the call. */
  void answered(ResponseReader answer);
}
