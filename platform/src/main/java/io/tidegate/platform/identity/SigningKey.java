package io.tidegate.platform.identity;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One pair of keys on the curve P-256 (ES256).
 *
 * @param id names it in tokens ({@code kid})
 */
public record SigningKey(String id, KeyPair pair) {
  /** A new pair with an id of its own. */
  public static SigningKey generate() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      var id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
      return new SigningKey(id, generator.generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no curve P-256", e);
    }
  }

  /** A pair as {@link #publicBytes} and {@link #privateBytes} gave it. */
  public static SigningKey of(String id, byte[] publicBytes, byte[] privateBytes) {
    try {
      var factory = KeyFactory.getInstance("EC");
      return new SigningKey(
          id,
          new KeyPair(
              factory.generatePublic(new X509EncodedKeySpec(publicBytes)),
              factory.generatePrivate(new PKCS8EncodedKeySpec(privateBytes))));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("signing key " + id + " cannot be read", e);
    }
  }

  /** The public key, X.509. */
  public byte[] publicBytes() {
    return pair.getPublic().getEncoded();
  }

  /** The private key, PKCS #8. */
  public byte[] privateBytes() {
    return pair.getPrivate().getEncoded();
  }

  @Override
  public String toString() {
    return "SigningKey[" + id + "]";
  }
}
