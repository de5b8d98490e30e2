package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tidegate.harness.load.Load;
import io.tidegate.harness.load.LoadGenerator;
import io.tidegate.harness.load.Tally;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Orders are what the API asks for, each under its own key, and answers are told apart. */
final class PlaceTrafficTest {
  private static final String PROBLEM = "{\"title\":\"x\",\"code\":\"out_of_stock\"}";

  private final Set<String> keys = ConcurrentHashMap.newKeySet();
  private final Set<String> users = ConcurrentHashMap.newKeySet();
  private final Set<String> wrong = ConcurrentHashMap.newKeySet();
  private final AtomicInteger requests = new AtomicInteger();

  private void serve(HttpExchange exchange) throws IOException {
    int n = requests.getAndIncrement();
    JsonNode order = JsonMapper.shared().readTree(exchange.getRequestBody().readAllBytes());
    var headers = exchange.getRequestHeaders();
    if (!keys.add(headers.getFirst("Idempotency-Key"))) {
      wrong.add("a key came twice");
    }
    users.add(headers.getFirst("Authorization"));
    Set<String> skus = new HashSet<>();
    order.path("items").forEach(item -> skus.add(item.path("sku").asString()));
    if (skus.size() != 3 || !order.at("/address/region").asString().equals("330106")) {
      wrong.add(order.toString());
    }
    int status = List.of(201, 201, 409, 503, 500, 201).get(n % 6);
    if (n % 6 == 5) {
      exchange.getResponseHeaders().set("Idempotent-Replayed", "true");
    }
    byte[] body =
        (status == 201 ? "{}" : PROBLEM).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    try (var out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  @Test
  void every_answer_is_counted_as_what_it_is() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      server.setExecutor(threads);
      server.createContext("/v1/orders", this::serve);
      server.start();
      PlaceTraffic traffic =
          new PlaceTraffic(
              new Customers("x", List.of("T1", "T2", "T3")),
              new Basket(List.of("A", "B", "C", "D"), 3, Skew.ZIPF, new SplittableRandom(5)),
              new Keys("run"),
              new SplittableRandom(6));
      Tally tally =
          LoadGenerator.run(
              new Load(
                  List.of(server.getAddress()),
                  3,
                  new Load.AtRate(300),
                  Duration.ofMillis(400),
                  Duration.ofSeconds(10)),
              traffic,
              _ -> {});
      assertThat(wrong).isEmpty();
      assertThat(tally.sent()).isEqualTo(120).isEqualTo(keys.size());
      assertThat(users).containsExactlyInAnyOrder("Bearer T1", "Bearer T2", "Bearer T3");
      assertThat(traffic.created()).isEqualTo(40);
      assertThat(traffic.all().replayed()).isEqualTo(20);
      assertThat(traffic.all().shed()).isEqualTo(20);
      assertThat(traffic.all().failed()).isEqualTo(20);
      assertThat(traffic.all().refused()).containsExactly(java.util.Map.entry("out_of_stock", 20L));
      server.stop(0);
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_skew_draws_what_it_says(Skew skew) {
    SplittableRandom random = new SplittableRandom(1);
    Skew.Draw draw = skew.over(100);
    int[] drawn = new int[100];
    for (int i = 0; i < 10_000; i++) {
      drawn[draw.next(random, 0)]++;
    }
    switch (skew) {
      case UNIFORM -> assertThat(drawn[0]).isBetween(50, 200);
      case HOT -> assertThat(drawn[0]).isEqualTo(10_000);
      case ZIPF -> assertThat(drawn[0]).isGreaterThan(5 * drawn[9]).isGreaterThan(1_000);
    }
    assertThat(new TreeSet<>(List.of(draw.next(random, 1))).first()).isBetween(0, 99);
  }
}
