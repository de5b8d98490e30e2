package io.tidegate.harness.simulators;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.node.ObjectNode;

/** How simulated WeChat Pay signs, verifies and encrypts. */
final class WechatSigning {
  static final String APP_ID = "wx0000000000000001";
  static final String MERCHANT_ID = "1900000001";
  static final String PLATFORM_KEY = "PUB_KEY_ID_0119000000010000000000000001";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssXXX").withZone(ZoneId.of("Asia/Shanghai"));
  private static final Pattern FIELD = Pattern.compile("([a-z_]+)=\"([^\"]*)\"");
  private static final String SCHEMA = "WECHATPAY2-SHA256-RSA2048 ";
  private static final long FRESH_SECONDS_MAX = 300;

  private final RsaKeys keys;
  private final InstantSource clock;

  WechatSigning(RsaKeys keys, InstantSource clock) {
    this.keys = keys;
    this.clock = clock;
  }

  /** The headers of an answer or a notice. */
  Map<String, String> headers(byte[] body, boolean forged) {
    String timestamp = Long.toString(clock.instant().getEpochSecond());
    String nonce = UUID.randomUUID().toString().replace("-", "");
    String text = timestamp + "\n" + nonce + "\n" + new String(body, StandardCharsets.UTF_8) + "\n";
    return Map.of(
        "Wechatpay-Timestamp",
        timestamp,
        "Wechatpay-Nonce",
        nonce,
        "Wechatpay-Serial",
        PLATFORM_KEY,
        "Wechatpay-Signature",
        forged ? keys.forge(text) : keys.sign(text));
  }

  /** Whether a merchant's authorization is over this request. */
  boolean verifies(String authorization, String method, String pathAndQuery, byte[] body) {
    if (!authorization.startsWith(SCHEMA)) {
      return false;
    }
    Map<String, String> fields = new HashMap<>();
    Matcher matcher = FIELD.matcher(authorization);
    while (matcher.find()) {
      fields.put(matcher.group(1), matcher.group(2));
    }
    String timestamp = fields.getOrDefault("timestamp", "");
    if (!timestamp.matches("[0-9]{1,12}")
        || Math.abs(clock.instant().getEpochSecond() - Long.parseLong(timestamp))
            > FRESH_SECONDS_MAX
        || !MERCHANT_ID.equals(fields.get("mchid"))) {
      return false;
    }
    String text =
        method
            + "\n"
            + pathAndQuery
            + "\n"
            + timestamp
            + "\n"
            + fields.getOrDefault("nonce_str", "")
            + "\n"
            + new String(body, StandardCharsets.UTF_8)
            + "\n";
    return keys.verifies(text, fields.getOrDefault("signature", ""));
  }

  /** What a notice holds, encrypted with the key that its merchant has. */
  ObjectNode encrypted(String type, ObjectNode inside) {
    String nonce = UUID.randomUUID().toString().substring(0, 12);
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(
          Cipher.ENCRYPT_MODE,
          new SecretKeySpec(keys.secret().getBytes(StandardCharsets.UTF_8), "AES"),
          new GCMParameterSpec(128, nonce.getBytes(StandardCharsets.US_ASCII)));
      cipher.updateAAD(type.getBytes(StandardCharsets.US_ASCII));
      return Json.object()
          .put("original_type", type)
          .put("algorithm", "AEAD_AES_256_GCM")
          .put("ciphertext", Base64.getEncoder().encodeToString(cipher.doFinal(Json.bytes(inside))))
          .put("associated_data", type)
          .put("nonce", nonce);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the APIv3 key has 32 bytes", e);
    }
  }

  static String time(long millis) {
    return TIME.format(Instant.ofEpochMilli(millis));
  }

  /** The number of a trade that is paid. */
  static String transaction(Payment.Captured captured) {
    return "4200" + captured.serial();
  }
}
