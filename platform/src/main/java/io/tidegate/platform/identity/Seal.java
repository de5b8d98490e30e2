package io.tidegate.platform.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import java.text.ParseException;
import java.util.Optional;

/**
 * What this system says to itself by way of somebody else: a compact JWS (HS256) over bytes that
 * the bearer can read and can't change. The secret is shared by all nodes.
 */
public final class Seal {

  private final JWSHeader header;
  private final MACSigner signer;
  private final MACVerifier verifier;
  private final int charsMax;

  /**
   * @param type the header's {@code typ}: what is sealed for one use is nothing to another
   * @param secret at least 32 bytes
   * @param charsMax a longer text was not sealed here, and is not looked at
   */
  public Seal(String type, byte[] secret, int charsMax) {
    this.header = new JWSHeader.Builder(JWSAlgorithm.HS256).type(new JOSEObjectType(type)).build();
    this.charsMax = charsMax;
    try {
      this.signer = new MACSigner(secret.clone());
      this.verifier = new MACVerifier(secret.clone());
    } catch (JOSEException e) {
      throw new IllegalArgumentException("a seal's secret has 32 bytes", e);
    }
  }

  /** The sealed text. */
  public String seal(byte[] content) {
    JWSObject sealed = new JWSObject(header, new Payload(content));
    try {
      sealed.sign(signer);
    } catch (JOSEException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
    return sealed.serialize();
  }

  /** What was sealed; empty for a text that was not sealed here, or not for this use. */
  public Optional<byte[]> open(String text) {
    if (text.length() > charsMax) {
      return Optional.empty();
    }
    try {
      JWSObject sealed = JWSObject.parse(text);
      return header.getAlgorithm().equals(sealed.getHeader().getAlgorithm())
              && header.getType().equals(sealed.getHeader().getType())
              && sealed.verify(verifier)
          ? Optional.of(sealed.getPayload().toBytes())
          : Optional.empty();
    } catch (ParseException | JOSEException _) {
      return Optional.empty();
    }
  }
}
