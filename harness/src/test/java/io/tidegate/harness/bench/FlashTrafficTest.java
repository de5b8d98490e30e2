package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tidegate.harness.load.Load;
import io.tidegate.harness.load.LoadGenerator;
import io.tidegate.harness.load.Tally;
import io.tidegate.harness.load.Traffic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Buyers of a sale ask as the API wants it, and what they are told is counted as what it is. */
final class FlashTrafficTest {
  private static final String SALE = "/v1/flash-sales/7";

  private final Customers customers = new Customers("x", List.of("U1", "U2", "U3", "U4"));
  private final Set<String> keys = ConcurrentHashMap.newKeySet();
  private final Set<String> wrong = ConcurrentHashMap.newKeySet();
  private final AtomicInteger orders = new AtomicInteger();
  private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.close();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().toString();
    String user = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    if (path.equals(SALE + "/token")) {
      send(exchange, 200, "{\"token\":\"of " + user + "\",\"expiresAt\":\"\"}");
    } else if (path.equals(SALE + "/orders")) {
      order(exchange, user, JsonMapper.shared().readTree(body));
    } else if (path.startsWith("/v1/flash-tickets/")) {
      ticket(exchange, path.substring(path.lastIndexOf('/') + 1), user);
    } else {
      wrong.add(path);
      send(exchange, 404, "{}");
    }
  }

  private void order(HttpExchange exchange, String user, JsonNode order) throws IOException {
    if (!keys.add(exchange.getRequestHeaders().getFirst("Idempotency-Key"))) {
      wrong.add("a key came twice");
    }
    if (!order.path("token").asString("").equals("of " + user)) {
      wrong.add("another's token: " + order);
    }
    if (!order.path("sku").asString("").equals("S-1") || order.path("quantity").asInt(0) != 1) {
      wrong.add("another thing: " + order);
    }
    int n = orders.getAndIncrement();
    switch (n % 5) {
      case 0 -> send(exchange, 201, "{\"number\":\"" + (100 + n) + "\"}");
      case 1 -> send(exchange, 202, "{\"ticket\":\"" + user.substring(7) + "." + n + "\"}");
      case 2 -> send(exchange, 409, "{\"code\":\"sold_out\"}");
      case 3 -> send(exchange, 503, "{\"code\":\"overloaded\"}");
      default -> send(exchange, 500, "{}");
    }
  }

  /** Each is waiting when it is first asked for; then every second one has won. */
  private void ticket(HttpExchange exchange, String ticket, String user) throws IOException {
    if (!ticket.startsWith(user.substring(7))) {
      wrong.add("another's ticket: " + ticket);
    }
    int times = asked.computeIfAbsent(ticket, _ -> new AtomicInteger()).getAndIncrement();
    boolean wins = Integer.parseInt(ticket.substring(3)) % 2 == 1;
    String state = times == 0 ? "waiting" : wins ? "won" : "lost";
    send(exchange, 200, "{\"state\":\"" + state + "\"}");
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    try (var out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  private Tally run(Traffic traffic, long requests) throws IOException {
    return LoadGenerator.run(
        new Load(
            List.of(server.getAddress()),
            3,
            new Load.UpTo(requests),
            Duration.ofSeconds(20),
            Duration.ofSeconds(10)),
        traffic,
        _ -> {});
  }

  @Test
  void an_offer_is_looked_at_by_its_own_clock() throws Exception {
    byte[][] tokens = {Ascii.of("of U1")};
    SaleStand.Sale sale = SaleStand.sale("7", "S-1", Instant.EPOCH, tokens);
    FlashTraffic traffic = new FlashTraffic(sale, customers, 1, 1);
    Duration length = Duration.ofMillis(50);
    FutureTask<Long> looked =
        new FutureTask<>(() -> FlashOverload.atEnd(length, traffic, System::nanoTime));
    threads.execute(looked);
    assertThatThrownBy(() -> looked.get(200, TimeUnit.MILLISECONDS))
        .as("its connections are still made")
        .isInstanceOf(TimeoutException.class);
    long begun = System.nanoTime();
    traffic.begin(0);
    assertThat(looked.get() - begun).isGreaterThanOrEqualTo(length.toNanos());
  }

  @Test
  void what_a_sale_may_say_is_no_failure() throws IOException {
    SaleStand.Sale sale =
        SaleStand.sale("7", "S-1", Instant.EPOCH, tokens(new TokenTraffic(customers, "7", 3)));
    FlashTraffic traffic = new FlashTraffic(sale, customers, 3, 1);
    Tally tally = run(traffic, 50);
    Report report = new Report("flash", Instant.EPOCH);
    report.refusedFairly("sale_", List.of(tally), traffic.all(), FlashTraffic.REFUSALS);
    report.refusedFairly("capped_", List.of(tally), traffic.all(), Set.of());
    assertThat(ReportTable.verdicts(report.json()).lines().filter(line -> !line.isEmpty()))
        .containsExactly(
            "BROKEN sale_every_request_was_answered_or_refused: wanted 0, got 10",
            "BROKEN capped_every_request_was_answered_or_refused: wanted 0, got 10",
            "BROKEN capped_nobody_was_refused_without_a_fair_reason: wanted 0, got 10");
  }

  private byte[][] tokens(TokenTraffic traffic) throws IOException {
    run(traffic, customers.count());
    return traffic.tokens();
  }

  @Test
  void every_customer_has_a_token_buys_with_it_and_asks_for_the_tickets() throws IOException {
    TokenTraffic tokens = new TokenTraffic(customers, "7", 3);
    run(tokens, customers.count());
    assertThat(tokens.fetched()).isEqualTo(4);
    SaleStand.Sale sale = SaleStand.sale("7", "S-1", Instant.EPOCH, tokens.tokens());
    FlashTraffic traffic = new FlashTraffic(sale, customers, 3, 1);
    run(traffic, 50);
    assertThat(wrong).isEmpty();
    assertThat(keys).hasSize(50);
    assertThat(traffic.tickets()).hasSize(10);
    assertThat(traffic.created()).isEqualTo(10);
    assertThat(traffic.perhapsCreated()).as("answered 500").isEqualTo(10);
    assertThat(traffic.all().refused()).containsExactly(Map.entry("sold_out", 10L));
    assertThat(traffic.all().shed()).isEqualTo(10);

    TicketTraffic first = new TicketTraffic(customers, traffic.tickets(), 3);
    run(first, 10);
    assertThat(first.waiting()).hasSameElementsAs(traffic.tickets());
    TicketTraffic second = new TicketTraffic(customers, first.waiting(), 3);
    run(second, 10);
    assertThat(second.waiting()).isEmpty();
    assertThat(second.won()).isEqualTo(5);
    traffic.settled(second.won(), 1);
    assertThat(traffic.created()).isEqualTo(15);
    assertThat(traffic.perhapsCreated()).isEqualTo(11);
    assertThat(wrong).isEmpty();
  }
}
