package io.tidegate.harness.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.tidegate.harness.chaos.Journey.Step;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever makes a round ready is told to come again like anybody, and does. */
final class ArenaTest {
  private final List<String> asked = new CopyOnWriteArrayList<>();

  @FunctionalInterface
  private interface Round {
    void on(Arena arena) throws Exception;
  }

  /** A shop that answers so many requests of each kind with this status, and then does them. */
  private void at(int status, int times, Round test) throws Exception {
    HttpServer server = shop(status, times);
    URI api = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    Wishes wishes = new Wishes(List.of("token"), List.of("A", "B"), 1, "busy");
    try (EvidenceReader reader = new EvidenceReader("jdbc:nowhere", api);
        Arena arena =
            new Arena(new Arena.Ground(api, api, api, "", "unknown", "staff"), wishes, reader)) {
      test.on(arena);
    } finally {
      server.stop(0);
    }
  }

  private HttpServer shop(int status, int times) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          String what =
              exchange.getRequestURI().getPath()
                  + " "
                  + exchange.getRequestHeaders().getFirst("Idempotency-Key");
          asked.add(what);
          boolean does = asked.stream().filter(what::equals).count() > times;
          byte[] body =
              (does
                      ? "{\"number\":\"7\",\"id\":\"7\",\"state\":\"open\"}"
                      : "{\"code\":\"in_progress\"}")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(does ? 201 : status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return server;
  }

  @ParameterizedTest
  @ValueSource(ints = {409, 429, 503})
  void what_is_prepared_is_tried_again_under_its_key(int status) throws Exception {
    at(
        status,
        2,
        arena -> {
          Journey journey = arena.journey(Journey.Plan.START_AND_CANCEL);
          for (Step step : journey.plan().steps()) {
            arena.must(arena.a(), step, journey);
            assertThat(journey.done(step)).isTrue();
          }
        });
    assertThat(asked).as("each thrice").hasSize(9);
    assertThat(asked.stream().distinct()).as("the same").hasSize(3);
  }

  @Test
  void so_is_a_sale() throws Exception {
    at(
        503,
        1,
        arena -> {
          SaleCounter.Terms terms = new SaleCounter.Terms(1, 1, 1, Instant.EPOCH);
          SaleCounter counter = new SaleCounter("staff");
          assertThat(counter.open(List.of(arena.a()), "A", terms).id()).isEqualTo("7");
        });
    assertThat(asked.stream().filter(what -> what.startsWith("/v1/admin/"))).hasSize(4);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 500})
  void any_other_answer_fails_the_round_at_once(int status) throws Exception {
    at(
        status,
        1,
        arena -> {
          Journey journey = arena.journey(Journey.Plan.LEAVE);
          assertThatThrownBy(() -> arena.must(arena.a(), Step.PLACE, journey))
              .isInstanceOf(ChaosFailure.class)
              .hasMessageContaining("PLACE");
        });
    assertThat(asked).hasSize(1);
  }

  @Test
  void whoever_is_turned_away_for_too_long_stays_so() throws Exception {
    Answer busy = new Answer.Unknown("status 503", 503);
    AtomicInteger sent = new AtomicInteger();
    Town.Request again =
        () -> {
          assertThat(sent.incrementAndGet()).as("sent again").isOne();
          return busy;
        };
    assertThat(TurnedAway.again(busy, again, Duration.ofMillis(1))).isEqualTo(busy);
  }
}
