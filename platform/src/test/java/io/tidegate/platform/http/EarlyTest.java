package io.tidegate.platform.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused from a head alone, on real connections. */
class EarlyTest {
  private static final PreparedProblem GONE =
      Problem.conflict("sold_out", "Said \"gone\"").retryAfterSeconds(7).prepared();
  private static final AtomicInteger WHOLE_WAY = new AtomicInteger();
  private static final TestServer SERVER = new TestServer(EarlyTest::sales);

  @AfterAll
  static void close() {
    SERVER.close();
  }

  private static void sales(Router router) {
    router
        .post(
            "/sales/{id}/orders",
            Access.customer(),
            r -> {
              WHOLE_WAY.incrementAndGet();
              return Reply.text(201, r.pathNumber("id") + " " + r.body().length);
            })
        .query("q")
        .early(EarlyTest::look);
    router.get("/sales/{id}", Access.open(), _ -> Reply.text(200, "whole")).early(EarlyTest::look);
    router.delete("/sales/{id}", Access.open(), _ -> Reply.noContent());
    router.post("/echo", Access.raw(), r -> Reply.bytes(200, "x/y", r.body()));
  }

  /** Sale 1 is gone but for the key that is known; sale 2 goes on; sale 3 breaks. */
  private static @Nullable Reply look(Head head) {
    if (head.pathNumber("id") == 3) {
      throw new IllegalStateException("secret detail");
    }
    boolean known = "known".equals(head.idempotencyKey());
    return head.pathNumber("id") == 1 && !known ? head.refuse(GONE) : null;
  }

  private static HttpRequest.Builder order(String path) {
    return SERVER.request(path).POST(HttpRequest.BodyPublishers.ofString("{\"sku\":\"A\"}"));
  }

  @Test
  void aRefusalComesBeforeTokenQueryAndBodyInTheUsualForm() {
    String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    HttpResponse<String> refused =
        SERVER.send(order("/sales/1/orders?colour=red").header("traceparent", trace));
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(refused.headers().firstValue("content-type")).contains("application/problem+json");
    assertThat(refused.headers().firstValue("retry-after")).contains("7");
    Reply whole =
        Problem.conflict("sold_out", "Said \"gone\"")
            .retryAfterSeconds(7)
            .reply("/sales/1/orders", "0af7651916cd43dd8448eb211c80319c");
    assertThat(refused.body()).isEqualTo(new String(whole.body(), StandardCharsets.UTF_8));
    assertThat(SERVER.send(order("/sales/1/orders")).body())
        .containsPattern("\"traceId\":\"[0-9a-f]{32}\"")
        .isNotEqualTo(SERVER.send(order("/sales/1/orders")).body());
    assertThat(SERVER.send(order("/sales/2/orders")).statusCode()).isEqualTo(401);
  }

  @Test
  void whatIsNotRefusedGoesItsWholeWay() {
    int before = WHOLE_WAY.get();
    String bearer = "Bearer " + SERVER.customer(4);
    HttpResponse<String> other =
        SERVER.send(order("/sales/2/orders").header("Authorization", bearer));
    assertThat(other.body()).isEqualTo("2 11");
    HttpResponse<String> known =
        SERVER.send(
            order("/sales/1/orders")
                .header("Authorization", bearer)
                .header("Idempotency-Key", "known"));
    assertThat(known.statusCode()).isEqualTo(201);
    HttpResponse<String> noNumber =
        SERVER.send(order("/sales/01/orders").header("Authorization", bearer));
    assertThat(noNumber.statusCode()).isEqualTo(404);
    assertThat(WHOLE_WAY.get() - before).isEqualTo(3);
  }

  @Test
  void aLookThatFailsIsA500WithoutDetails() {
    HttpResponse<String> failed = SERVER.send(order("/sales/3/orders"));
    assertThat(failed.statusCode()).isEqualTo(500);
    assertThat(failed.body()).contains("\"code\":\"internal\"").doesNotContain("secret");
  }

  @Test
  void otherMethodsAreTheirOwnRoutes() {
    HttpResponse<String> head = SERVER.send(SERVER.request("/sales/1").HEAD());
    assertThat(head.statusCode()).isEqualTo(409);
    assertThat(head.body()).isEmpty();
    long length = head.headers().firstValueAsLong("content-length").orElseThrow();
    assertThat(SERVER.get("/sales/1").body()).hasSize((int) length);
    assertThat(SERVER.send(SERVER.request("/sales/1").DELETE()).statusCode()).isEqualTo(204);
    HttpResponse<String> wrong =
        SERVER.send(SERVER.request("/sales/1/orders").PUT(HttpRequest.BodyPublishers.noBody()));
    assertThat(wrong.statusCode()).isEqualTo(405);
    assertThat(wrong.headers().firstValue("allow")).contains("POST");
  }

