package io.tidegate.harness.simulators;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Whoever is notified: keeps every callback, and refuses the first few when told to. */
final class Shop implements AutoCloseable {
  /**
   * One callback.
   *
   * @param traceparent absent where none was sent
   */
  record Heard(
      ObjectNode json,
      String raw,
      String timestamp,
      String signature,
      @Nullable String traceparent) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Heard> heard = new CopyOnWriteArrayList<>();
  private final AtomicInteger refusals = new AtomicInteger();

  Shop() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          String raw = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          var headers = exchange.getRequestHeaders();
          heard.add(
              new Heard(
                  raw.startsWith("{")
                      ? Json.parse(raw.getBytes(StandardCharsets.UTF_8))
                      : Json.object(), // a form
                  raw,
                  headers.getFirst("Sandbox-Timestamp"),
                  headers.getFirst("Sandbox-Signature"),
                  headers.getFirst("traceparent")));
          boolean refuses = refusals.getAndDecrement() > 0;
          byte[] answer = (refuses ? "fail" : "success").getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          try (var out = exchange.getResponseBody()) {
            out.write(answer);
          }
        });
    server.start();
  }

  void refuseNext(int callbacks) {
    refusals.set(callbacks);
  }

  List<Heard> heard() {
    return heard;
  }

  String notifyUrl() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/callbacks/sandbox";
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
