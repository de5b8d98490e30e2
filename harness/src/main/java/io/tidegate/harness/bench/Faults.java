package io.tidegate.harness.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The faults of the simulated systems behind the shop. Those of a system that goes on after the
 * bench are taken back, also where the bench fails or a signal ends it.
 */
final class Faults implements AutoCloseable {
  /** Everything that a paid order needs and that is not ours. */
  static final List<String> DOWNSTREAM = List.of("carrier", "sms", "warehouse");

  private static final String PAYMENT = "payment";
  private static final String WELL = "ok";

  /** Takes the call, and answers it late; a mode of its own, so that the calls are counted. */
  private static final String LATE = "late";

  /** Everything that a fault can be set of. */
  static final List<String> ALL = List.of("carrier", PAYMENT, "sms", "warehouse");

  private static final Duration STALL = Duration.ofSeconds(30);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);

  private final URI simulators;
  private final Report report;
  private final Set<String> ill = new TreeSet<>();
  private final @Nullable Thread hook;
  private boolean abandoned;

  private Faults(URI simulators, boolean goesOn, Report report) {
    this.simulators = simulators;
    this.report = report;
    this.hook = goesOn ? new Thread(this::abandon) : null;
    if (hook != null) {
      Runtime.getRuntime().addShutdownHook(hook);
    }
  }

  /**
   * Of the bench's system; those of one of its own end with it.
   *
   * @param report is told whether those of one that goes on could be taken back
   */
  static Faults of(Bench bench, SystemUnderTest system, Report report) throws BenchFailure {
    return new Faults(system.simulators(), !bench.ownSystem(), report);
  }

  /** Of simulators that go on after the bench. */
  static Faults of(URI simulators, Report report) {
    return new Faults(simulators, true, report);
  }

  /** Every downstream answers after 30 s. */
  synchronized void stallDownstream() throws BenchFailure, IOException, InterruptedException {
    downstream(LATE, STALL);
  }

  /** Every downstream answers as usual. */
  synchronized void healDownstream() throws BenchFailure, IOException, InterruptedException {
    downstream(WELL, Duration.ZERO);
  }

  /** Every provider answers after 30 s; the cashier is no call of ours and answers as usual. */
  synchronized void stallAll() throws BenchFailure, IOException, InterruptedException {
    downstream(LATE, STALL);
    put(PAYMENT, "timeout_done", STALL);
  }

  /** Every provider says at once that it has failed. */
  synchronized void failAll() throws BenchFailure, IOException, InterruptedException {
    downstream("error", Duration.ZERO);
    put(PAYMENT, "error", Duration.ZERO);
  }

  /** All answer well and as usual, whatever was set before. */
  synchronized void healAll() throws BenchFailure, IOException, InterruptedException {
    downstream(WELL, Duration.ZERO);
    put(PAYMENT, WELL, Duration.ZERO);
  }

  /** How many calls each fault that is set has struck so far, by whom it makes ill. */
  synchronized Map<String, Long> struck() throws BenchFailure, IOException, InterruptedException {
    try {
      HttpRequest request = HttpRequest.newBuilder(URI.create(simulators + "/faults")).build();
      HttpResponse<String> answer = WholeAnswer.once(request, ANSWER_MAX);
      if (answer.statusCode() != 200) {
        throw new BenchFailure(
            "the simulators answer " + answer.statusCode() + " to what their faults have struck");
      }
      JsonNode all = JsonMapper.shared().readTree(answer.body());
      Map<String, Long> struck = new TreeMap<>();
      ill.forEach(kind -> struck.put(kind, all.path(kind).path("struck").asLong(0)));
      return struck;
    } catch (JacksonException e) {
      throw new BenchFailure("what the simulators' faults have struck cannot be read", e);
    }
  }

  private void downstream(String mode, Duration latency)
      throws BenchFailure, IOException, InterruptedException {
    for (String kind : DOWNSTREAM) {
      put(kind, mode, latency);
    }
  }

  private void put(String kind, String mode, Duration latency)
      throws BenchFailure, IOException, InterruptedException {
    boolean well = mode.equals(WELL) && latency.isZero();
    if (!well && abandoned) {
      throw new BenchFailure("the bench was broken off");
    }
    if (!well) {
      ill.add(kind); // Also where no answer tells whether it was set.
    }
    String fault = "{\"mode\":\"%s\",\"latencyMs\":%d}".formatted(mode, latency.toMillis());
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(simulators + "/faults/" + kind))
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString(fault))
            .build();
    int status = WholeAnswer.once(request, ANSWER_MAX).statusCode();
    if (status != 200) {
      throw new BenchFailure("the simulators answer " + status + " to a fault of " + kind);
    }
    if (well) {
      ill.remove(kind);
    }
  }

  private synchronized void abandon() {
    abandoned = true;
    areTakenBack();
  }

  /** Takes them back, each whatever becomes of the others, and says which stay. */
  private synchronized boolean areTakenBack() {
    for (String kind : List.copyOf(ill)) {
      try {
        put(kind, WELL, Duration.ZERO);
      } catch (BenchFailure | IOException e) {
        System.err.println("bench: the fault of " + kind + " could not be taken back: " + e);
      } catch (InterruptedException e) {
        System.err.println("bench: the faults of " + ill + " could not be taken back: " + e);
        Thread.currentThread().interrupt();
        break;
      }
    }
    return ill.isEmpty();
  }

  private synchronized String left() {
    return String.join(", ", ill);
  }

  /** Those that stay are a check that fails: what was measured is told all the same. */
  @Override
  public void close() {
    if (hook == null) {
      return;
    }
    boolean back = areTakenBack();
    Launcher.unhook(hook);
    report.check(
        "faults_are_taken_back", "taken back", back ? "taken back" : "left: " + left(), back);
  }
}
