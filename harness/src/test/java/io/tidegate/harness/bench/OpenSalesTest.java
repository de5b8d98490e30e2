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
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever becomes of a bench, a shop that goes on does not sell its goods at the bench's price.
 */
@Timeout(OpenSalesTest.LONG_SECONDS)
final class OpenSalesTest {
  static final long LONG_SECONDS = 60;

  private static final Instant END = Instant.parse("2026-11-11T16:00:00Z");
  private static final Duration SOON = Duration.ofSeconds(2);
  private static final String SALES = "/v1/admin/flash-sales";
  private static final int FIRST = 41;

  /** Like the real one, the shop makes one sale for each key. */
  private final Map<String, Integer> made = new ConcurrentHashMap<>();

  private final List<String> stopped = new CopyOnWriteArrayList<>();
  private final AtomicInteger plans = new AtomicInteger();
  private final Report report = new Report("flash", Instant.EPOCH);
  private final CountDownLatch over = new CountDownLatch(1);
  private final CountDownLatch asked = new CountDownLatch(1);
  private HttpServer server;

  /** A shop that answers 500 to the first who plans has made it all the same. */
  private volatile int firstPlan = 201;

  private volatile int firstStop = 200;
  private volatile int stops = 200;
  private volatile String state = "open";

  /** Plans are answered when the test is over. */
  private volatile boolean silent;

