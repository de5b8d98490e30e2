package io.tidegate.shop.reporting;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs what the nodes of one system ask the archive for: it tells anybody's orders, so only they
 * may ask.
 */
final class ArchiveKey {
  private static final String SCHEME = "Archive ";

  private final byte[] secret;

  /**
   * @param secret the system's, which its database keeps
   */
  ArchiveKey(byte[] secret) {
    this.secret = secret.clone();
  }

  /** The value of {@code Authorization} for a path with its query. */
  String sign(String pathAndQuery) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      byte[] code = mac.doFinal(pathAndQuery.getBytes(StandardCharsets.UTF_8));
      return SCHEME + HexFormat.of().formatHex(code);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  boolean isOf(String pathAndQuery, String authorization) {
    return MessageDigest.isEqual(
        sign(pathAndQuery).getBytes(StandardCharsets.UTF_8),
        authorization.getBytes(StandardCharsets.UTF_8));
  }
}
