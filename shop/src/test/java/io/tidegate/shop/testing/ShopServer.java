package io.tidegate.shop.testing;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.http.HttpServer;
import io.tidegate.platform.http.HttpSettings;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.identity.Caller;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;

/**
 * A server on a free port where a customer's bearer token is the customer's number, and {@code
 * staff:ROLE} is a member of the staff.
 */
public final class ShopServer implements AutoCloseable {

  private static final String STAFF = "staff:";

  private final HttpServer server;
  private final HttpClient client = HttpClient.newHttpClient();

  public ShopServer(Routes... routes) {
    server =
        HttpServer.start(
            HttpSettings.onPort(0),
            ShopServer::caller,
            Clock.system(),
            new SimpleMeterRegistry(),
            List.of(routes));
  }

  private static Caller caller(String bearer) {
    return bearer.startsWith(STAFF)
        ? Caller.staff("someone", Set.of(bearer.substring(STAFF.length())))
        : Caller.customer(Long.parseLong(bearer));
  }

  public URI base() {
    return URI.create("http://127.0.0.1:" + server.port());
  }

  public HttpResponse<String> get(long customer, String path) {
    return send(customer, "GET", path, "");
  }

  /**
   * Sends a request as a customer.
   *
   * @param headers names and values in turn
   */
  public HttpResponse<String> send(
      long customer, String method, String path, String body, String... headers) {
    return sendAs(Long.toString(customer), method, path, body, headers);
  }

  /** Sends a request as a member of the staff with this role. */
  public HttpResponse<String> staff(
      String role, String method, String path, String body, String... headers) {
    return sendAs(STAFF + role, method, path, body, headers);
  }

  private HttpResponse<String> sendAs(
      String bearer, String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base().resolve(path))
            .header("Authorization", "Bearer " + bearer)
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
