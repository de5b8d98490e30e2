package io.tidegate.shop.payment;

import static io.tidegate.shop.payment.AlipayFixtures.CAPTURE;
import static io.tidegate.shop.payment.AlipayFixtures.NOW;
import static io.tidegate.shop.payment.AlipayFixtures.ORDER;
import static io.tidegate.shop.payment.AlipayFixtures.PAYMENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.platform.http.Outbound;
import io.tidegate.platform.http.OutboundSettings;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.payment.PaymentProvider.Opening;
import io.tidegate.shop.payment.PaymentProvider.Return;
import io.tidegate.shop.payment.PaymentProvider.Standing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is said to Alipay's gateway, and what its answers mean. */
class AlipayClientTest {

  private static final Instant ENDS = Instant.parse("2026-11-26T04:00:00Z");
  private static final Attempt PAGE =
      Attempt.created(PAYMENT, "alipay", "page", Money.cny(1_990), NOW, ENDS);
  private static final Attempt QR =
      Attempt.created(PAYMENT, "alipay", "qr", Money.cny(1_990), NOW, ENDS);
  private static final Refund REFUND =
      Refund.requested(new RefundId(ORDER, 2), CAPTURE, Money.cny(990), Refund.Reason.LATE, NOW);
  private static final String NOT_EXIST =
      "{\"code\":\"40004\",\"msg\":\"Business Failed\",\"sub_code\":\"ACQ.TRADE_NOT_EXIST\"}";
  private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");

  private final Outbound outbound = new Outbound(new SimpleMeterRegistry());
  private final Map<String, String> answers = new HashMap<>();
  private final Queue<Map<String, String>> asked = new ConcurrentLinkedQueue<>();
  private HttpServer there;
  private URI gateway;
  private AlipayClient client;
  private AlipayBills bills;
  private volatile Instant now = NOW;
  private volatile byte[] file = {};

  @BeforeEach
  void open() throws IOException {
    there = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    there.createContext("/gateway.do", this::answer);
    there.createContext("/bill", exchange -> send(exchange, 200, file));
    there.start();
    gateway = URI.create("http://127.0.0.1:" + there.getAddress().getPort() + "/gateway.do");
    InstantSource clock = () -> now;
    OutboundSettings settings =
        OutboundSettings.of("alipay", gateway.resolve("/"))
            .withTries(1)
            .withTryMax(Duration.ofSeconds(20));
    client =
        new AlipayClient(
            outbound.to(settings),
            AlipayFixtures.account(gateway),
            () -> "https://shop.example/v1/callbacks/alipay",
            clock);
    bills = new AlipayBills(outbound.to(settings), AlipayFixtures.account(gateway), clock);
  }

