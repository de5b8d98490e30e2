package io.tidegate.shop.ordering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.platform.http.Outbound;
import io.tidegate.platform.http.OutboundSettings;
import io.tidegate.platform.http.Twins;
import io.tidegate.shop.ordering.PlaceOrder.Line;
import io.tidegate.shop.payment.AlipayClient;
import io.tidegate.shop.payment.AlipayFixtures;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.KeptNotice;
import io.tidegate.shop.payment.NoticeJournal;
import io.tidegate.shop.payment.NoticeStore;
import io.tidegate.shop.payment.PaymentId;
import io.tidegate.shop.payment.PaymentStore;
import io.tidegate.shop.payment.Posting;
import io.tidegate.shop.payment.Refund;
import io.tidegate.shop.testing.ShopServer;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Alipay's notices at the route: what they change, what Alipay hears, and what is kept of them. */
class AlipayCallbackTest {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.of("Asia/Shanghai"));

  private static TestNode shop;
  private static Outbound outbound;
  private static NoticeStore kept;
  private static NoticeJournal journal;
  private static ShopServer server;

  @BeforeAll
  static void open() {
    shop = TestNode.alone();
    shop.goods("A", 1_000, 1_000_000);
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    outbound = new Outbound(meters);
    URI nowhere = URI.create("http://127.0.0.1:9/gateway.do");
    AlipayClient alipay =
        new AlipayClient(
            outbound.to(OutboundSettings.of("alipay", nowhere.resolve("/"))),
            AlipayFixtures.account(nowhere),
            () -> "",
            InstantSource.system());
    kept = new NoticeStore(shop.database);
    journal = new NoticeJournal(kept, meters);
    server =
        new ShopServer(
            new PaymentRoutes(
                shop.orders,
                shop.payments,
                shop.refunds,
                Map.of(AlipayClient.NAME, alipay),
                Twins.standard(),
                InstantSource.system(),
                meters,
                journal,
                ArchivedOrders.NONE));
  }

  @AfterEach
  void check() {
    shop.checkPromises();
  }

  @AfterAll
  static void close() {
    server.close();
    journal.close();
    outbound.close();
    shop.close();
  }

  /** An attempt at Alipay, of 20 yuan. */
  private static Attempt attempt() {
    Attempt attempt = shop.opened(shop.placed(new Line("A", 2)));
    shop.run(
        "update payment.attempt set provider = 'alipay' where order_number = "
            + attempt.id().order());
    return attempt;
  }

  private static Map<String, String> notice(Attempt attempt) {
    Map<String, String> fields = new TreeMap<>(AlipayFixtures.notice());
    String now = TIME.format(Instant.now());
    fields.put("notify_time", now);
    fields.put("gmt_payment", now);
    fields.put("out_trade_no", attempt.id().toString());
    fields.put("trade_no", "2026" + attempt.id().order());
    fields.put("total_amount", "20.00");
    return fields;
  }

  private static HttpResponse<String> send(byte[] form) {
    return server.send(
        42,
        "POST",
        "/v1/callbacks/alipay",
        new String(form, StandardCharsets.UTF_8),
        "Content-Type",
        "application/x-www-form-urlencoded; text/html; charset=utf-8");
  }

  private static Status status(Attempt attempt) {
    return shop.orders.find(attempt.id().order()).orElseThrow().status();
  }

  private static List<String> verdicts(PaymentId payment, int wanted) {
    await().until(() -> kept.of(payment, 20).size() >= wanted);
    return kept.of(payment, 20).reversed().stream().map(each -> each.verdict().wire()).toList();
  }

  @Test
  void itPaysOnceAndHearsItsOwnWord() {
    Attempt attempt = attempt();
    byte[] form = AlipayFixtures.signed(notice(attempt));
    HttpResponse<String> answer = send(form);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("success");
    assertThat(status(attempt)).isEqualTo(Status.AWAITING_SHIPMENT);
    assertThat(send(form).body()).isEqualTo("success");
    Map<String, String> refunded = notice(attempt);
    refunded.put("refund_fee", "5.00");
    refunded.put("gmt_refund", TIME.format(Instant.now()) + ".123");
    assertThat(send(AlipayFixtures.signed(refunded)).body()).isEqualTo("success");
    assertThat(
            shop.texts(
                "select transaction from payment.capture where order_number = "
                    + attempt.id().order()))
        .hasSize(1);
    assertThat(verdicts(attempt.id(), 3)).containsExactly("taken", "repeated", "noted");
    KeptNotice first = kept.of(attempt.id(), 20).getLast();
    assertThat(first.body())
        .contains("out_trade_no=" + attempt.id(), "buyer_id=***", "sign=***")
        .doesNotContain("2088102122524333");
  }

  /** M9, E6. */
  @Test
  void aRefundsNoticeHasAlipayAskedSoon() {
    Attempt attempt = attempt();
    send(AlipayFixtures.signed(notice(attempt)));
    Map<String, String> second = notice(attempt);
    second.put("trade_no", "778");
    send(AlipayFixtures.signed(second)); // goes back
    String order = attempt.id().order().toString();
    shop.run(
        "update payment.refund set next_try_at = clock_timestamp() + interval '1 hour'"
            + " where order_number = "
            + order);
    Map<String, String> refunded = notice(attempt);
    refunded.put("refund_fee", "20.00");
    refunded.put("out_biz_no", order + "r1");
    assertThat(send(AlipayFixtures.signed(refunded)).body()).isEqualTo("success");
    assertThat(
            shop.number(
                "select count(*) from payment.refund where next_try_at < clock_timestamp()"
                    + " + interval '11 s' and order_number = "
                    + order))
        .isEqualTo(1);
    refunded.put("out_biz_no", order + "r9");
    assertThat(send(AlipayFixtures.signed(refunded)).statusCode()).isEqualTo(404);
    assertThat(verdicts(attempt.id(), 4)).containsExactly("taken", "taken", "noted", "not_found");
  }

  /** Alipay's answer to the call has said so before. */
  @Test
  void aRefundsNoticeOfItsSuccessHasNothingAsked() {
    Attempt attempt = attempt();
    send(AlipayFixtures.signed(notice(attempt)));
    Map<String, String> second = notice(attempt);
    second.put("trade_no", "779");
    send(AlipayFixtures.signed(second)); // goes back
    String its = " where order_number = " + attempt.id().order();
    shop.run(
        "update payment.refund set state = 5, succeeded_at = clock_timestamp(),"
            + " next_try_at = null, check_at = clock_timestamp() + interval '1 hour'"
            + its);
    Refund back = shop.refunds.refunds(attempt.id().order()).getFirst();
    shop.database.write(
        "succeeded",
        tx -> {
          PaymentStore.post(tx, List.of(Posting.refunded(back, Instant.now())));
          return true;
        });
    String row = "select refund::text from payment.refund as refund" + its;
    List<String> before = shop.texts(row);
    Map<String, String> refunded = notice(attempt);
    refunded.put("refund_fee", "20.00");
    refunded.put("gmt_refund", TIME.format(Instant.now()) + ".123");
    refunded.put("out_biz_no", attempt.id().order() + "r1");
    assertThat(send(AlipayFixtures.signed(refunded)).body()).isEqualTo("success");
    assertThat(shop.texts(row)).isEqualTo(before);
    assertThat(verdicts(attempt.id(), 3)).containsExactly("taken", "taken", "noted");
    refunded.remove("gmt_refund");
    assertThat(send(AlipayFixtures.signed(refunded)).body()).isEqualTo("success");
    assertThat(
            shop.number(
                "select count(*) from payment.refund"
                    + its
                    + " and check_at < clock_timestamp() + interval '11 s'"))
        .isEqualTo(1);
  }

  @Test
  void whatIsNotAlipaysIsRefusedAndKept() {
    Attempt attempt = attempt();
    byte[] form = AlipayFixtures.signed(notice(attempt));
    String forged =
        new String(form, StandardCharsets.UTF_8).replace("total_amount=20.00", "total_amount=0.01");
    HttpResponse<String> answer = send(forged.getBytes(StandardCharsets.UTF_8));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).isEqualTo("fail");
    assertThat(status(attempt)).isEqualTo(Status.AWAITING_PAYMENT);
    // What nobody signed is about no payment that is known.
    await()
        .untilAsserted(() ->
            assertThat(kept.newest(50))
                .anySatisfy(each -> {
                  assertThat(each.verdict()).isEqualTo(KeptNotice.Verdict.REJECTED);
                  assertThat(each.why()).isEqualTo("wrong signature");
                  assertThat(each.payment()).isEmpty();
                  assertThat(each.body()).contains(attempt.id().toString());
                }));
  }

  /** M3. */
  @Test
  void aWrongAmountOrAnotherAccountIsParked() {
    Attempt attempt = attempt();
    Map<String, String> foreign = notice(attempt);
    foreign.put("seller_id", "2088000000000009");
    assertThat(send(AlipayFixtures.signed(foreign)).body()).isEqualTo("success");
    assertThat(status(attempt)).isEqualTo(Status.AWAITING_PAYMENT);
    Map<String, String> wrong = notice(attempt);
    wrong.put("trade_no", "777");
    wrong.put("total_amount", "19.99");
    assertThat(send(AlipayFixtures.signed(wrong)).body()).isEqualTo("success");
    assertThat(status(attempt)).isEqualTo(Status.AWAITING_PAYMENT);
    assertThat(verdicts(attempt.id(), 2)).containsExactly("misdirected", "taken");
  }

  /** E6: it comes again. */
  @Test
  void whatIsNotVisibleYetIsAskedForAgain() {
    Map<String, String> early = new TreeMap<>(AlipayFixtures.notice());
    early.put("notify_time", TIME.format(Instant.now()));
    HttpResponse<String> answer = send(AlipayFixtures.signed(early));
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).isEqualTo("fail");
    assertThat(verdicts(AlipayFixtures.PAYMENT, 1)).contains("not_found");
  }

  @Test
  void whatIsAboutNothingOfOursIsNotedAndHearsSuccess() {
    Map<String, String> foreign = new TreeMap<>(AlipayFixtures.notice());
    foreign.put("notify_time", TIME.format(Instant.now()));
    foreign.put("out_trade_no", "another-shops-7");
    assertThat(send(AlipayFixtures.signed(foreign)).body()).isEqualTo("success");
    await()
        .untilAsserted(() ->
            assertThat(kept.newest(50))
                .anySatisfy(each -> {
                  assertThat(each.verdict()).isEqualTo(KeptNotice.Verdict.NOTED);
                  assertThat(each.body()).contains("another-shops-7");
                }));
  }
}
