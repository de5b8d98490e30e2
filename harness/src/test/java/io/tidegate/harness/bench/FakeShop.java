package io.tidegate.harness.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tidegate.harness.load.Load;
import io.tidegate.harness.load.LoadGenerator;
import io.tidegate.harness.load.Tally;
import io.tidegate.harness.load.Traffic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Shop and cashier of a few lines, which remember what they were asked. The provider never hears of
 * payments of orders whose number ends with 7.
 */
final class FakeShop implements AutoCloseable {
  /** One request as it came. */
  record Asked(String method, String path, String key, String user, String body) {}

  /** Customers of {@link #serve} at a time. */
  static final int SLOTS = 3;

  private static final int DROPS = 0;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final AtomicInteger placed = new AtomicInteger();
  private final int refusals;
  private final String broken;
  private final int status;
  private final String page;
  private final String code;

  /**
   * @param refusals how many orders are answered with 503 before one is taken
   */
  FakeShop(int refusals) throws IOException {
    this(refusals, "", 0);
  }

  /**
   * @param broken a pattern of paths that are answered with this status and nothing else
   */
  FakeShop(int refusals, String broken, int status) throws IOException {
    this(refusals, broken, status, "{}");
  }

  /**
   * @param page what any other path is answered with
   */
  FakeShop(int refusals, String broken, int status, String page) throws IOException {
    this(refusals, broken, status, page, "broken");
  }

  private FakeShop(int refusals, String broken, int status, String page, String code)
      throws IOException {
    this.code = code;
    this.refusals = refusals;
    this.broken = broken;
    this.status = status;
    this.page = page;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  /** One that answers such paths with this problem. */
  static FakeShop refusing(String broken, int status, String code) throws IOException {
    return new FakeShop(0, broken, status, "{}", code);
  }

  /** One that ends the connection of whoever asks for such a path. */
  static FakeShop dropping(String broken) throws IOException {
    return new FakeShop(0, broken, DROPS);
  }

  /** Has a hundred customers served, three at a time. */
  Tally serve(Traffic traffic) throws IOException {
    return LoadGenerator.run(
        new Load(
            List.of(address(), address()),
            SLOTS,
            new Load.UpTo(100),
            Duration.ofSeconds(20),
            Duration.ofSeconds(10)),
        traffic,
        _ -> {});
  }

  InetSocketAddress address() {
    return server.getAddress();
  }

  List<Asked> asked(String pathPattern) {
    return asked.stream().filter(a -> a.path().matches(pathPattern)).toList();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().toString();
    var headers = exchange.getRequestHeaders();
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    asked.add(
        new Asked(
            exchange.getRequestMethod(),
            path,
            String.valueOf(headers.getFirst("Idempotency-Key")),
            String.valueOf(headers.getFirst("Authorization")),
            body));
    if (path.matches(broken) && status == DROPS) {
      exchange.close();
    } else if (path.matches(broken)) {
      send(exchange, status, "{\"code\":\"" + code + "\"}");
    } else if (path.equals("/v1/orders") && exchange.getRequestMethod().equals("POST")) {
      int n = placed.incrementAndGet();
      if (n <= refusals) {
        send(exchange, 503, "{\"code\":\"overloaded\"}");
      } else {
        send(exchange, 201, "{\"number\":\"" + (1000 + n) + "\",\"state\":\"awaiting_payment\"}");
      }
    } else if (path.endsWith("/payments")) {
      String number = path.split("/")[3];
      send(
          exchange,
          201,
          "{\"id\":\""
              + number
              + "p1\",\"amount\":{\"amount\":1990,\"currency\":\"CNY\"}"
              + (number.endsWith("7") ? "}" : ",\"cashierUrl\":\"http://127.0.0.1/c\"}"));
    } else if (path.startsWith("/cashier/")) {
      send(exchange, 202, "{}");
    } else {
      send(exchange, 200, page);
    }
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    try (var out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
