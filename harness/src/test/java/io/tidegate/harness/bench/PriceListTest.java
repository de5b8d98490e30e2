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
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whatever becomes of a bench, a shop that goes on does not stay at 30 %. */
final class PriceListTest {
  private static final Instant MIDNIGHT = Instant.parse("2026-11-11T16:00:00Z");
  private static final String LISTS = "/v1/admin/price-lists";
  private static final String IN_PROGRESS = "{\"code\":\"in_progress\"}";
  private static final long LONG_SECONDS = 60;

  private final List<String> made = new CopyOnWriteArrayList<>();
  private final List<String> withdrawn = new CopyOnWriteArrayList<>();
  private final Report report = new Report("midnight", Instant.EPOCH);
  private final CountDownLatch answered = new CountDownLatch(1);
  private HttpServer server;
  private volatile int status = 201;
  private volatile int gone = 204;
  private volatile String silent = "";

  /** What the shop says before it makes a list. */
  private final Queue<Said> before = new ConcurrentLinkedQueue<>();

  /** Under which it was made; a list is made late where the first asks for nothing in return. */
  private final List<String> keys = new CopyOnWriteArrayList<>();

  private final CountDownLatch askedAgain = new CountDownLatch(1);
  private volatile boolean late;

  private record Said(int status, String json) {}

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
    askedAgain.countDown();
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    if (exchange.getRequestMethod().equals(silent)) {
      await(answered);
    }
    if (late && exchange.getRequestMethod().equals("POST") && !isMadeLate(exchange)) {
      return;
    }
    Said said = exchange.getRequestMethod().equals("POST") ? before.poll() : null;
    if (said != null) {
      keys.add(String.valueOf(exchange.getRequestHeaders().getFirst("Idempotency-Key")));
      say(exchange, said.status(), said.json());
      return;
    }
    if (exchange.getRequestMethod().equals("DELETE")) {
      withdrawn.add(exchange.getRequestURI().toString());
      exchange.sendResponseHeaders(gone, -1);
    } else {
      made.add(body);
      say(exchange, status, "{\"id\":\"41\",\"version\":1}");
    }
    exchange.close();
  }

  private static void say(HttpExchange exchange, int status, String text) throws IOException {
    byte[] json = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, json.length);
    exchange.getResponseBody().write(json);
    exchange.close();
  }

  /** The first is under way until it is asked for again, and then for a little longer. */
  private boolean isMadeLate(HttpExchange exchange) throws IOException {
    keys.add(String.valueOf(exchange.getRequestHeaders().getFirst("Idempotency-Key")));
    if (keys.size() == 1) {
      await(askedAgain);
    } else if (keys.size() == 2) {
      askedAgain.countDown();
      say(exchange, 409, IN_PROGRESS);
      return false;
    }
    return true;
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

  @Test
  void one_that_was_not_made_is_not_withdrawn() {
    status = 409;
    assertThatThrownBy(() -> PriceList.starting(staff(api()), 30, MIDNIGHT, true, report))
        .isInstanceOf(BenchFailure.class)
        .hasMessageContaining("409");
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
    silent = "DELETE";
    PriceList.starting(staff(api()), 30, MIDNIGHT, soon, true, report).close();
    assertThat(report.good()).isFalse();
    silent = "POST";
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
    assertThat(keys).hasSizeGreaterThanOrEqualTo(3);
    assertThat(keys).containsOnly(keys.getFirst());
    assertThat(withdrawn).containsExactly(LISTS + "/41");
  }

  private void startsNone(String why) {
    assertThatThrownBy(() -> PriceList.starting(staff(api()), 30, MIDNIGHT, true, report).close())
        .isInstanceOf(BenchFailure.class)
        .hasMessageContaining(why)
        .hasMessageNotContaining("may stand");
    assertThat(keys).isNotEmpty().containsOnly(keys.getFirst());
  }

  /** It may have been made all the same, under the key that says so. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "500 | {}",
        "503 | {\"code\":\"overloaded\"}",
        "429 | {}",
        "409 | {\"code\":\"in_progress\"}",
        "201 | {}",
        "201 | {\"id\":"
      })
  @Timeout(LONG_SECONDS)
  void one_whose_answer_does_not_tell_is_asked_for_again_and_withdrawn(int said, String json) {
    before.add(new Said(said, json));
    startsNone("price");
    assertThat(made).hasSize(1);
    assertThat(withdrawn).containsExactly(LISTS + "/41");
  }

  @Test
  @Timeout(LONG_SECONDS)
  void one_that_is_refused_when_it_is_asked_for_again_never_was_made() {
    before.add(new Said(503, "{}"));
    before.add(new Said(409, IN_PROGRESS));
    before.add(new Said(409, "{\"code\":\"overlaps\"}"));
    startsNone("503");
    assertThat(keys).hasSize(3);
    assertThat(made).isEmpty();
    assertThat(withdrawn).isEmpty();
  }

  @Test
  void nobody_at_an_address_is_told_by_staff() {
    Staff lost = staff(URI.create("http://127.0.0.1:1"));
    assertThatThrownBy(() -> lost.delete(LISTS + "/41", Duration.ofSeconds(2)))
        .isInstanceOf(BenchFailure.class)
        .hasMessageContaining("ConnectException");
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
      try (PriceList list =
          PriceList.starting(staff, 30, MIDNIGHT, true, new Report("midnight", Instant.EPOCH))) {
        System.out.println("made for " + list.startsAt());
        Thread.sleep(TimeUnit.SECONDS.toMillis(LONG_SECONDS));
      }
    }
  }

  @Test
  void a_bench_that_a_signal_ends_withdraws_it() throws Exception {
    Process program =
        OwnProgram.of(Program.class, api().toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
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
}
