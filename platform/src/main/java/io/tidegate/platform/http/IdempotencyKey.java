package io.tidegate.platform.http;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * What makes two requests the same: caller, method and route, and the key they sent, as the first
 * 16 bytes of a SHA-256 over the three.
 */
public record IdempotencyKey(long high, long low) {
  /** A longer key is a 400. */
  static final int CHARS_MAX = 255;

  private static final MessageDigest SHA_256 = prototype();

  /** The name under which this key is stored: 16 bytes. */
  public byte[] hash16() {
    return ByteBuffer.allocate(16).putLong(high).putLong(low).array();
  }

  public static IdempotencyKey of(String caller, String route, String key) {
    return first16(digest(caller + '\0' + route + '\0' + key));
  }

  /** The first 16 bytes of the SHA-256 of a command's canonical bytes. */
  public static byte[] commandHash(byte[] canonical) {
    return first16(sha256().digest(canonical)).hash16();
  }

  /**
   * The key that a header value stands for, quoted or bare.
   *
   * @throws Problem 400 when it is empty, too long or has a character outside printable ASCII
   */
  static String parse(String header) {
    String key = header.startsWith("\"") ? unquote(header) : header;
    if (key.isEmpty()) {
      throw bad("must not be empty");
    }
    if (key.length() > CHARS_MAX) {
      throw bad("must have at most " + CHARS_MAX + " characters");
    }
    for (int i = 0; i < key.length(); i++) {
      if (key.charAt(i) < ' ' || key.charAt(i) > '~') {
        throw bad("must be printable ASCII");
      }
    }
    return key;
  }

  static Problem bad(String detail) {
    return Problem.invalid("Idempotency-Key", detail);
  }

  private static String unquote(String header) {
    var key = new StringBuilder(header.length());
    for (int i = 1; i < header.length(); i++) {
      char c = header.charAt(i);
      if (c == '"') {
        if (i != header.length() - 1) {
          throw bad("has something after the closing quote");
        }
        return key.toString();
      }
      if (c == '\\') {
        i++;
        boolean escape =
            i < header.length() && (header.charAt(i) == '"' || header.charAt(i) == '\\');
        if (!escape) {
          throw bad("has a bad escape");
        }
        c = header.charAt(i);
      }
      key.append(c);
    }
    throw bad("has no closing quote");
  }

  private static byte[] digest(String text) {
    return sha256().digest(text.getBytes(StandardCharsets.UTF_8));
  }

  private static IdempotencyKey first16(byte[] digest) {
    var words = ByteBuffer.wrap(digest).order(ByteOrder.BIG_ENDIAN);
    return new IdempotencyKey(words.getLong(), words.getLong());
  }

  /** A copy of one that is ready: looking the algorithm up costs more than hashing a key. */
  private static MessageDigest sha256() {
    try {
      return (MessageDigest) SHA_256.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("this JDK cannot copy SHA-256", e);
    }
  }

  private static MessageDigest prototype() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
