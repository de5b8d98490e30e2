package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A start ends with an order, and is judged only where that was durable. */
final class StartBenchTest {
  @Test
  void a_receipt_has_its_orders_number() throws Exception {
    assertThat(StartBench.number("{\"number\":\"383412345678901\",\"state\":\"x\"}"))
        .isEqualTo(383_412_345_678_901L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ok", "{}", "{\"number\":\"1 or true\"}", "{\"number\":null}"})
  void what_has_none_is_no_receipt(String body) {
    assertThatThrownBy(() -> StartBench.number(body)).isInstanceOf(BenchFailure.class);
  }

  @Test
  void without_durable_commits_a_run_without_a_load_is_not_judged_either() {
    Optional<String> on = Optional.of("on");
    Report report = new Report("start", Instant.EPOCH);
    report.target("first_start_seconds", Report.Sense.BELOW, 10, 5);
    report.durability(new Durability(on, on, on, Optional.of("ext4")));
    assertThat(report.json().path("targets")).hasSize(1);
    report.durability(new Durability(Optional.of("off"), on, on, Optional.of("ext4")));
    assertThat(report.json().path("targets")).isEmpty();
    assertThat(report.json().at("/durability/fsync").asString()).isEqualTo("off");
  }
}
