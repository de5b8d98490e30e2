package io.tidegate.harness.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.tidegate.harness.chaos.Duel.Winner;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who buys in a sale and is turned away comes again, when nobody is there to be met any more. */
final class SaleDuelsTest {
  private static final String ORDERS = "/v1/flash-sales/7/orders";

  private final List<Finding> findings = new ArrayList<>();

  /** Whether it is the contenders' turn: what is prepared is done at once. */
  private volatile boolean raced;

  /** A shop that does everything, each order of a sale at the second asking where it is busy. */
  private HttpServer shop(boolean busy) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    Set<String> keys = ConcurrentHashMap.newKeySet();
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          String key = String.valueOf(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
          boolean order = exchange.getRequestURI().getPath().equals(ORDERS);
          boolean away = busy && raced && order && keys.add(key);
          byte[] body =
              "{\"number\":\"7\",\"id\":\"7\",\"token\":\"t\",\"state\":\"open\"}"
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(away ? 503 : 201, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return server;
  }

  private Winner raced(int duel, boolean busy) throws Exception {
    HttpServer server = shop(busy);
    URI api = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    Wishes wishes = new Wishes(List.of("token"), List.of("A", "B"), 1, "sale");
    try (EvidenceReader reader = new EvidenceReader("jdbc:nowhere", api);
        Arena arena =
            new Arena(new Arena.Ground(api, api, api, "", "unknown", "staff"), wishes, reader)) {
      Duel race = SaleDuels.all(arena, Collections.nCopies(SaleDuels.skusNeeded(), "A")).get(duel);
      raced = false;
      race.begin();
      Duel.Bout bout = race.prepare(0, 0);
      raced = true;
      return bout.judge(bout.first().call(), bout.second().call(), findings::add);
    } finally {
      server.stop(0);
    }
  }

  /** A piece comes back, is added, a sale is stopped, and ends by its time. */
  @ParameterizedTest
  @CsvSource({"0, FIRST", "1, FIRST", "2, SECOND", "3, SECOND"})
  void a_buyer_who_was_turned_away_is_settled_and_has_met_nobody(int duel, Winner bought)
      throws Exception {
    assertThat(raced(duel, false)).isEqualTo(bought);
    assertThat(raced(duel, true)).isEqualTo(Winner.NEITHER);
    assertThat(findings).isEmpty();
  }
}
