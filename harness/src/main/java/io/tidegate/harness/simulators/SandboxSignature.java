package io.tidegate.harness.simulators;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HMAC-SHA256 of the sandbox provider, in lower-case hex: over requests that come in and notices
 * that go out.
 */
public final class SandboxSignature {
  private final SecretKeySpec key;

  public SandboxSignature(String secret) {
    if (secret.isEmpty()) {
      throw new IllegalArgumentException("the sandbox secret is empty");
    }
    this.key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
  }

  /** The signature that a request must carry. */
  public String ofRequest(String method, String path, String timestamp, byte[] body) {
    return hex(method + "\n" + path + "\n" + timestamp + "\n", body);
  }

  /** The signature that a notice carries. */
  public String ofNotice(String timestamp, byte[] body) {
    return hex(timestamp + ".", body);
  }

  boolean verifiesRequest(
      String method, String path, String timestamp, byte[] body, String signature) {
    byte[] expected = ofRequest(method, path, timestamp, body).getBytes(StandardCharsets.US_ASCII);
    return MessageDigest.isEqual(expected, signature.getBytes(StandardCharsets.US_ASCII));
  }

  private String hex(String prefix, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      mac.update(prefix.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }
}
