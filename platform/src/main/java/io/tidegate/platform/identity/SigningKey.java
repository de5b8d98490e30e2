package io.tidegate.platform.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One pair of keys that signs our tokens.
 *
 * @param id names it in tokens ({@code kid})
 */
public record SigningKey(String id, Algorithm algorithm, KeyPair pair) {

  private static final int RSA_BITS = 2048;

  /**
   * How it signs (RFC 7518). New ones are RSA: signing is rare and may be slow, verifying happens
   * for each customer who comes.
   */
  public enum Algorithm {
    /** RSA of 2048 bits with SHA-256. */
    RS256("RSA", JWSAlgorithm.RS256),
    /** The curve P-256 with SHA-256: keys of earlier versions. */
    ES256("EC", JWSAlgorithm.ES256);

    private final String family;
    private final JWSAlgorithm jws;

    Algorithm(String family, JWSAlgorithm jws) {
      this.family = family;
      this.jws = jws;
    }

    JWSAlgorithm jws() {
      return jws;
    }
  }

  /** A new pair with an id of its own. */
  public static SigningKey generate() {
    try {
      var generator = KeyPairGenerator.getInstance(Algorithm.RS256.family);
      generator.initialize(RSA_BITS);
      var id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
      return new SigningKey(id, Algorithm.RS256, generator.generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has RSA", e);
    }
  }

  /** A pair as {@link #publicBytes} and {@link #privateBytes} gave it. */
  public static SigningKey of(
      String id, Algorithm algorithm, byte[] publicBytes, byte[] privateBytes) {
    try {
      var factory = KeyFactory.getInstance(algorithm.family);
      return new SigningKey(
          id,
          algorithm,
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

  JWSSigner signer() throws JOSEException {
    return switch (algorithm) {
      case RS256 -> new RSASSASigner(pair.getPrivate());
      case ES256 -> new ECDSASigner((ECPrivateKey) pair.getPrivate(), Curve.P_256);
    };
  }

  /** The public key as others may see it. */
  JWK jwk() {
    return switch (algorithm) {
      case RS256 ->
          new RSAKey.Builder((RSAPublicKey) pair.getPublic())
              .keyID(id)
              .keyUse(KeyUse.SIGNATURE)
              .algorithm(algorithm.jws)
              .build();
      case ES256 ->
          new ECKey.Builder(Curve.P_256, (ECPublicKey) pair.getPublic())
              .keyID(id)
              .keyUse(KeyUse.SIGNATURE)
              .algorithm(algorithm.jws)
              .build();
    };
  }

  @Override
  public String toString() {
    return "SigningKey[" + id + "]";
  }
}
