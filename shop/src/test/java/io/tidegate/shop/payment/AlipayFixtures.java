package io.tidegate.shop.payment;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;

/**
 * Keys, notices and answers that OpenSSL made (see {@code make.sh} beside them), and a way to sign
 * more of them that has nothing of Alipay's library.
 */
@NullMarked
public final class AlipayFixtures {

  public static final Instant NOW = Instant.parse("2026-11-25T04:00:00Z");
  public static final OrderNumber ORDER = OrderNumber.of(NOW.toEpochMilli(), 42, 0, 0);
  public static final PaymentId PAYMENT = new PaymentId(ORDER, 1);
  public static final String TRADE = "2026112522001446840592341234";
  public static final String APP_ID = "2021000000000001";
  public static final String SELLER_ID = "2088000000000001";

  public static final Capture CAPTURE =
      new Capture(
          PAYMENT, "alipay", TRADE, Money.cny(1_990), Instant.parse("2026-11-25T03:59:12Z"));

  private AlipayFixtures() {}

  static String text(String name) {
    return read("alipay/" + name);
  }

  static String read(String name) {
    try (InputStream in = AlipayFixtures.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new AssertionError("no fixture " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static AlipayAccount account(URI gateway) {
    try {
      var keys =
          new AlipayAccount.Keys(
              RsaKeyText.privateKey(text("ours.pem")), RsaKeyText.publicKey(text("theirs.pub")));
      return new AlipayAccount(APP_ID, SELLER_ID, gateway, "", () -> keys);
    } catch (RsaKeyText.BadKey e) {
      throw new AssertionError(e);
    }
  }

  /** The fields of the notice that OpenSSL signed, without its signature. */
  public static Map<String, String> notice() {
    TreeMap<String, String> fields = new TreeMap<>(FormText.read(text("notice.form")));
    fields.remove("sign");
    fields.remove("sign_type");
    return fields;
  }

  /** A form that Alipay's key signs. */
  public static byte[] signed(Map<String, String> notice) {
    return form(notice, sign(joined(notice), "theirs.pem"));
  }

  static byte[] form(Map<String, String> notice, String sign) {
    TreeMap<String, String> all = new TreeMap<>(notice);
    all.put("sign_type", "RSA2");
    all.put("sign", sign);
    return all.entrySet().stream()
        .map(f -> f.getKey() + "=" + URLEncoder.encode(f.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"))
        .getBytes(StandardCharsets.UTF_8);
  }

  static String joined(Map<String, String> fields) {
    return new TreeMap<>(fields)
        .entrySet().stream()
            .map(f -> f.getKey() + "=" + f.getValue())
            .collect(Collectors.joining("&"));
  }

  /** An answer to a method, signed as Alipay does. */
  static String answer(String method, String node) {
    return "{\""
        + method.replace('.', '_')
        + "_response\":"
        + node
        + ",\"sign\":\""
        + sign(node, "theirs.pem")
        + "\"}";
  }

  static String sign(String content, String key) {
    try {
      byte[] der = Base64.getMimeDecoder().decode(text(key).replaceAll("-----[A-Z ]+-----", ""));
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(
          KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der)));
      signature.update(content.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