  @BeforeEach
  void open() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(SALES, this::answer);
    server.setExecutor(task -> Thread.ofVirtual().start(task));
    server.start();
  }

  @AfterEach
  void close() {
    over.countDown();
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    String path = exchange.getRequestURI().getPath();
    if (path.endsWith("/stop")) {
      stopped.add(path);
      send(
          exchange,
          stopped.size() == 1 && firstStop != 200 ? firstStop : stops,
          "{\"code\":\"ended\"}");
    } else if (exchange.getRequestMethod().equals("GET")) {
      send(exchange, 200, "{\"state\":\"" + state + "\"}");
    } else {
      plan(exchange);
    }
    exchange.close();
  }

  private void plan(HttpExchange exchange) throws IOException {
    asked.countDown();
    if (silent) {
      try {
        over.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
    int status = plans.getAndIncrement() == 0 ? firstPlan : 201;
    int id = FIRST;
    if (status == 201 || status == 500) {
      String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
      id = made.computeIfAbsent(key, _ -> FIRST + made.size());
    }
    send(exchange, status, "{\"id\":\"%d\",\"code\":\"no\"}".formatted(id));
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] json = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, json.length);
    exchange.getResponseBody().write(json);
  }

  private URI api() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private OpenSales sales(boolean goesOn) {
    return new OpenSales(new Staff(api(), "T"), SOON, goesOn, report);
  }

  @Test
  void a_bench_that_fails_stops_what_it_has_not() {
    assertThatThrownBy(
            () -> {
              try (OpenSales sales = sales(true)) {
                String first = sales.plan("{}", END);
                assertThat(sales.plan("{}", END)).isEqualTo("42");
                sales.stop(first);
                throw new BenchFailure("the bench failed");
              }
            })
        .hasMessage("the bench failed")
        .hasNoSuppressedExceptions();
    assertThat(stopped).containsExactly(SALES + "/41/stop", SALES + "/42/stop");
    assertThat(report.good()).isTrue();
    assertThat(report.json().at("/verified/checks/0/name").asString())
        .isEqualTo("sales_are_stopped");
  }

  @Test
  void those_of_a_system_which_ends_with_the_bench_end_with_it() throws Exception {
    try (OpenSales sales = sales(false)) {
      assertThat(sales.plan("{}", END)).isEqualTo("41");
    }
    assertThat(stopped).isEmpty();
    assertThat(report.json().at("/verified/checks")).isEmpty();
  }

  @Test
  void one_that_goes_on_loses_no_result_but_is_no_good_report() throws Exception {
    stops = 500;
    try (OpenSales sales = sales(true)) {
      sales.plan("{}", END);
    }
    assertThat(ReportTable.of(report.json()))
        .contains("BROKEN sales_are_stopped: wanted stopped, got left: [sale 41]");
  }

  /** Beside a sale's flood staff may be turned away, too. */
  @Test
  void one_whose_stop_is_turned_away_is_stopped_later() throws Exception {
    firstStop = 503;
    try (OpenSales sales = sales(true)) {
      sales.plan("{}", END);
    }
    assertThat(stopped).containsExactly(SALES + "/41/stop", SALES + "/41/stop");
    assertThat(report.good()).isTrue();
  }

  /** It can't be stopped any more, nor does it sell. */
  @Test
  void one_that_is_over_by_itself_need_not_be_stopped() throws Exception {
    stops = 409;
    state = "ended";
    try (OpenSales sales = sales(true)) {
      sales.plan("{}", END);
    }
    assertThat(stopped).hasSize(1);
    assertThat(report.good()).isTrue();
  }

  @Test
  void one_that_a_shop_has_planned_and_failed_is_found_by_its_key_and_stopped() throws Exception {
    firstPlan = 500;
    try (OpenSales sales = sales(true)) {
      assertThatThrownBy(() -> sales.plan("{}", END))
          .isInstanceOf(UnknownOutcome.class)
          .hasMessageContaining(" answers 500");
      assertThat(stopped).isEmpty();
    }
    assertThat(made).hasSize(1);
    assertThat(stopped).containsExactly(SALES + "/41/stop");
    assertThat(report.good()).isTrue();
  }

  /** Nobody need look for what was refused. */
  @ParameterizedTest
  @ValueSource(ints = {409, 429, 403})
  void one_that_was_not_planned_is_not_stopped(int refused) throws Exception {
    firstPlan = refused;
    try (OpenSales sales = sales(true)) {
      assertThatThrownBy(() -> sales.plan("{}", END))
          .isInstanceOf(BenchFailure.class)
          .hasMessageContaining(" answers " + refused);
    }
    assertThat(plans).hasValue(1);
    assertThat(stopped).isEmpty();
    assertThat(report.good()).isTrue();
  }

  @Test
  void of_a_shop_that_nobody_reaches_none_is_open() throws Exception {
    Staff lost = new Staff(URI.create("http://127.0.0.1:1"), "T");
    try (OpenSales sales = new OpenSales(lost, true, report)) {
      assertThatThrownBy(() -> sales.plan("{}", END)).isInstanceOf(UnknownOutcome.class);
    }
    assertThat(report.good()).isTrue();
  }

  /** Plans a sale in a program of its own, and says so. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) throws Exception {
      Staff staff = new Staff(URI.create(arguments[0]), "T");
      Report report = new Report("flash", Instant.EPOCH);
      try (OpenSales sales = new OpenSales(staff, SOON, true, report)) {
        System.out.println("planned " + sales.plan("{}", END));
        Thread.sleep(TimeUnit.SECONDS.toMillis(LONG_SECONDS));
      }
    }
  }

  @Test
  void a_bench_that_a_signal_ends_stops_them() throws Exception {
    Process program =
        OwnProgram.of(Program.class, api().toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertThat(program.inputReader().readLine()).isEqualTo("planned 41");
      assertThat(stopped).isEmpty();
      program.destroy();
      assertThat(program.waitFor(LONG_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(stopped).containsExactly(SALES + "/41/stop");
    } finally {
      program.destroyForcibly();
    }
  }

  /** Twice as long as an answer, and not for the one that is under way. */
  @Test
  void who_breaks_a_bench_off_does_not_wait_for_long_and_is_told_what_may_open() throws Exception {
    silent = true;
    Process program = OwnProgram.of(Program.class, api().toString()).start();
    try {
      asked.await();
      long start = System.nanoTime();
      program.toHandle().destroy(); // What it tells can be read still.
      String told = new String(program.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(told)
          .contains("bench: a sale that may be planned could not be stopped, it ends at " + END);
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isLessThan(SOON.multipliedBy(OpenSales.SETTLED_ANSWERS_MAX + 1));
    } finally {
      program.destroyForcibly();
    }
  }
}
