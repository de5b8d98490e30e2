package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tidegate.harness.testing.OwnProgram;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Whatever becomes of a bench, the faults that it has set are taken back. */
final class FaultsTest {
  private static final String WELL = "{\"mode\":\"ok\",\"latencyMs\":0}";
  private static final long LONG_SECONDS = 60;

  private final Map<String, String> faults = new ConcurrentHashMap<>();
  private HttpServer server;
  private final Report report = new Report("faults", Instant.EPOCH);
  private volatile String refused = "";
  private volatile String kept = "";

  @BeforeEach
  void open() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/faults/", this::set);
    server.createContext("/faults", this::tell);
    server.start();
  }

  @AfterEach
  void close() {
    server.stop(0);
  }

  private void set(HttpExchange exchange) throws IOException {
    String kind = exchange.getRequestURI().getPath().substring("/faults/".length());
    String fault = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    boolean takes = fault.equals(WELL) ? !kind.equals(kept) : !kind.equals(refused);
    if (takes) {
      faults.put(kind, fault);
    }
    exchange.sendResponseHeaders(takes ? 200 : 500, -1);
    exchange.close();
  }

  /** The warehouse's fault has struck nobody, each other one three. */
  private void tell(HttpExchange exchange) throws IOException {
    ObjectNode all = JsonMapper.shared().createObjectNode();
    faults
        .keySet()
        .forEach(kind -> all.putObject(kind).put("struck", kind.equals("warehouse") ? 0 : 3));
    byte[] json = all.toString().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, json.length);
    exchange.getResponseBody().write(json);
    exchange.close();
  }

  private URI simulators() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private void allWell(String... kinds) {
    assertThat(faults).containsOnlyKeys(kinds);
    assertThat(faults.values()).containsOnly(WELL);
  }

  @Test
  void a_bench_that_fails_takes_them_back() {
    assertThatThrownBy(
            () -> {
              try (Faults set = Faults.of(simulators(), report)) {
                set.failAll();
                assertThat(faults.values()).doesNotContain(WELL);
                throw new BenchFailure("the bench failed");
              }
            })
        .hasMessage("the bench failed")
        .hasNoSuppressedExceptions();
    allWell("carrier", "sms", "warehouse", "payment");
  }

  @Test
  void those_that_were_taken_back_are_a_good_report() throws Exception {
    try (Faults set = Faults.of(simulators(), report)) {
      set.stallAll();
    }
    assertThat(report.good()).isTrue();
    assertThat(report.json().at("/verified/checks/0/name").asString())
        .isEqualTo("faults_are_taken_back");
  }

  @Test
  void one_that_stays_loses_no_result_but_is_no_good_report() throws Exception {
    kept = "warehouse";
    try (Faults set = Faults.of(simulators(), report)) {
      set.stallAll();
    }
    assertThat(report.good()).isFalse();
    assertThat(ReportTable.of(report.json()))
        .contains("BROKEN faults_are_taken_back: wanted taken back, got left");
  }

  @Test
  void one_that_stays_keeps_no_other() throws Exception {
    kept = "carrier";
    try (Faults set = Faults.of(simulators(), report)) {
      set.stallDownstream();
    }
    assertThat(faults).containsEntry("sms", WELL).containsEntry("warehouse", WELL);
    assertThat(ReportTable.of(report.json()))
        .contains("BROKEN faults_are_taken_back: wanted taken back, got left: carrier");
  }

  @Test
  void those_that_were_set_by_half_are_taken_back() {
    refused = "warehouse";
    assertThatThrownBy(
            () -> {
              try (Faults set = Faults.of(simulators(), report)) {
                set.stallAll();
              }
            })
        .isInstanceOf(BenchFailure.class)
        .hasMessageContaining("warehouse");
    allWell("carrier", "sms", "warehouse");
  }

  @Test
  void who_has_set_none_leaves_those_that_are_there() throws Exception {
    Faults.of(simulators(), report).close();
    assertThat(faults).isEmpty();
  }

  @Test
  void a_fault_that_struck_nobody_is_no_good_report() throws Exception {
    Struck struck = new Struck(Faults.DOWNSTREAM);
    try (Faults set = Faults.of(simulators(), report)) {
      set.stallDownstream();
      assertThat(faults.values()).containsOnly("{\"mode\":\"late\",\"latencyMs\":30000}");
      struck.add(set.struck());
      struck.add(Map.of("sms", 1L));
    }
    Report unmet = new Report("callback", Instant.EPOCH);
    struck.judge(unmet, "stalled");
    assertThat(unmet.good()).isFalse();
    assertThat(ReportTable.of(unmet.json()))
        .contains("BROKEN stalled_warehouse_was_met: wanted at least 1 call, got 0")
        .doesNotContain("BROKEN stalled_sms", "BROKEN stalled_carrier");
    assertThat(unmet.json().at("/struck/stalled/sms").asLong()).isEqualTo(4);
    struck.add(Map.of("warehouse", 1L));
    Report met = new Report("callback", Instant.EPOCH);
    struck.judge(met, "stalled");
    assertThat(met.good()).isTrue();
  }

  @Test
  void a_fault_of_which_no_turn_tells_has_struck_nobody() {
    Report unmet = new Report("faults", Instant.EPOCH);
    new Struck(Faults.ALL).judge(unmet, "failing");
    assertThat(ReportTable.of(unmet.json())).contains("BROKEN failing_payment_was_met");
  }

  /** Sets faults in a program of its own, and says so. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) throws Exception {
      try (Faults set = Faults.of(URI.create(arguments[0]), new Report("faults", Instant.EPOCH))) {
        set.failAll();
        System.out.println("set");
        Thread.sleep(TimeUnit.SECONDS.toMillis(LONG_SECONDS));
      }
    }
  }

  @Test
  void a_bench_that_a_signal_ends_takes_them_back() throws Exception {
    Process program =
        OwnProgram.of(Program.class, simulators().toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertThat(program.inputReader().readLine()).isEqualTo("set");
      assertThat(faults.values()).doesNotContain(WELL);
      program.destroy();
      assertThat(program.waitFor(LONG_SECONDS, TimeUnit.SECONDS)).isTrue();
      allWell("carrier", "sms", "warehouse", "payment");
    } finally {
      program.destroyForcibly();
    }
  }
}
