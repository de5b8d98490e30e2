package io.tidegate.harness.simulators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Simulated WeChat Pay, as a merchant sees it who shares no code with it. */
final class WechatTest {
  private static final String API_V3_KEY = "0123456789abcdef0123456789abcdef";
  private static final KeyPair OURS = pair();
  private static final KeyPair THEIRS = pair();
  private static final String TRADES = "/wechat/v3/pay/transactions";
  private static final String REFUNDS = "/wechat/v3/refund/domestic/refunds";

  private final Shop shop = new Shop();
  private final Simulators simulators;
  private final Merchant merchant;
  private final HttpClient client = HttpClient.newHttpClient();

  WechatTest() throws IOException {
    simulators =
        Simulators.start(
            Merchant.quick(
                null,
                ZoneOffset.UTC,
                RsaKeys.read(
                    String.join(
                        ":",
                        "wechat",
                        text(THEIRS.getPrivate().getEncoded()),
                        text(OURS.getPublic().getEncoded()),
                        API_V3_KEY)),
                ""));
    merchant = new Merchant(simulators.url());
  }

  private static KeyPair pair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2_048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static String text(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  @AfterEach
  void stop() throws IOException {
    merchant.close();
    client.close();
    simulators.close();
    shop.close();
  }

  private record Told(int status, JsonNode json, String body) {
    String code() {
      return json.path("code").asString("");
    }
  }

  private HttpResponse<String> raw(String method, String path, String body) throws Exception {
    return raw(method, path, body, "PUB_KEY_ID_0119000000010000000000000001");
  }

  private HttpResponse<String> raw(String method, String path, String body, String serial)
      throws Exception {
    String timestamp = Long.toString(Instant.now().getEpochSecond());
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(OURS.getPrivate());
    signature.update(
        (method + "\n" + path + "\n" + timestamp + "\nn7\n" + body + "\n")
            .getBytes(StandardCharsets.UTF_8));
    return client.send(
        HttpRequest.newBuilder(URI.create(simulators.url() + path))
            .header(
                "Authorization",
                "WECHATPAY2-SHA256-RSA2048 mchid=\"1900000001\",nonce_str=\"n7\",timestamp=\"%s\",serial_no=\"1\",signature=\"%s\""
                    .formatted(timestamp, text(signature.sign())))
            .header("Wechatpay-Serial", serial)
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private Told ask(String method, String path, String body) throws Exception {
    HttpResponse<String> answer = raw(method, path, body);
    var headers = answer.headers();
    assertThat(
            verifies(
                headers.firstValue("Wechatpay-Timestamp").orElse(""),
                headers.firstValue("Wechatpay-Nonce").orElse(""),
                answer.body(),
                headers.firstValue("Wechatpay-Signature").orElse("")))
        .as(answer.body())
        .isTrue();
    return new Told(
        answer.statusCode(),
        answer.body().isEmpty() ? Json.object() : Json.MAPPER.readTree(answer.body()),
        answer.body());
  }

  private static boolean verifies(String timestamp, String nonce, String body, String sign)
      throws GeneralSecurityException {
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initVerify(THEIRS.getPublic());
    signature.update(
        (timestamp + "\n" + nonce + "\n" + body + "\n").getBytes(StandardCharsets.UTF_8));
    return signature.verify(Base64.getDecoder().decode(sign));
  }

  private Told open(String id) throws Exception {
    return ask(
        "POST",
        TRADES + "/native",
        "{\"appid\":\"wx0000000000000001\",\"mchid\":\"1900000001\",\"description\":\"茶\",\"out_trade_no\":\"%s\",\"time_expire\":\"%s\",\"notify_url\":\"%s\",\"amount\":{\"total\":1990,\"currency\":\"CNY\"}}"
            .formatted(id, Instant.now().plusSeconds(600), shop.notifyUrl()));
  }

  private Told refund(String id, String payment, long amount) throws Exception {
    return ask(
        "POST",
        REFUNDS,
        "{\"out_trade_no\":\"%s\",\"out_refund_no\":\"%s\",\"amount\":{\"refund\":%d,\"total\":1990,\"currency\":\"CNY\"}}"
            .formatted(payment, id, amount));
  }

  private String status(String refund) throws Exception {
    return ask("GET", REFUNDS + "/" + refund, "").json().path("status").asString("");
  }

  private JsonNode inside(int index) throws Exception {
    await().atMost(Merchant.PATIENCE).until(() -> shop.heard().size() > index);
    JsonNode resource = shop.heard().get(index).json().path("resource");
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        Cipher.DECRYPT_MODE,
        new SecretKeySpec(API_V3_KEY.getBytes(StandardCharsets.UTF_8), "AES"),
        new GCMParameterSpec(
            128, resource.path("nonce").asString("").getBytes(StandardCharsets.UTF_8)));
    cipher.updateAAD(
        resource.path("associated_data").asString("").getBytes(StandardCharsets.UTF_8));
    return Json.MAPPER.readTree(
        cipher.doFinal(Base64.getDecoder().decode(resource.path("ciphertext").asString(""))));
  }

  @Test
  void a_code_is_paid_and_told_encrypted() throws Exception {
    assertThat(ask("GET", TRADES + "/out-trade-no/81p1?mchid=1900000001", "").code())
        .isEqualTo("ORDER_NOT_EXIST");
    assertThat(open("81p1").json().path("code_url").asString("")).startsWith("weixin://");
    merchant.plain("POST", "/cashier/81p1/pay", "");
    JsonNode paid = inside(0);
    assertThat(paid.path("trade_state").asString("")).isEqualTo("SUCCESS");
    assertThat(paid.path("amount").path("total").longValue()).isEqualTo(1_990);
    Told query = ask("GET", TRADES + "/out-trade-no/81p1?mchid=1900000001", "");
    assertThat(query.json().path("transaction_id")).isEqualTo(paid.path("transaction_id"));
    assertThat(
            ask("POST", TRADES + "/out-trade-no/81p1/close", "{\"mchid\":\"1900000001\"}").code())
        .isEqualTo("ORDERPAID");
    assertThat(open("82p1").status()).isEqualTo(200);
    assertThat(
            ask("POST", TRADES + "/out-trade-no/82p1/close", "{\"mchid\":\"1900000001\"}").status())
        .isEqualTo(204);
    assertThat(open("82p1").code()).isEqualTo("ORDER_CLOSED");
  }

  @Test
  void a_refund_is_taken_and_done_later() throws Exception {
    open("83p1");
    merchant.plain("POST", "/cashier/83p1/pay", "");
    inside(0);
    assertThat(ask("GET", REFUNDS + "/83r1", "").code()).isEqualTo("RESOURCE_NOT_EXISTS");
    assertThat(refund("83r1", "83p1", 990).json().path("status").asString(""))
        .isEqualTo("PROCESSING");
    assertThat(status("83r1")).isEqualTo("SUCCESS");
    assertThat(inside(1).path("refund_status").asString("")).isEqualTo("SUCCESS");
    assertThat(refund("83r1", "83p1", 991).code()).isEqualTo("INVALID_REQUEST");
    merchant.plain("PUT", "/faults/wechat", "{\"mode\":\"reverse\",\"count\":1}");
    refund("83r2", "83p1", 100);
    assertThat(status("83r2")).isEqualTo("ABNORMAL");
    merchant.plain("PUT", "/faults/wechat", "{\"mode\":\"refuse\",\"count\":1}");
    assertThat(refund("83r3", "83p1", 100).code()).isEqualTo("NOT_ENOUGH");
  }

  @Test
  void who_signs_wrong_is_refused() throws Exception {
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(
                    URI.create(simulators.url() + TRADES + "/out-trade-no/84p1?mchid=1900000001"))
                .header("Authorization", "WECHATPAY2-SHA256-RSA2048 mchid=\"1900000001\"")
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(401);
    String query = TRADES + "/out-trade-no/84p1?mchid=1900000001";
    assertThat(raw("GET", query, "", "5157F09EFDC096DE15EBE81A47057A7200000001").statusCode())
        .as("an answer by a key that it has not")
        .isEqualTo(401);
  }

  @Test
  void a_days_bills_have_their_digests() throws Exception {
    open("85p1");
    merchant.plain("POST", "/cashier/85p1/pay", "");
    inside(0);
    String day = LocalDate.now(ZoneId.of("Asia/Shanghai")).toString();
    assertThat(
            ask("GET", "/wechat/v3/bill/tradebill?bill_date=" + day + "&bill_type=REFUND", "")
                .code())
        .isEqualTo("NO_STATEMENT_EXIST");
    refund("85r1", "85p1", 990);
    for (String kind : List.of("SUCCESS", "REFUND")) {
      JsonNode told =
          ask("GET", "/wechat/v3/bill/tradebill?bill_date=" + day + "&bill_type=" + kind, "")
              .json();
      URI file = URI.create(told.path("download_url").asString(""));
      String text = raw("GET", file.getRawPath() + "?" + file.getRawQuery(), "").body();
      byte[] digest =
          MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
      assertThat(told.path("hash_value").asString("")).isEqualTo(HexFormat.of().formatHex(digest));
      assertThat(text).contains("`85p1", "总交易单数");
      assertThat(text.contains("`85r1")).isEqualTo(kind.equals("REFUND"));
    }
  }
}
