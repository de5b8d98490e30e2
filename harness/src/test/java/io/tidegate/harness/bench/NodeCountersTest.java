package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What the nodes of a system tell is summed, each from when it was added. */
final class NodeCountersTest {
  /** A node's metrics, which say what they are told to. */
  private static final class Node implements AutoCloseable {
    private final HttpServer server;
    private final SystemUnderTest system;
    private final AtomicReference<String> metrics = new AtomicReference<>("");

    Node(String told) throws Exception {
      metrics.set(told);
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/metrics",
          exchange -> {
            byte[] body = metrics.get().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
          });
      server.start();
      system =
          SystemUnderTest.running(
              URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
              null,
              "jdbc:x",
              Path.of("tokens"),
              1);
    }

    @Override
    public void close() throws IOException {
      server.stop(0);
      system.close();
    }
  }

  private static String metrics(long allocated, long sent) {
    return "# HELP x\n"
        + NodeCounters.ALLOCATED
        + " "
        + (double) allocated
        + "\n"
        + NodeCounters.SENT
        + " "
        + sent
        + "\n"
        + NodeCounters.ROWS_KEPT
        + " "
        + 2 * sent
        + "\n";
  }

  @Test
  void nodes_count_from_when_they_were_added_and_stay_counted() throws Exception {
    try (Node first = new Node(metrics(1_000, 10));
        Node second = new Node(metrics(500, 3));
        NodeCounters counters = new NodeCounters(first.system)) {
      assertThat(counters.told())
          .containsEntry(NodeCounters.ALLOCATED, 1_000L)
          .containsEntry(NodeCounters.SENT, 10L);
      counters.add(second.system);
      assertThat(counters.told()).containsEntry(NodeCounters.ALLOCATED, 1_000L);
      first.metrics.set(metrics(2_000, 20));
      second.metrics.set(metrics(900, 7));
      assertThat(counters.told())
          .containsEntry(NodeCounters.ALLOCATED, 2_400L)
          .containsEntry(NodeCounters.SENT, 24L)
          .containsEntry(NodeCounters.ROWS_KEPT, 48L)
          .doesNotContainKey(NodeCounters.ROWS_READ);
      counters.remove(second.system);
      second.metrics.set(metrics(99_999, 99_999));
      assertThat(counters.told())
          .containsEntry(NodeCounters.ALLOCATED, 2_400L)
          .containsEntry(NodeCounters.SENT, 24L);
    }
  }

  @Test
  void a_node_without_a_relay_sends_nothing_and_what_none_has_is_absent() throws Exception {
    try (Node first = new Node(NodeCounters.SENT + " 5\n");
        Node second = new Node("nothing 1\n");
        NodeCounters counters = new NodeCounters(first.system)) {
      counters.add(second.system);
      assertThat(counters.told()).containsOnly(Map.entry(NodeCounters.SENT, 5L));
    }
  }

  @Test
  void where_one_does_not_answer_there_is_no_sum() throws Exception {
    try (Node first = new Node(metrics(1_000, 10));
        Node second = new Node(metrics(500, 3));
        NodeCounters counters = new NodeCounters(first.system)) {
      counters.add(second.system);
      second.server.stop(0);
      assertThat(counters.told()).isEmpty();
    }
  }
}
