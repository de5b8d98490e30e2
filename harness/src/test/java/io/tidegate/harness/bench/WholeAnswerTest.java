package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Of whoever answers the first lines and no more, nobody waits for the rest for ever. */
@Timeout(60)
final class WholeAnswerTest {
  private static final Duration SOON = Duration.ofMillis(500);

  private final CountDownLatch over = new CountDownLatch(1);
  private HttpServer server;

  @BeforeEach
  void open() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(task -> Thread.ofVirtual().start(task));
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          byte[] half = "{\"data\":".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, 2L * half.length);
          exchange.getResponseBody().write(half);
          exchange.getResponseBody().flush();
          try {
            over.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void close() {
    over.countDown();
    server.stop(0);
  }

  private URI api() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @Test
  void staff_do_not() {
    assertThatThrownBy(() -> new Staff(api(), "T").get("/v1/admin/x", SOON))
        .isInstanceOf(BenchFailure.class)
        .hasMessageContaining("timed out");
  }

  /** Nor when they are done with it: to close a client is to wait for what it has asked. */
  @Test
  void readers_of_reports_do_not() {
    try (ReportReader reader = new ReportReader(api(), "T", SOON)) {
      assertThatThrownBy(reader::cuts)
          .isInstanceOf(BenchFailure.class)
          .hasMessageContaining("timed out");
      assertThatThrownBy(() -> reader.ask("select 1")).isInstanceOf(BenchFailure.class);
    }
  }

  @Test
  void who_counts_what_nodes_tell_does_not() throws Exception {
    try (SystemUnderTest system =
            SystemUnderTest.running(api(), null, "jdbc:x", Path.of("tokens"), 1);
        NodeCounters counters = new NodeCounters(system, SOON)) {
      assertThat(counters.told()).isEmpty();
    }
  }

  @Test
  void who_reads_the_goods_does_not() {
    assertThatThrownBy(() -> Catalogue.skus(api(), 1, SOON))
        .isInstanceOf(BenchFailure.class)
        .hasMessageContaining("timed out");
  }
}
