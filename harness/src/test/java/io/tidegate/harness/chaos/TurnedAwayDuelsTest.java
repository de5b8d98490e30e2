package io.tidegate.harness.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.tidegate.harness.chaos.Duel.Winner;
import io.tidegate.harness.chaos.Journey.Step;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whichever side of a duel is turned away comes again; whatever else it is told is found. */
@Timeout(120)
final class TurnedAwayDuelsTest {
  private static final String NOBODY = "nobody";

  /** A request that comes so long after a moment was sent after it. */
  private static final Duration SURELY = Duration.ofSeconds(1);

  private static final Pattern ENDS_AT = Pattern.compile("\"endsAt\":\"([^\"]+)\"");

  private final List<Finding> findings = new ArrayList<>();
  private final Set<String> seen = ConcurrentHashMap.newKeySet();
  private final Map<String, Integer> numbers = new ConcurrentHashMap<>();

  /** Whether it is the contenders' turn: what is prepared is done at once. */
  private volatile boolean raced;

  /** Of the contenders' requests those that are answered so at first. */
  private volatile String away = NOBODY;

  private volatile int status = 503;

  /** Those that are refused with this code. */
  private volatile String refused = NOBODY;

  private volatile String code = "";

  /** Whether whoever buys is turned away until the end of the sale that was planned last. */
  private volatile boolean awayUntilEnd;

  private volatile Instant end = Instant.EPOCH;

  /** Whether buyers are told what they were told before. */
  private volatile boolean replays;

  private HttpServer server;
  private EmptyDatabase database;
  private EvidenceReader reader;
  private Arena arena;

