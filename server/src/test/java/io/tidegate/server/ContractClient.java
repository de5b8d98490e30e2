package io.tidegate.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.testing.OpenApiContract;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Objects;

/** Calls the API as a client does; each answer must be as the OpenAPI document says. */
final class ContractClient implements AutoCloseable {

  private final HttpClient client = HttpClient.newHttpClient();
  private final OpenApiContract contract;

  ContractClient() {
    try (InputStream in = ContractClient.class.getResourceAsStream("/openapi.json")) {
      contract = new OpenApiContract(Objects.requireNonNull(in).readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Calls one route.
   *
   * @param template its path in the document
   * @param body JSON; empty for none
   * @param key the idempotency key, where there is one
   */
  HttpResponse<String> send(
      String method, String template, URI address, String token, String body, String... key)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address)
            .header("Authorization", "Bearer " + token)
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    if (key.length > 0) {
      request.header("Idempotency-Key", key[0]);
    }
    HttpResponse<String> answer = unchecked(request.build());
    assertThat(contract.violations(method, template, answer)).isEmpty();
    return answer;
  }

  /** Calls what the document doesn't have, or as no client should. */
  HttpResponse<String> unchecked(HttpRequest request) throws IOException, InterruptedException {
    return client.send(request, BodyHandlers.ofString());
  }

  @Override
  public void close() {
    client.close();
  }
}
