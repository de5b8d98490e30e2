package io.tidegate.platform.http;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.identity.Caller;
import io.tidegate.platform.identity.IdentitySettings;
import io.tidegate.platform.identity.SigningKey;
import io.tidegate.platform.identity.Tokens;
import io.tidegate.platform.trace.Tracer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** A server on a free port with tokens of its own, and a client of it. */
final class TestServer implements AutoCloseable {
  /** Made once: it takes a second of a slow core. */
  private static final SigningKey KEY = SigningKey.generate();

  final Clock clock = Clock.system();
  final Tokens tokens;
  final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  final HttpServer server;
  private final HttpClient client = HttpClient.newHttpClient();

  TestServer(Routes... routes) {
    this(HttpSettings.onPort(0), routes);
  }

  TestServer(HttpSettings settings, Routes... routes) {
    this(settings, Tracer.OFF, routes);
  }

  TestServer(HttpSettings settings, Tracer tracer, Routes... routes) {
    this.tokens =
        Tokens.local(IdentitySettings.local("https://here", "api"), () -> List.of(KEY), clock);
    this.server = HttpServer.start(settings, tokens, clock, registry, tracer, List.of(routes));
  }

  String customer(long number) {
    return tokens.issue(
        Long.toString(number), Caller.Kind.CUSTOMER, Set.of(), Set.of(), Duration.ofHours(1));
  }

  String staff(String... roles) {
    return tokens.issue("mei", Caller.Kind.STAFF, Set.of(roles), Set.of(), Duration.ofHours(1));
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
        .timeout(Duration.ofSeconds(20));
  }

  HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  HttpResponse<String> get(String path) {
    return send(request(path));
  }

  HttpResponse<String> post(String path, String json) {
    return post(path, json.getBytes(StandardCharsets.UTF_8));
  }

  HttpResponse<String> post(String path, byte[] json) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(json)));
  }

  Socket socket() throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.setSoTimeout(20_000);
    return socket;
  }

  /** Sends bytes and reads until the server closes. */
  String raw(String text) throws IOException {
    try (Socket socket = socket()) {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Override
  public void close() {
    server.close();
    client.close();
  }
}
