package io.tidegate.platform.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.identity.Caller;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpServerTest {
  private static final Cursors CURSORS = new Cursors(new byte[32]);
  private static final TestServer SERVER =
      new TestServer(
          HttpServerTest::things,
          HttpServerTest::failures,
          new HealthRoutes(
              () -> new ReadyCheck.Readiness(Map.of("api", true, "broker", false), true)));

  @AfterAll
  static void close() {
    SERVER.close();
  }

  private static void things(Router router) {
    router.get("/things/{id}", Access.open(), r -> Reply.text(200, r.path("id")));
    router.delete("/things/{id}", Access.open(), _ -> Reply.noContent());
    router.get("/things/special", Access.open(), _ -> Reply.text(200, "the special one"));
    router.get("/numbers/{n}", Access.open(), r -> Reply.text(200, "" + r.pathNumber("n")));
    router.get("/list", Access.open(), HttpServerTest::list).paged().query("state");
    router.get("/mine", Access.customer(), r -> Reply.text(200, "" + r.caller().customer()));
    router.get("/staff", Access.staff("admin", "support"), _ -> Reply.text(200, "in"));
    router.get("/events", Access.scope("events"), _ -> Reply.text(200, "in"));
    router.post("/echo", Access.raw(), r -> Reply.bytes(200, "x/y", r.body()));
    router.post("/keyed", Access.customer(), HttpServerTest::keyed);
    router.post("/form", Access.open(), r -> Reply.text(200, r.form().required("a", 9)));
    router.get("/tag", Access.open(), HttpServerTest::tagged);
    router.put("/tag", Access.open(), HttpServerTest::tagged);
    router.get("/trace", Access.open(), r -> Reply.text(200, r.traceparent()));
  }

  private static void failures(Router router) {
    router.get(
        "/fails",
        Access.open(),
        _ -> {
          throw new IllegalStateException("secret detail");
        });
    router.post(
        "/order",
        Access.open(),
        r -> {
          Fields body = r.json();
          String sku = body.string("sku", 8);
          body.check();
          throw Problem.conflict("price_changed", "It costs more now")
              .with(json -> json.money("current", 5, "CNY").field("sku", sku));
        });
  }

  private static Reply list(Request request) {
    long after = CURSORS.position(request).orElse(0);
    List<Long> rows =
        LongStream.rangeClosed(after + 1, 5).limit(request.limit() + 1L).boxed().toList();
    return Page.reply(request, CURSORS, rows, Long::longValue, (json, n) -> json.value(n));
  }

  private static Reply keyed(Request request) {
    IdempotencyKey key = request.idempotencyKey();
    return Reply.text(201, key.high() + ":" + key.low()).replayed();
  }

  private static Reply tagged(Request request) {
    var tag = new EntityTag(3, "abc");
    if (request.method().equals("PUT")) {
      Long version = EntityTag.requiredIfMatch(request);
      if (version != null && version != 3) {
        throw Problem.preconditionFailed();
      }
      return Reply.noContent();
    }
    EntityTag.checkIfMatch(request, 3);
    return (tag.known(request) ? Reply.empty(304) : Reply.text(200, "body"))
        .header("ETag", tag.header());
  }

  private static HttpResponse<String> bearer(String path, String token) {
    return SERVER.send(SERVER.request(path).header("Authorization", "Bearer " + token));
  }

  private static HttpResponse<String> with(String path, String name, String value) {
    return SERVER.send(SERVER.request(path).header(name, value));
  }

  @Test
  void routesAreFoundByMethodAndPath() {
    assertThat(SERVER.get("/things/7").body()).isEqualTo("7");
    assertThat(SERVER.get("/things/special").body()).isEqualTo("the special one");
    assertThat(SERVER.get("/things/%E8%8C%B6%20x").body()).isEqualTo("茶 x");
    assertThat(SERVER.send(SERVER.request("/things/7").DELETE()).statusCode()).isEqualTo(204);
    HttpResponse<String> head = SERVER.send(SERVER.request("/things/7").HEAD());
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.headers().firstValue("content-length")).contains("1");
    assertThat(SERVER.server.routes())
        .extracting(Route::toString)
        .contains("GET /things/{id}", "POST /order");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/nothing",
        "/things",
        "/things/",
        "/things/7/",
        "/things/%00",
        "/things/%ff",
        "/numbers/0",
        "/numbers/x",
        "/numbers/-1",
        "/numbers/99999999999999999999",
        "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r"
      })
  void anUnknownPathIsAProblem(String path) {
    HttpResponse<String> response = SERVER.get(path);
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.headers().firstValue("content-type")).contains("application/problem+json");
    assertThat(response.body())
        .contains("\"code\":\"not_found\"", "\"status\":404", "\"traceId\":\"", "\"instance\":");
  }

  @Test
  void aWrongMethodIsAProblemThatSaysWhichIsRight() {
    HttpResponse<String> response =
        SERVER.send(SERVER.request("/things/7").PUT(HttpRequest.BodyPublishers.noBody()));
    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("allow")).contains("DELETE, GET");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/list?colour=red",
        "/list?state=a&state=b",
        "/list?limit=0",
        "/list?limit=101",
        "/list?limit=x",
        "/list?limit=",
        "/list?state=%ff",
        "/list?state=%00",
        "/list?after=x",
        "/list?after=AAAA",
        "/things/7?x=1"
      })
  void aBadQueryIsA400(String path) {
    HttpResponse<String> response = SERVER.get(path);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("\"code\":\"invalid_request\"", "\"pointer\":\"?");
  }

  @Test
  void pagesFollowEachOtherAndForeignCursorsAreRefused() {
    HttpResponse<String> first = SERVER.get("/list?limit=2&state=a%26b");
    assertThat(first.body()).startsWith("{\"data\":[1,2],\"next\":\"");
    String link = first.headers().firstValue("link").orElseThrow();
    assertThat(link).endsWith(">; rel=\"next\"");
    String next = link.substring(1, link.indexOf('>'));
    HttpResponse<String> second = SERVER.get(next);
    assertThat(second.body()).startsWith("{\"data\":[3,4],");
    String last = second.headers().firstValue("link").orElseThrow();
    HttpResponse<String> third = SERVER.get(last.substring(1, last.indexOf('>')));
    assertThat(third.body()).isEqualTo("{\"data\":[5]}");
    assertThat(third.headers().firstValue("link")).isEmpty();

    assertThat(SERVER.get(next.replace("state=a%26b", "state=other")).statusCode()).isEqualTo(400);
    String tampered = next.replaceFirst("after=..", "after=zz");
    assertThat(SERVER.get(tampered).statusCode()).isEqualTo(400);
  }

  @Test
  void whoMayDoWhat() {
    assertThat(bearer("/mine", SERVER.customer(42)).body()).isEqualTo("42");
    assertThat(bearer("/mine", SERVER.staff("admin")).statusCode()).isEqualTo(403);
    assertThat(bearer("/staff", SERVER.staff("support")).statusCode()).isEqualTo(200);
    assertThat(bearer("/staff", SERVER.staff("finance")).statusCode()).isEqualTo(403);
    assertThat(bearer("/staff", SERVER.customer(42)).body()).contains("\"code\":\"forbidden\"");
    assertThat(bearer("/events", SERVER.customer(42)).statusCode()).isEqualTo(403);
    HttpResponse<String> none = SERVER.get("/mine");
    assertThat(none.statusCode()).isEqualTo(401);
    assertThat(none.headers().firstValue("www-authenticate")).contains("Bearer");
    HttpResponse<String> bad = bearer("/mine", "eyJhbGciOiJub25lIn0.e30.");
    assertThat(bad.statusCode()).isEqualTo(401);
    assertThat(bad.headers().firstValue("www-authenticate"))
        .contains("Bearer error=\"invalid_token\"");
    assertThat(with("/mine", "Authorization", "Basic eDp5").statusCode()).isEqualTo(401);
  }

  @Test
  void aFailureIsA500WithoutDetails() {
    HttpResponse<String> response =
        with("/fails", "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(response.body())
        .contains("\"code\":\"internal\"", "\"traceId\":\"0af7651916cd43dd8448eb211c80319c\"")
        .doesNotContain("secret", "Exception");
  }

  @Test
  void theTraceIsTakenWhenItIsValidAndMadeOtherwise() {
    String good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    assertThat(with("/trace", "traceparent", good).body()).isEqualTo(good);
    for (String bad :
        List.of(
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "x")) {
      assertThat(with("/trace", "traceparent", bad).body())
          .isNotEqualTo(bad)
          .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-00");
    }
  }

  @Test
  void aProblemCarriesItsMembers() {
    assertThat(SERVER.post("/order", "{\"sku\":\"A\"}").body())
        .contains(
            "\"code\":\"price_changed\"",
            "\"current\":{\"amount\":5,\"currency\":\"CNY\"}",
            "\"sku\":\"A\"");
    assertThat(SERVER.post("/order", "{\"sku\":7,\"x\":1}").body())
        .contains("{\"pointer\":\"/sku\",", "{\"pointer\":\"/x\",");
  }

  @Test
  void aBodyThatSaysToBeSomethingElseIsRefused() {
    HttpRequest.Builder untold =
        SERVER.request("/order").POST(HttpRequest.BodyPublishers.ofString("{\"sku\":\"A\"}"));
    HttpResponse<String> text = SERVER.send(untold.copy().header("Content-Type", "text/plain"));
    assertThat(text.statusCode()).isEqualTo(415);
    assertThat(text.body()).contains("application/json", "\"instance\":\"/order\"");
    assertThat(SERVER.send(untold.copy()).statusCode()).as("no type").isEqualTo(409);
    String usual = "application/x-www-form-urlencoded"; // what curl says when nobody asked
    assertThat(SERVER.send(untold.copy().header("Content-Type", usual)).statusCode())
        .isEqualTo(409);
    for (String other : List.of("application/xml", "text/plain", "text/plain;charset=utf-8")) {
      assertThat(SERVER.send(untold.copy().header("Content-Type", other)).statusCode())
          .as(other)
          .isEqualTo(415);
    }
    HttpRequest.Builder right =
        untold.copy().header("Content-Type", "application/json; charset=utf-8");
    assertThat(SERVER.send(right).statusCode()).isEqualTo(409);
  }

  @Test
  void bodiesComeExactlyAndWithinTheirBound() {
    byte[] most = new byte[64 * 1024];
    HttpRequest.BodyPublisher chunks =
        HttpRequest.BodyPublishers.ofByteArrays(
            List.of("ab".getBytes(StandardCharsets.UTF_8), most));
    assertThat(SERVER.post("/echo", "").body()).isEmpty();
    assertThat(SERVER.post("/echo", most).body()).hasSize(most.length);
    assertThat(
            SERVER
                .send(
                    SERVER
                        .request("/echo")
                        .POST(
                            HttpRequest.BodyPublishers.ofByteArrays(
                                List.of("ab".getBytes(StandardCharsets.UTF_8), new byte[9_000]))))
                .body())
        .hasSize(9_002);
    assertThat(SERVER.send(SERVER.request("/echo").POST(chunks)).statusCode()).isEqualTo(413);
  }

  @Test
  void tooLongABodyIsRefusedBeforeItIsSent() throws IOException {
    String answer =
        SERVER.raw("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n");
    assertThat(answer)
        .startsWith("HTTP/1.1 413")
        .contains("application/problem+json", "\"code\":\"too_large\"", "\"instance\":\"/echo\"");
    String chunk =
        SERVER.raw(
            "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n7fffffff\r\n");
    assertThat(chunk).startsWith("HTTP/1.1 413").contains("\"code\":\"too_large\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GARBAGE\r\n\r\n",
        "GET / HTTP/9.9\r\nHost: x\r\n\r\n",
        "GET /list?state=%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nBad Header: 1\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
      })
  void malformedHttpIsAProblemWithoutATrace(String text) throws IOException {
    String answer = SERVER.raw(text);
    assertThat(answer)
        .containsPattern("^HTTP/1.1 (400|505) ")
        .contains("application/problem+json", "\"instance\":\"")
        .doesNotContain("Exception", "at io.");
  }

  @Test
  void keysAreTakenQuotedAndBareAndBelongToTheirCaller() {
    String token = SERVER.customer(1);
    HttpResponse<String> bare = keyed(token, "abc");
    assertThat(bare.statusCode()).isEqualTo(201);
    assertThat(bare.headers().firstValue("idempotent-replayed")).contains("true");
    assertThat(keyed(token, "\"abc\"").body()).isEqualTo(bare.body());
    assertThat(keyed(token, "abd").body()).isNotEqualTo(bare.body());
    assertThat(keyed(SERVER.customer(2), "abc").body()).isNotEqualTo(bare.body());
    for (String bad : List.of("", "\"\"", "\"abc", "\"a\"b", "\"a\\x\"", "x".repeat(256), "a\tb")) {
      assertThat(keyed(token, bad).statusCode()).as(bad).isEqualTo(400);
    }
    HttpResponse<String> none =
        SERVER.send(
            SERVER
                .request("/keyed")
                .header("Authorization", "Bearer " + token)
                .POST(HttpRequest.BodyPublishers.noBody()));
    assertThat(none.body()).contains("\"pointer\":\"Idempotency-Key\"");
  }

  private static HttpResponse<String> keyed(String token, String key) {
    return SERVER.send(
        SERVER
            .request("/keyed")
            .header("Authorization", "Bearer " + token)
            .header("Idempotency-Key", key)
            .POST(HttpRequest.BodyPublishers.noBody()));
  }

  @Test
  void tagsAreComparedAsTheStandardSays() {
    assertThat(SERVER.get("/tag").headers().firstValue("etag")).contains("\"3.abc\"");
    for (String same : List.of("\"3.abc\"", "W/\"3.abc\"", "\"x\", \"3.abc\"", "*")) {
      assertThat(with("/tag", "If-None-Match", same).statusCode()).as(same).isEqualTo(304);
    }
    assertThat(with("/tag", "If-None-Match", "\"3.abd\"").statusCode()).isEqualTo(200);
    for (String same : List.of("\"3.abc\"", "\"3.other\"", "\"9.x\", \"3.y\"", "*")) {
      assertThat(with("/tag", "If-Match", same).statusCode()).as(same).isEqualTo(200);
    }
    for (String other : List.of("\"4.abc\"", "W/\"3.abc\"", "x", "\"99999999999999999999.a\"")) {
      assertThat(with("/tag", "If-Match", other).statusCode()).as(other).isEqualTo(412);
    }
    HttpRequest.Builder put = SERVER.request("/tag").PUT(HttpRequest.BodyPublishers.noBody());
    assertThat(SERVER.send(put).statusCode()).isEqualTo(428);
    assertThat(SERVER.send(put.copy().header("If-Match", "\"3.q\"")).statusCode()).isEqualTo(204);
    assertThat(SERVER.send(put.copy().header("If-Match", "\"2.q\"")).statusCode()).isEqualTo(412);
  }

  @Test
  void formsAreReadStrictly() {
    assertThat(form("a=%E8%8C%B6+1&b=").body()).isEqualTo("茶 1");
    for (String bad : List.of("a=1&a=2", "a=%ff", "a=%0", "b=1", "a=%00", "=1")) {
      assertThat(form(bad).statusCode()).as(bad).isEqualTo(400);
    }
  }

  private static HttpResponse<String> form(String form) {
    return SERVER.send(
        SERVER
            .request("/form")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form)));
  }

  @Test
  void healthTellsItsParts() {
    assertThat(SERVER.get("/health/ready").body())
        .isEqualTo("{\"api\":\"up\",\"broker\":\"down\"}");
    assertThat(SERVER.get("/health/live").statusCode()).isEqualTo(200);
  }

  @Test
  void requestsAreMeasuredByRouteAndNotByPath() {
    SERVER.get("/things/measured-one");
    await()
        .untilAsserted(() ->
            assertThat(SERVER.registry.scrape())
                .contains("route=\"/things/{id}\"", "status=\"200\"")
                .doesNotContain("measured-one"));
  }

  @Test
  void aCallerWithTooManyRequestsIsToldWhenToComeBack() {
    var settings = HttpSettings.onPort(0).withLimitPerUser(3);
    try (var server = new TestServer(settings, HttpServerTest::things)) {
      String token = server.customer(5);
      for (int left = 2; left >= 0; left--) {
        HttpResponse<String> ok = mine(server, token);
        assertThat(ok.statusCode()).isEqualTo(200);
        assertThat(ok.headers().firstValue("ratelimit-policy")).contains("\"default\";q=3;w=10");
        assertThat(ok.headers().firstValue("ratelimit").orElseThrow())
            .startsWith("\"default\";r=" + left + ";t=");
      }
      HttpResponse<String> over = mine(server, token);
      assertThat(over.statusCode()).isEqualTo(429);
      assertThat(over.headers().firstValue("retry-after")).isPresent();
      assertThat(mine(server, server.customer(6)).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aCustomerAndAMemberOfTheStaffWithOneNameAreTwoCallers() {
    var settings = HttpSettings.onPort(0).withLimitPerUser(1);
    try (var server = new TestServer(settings, HttpServerTest::things)) {
      String staff =
          server.tokens.issue(
              "5", Caller.Kind.STAFF, Set.of("admin"), Set.of(), Duration.ofHours(1));
      assertThat(mine(server, server.customer(5)).statusCode()).isEqualTo(200);
      assertThat(mine(server, server.customer(5)).statusCode()).isEqualTo(429);
      assertThat(
              server
                  .send(server.request("/staff").header("Authorization", "Bearer " + staff))
                  .statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void withoutATokenTheAddressIsCountedAndProvidersAreNot() {
    var settings = HttpSettings.onPort(0).withLimitPerUser(1);
    try (var server = new TestServer(settings, HttpServerTest::things)) {
      for (int i = 0; i < RateLimit.CALLERS_PER_ADDRESS; i += 2) {
        assertThat(server.get("/things/7").statusCode()).isEqualTo(200);
        assertThat(mine(server, "guessed").statusCode()).isEqualTo(401);
      }
      assertThat(mine(server, "guessed").statusCode()).isEqualTo(429);
      HttpResponse<String> over = server.get("/things/7");
      assertThat(over.statusCode()).isEqualTo(429);
      assertThat(over.headers().firstValue("retry-after")).isPresent();
      assertThat(mine(server, server.customer(6)).statusCode()).isEqualTo(200);
      assertThat(
              server
                  .send(server.request("/echo").POST(HttpRequest.BodyPublishers.ofString("x")))
                  .statusCode())
          .isEqualTo(200);
    }
  }

  private static HttpResponse<String> mine(TestServer server, String token) {
    return server.send(server.request("/mine").header("Authorization", "Bearer " + token));
  }
}
