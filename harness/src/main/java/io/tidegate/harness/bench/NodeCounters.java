package io.tidegate.harness.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the nodes of a system count of themselves: their processes' CPU, and what they tell in their
 * metrics. One that is added counts from then on, and stays counted when it is removed.
 */
final class NodeCounters implements AutoCloseable {
  static final String ALLOCATED = "tidegate_jvm_allocated_bytes_total";
  static final String SENT = "tidegate_relay_sent_total";
  static final String ROWS_KEPT = "tidegate_order_list_rows_total{from=\"kept\"}";
  static final String ROWS_READ = "tidegate_order_list_rows_total{from=\"read\"}";

  private static final List<String> FIGURES = List.of(ALLOCATED, SENT, ROWS_KEPT, ROWS_READ);

  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);

  private final SystemUnderTest first;
  private final Duration answerMax;
  private final List<Added> added = new ArrayList<>();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** What nodes that were removed had counted. */
  private Read gone = new Read(Map.of(), Optional.of(Map.of()));

  /**
   * All of it at one moment.
   *
   * @param cpuMicros by part
   * @param told by the name of the metric; absent where somebody did not answer
   */
  private record Read(Map<String, Long> cpuMicros, Optional<Map<String, Long>> told) {
    Read since(Read earlier) {
      return new Read(
          difference(cpuMicros, earlier.cpuMicros),
          told.flatMap(now -> earlier.told.map(then -> difference(now, then))));
    }

    Read plus(Read more) {
      return new Read(
          sum(cpuMicros, more.cpuMicros),
          told.flatMap(some -> more.told.map(others -> sum(some, others))));
    }

    private static Map<String, Long> difference(Map<String, Long> now, Map<String, Long> then) {
      Map<String, Long> all = new LinkedHashMap<>(now);
      all.replaceAll((name, n) -> n - then.getOrDefault(name, 0L));
      return all;
    }

    /** What only one of them has, such as a relay's counter, the other has not counted. */
    private static Map<String, Long> sum(Map<String, Long> some, Map<String, Long> others) {
      Map<String, Long> all = new LinkedHashMap<>(some);
      others.forEach((name, n) -> all.merge(name, n, Long::sum));
      return all;
    }
  }

  /** One more node, and what it had counted by then. */
  private record Added(SystemUnderTest node, Read then) {}

  NodeCounters(SystemUnderTest first) {
    this(first, ANSWER_MAX);
  }

  /**
   * @param answerMax so long each node's metrics are waited for
   */
  NodeCounters(SystemUnderTest first, Duration answerMax) {
    this.first = first;
    this.answerMax = answerMax;
  }

  /** One more node, which counts from now on. */
  void add(SystemUnderTest node) throws InterruptedException {
    added.add(new Added(node, read(node)));
  }

  /** Before that node stops: what it has counted stays. */
  void remove(SystemUnderTest node) throws InterruptedException {
    for (Added one : List.copyOf(added)) {
      if (one.node() == node) {
        added.remove(one);
        gone = gone.plus(read(node).since(one.then()));
      }
    }
  }

  /** CPU microseconds so far, by part of the system; the database's only with its backend. */
  Map<String, Long> cpuMicros(OptionalLong backend) {
    Map<String, Long> cpu = Processes.cpuMicros(first.pid(), backend);
    Map<String, Long> others = gone.cpuMicros();
    for (Added one : added) {
      Map<String, Long> then = one.then().cpuMicros();
      others = Read.sum(others, Read.difference(cpuOf(one.node()), then));
    }
    others.forEach((part, more) -> cpu.computeIfPresent(part, (_, micros) -> micros + more));
    return cpu;
  }

  /** What all nodes tell in their metrics, by name; nothing where one does not answer. */
  Map<String, Long> told() throws InterruptedException {
    Read all = new Read(Map.of(), toldBy(first)).plus(gone);
    for (Added one : added) {
      all = all.plus(read(one.node()).since(one.then()));
    }
    return all.told().orElse(Map.of());
  }

  private Read read(SystemUnderTest node) throws InterruptedException {
    return new Read(cpuOf(node), toldBy(node));
  }

  private static Map<String, Long> cpuOf(SystemUnderTest node) {
    OptionalLong pid = node.pid();
    return pid.isPresent() ? Processes.nodeMicros(pid.getAsLong()) : Map.of();
  }

  private Optional<Map<String, Long>> toldBy(SystemUnderTest node) throws InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(node.api() + "/metrics")).build();
    Map<String, Long> told = new LinkedHashMap<>();
    try {
      WholeAnswer.to(client, request, answerMax)
          .body()
          .lines()
          .forEach(line -> {
            for (String figure : FIGURES) {
              if (line.startsWith(figure + " ")) {
                told.put(figure, (long) Double.parseDouble(line.substring(figure.length())));
              }
            }
          });
      return Optional.of(told);
    } catch (IOException e) {
      return Optional.empty(); // A figure that cannot be had is absent.
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
