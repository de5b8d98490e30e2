package io.tidegate.harness.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.tidegate.harness.chaos.Duel.Winner;
import io.tidegate.harness.chaos.Journey.Step;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Twins may be told to wait, and the key says what came of them; never may there be two. */
final class PlaceDuelsTest {
  private static final Duration MAX = Duration.ofSeconds(20);
  private static final Answer.Done RAN = Told.done("number", "7");
  private static final Answer.Done REPLAY = new Answer.Done(201, RAN.body(), true);

  /** Whether it is the contenders' turn: what is prepared is done at once. */
  private final AtomicBoolean raced = new AtomicBoolean();

  /** Whether the shop turns each contender away at first. */
  private final AtomicBoolean turnsAway = new AtomicBoolean(true);

  private final List<Finding> findings = new ArrayList<>();
  private final Journey journey =
      new Journey(Journey.Plan.LEAVE, new Journey.Wish("k", "token", Map.of("A", 1), null));

  private Winner twins(Answer one, Answer other, Door door, Duration max) throws Exception {
    return PlaceDuels.twins(journey, one, other, door, max, findings::add);
  }

  private static Answer.Unknown status(int status) {
    return new Answer.Unknown("status " + status, status);
  }

  @Test
  void the_one_that_is_no_replay_ran() throws Exception {
    assertThat(twins(RAN, REPLAY, (_, _) -> REPLAY, MAX)).isEqualTo(Winner.FIRST);
    assertThat(twins(REPLAY, RAN, (_, _) -> REPLAY, MAX)).isEqualTo(Winner.SECOND);
    assertThat(findings).isEmpty();
  }

  @Test
  void one_that_is_told_of_its_twin_is_settled_by_the_key() throws Exception {
    assertThat(twins(status(409), RAN, (_, _) -> REPLAY, MAX)).isEqualTo(Winner.SECOND);
    assertThat(twins(status(409), REPLAY, (_, _) -> REPLAY, MAX)).isEqualTo(Winner.FIRST);
    assertThat(twins(RAN, status(409), (_, _) -> REPLAY, MAX)).isEqualTo(Winner.FIRST);
    assertThat(findings).isEmpty();
    assertThat(journey.done(Step.PLACE)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 503})
  void one_that_found_no_place_has_met_nobody_and_is_settled_by_the_key(int status)
      throws Exception {
    assertThat(twins(status(status), RAN, (_, _) -> REPLAY, MAX)).isEqualTo(Winner.NEITHER);
    assertThat(twins(REPLAY, status(status), (_, _) -> REPLAY, MAX)).isEqualTo(Winner.NEITHER);
    assertThat(findings).isEmpty();
    assertThat(journey.done(Step.PLACE)).isTrue();
  }

  @Test
  void both_may_have_been_turned_away() throws Exception {
    assertThat(twins(status(503), status(409), (_, _) -> RAN, MAX)).isEqualTo(Winner.NEITHER);
    assertThat(findings).isEmpty();
    assertThat(journey.number()).isEqualTo("7");
  }

  @Test
  void a_second_order_of_the_key_is_found() throws Exception {
    twins(
        status(409),
        RAN,
        (_, _) -> new Answer.Done(201, Told.done("number", "8").body(), true),
        MAX);
    assertThat(findings).extracting(Finding::kind).containsExactly(Finding.Kind.DOUBLED);
    findings.clear();
    twins(status(409), RAN, (_, _) -> RAN, MAX);
    assertThat(findings)
        .as("done anew")
        .extracting(Finding::kind)
        .containsExactly(Finding.Kind.DOUBLED);
  }

  @Test
  void a_key_that_is_never_answered_is_found() throws Exception {
    assertThat(twins(status(409), status(503), (_, _) -> status(503), Duration.ZERO))
        .isEqualTo(Winner.NEITHER);
    assertThat(findings).extracting(Finding::kind).containsExactly(Finding.Kind.UNSETTLED);
  }

