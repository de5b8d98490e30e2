package io.tidegate.shop.reporting;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An S3-compatible store in memory: one bucket, objects by key. It looks whether a request is
 * signed by the right key for the right region (Signature Version 4), not whether the signature is
 * right.
 */
final class SmallStore implements AutoCloseable {

  static final String BUCKET = "lake";
  static final String ACCESS_KEY = "AKIDEXAMPLE";

  final Map<String, byte[]> objects = new ConcurrentSkipListMap<>();
  final Map<String, String> refused = new ConcurrentHashMap<>();
  volatile boolean away;

  /** Keys that it doesn't take. */
  final Set<String> refuses = ConcurrentHashMap.newKeySet();

  /** Requests that were held. */
  final AtomicInteger held = new AtomicInteger();

  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean holds;

  private final HttpServer server;

  SmallStore() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/" + BUCKET + "/", this::answer);
    server.setExecutor(Thread::startVirtualThread);
    server.start();
  }

  S3MirrorClient.Store address() {
    return new S3MirrorClient.Store(
        URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
        "eu-central-1",
        BUCKET,
        ACCESS_KEY,
        "secret");
  }

  /** From now on it reads requests and answers none. */
  void hold() {
    holds = true;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String key = exchange.getRequestURI().getPath().substring(BUCKET.length() + 2);
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (holds) {
        held.incrementAndGet();
        closed.await();
        return;
      }
      String signed = exchange.getRequestHeaders().getFirst("Authorization");
      boolean mine =
          signed != null
              && signed.startsWith("AWS4-HMAC-SHA256 Credential=" + ACCESS_KEY + "/")
              && signed.contains("/eu-central-1/s3/aws4_request")
              && signed.contains("Signature=")
              && exchange.getRequestHeaders().containsKey("X-amz-date")
              && exchange.getRequestHeaders().containsKey("X-amz-content-sha256");
      if (!mine || away) {
        refused.put(key, String.valueOf(signed));
        reply(exchange, away ? 503 : 403, error(away ? "SlowDown" : "AccessDenied"));
        return;
      }
      switch (exchange.getRequestMethod()) {
        case "PUT" -> {
          if (refuses.contains(key)) {
            reply(exchange, 403, error("AccessDenied"));
            return;
          }
          objects.put(key, body);
          exchange.getResponseHeaders().set("ETag", "\"" + body.length + "\"");
          reply(exchange, 200, new byte[0]);
        }
        case "DELETE" -> {
          objects.remove(key);
          reply(exchange, 204, new byte[0]);
        }
        default -> {
          byte[] found = objects.get(key);
          reply(exchange, found == null ? 404 : 200, found == null ? error("NoSuchKey") : found);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static byte[] error(String code) {
    return ("<?xml version=\"1.0\"?><Error><Code>" + code + "</Code></Error>")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static void reply(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
  }
}
