package io.tidegate.shop.flashsale;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;

/**
 * Purchase tokens: leave to buy in one sale, for one customer, until a moment. Nothing is stored;
 * every node takes what another signed.
 */
final class PurchaseTokens {

  /** A multiple of three with the seconds before it: so no character of a token is spare. */
  private static final int SIGNATURE_BYTES = 32;

  private static final int BYTES = Integer.BYTES + SIGNATURE_BYTES;

  /** Of a token; another length is none. */
  static final int CHARS = BYTES / 3 * 4;

  private final Hmac hmac;

  /**
   * @param secret shared by all nodes
   */
  PurchaseTokens(byte[] secret) {
    this.hmac = new Hmac("purchase", secret);
  }

  /** A token, good until this second. */
  String issue(long sale, long userId, Instant expiresAt) {
    int seconds = (int) expiresAt.getEpochSecond();
    byte[] token =
        ByteBuffer.allocate(BYTES).putInt(seconds).put(signature(sale, userId, seconds)).array();
    return Base64.getUrlEncoder().encodeToString(token);
  }

  /** Whether it was issued here to this customer for this sale, and is still good. */
  boolean isGood(String token, long sale, long userId, Instant now) {
    if (token.length() != CHARS) {
      return false;
    }
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(token);
    } catch (IllegalArgumentException _) {
      return false;
    }
    int seconds = ByteBuffer.wrap(bytes).getInt();
    return MessageDigest.isEqual(
            signature(sale, userId, seconds), Arrays.copyOfRange(bytes, Integer.BYTES, BYTES))
        && now.getEpochSecond() < Integer.toUnsignedLong(seconds);
  }

  private byte[] signature(long sale, long userId, int seconds) {
    return hmac.sign(SIGNATURE_BYTES, sale, userId, seconds);
  }
}
