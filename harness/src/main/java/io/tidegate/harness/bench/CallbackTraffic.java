package io.tidegate.harness.bench;

import io.tidegate.harness.load.ResponseReader;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** The provider's notices that payments were captured, each sent once. */
final class CallbackTraffic extends ShopTraffic {
  private static final int CALLBACK = 0;
  private static final byte[] SUCCESS = Ascii.of("success");

  private final int count;
  private final IntFunction<byte[]> requests;
  private int next;
  private long taken;

  private CallbackTraffic(int count, IntFunction<byte[]> requests) {
    super(List.of("callback"));
    this.count = count;
    this.requests = requests;
  }

  /**
   * Signs a notice for each payment beforehand, with all cores: signatures of real providers cost a
   * millisecond each. Most providers' are fresh for five minutes.
   */
  static CallbackTraffic signed(
      CallbackRequests requests, List<Unpaid> payments, SplittableRandom random) {
    long[] serials = payments.stream().mapToLong(_ -> random.nextLong()).toArray();
    byte[][] all =
        IntStream.range(0, serials.length)
            .parallel()
            .mapToObj(i -> requests.of(payments.get(i), Instant.now(), serials[i]))
            .toArray(byte[][]::new);
    return new CallbackTraffic(all.length, i -> all[i]);
  }

  /**
   * Signs each as it is sent, for signatures that cost some microseconds: however many there are,
   * none is stale, and they take no room.
   */
  static CallbackTraffic signedAsSent(
      CallbackRequests requests, List<Unpaid> payments, SplittableRandom random) {
    return new CallbackTraffic(
        payments.size(), i -> requests.of(payments.get(i), Instant.now(), random.nextLong()));
  }

  /** As many customers as there are notices may begin. */
  int count() {
    return count;
  }

  @Override
  public void write(int slot, int kind, ByteBuffer out) {
    out.put(requests.apply(next++));
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
