package io.tidegate.shop.payment;

import static io.tidegate.shop.payment.AlipayFixtures.CAPTURE;
import static io.tidegate.shop.payment.AlipayFixtures.NOW;
import static io.tidegate.shop.payment.AlipayFixtures.PAYMENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.platform.http.Outbound;
import io.tidegate.platform.http.OutboundSettings;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.payment.PaymentProvider.Notice;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Which of the forms that may come are Alipay's, and what they say. */
class AlipayNoticesTest {

  private static final Outbound OUTBOUND = new Outbound(new SimpleMeterRegistry());
  private static final URI NOWHERE = URI.create("http://127.0.0.1:9/gateway.do");
  private static final AlipayClient CLIENT =
      new AlipayClient(
          OUTBOUND.to(OutboundSettings.of("alipay", NOWHERE.resolve("/"))),
          AlipayFixtures.account(NOWHERE),
          () -> "https://shop.example/v1/callbacks/alipay",
          InstantSource.fixed(NOW));

  @AfterAll
  static void close() {
    OUTBOUND.close();
  }

  private static Notice parse(byte[] body) {
    return parse(body, NOW);
  }

  private static Notice parse(byte[] body, Instant now) {
    return CLIENT.read(_ -> null, body, now).notice();
  }

  private static String masked(byte[] body) {
    return CLIENT.read(_ -> null, body, NOW).masked().get();
  }

  /** The notice as it is, with some of it changed, and signed by Alipay's key. */
  private static Notice signedWith(Consumer<Map<String, String>> change) {
    Map<String, String> fields = new TreeMap<>(AlipayFixtures.notice());
    change.accept(fields);
    return parse(AlipayFixtures.signed(fields));
  }

  @Test
  void whatOpenSslSignedIsACapture() {
    byte[] raw = AlipayFixtures.text("notice.form").getBytes(StandardCharsets.UTF_8);
    assertThat(parse(raw)).isEqualTo(new Notice.Verified(CAPTURE));
  }

  @Test
  void theTestsOwnSignatureIsOpenSsls() {
    String sign = FormText.read(AlipayFixtures.text("notice.form")).get("sign");
    assertThat(AlipayFixtures.sign(AlipayFixtures.joined(AlipayFixtures.notice()), "theirs.pem"))
        .isEqualTo(sign);
  }

  @Test
  void anotherAmountIsTakenAtItsWord() {
    assertThat(signedWith(fields -> fields.put("total_amount", "19.91")))
        .isInstanceOfSatisfying(
            Notice.Verified.class,
            verified -> assertThat(verified.capture().amount()).isEqualTo(Money.cny(1_991)));
  }

  @Test
  void aFinishedTradeIsPaidToo() {
    assertThat(signedWith(fields -> fields.put("trade_status", "TRADE_FINISHED")))
        .isEqualTo(new Notice.Verified(CAPTURE));
  }

  /** Alipay signs no empty field: who adds one to a genuine notice changes nothing of it. */
  @Test
  void anEmptyFieldIsNone() {
    String genuine = AlipayFixtures.text("notice.form").strip();
    for (String added :
        new String[] {"gmt_refund=", "refund_fee=", "gmt_refund=+", "out_biz_no="}) {
      assertThat(parse((genuine + "&" + added).getBytes(StandardCharsets.UTF_8)))
          .as(added)
          .isEqualTo(new Notice.Verified(CAPTURE));
    }
  }

  @Test
  void aTimeMayHaveAPartOfASecondAndNothingElse() {
    assertThat(signedWith(fields -> fields.merge("gmt_payment", ".104", String::concat)))
        .isEqualTo(new Notice.Verified(CAPTURE));
  }

  /** A partial refund's notice says TRADE_SUCCESS, a full one's TRADE_CLOSED. */
  @Test
  void aRefundsNoticeIsNeverASecondPayment() {
    for (String status : new String[] {"TRADE_SUCCESS", "TRADE_FINISHED", "TRADE_CLOSED"}) {
      for (String mark : new String[] {"gmt_refund", "refund_fee"}) {
        assertThat(
                signedWith(fields -> {
                  fields.put("trade_status", status);
                  fields.put(mark, mark.equals("refund_fee") ? "9.90" : "2026-11-25 11:59:59.104");
                }))
            .as(status + " " + mark)
            .isEqualTo(new Notice.Noted(PAYMENT, "of a refund that has no number of ours"));
      }
    }
  }

