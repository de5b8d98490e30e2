package io.tidegate.platform.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.platform.testing.TestCollector;
import io.tidegate.platform.testing.TestCollector.Told;
import io.tidegate.platform.trace.TraceSettings;
import io.tidegate.platform.trace.Tracer;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What finds no place while requests are traced. */
class TracedOverloadTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch leave = new CountDownLatch(1);
  private TestCollector collector;
  private Tracer tracer;
  private TestServer server;

  @BeforeEach
  void open() throws Exception {
    collector = new TestCollector();
    tracer =
        Tracer.to(
            new TraceSettings(collector.url(), 1, LONG, "test", "one"), new SimpleMeterRegistry());
    server =
        new TestServer(
            HttpSettings.onPort(0).withConcurrencyMax(1),
            tracer,
            router ->
                router.get(
                    "/wait",
                    Access.open(),
                    _ -> {
                      entered.countDown();
                      leave.await();
                      return Reply.text(200, "waited");
                    }));
  }

  @AfterEach
  void close() {
    leave.countDown();
    server.close();
    tracer.close();
    collector.close();
  }

  @Test
  void itGoesItsOrdinaryWayAndItsSpanIsTold() throws IOException {
    CompletableFuture<HttpResponse<String>> inside =
        CompletableFuture.supplyAsync(() -> server.get("/wait"));
    await().atMost(LONG).until(() -> entered.getCount() == 0);
    try (Socket plain = server.socket()) { // the client of tests asks for an upgrade, too
      plain.getOutputStream().write("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
      String begin = "HTTP/1.1 503 ";
      assertThat(plain.getInputStream().readNBytes(begin.length())).asString().isEqualTo(begin);
    }
    assertThat(server.server.turnedAway()).isZero();
    Told refused = await().atMost(LONG).until(this::told, some -> !some.isEmpty()).getFirst();
    assertThat(refused.attributes()).containsEntry("http.response.status_code", "503");
    leave.countDown();
    assertThat(inside.join().body()).isEqualTo("waited");
  }

  private List<Told> told() {
    return collector.told().stream().filter(span -> span.name().equals("GET /wait")).toList();
  }
}
