package io.tidegate.harness.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** The generator counts every request once and hides no stall. */
final class LoadGeneratorTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private static final class Counting implements Traffic {
    private long answers;
    private long ok;

    @Override
    public List<String> kinds() {
      return List.of("get");
    }

    @Override
    public void write(int slot, int kind, ByteBuffer out) {
      out.put("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public int answered(int slot, int kind, ResponseReader answer) {
      answers++;
      ok += answer.status() == 200 ? 1 : 0;
      return DONE;
    }
  }

  private final Counting traffic = new Counting();

  private Tally run(SmallServer server, int connections, Load.Pace pace, long millis, long within)
      throws IOException {
    return LoadGenerator.run(
        new Load(
            List.of(server.address()),
            connections,
            pace,
            Duration.ofMillis(millis),
            Duration.ofMillis(within)),
        traffic,
        _ -> {});
  }

  @Test
  void a_load_that_is_broken_off_waits_for_nothing() throws IOException {
    try (SmallServer server = new SmallServer((_, _) -> true)) {
      Duration length = Duration.ofMinutes(10);
      Load load = new Load(List.of(server.address()), 1, new Load.AtRate(1), length, length);
      Tally tally = LoadGenerator.run(load, traffic, _ -> {}, () -> server.requests() > 0);
      assertThat(tally.elapsed()).isLessThan(Duration.ofMinutes(1));
      assertThat(tally.cutOff()).isEqualTo(1);
    }
  }

  @Test
  void a_closed_loop_counts_every_answer() throws IOException {
    try (SmallServer server = new SmallServer((_, out) -> sent(out, OK))) {
      Tally tally = run(server, 4, new Load.AsAnswered(), 300, 5_000);
      assertThat(tally.sent()).isPositive().isEqualTo(server.requests());
      assertThat(tally.answered()).isEqualTo(tally.sent()).isEqualTo(traffic.answers);
      assertThat(traffic.ok).isEqualTo(traffic.answers);
      assertThat(tally.latencyMicros().getTotalCount()).isEqualTo(tally.sent());
      assertThat(tally.cpu()).isPositive();
    }
  }

  @Test
  void an_open_loop_sends_what_is_due_and_no_more() throws IOException {
    try (SmallServer server = new SmallServer((_, out) -> sent(out, OK))) {
      Tally tally = run(server, 4, new Load.AtRate(200), 500, 5_000);
      assertThat(tally.sent()).isEqualTo(100).isEqualTo(server.requests());
      assertThat(tally.answered()).isEqualTo(100);
      assertThat(tally.notSent()).isZero();
    }
  }

  @Test
  void a_stall_counts_for_all_that_it_kept_waiting() throws IOException {
    // The first request stalls for 400 ms of the 500: with one connection only it would be slow if
    // latency began when a request is sent.
    Duration stall = Duration.ofMillis(400);
    try (SmallServer server =
        new SmallServer((n, out) -> {
          if (n == 0) {
            Thread.sleep(stall);
          }
          return sent(out, OK);
        })) {
      Tally tally = run(server, 1, new Load.AtRate(100), 500, 5_000);
      assertThat(tally.answered()).isEqualTo(50);
      long slow =
          tally.latencyMicros().getCountBetweenValues(100_000, tally.latencyMicros().getMaxValue());
      assertThat(slow).isGreaterThanOrEqualTo(25);
    }
  }

  @Test
  void what_waited_for_a_connection_was_not_sent_in_time() throws IOException {
    try (SmallServer server =
        new SmallServer((_, out) -> {
          Thread.sleep(Duration.ofMillis(50));
          return sent(out, OK);
        })) {
      Tally tally = run(server, 1, new Load.AtRate(100), 500, 5_000);
      assertThat(tally.sent()).isEqualTo(50);
      assertThat(tally.sentInTime()).isBetween(1L, 10L);
    }
  }

  @Test
  void lost_connections_are_failures_and_the_load_goes_on() throws IOException {
    try (SmallServer server = new SmallServer((n, out) -> n % 10 == 3 ? false : sent(out, OK))) {
      Tally tally = run(server, 2, new Load.AtRate(200), 500, 5_000);
      assertThat(tally.sent()).isEqualTo(100);
      assertThat(tally.failed()).isEqualTo(10);
      assertThat(tally.answered()).isEqualTo(90);
    }
  }

