package io.tidegate.server.cli;

import static io.tidegate.server.cli.Customer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.platform.db.Sql;
import io.tidegate.server.ProgramDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The program is killed while it sends webhooks, and the next one sends what is left. */
class KilledWebhooksTest {

  private static final int ORDERS = 200;

  /** Answered before the receiver keeps its callers waiting. */
  private static final int ANSWERED_FIRST = 60;

  private final String url = ProgramDatabase.fresh();
  private final Database database =
      new Database(DatabaseSettings.of(url).withConnections(1, 2), Clock.system());
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore answers = new Semaphore(ANSWERED_FIRST);
  private final List<String> came = new CopyOnWriteArrayList<>();
  private final Set<String> answered = ConcurrentHashMap.newKeySet();
  private final Map<String, String> bodies = new ConcurrentHashMap<>();
  private final List<String> wrong = new CopyOnWriteArrayList<>();
  private HttpServer receiver;
  private volatile String secret = "";

  @TempDir private Path data;

  @BeforeEach
  void open() throws IOException {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.setExecutor(threads);
    receiver.createContext("/in", this::take);
    receiver.start();
  }

  @AfterEach
  void close() {
    threads.shutdownNow();
    receiver.stop(0);
    database.close();
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      Map<String, List<String>> headers =
          exchange.getRequestHeaders().entrySet().stream()
              .collect(
                  Collectors.toMap(
                      one -> one.getKey().toLowerCase(Locale.ROOT), Map.Entry::getValue));
      String id = headers.get("webhook-id").getFirst();
      try {
        new Webhook(secret).verify(body, headers);
      } catch (WebhookVerificationException e) {
        wrong.add(id + ": " + e.getMessage());
      }
      String before = bodies.putIfAbsent(id, body);
      if (before != null && !before.equals(body)) {
        wrong.add(id + " came with another body");
      }
      came.add(id);
      answers.acquire();
      answered.add(id);
      exchange.sendResponseHeaders(204, -1);
    } catch (Exception e) {
      throw new IOException(e); // who asked is gone
    }
  }

  private String[] words(String... words) {
    return StartRefusalsTest.words(
        words,
        "--data",
        data.toString(),
        "--set",
        "db.url=" + url,
        "--set",
        "rocketmq.namesrv=127.0.0.1:9",
        "--set",
        "simulators.url=http://127.0.0.1:9",
        "--set",
        "webhooks.allow-private=true",
        "--set",
        "node.role=api,relay,consumers,flash,console");
  }

  private long number(String sql) {
    return database.read(Sql.of(sql), row -> row.getLong(1)).getFirst();
  }

  private long delivered() {
    return number("select count(*) from webhooks.delivery where state = 'delivered'");
  }

  /** What a subscriber is to be sent. */
  private Set<String> logged() {
    return new HashSet<>(
        database.read(
            Sql.of("select 'evt_' || position from messaging.log where type like 'order.%'"),
            row -> row.getString(1)));
  }

  private void subscribe(String api) throws Exception {
    try (Customer eve = Customer.mintedBy(words("token", "--staff", "admin"))) {
      HttpResponse<String> made =
          eve.post(
              api + "/v1/webhooks",
              "k",
              "{\"url\":\"http://127.0.0.1:%d/in\",\"types\":[\"order.*\"]}"
                  .formatted(receiver.getAddress().getPort()));
      assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
      JsonNode subscription = json(made);
      secret = subscription.path("secret").asString();
    }
  }

  @Test
  void everyEventArrivesUnderItsOneIdAndNoneIsLost() throws Exception {
    Set<String> inTheMidst;
    try (ProgramProcess first = ProgramProcess.start(words("serve", "--port", "0"))) {
      subscribe(first.awaitReady());
      try (ProgramProcess filling =
          ProgramProcess.start(
              words(
                  "fill",
                  "--orders",
                  Integer.toString(ORDERS),
                  "--months",
                  "2",
                  "--settled",
                  "--yes"))) {
        // Some are answered, and all that it has under way at once wait for their answers.
        await()
            .atMost(ProgramProcess.PATIENCE)
            .until(() -> came.size() >= ANSWERED_FIRST + 8 && delivered() > 0);
        first.kill();
        inTheMidst = new HashSet<>(came);
        inTheMidst.removeAll(answered);
        ProgramProcess.Ended filled = filling.end();
        assertThat(filled.exitCode()).as(filled.err()).isZero();
      }
    }
    assertThat(inTheMidst).isNotEmpty();
    long before = delivered();
    assertThat(before).isBetween(1L, (long) ANSWERED_FIRST);
    assertThat(logged()).hasSizeGreaterThan(came.size());
    // Their claims would end within a minute by themselves.
    database.write(
        "test",
        tx -> {
          tx.write(
              Sql.of("update webhooks.delivery set next_try_at = now() where state = 'sending'"));
          return true;
        });

    answers.release(Integer.MAX_VALUE / 2);
    try (ProgramProcess second = ProgramProcess.start(words("serve", "--port", "0"))) {
      second.awaitReady();
      await()
          .atMost(ProgramProcess.PATIENCE)
          .until(() -> delivered() > before && delivered() == logged().size());
      second.stop();
    }
    assertThat(wrong).isEmpty();
    assertThat(answered).isEqualTo(logged());
    assertThat(inTheMidst)
        .as("what nobody had answered came again")
        .allMatch(id -> came.stream().filter(id::equals).count() >= 2);
    assertThat(number("select count(*) from webhooks.delivery where state <> 'delivered'"))
        .isZero();
  }
}
