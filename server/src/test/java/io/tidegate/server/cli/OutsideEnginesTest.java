package io.tidegate.server.cli;

import static io.tidegate.server.cli.Customer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.testing.TestBroker;
import io.tidegate.platform.testing.TestPostgres;
import io.tidegate.server.Wiring;
import io.tidegate.server.cli.ProgramProcess.Ended;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/**
 * Two nodes, each a process, on a PostgreSQL and a RocketMQ that are somebody else's: what one does
 * the other shows, and every effect is done once.
 */
class OutsideEnginesTest {

  private static final String ORDER =
      "{\"items\":[{\"sku\":\"%s\",\"quantity\":1}],\"address\":{\"name\":\"王芳\","
          + "\"phone\":\"13800138000\",\"region\":\"330106\",\"line\":\"1\"}}";

  private static final int CALLBACKS = 31;
  private static final int TURNS = 3;

  /**
   * Generous: whatever waited for anybody would be hundreds of times slower, and a machine may be
   * slower itself for one of the two.
   */
  private static final long SLOWER_MAX = 20;

  @TempDir private static Path folder;
  private static String database;
  private static TestBroker broker;
  private static StandInProvider provider;
  private static Customer customer;
  private static ProgramProcess one;
  private static ProgramProcess two;
  private static String oneApi;
  private static String twoApi;
  private static String sku;

  @BeforeAll
  static void start() throws Exception {
    database = TestPostgres.freshDatabase();
    broker = TestBroker.own(folder.resolve("mq"), Wiring.TOPICS);
    provider = new StandInProvider();
    one = ProgramProcess.start(node("one", "serve", "--port", "0"));
    oneApi = one.awaitReady();
    two = ProgramProcess.start(node("two", "serve", "--port", "0"));
    twoApi = two.awaitReady();
    customer = Customer.mintedBy(node("one", "token", "--user", "42"));
    sku = customer.firstSku(oneApi);
  }

  @AfterAll
  static void stop() throws Exception {
    two.close();
    one.close();
    customer.close();
    provider.close();
    broker.close();
  }

  private static String[] node(String name, String... words) {
    return StartRefusalsTest.words(
        words,
        "--data",
        folder.resolve(name).toString(),
        "--set",
        "db.url=" + database,
        "--set",
        "rocketmq.namesrv=" + broker.namesrv(),
        "--set",
        "rocketmq.topic-prefix=" + broker.topicPrefix(),
        "--set",
        "simulators.url=" + provider.url(),
        "--set",
        "sandbox.secret=" + StandInProvider.SECRET,
        "--set",
        "demo.skus=10000"); // of these there is enough
  }

  @Test
  void anOrderOfOneNodeIsPaidAndReadAtTheOther() throws Exception {
    for (int i = 0; i < 5; i++) {
      String placing = i % 2 == 0 ? oneApi : twoApi;
      String paying = i % 2 == 0 ? twoApi : oneApi;
      String path = "/v1/orders/" + placed(placing, "place-" + i);
      JsonNode payment =
          json(
              customer.post(paying + path + "/payments", "pay-" + i, "{\"provider\":\"sandbox\"}"));
      assertThat(payment.path("state").asString()).isEqualTo("pending");
      String id = payment.path("id").asString();
      assertThat(provider.captured(paying, id).body()).isEqualTo("success");
      assertThat(provider.captured(placing, id).body()).isEqualTo("success");

      await()
          .atMost(ProgramProcess.PATIENCE)
          .untilAsserted(() -> {
            JsonNode order = json(customer.get(paying + path));
            assertThat(order.path("state").asString()).isEqualTo("awaiting_shipment");
            assertThat(order.path("effects"))
                .hasSize(7)
                .allMatch(effect -> effect.path("state").asString().equals("done"));
          });
      assertThat(json(customer.get(placing + path)).path("effects")).hasSize(7);
    }
    assertThat(number("select count(*) from messaging.log where type = 'order.paid.v1'"))
        .isEqualTo(number("select count(*) from points.entry where kind = 'earned'"))
        .isEqualTo(number("select count(*) from notification.message"));
    Ended audit = ProgramProcess.run(node("one", "audit", "--json"));
    assertThat(audit.exitCode()).as(audit.out()).isZero();
    assertThat(audit.err()).isEmpty();
    Ended doctor = ProgramProcess.run(node("one", "doctor", "--json"));
    assertThat(json(doctor.out()).path("checks"))
        .as(doctor.out())
        .noneMatch(check ->
            check.path("status").asString().equals("wrong")
                && !check.path("area").asString().equals("machine")
                && !check.path("name").asString().equals("fsync")); // see TestPostgres
  }

