package io.tidegate.shop.payment;

import com.alipay.api.AlipayApiException;
import com.alipay.api.internal.util.asymmetric.RSA2Encryptor;
import com.alipay.api.internal.util.codec.Base64;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import org.jspecify.annotations.Nullable;

/**
 * RSA2 of Alipay's own library, with keys that are parsed once.
 *
 * <p>The library parses a key from its Base64 at each signature, which costs about as much as
 * verifying one, and for signing more: what Java keeps for a private key (its blinding) is made
 * anew, too. So the two methods that do so are overridden, and nothing else: what is signed, how
 * Base64 is read, what counts as empty and what is an error stay the library's, and a test compares
 * both over notices of all kinds.
 */
final class AlipayRsa2 extends RSA2Encryptor {

  private static final String UTF_8 = "utf-8";
  private static final String RSA = "RSA";

  private volatile @Nullable Parsed<PublicKey> theirs;
  private volatile @Nullable Parsed<PrivateKey> ours;

  private record Parsed<K>(String text, K key) {}

  /**
   * Whether it is a signature over this content.
   *
   * @param publicKey as {@link RsaKeyText} gives it
   */
  boolean isSigned(String content, @Nullable String sign, String publicKey) {
    try {
      return verify(content, UTF_8, publicKey, sign);
    } catch (AlipayApiException _) {
      return false; // nothing to verify, or no signature
    }
  }

  /**
   * Signs a content.
   *
   * @param privateKey as {@link RsaKeyText} gives it
   * @throws AlipayApiException where the key does not sign; its message has the key in it
   */
  String signed(String content, String privateKey) throws AlipayApiException {
    return sign(content, UTF_8, privateKey);
  }

  @Override
  protected boolean doVerify(String content, String charset, String publicKey, String sign)
      throws Exception {
    Signature signature = Signature.getInstance(getSignAlgorithm());
    signature.initVerify(theirs(publicKey));
    signature.update(content.getBytes(Charset.forName(charset)));
    return signature.verify(Base64.decodeBase64(sign.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  protected String doSign(String content, String charset, String privateKey) throws Exception {
    Signature signature = Signature.getInstance(getSignAlgorithm());
    signature.initSign(ours(privateKey));
    signature.update(content.getBytes(Charset.forName(charset)));
    return new String(Base64.encodeBase64(signature.sign()), StandardCharsets.US_ASCII);
  }

  private PublicKey theirs(String text) throws Exception {
    Parsed<PublicKey> known = theirs;
    if (known == null || !known.text().equals(text)) {
      known = new Parsed<>(text, getPublicKeyFromX509(RSA, in(text)));
      theirs = known;
    }
    return known.key();
  }

  private PrivateKey ours(String text) throws Exception {
    Parsed<PrivateKey> known = ours;
    if (known == null || !known.text().equals(text)) {
      known = new Parsed<>(text, getPrivateKeyFromPKCS8(RSA, in(text)));
      ours = known;
    }
    return known.key();
  }

  private static InputStream in(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }
}