  /** What became of it only a question tells. */
  @Test
  void aRefundsNoticeNamesTheRefund() {
    RefundId refund = new RefundId(AlipayFixtures.ORDER, 2);
    Consumer<Map<String, String>> refunded =
        fields -> {
          fields.put("refund_fee", "9.90");
          fields.put("out_biz_no", refund.toString());
        };
    assertThat(signedWith(refunded)).isEqualTo(new Notice.OfRefund(PAYMENT, refund, false));
    assertThat(signedWith(refunded.andThen(fields -> fields.put("gmt_refund", "soon"))))
        .as("no time at which it went back")
        .isEqualTo(new Notice.OfRefund(PAYMENT, refund, false));
    Consumer<Map<String, String>> back =
        refunded.andThen(fields -> fields.put("gmt_refund", "2026-11-25 11:59:59.104"));
    for (String status : new String[] {"TRADE_SUCCESS", "TRADE_FINISHED", "TRADE_CLOSED"}) {
      assertThat(signedWith(back.andThen(fields -> fields.put("trade_status", status))))
          .isEqualTo(new Notice.OfRefund(PAYMENT, refund, true));
    }
    for (Map<String, String> odd :
        List.of(
            Map.of("notify_type", "dback_status_sync"),
            Map.of("trade_status", "TRADE_PENDING"),
            Map.of("refund_status", "REFUND_FAIL"),
            Map.of("dback_status", "F"))) {
      assertThat(signedWith(back.andThen(fields -> fields.putAll(odd))))
          .as(odd.toString())
          .isEqualTo(new Notice.OfRefund(PAYMENT, refund, false));
    }
    assertThat(signedWith(refunded.andThen(fields -> fields.put("seller_id", "2088000000000002"))))
        .isNotInstanceOf(Notice.OfRefund.class);
  }

  @Test
  void aClosedTradeTakesNoMoneyAnyMore() {
    assertThat(
            signedWith(fields -> {
              fields.put("trade_status", "TRADE_CLOSED");
              fields.remove("gmt_payment");
            }))
        .isEqualTo(new Notice.Failed(PAYMENT));
    assertThat(signedWith(fields -> fields.put("trade_status", "WAIT_BUYER_PAY")))
        .isInstanceOf(Notice.Noted.class);
  }

  /** M3: it waits for a person. */
  @Test
  void anotherAccountOrAppIsMisdirected() {
    assertThat(signedWith(fields -> fields.put("seller_id", "2088000000000002")))
        .isEqualTo(new Notice.Misdirected(CAPTURE));
    assertThat(signedWith(fields -> fields.put("app_id", "2021000000000002")))
        .isEqualTo(new Notice.Misdirected(CAPTURE));
    assertThat(signedWith(fields -> fields.remove("seller_id")))
        .isEqualTo(new Notice.Misdirected(CAPTURE));
  }

  /** Alipay repeats itself for 25 hours. */
  @Test
  void freshIsWhatAlipayMayStillRepeat() {
    byte[] raw = AlipayFixtures.text("notice.form").getBytes(StandardCharsets.UTF_8);
    Instant sent = Instant.parse("2026-11-25T03:59:13Z");
    assertThat(parse(raw, sent.plus(Duration.ofHours(25)))).isInstanceOf(Notice.Verified.class);
    assertThat(parse(raw, sent.plus(Duration.ofHours(26)).plusSeconds(1)))
        .isEqualTo(new Notice.Rejected("stale"));
    assertThat(parse(raw, sent.minus(Duration.ofMinutes(4)))).isInstanceOf(Notice.Verified.class);
    assertThat(parse(raw, sent.minus(Duration.ofMinutes(6))))
        .isEqualTo(new Notice.Rejected("stale"));
  }

  /**
   * More than 500 kinds: each field altered, taken out and doubled under the old signature, fields
   * added, the signature itself altered, and each field nonsense under a true one. None captures
   * this payment's money, and none but those that say another truth under Alipay's key is taken.
   */
  @Test
  void forgedStaleForeignAndAlteredOnesChangeNothing() {
    String genuine = FormText.read(AlipayFixtures.text("notice.form")).get("sign");
    Map<String, String> fields = new TreeMap<>(AlipayFixtures.notice());
    Set<String> tried = new HashSet<>();
    SplittableRandom random = new SplittableRandom(7);
    for (String name : fields.keySet()) {
      for (int i = 0; i < 16; i++) {
        Map<String, String> altered = new TreeMap<>(fields);
        altered.put(name, altered(fields.get(name), random, i));
        rejected(tried, AlipayFixtures.form(altered, genuine));
      }
      Map<String, String> without = new TreeMap<>(fields);
      without.remove(name);
      rejected(tried, AlipayFixtures.form(without, genuine));
      String whole = new String(AlipayFixtures.form(fields, genuine), StandardCharsets.UTF_8);
      rejected(tried, (whole + "&" + name + "=1").getBytes(StandardCharsets.UTF_8));
      rejected(tried, (name + "=1&" + whole).getBytes(StandardCharsets.UTF_8));
    }
    for (int i = 0; i < 120; i++) {
      rejected(tried, AlipayFixtures.form(fields, altered(genuine, random, i)));
      Map<String, String> more = new TreeMap<>(fields);
      more.put("field_" + i, "x");
      rejected(tried, AlipayFixtures.form(more, genuine));
    }
    for (String name : Set.of("ours.pem")) {
      String foreign = AlipayFixtures.sign(AlipayFixtures.joined(fields), name);
      rejected(tried, AlipayFixtures.form(fields, foreign));
    }
    unsigned(tried, fields, genuine);
    nonsense(tried, fields);
    assertThat(tried.size()).isGreaterThan(500);
  }

