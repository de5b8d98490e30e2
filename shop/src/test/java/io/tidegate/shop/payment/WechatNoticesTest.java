package io.tidegate.shop.payment;

import static io.tidegate.shop.payment.AlipayFixtures.NOW;
import static io.tidegate.shop.payment.AlipayFixtures.PAYMENT;
import static io.tidegate.shop.payment.WechatStand.API_V3_KEY;
import static io.tidegate.shop.payment.WechatStand.CAPTURE;
import static io.tidegate.shop.payment.WechatStand.PLATFORM_KEY;
import static io.tidegate.shop.payment.WechatStand.SENT;
import static io.tidegate.shop.payment.WechatStand.signed;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.payment.PaymentProvider.Heard;
import io.tidegate.shop.payment.PaymentProvider.Notice;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which notices are WeChat Pay's own, and what they say. */
class WechatNoticesTest {

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

  private static Notice parse(
      WechatClient client, Map<String, String> headers, String body, Instant now) {
    return client.read(headers::get, body.getBytes(StandardCharsets.UTF_8), now).notice();
  }

  private Map<String, String> genuine() {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.put("Wechatpay-Serial", PLATFORM_KEY);
    headers.put("Wechatpay-Timestamp", "1795579153");
    headers.put("Wechatpay-Nonce", "Edc5JcVxLqOmGWqvJXLhCfBPnVvnKYMK");
    headers.put("Wechatpay-Signature", AlipayFixtures.read("wechat/notice.sign"));
    return headers;
  }

  @Test
  void whatOpenSslSignedIsACapture() {
    String body = AlipayFixtures.read("wechat/notice.json");
    assertThat(parse(client, genuine(), body, NOW)).isEqualTo(new Notice.Verified(CAPTURE));
    Map<String, String> older = genuine();
    older.put("Wechatpay-Serial", "5157F09EFDC096DE15EBE81A47057A7200000001");
    assertThat(parse(client, older, body, NOW)).isEqualTo(new Notice.Verified(CAPTURE));
    assertThat(parse(client, genuine(), body, SENT.plusSeconds(301)))
        .isEqualTo(new Notice.Rejected("stale"));
    assertThat(parse(client, genuine(), body, SENT.minusSeconds(301)))
        .isEqualTo(new Notice.Rejected("stale"));
  }

  /** Sent on purpose, to see whether anybody looks. */
  @Test
  void aSignatureThatIsATestFails() {
    Map<String, String> headers = genuine();
    headers.put("Wechatpay-Signature", "WECHATPAY/SIGNTEST/" + headers.get("Wechatpay-Signature"));
    assertThat(parse(client, headers, AlipayFixtures.read("wechat/notice.json"), NOW))
        .isEqualTo(new Notice.Rejected("a signature that is a test"));
  }

