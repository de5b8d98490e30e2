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

  private static final String PAYMENT = "payment";
  private static final Duration STALL = Duration.ofSeconds(30);

  private Faults() {}

  /** Every downstream answers after this long; 0: as usual. */
  static void latency(URI simulators, Duration latency)
      throws BenchFailure, IOException, InterruptedException {
    for (String kind : DOWNSTREAM) {
      put(simulators, kind, "ok", latency);
    }
  }

  /** Every provider answers after 30 s; the cashier is no call of ours and answers as usual. */
  static void stallAll(URI simulators) throws BenchFailure, IOException, InterruptedException {
    latency(simulators, STALL);
    put(simulators, PAYMENT, "timeout_done", STALL);
  }

  /** Every provider says at once that it has failed. */
  static void failAll(URI simulators) throws BenchFailure, IOException, InterruptedException {
    for (String kind : DOWNSTREAM) {
      put(simulators, kind, "error", Duration.ZERO);
    }
    put(simulators, PAYMENT, "error", Duration.ZERO);
  }

  static void healAll(URI simulators) throws BenchFailure, IOException, InterruptedException {
    latency(simulators, Duration.ZERO);
    put(simulators, PAYMENT, "ok", Duration.ZERO);
  }

  private static void put(URI simulators, String kind, String mode, Duration latency)
      throws BenchFailure, IOException, InterruptedException {
    String fault = "{\"mode\":\"%s\",\"latencyMs\":%d}".formatted(mode, latency.toMillis());
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(simulators + "/faults/" + kind))
              .header("Content-Type", "application/json")
              .PUT(HttpRequest.BodyPublishers.ofString(fault))
              .build();
      int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      if (status != 200) {
        throw new BenchFailure("the simulators answer " + status + " to a fault of " + kind);
      }
    }
  }
}