  /** A shop whose every kind of request is turned away once, then done or refused. */
  private HttpServer busy(String refusal) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    Set<String> busy = ConcurrentHashMap.newKeySet();
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          String key = String.valueOf(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
          String path = exchange.getRequestURI().getPath();
          boolean get = exchange.getRequestMethod().equals("GET");
          boolean first = raced.get() && turnsAway.get() && !get && busy.add(path + key);
          boolean refused = raced.get() && path.contains(refusal);
          int status = first ? (path.contains("orders") ? 503 : 429) : refused ? 409 : 201;
          String code = path.contains("orders") ? "price_changed" : "out_of_stock";
          byte[] body =
              (refused
                      ? "{\"code\":\"" + code + "\"}"
                      : "{\"number\":\"7\",\"itemsTotal\":{\"amount\":9},\"freight\":{\"amount\":1}}")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return server;
  }

  private Winner against(String refusal, int duel) throws Exception {
    HttpServer server = busy(refusal);
    URI api = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    Wishes wishes = new Wishes(List.of("token"), List.of("A", "B"), 1, "busy");
    try (EvidenceReader reader = new EvidenceReader("jdbc:nowhere", api);
        Arena arena =
            new Arena(new Arena.Ground(api, api, api, "", "unknown", "staff"), wishes, reader)) {
      Duel race =
          PlaceDuels.all(arena, Collections.nCopies(PlaceDuels.skusNeeded(), "A")).get(duel);
      raced.set(false);
      race.begin();
      Duel.Bout bout = race.prepare(0, 0);
      raced.set(true);
      return bout.judge(bout.first().call(), bout.second().call(), findings::add);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void a_price_edit_and_an_order_that_were_turned_away_are_settled_but_have_not_met()
      throws Exception {
    assertThat(against("/v1/orders", 1)).isEqualTo(Winner.NEITHER);
    assertThat(findings).isEmpty();
    turnsAway.set(false);
    assertThat(against("/v1/orders", 1)).isEqualTo(Winner.SECOND);
    assertThat(findings).isEmpty();
  }

  @Test
  void an_order_that_was_turned_away_has_no_price_from_before_all_the_same() throws Exception {
    assertThat(against("nobody", 1)).isEqualTo(Winner.NEITHER);
    assertThat(findings)
        .singleElement()
        .asString()
        .contains("has a price that was replaced before it");
  }

  @Test
  void a_last_piece_whose_contenders_were_turned_away_is_settled_and_nobodys_win()
      throws Exception {
    assertThat(against("stock-adjustments", 2)).isEqualTo(Winner.NEITHER);
    assertThat(against("/v1/orders", 2)).isEqualTo(Winner.NEITHER);
    assertThat(findings).isEmpty();
    turnsAway.set(false);
    assertThat(against("stock-adjustments", 2)).isEqualTo(Winner.FIRST);
    assertThat(against("/v1/orders", 2)).isEqualTo(Winner.SECOND);
    assertThat(findings).isEmpty();
  }

  @Test
  void who_was_turned_away_on_either_side_has_met_nobody() {
    assertThat(TurnedAway.met(RAN, REPLAY, Winner.FIRST)).isEqualTo(Winner.FIRST);
    assertThat(TurnedAway.met(status(503), REPLAY, Winner.FIRST)).isEqualTo(Winner.NEITHER);
    assertThat(TurnedAway.met(RAN, status(429), Winner.SECOND)).isEqualTo(Winner.NEITHER);
  }

  @Test
  void a_contender_without_a_fair_answer_is_found() throws Exception {
    assertThat(TurnedAway.settled("it", status(500), () -> RAN, MAX, findings::add)).isEqualTo(RAN);
    assertThat(findings).extracting(Finding::kind).containsExactly(Finding.Kind.BROKEN);
    findings.clear();
    TurnedAway.settled("it", status(503), () -> status(503), Duration.ZERO, findings::add);
    assertThat(findings).extracting(Finding::kind).containsExactly(Finding.Kind.UNSETTLED);
  }

  @Test
  void whatever_else_is_no_twins_answer() throws Exception {
    twins(status(500), RAN, (_, _) -> REPLAY, MAX);
    twins(RAN, new Answer.Refused(409, "out_of_stock"), (_, _) -> REPLAY, MAX);
    twins(RAN, new Answer.Unknown("reset"), (_, _) -> REPLAY, MAX);
    assertThat(findings)
        .hasSize(3)
        .allSatisfy(finding -> assertThat(finding.what()).contains("twins are answered"));
  }
}