  @AfterEach
  void close() {
    outbound.close();
    there.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    Map<String, String> form =
        FormText.read(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    asked.add(form);
    String body = answers.get(form.get("method"));
    if (body == null) {
      send(exchange, 500, new byte[0]);
    } else {
      send(exchange, 200, body.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void send(HttpExchange exchange, int status, byte[] bytes) throws IOException {
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private void says(String method, String node) {
    answers.put(method, AlipayFixtures.answer(method, node));
  }

  /** OpenSSL signed the same request: it is the same to the byte. */
  @Test
  void aPagesRequestIsSignedAsOpenSslDoes() {
    Opening.Opened opened = (Opening.Opened) client.open(PAGE, "茶杯");
    assertThat(opened.cashierUrl()).startsWith(gateway + "?");
    Map<String, String> form =
        FormText.read(opened.cashierUrl().substring(opened.cashierUrl().indexOf('?') + 1));
    assertThat(form).containsEntry("sign", AlipayFixtures.text("page.sign"));
    assertThat(asked).isEmpty();
  }

  @Test
  void aCodeIsAskedFor() {
    says("alipay.trade.precreate", "{\"code\":\"10000\",\"qr_code\":\"https://qr.alipay.com/b\"}");
    assertThat(client.open(QR, "Tea")).isEqualTo(new Opening.Opened("https://qr.alipay.com/b"));
    Map<String, String> form = asked.remove();
    assertThat(form.get("biz_content"))
        .contains("\"time_expire\":\"2026-11-26 12:00:00\"", "\"total_amount\":\"19.90\"");
    assertThat(form).containsEntry("notify_url", "https://shop.example/v1/callbacks/alipay");
    says("alipay.trade.precreate", "{\"code\":\"40004\",\"sub_code\":\"ACQ.INVALID_PARAMETER\"}");
    assertThat(client.open(QR, "Tea")).isEqualTo(new Opening.Refused("ACQ.INVALID_PARAMETER"));
    says("alipay.trade.precreate", "{\"code\":\"40004\",\"sub_code\":\"ACQ.TRADE_HAS_SUCCESS\"}");
    assertThat(client.open(QR, "Tea")).isInstanceOf(Opening.Unknown.class);
    answers.clear();
    assertThat(client.open(QR, "Tea")).isEqualTo(new Opening.Unknown("status 500"));
  }

  @Test
  void whatOpenSslSignedIsBelievedAndNothingElse() {
    String genuine = AlipayFixtures.text("query.json");
    answers.put("alipay.trade.query", genuine);
    assertThat(client.query(PAGE)).isEqualTo(new Standing.Captured(CAPTURE));
    for (String forged :
        List.of(
            genuine.replace("19.90", "19.91"),
            genuine.replace("TRADE_SUCCESS", "TRADE_CLOSED"),
            genuine.replace("\"msg\":\"Success\"", "\"msg\": \"Success\""),
            genuine.replaceAll("\"sign\":\"[^\"]*\"", "\"sign\":\"\""),
            genuine.replaceAll(",\"sign\":.*", "}"),
            "{\"error_response\":{\"code\":\"40002\"}}",
            "<html>",
            "")) {
      answers.put("alipay.trade.query", forged);
      assertThat(client.query(PAGE)).as(forged).isInstanceOf(Standing.Unknown.class);
    }
  }

  /** Of two answers in one, the one that was verified is the one that is read. */
  @Test
  void whatIsReadIsWhatWasVerified() {
    String genuine = AlipayFixtures.text("query.json");
    String forged =
        "\"alipay_trade_query_response\":{\"code\":\"10000\",\"out_trade_no\":\"%s\",\"trade_status\":\"TRADE_CLOSED\"}"
            .formatted(PAYMENT);
    answers.put("alipay.trade.query", genuine.replaceFirst("\\}\\s*$", "," + forged + "}"));
    assertThat(client.query(PAGE)).isEqualTo(new Standing.Captured(CAPTURE));
    answers.put("alipay.trade.query", genuine.replaceFirst("\\{", "{" + forged + ","));
    assertThat(client.query(PAGE)).isInstanceOf(Standing.Unknown.class);
  }

  /** Alipay signs some answers before it escapes their slashes, and its library knows that. */
  @Test
  void anAnswerWhoseSlashesWereEscapedAfterItWasSignedIsBelieved() {
    String method = "alipay.trade.precreate";
    String signed = "{\"code\":\"10000\",\"qr_code\":\"https://qr.alipay.com/b\"}";
    String escaped =
        AlipayFixtures.answer(method, signed).replace(signed, signed.replace("/", "\\/"));
    assertThat(escaped).contains("https:\\/\\/qr");
    answers.put(method, escaped);
    assertThat(client.open(QR, "Tea")).isEqualTo(new Opening.Opened("https://qr.alipay.com/b"));
    answers.put(method, escaped.replace("alipay.com", "example.com"));
    assertThat(client.open(QR, "Tea")).isInstanceOf(Opening.Unknown.class);
    says(method, signed.replace("/", "\\/")); // and some after
    assertThat(client.open(QR, "Tea")).isEqualTo(new Opening.Opened("https://qr.alipay.com/b"));
  }

  /** Until somebody opens its page or scans its code, Alipay knows of no trade. */
  @Test
  void aTradeThatIsNotBegunMayBePaidUntilItsEnd() {
    says("alipay.trade.query", NOT_EXIST);
    says("alipay.trade.close", NOT_EXIST);
    assertThat(client.query(PAGE)).isEqualTo(new Standing.Open());
    assertThat(client.close(PAGE)).isEqualTo(new Standing.Open());
    now = ENDS.plusSeconds(61);
    assertThat(client.query(PAGE)).isEqualTo(new Standing.Closed());
    assertThat(client.close(PAGE)).isEqualTo(new Standing.Closed());
  }

  /** The race of close against pay: what is paid already is told as paid. */
  @Test
  void aCloseThatIsRefusedAsksWhatItIs() {
    says("alipay.trade.close", "{\"code\":\"40004\",\"sub_code\":\"ACQ.TRADE_STATUS_ERROR\"}");
    answers.put("alipay.trade.query", AlipayFixtures.text("query.json"));
    assertThat(client.close(PAGE)).isEqualTo(new Standing.Captured(CAPTURE));
    says("alipay.trade.close", "{\"code\":\"10000\",\"out_trade_no\":\"1p1\"}");
    assertThat(client.close(PAGE)).isInstanceOf(Standing.Unknown.class);
    says("alipay.trade.close", "{\"code\":\"10000\",\"out_trade_no\":\"" + PAYMENT + "\"}");
    assertThat(client.close(PAGE)).isEqualTo(new Standing.Closed());
  }

  @Test
  void aTradesStatusesMeanWhatTheySay() {
    Map<String, Class<? extends Standing>> meant =
        Map.of(
            "WAIT_BUYER_PAY",
            Standing.Open.class,
            "TRADE_CLOSED",
            Standing.Closed.class,
            "TRADE_FINISHED",
            Standing.Captured.class,
            "ODD",
            Standing.Unknown.class);
    meant.forEach((status, standing) -> {
      says(
          "alipay.trade.query",
          "{\"code\":\"10000\",\"out_trade_no\":\""
              + PAYMENT
              + "\",\"trade_no\":\"1\",\"total_amount\":\"1.00\",\"send_pay_date\":\"2026-11-25"
              + " 12:00:00\",\"trade_status\":\""
              + status
              + "\"}");
      assertThat(client.query(PAGE)).as(status).isInstanceOf(standing);
    });
    says(
        "alipay.trade.query",
        "{\"code\":\"10000\",\"out_trade_no\":\"1p1\",\"trade_status\":\"TRADE_CLOSED\"}");
    assertThat(client.query(PAGE)).isInstanceOf(Standing.Unknown.class);
    says("alipay.trade.query", "{\"code\":\"20000\",\"sub_code\":\"isp.unknow-error\"}");
    assertThat(client.query(PAGE)).isEqualTo(new Standing.Unknown("20000 isp.unknow-error"));
  }

  /** Only a change of funds says that this call moved money. */
  @Test
  void aRefundsAnswerIsReadByItsChangeOfFunds() {
    String method = "alipay.trade.refund";
    String done =
        "{\"code\":\"10000\",\"out_trade_no\":\"%s\",\"fund_change\":\"Y\",\"gmt_refund_pay\":\"2026-11-25 12:00:07\"}"
            .formatted(PAYMENT);
    says(method, done);
    assertThat(client.refund(REFUND)).isEqualTo(new Return.Succeeded(NOW.plusSeconds(7)));
    assertThat(asked.remove().get("biz_content"))
        .contains(
            "\"out_trade_no\":\"" + PAYMENT + "\"",
            "\"refund_amount\":\"9.90\"",
            "\"out_request_no\":\"" + REFUND.id() + "\"");
    for (String another : List.of("1p1", "")) {
      says(method, done.replace(PAYMENT.toString(), another));
      assertThat(client.refund(REFUND)).as(another).isInstanceOf(Return.Unknown.class);
    }
    says(method, done.replace("\"Y\"", "\"N\""));
    assertThat(client.refund(REFUND)).isEqualTo(new Return.Processing());
    says(method, "{\"code\":\"40004\",\"sub_code\":\"ACQ.SELLER_BALANCE_NOT_ENOUGH\"}");
    assertThat(client.refund(REFUND)).isEqualTo(new Return.Failed("ACQ.SELLER_BALANCE_NOT_ENOUGH"));
    for (String unclear :
        List.of(
            "{\"code\":\"40004\",\"sub_code\":\"ACQ.SYSTEM_ERROR\"}",
            "{\"code\":\"20000\",\"sub_code\":\"isp.unknow-error\"}",
            "{\"code\":\"40002\",\"sub_code\":\"isv.invalid-signature\"}")) {
      says(method, unclear);
      assertThat(client.refund(REFUND)).as(unclear).isInstanceOf(Return.Unknown.class);
    }
  }

  /** Code 10000 says that the question worked, and no more. */
  @Test
  void onlyItsStatusSaysThatARefundIsDone() {
    String method = "alipay.trade.fastpay.refund.query";
    says(method, "{\"code\":\"10000\",\"refund_amount\":\"9.90\"}");
    assertThat(client.queryRefund(REFUND)).isEqualTo(new Return.Absent());
    says(method, "{\"code\":\"10000\",\"refund_status\":\"REFUND_PROCESSING\"}");
    assertThat(client.queryRefund(REFUND)).isInstanceOf(Return.Unknown.class);
    String done =
        "{\"code\":\"10000\",\"out_trade_no\":\"%s\",\"out_request_no\":\"%s\",\"refund_status\":\"REFUND_SUCCESS\",\"gmt_refund_pay\":\"2026-11-25 12:00:07\"}"
            .formatted(PAYMENT, REFUND.id());
    says(method, done);
    assertThat(client.queryRefund(REFUND)).isEqualTo(new Return.Succeeded(NOW.plusSeconds(7)));
    for (String ours : List.of(PAYMENT.toString(), REFUND.id().toString())) {
      for (String another : List.of("1" + ours, "")) {
        says(method, done.replace(ours, another));
        assertThat(client.queryRefund(REFUND)).as(another).isInstanceOf(Return.Unknown.class);
      }
    }
    says(method, "{\"code\":\"10000\",\"out_request_no\":\"1r1\"}");
    assertThat(client.queryRefund(REFUND)).isInstanceOf(Return.Unknown.class);
    says(method, NOT_EXIST);
    assertThat(client.queryRefund(REFUND)).isInstanceOf(Return.Unknown.class);
    assertThat(client.refundKnownAfter()).isGreaterThanOrEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void aDaysBillIsReadFromItsZip() throws IOException {
    says(
        "alipay.data.dataservice.bill.downloadurl.query",
        "{\"code\":\"10000\",\"bill_download_url\":\"" + gateway.resolve("/bill?fileId=7") + "\"}");
    file = zip(bill(true));
    List<StatementLine> lines = new ArrayList<>();
    bills.fetch(LocalDate.of(2026, 11, 25), SHANGHAI, lines::add);
    assertThat(asked.remove().get("biz_content")).contains("\"bill_date\":\"2026-11-25\"");
    assertThat(asked).isEmpty();
    assertThat(lines)
        .containsExactly(
            new StatementLine(
                StatementLine.Type.PAYMENT,
                PAYMENT.toString(),
                AlipayFixtures.TRADE,
                Money.cny(1_990),
                CAPTURE.capturedAt()),
            new StatementLine(
                StatementLine.Type.REFUND,
                REFUND.id().toString(),
                "",
                Money.cny(990),
                NOW.plusSeconds(7)));
  }

  /** Alipay's days are Beijing's; another zone's day lies in two of them. */
  @Test
  void anotherZonesDayIsCutFromTwoBills() throws IOException {
    says(
        "alipay.data.dataservice.bill.downloadurl.query",
        "{\"code\":\"10000\",\"bill_download_url\":\"" + gateway.resolve("/bill") + "\"}");
    file = zip(bill(true));
    List<StatementLine> lines = new ArrayList<>();
    bills.fetch(LocalDate.of(2026, 11, 24), ZoneOffset.UTC, lines::add);
    assertThat(asked).hasSize(2);
    assertThat(lines).isEmpty();
  }

  @Test
  void aBillThatIsNotWholeIsNone() throws IOException {
    String method = "alipay.data.dataservice.bill.downloadurl.query";
    says(method, "{\"code\":\"40004\",\"sub_code\":\"BILL_NOT_EXIST\"}");
    assertThatThrownBy(this::fetch).hasMessageContaining("BILL_NOT_EXIST");
    says(method, "{\"code\":\"10000\",\"bill_download_url\":\"" + gateway.resolve("/bill") + "\"}");
    file = zip(bill(false)); // its last line, which says that it is whole, is missing
    assertThatThrownBy(this::fetch).hasMessageContaining("ends early");
    file = zip("支付宝交易号,商户订单号\r\n");
    assertThatThrownBy(this::fetch).hasMessageContaining("lacks a column");
    byte[] whole = zip(bill(true));
    file = Arrays.copyOf(whole, whole.length / 2);
    assertThatThrownBy(this::fetch).isInstanceOf(StatementSource.Unavailable.class);
    file = new byte[] {1, 2, 3};
    assertThatThrownBy(this::fetch).hasMessageContaining("no file of trades");
    says(method, "{\"code\":\"10000\",\"bill_download_url\":\"nonsense\"}");
    assertThatThrownBy(this::fetch).hasMessageContaining("without an address");
  }

  private void fetch() {
    bills.fetch(LocalDate.of(2026, 11, 25), SHANGHAI, _ -> {});
  }

  private static String bill(boolean whole) {
    return """
    #支付宝业务明细查询\r
    #账号：[20880000000000010156]\r
    #-----------------------------------------业务明细列表----------------------------------------\r
    支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,对方账户,订单金额（元）,商家实收（元）,退款批次号/请求号,服务费（元）,备注\r
    %s\t,%s\t,交易,"茶杯, ""大"" 号",2026-11-25 11:58:40,2026-11-25 11:59:12,*(159****5620)\t,19.90,19.90,,-0.12,\r
    %s\t,%s\t,退款,茶杯,2026-11-25 11:58:40,2026-11-25 12:00:07,*(159****5620)\t,-9.90,-9.90,%s\t,0.06,\r
    """
            .formatted(AlipayFixtures.TRADE, PAYMENT, AlipayFixtures.TRADE, PAYMENT, REFUND.id())
        + (whole ? "#-----------------------------------------业务明细列表结束------\r\n" : "");
  }

  private static byte[] zip(String bill) throws IOException {
    Charset gbk = Charset.forName("GBK");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out, gbk)) {
      zip.putNextEntry(new ZipEntry("2088_20261125_业务明细.csv"));
      zip.write(bill.getBytes(gbk));
      zip.closeEntry();
      zip.putNextEntry(new ZipEntry("2088_20261125_业务明细(汇总).csv"));
      zip.write("#支付宝业务汇总查询\r\n".getBytes(gbk));
      zip.closeEntry();
    }
    return out.toByteArray();
  }
}