  /** The trace of the callback goes through payment and messages to the parcels' events. */
  @Test
  void theTraceOfAPaymentGoesOnToItsParcels() throws Exception {
    String number = placed(oneApi, "trace");
    String id = paymentOf(oneApi, number, "trace-pay").path("id").asString();
    provider.captured(oneApi, id);
    await()
        .atMost(ProgramProcess.PATIENCE)
        .until(() -> number(traces(number, "shipment.planned.v1")) == 1);
    assertThat(
            number(
                "select count(distinct e.type) from messaging.log e join messaging.log paid"
                    + " on paid.key = e.key and paid.traceparent = e.traceparent"
                    + " where paid.type = 'order.paid.v1' and paid.traceparent <> '' and e.key = "
                    + number
                    + " and e.type in ('order.paid.v1', 'shipment.planned.v1')"))
        .isEqualTo(2);
  }

  /** The provider took it over, and its answer was lost: whoever asks again gets the address. */
  @Test
  void anOpeningWhoseAnswerIsLostCanBePaidSoon() throws Exception {
    provider.holdBackAnswers(3); // more than one call tries
    String number = placed(twoApi, "lost");
    JsonNode payment = paymentOf(twoApi, number, "lost-pay");
    assertThat(payment.path("state").asString()).isEqualTo("unknown");
    String path = "/v1/payments/" + payment.path("id").asString();
    provider.holdBackAnswers(0);
    await()
        .atMost(ProgramProcess.PATIENCE)
        .until(() -> json(customer.get(oneApi + path)).path("state").asString().equals("pending"));
    assertThat(json(customer.get(oneApi + path)).path("cashierUrl").asString())
        .startsWith(provider.url());
  }

  /** B1, B6: no callback waits for those who do the work after it. */
  @Test
  void warehouseCarrierAndMessagesThatDontAnswerDontSlowCallbacks() throws Exception {
    callbackNanos("warm", CALLBACKS); // the first ones pay for loading classes
    long usual = callbackNanos("usual", CALLBACKS);
    provider.hold();
    try {
      callbackNanos("waiting", CALLBACKS);
      await().atMost(ProgramProcess.PATIENCE).until(() -> provider.held() >= 2);
      long stalled = callbackNanos("stalled", CALLBACKS);
      assertThat(stalled).isLessThan(SLOWER_MAX * usual);
    } finally {
      provider.letGo();
    }
  }

  /** What all providers do at once. */
  enum Trouble {
    NO_ANSWER,
    ALWAYS_FAILS;

    void begin() {
      switch (this) {
        case NO_ANSWER -> provider.holdPaymentsToo();
        case ALWAYS_FAILS -> provider.failAll();
      }
    }

    void end() {
      switch (this) {
        case NO_ANSWER -> provider.letGo();
        case ALWAYS_FAILS -> provider.heal();
      }
    }

    /** Calls of payment that have met it. */
    int payments() {
      return switch (this) {
        case NO_ANSWER -> provider.heldPayments();
        case ALWAYS_FAILS -> provider.failedPayments();
      };
    }

    /** Calls of warehouse, carrier and SMS that have met it. */
    int others() {
      return switch (this) {
        case NO_ANSWER -> provider.held() - provider.heldPayments();
        case ALWAYS_FAILS -> provider.failed() - provider.failedPayments();
      };
    }
  }

