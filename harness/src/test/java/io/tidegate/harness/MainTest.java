package io.tidegate.harness;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exit codes are part of the interface. */
final class MainTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "bench --help",
        "bench kill --help",
        "bench race --help",
        "bench long --help",
        "simulate --help"
      })
  void help_is_no_error(String line) {
    assertThat(Main.run(line.split(" "))).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nothing",
        "bench",
        "bench moon",
        "bench flash --pieces 0",
        "bench flash --normal 0",
        "bench flash --nodes 3",
        "bench flash --kills -1",
        "bench all",
        "bench all --report d --url http://x",
        "bench place --report d",
        "bench place --pairs 0",
        "bench place --orders -1",
        "bench place --rate 0",
        "bench place --rate NaN",
        "bench place --skew tilted",
        "bench place --lines 101",
        "bench place --lines 3 --skus 2",
        "bench place --connections 0",
        "bench place --url ftp://x",
        "bench place --data d",
        "bench kill --rounds 0",
        "bench kill --clients 0",
        "bench race --rounds 0",
        "bench long --orders 0",
        "bench long --kills -2",
        "bench long --clients 0",
        "bench long --rate -1",
        "simulate --port 70000 --secret s",
        "simulate --secret s --zone Moon/Base"
      })
  void wrong_usage_is_2(String line) {
    assertThat(Main.run(line.split(" "))).isEqualTo(2);
  }

  @Test
  void a_system_that_is_not_there_is_1() {
    assertThat(
            Main.run(
                "bench",
                "place",
                "--url",
                "http://127.0.0.1:1",
                "--database",
                "jdbc:postgresql://127.0.0.1:1/x",
                "--tokens",
                "none"))
        .isEqualTo(1);
  }
}
