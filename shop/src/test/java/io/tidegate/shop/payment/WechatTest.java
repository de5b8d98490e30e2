package io.tidegate.shop.payment;

import static io.tidegate.shop.payment.AlipayFixtures.NOW;
import static io.tidegate.shop.payment.AlipayFixtures.ORDER;
import static io.tidegate.shop.payment.AlipayFixtures.PAYMENT;
import static io.tidegate.shop.payment.WechatStand.CAPTURE;
import static io.tidegate.shop.payment.WechatStand.CODE;
import static io.tidegate.shop.payment.WechatStand.INSIDE;
import static io.tidegate.shop.payment.WechatStand.NONCE;
import static io.tidegate.shop.payment.WechatStand.REFUND;
import static io.tidegate.shop.payment.WechatStand.REFUNDS;
import static io.tidegate.shop.payment.WechatStand.TRADE;
import static io.tidegate.shop.payment.WechatStand.signed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.payment.PaymentProvider.Opening;
import io.tidegate.shop.payment.PaymentProvider.Return;
import io.tidegate.shop.payment.PaymentProvider.Standing;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is said to WeChat Pay, and what its answers and bills mean. */
class WechatTest {

  private WechatStand there;
  private WechatClient client;

  @BeforeEach
  void open() throws Exception {
    there = new WechatStand();
    client = there.client;
  }

  @AfterEach
  void close() {
    there.close();
  }

  /** OpenSSL signed the same request: it is the same to the byte. */
  @Test
  void aRequestIsSignedAsOpenSslDoes() {
    client.queryRefund(REFUND);
    assertThat(there.asked.remove().authorization())
        .isEqualTo(
            "WECHATPAY2-SHA256-RSA2048 mchid=\"1900000001\",nonce_str=\""
                + NONCE
                + "\",timestamp=\"1795579200\",serial_no=\"SERIAL7\",signature=\""
                + AlipayFixtures.read("wechat/request.sign")
                + "\"");
  }

  /** WeChat Pay signs its answers with the key that the request names. */
  @Test
  void aRequestNamesTheKeyThatAnswersAreVerifiedWith() {
    client.query(CODE);
    there.says("POST " + REFUNDS, 200, "{}");
    there.says("GET " + TRADE, 200, AlipayFixtures.read("wechat/query.json"));
    client.refund(REFUND);
    assertThat(there.asked).hasSize(3);
    assertThat(there.asked).allMatch(each -> each.serial().equals(WechatStand.PLATFORM_KEY));
    Map<String, String> certificates = Map.of("5157", "x", "3C0F", "y");
    assertThat(new WechatAccount.Keys("", certificates, "").answerKey()).isEqualTo("5157");
  }

  @Test
  void aCodeIsAskedFor() {
    String what = "POST /v3/pay/transactions/native";
    there.says(what, 200, "{\"code_url\":\"weixin://wxpay/bizpayurl?pr=x\"}");
    assertThat(client.open(CODE, "茶杯"))
        .isEqualTo(new Opening.Opened("weixin://wxpay/bizpayurl?pr=x"));
    assertThat(there.asked.remove().body())
        .contains(
            "\"time_expire\":\"2026-11-26T12:00:00+08:00\"",
            "\"total\":1990",
            "\"out_trade_no\":\"" + PAYMENT + "\"")
        .doesNotContain("payer");
    there.says(what, 400, "{\"code\":\"PARAM_ERROR\"}");
    assertThat(client.open(CODE, "")).isEqualTo(new Opening.Refused("PARAM_ERROR"));
    there.says(what, 400, "{\"code\":\"ORDERPAID\"}");
    assertThat(client.open(CODE, "")).isInstanceOf(Opening.Unknown.class);
    for (int haste : new int[] {429, 403}) {
      there.says(what, haste, "{\"code\":\"FREQUENCY_LIMITED\"}");
      assertThat(client.open(CODE, "")).as("" + haste).isInstanceOf(Opening.Unknown.class);
    }
    there.answers.put(what, new WechatStand.Said(400, "{\"code\":\"PARAM_ERROR\"}", false));
    assertThat(client.open(CODE, "")).isInstanceOf(Opening.Unknown.class);
  }