  /**
   * By turns with all providers well and with all in trouble. By how little orders are slower (L5)
   * a bench tells; here one that waited for a provider would be.
   */
  @ParameterizedTest
  @EnumSource
  void noOrderWaitsForAProviderInTrouble(Trouble trouble) throws Exception {
    placingNanos(trouble + "-warm");
    List<Long> usual = new ArrayList<>();
    List<Long> troubled = new ArrayList<>();
    for (int turn = 0; turn < TURNS; turn++) {
      String name = trouble + "-" + turn;
      String paid =
          paymentOf(oneApi, placed(oneApi, name + "-paid"), name + "-paid-pay")
              .path("id")
              .asString();
      String unpaid = placed(oneApi, name + "-unpaid");
      usual.addAll(placingNanos(name + "-well"));
      int payments = trouble.payments();
      int others = trouble.others();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        trouble.begin();
        try {
          Future<JsonNode> _ = threads.submit(() -> paymentOf(oneApi, unpaid, name + "-pay"));
          assertThat(provider.captured(oneApi, paid).body()).isEqualTo("success");
          await()
              .atMost(ProgramProcess.PATIENCE)
              .until(() -> trouble.payments() > payments && trouble.others() > others);
          troubled.addAll(placingNanos(name + "-ill"));
        } finally {
          trouble.end();
        }
      }
      awaitPayable(name);
    }
    assertThat(ninthTenth(troubled)).isLessThan(SLOWER_MAX * ninthTenth(usual));
  }

  /** Circuits that have opened try again after a while. */
  private static void awaitPayable(String name) {
    AtomicInteger tries = new AtomicInteger();
    for (String api : List.of(oneApi, twoApi)) {
      await()
          .atMost(ProgramProcess.PATIENCE)
          .pollInterval(Duration.ofMillis(500))
          .until(() -> {
            String key = name + "-again-" + tries.incrementAndGet();
            JsonNode payment = paymentOf(api, placed(api, key), key + "-pay");
            return payment.path("state").asString().equals("pending");
          });
    }
  }

  /** M6: what the provider is told, a session of its own finds committed already. */
  @Test
  void aPaymentIsCommittedBeforeItsProviderHearsOfIt() throws Exception {
    Map<String, Long> there = new ConcurrentHashMap<>();
    provider.beforeOpening(payment -> {
      String[] id = payment.split("p");
      there.put(
          payment,
          number(
              "select count(*) from payment.attempt where order_number = %s and seq = %s"
                  .formatted(id[0], id[1])));
    });
    try {
      for (String api : List.of(oneApi, twoApi)) {
        String key = "first-" + (api.equals(oneApi) ? 1 : 2);
        String payment = paymentOf(api, placed(api, key), key + "-pay").path("id").asString();
        assertThat(there).containsEntry(payment, 1L);
      }
    } finally {
      provider.beforeOpening(_ -> {});
    }
  }

  private static List<Long> placingNanos(String name) throws Exception {
    List<Long> nanos = new ArrayList<>();
    for (int i = 0; i < CALLBACKS; i++) {
      long begun = System.nanoTime();
      placed(oneApi, name + "-" + i);
      nanos.add(System.nanoTime() - begun);
    }
    return nanos;
  }

  private static long ninthTenth(List<Long> nanos) {
    return nanos.stream().sorted().toList().get(nanos.size() * 9 / 10);
  }

  /** The median time of callbacks, one after the other. */
  private static long callbackNanos(String name, int count) throws Exception {
    List<String> payments = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String key = name + "-" + i;
      payments.add(paymentOf(oneApi, placed(oneApi, key), key + "-pay").path("id").asString());
    }
    long[] nanos = new long[count];
    for (int i = 0; i < count; i++) {
      long begun = System.nanoTime();
      HttpResponse<String> answer = provider.captured(oneApi, payments.get(i));
      nanos[i] = System.nanoTime() - begun;
      assertThat(answer.body()).isEqualTo("success");
    }
    Arrays.sort(nanos);
    return nanos[count / 2];
  }

  private static String traces(String number, String type) {
    return "select count(*) from messaging.log where key = "
        + number
        + " and type = '"
        + type
        + "'";
  }

  private static String placed(String api, String key) throws Exception {
    HttpResponse<String> placed = customer.post(api + "/v1/orders", key, ORDER.formatted(sku));
    assertThat(placed.statusCode()).as(placed.body()).isEqualTo(201);
    return json(placed).path("number").asString();
  }

  private static JsonNode paymentOf(String api, String number, String key) throws Exception {
    return json(
        customer.post(
            api + "/v1/orders/" + number + "/payments", key, "{\"provider\":\"sandbox\"}"));
  }

  private static long number(String sql) {
    try (Connection connection = DriverManager.getConnection(database);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }
}
