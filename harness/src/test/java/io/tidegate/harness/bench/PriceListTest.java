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
import java.util.Set;
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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Whatever becomes of a bench, a shop that goes on does not stay at 30 %. */
final class PriceListTest {
  private static final Instant MIDNIGHT = Instant.parse("2026-11-11T16:00:00Z");
  private static final String LISTS = "/v1/admin/price-lists";
  private static final long LONG_SECONDS = 60;

  private static final int FIRST = 41;

  /**
   * Like the real one's route, the shop's makes another list for each request, whatever its key.
   */
  private final List<String> made = new CopyOnWriteArrayList<>();

  private final List<String> withdrawn = new CopyOnWriteArrayList<>();
  private final AtomicInteger looks = new AtomicInteger();
  private final Report report = new Report("midnight", Instant.EPOCH);
  private final CountDownLatch answered = new CountDownLatch(1);
  private final CountDownLatch asked = new CountDownLatch(1);
  private HttpServer server;

  /** A shop that answers 500 has made it all the same. */
  private volatile int status = 201;

  private volatile int gone = 204;

  /** Requests of these methods are answered when the test is over. */
  private volatile Set<String> silent = Set.of();

  /** The first lines come, and the rest of the answer when the test is over. */
  private volatile boolean endless;

  /** A list is made when nobody waits for it any more, and was looked for twice. */
  private volatile boolean late;

  private final CountDownLatch lookedForTwice = new CountDownLatch(2);

