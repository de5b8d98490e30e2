package io.tidegate.shop.flashsale;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA256 over numbers, under one secret and for one use. */
final class Hmac {

  private static final String ALGORITHM = "HmacSHA256";

  private final Mac prototype;

  /**
   * @param use what is signed for one is nothing to another
   * @param secret shared by all nodes
   */
  Hmac(String use, byte[] secret) {
    try {
      Mac key = Mac.getInstance(ALGORITHM);
      key.init(new SecretKeySpec(secret, ALGORITHM));
      byte[] own = key.doFinal(use.getBytes(StandardCharsets.UTF_8));
      prototype = Mac.getInstance(ALGORITHM);
      prototype.init(new SecretKeySpec(own, ALGORITHM));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  /** The first bytes of the signature over these numbers. */
  byte[] sign(int bytes, long... numbers) {
    ByteBuffer content = ByteBuffer.allocate(Long.BYTES * numbers.length);
    for (long number : numbers) {
      content.putLong(number);
    }
    try {
      // A copy of one that is ready: looking the algorithm up costs more than signing.
      return Arrays.copyOf(((Mac) prototype.clone()).doFinal(content.array()), bytes);
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("this JDK cannot copy " + ALGORITHM, e);
    }
  }
}
