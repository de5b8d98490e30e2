package io.tidegate.harness.simulators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Simulated Alipay, as a merchant sees it who shares no code with it. */
final class AlipayTest {
  private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");
  private static final KeyPair OURS = pair();
  private static final KeyPair THEIRS = pair();

  private final Shop shop = new Shop();
  private final Simulators simulators;
  private final Merchant merchant;
  private final HttpClient client = HttpClient.newHttpClient();

  AlipayTest() throws IOException {
    simulators =
        Simulators.start(
            Merchant.quick(
                null,
                ZoneOffset.UTC,
                RsaKeys.read(
                    "alipay:"
                        + text(THEIRS.getPrivate().getEncoded())
                        + ":"
                        + text(OURS.getPublic().getEncoded())),
                ""));
    merchant = new Merchant(simulators.url());
  }

  private static KeyPair pair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2_048);
      return generator.generateKeyPair();
    } catch (java.security.GeneralSecurityException e) {
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

  private static String joined(Map<String, String> fields) {
    return new TreeMap<>(fields)
        .entrySet().stream()
            .map(f -> f.getKey() + "=" + f.getValue())
            .collect(Collectors.joining("&"));
  }

  private String form(String method, String content) throws Exception {
    Map<String, String> fields = new TreeMap<>();
    fields.put("app_id", "2021000000000001");
    fields.put("method", method);
    fields.put("charset", "utf-8");
    fields.put("sign_type", "RSA2");
    fields.put("timestamp", "2026-11-25 12:00:00");
    fields.put("version", "1.0");
    fields.put("notify_url", shop.notifyUrl());
    fields.put("biz_content", content);
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(OURS.getPrivate());
    signature.update(joined(fields).getBytes(StandardCharsets.UTF_8));
    fields.put("sign", text(signature.sign()));
    return fields.entrySet().stream()
        .map(f -> f.getKey() + "=" + URLEncoder.encode(f.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }

  private JsonNode ask(String method, String content) throws Exception {
    return sent(method, form(method, content));
  }

  private JsonNode sent(String method, String form) throws Exception {
    String body =
        client
            .send(
                HttpRequest.newBuilder(URI.create(simulators.url() + "/alipay/gateway.do"))
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString(form))
                    .build(),
                HttpResponse.BodyHandlers.ofString())
            .body();
    String name = method.replace('.', '_') + "_response";
    String node = body.substring(body.indexOf(':') + 1, body.lastIndexOf(",\"sign\":"));
    JsonNode whole = Json.MAPPER.readTree(body);
    assertThat(verifies(node, whole.path("sign").asString(""))).as(body).isTrue();
    return whole.path(name);
  }

  private static boolean verifies(String text, String sign) throws Exception {
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initVerify(THEIRS.getPublic());
    signature.update(text.getBytes(StandardCharsets.UTF_8));
    return signature.verify(Base64.getDecoder().decode(sign));
  }

  private static String trade(String id) {
    String ends =
        DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss")
            .format(Instant.now().plusSeconds(600).atZone(SHANGHAI));
    return "{\"out_trade_no\":\"%s\",\"total_amount\":\"19.90\",\"subject\":\"茶 & 杯\",\"time_expire\":\"%s\"}"
        .formatted(id, ends);
  }

  private static String named(String id) {
    return "{\"out_trade_no\":\"" + id + "\"}";
  }

  private JsonNode refund(String id, String payment, String yuan) throws Exception {
    return ask(
        "alipay.trade.refund",
        "{\"out_trade_no\":\"%s\",\"out_request_no\":\"%s\",\"refund_amount\":\"%s\"}"
            .formatted(payment, id, yuan));
  }

  private String refundStatus(String id, String payment) throws Exception {
    return ask(
            "alipay.trade.fastpay.refund.query",
            "{\"out_trade_no\":\"%s\",\"out_request_no\":\"%s\"}".formatted(payment, id))
        .path("refund_status")
        .asString("");
  }

  private int browse(String path) throws Exception {
    return merchant.browser("GET", path, "en").status();
  }

  private void page(String id) throws Exception {
    assertThat(browse("/alipay/gateway.do?" + form("alipay.trade.page.pay", trade(id))))
        .isEqualTo(200);
  }

  private Map<String, String> heard(int index) {
    await().atMost(Merchant.PATIENCE).until(() -> shop.heard().size() > index);
    Map<String, String> fields = new TreeMap<>();
    for (String pair : shop.heard().get(index).raw().split("&")) {
      int equals = pair.indexOf('=');
      fields.put(
          pair.substring(0, equals),
          URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
    }
    return fields;
  }

  private static boolean isGenuine(Map<String, String> notice) throws Exception {
    Map<String, String> fields = new TreeMap<>(notice);
    String sign = fields.remove("sign");
    fields.remove("sign_type");
    return verifies(joined(fields), String.valueOf(sign));
  }

  @Test
  void a_page_is_paid_and_told_by_a_signed_form() throws Exception {
    assertThat(ask("alipay.trade.query", named("71p1")).path("sub_code").asString(""))
        .isEqualTo("ACQ.TRADE_NOT_EXIST");
    page("71p1");
    assertThat(ask("alipay.trade.query", named("71p1")).path("trade_status").asString(""))
        .isEqualTo("WAIT_BUYER_PAY");
    assertThat(merchant.plain("POST", "/cashier/71p1/pay", "").status()).isEqualTo(202);
    Map<String, String> notice = heard(0);
    assertThat(isGenuine(notice)).isTrue();
    assertThat(notice)
        .containsEntry("trade_status", "TRADE_SUCCESS")
        .containsEntry("total_amount", "19.90")
        .containsEntry("seller_id", "2088000000000001");
    JsonNode paid = ask("alipay.trade.query", named("71p1"));
    assertThat(paid.path("trade_status").asString("")).isEqualTo("TRADE_SUCCESS");
    assertThat(paid.path("trade_no").asString("")).isEqualTo(notice.get("trade_no"));
    assertThat(ask("alipay.trade.close", named("71p1")).path("sub_code").asString(""))
        .isEqualTo("ACQ.TRADE_STATUS_ERROR");
  }

  @Test
  void a_code_begins_its_trade_when_it_is_scanned() throws Exception {
    String code = ask("alipay.trade.precreate", trade("72p1")).path("qr_code").asString("");
    assertThat(ask("alipay.trade.query", named("72p1")).path("sub_code").asString(""))
        .isEqualTo("ACQ.TRADE_NOT_EXIST");
    assertThat(browse(URI.create(code).getPath())).isEqualTo(200);
    assertThat(ask("alipay.trade.query", named("72p1")).path("trade_status").asString(""))
        .isEqualTo("WAIT_BUYER_PAY");
    assertThat(ask("alipay.trade.close", named("72p1")).path("code").asString(""))
        .isEqualTo("10000");
    assertThat(ask("alipay.trade.query", named("72p1")).path("trade_status").asString(""))
        .isEqualTo("TRADE_CLOSED");
  }

  @Test
  void a_refund_number_moves_money_once() throws Exception {
    page("73p1");
    merchant.plain("POST", "/cashier/73p1/pay", "");
    heard(0);
    assertThat(refundStatus("73r1", "73p1")).isEmpty();
    assertThat(refund("73r1", "73p1", "9.90").path("fund_change").asString("")).isEqualTo("Y");
    assertThat(refund("73r1", "73p1", "9.90").path("fund_change").asString("")).isEqualTo("N");
    assertThat(refund("73r1", "73p1", "9.91").path("sub_code").asString(""))
        .isEqualTo("ACQ.DISCORDANT_REPEAT_REQUEST");
    assertThat(refund("73r2", "73p1", "10.01").path("sub_code").asString(""))
        .isEqualTo("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL");
    assertThat(refundStatus("73r1", "73p1")).isEqualTo("REFUND_SUCCESS");
    Map<String, String> part = heard(1);
    assertThat(isGenuine(part)).isTrue();
    assertThat(part).containsEntry("trade_status", "TRADE_SUCCESS").containsKey("gmt_refund");
    assertThat(refund("73r2", "73p1", "10.00").path("fund_change").asString("")).isEqualTo("Y");
    assertThat(heard(2)).containsEntry("trade_status", "TRADE_CLOSED");
  }

  @Test
  void faults_strike_it_and_not_the_sandbox() throws Exception {
    page("74p1");
    merchant.plain("PUT", "/faults/alipay", "{\"mode\":\"bad_signature\",\"count\":1}");
    merchant.plain("POST", "/cashier/74p1/pay", "");
    assertThat(isGenuine(heard(0))).isFalse();
    merchant.plain("PUT", "/faults/alipay", "{\"mode\":\"refuse\",\"count\":1}");
    assertThat(refund("74r1", "74p1", "1.00").path("sub_code").asString(""))
        .isEqualTo("ACQ.SELLER_BALANCE_NOT_ENOUGH");
    assertThat(refund("74r1", "74p1", "1.00").path("fund_change").asString("")).isEqualTo("Y");
    merchant.plain(
        "PUT", "/faults/alipay", "{\"mode\":\"late\",\"count\":1,\"latencyMs\":3600000}");
    assertThat(refund("74r2", "74p1", "1.00").path("fund_change").asString("")).isEqualTo("N");
    assertThat(refundStatus("74r2", "74p1")).isEmpty();
  }

  @Test
  void who_signs_wrong_is_refused() throws Exception {
    String form = form("alipay.trade.query", named("75p1"));
    assertThat(
            sent("alipay.trade.query", form.replace("75p1", "76p1")).path("sub_code").asString(""))
        .isEqualTo("isv.invalid-signature");
    assertThat(browse("/alipay/gateway.do?" + form("alipay.trade.page.pay", trade("75p1")) + "1"))
        .isEqualTo(400);
  }

  @Test
  void a_days_bill_has_each_trade_and_refund() throws Exception {
    page("77p1");
    merchant.plain("POST", "/cashier/77p1/pay", "");
    heard(0);
    refund("77r1", "77p1", "9.90");
    JsonNode bill =
        ask(
            "alipay.data.dataservice.bill.downloadurl.query",
            "{\"bill_type\":\"trade\",\"bill_date\":\"" + LocalDate.now(SHANGHAI) + "\"}");
    byte[] zip =
        client
            .send(
                HttpRequest.newBuilder(URI.create(bill.path("bill_download_url").asString("")))
                    .build(),
                HttpResponse.BodyHandlers.ofByteArray())
            .body();
    Charset gbk = Charset.forName("GBK");
    try (ZipInputStream in = new ZipInputStream(new java.io.ByteArrayInputStream(zip), gbk)) {
      assertThat(in.getNextEntry().getName()).endsWith("_业务明细.csv");
      List<String> lines =
          Arrays.stream(new String(in.readAllBytes(), gbk).split("\r\n"))
              .filter(line -> !line.startsWith("#"))
              .toList();
      assertThat(lines).hasSize(3);
      assertThat(lines.get(0)).startsWith("支付宝交易号,商户订单号,业务类型");
      assertThat(lines.get(1)).contains("77p1", "交易", "19.90");
      assertThat(lines.get(2)).contains("77p1", "退款", "-9.90", "77r1");
      assertThat(in.getNextEntry().getName()).contains("汇总");
    }
  }
}
