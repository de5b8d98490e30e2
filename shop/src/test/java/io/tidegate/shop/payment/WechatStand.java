package io.tidegate.shop.payment;

import static io.tidegate.shop.payment.AlipayFixtures.NOW;
import static io.tidegate.shop.payment.AlipayFixtures.ORDER;
import static io.tidegate.shop.payment.AlipayFixtures.PAYMENT;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.platform.http.Outbound;
import io.tidegate.platform.http.OutboundSettings;
import io.tidegate.shop.kernel.Money;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Stands where WeChat Pay is: answers what a test says, signed with its key, and keeps what it was
 * asked.
 */
final class WechatStand implements AutoCloseable {

  static final String API_V3_KEY = "0123456789abcdef0123456789abcdef";
  static final String PLATFORM_KEY = "PUB_KEY_ID_0119000000010000000000000001";
  static final String NONCE = "593BEC0C930BF1AFEB40B4A08C8FB242";
  static final Instant ENDS = Instant.parse("2026-11-26T04:00:00Z");
  static final Instant SENT = Instant.parse("2026-11-25T03:59:13Z");
  static final Capture CAPTURE =
      new Capture(
          PAYMENT,
          "wechat",
          "4200002026112500000000000001",
          Money.cny(1_990),
          Instant.parse("2026-11-25T03:59:12Z"));
  static final Attempt CODE =
      Attempt.created(PAYMENT, "wechat", "native", Money.cny(1_990), NOW, ENDS);
  static final Attempt INSIDE =
      Attempt.created(PAYMENT, "wechat", "jsapi", Money.cny(1_990), NOW, ENDS);
  static final Refund REFUND =
      Refund.requested(new RefundId(ORDER, 2), CAPTURE, Money.cny(990), Refund.Reason.LATE, NOW);
  static final String TRADE = "/v3/pay/transactions/out-trade-no/" + PAYMENT;
  static final String REFUNDS = "/v3/refund/domestic/refunds";

  private final Outbound outbound = new Outbound(new SimpleMeterRegistry());
  final Map<String, Said> answers = new ConcurrentHashMap<>();
  volatile Instant now = NOW;
  final Queue<Asked> asked = new ConcurrentLinkedQueue<>();
  private final HttpServer there;
  final URI api;
  final WechatClient client;
  final WechatBills bills;

  record Said(int status, String body, boolean signed) {}

  record Asked(String what, String authorization, String serial, String body) {}

  WechatStand() throws Exception {
    there = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    there.createContext("/", this::answer);
    there.start();
    api = URI.create("http://127.0.0.1:" + there.getAddress().getPort());
    String platform = RsaKeyText.publicKey(AlipayFixtures.text("theirs.pub"));
    Map<String, String> platformKeys =
        new HashMap<>(RsaKeyText.certificates(AlipayFixtures.read("wechat/platform.crt")));
    assertThat(platformKeys)
        .containsExactly(Map.entry("5157F09EFDC096DE15EBE81A47057A7200000001", platform));
    platformKeys.put(PLATFORM_KEY, platform);
    var keys =
        new WechatAccount.Keys(
            RsaKeyText.privateKey(AlipayFixtures.text("ours.pem")), platformKeys, API_V3_KEY);
    var account = new WechatAccount("wx0000000000000001", "1900000001", "SERIAL7", api, () -> keys);
    OutboundSettings settings =
        OutboundSettings.of("wechat", api).withTries(1).withTryMax(Duration.ofSeconds(20));
    client =
        new WechatClient(
            outbound.to(settings),
            account,
            () -> NONCE,
            () -> "https://shop.example/v1/callbacks/wechat",
            () -> now);
    bills = new WechatBills(outbound.to(settings), account, () -> NONCE, InstantSource.fixed(NOW));
  }

  @Override
  public void close() {
    outbound.close();
    there.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String what = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    asked.add(
        new Asked(
            what,
            exchange.getRequestHeaders().getFirst("Authorization"),
            String.valueOf(exchange.getRequestHeaders().getFirst("Wechatpay-Serial")),
            new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
    Said said = answers.getOrDefault(what.replaceAll("\\?mchid=.*", ""), new Said(500, "", false));
    if (said.signed()) {
      Map<String, String> headers = signed("1795579200", "answer-nonce", said.body());
      headers.forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
    }
    byte[] bytes = said.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(said.status(), bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  static Map<String, String> signed(String timestamp, String nonce, String body) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.put("Wechatpay-Serial", PLATFORM_KEY);
    headers.put("Wechatpay-Timestamp", timestamp);
    headers.put("Wechatpay-Nonce", nonce);
    headers.put(
        "Wechatpay-Signature",
        AlipayFixtures.sign(timestamp + "\n" + nonce + "\n" + body + "\n", "theirs.pem"));
    return headers;
  }

  void says(String what, int status, String body) {
    answers.put(what, new Said(status, body, true));
  }
}