  /** Signed for WeChat's own script, as OpenSSL signs them. */
  @Test
  void aPageInsideGetsSignedParameters() {
    there.says(
        "POST /v3/pay/transactions/jsapi",
        200,
        "{\"prepay_id\":\"wx201410272009395522657a690389285100\"}");
    Opening.Opened opened = (Opening.Opened) client.open(INSIDE, "Tea", "openid-7");
    assertThat(opened.cashierUrl())
        .isEqualTo(
            "{\"appId\":\"wx0000000000000001\",\"timeStamp\":\"1795579200\",\"nonceStr\":\""
                + NONCE
                + "\",\"package\":\"prepay_id=wx201410272009395522657a690389285100\",\"signType\":\"RSA\",\"paySign\":\""
                + AlipayFixtures.read("wechat/parameters.sign")
                + "\"}");
    assertThat(there.asked.remove().body()).contains("\"payer\":{\"openid\":\"openid-7\"}");
    assertThat(client.wantsPayer("jsapi")).isTrue();
    assertThat(client.wantsPayer("native")).isFalse();
    // Who pays is kept nowhere, so nobody can ask in their place later.
    assertThat(client.open(INSIDE, "Tea")).isInstanceOf(Opening.Unknown.class);
    assertThat(there.asked).isEmpty();
  }

  @Test
  void whatOpenSslSignedIsBelievedAndNothingElse() {
    String genuine = AlipayFixtures.read("wechat/query.json");
    assertThat(signed("1795579200", "answer-nonce", genuine))
        .containsEntry("Wechatpay-Signature", AlipayFixtures.read("wechat/query.sign"));
    there.says("GET " + TRADE, 200, genuine);
    assertThat(client.query(CODE)).isEqualTo(new Standing.Captured(CAPTURE));
    there.answers.put("GET " + TRADE, new WechatStand.Said(200, genuine, false));
    assertThat(client.query(CODE)).isInstanceOf(Standing.Unknown.class);
  }

  @Test
  void aTradesStatesMeanWhatTheySay() {
    Map<String, Class<? extends Standing>> meant =
        Map.of(
            "NOTPAY",
            Standing.Open.class,
            "USERPAYING",
            Standing.Open.class,
            "PAYERROR",
            Standing.Open.class,
            "CLOSED",
            Standing.Closed.class,
            "REVOKED",
            Standing.Closed.class,
            "REFUND",
            Standing.Unknown.class,
            "ODD",
            Standing.Unknown.class);
    String genuine = AlipayFixtures.read("wechat/query.json");
    meant.forEach((state, standing) -> {
      there.says(
          "GET " + TRADE,
          200,
          genuine.replace("\"trade_state\":\"SUCCESS\"", "\"trade_state\":\"" + state + "\""));
      assertThat(client.query(CODE)).as(state).isInstanceOf(standing);
    });
    there.says("GET " + TRADE, 200, genuine.replace(PAYMENT.toString(), "1p1"));
    assertThat(client.query(CODE)).isInstanceOf(Standing.Unknown.class);
  }

  /** The first question comes after seconds, and a slow opening may arrive there after it. */
  @Test
  void aTradeThatIsNotThereYetMayBeOpenedStill() {
    there.says("GET " + TRADE, 404, "{\"code\":\"ORDER_NOT_EXIST\"}");
    there.says("POST " + TRADE + "/close", 404, "{\"code\":\"ORDER_NOT_EXIST\"}");
    there.now = NOW.plusSeconds(29);
    assertThat(client.query(CODE)).isEqualTo(new Standing.Open());
    assertThat(client.close(CODE)).isEqualTo(new Standing.Open());
    there.now = NOW.plusSeconds(30);
    assertThat(client.query(CODE)).isEqualTo(new Standing.Closed());
    assertThat(client.close(CODE)).isEqualTo(new Standing.Closed());
  }

