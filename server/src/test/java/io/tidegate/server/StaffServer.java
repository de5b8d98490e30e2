package io.tidegate.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.http.HttpServer;
import io.tidegate.platform.http.HttpSettings;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.identity.Caller;
import io.tidegate.platform.identity.Callers;
import io.tidegate.platform.testing.OpenApiContract;
import io.tidegate.platform.testing.TestPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/**
 * A server over a fresh database. A bearer token is {@code staff:ROLE} or a customer's number; each
 * answer is held against the OpenAPI document.
 */
final class StaffServer implements AutoCloseable {

  private static final OpenApiContract CONTRACT = contract();

  final Database database =
      new Database(DatabaseSettings.of(TestPostgres.migratedDatabase()), InstantSource.system());
  private final HttpServer server;
  private final HttpClient client = HttpClient.newHttpClient();

  StaffServer(Function<Database, List<Routes>> routes) {
    Callers callers =
        bearer -> {
          if (bearer.startsWith("staff:")) {
            return Caller.staff("eve", Set.of(bearer.substring(6)));
          }
          return Caller.customer(Long.parseLong(bearer));
        };
    server =
        HttpServer.start(
            HttpSettings.onPort(0),
            callers,
            Clock.system(),
            new SimpleMeterRegistry(),
            routes.apply(database));
  }

  private static OpenApiContract contract() {
    try (InputStream in = StaffServer.class.getResourceAsStream("/openapi.json")) {
      return new OpenApiContract(Objects.requireNonNull(in).readAllBytes());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  HttpResponse<String> get(String bearer, String template, String path, String... headers) {
    return send(bearer, "GET", template, path, "", headers);
  }

  /**
   * Sends a request.
   *
   * @param bearer empty for none
   * @param headers names and values in turn
   */
  HttpResponse<String> send(
      String bearer, String method, String template, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    if (!bearer.isEmpty()) {
      request.header("Authorization", "Bearer " + bearer);
    }
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    try {
      HttpResponse<String> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      assertThat(CONTRACT.violations(method, template, answer)).isEmpty();
      return answer;
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** The one number that a query gives. */
  long number(String sql) {
    return database.read(Sql.of(sql), row -> row.getLong(1)).getFirst();
  }

  void run(String sql) {
    database.writeOnce(tx -> {
      tx.write(Sql.of(sql));
      return true;
    });
  }

  @Override
  public void close() {
    client.close();
    server.close();
    database.close();
  }
}