  @Test
  void a_wait_that_ends_with_the_connection_is_a_silence_too() throws IOException {
    try (SmallServer server =
        new SmallServer((n, out) -> {
          if (n == 5) {
            Thread.sleep(Duration.ofMillis(200));
            return false;
          }
          return sent(out, OK);
        })) {
      Tally tally = run(server, 1, new Load.AtRate(100), 500, 5_000);
      assertThat(tally.failed()).isEqualTo(1);
      assertThat(tally.longestSilence()).isGreaterThanOrEqualTo(Duration.ofMillis(199));
    }
  }

  @Test
  void an_answer_that_does_not_come_is_unknown() throws IOException {
    AtomicBoolean first = new AtomicBoolean(true);
    try (SmallServer server =
        new SmallServer((_, out) -> {
          if (first.getAndSet(false)) {
            Thread.sleep(Duration.ofSeconds(30));
          }
          return sent(out, OK);
        })) {
      Tally tally = run(server, 2, new Load.AtRate(100), 300, 2_000);
      // On a slow machine others may be late, too; each is counted as what it is.
      assertThat(tally.unknown()).isPositive();
      assertThat(tally.answered()).isEqualTo(traffic.answers);
      assertThat(tally.answered() + tally.unknown() + tally.notSent()).isEqualTo(30);
      assertThat(tally.failed()).isZero();
      assertThat(tally.latencyMicros().getMaxValue()).isGreaterThanOrEqualTo(1_980_000);
    }
  }

  @Test
  void a_wait_that_is_given_up_is_a_silence_too() throws IOException {
    try (SmallServer server =
        new SmallServer((_, _) -> {
          Thread.sleep(Duration.ofSeconds(30));
          return false;
        })) {
      Tally tally = run(server, 1, new Load.UpTo(1), 5_000, 300);
      assertThat(tally.unknown()).isEqualTo(1);
      assertThat(tally.cutOff()).isZero();
      assertThat(tally.longestSilence()).isGreaterThanOrEqualTo(Duration.ofMillis(300));
      assertThat(tally.elapsed()).isGreaterThanOrEqualTo(Duration.ofMillis(300));
    }
  }

  @Test
  void who_began_late_is_cut_off_by_the_loads_end() throws IOException {
    // One connection: the second request is sent after the load's length, and has no answer when
    // the load is given up, before it has waited for as long as the first might have.
    try (SmallServer server =
        new SmallServer((n, out) -> {
          Thread.sleep(n == 0 ? Duration.ofMillis(400) : Duration.ofSeconds(30));
          return sent(out, OK);
        })) {
      Tally tally = run(server, 1, new Load.AtRate(10), 200, 2_000);
      assertThat(tally.sent()).isEqualTo(2);
      assertThat(tally.unknown()).isEqualTo(1);
      assertThat(tally.cutOff()).isEqualTo(1);
    }
  }

  @Test
  void a_load_tells_when_it_began() throws IOException {
    try (SmallServer server = new SmallServer((_, out) -> sent(out, OK))) {
      long before = System.nanoTime();
      Tally tally = run(server, 4, new Load.UpTo(8), 5_000, 5_000);
      long after = System.nanoTime();
      assertThat(tally.startNanos() - before).isPositive();
      assertThat(after - tally.startNanos()).isGreaterThanOrEqualTo(tally.elapsed().toNanos());
    }
  }

  @Test
  void a_server_that_closes_after_each_answer_is_served_too() throws IOException {
    try (SmallServer server =
        new SmallServer((_, out) -> {
          SmallServer.write(
              out, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
          return false;
        })) {
      Tally tally = run(server, 2, new Load.AtRate(100), 300, 5_000);
      assertThat(tally.failed()).isZero();
      assertThat(tally.answered()).isEqualTo(30);
    }
  }

  private static boolean sent(java.io.OutputStream out, String response) throws IOException {
    SmallServer.write(out, response);
    return true;
  }
}
