package io.tidegate.platform.testing;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.EmptyWebhookSecretException;
import com.standardwebhooks.exceptions.WebhookSigningException;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A system outside that serves a signed form, on loopback. It verifies and signs with the published
 * library of Standard Webhooks, so it proves ours too.
 */
public final class SignedServer implements AutoCloseable {

  /** A secret for tests. */
  public static final String SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

  /** Another one. */
  public static final String OTHER_SECRET = "whsec_OTg3NjU0MzIxMDk4NzY1NDMyMTA5ODc2NTQzMjEwOTg=";

  /** A question that was proved. */
  public record Asked(String id, String body) {}

  /** What it does with a question. */
  public sealed interface Act {

    /** Answers, signed with this secret for this question. */
    record Say(String json, String secret, String id) implements Act {}

    /** Answers with this status and body, not signed. */
    record Plain(int status, String body) implements Act {}
  }

  /** What it does with a question; it may block to be slow. */
  @FunctionalInterface
  public interface Script {
    Act on(Asked asked) throws InterruptedException;
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private volatile Script script;

  public SignedServer(Script script) {
    this.script = script;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** What it answers as it should. */
  public static Act say(Asked asked, String json) {
    return new Act.Say(json, SECRET, asked.id());
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/in");
  }

  public void script(Script next) {
    script = next;
  }

  /** All questions so far that were proved. */
  public List<Asked> asked() {
    return List.copyOf(asked);
  }

  /** The headers of something signed by the published library. */
  public static Map<String, String> signed(String secret, String id, Instant at, String body) {
    try {
      return Map.of(
          "webhook-id",
          id,
          "webhook-timestamp",
          Long.toString(at.getEpochSecond()),
          "webhook-signature",
          new Webhook(secret).sign(id, at.getEpochSecond(), body));
    } catch (EmptyWebhookSecretException | WebhookSigningException e) {
      throw new AssertionError(e);
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      Map<String, List<String>> headers = new TreeMap<>();
      exchange
          .getRequestHeaders()
          .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
      try {
        new Webhook(SECRET).verify(body, headers);
      } catch (WebhookVerificationException | EmptyWebhookSecretException _) {
        exchange.sendResponseHeaders(401, -1);
        return;
      }
      Asked question = new Asked(exchange.getRequestHeaders().getFirst("webhook-id"), body);
      asked.add(question);
      switch (script.on(question)) {
        case Act.Say(String json, String secret, String id) -> {
          signed(secret, id, Instant.now(), json).forEach(exchange.getResponseHeaders()::set);
          send(exchange, 200, json);
        }
        case Act.Plain(int status, String text) -> send(exchange, status, text);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