  /** The race of close against pay: what is paid already is told as paid. */
  @Test
  void aCloseThatIsRefusedAsPaidIsPaid() {
    there.says("GET " + TRADE, 200, AlipayFixtures.read("wechat/query.json"));
    there.says("POST " + TRADE + "/close", 400, "{\"code\":\"ORDERPAID\"}");
    assertThat(client.close(CODE)).isEqualTo(new Standing.Captured(CAPTURE));
    there.says("POST " + TRADE + "/close", 204, "");
    assertThat(client.close(CODE)).isEqualTo(new Standing.Closed());
    there.says("POST " + TRADE + "/close", 500, "{\"code\":\"SYSTEM_ERROR\"}");
    assertThat(client.close(CODE)).isInstanceOf(Standing.Unknown.class);
  }

  /** 200 means that it was taken, and no more. */
  @Test
  void aRefundIsReadByItsStatus() {
    there.says("GET " + TRADE, 200, AlipayFixtures.read("wechat/query.json"));
    there.says("POST " + REFUNDS, 200, refund("PROCESSING"));
    assertThat(client.refund(REFUND)).isEqualTo(new Return.Processing());
    there.asked.remove();
    assertThat(there.asked.remove().body())
        .contains("\"refund\":990,\"total\":1990", "\"out_refund_no\":\"" + REFUND.id() + "\"");
    there.says("POST " + REFUNDS, 403, "{\"code\":\"NOT_ENOUGH\"}");
    assertThat(client.refund(REFUND)).isEqualTo(new Return.Failed("NOT_ENOUGH"));
    for (WechatStand.Said unclear :
        List.of(
            new WechatStand.Said(500, "{\"code\":\"SYSTEM_ERROR\"}", true),
            new WechatStand.Said(429, "{\"code\":\"FREQUENCY_LIMITED\"}", true),
            new WechatStand.Said(403, "{\"code\":\"NOT_ENOUGH\"}", false),
            new WechatStand.Said(403, "{\"code\":\"FREQUENCY_LIMITED\"}", true),
            new WechatStand.Said(200, refund("ODD"), true))) {
      there.answers.put("POST " + REFUNDS, unclear);
      assertThat(client.refund(REFUND)).as(unclear.toString()).isInstanceOf(Return.Unknown.class);
    }
    String one = "GET " + REFUNDS + "/" + REFUND.id();
    there.says(one, 200, refund("SUCCESS"));
    assertThat(client.queryRefund(REFUND)).isEqualTo(new Return.Succeeded(NOW.plusSeconds(7)));
    for (String other :
        List.of(
            refund("SUCCESS").replace(REFUND.id().toString(), ORDER + "r9"),
            refund("SUCCESS").replace("\"refund\":990", "\"refund\":1990"),
            refund("SUCCESS").replace("CNY", "USD"),
            refund("ABNORMAL").replace(REFUND.id().toString(), ORDER + "r9"),
            "{\"status\":\"SUCCESS\"}")) {
      there.says(one, 200, other);
      assertThat(client.queryRefund(REFUND)).as(other).isInstanceOf(Return.Unknown.class);
    }
    there.says(one, 200, refund("ABNORMAL"));
    assertThat(client.queryRefund(REFUND)).isEqualTo(new Return.Failed("ABNORMAL"));
    there.says(one, 404, "{\"code\":\"RESOURCE_NOT_EXISTS\"}");
    assertThat(client.queryRefund(REFUND)).isEqualTo(new Return.Absent());
    there.says(one, 400, "{\"code\":\"PARAM_ERROR\"}");
    assertThat(client.queryRefund(REFUND)).isInstanceOf(Return.Unknown.class);
  }

