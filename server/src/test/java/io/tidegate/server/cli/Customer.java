package io.tidegate.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Somebody with a token, at whatever node. */
final class Customer implements AutoCloseable {

  private final HttpClient client = HttpClient.newHttpClient();
  private final String token;

  private Customer(String token) {
    this.token = token;
  }

  /**
   * The customer 42 of a running system.
   *
   * @param words the command {@code token --user 42} and how it finds the system
   */
  static Customer mintedBy(String... words) throws IOException, InterruptedException {
    ProgramProcess.Ended minted = ProgramProcess.run(words);
    assertThat(minted.exitCode()).as(minted.err()).isZero();
    return new Customer(minted.out().strip());
  }

  String token() {
    return token;
  }

  HttpResponse<String> get(String url) throws IOException, InterruptedException {
    return send(request(url).header("Authorization", "Bearer " + token).GET());
  }

  HttpResponse<String> post(String url, String key, String body)
      throws IOException, InterruptedException {
    return send(
        request(url)
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", '"' + key + '"')
            .POST(BodyPublishers.ofString(body)));
  }

  /** The first SKU on offer. */
  String firstSku(String api) throws IOException, InterruptedException {
    return json(get(api + "/v1/products?limit=1")).at("/data/0/skus/0/sku").asString();
  }

  /** A request without a token. */
  static HttpRequest.Builder request(String url) {
    return HttpRequest.newBuilder(URI.create(url));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  static JsonNode json(HttpResponse<String> response) {
    return json(response.body());
  }

  static JsonNode json(String text) {
    return JsonMapper.shared().readTree(text);
  }

  @Override
  public void close() {
    client.close();
  }
}
