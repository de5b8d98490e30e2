package io.tidegate.harness.load;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * What a load is made of: customers who each make one request after the other. It writes requests
 * and judges answers, all on the generator's one thread, so that it should make little garbage and
 * never block. A customer is known by a slot, which the next one takes when it is done.
 */
public interface Traffic {
  /** Room for one request. */
  int REQUEST_BYTES_MAX = 64 * 1024;

  /** What {@link #answered} returns when the slot's customer is done. */
  int DONE = -1;

  /** The names of the kinds of requests; a kind is known by its index. */
  List<String> kinds();

  /** A new customer takes the slot; returns the kind of its first request. */
  default int begin(int slot) {
    return 0;
  }

  /** Which of the load's targets the slot's customer sends a request of this kind to. */
  default int target(int slot, int kind) {
    return 0;
  }

  /** Writes one whole request, of at most {@link #REQUEST_BYTES_MAX}. */
  void write(int slot, int kind, ByteBuffer out);

  /**
   * Hears an answer; the reader is valid during the call.
   *
   * @return the kind of the customer's next request, or {@link #DONE}
   */
  int answered(int slot, int kind, ResponseReader answer);

  /** No answer came, and the slot's customer ends: whether the request was done is not known. */
  default void lost(int slot, int kind) {}
}
