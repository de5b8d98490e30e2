package io.tidegate.server;

import io.tidegate.platform.http.Bulkhead;
import io.tidegate.shop.reporting.ArchiveClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/**
 * The way to the archive, which the process of the reports reads: few calls at once and not for
 * long, so that orders of long ago never hold up today's.
 */
final class ArchiveWay implements ArchiveClient.Way {

  private static final int CALLS_MAX = 16;
  private static final Duration START_MAX = Duration.ofSeconds(10);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
  private static final Duration CONNECT_MAX = Duration.ofSeconds(2);
  private static final ArchiveClient.Answer AWAY = new ArchiveClient.Answer(0, new byte[0]);

  private final ReportsGateway.Address address;
  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(CONNECT_MAX)
          .version(HttpClient.Version.HTTP_1_1)
          .build();
  private final Bulkhead calls = new Bulkhead(CALLS_MAX);

  ArchiveWay(ReportsGateway.Address address) {
    this.address = address;
  }

  @Override
  public ArchiveClient.Answer get(String pathAndQuery, String authorization) {
    if (!calls.enter()) {
      return AWAY;
    }
    try {
      Optional<URI> base = address.url(START_MAX);
      if (base.isEmpty()) {
        return AWAY;
      }
      HttpResponse<byte[]> response =
          client.send(
              HttpRequest.newBuilder(URI.create(base.get() + pathAndQuery))
                  .timeout(ANSWER_MAX)
                  .header("Authorization", authorization)
                  .GET()
                  .build(),
              HttpResponse.BodyHandlers.ofByteArray());
      return new ArchiveClient.Answer(response.statusCode(), response.body());
    } catch (IOException _) {
      return AWAY;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return AWAY;
    } finally {
      calls.leave();
    }
  }
}
