package io.tidegate.platform.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.OptionalLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The opaque places at which lists go on, signed, and good only for the list, the caller and the
 * filters they were made for.
 */
public final class Cursors {
  private static final int SIGNATURE_BYTES = 12;
  private static final int CHARS_MAX = 64;

  private final Mac prototype;

  /**
   * @param secret shared by all nodes; at least 16 bytes
   */
  public Cursors(byte[] secret) {
    if (secret.length < 16) {
      throw new IllegalArgumentException("the secret of cursors must have 16 bytes");
    }
    this.prototype = mac(secret.clone());
  }

  /** The cursor behind the element with this key. */
  public String after(Request request, long key) {
    byte[] place = ByteBuffer.allocate(8).putLong(key).array();
    byte[] signature = sign(request, place);
    byte[] all = Arrays.copyOf(place, 8 + SIGNATURE_BYTES);
    System.arraycopy(signature, 0, all, 8, SIGNATURE_BYTES);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(all);
  }

  /**
   * The key behind which the list goes on; empty for its beginning.
   *
   * @throws Problem 400 when the cursor is not one that was given out for this list
   */
  public OptionalLong position(Request request) {
    String cursor = request.query("after");
    if (cursor == null) {
      return OptionalLong.empty();
    }
    byte[] all = bytes(cursor);
    byte[] place = Arrays.copyOf(all, 8);
    byte[] signature = Arrays.copyOfRange(all, 8, all.length);
    byte[] wanted = Arrays.copyOf(sign(request, place), SIGNATURE_BYTES);
    if (!MessageDigest.isEqual(signature, wanted)) {
      throw bad();
    }
    return OptionalLong.of(ByteBuffer.wrap(place).getLong());
  }

  private static byte[] bytes(String cursor) {
    if (cursor.length() > CHARS_MAX) {
      throw bad();
    }
    try {
      byte[] all = Base64.getUrlDecoder().decode(cursor);
      if (all.length != 8 + SIGNATURE_BYTES) {
        throw bad();
      }
      return all;
    } catch (IllegalArgumentException e) {
      throw bad();
    }
  }

  private static Problem bad() {
    return Problem.invalid("?after", "is no cursor of this list");
  }

  private byte[] sign(Request request, byte[] place) {
    try {
      var mac = (Mac) prototype.clone();
      mac.update(place);
      return mac.doFinal(request.listName().getBytes(StandardCharsets.UTF_8));
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("this JDK cannot copy a MAC", e);
    }
  }

  private static Mac mac(byte[] secret) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }
}
