package io.tidegate.examples.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What one parcel hears is its own affair, and only what is signed is leave. */
final class FloorTest {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
  private static final String OTHER = "whsec_OTg3NjU0MzIxMDk4NzY1NDMyMTA5ODc2NTQzMjEwOTg=";

  /** What the other side answers. */
  private record Answer(int status, String body, String secret) {}

  private interface Script {
    Answer on(String parcel, String state);
  }

  @TempDir private Path folder;
  private HttpServer server;
  private Book book;
  private Floor floor;
  private Tidegate tidegate;
  private volatile Script script = FloorTest::leave;
  private final List<String> reports = new CopyOnWriteArrayList<>();

  @BeforeEach
  void open() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
    book = new Book(folder.resolve("book"));
    tidegate =
        new Tidegate(
            URI.create("http://127.0.0.1:" + server.getAddress().getPort()), new Signature(SECRET));
    floor = new Floor(book, tidegate, Duration.ZERO);
  }

  @AfterEach
  void close() throws IOException {
    server.stop(0);
    tidegate.close();
    book.close();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode asked = JSON.readTree(exchange.getRequestBody().readAllBytes());
      String parcel = asked.path("parcel").asString();
      String state = asked.path("state").asString();
      reports.add(
          asked.path("type").asString()
              + " "
              + parcel
              + " "
              + asked.path("ticket").asString()
              + " "
              + state);
      Answer answer = script.on(parcel, state);
      byte[] said = answer.body().getBytes(StandardCharsets.UTF_8);
      if (!answer.secret().isEmpty()) {
        new Signature(answer.secret())
            .sign(exchange.getRequestHeaders().getFirst(Signature.ID), said)
            .forEach(exchange.getResponseHeaders()::set);
      }
      exchange.sendResponseHeaders(answer.status(), said.length == 0 ? -1 : said.length);
      exchange.getResponseBody().write(said);
    }
  }

  private static Answer leave(String parcel, String state) {
    return new Answer(200, said(parcel, state), SECRET);
  }

  private static String said(String parcel, String state) {
    return "{\"outcome\":\"applied\",\"parcel\":\"" + parcel + "\",\"state\":\"" + state + "\"}";
  }

  private void picked(String name) {
    JsonNode order = JSON.readTree("{\"ticket\":\"t\",\"items\":[]}");
    Parcel parcel = book.add(Parcel.accepted(name, order, 1));
    book.change(parcel, seen -> seen.in(State.PICKED, 1).toldOf(State.PICKED));
  }

  private State state(String name) {
    return book.find(name).orElseThrow().state();
  }

  @Test
  void only_a_signed_answer_to_this_report_is_leave() throws Exception {
    List<Script> worthless =
        List.of(
            (parcel, state) -> new Answer(200, said(parcel, state), ""),
            (parcel, state) -> new Answer(200, said(parcel, state), OTHER),
            (_, state) -> new Answer(200, said("9S9", state), SECRET),
            (parcel, _) -> new Answer(200, said(parcel, "picked"), SECRET),
            (_, _) -> new Answer(200, "<html>", SECRET),
            (_, _) -> new Answer(409, "<html>", SECRET),
            (_, _) -> new Answer(409, "{\"code\":\"cancelled\"}", ""),
            (_, _) -> new Answer(404, "{}", ""));
    for (int i = 0; i < worthless.size(); i++) {
      script = worthless.get(i);
      picked(i + "S1");
      assertThat(floor.round()).as("answer %s", i).isFalse();
      assertThat(state(i + "S1")).isEqualTo(State.PICKED);
    }
    script = FloorTest::leave;
    picked("100S1");
    assertThat(floor.round()).isTrue();
    assertThat(state("100S1")).isEqualTo(State.PACKED);
    assertThat(reports).last().isEqualTo("parcel.report 100S1 t packed");
  }

  @Test
  void the_others_go_on_whatever_the_oldest_hears() throws Exception {
    picked("1S1");
    picked("2S1");
    picked("3S1");
    picked("4S1");
    picked("5S1");
    script =
        (parcel, state) ->
            switch (parcel) {
              case "1S1" -> new Answer(404, "{}", SECRET);
              case "2S1" -> new Answer(400, "{}", SECRET);
              case "3S1" ->
                  new Answer(409, "{\"code\":\"goods_missing\",\"parcel\":\"3S1\"}", SECRET);
              case "4S1" ->
                  new Answer(409, "{\"code\":\"told_to_another\",\"parcel\":\"4S1\"}", SECRET);
              default -> leave(parcel, state);
            };
    assertThat(floor.round()).isTrue();
    assertThat(state("5S1")).isEqualTo(State.PACKED);
    assertThat(state("4S1")).isEqualTo(State.PICKED);
    assertThat(state("3S1")).isEqualTo(State.PICKED);
    floor.round();
    assertThat(reports).filteredOn(report -> report.contains(" 1S1 ")).hasSize(1); // given up
    assertThat(reports).filteredOn(report -> report.contains(" 4S1 ")).hasSize(1);
    // Told again by another ticket it goes on.
    script = FloorTest::leave;
    book.retell(book.find("4S1").orElseThrow(), "u");
    floor.round();
    assertThat(state("4S1")).isEqualTo(State.PACKED);
  }

  @Test
  void one_that_nobody_answers_lets_the_others_pass_in_the_next_round() throws Exception {
    picked("1S1");
    picked("2S1");
    script =
        (parcel, state) -> parcel.equals("1S1") ? new Answer(500, "", "") : leave(parcel, state);
    assertThat(floor.round()).isFalse();
    assertThat(floor.round()).isTrue();
    assertThat(state("2S1")).isEqualTo(State.PACKED);
  }

  /** The report under way is of the old ticket: Tidegate waits to hear by the new one. */
  @Test
  void what_is_told_again_meanwhile_is_reported_by_its_new_ticket() throws Exception {
    picked("1S1");
    book.change(book.find("1S1").orElseThrow(), seen -> seen.in(State.DELIVERED, 1));
    script =
        (parcel, state) -> {
          if (reports.size() == 1) {
            book.retell(book.find(parcel).orElseThrow(), "u");
          }
          return leave(parcel, state);
        };
    floor.round();
    assertThat(book.open()).extracting(Parcel::name).containsExactly("1S1");
    floor.round();
    assertThat(reports).last().isEqualTo("parcel.report 1S1 u delivered");
    assertThat(book.open()).isEmpty();
  }
}
