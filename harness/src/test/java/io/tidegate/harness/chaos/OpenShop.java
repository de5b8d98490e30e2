package io.tidegate.harness.chaos;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A shop of a few lines in the place of a program's API, so that the program itself may be a
 * script: it takes every order, and no payment.
 */
final class OpenShop implements AutoCloseable {
  private static final int SKUS = 20;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  OpenShop() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", OpenShop::answer);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private static void answer(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    String path = exchange.getRequestURI().getPath();
    if (path.equals("/v1/products")) {
      say(exchange, 200, products());
    } else if (path.endsWith("/payments")) {
      say(exchange, 409, "{\"code\":\"not_payable\"}");
    } else {
      say(
          exchange,
          201,
          "{\"number\":\"7\",\"id\":\"7\",\"token\":\"t\",\"state\":\"open\",\"total\":{\"amount\":9},\"discountTotal\":{\"amount\":0}}");
    }
  }

  /** All of them dear. */
  private static String products() {
    StringBuilder skus = new StringBuilder();
    for (int i = 0; i < SKUS; i++) {
      skus.append(i == 0 ? "" : ",")
          .append("{\"sku\":\"S")
          .append(i)
          .append("\",\"price\":{\"amount\":1000000}}");
    }
    return "{\"data\":[{\"skus\":[" + skus + "]}]}";
  }

  private static void say(HttpExchange exchange, int status, String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