  /** The body that nobody read must not be taken for the next request, whichever way it comes. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 44\r\n\r\nDELETE /sales/2 HTTP/1.1\r\nHost: x\r\nX: abcd\r\n",
        "Transfer-Encoding: chunked\r\n\r\n1a\r\nDELETE /sales/2 HTTP/1.1\r\n\r\n0\r\n\r\n",
        "Content-Length: 0\r\n\r\n",
        "\r\n"
      })
  void theNextRequestFollowsBehindAnUnreadBody(String framed) throws IOException {
    String refused = "POST /sales/1/orders HTTP/1.1\r\nHost: x\r\n" + framed;
    String last = "GET /sales/2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    // In one piece, as a client that pipelines sends them, and byte by byte.
    assertThat(statuses(SERVER.raw(refused + refused + last))).containsExactly("409", "409", "200");
    try (Socket socket = SERVER.socket()) {
      socket.setTcpNoDelay(true);
      for (byte one : (refused + refused + last).getBytes(StandardCharsets.US_ASCII)) {
        socket.getOutputStream().write(one);
      }
      String answers =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(statuses(answers)).containsExactly("409", "409", "200");
    }
  }

  private static List<String> statuses(String answers) {
    return Pattern.compile("HTTP/1.1 (\\d{3})")
        .matcher(answers)
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  @Test
  void aLongUnreadBodyIsTakenAndATooLongOneEndsItsConnection() throws IOException {
    String head = "POST /sales/1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: ";
    String most = head + 65_536 + "\r\n\r\n" + "x".repeat(65_536);
    String last = "GET /sales/2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    assertThat(statuses(SERVER.raw(most + last))).containsExactly("409", "200");
    assertThat(statuses(SERVER.raw(head + 65_537 + "\r\n\r\n"))).containsExactly("413");
    String chunks =
        "POST /sales/1/orders HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n20000\r\n";
    assertThat(statuses(SERVER.raw(chunks))).containsExactly("409");
  }

  @Test
  void whoWaitsToBeAskedForItsBodyIsToldThatTheConnectionEnds() throws IOException {
    String waits = "Host: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";
    String refused = SERVER.raw("POST /sales/1/orders HTTP/1.1\r\n" + waits);
    assertThat(refused).startsWith("HTTP/1.1 409").contains("Connection: close");
    try (Socket socket = SERVER.socket()) {
      var out = socket.getOutputStream();
      out.write(
          ("POST /echo HTTP/1.1\r\nConnection: close\r\n" + waits)
              .getBytes(StandardCharsets.US_ASCII));
      byte[] asked = socket.getInputStream().readNBytes(25);
      assertThat(new String(asked, StandardCharsets.US_ASCII)).startsWith("HTTP/1.1 100 ");
      out.write("hello".getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .startsWith("HTTP/1.1 200")
          .endsWith("hello");
    }
  }

  @Test
  void anUnreadBodyThatNeverComesEndsItsConnectionAfterOneAnswer() throws IOException {
    var settings =
        HttpSettings.onPort(0)
            .withTimes(
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(15));
    try (var server = new TestServer(settings, EarlyTest::sales)) {
      String answers =
          server.raw("POST /sales/1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nab");
      assertThat(statuses(answers)).containsExactly("409");
    }
  }

  @Test
  void aRouteWithABoundOfItsOwnTakesNothingOfTheServersAndIsRefusedEarlyBeyondIt() {
    var entered = new CountDownLatch(2);
    var leave = new CountDownLatch(1);
    var own = new Bulkhead(1);
    Handler waits =
        _ -> {
          entered.countDown();
          leave.await();
          return Reply.text(200, "finished");
        };
    Routes routes =
        router -> {
          router.get("/own/{id}", Access.open(), waits).bulkhead(own).early(EarlyTest::look);
          router.get("/others", Access.open(), waits);
        };
    var settings = HttpSettings.onPort(0).withConcurrencyMax(1);
    try (var server = new TestServer(settings, routes)) {
      var first = CompletableFuture.supplyAsync(() -> server.get("/own/2"));
      var second = CompletableFuture.supplyAsync(() -> server.get("/others"));
      await().until(() -> entered.getCount() == 0);
      assertThat(server.get("/own/2").statusCode()).isEqualTo(503);
      assertThat(server.get("/others").statusCode()).isEqualTo(503);
      assertThat(server.get("/own/1").statusCode()).isEqualTo(409);
      assertThat(own.inside()).isEqualTo(1);
      assertThat(own.turnedAway()).isEqualTo(1);
      leave.countDown();
      assertThat(first.join().body()).isEqualTo("finished");
      assertThat(second.join().body()).isEqualTo("finished");
      await().until(() -> own.inside() == 0);
    }
  }

  @Test
  void refusalsAreMeasuredUnderTheirRoute() {
    SERVER.send(order("/sales/1/orders"));
    await()
        .untilAsserted(() ->
            assertThat(SERVER.registry.scrape())
                .containsPattern(
                    "http_server_requests_seconds_count\\{method=\"POST\","
                        + "route=\"/sales/\\{id}/orders\",status=\"409\"} [1-9]"));
  }
}
