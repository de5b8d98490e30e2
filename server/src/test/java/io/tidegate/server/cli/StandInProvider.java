package io.tidegate.server.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A sandbox provider inside a test: it opens payments, and calls back, signed, wherever it is told
 * to. Warehouse, carrier and SMS know nothing here. All of them may keep everybody waiting, or
 * fail.
 */
final class StandInProvider implements AutoCloseable {

  static final String SECRET = "a-secret-of-tests";

  private final HttpServer server;
  private final HttpClient client = HttpClient.newHttpClient();
  private final Map<String, JsonNode> opened = new ConcurrentHashMap<>();
  private final AtomicInteger openings = new AtomicInteger();
  private final AtomicInteger held = new AtomicInteger();
  private final AtomicInteger cuts = new AtomicInteger();
  private final AtomicInteger paymentsWaiting = new AtomicInteger();
  private final Queue<String> heard = new ConcurrentLinkedQueue<>();
  private final AtomicInteger answersHeldBack = new AtomicInteger();
  private volatile CountDownLatch release = new CountDownLatch(0);
  private final AtomicInteger failed = new AtomicInteger();
  private final AtomicInteger paymentsFailed = new AtomicInteger();
  private volatile boolean paymentsHeld;
  private volatile boolean failing;
  private volatile Consumer<String> beforeOpening = _ -> {};

  StandInProvider() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/sandbox/payments", this::payments);
    server.createContext("/", this::others);
    server.setExecutor(Thread::startVirtualThread);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** The next openings are done, and answered with an error. */
  void holdBackAnswers(int count) {
    answersHeldBack.set(count);
  }

  int openings() {
    return openings.get();
  }

  /** The next calls of warehouse, carrier and SMS end without an answer. */
  void cutNext(int count) {
    cuts.set(count);
  }

  /** From now on warehouse, carrier and SMS answer nobody, until {@link #letGo}. */
  void hold() {
    release = new CountDownLatch(1);
  }

  /** From now on payments are not answered either. */
  void holdPaymentsToo() {
    paymentsHeld = true;
    hold();
  }

  void letGo() {
    paymentsHeld = false;
    release.countDown();
  }

  /** From now on payments, warehouse, carrier and SMS fail, until {@link #heal}. */
  void failAll() {
    failing = true;
  }

  void heal() {
    failing = false;
  }

  /** How many calls of payment failed. */
  int failedPayments() {
    return paymentsFailed.get();
  }

  /** How many calls of all kinds failed. */
  int failed() {
    return failed.get();
  }

  /** Called with the id of each payment that shall be opened, before anything is done here. */
  void beforeOpening(Consumer<String> look) {
    beforeOpening = look;
  }

  /** How many calls of payment were kept waiting. */
  int heldPayments() {
    return paymentsWaiting.get();
  }

  /** How many calls of all kinds were kept waiting. */
  int held() {
    return held.get();
  }

  /** What warehouse, carrier and SMS were told, each as path and body. */
  List<String> heard() {
    return List.copyOf(heard);
  }

  private void others(HttpExchange exchange) throws IOException {
    byte[] told = exchange.getRequestBody().readAllBytes();
    heard.add(exchange.getRequestURI() + " " + new String(told, StandardCharsets.UTF_8));
    if (cuts.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      exchange.close();
      return;
    }
    keepWaiting();
    if (failing) {
      failed.incrementAndGet();
      answer(exchange, 500, "{}");
      return;
    }
    answer(exchange, 404, "{}");
  }

  private void keepWaiting() {
    CountDownLatch latch = release;
    if (latch.getCount() > 0) {
      held.incrementAndGet();
      try {
        latch.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void payments(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    if (paymentsHeld) {
      paymentsWaiting.incrementAndGet();
      keepWaiting();
    }
    if (failing) {
      paymentsFailed.incrementAndGet();
      failed.incrementAndGet();
      answer(exchange, 500, "{}");
      return;
    }
    if (exchange.getRequestMethod().equals("POST")) {
      JsonNode asked = JsonMapper.shared().readTree(body);
      String payment = asked.path("payment").asString();
      beforeOpening.accept(payment);
      opened.put(payment, asked);
      openings.incrementAndGet();
      if (answersHeldBack.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        answer(exchange, 504, "{}");
        return;
      }
      answer(
          exchange,
          201,
          "{\"state\":\"pending\",\"cashierUrl\":\"" + url() + "/cashier/" + payment + "\"}");
      return;
    }
    String payment = exchange.getRequestURI().getPath().substring("/sandbox/payments/".length());
    answer(exchange, opened.containsKey(payment) ? 200 : 404, "{\"state\":\"pending\"}");
  }

  private static void answer(HttpExchange exchange, int status, String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  /** Tells the API at this address that a payment was captured. */
  HttpResponse<String> captured(String api, String payment)
      throws IOException, InterruptedException {
    JsonNode asked = opened.get(payment);
    String body =
        "{\"type\":\"payment.captured\",\"merchant\":\"tidegate-demo\",\"payment\":\"%s\","
                .formatted(payment)
            + "\"transaction\":\"T%s\",\"amount\":%d,\"currency\":\"%s\",\"capturedAt\":\"%s\"}"
                .formatted(
                    payment,
                    asked.path("amount").asLong(),
                    asked.path("currency").asString(),
                    Instant.now());
    String timestamp = Long.toString(Instant.now().getEpochSecond());
    return client.send(
        HttpRequest.newBuilder(URI.create(api + "/v1/callbacks/sandbox"))
            .header("Content-Type", "application/json")
            .header("Sandbox-Timestamp", timestamp)
            .header("Sandbox-Signature", sign(timestamp + "." + body))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private static String sign(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    letGo();
    client.close();
    server.stop(0);
  }
}
