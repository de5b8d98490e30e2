package io.tidegate.harness.bench;

import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Notices of the providers that a demo simulates, signed with its own keys, which are in its
 * database.
 *
 * @param key of Alipay or WeChat Pay; absent for Stripe
 * @param shared 32 characters that the provider and the system know
 */
record ProviderRequests(String authority, String provider, @Nullable PrivateKey key, String shared)
    implements CallbackRequests {
  private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(SHANGHAI);
  private static final DateTimeFormatter ISO =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssXXX").withZone(SHANGHAI);
  private static final int SHARED_BYTES = 16;

  /** Reads a provider's keys. */
  static ProviderRequests of(String authority, String provider, String jdbcUrl)
      throws BenchFailure {
    try (Connection connection = DriverManager.getConnection(jdbcUrl)) {
      PrivateKey key =
          provider.equals("stripe")
              ? null
              : KeyFactory.getInstance("RSA")
                  .generatePrivate(
                      new PKCS8EncodedKeySpec(secret(connection, provider + ".theirs")));
      byte[] shared = secret(connection, provider + ".both");
      return new ProviderRequests(
          authority, provider, key, HexFormat.of().formatHex(shared, 0, SHARED_BYTES));
    } catch (SQLException | GeneralSecurityException e) {
      throw new BenchFailure("the demo's keys of " + provider + " cannot be read", e);
    }
  }

  private static byte[] secret(Connection connection, String name)
      throws SQLException, BenchFailure {
    try (PreparedStatement statement =
        connection.prepareStatement("select value from identity.secret where name = ?")) {
      statement.setString(1, name);
      try (ResultSet rows = statement.executeQuery()) {
        if (!rows.next()) {
          throw new BenchFailure("the system has no key " + name + ": it is no demo");
        }
        return rows.getBytes(1);
      }
    }
  }

  @Override
  public byte[] of(Unpaid paid, Instant now, long serial) {
    String payment = new String(paid.payment(), StandardCharsets.US_ASCII);
    return switch (provider) {
      case "alipay" -> alipay(payment, paid.amount(), now, serial);
      case "wechat" -> wechat(payment, paid.amount(), now, serial);
      case "stripe" -> stripe(payment, paid.amount(), now, serial);
      default -> throw new IllegalStateException("nobody knows the notices of " + provider);
    };
  }

  private byte[] alipay(String payment, long amount, Instant now, long serial) {
    String time = TIME.format(now);
    Map<String, String> fields = new TreeMap<>();
    fields.put("app_id", "2021000000000001");
    fields.put("buyer_id", "2088999999999999");
    fields.put("charset", "utf-8");
    fields.put("gmt_create", time);
    fields.put("gmt_payment", time);
    fields.put("notify_id", Long.toHexString(serial));
    fields.put("notify_time", time);
    fields.put("notify_type", "trade_status_sync");
    fields.put("out_trade_no", payment);
    fields.put("seller_id", "2088000000000001");
    fields.put("total_amount", BigDecimal.valueOf(amount, 2).toPlainString());
    fields.put("trade_no", "B" + Long.toHexString(serial));
    fields.put("trade_status", "TRADE_SUCCESS");
    fields.put("version", "1.0");
    String text =
        fields.entrySet().stream()
            .map(f -> f.getKey() + "=" + f.getValue())
            .collect(Collectors.joining("&"));
    fields.put("sign_type", "RSA2");
    fields.put("sign", rsa(text));
    String form =
        fields.entrySet().stream()
            .map(f -> f.getKey() + "=" + URLEncoder.encode(f.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    return SandboxRequests.request(
        authority,
        provider,
        "Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n",
        Ascii.of(form));
  }

  private byte[] wechat(String payment, long amount, Instant now, long serial) {
    String id = Long.toHexString(serial);
    String time = ISO.format(now);
    String inside =
        "{\"mchid\":\"1900000001\",\"appid\":\"wx0000000000000001\",\"out_trade_no\":\""
            + payment
            + "\",\"transaction_id\":\"B"
            + id
            + "\",\"trade_type\":\"NATIVE\",\"trade_state\":\"SUCCESS\",\"success_time\":\""
            + time
            + "\",\"payer\":{\"openid\":\"oUpF8uMuAJO\"},\"amount\":{\"total\":"
            + amount
            + ",\"payer_total\":"
            + amount
            + ",\"currency\":\"CNY\"}}";
    String body =
        "{\"id\":\"N"
            + id
            + "\",\"create_time\":\""
            + time
            + "\",\"resource_type\":\"encrypt-resource\",\"event_type\":\"TRANSACTION.SUCCESS\","
            + "\"resource\":{\"original_type\":\"transaction\",\"algorithm\":\"AEAD_AES_256_GCM\","
            + "\"ciphertext\":\""
            + encrypted(inside)
            + "\",\"associated_data\":\"transaction\",\"nonce\":\"123456789012\"}}";
    String timestamp = Long.toString(now.getEpochSecond());
    return SandboxRequests.request(
        authority,
        provider,
        "Content-Type: application/json\r\nWechatpay-Serial: PUB_KEY_ID_0119000000010000000000000001"
            + "\r\nWechatpay-Timestamp: "
            + timestamp
            + "\r\nWechatpay-Nonce: "
            + id
            + "\r\nWechatpay-Signature: "
            + rsa(timestamp + "\n" + id + "\n" + body + "\n")
            + "\r\n",
        Ascii.of(body));
  }

  private byte[] stripe(String payment, long amount, Instant now, long serial) {
    String id = Long.toHexString(serial);
    String time = Long.toString(now.getEpochSecond());
    String body =
        "{\"id\":\"evt_"
            + id
            + "\",\"object\":\"event\",\"type\":\"checkout.session.completed\",\"livemode\":false,"
            + "\"created\":"
            + time
            + ",\"data\":{\"object\":{\"object\":\"checkout.session\",\"client_reference_id\":\""
            + payment
            + "\",\"payment_intent\":\"pi_"
            + id
            + "\",\"payment_status\":\"paid\",\"amount_total\":"
            + amount
            + ",\"currency\":\"cny\"}}}";
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(
          new SecretKeySpec(("whsec_" + shared).getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      String signature =
          HexFormat.of()
              .formatHex(mac.doFinal((time + "." + body).getBytes(StandardCharsets.UTF_8)));
      return SandboxRequests.request(
          authority,
          provider,
          "Content-Type: application/json\r\nStripe-Signature: t="
              + time
              + ",v1="
              + signature
              + "\r\n",
          Ascii.of(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  private String rsa(String text) {
    if (key == null) {
      throw new IllegalStateException(provider + " has no key");
    }
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(key);
      signature.update(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("an RSA key signs", e);
    }
  }

  private String encrypted(String text) {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(
          Cipher.ENCRYPT_MODE,
          new SecretKeySpec(shared.getBytes(StandardCharsets.UTF_8), "AES"),
          new GCMParameterSpec(128, "123456789012".getBytes(StandardCharsets.UTF_8)));
      cipher.updateAAD("transaction".getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder()
          .encodeToString(cipher.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES-GCM", e);
    }
  }
}