  private static String refund(String status) {
    return "{\"out_refund_no\":\"%s\",\"status\":\"%s\",\"success_time\":\"2026-11-25T12:00:07+08:00\",\"amount\":{\"refund\":990,\"total\":1990,\"currency\":\"CNY\"}}"
        .formatted(REFUND.id(), status);
  }

  private void bill(String kind, String text) throws GeneralSecurityException {
    String digest =
        HexFormat.of()
            .formatHex(
                MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
    bill(kind, text, digest);
  }

  private void bill(String kind, String text, String digest) {
    URI file = there.api.resolve("/file?token=" + kind);
    there.says(
        "GET /v3/bill/tradebill?bill_date=2026-11-25&bill_type=" + kind,
        200,
        "{\"hash_type\":\"SHA1\",\"hash_value\":\"%s\",\"download_url\":\"%s\"}"
            .formatted(digest, file));
    there.answers.put("GET /file?token=" + kind, new WechatStand.Said(200, text, false));
  }

  private List<StatementLine> fetch() {
    List<StatementLine> lines = new ArrayList<>();
    there.bills.fetch(LocalDate.of(2026, 11, 25), ZoneId.of("Asia/Shanghai"), lines::add);
    return lines;
  }

  private static String payments() {
    return "\uFEFF交易时间,公众账号ID,微信订单号,商户订单号,交易状态,货币种类,商品名称,订单金额\r\n"
        + "`2026-11-25 11:59:12,`wx0000000000000001,`4200002026112500000000000001,`%s,`SUCCESS,`CNY,`茶杯,`19.90\r\n"
            .formatted(PAYMENT)
        + "总交易单数,应结订单总金额\r\n`1,`19.90\r\n";
  }

  @Test
  void aDaysBillsAreReadAndTheirDigestsChecked() throws Exception {
    String payments = payments();
    String refunds =
        "交易时间,微信订单号,商户订单号,货币种类,退款申请时间,退款成功时间,商户退款单号,退款金额,退款状态,申请退款金额\r\n"
            + "`2026-11-25 11:59:12,`42,`%s,`CNY,`2026-11-25 12:00:01,`2026-11-25 12:00:07,`%s,`9.90,`SUCCESS,`9.90\r\n"
                .formatted(PAYMENT, REFUND.id())
            + "`2026-11-25 11:59:12,`42,`%s,`CNY,`2026-11-25 12:00:01,`,`%sr3,`1.00,`PROCESSING,`1.00\r\n"
                .formatted(PAYMENT, ORDER)
            + "总交易单数,应结订单总金额\r\n`2,`0.00\r\n";
    bill("SUCCESS", payments);
    bill("REFUND", refunds);
    assertThat(fetch())
        .containsExactly(
            new StatementLine(
                StatementLine.Type.PAYMENT,
                PAYMENT.toString(),
                CAPTURE.transaction(),
                Money.cny(1_990),
                CAPTURE.capturedAt()),
            new StatementLine(
                StatementLine.Type.REFUND,
                REFUND.id().toString(),
                "",
                Money.cny(990),
                NOW.plusSeconds(7)));
    there.says(
        "GET /v3/bill/tradebill?bill_date=2026-11-25&bill_type=REFUND",
        400,
        "{\"code\":\"NO_STATEMENT_EXIST\"}");
    assertThat(fetch()).hasSize(1);
    bill("SUCCESS", payments, "00");
    assertThatThrownBy(this::fetch).hasMessageContaining("its digest");
    bill("SUCCESS", payments.substring(0, payments.indexOf("总交易单数")));
    assertThatThrownBy(this::fetch).hasMessageContaining("ends early");
    there.says(
        "GET /v3/bill/tradebill?bill_date=2026-11-25&bill_type=SUCCESS",
        400,
        "{\"code\":\"STATEMENT_CREATING\"}");
    assertThatThrownBy(this::fetch).hasMessageContaining("STATEMENT_CREATING");
  }
}
