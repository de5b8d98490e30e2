package io.tidegate.platform.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections: as many and as slow as they may be, what they may bring, and how they end. */
class HttpConnectionsTest {
  private static final TestServer SERVER = new TestServer(HttpConnectionsTest::things);

  @AfterAll
  static void close() {
    SERVER.close();
  }

  private static void things(Router router) {
    router.get("/things/{id}", Access.open(), r -> Reply.text(200, r.path("id")));
    router.post("/echo", Access.raw(), r -> Reply.bytes(200, "x/y", r.body()));
  }

  @Test
  void oneRequestTooManyIsRefusedAtOnceAndARunningOneFinishesBeforeTheEnd() {
    var entered = new CountDownLatch(1);
    var leave = new CountDownLatch(1);
    Routes slow =
        router ->
            router.get(
                "/slow",
                Access.open(),
                _ -> {
                  entered.countDown();
                  leave.await();
                  return Reply.text(200, "finished");
                });
    var server = new TestServer(HttpSettings.onPort(0).withConcurrencyMax(1), slow);
    var answer = CompletableFuture.supplyAsync(() -> server.get("/slow"));
    await().until(() -> entered.getCount() == 0);
    HttpResponse<String> refused = server.get("/slow");
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.headers().firstValue("retry-after")).isPresent();
    var closed = CompletableFuture.runAsync(server.server::close);
    await()
        .until(() -> {
          try (Socket _ = server.socket()) {
            return false;
          } catch (IOException e) {
            return true;
          }
        });
    leave.countDown();
    assertThat(answer.join().body()).isEqualTo("finished");
    closed.join();
    server.close();
  }

  @Test
  void aPortInUseIsOneClearError() {
    var settings = HttpSettings.onPort(SERVER.server.port());
    assertThatThrownBy(() -> new TestServer(settings))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("cannot listen on 127.0.0.1:" + SERVER.server.port());
  }

  @Test
  void aBodyThatNeverArrivesIsToldAndEndsItsConnectionAndNoOther() throws IOException {
    var settings =
        HttpSettings.onPort(0)
            .withTimes(
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(15));
    try (var server = new TestServer(settings, HttpConnectionsTest::things)) {
      String answer = server.raw("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nab");
      assertThat(answer)
          .startsWith("HTTP/1.1 408 ")
          .contains("application/problem+json", "request_timeout", "\"instance\":\"/echo\"");
      assertThat(server.post("/echo", "still here").body()).isEqualTo("still here");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "G",
        "GET /things/7 HTTP/1.1\r\n",
        "GET /things/7 HTTP/1.1\r\nHost: x\r\nAccept: a",
        "GET /things/7 HTTP/1.1\r\nHost: x\r\n\r\nGET /things/8 HT"
      })
  void aHeadThatIsBegunAndNeverCompleteIsToldAndEndsItsConnection(String begun) throws IOException {
    var settings =
        HttpSettings.onPort(0)
            .withTimes(
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                Duration.ofSeconds(2),
                Duration.ofSeconds(15));
    try (var server = new TestServer(settings, HttpConnectionsTest::things)) {
      assertThat(server.raw(begun))
          .contains("HTTP/1.1 408 ", "application/problem+json", "\"instance\":\"urn:");
      assertThat(server.get("/things/still-here").body()).isEqualTo("still-here");
    }
  }

  /** Whoever sends its heads in pieces, and in time, is served, over and over. */
  @Test
  void headsInPiecesAreServed() throws Exception {
    try (Socket socket = SERVER.socket()) {
      var out = socket.getOutputStream();
      var in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      for (int i = 0; i < 3; i++) {
        for (String piece :
            List.of("GET /thi", "ngs/7 HTTP/1.1\r", "\nHost: x\r\nAcc", "ept: a\r\n", "\r\n")) {
          out.write(piece.getBytes(StandardCharsets.US_ASCII));
          out.flush();
        }
        readUntil(in, "HTTP/1.1 200 OK");
        readUntil(in, "");
        assertThat(in.read()).isEqualTo('7');
      }
    }
  }

  @Test
  void whatIsTooLongSaysWhichPart() throws IOException {
    assertThat(SERVER.raw("GET /things/" + "x".repeat(5_000) + " HTTP/1.1\r\nHost: x\r\n\r\n"))
        .startsWith("HTTP/1.1 414 ")
        .contains("application/problem+json", "uri_too_long", "\"instance\":\"urn:");
    for (String headers :
        List.of("A: " + "x".repeat(20_000) + "\r\n", "A: xxxxxxxxxxxxxxxx\r\n".repeat(1_000))) {
      assertThat(SERVER.raw("GET /things/7 HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n"))
          .startsWith("HTTP/1.1 431 ")
          .contains("application/problem+json", "headers_too_long", "\"instance\":\"/things/7\"");
    }
  }

  @Test
  void aStreamSendsEventsAndHeartbeatsAndEndsWithTheServer() throws IOException {
    var offered = new SynchronousQueue<String>();
    var ended = new CountDownLatch(1);
    Routes streams =
        router ->
            router.get(
                "/stream",
                Access.open(),
                _ ->
                    Reply.sse(stream -> {
                      try {
                        stream.retry(Duration.ofSeconds(3));
                        stream.send("8", "state", "after " + stream.lastEventId());
                        while (stream.open()) {
                          stream.send(null, null, offered.take());
                        }
                      } finally {
                        ended.countDown();
                      }
                    }));
    var settings =
        HttpSettings.onPort(0)
            .withTimes(
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ofSeconds(2),
                Duration.ofMillis(100));
    var server = new TestServer(settings, streams);
    try (Socket socket = server.socket()) {
      socket
          .getOutputStream()
          .write(
              "GET /stream HTTP/1.1\r\nHost: x\r\nLast-Event-ID: 7\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      var lines =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      readUntil(lines, "retry: 3000");
      readUntil(lines, "id: 8");
      readUntil(lines, "data: after 7");
      readUntil(lines, ":");
      readUntil(lines, ":");
      server.close();
      await().until(() -> ended.getCount() == 0);
    }
  }

  private static void readUntil(BufferedReader lines, String wanted) throws IOException {
    String line = lines.readLine();
    while (!wanted.equals(line)) {
      assertThat(line).as("before " + wanted).isNotNull();
      line = lines.readLine();
    }
  }

  @Test
  void aStreamEndsWhenTheClientGoes() throws IOException {
    var ended = new CountDownLatch(1);
    Routes streams =
        router ->
            router.get(
                "/stream",
                Access.open(),
                _ ->
                    Reply.sse(_ -> {
                      try {
                        new CountDownLatch(1).await();
                      } finally {
                        ended.countDown();
                      }
                    }));
    var settings =
        HttpSettings.onPort(0)
            .withTimes(
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ofSeconds(2),
                Duration.ofMillis(50));
    try (var server = new TestServer(settings, streams)) {
      try (Socket socket = server.socket()) {
        socket
            .getOutputStream()
            .write("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(socket.getInputStream().read()).isEqualTo('H');
      }
      await().until(() -> ended.getCount() == 0);
    }
  }
}
