package io.tidegate.harness.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/** The faults of the simulated systems behind the shop. */
final class Faults {
  /** Everything that a paid order needs and that is not ours. */
  private static final List<String> DOWNSTREAM = List.of("carrier", "sms", "warehouse");

  private Faults() {}

  /** Every downstream answers after this long; 0: as usual. */
  static void latency(URI simulators, Duration latency)
      throws BenchFailure, IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (String kind : DOWNSTREAM) {
        HttpRequest request =
            HttpRequest.newBuilder(URI.create(simulators + "/faults/" + kind))
                .header("Content-Type", "application/json")
                .PUT(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"mode\":\"ok\",\"latencyMs\":" + latency.toMillis() + "}"))
                .build();
        int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        if (status != 200) {
          throw new BenchFailure("the simulators answer " + status + " to a fault of " + kind);
        }
      }
    }
  }
}
