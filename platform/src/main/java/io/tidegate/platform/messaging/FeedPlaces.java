package io.tidegate.platform.messaging;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Places as readers hold them: opaque and signed. One is good for every reader and every filter,
 * since all see the same order.
 */
public final class FeedPlaces {

  private static final int PLACE_BYTES = 16;
  private static final int SIGNATURE_BYTES = 8;
  private static final int CHARS = 32;

  private final Mac prototype;

  /**
   * @param secret shared by all nodes; at least 16 bytes
   */
  public FeedPlaces(byte[] secret) {
    if (secret.length < 16) {
      throw new IllegalArgumentException("the secret of places must have 16 bytes");
    }
    try {
      prototype = Mac.getInstance("HmacSHA256");
      prototype.init(new SecretKeySpec(secret.clone(), "HmacSHA256"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  public String write(FeedPlace place) {
    byte[] bytes =
        ByteBuffer.allocate(PLACE_BYTES + SIGNATURE_BYTES)
            .putLong(place.horizon())
            .putLong(place.position())
            .array();
    System.arraycopy(signature(bytes), 0, bytes, PLACE_BYTES, SIGNATURE_BYTES);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** The place that a text was made from; empty for a text that was not made here. */
  public Optional<FeedPlace> read(String text) {
    if (text.length() != CHARS) {
      return Optional.empty();
    }
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      byte[] signed = Arrays.copyOfRange(bytes, PLACE_BYTES, bytes.length);
      if (!MessageDigest.isEqual(signed, Arrays.copyOf(signature(bytes), SIGNATURE_BYTES))) {
        return Optional.empty();
      }
      ByteBuffer place = ByteBuffer.wrap(bytes);
      return Optional.of(new FeedPlace(place.getLong(), place.getLong()));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private byte[] signature(byte[] bytes) {
    try {
      Mac mac = (Mac) prototype.clone();
      mac.update(bytes, 0, PLACE_BYTES);
      return mac.doFinal();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("this JDK cannot copy a MAC", e);
    }
  }
}
