package io.tidegate.harness.bench;

import io.tidegate.harness.load.ResponseReader;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** The provider's notices that payments were captured, signed beforehand, each sent once. */
final class CallbackTraffic extends ShopTraffic {
  private static final int CALLBACK = 0;
  private static final byte[] SUCCESS = Ascii.of("success");

  private final byte[][] requests;
  private int next;
  private long taken;

  /**
   * Signs a notice for each payment, with all cores: signatures of real providers cost a
   * millisecond each. They are fresh for five minutes.
   */
  CallbackTraffic(CallbackRequests requests, List<Unpaid> payments, SplittableRandom random) {
    super(List.of("callback"));
    Instant now = Instant.now();
    long[] serials = payments.stream().mapToLong(_ -> random.nextLong()).toArray();
    this.requests =
        IntStream.range(0, serials.length)
            .parallel()
            .mapToObj(i -> requests.of(payments.get(i), now, serials[i]))
            .toArray(byte[][]::new);
  }

  /** As many customers as there are notices may begin. */
  int count() {
    return requests.length;
  }

  @Override
  public void write(int slot, int kind, ByteBuffer out) {
    out.put(requests[next++]);
  }

  @Override
  int next(int slot, int kind, ResponseReader answer) {
    if (answer.status() == 204
        || (answer.status() == 200
            && ByteBuffer.wrap(answer.body(), 0, answer.bodyLength())
                .equals(ByteBuffer.wrap(SUCCESS)))) {
      taken++;
    }
    return DONE;
  }

  /** Notices that were answered with success. */
  long taken() {
    return taken;
  }

  /** Notices that nobody knows of whether they were taken. */
  long perhapsTaken() {
    return answers(CALLBACK).lost() + answers(CALLBACK).failed();
  }

  @Override
  long created() {
    return 0;
  }

  @Override
  long perhapsCreated() {
    return 0;
  }
}
