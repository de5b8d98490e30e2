package io.tidegate.shop.payment;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** RSA keys as people have them: PEM, or its Base64 alone, in one line or many. */
public final class RsaKeyText {

  /** Shorter keys sign nothing that is worth anything. */
  private static final int BITS_MIN = 2_048;

  private RsaKeyText() {}

  /** A text that is no such key. Its message shows nothing of it. */
  public static final class BadKey extends Exception {
    private static final long serialVersionUID = 1L;

    BadKey(String why) {
      super(why, null, false, false);
    }
  }

  /**
   * A private key's PKCS#8 in Base64, without line breaks.
   *
   * @throws BadKey where it is another thing
   */
  public static String privateKey(String text) throws BadKey {
    if (text.contains("BEGIN RSA PRIVATE KEY")) {
      throw new BadKey("is PKCS#1: convert it with openssl pkcs8 -topk8 -nocrypt");
    }
    if (text.contains("BEGIN ENCRYPTED")) {
      throw new BadKey("is encrypted");
    }
    byte[] bytes = bytes(text, "PRIVATE KEY");
    try {
      var key =
          (RSAPrivateCrtKey)
              KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(bytes));
      return strong(key.getModulus().bitLength(), bytes);
    } catch (GeneralSecurityException | ClassCastException _) {
      throw new BadKey("is no RSA private key in PKCS#8");
    }
  }

  /**
   * A public key's X.509 form in Base64, without line breaks.
   *
   * @throws BadKey where it is another thing
   */
  public static String publicKey(String text) throws BadKey {
    byte[] bytes = bytes(text, "PUBLIC KEY");
    try {
      var key =
          (RSAPublicKey)
              KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(bytes));
      return strong(key.getModulus().bitLength(), bytes);
    } catch (GeneralSecurityException | ClassCastException _) {
      throw new BadKey("is no RSA public key");
    }
  }

  /**
   * The public key of a private one, both as these methods give them.
   *
   * @throws IllegalArgumentException where the private one is none
   */
  public static String publicOf(String privateKey) {
    try {
      KeyFactory factory = KeyFactory.getInstance("RSA");
      var key =
          (RSAPrivateCrtKey)
              factory.generatePrivate(
                  new PKCS8EncodedKeySpec(Base64.getDecoder().decode(privateKey)));
      return Base64.getEncoder()
          .encodeToString(
              factory
                  .generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()))
                  .getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("no RSA private key", e);
    }
  }

  /**
   * The key of such a text.
   *
   * @throws IllegalArgumentException where it is none
   */
  static PrivateKey privateKeyOf(String text) {
    try {
      return KeyFactory.getInstance("RSA")
          .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(text)));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("no RSA private key", e);
    }
  }

  /**
   * The key of such a text.
   *
   * @throws IllegalArgumentException where it is none
   */
  static PublicKey publicKeyOf(String text) {
    try {
      return KeyFactory.getInstance("RSA")
          .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(text)));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("no RSA public key", e);
    }
  }

  /**
   * WeChat Pay's certificates in a text: their serials in upper-case hex, and their public keys.
   *
   * @throws BadKey where it has none, or one that is no RSA certificate
   */
  public static Map<String, String> certificates(String text) throws BadKey {
    Map<String, String> keys = new TreeMap<>();
    try {
      var all =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(
                  new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)));
      for (var one : all) {
        X509Certificate certificate = (X509Certificate) one;
        String serial = certificate.getSerialNumber().toString(16).toUpperCase(Locale.ROOT);
        keys.put(
            serial,
            publicKey(Base64.getEncoder().encodeToString(certificate.getPublicKey().getEncoded())));
      }
    } catch (GeneralSecurityException | ClassCastException _) {
      throw new BadKey("is no certificate in PEM");
    }
    if (keys.isEmpty()) {
      throw new BadKey("has no certificate");
    }
    return keys;
  }

  private static String strong(int bits, byte[] bytes) throws BadKey {
    if (bits < BITS_MIN) {
      throw new BadKey("has " + bits + " bits, and needs " + BITS_MIN);
    }
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static byte[] bytes(String text, String kind) throws BadKey {
    String bare =
        text.replace("-----BEGIN " + kind + "-----", "")
            .replace("-----END " + kind + "-----", "")
            .replaceAll("\\s", "");
    try {
      return Base64.getDecoder().decode(bare);
    } catch (IllegalArgumentException _) {
      throw new BadKey("is neither PEM nor Base64");
    }
  }
}
