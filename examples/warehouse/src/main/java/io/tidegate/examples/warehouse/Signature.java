package io.tidegate.examples.warehouse;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Signs and verifies as Standard Webhooks has it; there are libraries for it in most languages.
 *
 * <p>The signature is over {@code id.seconds.body}, so each body says what it is about.
 */
final class Signature {

  static final String ID = "webhook-id";
  static final String TIME = "webhook-timestamp";
  static final String SIGNATURE = "webhook-signature";

  private static final String ALGORITHM = "HmacSHA256";
  private static final Duration SKEW_MAX = Duration.ofMinutes(5);

  private final SecretKeySpec key;

  Signature(String secret) {
    if (!secret.startsWith("whsec_")) {
      throw new IllegalArgumentException("a secret begins with whsec_");
    }
    this.key = new SecretKeySpec(Base64.getDecoder().decode(secret.substring(6)), ALGORITHM);
  }

  Map<String, String> sign(String id, byte[] body) {
    String seconds = Long.toString(Instant.now().getEpochSecond());
    return Map.of(ID, id, TIME, seconds, SIGNATURE, of(id, seconds, body));
  }

  boolean proves(
      @Nullable String id, @Nullable String seconds, @Nullable String signatures, byte[] body) {
    if (id == null || seconds == null || signatures == null || !seconds.matches("[0-9]{1,12}")) {
      return false;
    }
    Instant at = Instant.ofEpochSecond(Long.parseLong(seconds));
    if (Duration.between(at, Instant.now()).abs().compareTo(SKEW_MAX) > 0) {
      return false;
    }
    byte[] right = of(id, seconds, body).getBytes(StandardCharsets.UTF_8);
    boolean proved = false;
    for (String given : signatures.split(" ", -1)) {
      proved |= MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), right);
    }
    return proved;
  }

  private String of(String id, String seconds, byte[] body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update((id + "." + seconds + ".").getBytes(StandardCharsets.UTF_8));
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }
}
