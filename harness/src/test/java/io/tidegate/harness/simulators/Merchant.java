package io.tidegate.harness.simulators;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client of the simulators that signs by itself, sharing no code with them. */
final class Merchant implements AutoCloseable {
  /** Until something came, on a machine that others load. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  static final String SECRET = "whsec-tidegate-demo-0123456789";

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final JsonMapper mapper = JsonMapper.builder().build();
  private final String base;

  Merchant(String base) {
    this.base = base;
  }

  /**
   * Simulators whose waits are short.
   *
   * @param keys of the providers beside the sandbox
   * @param callbacks where a shop hears providers that are not told so with each payment
   */
  static Simulators.Options quick(
      @Nullable Path data, ZoneId zone, Map<String, RsaKeys> keys, String callbacks) {
    return new Simulators.Options(
        0,
        data,
        SECRET,
        7,
        zone,
        new Carrier.Pace(0, 1, 0, Duration.ofMillis(400)),
        Duration.ofMillis(400),
        List.of(Duration.ofMillis(20), Duration.ofMillis(20)),
        1_000,
        keys,
        callbacks);
  }

  record Reply(int status, JsonNode json, String text) {
    String at(String name) {
      return json.path(name).asString("");
    }
  }

  Reply signed(String method, String path, String body) throws IOException, InterruptedException {
    String timestamp = Long.toString(Instant.now().getEpochSecond());
    String signature = hmac(method + "\n" + path + "\n" + timestamp + "\n" + body);
    return send(
        request(method, path, body)
            .header("Sandbox-Timestamp", timestamp)
            .header("Sandbox-Signature", signature)
            .build());
  }

  Reply plain(String method, String path, String body) throws IOException, InterruptedException {
    return send(request(method, path, body).build());
  }

  Reply browser(String method, String path, String language)
      throws IOException, InterruptedException {
    return send(
        request(method, path, "")
            .header("Accept", "text/html")
            .header("Accept-Language", language)
            .build());
  }

  private HttpRequest.Builder request(String method, String path, String body) {
    return HttpRequest.newBuilder(URI.create(base + path))
        .timeout(Duration.ofSeconds(20))
        .method(
            method,
            body.isEmpty()
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofString(body));
  }

  private Reply send(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
    boolean json = response.headers().firstValue("Content-Type").orElse("").contains("json");
    return new Reply(
        response.statusCode(),
        json ? mapper.readTree(response.body()) : mapper.createObjectNode(),
        response.body());
  }

  static String hmac(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (java.security.GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