  /** More than 500 kinds: nothing of a genuine notice may be altered or lacking. */
  @Test
  void forgedStaleForeignAndAlteredOnesChangeNothing() {
    String body = AlipayFixtures.read("wechat/notice.json");
    Set<String> tried = new HashSet<>();
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 200; i++) {
      int at = random.nextInt(body.length());
      String other = body.charAt(at) == '7' ? "8" : "7";
      rejected(tried, genuine(), body.substring(0, at) + other + body.substring(at + 1));
      rejected(tried, genuine(), body.substring(0, at) + body.substring(at + 1));
      rejected(tried, genuine(), body.substring(0, at));
    }
    for (String name : genuine().keySet()) {
      Map<String, String> without = genuine();
      without.remove(name);
      rejected(tried, without, body);
      for (int i = 0; i < 20; i++) {
        Map<String, String> altered = genuine();
        String value = altered.get(name);
        int at = random.nextInt(value.length() - 3);
        char other = value.charAt(at) == '7' ? '8' : '7';
        altered.put(name, value.substring(0, at) + other + value.substring(at + 1));
        rejected(tried, altered, body);
      }
    }
    // WeChat Pay's own signature over what can't be read.
    for (String odd :
        List.of(
            "",
            "{}",
            "[]",
            body.replace("AEAD_AES_256_GCM", "none"),
            body.replace("fdasflkja484", "fdasflkja485"),
            body.replace("\"associated_data\":\"transaction\"", "\"associated_data\":\"refund\""),
            body.replaceAll("\"ciphertext\":\"[^\"]*\"", "\"ciphertext\":\"AAAA\""),
            body.replaceAll("\"ciphertext\":\"[^\"]*\"", "\"ciphertext\":\"?\""))) {
      rejected(tried, signed("1795579153", "n", odd), odd);
    }
    assertThat(tried.size()).isGreaterThan(500);
  }

  private void rejected(Set<String> tried, Map<String, String> headers, String body) {
    String all = headers + body;
    if (tried.add(all)) {
      assertThat(parse(client, headers, body, NOW)).as(all).isInstanceOf(Notice.Rejected.class);
    }
  }

  private static String encrypted(String event, String inside) {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(
          Cipher.ENCRYPT_MODE,
          new SecretKeySpec(API_V3_KEY.getBytes(StandardCharsets.UTF_8), "AES"),
          new GCMParameterSpec(128, "123456789012".getBytes(StandardCharsets.UTF_8)));
      cipher.updateAAD("x".getBytes(StandardCharsets.UTF_8));
      return "{\"event_type\":\"%s\",\"resource\":{\"algorithm\":\"AEAD_AES_256_GCM\",\"associated_data\":\"x\",\"nonce\":\"123456789012\",\"ciphertext\":\"%s\"}}"
          .formatted(
              event,
              Base64.getEncoder()
                  .encodeToString(cipher.doFinal(inside.getBytes(StandardCharsets.UTF_8))));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private Notice about(String event, String inside) {
    String body = encrypted(event, inside);
    return parse(client, signed("1795579153", "n", body), body, NOW);
  }

  @Test
  void whoAndHowMuchIsLookedAt() {
    String inside = AlipayFixtures.read("wechat/query.json");
    assertThat(about("TRANSACTION.SUCCESS", inside)).isEqualTo(new Notice.Verified(CAPTURE));
    assertThat(about("TRANSACTION.SUCCESS", inside.replace("1900000001", "1900000002")))
        .isEqualTo(new Notice.Misdirected(CAPTURE));
    assertThat(about("TRANSACTION.SUCCESS", inside.replace("wx0000000000000001", "wx2")))
        .isEqualTo(new Notice.Misdirected(CAPTURE));
    for (String odd :
        List.of(
            inside.replace("\"total\":1990", "\"total\":0"),
            inside.replace("\"total\":1990", "\"total\":\"1990\""),
            inside.replace("\"total\":1990", "\"total\":19.9"),
            inside.replace("2026-11-25T11:59:12+08:00", "yesterday"),
            inside.replace("4200002026112500000000000001", ""))) {
      assertThat(about("TRANSACTION.SUCCESS", odd)).as(odd).isInstanceOf(Notice.Rejected.class);
    }
    // It would be repeated for a day, for nothing.
    assertThat(about("TRANSACTION.SUCCESS", inside.replace(PAYMENT.toString(), "1")))
        .isEqualTo(new Notice.Foreign("no payment of ours"));
    assertThat(about("TRANSACTION.ODD", inside))
        .isEqualTo(new Notice.Noted(PAYMENT, "an event that is not known"));
    assertThat(
            about(
                "TRANSACTION.SUCCESS",
                inside.replace("\"trade_state\":\"SUCCESS\"", "\"trade_state\":\"CLOSED\"")))
        .isEqualTo(new Notice.Noted(PAYMENT, "an event that is not known"));
  }

  /** What became of it only a question tells; a number of another order's is none of this one's. */
  @Test
  void aRefundsNoticeNamesTheRefund() {
    String refund =
        """
        {"mchid":"1900000001","out_trade_no":"%s","out_refund_no":"%s","refund_status":"ABNORMAL"}\
        """
            .formatted(PAYMENT, WechatStand.REFUND.id());
    for (String event : List.of("REFUND.SUCCESS", "REFUND.ABNORMAL", "REFUND.CLOSED")) {
      assertThat(about(event, refund))
          .as("an abnormal one, whatever the event's name")
          .isEqualTo(new Notice.OfRefund(PAYMENT, WechatStand.REFUND.id(), false));
      assertThat(about(event, refund.replace("ABNORMAL", "SUCCESS")))
          .isEqualTo(
              new Notice.OfRefund(
                  PAYMENT, WechatStand.REFUND.id(), event.equals("REFUND.SUCCESS")));
    }
    for (String number : List.of("", "by-hand-7", "1r2")) {
      String odd = refund.replace(WechatStand.REFUND.id().toString(), number);
      assertThat(about("REFUND.SUCCESS", odd)).as(odd).isInstanceOf(Notice.Noted.class);
    }
    assertThat(about("REFUND.ABNORMAL", refund.replace("1900000001", "1900000002")))
        .isNotInstanceOf(Notice.OfRefund.class);
  }

  @Test
  void itHearsItsOwnWords() {
    assertThat(client.answer(Heard.TAKEN).status()).isEqualTo(204);
    assertThat(client.answer(Heard.NOT_NOW))
        .isEqualTo(
            new PaymentProvider.NoticeAnswer(
                503, "application/json", "{\"code\":\"FAIL\",\"message\":\"not now\"}"));
  }

  /** C7. */
  @Test
  void aKeptNoticeShowsNothingOfWhoPaid() {
    String kept = kept(genuine(), AlipayFixtures.read("wechat/notice.json"));
    assertThat(kept)
        .contains(PAYMENT.toString(), "4200002026112500000000000001", "1990")
        .doesNotContain("oUpF8u")
        .contains("\"ciphertext\":\"***\"", "\"openid\":\"***\"");
    assertThat(kept(Map.of(), AlipayFixtures.read("wechat/notice.json")))
        .as("the same where it was rejected")
        .isEqualTo(kept);
    assertThat(kept(Map.of(), "{\"id\":\"x\",\"resource\":{}}"))
        .isEqualTo("{\"id\":\"x\",\"resource\":{}}");
    assertThat(kept(Map.of(), "[1]")).isEqualTo("(3 bytes that can't be read)");
  }

  private String kept(Map<String, String> headers, String body) {
    return client.read(headers::get, body.getBytes(StandardCharsets.UTF_8), NOW).masked().get();
  }
}
