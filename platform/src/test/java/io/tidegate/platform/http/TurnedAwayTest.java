package io.tidegate.platform.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that come while their bound is full, on real connections. */
class TurnedAwayTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String BODY = "{\"sku\":\"A\"}";

  private final CountDownLatch leave = new CountDownLatch(1);
  private final CountDownLatch entered = new CountDownLatch(1);
  private final AtomicInteger handled = new AtomicInteger();
  private final Bulkhead own = new Bulkhead(1);
  private final Bulkhead polls = new Bulkhead(1);
  private final TestServer server = new TestServer(settings(), this::routes);
  private final CompletableFuture<HttpResponse<String>> inside;

  TurnedAwayTest() {
    inside = CompletableFuture.supplyAsync(() -> server.get("/wait"));
    await().until(() -> entered.getCount() == 0);
  }

  private static HttpSettings settings() {
    return HttpSettings.onPort(0).withConcurrencyMax(1);
  }

  private void routes(Router router) {
    router.get(
        "/wait",
        Access.open(),
        _ -> {
          entered.countDown();
          leave.await();
          return Reply.text(200, "waited");
        });
    router.post(
        "/orders",
        Access.customer(),
        request -> {
          handled.incrementAndGet();
          return Reply.text(201, request.header("Idempotency-Key") + " " + request.body().length);
        });
    router.post("/own/{id}", Access.raw(), _ -> Reply.text(200, "own")).bulkhead(own);
    router.get("/polls", Access.raw(), _ -> Reply.text(200, "polled")).query("a").bulkhead(polls);
    router
        .post("/early/{id}", Access.customer(), _ -> Reply.text(200, "early"))
        .early(head -> head.pathNumber("id") == 1 ? Reply.text(409, "seen") : null);
  }

  @AfterEach
  void close() {
    leave.countDown();
    assertThat(inside.join().body()).isEqualTo("waited");
    server.close();
  }

  private static String order(String more) {
    return post("/orders", more, BODY);
  }

  private static String post(String path, String more, String body) {
    String head = "POST " + path + " HTTP/1.1\r\nHost: x\r\n" + more;
    return head + "Content-Length: " + body.length() + "\r\n\r\n" + body;
  }

  /** One answer, as it was sent. */
  private record Answer(String statusLine, Map<String, String> headers, String body) {}

  /** A connection that is kept. */
  private static final class Client implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;

    Client(TestServer server) throws IOException {
      socket = server.socket();
      in = socket.getInputStream();
    }

    void send(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    Answer ask(String text) throws IOException {
      send(text);
      return answer();
    }

    Answer answer() throws IOException {
      String statusLine = line();
      Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      for (String line = line(); !line.isEmpty(); line = line()) {
        int colon = line.indexOf(": ");
        assertThat(headers.put(line.substring(0, colon), line.substring(colon + 2))).isNull();
      }
      int length = Integer.parseInt(String.valueOf(headers.get("Content-Length")));
      return new Answer(
          statusLine, headers, new String(in.readNBytes(length), StandardCharsets.UTF_8));
    }

    private String line() throws IOException {
      var line = new StringBuilder();
      for (int b = in.read(); b != '\n'; b = in.read()) {
        assertThat(b).as("the connection goes on").isNotNegative();
        line.append((char) b);
      }
      assertThat(line).endsWith("\r");
      return line.substring(0, line.length() - 1);
    }

    boolean isEnded() throws IOException {
      return in.read() < 0;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private static String withoutDate(Answer answer) {
    Map<String, String> headers = new TreeMap<>(answer.headers());
    assertThat(headers.remove("Date")).matches("\\w{3}, \\d\\d? \\w{3} \\d{4} [\\d:]{8} GMT");
    return answer.statusLine() + headers + answer.body();
  }

  @Test
  void itIsRefusedFromItsBytesInTheUsualFormAndItsConnectionGoesOn() throws IOException {
    try (var client = new Client(server)) {
      String trace = "traceparent: 00-" + TRACE + "-b7ad6b7169203331-01\r\n";
      Answer refused = client.ask(order(trace));
      assertThat(refused.statusLine()).isEqualTo("HTTP/1.1 503 Service Unavailable");
      assertThat(refused.headers())
          .containsEntry("Content-Type", "application/problem+json")
          .containsEntry("Retry-After", "1");
      assertThat(refused.body())
          .isEqualTo(
              "{\"type\":\"urn:tidegate:problem:overloaded\",\"title\":\"Too much to do just now\","
                  + "\"status\":503,\"detail\":\"Nothing was done\",\"instance\":\"/orders\","
                  + "\"code\":\"overloaded\",\"traceId\":\""
                  + TRACE
                  + "\",\"retryAfter\":1}");
      assertThat(server.server.turnedAway()).isEqualTo(1);
      // An ordinary reader's answer is the same but for its date.
      Answer ordinary = client.ask(order(trace + "Connection: Keep-Alive , x\r\n"));
      assertThat(server.server.turnedAway()).isEqualTo(1);
      assertThat(withoutDate(ordinary)).isEqualTo(withoutDate(refused));
      assertThat(client.ask(order("")).body()).containsPattern("\"traceId\":\"[0-9a-f]{32}\"");
      assertThat(client.ask(order("")).body()).isNotEqualTo(client.ask(order("")).body());
      assertThat(server.server.turnedAway()).isEqualTo(4);
    }
    assertThat(handled).hasValue(0);
  }

  @Test
  void neitherTokenNorRateNorHandlerIsLookedAtAndTheKeyIsGoodLater() throws IOException {
    String key = "Idempotency-Key: \"k\"\r\nAuthorization: Bearer ";
    try (var client = new Client(server)) {
      Answer nobody = client.ask(order(key + "forged\r\n"));
      assertThat(nobody.statusLine()).startsWith("HTTP/1.1 503 ");
      assertThat(nobody.headers()).doesNotContainKey("RateLimit");
      String good = order(key + server.customer(1) + "\r\n");
      assertThat(client.ask(good).statusLine()).startsWith("HTTP/1.1 503 ");
      assertThat(server.server.turnedAway()).isEqualTo(2);
      assertThat(handled).hasValue(0);
      leave.countDown();
      inside.join();
      await()
          .untilAsserted(() ->
              assertThat(client.ask(good))
                  .satisfies(placed -> {
                    assertThat(placed.statusLine()).startsWith("HTTP/1.1 201 ");
                    assertThat(placed.body()).isEqualTo("\"k\" 11");
                  }));
      assertThat(handled).hasValue(1);
      assertThat(client.ask(order(key + "forged\r\n")).statusLine()).startsWith("HTTP/1.1 401 ");
    }
  }

  @Test
  void refusalsAreCountedUnderTheirRouteAndTheirBound() throws IOException {
    try (var client = new Client(server)) {
      client.ask(post("/own/7", "", "x"));
      await().until(own::enter); // an answer is there before its place is free
      assertThat(server.registry.get("http.server.in.flight").gauge().value())
          .as("the one that waits, and the one in a bound of its own")
          .isEqualTo(2);
      Answer refused = client.ask(post("/own/8", "", "x"));
      assertThat(refused.statusLine()).startsWith("HTTP/1.1 503 ");
      assertThat(refused.body()).contains("\"instance\":\"/own/8\"");
      own.leave();
      assertThat(client.ask(post("/own/9", "", "x")).statusLine()).startsWith("HTTP/1.1 200 ");
      assertThat(client.ask(order("")).statusLine()).startsWith("HTTP/1.1 503 ");
    }
    assertThat(own.turnedAway()).isEqualTo(1);
    assertThat(server.server.turnedAway()).isEqualTo(2);
    await()
        .untilAsserted(() ->
            assertThat(server.registry.scrape())
                .contains(count("/own/{id}", 503) + " 1")
                .contains(count("/own/{id}", 200) + " 2")
                .contains(count("/orders", 503) + " 1"));
  }

  private static String count(String route, int status) {
    return "http_server_requests_seconds_count{method=\"POST\",route=\""
        + route
        + "\",status=\""
        + status
        + "\"}";
  }

  @Test
  void whatItsRouteLooksAtFirstAndWhatIsNotKnownGoesItsOrdinaryWay() throws IOException {
    try (var client = new Client(server)) {
      assertThat(client.ask(post("/early/1", "", "x")).body()).isEqualTo("seen");
      assertThat(client.ask(post("/early/2", "", "x")).statusLine()).startsWith("HTTP/1.1 503 ");
      assertThat(client.ask(post("/nothing", "", "x")).statusLine()).startsWith("HTTP/1.1 503 ");
      assertThat(client.ask(post("/wait", "", "x")).statusLine()).startsWith("HTTP/1.1 503 ");
    }
    assertThat(server.server.turnedAway()).isZero();
  }

  /** A bound that is full for long, as that of long polls is, makes nobody look at all requests. */
  @Test
  void theOwnBoundOfARouteWithAQueryIsLookedAtByTheOrdinaryReaderAlone() throws IOException {
    leave.countDown();
    inside.join();
    String poll = "GET /polls HTTP/1.1\r\nHost: x\r\n\r\n";
    try (var client = new Client(server)) {
      await().until(() -> client.ask(post("/own/1", "", "x")).statusLine().contains(" 200 "));
      assertThat(polls.enter()).isTrue();
      assertThat(client.ask(poll).statusLine()).startsWith("HTTP/1.1 503 ");
      polls.leave();
      assertThat(client.ask(poll).statusLine()).startsWith("HTTP/1.1 200 ");
    }
    assertThat(server.server.turnedAway()).isZero();
    assertThat(polls.turnedAway()).isEqualTo(1);
  }

  /** However a request comes, one answer follows for each, and the next one is not lost. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 44\r\n\r\nDELETE /own/2 HTTP/1.1\r\nHost: x\r\nX: abcdef\r\n",
        "Transfer-Encoding: chunked\r\n\r\n18\r\nDELETE /own/2 HTTP/1.1\r\n\r\n0\r\n\r\n",
        "X: y\r\nContent-Length: 0\r\n\r\n",
        "\r\n"
      })
  void theNextRequestFollowsHoweverThisOneComes(String framed) throws IOException {
    String one = "POST /orders HTTP/1.1\r\nHost: x\r\n" + framed;
    String last = "POST /own/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    assertThat(statuses(server.raw(one + one + last))).containsExactly("503", "503", "200");
    try (var client = new Client(server)) { // in pieces, each a little longer than the last
      for (int length = 1; length <= one.length(); length += 7) {
        client.send(one.substring(0, length));
        client.send(one.substring(length));
        assertThat(client.answer().statusLine()).startsWith("HTTP/1.1 503 ");
        assertThat(client.ask(order("")).statusLine()).startsWith("HTTP/1.1 503 ");
      }
      client.send(last);
      assertThat(client.answer().statusLine()).startsWith("HTTP/1.1 200 ");
      assertThat(client.isEnded()).isTrue();
    }
    assertThat(handled).hasValue(0);
  }

  private static List<String> statuses(String answers) {
    List<String> all = new ArrayList<>();
    Matcher found = Pattern.compile("HTTP/1.1 (\\d{3})").matcher(answers);
    while (found.find()) {
      all.add(found.group(1));
    }
    return all;
  }

  @Test
  void longBodiesAndThoseWhoCloseAreAnsweredAsEver() throws IOException {
    assertThat(statuses(server.raw(order("Connection: close\r\n")))).containsExactly("503");
    String waits = "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n";
    String refused = server.raw("POST /orders HTTP/1.1\r\nHost: x\r\n" + waits);
    assertThat(refused).startsWith("HTTP/1.1 503").contains("Connection: close");
    try (var client = new Client(server)) {
      Answer whole = client.ask(post("/orders", "", "x".repeat(65_536)));
      assertThat(whole.statusLine()).startsWith("HTTP/1.1 503 ");
      assertThat(client.ask(order("")).statusLine()).startsWith("HTTP/1.1 503 ");
      Answer tooLong =
          client.ask("POST /orders HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\n\r\n");
      assertThat(tooLong.statusLine()).startsWith("HTTP/1.1 413 ");
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void aServerThatStopsEndsConnectionsThatWereTurnedAway() throws IOException {
    try (var client = new Client(server)) {
      assertThat(client.ask(order("")).statusLine()).startsWith("HTTP/1.1 503 ");
      assertThat(server.server.turnedAway()).isEqualTo(1);
      var stopped = CompletableFuture.runAsync(server.server::close);
      assertThat(client.isEnded()).isTrue();
      leave.countDown();
      assertThat(stopped).succeedsWithin(Duration.ofSeconds(20));
    }
  }
}
