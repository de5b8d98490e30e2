package io.tidegate.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

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

  /** Of every command: what is wrong must not go under in its help. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nothing | tidegate | Unmatched argument at index 0: 'nothing'",
        "bench place --pieces 5 | tidegate bench | --pieces is for flash, not for place",
        "bench place --conections 5 | tidegate bench | did you mean --connections?",
        "bench place --seconds x | tidegate bench | '--seconds'",
        "bench kill --rounds 0 | tidegate bench kill | --rounds must be",
        "bench --json race | tidegate bench race | --json must not stand before race",
        "bench race --only moon | tidegate bench race | --only moon names no race",
        "bench long --what | tidegate bench long | Unknown option: '--what'",
        "simulate --port 70000 --secret s | tidegate simulate | --port"
      })
  void a_mistake_is_one_line_and_where_the_help_is(String words, String command, String wrong) {
    StringWriter told = new StringWriter();
    CommandLine line = Main.line().setErr(new PrintWriter(told, true));
    assertThat(line.execute(words.split(" "))).isEqualTo(2);
    assertThat(told.toString().lines())
        .satisfiesExactly(
            first -> assertThat(first).startsWith(command + ": ").contains(wrong),
            second -> assertThat(second).isEqualTo("see " + command + " --help"));
  }

  @Test
  void what_was_typed_in_lines_is_told_in_one() {
    StringWriter told = new StringWriter();
    CommandLine line = Main.line().setErr(new PrintWriter(told, true));
    assertThat(line.execute("bench", "pla\nce")).isEqualTo(2);
    assertThat(told.toString().lines()).hasSize(2).first().asString().contains("pla ce");
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