  @BeforeEach
  void open() throws IOException, SQLException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          planned(exchange.getRequestBody().readAllBytes());
          String path = exchange.getRequestURI().getPath();
          String key = String.valueOf(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
          String what = exchange.getRequestMethod() + " " + path + " " + key;
          boolean buys = raced && path.endsWith("/7/orders");
          boolean tooEarly = buys && awayUntilEnd && !Instant.now().isAfter(end.plus(SURELY));
          boolean first = raced && what.matches(away) && seen.add(what);
          boolean refuses = raced && what.matches(refused);
          byte[] body =
              (refuses ? "{\"code\":\"" + code + "\"}" : done(path, key))
                  .getBytes(StandardCharsets.UTF_8);
          if (buys && replays) {
            exchange.getResponseHeaders().set("Idempotent-Replayed", "true");
          }
          exchange.sendResponseHeaders(
              first || tooEarly ? status : refuses ? 409 : 201, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    database = EmptyDatabase.open(this::value);
    URI api = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    reader = new EvidenceReader("jdbc:nowhere", api);
    arena =
        new Arena(
            new Arena.Ground(api, api, api, EmptyDatabase.URL, "unknown", "staff"),
            new Wishes(List.of("token"), List.of("A", "B"), 1, "busy"),
            reader);
  }

  @AfterEach
  void close() throws SQLException {
    arena.close();
    reader.close();
    database.close();
    server.stop(0);
  }

  /** Of a sale's plan its end. */
  private void planned(byte[] body) {
    Matcher told = ENDS_AT.matcher(new String(body, StandardCharsets.UTF_8));
    if (told.find()) {
      end = Instant.parse(told.group(1));
    }
  }

  /** Each order has a number of its own. */
  private String done(String path, String key) {
    int number = numbers.computeIfAbsent(key, _ -> 11 + numbers.size());
    String state =
        path.contains("/cashier/") ? "captured" : path.contains("/refunds/") ? "succeeded" : "open";
    return "{\"number\":\"%d\",\"id\":\"7\",\"token\":\"t\",\"state\":\"%s\",\"acknowledged\":true,"
            .formatted(number, state)
        + "\"total\":{\"amount\":9},\"items\":[{\"quantity\":2}]}";
  }

  /** A cancelled order, a parcel that is stopped, and a refund before its sale's end. */
  private @Nullable String value(@Nullable String sql) {
    String asked = String.valueOf(sql);
    if (asked.contains("ordering.orders")) {
      return Integer.toString(Evidence.CANCELLED);
    }
    if (asked.contains("fulfilment.shipment")) {
      return raced ? "cancelled" : "planned";
    }
    return asked.contains("messaging.log") ? "1 2" : null;
  }

  private Duel duel(String name) {
    List<Duel> all = new ArrayList<>();
    all.addAll(SaleDuels.all(arena, Collections.nCopies(SaleDuels.skusNeeded(), "A")));
    all.addAll(RefundDuels.all(arena));
    all.addAll(ProviderDuels.all(arena));
    all.addAll(PayDuels.all(arena));
    all.addAll(MoneyDuels.all(arena));
    return all.stream().filter(duel -> duel.name().equals(name)).findFirst().orElseThrow();
  }

  private Winner race(String name) throws Exception {
    Duel duel = duel(name);
    raced = false;
    duel.begin();
    Duel.Bout bout = duel.prepare(0, 0);
    raced = true;
    return bout.judge(bout.first().call(), bout.second().call(), findings::add);
  }

  @ParameterizedTest
  @CsvSource({
    "sale piece released/sale buy, .*/cancel .*, nobody, ''",
    "sale piece released/sale buy, .*/flash-sales/7/orders .*, nobody, ''",
    "sale piece released/sale buy, .*/flash-sales/7/orders .*, .*/7/orders .*, sold_out",
    "sale adds a piece/sale buy, .*/stock .*, nobody, ''",
    "sale adds a piece/sale buy, .*/flash-sales/7/orders .*, nobody, ''",
    "sale stopped/sale buy, .*/stop .*, nobody, ''",
    "sale stopped/sale buy, .*/flash-sales/7/orders .*, nobody, ''",
    "sale stopped/sale buy, .*/stop .*, .*/7/orders .*, stopped",
    "sale ends/sale buy, .*/flash-sales/7/orders .*, nobody, ''",
    "sale refund/sale ends, .*-back.*, nobody, ''",
    "refund/ship, .*-back.*|.*/pack .*, .*/pack .*, stopped",
    "refund/ship-confirm, .*-back.*, nobody, ''",
    "refund a/refund b, .*-back-a.*, .*-back-a.*, over_refund",
    "refund a/refund b, .*-back-[ab].*, .*-back-b.*, not_refundable",
    "part a/part b, .*-back-b.*, .*-back-b.*, already_shipped",
    "callback/refund, .*-back.*, nobody, ''",
    "callback/refund, .*-back.*, .*-back.*, already_shipped"
  })
  void a_side_that_is_turned_away_is_settled_and_has_met_nobody(
      String name, String side, String refuses, String why) throws Exception {
    refused = refuses;
    code = why;
    assertThat(race(name)).as("nobody is turned away").isNotEqualTo(Winner.NEITHER);
    findings.clear();
    away = side;
    assertThat(race(name)).isEqualTo(Winner.NEITHER);
    assertThat(seen).as("whom it was about").isNotEmpty();
    assertThat(findings).isEmpty();
    assertThat(arena.history())
        .allSatisfy(
            journey -> assertThat(journey.answer(Step.PLACE)).isNotInstanceOf(Answer.Unknown.class))
        .allSatisfy(journey -> assertThat(journey.answer(Step.PLACE)).isNotNull());
  }

  @ParameterizedTest
  @CsvSource({
    "sale piece released/sale buy, FIRST",
    "sale adds a piece/sale buy, FIRST",
    "sale stopped/sale buy, SECOND",
    "sale ends/sale buy, SECOND"
  })
  void who_has_bought_came_after_the_piece_and_before_the_end(String name, Winner winner)
      throws Exception {
    assertThat(race(name)).isEqualTo(winner);
    assertThat(findings).isEmpty();
  }

  /** Turned away before the end, and sold to at the same request after it. */
  @Test
  void a_sale_after_its_end_is_found_where_the_buyer_came_again() throws Exception {
    awayUntilEnd = true;
    assertThat(race("sale ends/sale buy")).isEqualTo(Winner.NEITHER);
    assertThat(findings).singleElement().asString().contains("was sold to after the end of");
  }

  @Test
  void what_was_sold_before_its_end_may_be_told_after_it() throws Exception {
    awayUntilEnd = true;
    replays = true;
    assertThat(race("sale ends/sale buy")).isEqualTo(Winner.NEITHER);
    assertThat(findings).isEmpty();
  }

  /** Else an order of the buyer's is one that nobody was told of. */
  @ParameterizedTest
  @ValueSource(strings = {"sale piece released/sale buy", "sale adds a piece/sale buy"})
  void a_buyer_is_noted_whatever_the_other_side_is_told(String name) throws Exception {
    refused = ".*/(cancel|stock) .*";
    code = "internal";
    assertThat(race(name)).isEqualTo(Winner.NEITHER);
    assertThat(findings).extracting(Finding::kind).containsExactly(Finding.Kind.BROKEN);
    assertThat(arena.history().getLast().number()).isNotNull();
    findings.clear();
    refused = NOBODY;
    away = ".*/(cancel|stock) .*";
    status = 500;
    assertThat(race(name)).isEqualTo(Winner.NEITHER);
    assertThat(findings).singleElement().asString().contains("is answered", "status 500");
    assertThat(arena.history().getLast().number()).isNotNull();
  }

  @Test
  void a_sale_whose_stop_is_turned_away_is_stopped_in_the_end() throws Exception {
    Duel duel = duel("sale piece released/sale buy");
    duel.begin();
    raced = true;
    away = ".*/stop .*";
    duel.end();
    assertThat(seen).hasSize(SaleDuels.LANES);
  }

  @Test
  void sales_that_cannot_be_stopped_keep_no_other_from_it() throws Exception {
    Duel duel = duel("sale piece released/sale buy");
    duel.begin();
    raced = true;
    away = ".*/stop .*";
    status = 500;
    // None is stopped, and each was asked for.
    assertThatThrownBy(duel::end)
        .isInstanceOf(ChaosFailure.class)
        .hasMessageStartingWith("sales are not stopped: ");
    assertThat(seen).hasSize(SaleDuels.LANES);
  }

  @Test
  void of_sales_that_were_not_begun_none_is_stopped() throws Exception {
    raced = true;
    away = ".*/stop .*";
    duel("sale piece released/sale buy").end();
    assertThat(seen).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "pay/cancel, .*/cancel .*",
    "callback/answer, .*-pay-1.*",
    "callback/visible, .*-pay-1.*"
  })
  void so_is_who_cancels_or_starts_a_payment(String name, String side) {
    away = side;
    // It is settled, and only then held against what is there, which is nowhere.
    assertThatThrownBy(() -> race(name))
        .isInstanceOf(ChaosFailure.class)
        .hasMessageContaining("what is there cannot be read");
    assertThat(seen).isNotEmpty();
    assertThat(findings).isEmpty();
    Journey journey = arena.history().getLast();
    assertThat(journey.done(name.endsWith("cancel") ? Step.CANCEL : Step.START_PAYMENT)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"time-out/answer when done", "success/reversal", "refund a/refund b"})
  void a_refund_that_is_not_taken_was_shipped_or_is_found(String name) throws Exception {
    refused = ".*-back.*";
    code = "already_shipped";
    assertThat(race(name)).isEqualTo(Winner.NEITHER);
    away = ".*-back.*";
    assertThat(race(name)).isEqualTo(Winner.NEITHER);
    assertThat(findings).isEmpty();
    status = 500;
    assertThat(race(name)).isEqualTo(Winner.NEITHER);
    assertThat(findings)
        .isNotEmpty()
        .allSatisfy(finding -> assertThat(finding.what()).contains("status 500"));
    findings.clear();
    away = NOBODY;
    code = "not_refundable";
    assertThat(race(name)).isEqualTo(Winner.NEITHER);
    assertThat(findings)
        .isNotEmpty()
        .allSatisfy(finding -> assertThat(finding.what()).contains("is refused: not_refundable"));
  }
}
