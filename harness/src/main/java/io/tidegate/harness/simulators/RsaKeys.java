package io.tidegate.harness.simulators;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a simulated provider signs with, and what it verifies its merchant with: SHA256withRSA, in
 * Base64.
 */
final class RsaKeys {
  /** In place of a key: the provider signs with the secret alone. */
  private static final String NONE = "-";

  private final @Nullable PrivateKey own;
  private final @Nullable PublicKey merchant;
  private final String secret;

  private RsaKeys(@Nullable PrivateKey own, @Nullable PublicKey merchant, String secret) {
    this.own = own;
    this.merchant = merchant;
    this.secret = secret;
  }

  /**
   * Keys in Base64: PKCS#8 and X.509.
   *
   * @param secret what both sides know beside them; may be empty
   * @throws IllegalArgumentException where they are none
   */
  static RsaKeys of(String ownPrivate, String merchantPublic, String secret) {
    try {
      KeyFactory factory = KeyFactory.getInstance("RSA");
      return new RsaKeys(
          factory.generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(ownPrivate))),
          factory.generatePublic(
              new X509EncodedKeySpec(Base64.getDecoder().decode(merchantPublic))),
          secret);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("no RSA keys", e);
    }
  }

  /** Reads {@code NAME:PRIVATE:PUBLIC} or {@code ...:SECRET} with blanks between them. */
  static Map<String, RsaKeys> read(String text) {
    Map<String, RsaKeys> all = new HashMap<>();
    for (String one : text.isBlank() ? new String[0] : text.strip().split(" +")) {
      String[] parts = one.split(":", -1);
      if (parts.length != 3 && parts.length != 4) {
        throw new IllegalArgumentException("not NAME:PRIVATE:PUBLIC");
      }
      if (parts[1].equals(NONE) && parts.length == 4) {
        all.put(parts[0], new RsaKeys(null, null, parts[3]));
        continue;
      }
      all.put(parts[0], of(parts[1], parts[2], parts.length == 4 ? parts[3] : ""));
    }
    return Map.copyOf(all);
  }

  /** What both sides know beside their keys; empty where there is nothing. */
  String secret() {
    return secret;
  }

  String sign(String text) {
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(Objects.requireNonNull(own));
      signature.update(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("an RSA key signs", e);
    }
  }

  /** A signature that does not verify, but looks as if it might. */
  String forge(String text) {
    return sign(text + " forged");
  }

  boolean verifies(String text, String claimed) {
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initVerify(Objects.requireNonNull(merchant));
      signature.update(text.getBytes(StandardCharsets.UTF_8));
      return signature.verify(Base64.getDecoder().decode(claimed));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return false;
    }
  }
}
