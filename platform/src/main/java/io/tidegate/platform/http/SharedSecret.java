package io.tidegate.platform.http;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What two programs sign with what they say to each other, as Standard Webhooks has it; printed
 * never.
 *
 * <p>While it is changed there are two keys: both sign, and either proves.
 */
public final class SharedSecret {
  /** How far the other side's clock may be from ours. */
  public static final Duration SKEW_MAX = Duration.ofMinutes(5);

  /** What a message's name is in. */
  public static final String ID_HEADER = "webhook-id";

  static final String TIME_HEADER = "webhook-timestamp";
  static final String SIGNATURE_HEADER = "webhook-signature";

  /** What a message says about who sent it. */
  public enum Proof {
    GOOD,
    /** A header lacks, or is no header of this kind. */
    MISSING,
    /** Its time is too far from now. */
    STALE,
    FORGED
  }

  private static final String PREFIX = "whsec_";
  private static final String VERSION = "v1,";
  private static final String ALGORITHM = "HmacSHA256";
  private static final int KEYS_MAX = 2;
  private static final int KEY_BYTES_MIN = 24;
  private static final int KEY_BYTES_MAX = 64;
  private static final int ID_CHARS_MAX = 128;
  private static final int SECONDS_DIGITS_MAX = 12;

  /** One for each of the two keys of either side, and room for versions that we don't know. */
  private static final int SIGNATURES_MAX = 8;

  private final List<SecretKeySpec> keys;

  private SharedSecret(List<SecretKeySpec> keys) {
    this.keys = List.copyOf(keys);
  }

  /**
   * Reads a secret: {@code whsec_} and 24 to 64 bytes in Base64; two with a blank between them
   * while it is changed.
   *
   * @throws IllegalArgumentException where it is none; the message has nothing of it
   */
  public static SharedSecret of(String text) {
    List<SecretKeySpec> keys = new ArrayList<>();
    for (String part : text.strip().split(" +", -1)) {
      keys.add(key(part));
    }
    if (keys.size() > KEYS_MAX) {
      throw new IllegalArgumentException("has more than " + KEYS_MAX + " keys");
    }
    return new SharedSecret(keys);
  }

  private static SecretKeySpec key(String text) {
    byte[] bytes;
    try {
      bytes =
          text.startsWith(PREFIX)
              ? Base64.getDecoder().decode(text.substring(PREFIX.length()))
              : new byte[0];
    } catch (IllegalArgumentException _) {
      bytes = new byte[0];
    }
    if (bytes.length < KEY_BYTES_MIN || bytes.length > KEY_BYTES_MAX) {
      throw new IllegalArgumentException(
          "is not "
              + PREFIX
              + " and "
              + KEY_BYTES_MIN
              + " to "
              + KEY_BYTES_MAX
              + " bytes in Base64");
    }
    return new SecretKeySpec(bytes, ALGORITHM);
  }

  /** The headers that prove that we say this, now. */
  public Map<String, String> sign(String id, Instant now, byte[] body) {
    if (!isId(id)) {
      throw new IllegalArgumentException("no name of a message: " + id);
    }
    String seconds = Long.toString(now.getEpochSecond());
    StringJoiner signatures = new StringJoiner(" ");
    keys.forEach(key -> signatures.add(signature(key, id, seconds, body)));
    return Map.of(ID_HEADER, id, TIME_HEADER, seconds, SIGNATURE_HEADER, signatures.toString());
  }

  /**
   * Whether the other side said this, within the last minutes.
   *
   * @param id of header {@code webhook-id}, and so on; null where there was none
   */
  public Proof verify(
      @Nullable String id,
      @Nullable String seconds,
      @Nullable String signatures,
      byte[] body,
      Instant now) {
    if (id == null || seconds == null || signatures == null || !isId(id) || !isTime(seconds)) {
      return Proof.MISSING;
    }
    // The time first, and each key once: who has no secret makes us reckon no more than that.
    Duration off = Duration.between(Instant.ofEpochSecond(Long.parseLong(seconds)), now).abs();
    if (off.compareTo(SKEW_MAX) > 0) {
      return Proof.STALE;
    }
    String[] given = signatures.strip().split(" +", -1);
    boolean proved = false;
    for (SecretKeySpec key : keys) {
      String right = signature(key, id, seconds, body);
      for (int i = 0; i < Math.min(given.length, SIGNATURES_MAX); i++) {
        proved |= isSame(given[i], right);
      }
    }
    return proved ? Proof.GOOD : Proof.FORGED;
  }

  private static boolean isSame(String given, String right) {
    return MessageDigest.isEqual(
        given.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));
  }

  /** Without a dot: what is signed would have two readings. */
  private static boolean isId(String text) {
    return !text.isEmpty()
        && text.length() <= ID_CHARS_MAX
        && text.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '.');
  }

  private static boolean isTime(String text) {
    return !text.isEmpty()
        && text.length() <= SECONDS_DIGITS_MAX
        && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /**
   * The signature of one message, as header {@code webhook-signature} has it: {@code v1,} and
   * HMAC-SHA256 in Base64.
   *
   * @param key the secret's bytes
   */
  public static String signature(byte[] key, String id, long epochSeconds, byte[] body) {
    return signature(new SecretKeySpec(key, ALGORITHM), id, Long.toString(epochSeconds), body);
  }

  private static String signature(SecretKeySpec key, String id, String seconds, byte[] body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update((id + "." + seconds + ".").getBytes(StandardCharsets.UTF_8));
      return VERSION + Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  @Override
  public String toString() {
    return "SharedSecret";
  }
}