  private static void unsigned(Set<String> tried, Map<String, String> fields, String genuine) {
    String whole = new String(AlipayFixtures.form(fields, genuine), StandardCharsets.UTF_8);
    for (String other : new String[] {"RSA", "rsa2", "", "MD5", "none"}) {
      rejected(
          tried,
          whole.replace("sign_type=RSA2", "sign_type=" + other).getBytes(StandardCharsets.UTF_8));
    }
    rejected(tried, AlipayFixtures.joined(fields).getBytes(StandardCharsets.UTF_8));
    rejected(tried, new byte[0]);
    rejected(tried, "{}".getBytes(StandardCharsets.UTF_8));
    rejected(tried, "%zz=1".getBytes(StandardCharsets.UTF_8));
    rejected(tried, "a".repeat(60_000).getBytes(StandardCharsets.UTF_8));
  }

  /** Alipay's own signature over what can't be read. */
  private static void nonsense(Set<String> tried, Map<String, String> fields) {
    Map<String, String[]> odd =
        Map.of(
            "total_amount",
            new String[] {"", "0.00", "-19.90", "19.901", "1e3", "NaN", "19,90", "9".repeat(30)},
            "notify_time",
            new String[] {"", "yesterday", "2026-13-01 00:00:00", "2020-01-01 00:00:00"},
            "gmt_payment",
            new String[] {
              "",
              "2026-11-25",
              "soon",
              "2026-11-25 11:59:12 and more",
              "2026-02-30 11:59:12",
              "2026-11-25 24:00:00",
              "2026-11-25 11:59:12.x"
            },
            "trade_no",
            new String[] {"", "a b", "1".repeat(65), "x;y"},
            "charset",
            new String[] {"GBK", "utf-16"});
    odd.forEach((name, values) -> {
      for (String value : values) {
        Map<String, String> changed = new TreeMap<>(fields);
        changed.put(name, value);
        // Alipay leaves out what is empty when it signs.
        Map<String, String> text = new TreeMap<>(changed);
        text.values().removeIf(String::isEmpty);
        String sign = AlipayFixtures.sign(AlipayFixtures.joined(text), "theirs.pem");
        rejected(tried, AlipayFixtures.form(changed, sign));
      }
    });
  }

  /** Alipay would repeat for a day what it hears no to, and for nothing. */
  @Test
  void whatIsReallyAlipaysAndNothingOfOursIsNotRefused() {
    for (String other : new String[] {"1", "p1", "12p0", "12p1000", "x'--", "12r1", "012p1"}) {
      assertThat(signedWith(fields -> fields.put("out_trade_no", other)))
          .as(other)
          .isEqualTo(new Notice.Foreign("no payment of ours"));
    }
    for (String status : new String[] {"TRADE_PENDING", "trade_success"}) {
      assertThat(signedWith(fields -> fields.put("trade_status", status)))
          .isEqualTo(new Notice.Noted(PAYMENT, "a status that is not known"));
    }
    assertThat(
            signedWith(fields -> {
              fields.put("trade_status", "TRADE_CLOSED");
              fields.put("app_id", "2021000000000002");
            }))
        .isEqualTo(new Notice.Foreign("not for this merchant"));
  }

  private static void rejected(Set<String> tried, byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8);
    if (tried.add(text)) {
      assertThat(parse(body)).as(text).isInstanceOf(Notice.Rejected.class);
    }
  }

  private static String altered(String value, SplittableRandom random, int kind) {
    return switch (kind % 4) {
      case 0 -> value + random.nextInt(10);
      case 1 -> random.nextInt(10) + value;
      case 2 -> {
        int at = random.nextInt(value.length());
        char other = value.charAt(at) == '7' ? '8' : '7';
        yield value.substring(0, at) + other + value.substring(at + 1);
      }
      default -> value.substring(0, random.nextInt(value.length())) + "\u6c34" + kind;
    };
  }

  /** C7: nothing of who paid is kept, and no signature. */
  @Test
  void aKeptNoticeShowsNothingOfWhoPaid() {
    Map<String, String> fields = new TreeMap<>(AlipayFixtures.notice());
    fields.put("buyer_logon_id", "138****1234");
    fields.put("buyer_open_id", "074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5");
    String kept = masked(AlipayFixtures.signed(fields));
    assertThat(kept)
        .contains("out_trade_no=" + PAYMENT, "total_amount=19.90", "sign=***", "buyer_id=***")
        .doesNotContain("2088102122524333", "138", "074a1", "茶杯");
    assertThat(masked("name=1&name=2".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo("(13 bytes that can't be read)");
    for (String other : new String[] {"a card's number", "", "a=1&&b=2", "=1", "a=%00", "a=茶"}) {
      byte[] bytes = other.getBytes(StandardCharsets.UTF_8);
      assertThat(masked(bytes)).isEqualTo("(" + bytes.length + " bytes that can't be read)");
    }
    assertThat(
            masked(
                ("notify_id=" + URLEncoder.encode("a\u0001\nb", StandardCharsets.UTF_8))
                    .getBytes(StandardCharsets.UTF_8)))
        .isEqualTo("notify_id=a  b");
  }
}
