package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Placing is beside reports where they and questions are answered in each turn, and only there. */
@Timeout(60)
final class ReportReadersTest {
  private static final LocalDate DAY = LocalDate.EPOCH;
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Said ANSWER = new Said(200, "{\"rows\":[[7]]}");
  private static final Said BUSY = new Said(503, "{\"code\":\"overloaded\"}");
  private static final Said AWAY = new Said(503, "{\"code\":\"reports_unavailable\"}");

  private record Said(int status, String body) {}

  /** What reports say, and what questions do. */
  private final AtomicReference<Function<String, Said>> reports =
      new AtomicReference<>(_ -> ANSWER);

  private final AtomicReference<Function<String, Said>> questions =
      new AtomicReference<>(_ -> ANSWER);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private HttpServer server;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          boolean sql = exchange.getRequestURI().getPath().endsWith("/sql");
          Said said = (sql ? questions : reports).get().apply(body);
          byte[] bytes = said.body().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(said.status(), bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void close() {
    server.stop(0);
    threads.close();
  }

  private ReportReader reader() {
    return new ReportReader(
        URI.create("http://127.0.0.1:" + server.getAddress().getPort()), "token");
  }

  private static ReportReaders readers(ReportReader reader, Duration freeMax) {
    return new ReportReaders(
        reader, List.of(new ReportReader.Cut("turnover", "day")), DAY, DAY, freeMax);
  }

  /** A turn that lasts until this holds. */
  private static void turn(ReportReaders readers, BooleanSupplier until) throws Exception {
    readers.whileReading(() -> {
      while (!until.getAsBoolean()) {
        Thread.onSpinWait();
      }
      return "";
    });
  }

  private static boolean has(ReportReaders readers, String... answers) {
    return readers.answers().keySet().containsAll(List.of(answers));
  }

  private static long count(ReportReaders readers, String answer) {
    return readers.answers().getOrDefault(answer, 0L);
  }

  private static Report judged(ReportReaders readers) {
    Report report = new Report("reports", Instant.EPOCH);
    List<Double> same = Collections.nCopies(5, 100.0);
    List<Double> ratios = Collections.nCopies(5, 1.0);
    ReportsBench.judge(report, SampleReport.plan(), readers, same, ratios, "");
    return report;
  }

  private static void isHidden(ReportReaders readers, String why) {
    assertThat(judged(readers).targets())
        .singleElement()
        .satisfies(target -> {
          assertThat(target.met()).isFalse();
          assertThat(target.hidden()).contains(why);
        });
  }

  @Test
  void turns_in_which_both_are_answered_are_judged() throws Exception {
    try (ReportReader reader = reader()) {
      ReportReaders readers = readers(reader, LONG);
      for (int turn = 0; turn < 2; turn++) {
        long read = count(readers, "report_answered");
        long told = count(readers, "sql_answered");
        turn(
            readers,
            () ->
                count(readers, "report_answered") > read && count(readers, "sql_answered") > told);
        readers.rest();
      }
      Report report = judged(readers);
      assertThat(report.targets()).hasSize(1).allMatch(Report.Target::met);
      assertThat(report.good()).isTrue();
      assertThat(report.json().at("/readMeanwhile/report_answered_in_a_turn_min").asLong())
          .isPositive();
    }
  }

  @Test
  void a_turn_in_which_no_question_is_answered_says_nothing() throws Exception {
    try (ReportReader reader = reader()) {
      ReportReaders readers = readers(reader, LONG);
      turn(readers, () -> has(readers, "report_answered", "sql_answered"));
      readers.rest();
      questions.set(body -> body.contains("group by") ? BUSY : ANSWER);
      turn(readers, () -> has(readers, "sql_503"));
      readers.rest();
      isHidden(readers, "and 0 questions were answered");
    }
  }

  @Test
  void nor_does_one_in_which_no_report_is() throws Exception {
    try (ReportReader reader = reader()) {
      ReportReaders readers = readers(reader, LONG);
      reports.set(_ -> new Said(500, "{}"));
      turn(readers, () -> has(readers, "report_500", "sql_answered"));
      readers.rest();
      isHidden(readers, "in a turn with reports 0 of them");
    }
  }

  @Test
  void nor_one_in_which_their_process_was_away() throws Exception {
    try (ReportReader reader = reader()) {
      ReportReaders readers = readers(reader, LONG);
      AtomicInteger first = new AtomicInteger();
      reports.set(_ -> first.getAndIncrement() == 0 ? AWAY : ANSWER);
      turn(readers, () -> has(readers, "report_503", "report_answered", "sql_answered"));
      readers.rest();
      isHidden(readers, "the reports were away");
    }
  }

  @Test
  void what_was_asked_last_is_waited_for_and_counts() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    questions.set(_ -> {
      begun.countDown();
      try {
        return over.await(LONG.toSeconds(), TimeUnit.SECONDS) ? ANSWER : BUSY;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return BUSY;
      }
    });
    try (ReportReader reader = reader()) {
      ReportReaders readers = readers(reader, LONG);
      turn(readers, () -> has(readers, "report_answered") && begun.getCount() == 0);
      assertThat(readers.answers()).doesNotContainKey("sql_answered");
      over.countDown();
      readers.rest();
      assertThat(readers.answers()).containsEntry("sql_answered", 1L);
      assertThat(judged(readers).targets()).allMatch(Report.Target::met);
      assertThat(readers.fewest()).containsEntry("sql_answered_in_a_turn_min", 1L);
    }
  }

  /** Else the next load is beside a question that its own client has given up. */
  @Test
  void after_a_turn_it_is_waited_until_a_question_is_answered_again() throws Exception {
    try (ReportReader reader = reader()) {
      ReportReaders readers = readers(reader, LONG);
      turn(readers, () -> has(readers, "report_answered", "sql_answered"));
      AtomicInteger left = new AtomicInteger(2);
      questions.set(_ -> left.decrementAndGet() >= 0 ? BUSY : ANSWER);
      readers.rest();
      assertThat(left.get()).isNegative();
      assertThat(readers.hidden()).isEmpty();
    }
  }

  @Test
  void where_none_is_in_time_nothing_is_judged() throws Exception {
    try (ReportReader reader = reader()) {
      ReportReaders readers = readers(reader, Duration.ZERO);
      turn(readers, () -> has(readers, "report_answered", "sql_answered"));
      questions.set(_ -> BUSY);
      readers.rest();
      isHidden(readers, "no question was answered again");
    }
  }
}
