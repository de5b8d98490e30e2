package io.tidegate.shop.webhooks;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.EmptyWebhookSecretException;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A subscriber's server: it notes what comes, and answers as it is told. */
final class Receiver implements AutoCloseable {

  /** What came, with names of headers in lower case. */
  record Got(Map<String, String> headers, String body) {
    String id() {
      return headers.getOrDefault("webhook-id", "");
    }

    /** Whether the published library takes it, as something signed with this secret. */
    boolean isSignedWith(String secret) {
      Map<String, List<String>> all = new TreeMap<>();
      headers.forEach((name, value) -> all.put(name, List.of(value)));
      try {
        new Webhook(secret).verify(body, all);
        return true;
      } catch (WebhookVerificationException _) {
        return false;
      } catch (EmptyWebhookSecretException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** What a receiver does with what came. */
  @FunctionalInterface
  interface Script {
    void on(HttpExchange exchange, Got got) throws IOException, InterruptedException;
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Got> got = new CopyOnWriteArrayList<>();
  private volatile Script script = answering(204);

  Receiver() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  static Script answering(int status) {
    return (exchange, _) -> exchange.sendResponseHeaders(status, -1);
  }

  private void handle(HttpExchange exchange) throws IOException {
    Map<String, String> headers = new TreeMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
    Got one =
        new Got(
            headers, new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    got.add(one);
    try (exchange) {
      script.on(exchange, one);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  void script(Script next) {
    script = next;
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/in";
  }

  List<Got> got() {
    return List.copyOf(got);
  }

  List<String> ids() {
    return got.stream().map(Got::id).toList();
  }

  @Override
  public void close() {
    threads.shutdownNow();
    server.stop(0);
  }
}