  @BeforeEach
  void open() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(LISTS, this::answer);
    server.setExecutor(task -> Thread.ofVirtual().start(task));
    server.start();
  }

  @AfterEach
  void close() {
    answered.countDown();
    lookedForTwice.countDown();
    lookedForTwice.countDown();
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String method = exchange.getRequestMethod();
    if (method.equals("POST")) {
      asked.countDown();
    }
    if (silent.contains(method)) {
      await(answered);
    }
    switch (method) {
      case "DELETE" -> {
        withdrawn.add(exchange.getRequestURI().toString());
        exchange.sendResponseHeaders(gone, -1);
      }
      case "GET" -> {
        looks.incrementAndGet();
        send(exchange, 200, lists());
        lookedForTwice.countDown();
      }
      default -> {
        if (late) {
          await(lookedForTwice);
        }
        if (status < 300 || status == 500) {
          made.add(body);
        }
        String code = status == 503 ? "overloaded" : "no";
        send(
            exchange,
            status,
            "{\"id\":\"%d\",\"code\":\"%s\"}".formatted(FIRST + made.size() - 1, code));
      }
    }
    exchange.close();
  }

  private void send(HttpExchange exchange, int code, String text) throws IOException {
    byte[] json = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(code, json.length);
    if (endless) {
      exchange.getResponseBody().flush();
      await(answered);
    }
    exchange.getResponseBody().write(json);
  }

  /** Newest first, and before all one that somebody else called as a bench might. */
  private String lists() {
    ObjectNode page = JsonMapper.shared().createObjectNode();
    ArrayNode data = page.putArray("data");
    for (int i = made.size() - 1; i >= 0; i--) {
      JsonNode list = JsonMapper.shared().readTree(made.get(i));
      data.addObject()
          .put("id", Integer.toString(FIRST + i))
          .put("title", list.path("title").asString());
    }
    data.addObject().put("id", "7").put("title", "bench");
    return page.toString();
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static Staff staff(URI api) {
    return new Staff(api, "T");
  }

  private URI api() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @Test
  void it_ends_by_itself_after_all_have_bought() throws Exception {
    PriceList.starting(staff(api()), 30, MIDNIGHT, true, report).close();
    JsonNode list = JsonMapper.shared().readTree(made.getFirst());
    assertThat(list.path("percent").asInt()).isEqualTo(30);
    assertThat(list.at("/scope/shop").asBoolean()).isTrue();
    assertThat(list.path("startsAt").asString()).isEqualTo("2026-11-11T16:00:00Z");
    assertThat(Instant.parse(list.path("endsAt").asString()))
        .isAfter(MIDNIGHT.plusSeconds(90))
        .isBefore(MIDNIGHT.plusSeconds(600));
  }

  @Test
  void a_bench_that_fails_withdraws_it() {
    assertThatThrownBy(
            () -> {
              try (PriceList list = PriceList.starting(staff(api()), 30, MIDNIGHT, true, report)) {
                assertThat(list.startsAt()).isEqualTo(MIDNIGHT);
                assertThat(withdrawn).isEmpty();
                throw new BenchFailure("the bench failed");
              }
            })
        .hasMessage("the bench failed")
        .hasNoSuppressedExceptions();
    assertThat(withdrawn).containsExactly(LISTS + "/41");
  }

  @Test
  void that_of_a_system_which_ends_with_the_bench_ends_with_it() throws Exception {
    PriceList.starting(staff(api()), 30, MIDNIGHT, false, report).close();
    assertThat(withdrawn).isEmpty();
  }

  /** As when there are too many already: nobody need look for what was refused. */
  @ParameterizedTest
  @ValueSource(ints = {409, 429, 403, 503})
  void one_that_was_not_made_is_not_withdrawn(int refused) {
    status = refused;
    assertThatThrownBy(() -> PriceList.starting(staff(api()), 30, MIDNIGHT, true, report))
        .isInstanceOf(BenchFailure.class)
        .hasMessageContaining(" answers " + refused)
        .hasMessageNotContaining("may stand");
    assertThat(looks).hasValue(0);
    assertThat(withdrawn).isEmpty();
  }

  @Test
  void one_that_is_withdrawn_is_a_good_report() throws Exception {
    PriceList.starting(staff(api()), 30, MIDNIGHT, true, report).close();
    assertThat(report.good()).isTrue();
    assertThat(report.json().at("/verified/checks/0/name").asString())
        .isEqualTo("price_list_is_withdrawn");
  }

  @Test
  void one_that_stays_loses_no_result_but_is_no_good_report() throws Exception {
    gone = 500;
    PriceList.starting(staff(api()), 30, MIDNIGHT, true, report).close();
    assertThat(report.good()).isFalse();
    assertThat(ReportTable.of(report.json()))
        .contains("BROKEN price_list_is_withdrawn: wanted withdrawn, got left");
  }

  @Test
  @Timeout(LONG_SECONDS)
  void who_is_not_answered_does_not_wait_for_minutes() throws Exception {
    assertThat(PriceList.ANSWER_MAX).isLessThanOrEqualTo(Duration.ofSeconds(10));
    Duration soon = Duration.ofSeconds(2);
    silent = Set.of("DELETE");
    PriceList.starting(staff(api()), 30, MIDNIGHT, soon, true, report).close();
    assertThat(report.good()).isFalse();
    silent = Set.of("POST");
    assertThatThrownBy(
            () -> PriceList.starting(staff(api()), 30, MIDNIGHT, soon, true, report).close())
        .isInstanceOf(BenchFailure.class)
        .hasMessageContaining("timed out")
        .hasMessageContaining("the price list may stand until 2026-11-11T16:05:00Z");
  }

  /** A busy shop answers when nobody listens any more. */
  @Test
  @Timeout(LONG_SECONDS)
  void one_that_is_made_too_late_is_withdrawn() {
    Duration soon = Duration.ofSeconds(2);
    late = true;
    assertThatThrownBy(
            () -> PriceList.starting(staff(api()), 30, MIDNIGHT, soon, true, report).close())
        .isInstanceOf(BenchFailure.class)
        .hasMessageContaining("timed out")
        .hasMessageNotContaining("may stand");
    assertThat(made).as("asked for again it would be made again").hasSize(1);
    assertThat(withdrawn).containsExactly(LISTS + "/41");
  }

  @Test
  void one_that_a_shop_has_made_and_failed_is_withdrawn() {
    status = 500;
    assertThatThrownBy(() -> PriceList.starting(staff(api()), 30, MIDNIGHT, true, report))
        .isInstanceOf(BenchFailure.class)
        .hasMessageContaining(" answers 500")
        .hasMessageNotContaining("may stand");
    assertThat(withdrawn).containsExactly(LISTS + "/41");
  }

  /** By its title alone can one be found again that was made too late. */
  @Test
  void each_has_a_title_of_its_own() throws Exception {
    PriceList.starting(staff(api()), 30, MIDNIGHT, true, report).close();
    PriceList.starting(staff(api()), 30, MIDNIGHT, true, report).close();
    assertThat(
            made.stream().map(list -> JsonMapper.shared().readTree(list).path("title").asString()))
        .doesNotHaveDuplicates()
        .allMatch(title -> title.matches("bench [0-9a-f-]{36}"));
  }

  @Test
  @Timeout(LONG_SECONDS)
  void an_answer_that_does_not_end_is_none() {
    endless = true;
    assertThatThrownBy(() ->
            PriceList.starting(staff(api()), 30, MIDNIGHT, Duration.ofSeconds(1), true, report))
        .isInstanceOf(BenchFailure.class)
        .hasMessageContaining("timed out")
        .hasMessageContaining("may stand");
  }

  @Test
  void of_a_shop_that_nobody_reaches_none_stands() {
    Staff lost = staff(URI.create("http://127.0.0.1:1"));
    assertThatThrownBy(() -> PriceList.starting(lost, 30, MIDNIGHT, true, report))
        .isInstanceOf(BenchFailure.class)
        .hasMessageContaining("ConnectException")
        .hasMessageNotContaining("may stand");
  }

  /** Makes a price list in a program of its own, and says so. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) throws Exception {
      Staff staff = staff(URI.create(arguments[0]));
      Duration answerMax = Duration.parse(arguments[1]);
      try (PriceList list =
          PriceList.starting(
              staff, 30, MIDNIGHT, answerMax, true, new Report("midnight", Instant.EPOCH))) {
        System.out.println("made for " + list.startsAt());
        Thread.sleep(TimeUnit.SECONDS.toMillis(LONG_SECONDS));
      }
    }
  }

  private ProcessBuilder program(Duration answerMax) {
    return OwnProgram.of(Program.class, api().toString(), answerMax.toString());
  }

  @Test
  void a_bench_that_a_signal_ends_withdraws_it() throws Exception {
    Process program =
        program(PriceList.ANSWER_MAX).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try {
      assertThat(program.inputReader().readLine()).isEqualTo("made for " + MIDNIGHT);
      assertThat(withdrawn).isEmpty();
      program.destroy();
      assertThat(program.waitFor(LONG_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(withdrawn).containsExactly(LISTS + "/41");
    } finally {
      program.destroyForcibly();
    }
  }

  /** Twice as long as an answer, and not for all that else would be tried. */
  @Test
  @Timeout(LONG_SECONDS)
  void who_breaks_a_bench_off_does_not_wait_for_long_and_is_told_what_may_stand() throws Exception {
    Duration answerMax = Duration.ofSeconds(3);
    silent = Set.of("POST", "GET");
    Process program = program(answerMax).start();
    try {
      asked.await();
      long start = System.nanoTime();
      program.toHandle().destroy(); // What it tells can be read still.
      String told = new String(program.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(told).contains("bench: the price list may stand until 2026-11-11T16:05:00Z");
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isLessThan(answerMax.multipliedBy(PriceList.SETTLED_ANSWERS_MAX + 1));
    } finally {
      program.destroyForcibly();
    }
  }
}
