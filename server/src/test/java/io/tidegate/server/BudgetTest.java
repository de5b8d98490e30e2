package io.tidegate.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.ThreadMXBean;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.platform.identity.Caller;
import io.tidegate.platform.identity.DatabaseKeys;
import io.tidegate.platform.identity.IdentitySettings;
import io.tidegate.platform.identity.Tokens;
import io.tidegate.platform.testing.TestBroker;
import io.tidegate.platform.testing.TestLimits;
import io.tidegate.platform.testing.TestPostgres;
import io.tidegate.server.config.Configuration;
import io.tidegate.server.config.Settings;
import io.tidegate.server.config.Sources;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an order costs in statements, WAL, messages and garbage, held against the recorded budget:
 * counted costs hardly depend on the machine, so one that grows is a change that somebody made.
 */
class BudgetTest {
  private static final int SKUS = 500;
  private static final int USERS = 50;
  private static final int TOGETHER = 64;
  private static final int ONE_BY_ONE = 50;
  private static final Duration IDLE = Duration.ofSeconds(3);
  private static final List<String> CONSUMERS =
      List.of("points", "coupon", "red_packet", "notification", "warehouse");
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @TempDir private static Path data;
  private static final CountDownLatch over = new CountDownLatch(1);
  private static final AtomicInteger keys = new AtomicInteger();
  private static final Map<String, String> most = new HashMap<>();
  private static TestBroker broker;
  private static HttpServer outside;
  private static ExecutorService outsideThreads;
  private static Wiring program;
  private static Connection database;
  private static List<String> tokens;
  private static List<String> skus;

  @BeforeAll
  static void start() throws Exception {
    String url = TestPostgres.freshDatabase();
    broker = TestBroker.own(data.resolve("broker"), Wiring.TOPICS);
    outsideThreads = Executors.newCachedThreadPool(r -> new Thread(r, "budget-outside"));
    outside = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    outside.setExecutor(outsideThreads);
    outside.createContext("/sandbox/payments", BudgetTest::opened);
    // What ships and what sends is not counted here: it waits for its answer until the end.
    outside.createContext("/", BudgetTest::silent);
    outside.start();
    program = Wiring.start(ground(url), _ -> {});
    database = DriverManager.getConnection(url);
    try (Database own = new Database(DatabaseSettings.of(url), Clock.system())) {
      Tokens issuer =
          Tokens.local(
              IdentitySettings.local("tidegate", "tidegate"),
              new DatabaseKeys(own),
              Clock.system());
      tokens = new ArrayList<>();
      for (int user = 1; user <= USERS; user++) {
        tokens.add(
            issuer.issue(
                Integer.toString(user),
                Caller.Kind.CUSTOMER,
                Set.of(),
                Set.of(),
                Duration.ofHours(1)));
      }
    }
    skus = texts("select sku from inventory.stock where available > 20000 order by sku");
  }

  private static Wiring.Ground ground(String url) {
    Settings settings =
        Configuration.read(
                new Sources(
                    data,
                    null,
                    Map.of(),
                    List.of(
                        "http.port=0",
                        "http.limit-per-user=0",
                        "rocketmq.topic-prefix=" + broker.topicPrefix(),
                        "demo.skus=" + (1_000 + SKUS),
                        "console.password=secret-of-a-test"),
                    Map.of()))
            .settings();
    URI simulators = URI.create("http://127.0.0.1:" + outside.getAddress().getPort());
    return new Wiring.Ground(settings, url, broker.namesrv(), broker.isUp(), "budget", simulators);
  }

  @AfterAll
  static void stop() throws SQLException {
    over.countDown();
    program.close();
    database.close();
    outside.stop(0);
    outsideThreads.shutdownNow();
    broker.close();
  }

