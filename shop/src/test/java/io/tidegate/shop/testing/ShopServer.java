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

/** A server on a free port where a customer's bearer token is the customer's number. */
public final class ShopServer implements AutoCloseable {

  private final HttpServer server;
  private final HttpClient client = HttpClient.newHttpClient();

  public ShopServer(Routes... routes) {
    server =
        HttpServer.start(
            HttpSettings.onPort(0),
            bearer -> Caller.customer(Long.parseLong(bearer)),
            Clock.system(),
            new SimpleMeterRegistry(),
            List.of(routes));
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
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base().resolve(path))
            .header("Authorization", "Bearer " + customer)
            .method(method, HttpRequest.BodyPublishers.ofString(body));
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
