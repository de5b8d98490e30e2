package io.tidegate.harness.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Customers make one request after the other, to one server and to another. */
final class SeveralStepsTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String NO = "HTTP/1.1 409 Conflict\r\nContent-Length: 2\r\n\r\nno";

  /** Asks at the first target, and then at the second unless it was refused. */
  private static final class TwoSteps implements Traffic {
    private long begun;
    private long done;
    private long lost;

    @Override
    public List<String> kinds() {
      return List.of("first", "second");
    }

    @Override
    public int begin(int slot) {
      begun++;
      return 0;
    }

    @Override
    public int target(int slot, int kind) {
      return kind;
    }

    @Override
    public void write(int slot, int kind, ByteBuffer out) {
      out.put("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public int answered(int slot, int kind, ResponseReader answer) {
      if (kind == 0 && answer.status() == 200) {
        return 1;
      }
      done++;
      return DONE;
    }

    @Override
    public void lost(int slot, int kind) {
      lost++;
    }
  }

  private final TwoSteps traffic = new TwoSteps();

  private Tally run(SmallServer first, SmallServer second, int connections, Load.Pace pace)
      throws IOException {
    return LoadGenerator.run(
        new Load(
            List.of(first.address(), second.address()),
            connections,
            pace,
            Duration.ofMillis(500),
            Duration.ofSeconds(5)),
        traffic,
        _ -> {});
  }

  @Test
  void each_step_goes_to_its_target_and_is_counted_as_its_kind() throws IOException {
    try (SmallServer first = new SmallServer((_, out) -> sent(out, OK));
        SmallServer second = new SmallServer((_, out) -> sent(out, OK))) {
      Tally tally = run(first, second, 3, new Load.AtRate(100));
      assertThat(tally.sent()).isEqualTo(100);
      assertThat(tally.answered()).isEqualTo(100);
      assertThat(first.requests()).isEqualTo(50);
      assertThat(second.requests()).isEqualTo(50);
      assertThat(tally.kind("first").good().getTotalCount()).isEqualTo(50);
      assertThat(tally.kind("second").good().getTotalCount()).isEqualTo(50);
      assertThat(traffic.done).isEqualTo(50);
    }
  }

  @Test
  void as_many_customers_begin_as_were_asked_for() throws IOException {
    try (SmallServer first = new SmallServer((_, out) -> sent(out, OK));
        SmallServer second = new SmallServer((_, out) -> sent(out, OK))) {
      Tally tally = run(first, second, 4, new Load.UpTo(37));
      assertThat(traffic.begun).isEqualTo(37);
      assertThat(tally.sent()).isEqualTo(74);
      assertThat(tally.notSent()).isZero();
    }
  }

  @Test
  void a_customer_who_is_refused_ends_and_the_refusal_is_no_good_answer() throws IOException {
    try (SmallServer first = new SmallServer((n, out) -> sent(out, n % 2 == 0 ? OK : NO));
        SmallServer second = new SmallServer((_, out) -> sent(out, OK))) {
      Tally tally = run(first, second, 2, new Load.UpTo(20));
      assertThat(tally.kind("first").good().getTotalCount()).isEqualTo(10);
      assertThat(tally.kind("first").other().getTotalCount()).isEqualTo(10);
      assertThat(tally.kind("second").all().getTotalCount()).isEqualTo(10);
      assertThat(tally.seconds().stream().mapToLong(Tally.Second::good).sum()).isEqualTo(20);
      assertThat(tally.seconds().stream().mapToLong(Tally.Second::other).sum()).isEqualTo(10);
    }
  }

  @Test
  void a_lost_second_step_ends_its_customer_and_frees_the_slot() throws IOException {
    try (SmallServer first = new SmallServer((_, out) -> sent(out, OK));
        SmallServer second = new SmallServer((n, out) -> n % 3 == 0 ? false : sent(out, OK))) {
      Tally tally = run(first, second, 1, new Load.UpTo(9));
      assertThat(traffic.begun).isEqualTo(9);
      assertThat(traffic.lost).isEqualTo(3).isEqualTo(tally.failed());
      assertThat(traffic.done).isEqualTo(6);
    }
  }

  @Test
  void a_target_that_is_not_there_loses_the_customer_and_nobody_waits_for_it() throws IOException {
    try (SmallServer first = new SmallServer((_, out) -> sent(out, OK))) {
      SmallServer gone = new SmallServer((_, out) -> sent(out, OK));
      gone.close();
      Tally tally = run(first, gone, 2, new Load.UpTo(6));
      assertThat(traffic.lost).isEqualTo(6).isEqualTo(tally.failed());
      assertThat(tally.answered()).isEqualTo(6);
      assertThat(tally.connectFailures()).isEqualTo(6);
    }
  }

  @Test
  void a_time_without_answers_is_told() throws IOException {
    try (SmallServer first =
            new SmallServer((n, out) -> {
              if (n == 5) {
                Thread.sleep(Duration.ofMillis(200));
              }
              return sent(out, OK);
            });
        SmallServer second = new SmallServer((_, out) -> sent(out, OK))) {
      Tally tally = run(first, second, 1, new Load.AtRate(100));
      assertThat(tally.longestSilence()).isGreaterThanOrEqualTo(Duration.ofMillis(199));
      assertThat(tally.latencyMicros().getMaxValue()).isGreaterThanOrEqualTo(198_000);
    }
  }

  private static boolean sent(OutputStream out, String response) throws IOException {
    SmallServer.write(out, response);
    return true;
  }
}