  private static void opened(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    byte[] body = "{\"cashierUrl\":\"http://127.0.0.1/c\"}".getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(201, body.length);
    try (var out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  private static void silent(HttpExchange exchange) {
    try (exchange) {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void an_order_costs_no_more_than_its_budget() throws Exception {
    // The next checkpoint, after which each page is logged whole, is far then.
    TestPostgres.awaitDrops();
    execute("checkpoint");
    buy(TOGETHER, 10, true); // Classes are loaded, plans are made, tables have their pages.
    Counters.Rate idle = idle();
    Map<String, Double> costs = new LinkedHashMap<>();
    costs.putAll(costs("bought.alone", 1, 100, true, idle));
    costs.remove("bought.alone.statements"); // Consumers take one order or two at a time.
    costs.put("bought.one.statements", oneByOne(idle));
    costs.putAll(costs("placed.together", TOGETHER, 30, false, idle));
    costs.putAll(costs("bought.together", TOGETHER, 20, true, idle));
    System.out.println("counted costs of an order: " + costs);
    Properties budget = budget();
    assertThat(costs.keySet()).isEqualTo(budget.stringPropertyNames());
    assertThat(costs)
        .allSatisfy((name, cost) ->
            assertThat(cost)
                .as(
                    "%s, of which budget.properties allows %s; statements an order:%n%s",
                    name,
                    budget.getProperty(name),
                    most.get(name.substring(0, name.lastIndexOf('.'))))
                .isLessThanOrEqualTo(Double.parseDouble(budget.getProperty(name))));
  }

  private static Properties budget() throws IOException {
    Properties budget = new Properties();
    try (InputStream in = BudgetTest.class.getResourceAsStream("budget.properties")) {
      budget.load(Objects.requireNonNull(in));
    }
    return budget;
  }

  /** Counters that only grow. */
  private record Counters(
      long nanos, long statements, long walBytes, long messages, long allocatedBytes) {
    static Counters now() throws Exception {
      return new Counters(
          System.nanoTime(),
          number(
              "select sum(calls)::bigint from pg_stat_statements s"
                  + " join pg_database d on d.oid = s.dbid where d.datname = current_database()"
                  + " and not starts_with(s.query, '/* test */')"),
          // Of the statements, not of the cluster: autovacuum works on what other tests have left.
          number(
              "select sum(wal_bytes)::bigint from pg_stat_statements s"
                  + " join pg_database d on d.oid = s.dbid where d.datname = current_database()"
                  + " and not starts_with(s.query, '/* test */')"),
          sent(),
          THREADS.getTotalThreadAllocatedBytes() - allocatedByTest());
    }

    /** What the relay was acknowledged: a message that is sent again costs again. */
    private static long sent() throws IOException, InterruptedException {
      URI metrics = URI.create("http://127.0.0.1:" + program.apiPort() + "/metrics");
      HttpRequest request = HttpRequest.newBuilder(metrics).timeout(TestLimits.PATIENCE).build();
      try (HttpClient client = HttpClient.newHttpClient()) {
        return client
            .send(request, HttpResponse.BodyHandlers.ofString())
            .body()
            .lines()
            .filter(line -> line.startsWith("tidegate_relay_sent_total "))
            .map(line -> (long) Double.parseDouble(line.substring(line.indexOf(' '))))
            .findFirst()
            .orElseThrow();
      }
    }

    /** What one counter grew by, beyond what it grows by when nothing happens. */
    private static double beyond(long before, long after, double idlePerNano, long nanos) {
      return after - before - idlePerNano * nanos;
    }

    /** What is counted in each nanosecond in which nobody buys. */
    record Rate(double statements, double walBytes, double allocatedBytes) {
      static Rate between(Counters before, Counters after) {
        double nanos = after.nanos() - before.nanos();
        return new Rate(
            (after.statements() - before.statements()) / nanos,
            (after.walBytes() - before.walBytes()) / nanos,
            (after.allocatedBytes() - before.allocatedBytes()) / nanos);
      }
    }
  }

  /** How much polling goes on anyway: on a slow machine more of it falls on each order. */
  private static Counters.Rate idle() throws Exception {
    Counters before = Counters.now();
    TimeUnit.NANOSECONDS.sleep(IDLE.toNanos());
    return Counters.Rate.between(before, Counters.now());
  }

  /** How often each statement ran. */
  private static Map<String, Long> calls() throws SQLException {
    Map<String, Long> calls = new HashMap<>();
    try (Statement statement = database.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "/* test */ select query, calls from pg_stat_statements s"
                    + " join pg_database d on d.oid = s.dbid where d.datname = current_database()"
                    + " and not starts_with(s.query, '/* test */')")) {
      while (rows.next()) {
        calls.merge(rows.getString(1), rows.getLong(2), Long::sum);
      }
    }
    return calls;
  }

  /** A line for each of the statements that ran most often since, the most frequent first. */
  private static String most(Map<String, Long> before, double orders) throws SQLException {
    Map<String, Long> since = calls();
    since.replaceAll((query, calls) -> calls - before.getOrDefault(query, 0L));
    return since.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .limit(40)
        .map(one ->
            "%8.2f %.120s".formatted(one.getValue() / orders, one.getKey().replaceAll("\\s+", " ")))
        .collect(Collectors.joining("\n"));
  }

  private static long allocatedByTest() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread ->
            thread.equals(Thread.currentThread()) || thread.getName().startsWith("budget"))
        .mapToLong(thread -> THREADS.getThreadAllocatedBytes(thread.threadId()))
        .sum();
  }

  /** Statements of orders of which each has all that follows it before the next is placed. */
  private static double oneByOne(Counters.Rate idle) throws Exception {
    Map<String, Long> callsBefore = calls();
    Counters before = Counters.now();
    for (int i = 0; i < ONE_BY_ONE; i++) {
      buy(1, 1, true);
    }
    Counters after = Counters.now();
    most.put("bought.one", most(callsBefore, ONE_BY_ONE));
    return Counters.beyond(
            before.statements(),
            after.statements(),
            idle.statements(),
            after.nanos() - before.nanos())
        / ONE_BY_ONE;
  }

  private static Map<String, Double> costs(
      String name, int clients, int each, boolean paid, Counters.Rate idle) throws Exception {
    Map<String, Long> calls = calls();
    Counters before = Counters.now();
    buy(clients, each, paid);
    Counters after = Counters.now();
    long nanos = after.nanos() - before.nanos();
    double orders = (double) clients * each;
    most.put(name, most(calls, orders));
    Map<String, Double> costs = new LinkedHashMap<>();
    costs.put(
        name + ".statements",
        Counters.beyond(before.statements(), after.statements(), idle.statements(), nanos)
            / orders);
    costs.put(
        name + ".walBytes",
        Counters.beyond(before.walBytes(), after.walBytes(), idle.walBytes(), nanos) / orders);
    costs.put(name + ".messages", (after.messages() - before.messages()) / orders);
    costs.put(
        name + ".allocatedBytes",
        Counters.beyond(
                before.allocatedBytes(), after.allocatedBytes(), idle.allocatedBytes(), nanos)
            / orders);
    return costs;
  }

  /** Customers place and perhaps pay; returns when all that follows is done. */
  private static void buy(int clients, int each, boolean paid) throws Exception {
    ExecutorService threads =
        Executors.newFixedThreadPool(clients, r -> new Thread(r, "budget-client"));
    try {
      List<Future<Integer>> all = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        all.add(threads.submit(() -> customer(each, paid)));
      }
      for (Future<Integer> one : all) {
        assertThat(one.get()).isEqualTo(each);
      }
      await()
          .atMost(TestLimits.PATIENCE)
          .pollInterval(Duration.ofMillis(100))
          .until(BudgetTest::undone, n -> n == 0);
    } finally {
      threads.shutdownNow();
    }
    // What they have allocated counts as the test's own only as long as they live.
    assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
  }

