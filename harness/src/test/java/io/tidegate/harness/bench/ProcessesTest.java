package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a server's children take is told by part. */
@Timeout(60)
final class ProcessesTest {
  /** Takes some CPU, then waits. */
  private static final String WORKS = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; read x";

  private static final long LEAST_MICROS = 30_000;

  private static long reports() {
    Map<String, Long> cpu =
        Processes.cpuMicros(OptionalLong.of(ProcessHandle.current().pid()), OptionalLong.empty());
    return cpu.getOrDefault("reports", -1L);
  }

  @Test
  void the_reports_process_is_a_part_of_its_own_also_after_its_end() throws Exception {
    long before = reports();
    assertThat(before).isNotNegative();
    assertThat(Processes.runsReports(ProcessHandle.current().pid())).isFalse();
    Process child =
        new ProcessBuilder(List.of("sh", "-c", WORKS, "serve", "--role", "reports")).start();
    try {
      while (reports() - before < LEAST_MICROS) {
        assertThat(child.isAlive()).isTrue();
        Thread.sleep(10);
      }
      assertThat(Processes.runsReports(ProcessHandle.current().pid())).isTrue();
      assertThat(
              Processes.memoryBytes(ProcessHandle.current().pid(), OptionalLong.empty())
                  .get("reports"))
          .isPositive();
    } finally {
      child.destroyForcibly();
      assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(reports() - before).isGreaterThanOrEqualTo(LEAST_MICROS);
  }
}
