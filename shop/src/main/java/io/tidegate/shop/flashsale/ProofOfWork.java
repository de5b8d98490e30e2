package io.tidegate.shop.flashsale;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/**
 * A challenge that costs computing: find a text for which the SHA-256 of {@code seed + answer}
 * begins with so many zero bits.
 *
 * <p>The seed is signed over sale, customer, bits and a stretch of time, so that nothing is stored:
 * it is made again when the answer comes.
 */
final class ProofOfWork implements Challenge {

  /** Its name wherever a challenge is told of. */
  static final String KIND = "proof_of_work";

  /** A seed is good for the stretch it was given in and for the next one. */
  static final Duration STRETCH = Duration.ofMinutes(5);

  private static final int SEED_BYTES = 18;

  private final Hmac hmac;

  /**
   * @param secret shared by all nodes
   */
  ProofOfWork(byte[] secret) {
    this.hmac = new Hmac("proof-of-work", secret);
  }

  @Override
  public Asked ask(long sale, long userId, int bits, Instant now) {
    return new Asked(KIND, seed(sale, userId, bits, stretch(now)), bits);
  }

  @Override
  public boolean isMet(long sale, long userId, int bits, String answer, Instant now) {
    long stretch = stretch(now);
    return isMet(seed(sale, userId, bits, stretch), answer, bits)
        || isMet(seed(sale, userId, bits, stretch - 1), answer, bits);
  }

  static boolean isMet(String seed, String answer, int bits) {
    return answer.length() <= ANSWER_CHARS_MAX
        && zeroBits(Sha256.of((seed + answer).getBytes(StandardCharsets.UTF_8))) >= bits;
  }

  private static long stretch(Instant now) {
    return Math.floorDiv(now.getEpochSecond(), STRETCH.toSeconds());
  }

  private String seed(long sale, long userId, int bits, long stretch) {
    return Base64.getUrlEncoder()
        .encodeToString(hmac.sign(SEED_BYTES, sale, userId, bits, stretch));
  }

  private static int zeroBits(byte[] digest) {
    int bits = 0;
    for (byte each : digest) {
      if (each != 0) {
        return bits + Integer.numberOfLeadingZeros(each & 0xff) - (Integer.SIZE - Byte.SIZE);
      }
      bits += Byte.SIZE;
    }
    return bits;
  }
}