  /** Returns how many orders were done. */
  private static int customer(int orders, boolean paid) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(
        new SecretKeySpec(program.sandboxSecret().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    int done = 0;
    try (RawClient client = new RawClient(program.apiPort())) {
      for (int i = 0; i < orders; i++) {
        int key = keys.incrementAndGet();
        String caller = "Authorization: Bearer " + tokens.get(key % USERS) + "\r\n";
        RawClient.Answer order =
            client.post("/v1/orders", caller + "Idempotency-Key: \"o" + key + "\"\r\n", body(key));
        assertThat(order.status()).as(order.body()).isEqualTo(201);
        if (paid) {
          pay(client, mac, caller, order.text("number"), key);
        }
        done++;
      }
    }
    return done;
  }

  private static String body(int key) {
    return "{\"items\":[{\"sku\":\""
        + skus.get(key % skus.size())
        + "\",\"quantity\":1},{\"sku\":\""
        + skus.get((key + 1) % skus.size())
        + "\",\"quantity\":1}],\"address\":{\"name\":\"Test\",\"phone\":\"13800000000\","
        + "\"region\":\"330106\",\"line\":\"1\"}}";
  }

  private static void pay(RawClient client, Mac mac, String caller, String number, int key)
      throws IOException {
    RawClient.Answer payment =
        client.post(
            "/v1/orders/" + number + "/payments",
            caller + "Idempotency-Key: \"p" + key + "\"\r\n",
            "{\"provider\":\"sandbox\"}");
    assertThat(payment.status()).as(payment.body()).isEqualTo(201);
    String before = "\"amount\":{\"amount\":";
    int from = payment.body().indexOf(before) + before.length();
    String amount = payment.body().substring(from, payment.body().indexOf(',', from));
    String notice =
        "{\"merchant\":\"tidegate-demo\",\"payment\":\""
            + payment.text("id")
            + "\",\"amount\":"
            + amount
            + ",\"currency\":\"CNY\",\"type\":\"payment.captured\",\"transaction\":\"T"
            + key
            + "\",\"capturedAt\":\""
            + Instant.now()
            + "\",\"notify\":\"N"
            + key
            + "\"}";
    String time = Long.toString(Instant.now().getEpochSecond());
    String signature =
        HexFormat.of()
            .formatHex(mac.doFinal((time + "." + notice).getBytes(StandardCharsets.UTF_8)));
    RawClient.Answer taken =
        client.post(
            "/v1/callbacks/sandbox",
            "Sandbox-Timestamp: " + time + "\r\nSandbox-Signature: " + signature + "\r\n",
            notice);
    assertThat(taken.body()).isEqualTo("success");
  }

  /** Deliveries of paid orders to the five consumers that are not done, and events not relayed. */
  private static long undone() throws SQLException {
    return number(
        "select (select count(*) from messaging.log where type = 'order.paid.v1') * "
            + CONSUMERS.size()
            + " - (select coalesce(sum(bit_count(bits)), 0) from (select bit_or(bits) as bits"
            + " from messaging.receipt where consumer in ('"
            + String.join("', '", CONSUMERS)
            + "') group by consumer, range) r)"
            // By its snapshot, since what commits late lies below the highest published position.
            + " + (select count(*) from messaging.log l, messaging.relay r"
            + " where l.position > r.base and l.xid >= pg_snapshot_xmin(r.snapshot)"
            + " and not pg_visible_in_snapshot(l.xid, r.snapshot))");
  }

  private static long number(String sql) throws SQLException {
    return Long.parseLong(texts(sql).getFirst());
  }

  private static void execute(String sql) throws SQLException {
    try (Statement statement = database.createStatement()) {
      statement.execute("/* test */ " + sql);
    }
  }

  private static List<String> texts(String sql) throws SQLException {
    try (Statement statement = database.createStatement();
        ResultSet rows = statement.executeQuery("/* test */ " + sql)) {
      List<String> all = new ArrayList<>();
      while (rows.next()) {
        all.add(rows.getString(1));
      }
      return all;
    }
  }
}
