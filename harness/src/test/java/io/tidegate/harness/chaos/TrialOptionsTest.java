package io.tidegate.harness.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.harness.bench.BenchHelp;
import io.tidegate.harness.bench.Scenarios;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What a trial does not heed is refused by name, before anything is started. */
final class TrialOptionsTest {
  private static final int USAGE = 2;

  private static String refusal(String line) {
    StringWriter told = new StringWriter();
    CommandLine bench =
        BenchHelp.command(Scenarios.with(new SaleKillBench(), List.of()))
            .addSubcommand(new KillCommand())
            .addSubcommand(new RaceCommand())
            .addSubcommand(new LongCommand());
    bench.setErr(new PrintWriter(told, true));
    bench.getSubcommands().values().forEach(c -> c.setErr(new PrintWriter(told, true)));
    assertThat(bench.execute(line.split(" "))).isEqualTo(USAGE);
    return told.toString();
  }

  /** None of them gets further than to its rounds or orders, should it be heeded. */
  @ParameterizedTest
  @CsvSource({
    "--json kill --rounds 0, --json, kill",
    "--seconds 5 race --rounds 0, --seconds, race",
    "--set a=b long --orders 0, --set, long",
    "place kill --rounds 0, WHAT, kill"
  })
  void what_stands_before_a_trial_is_refused(String line, String option, String trial) {
    assertThat(refusal(line))
        .startsWith(option + " must not stand before " + trial + ": its own options follow it");
  }

  @Test
  void connections_are_clients() {
    assertThat(refusal("kill --connections 0")).startsWith("--clients must be 1 to 10000");
    assertThat(refusal("long --connections 0")).startsWith("--clients must be 1 to 10000");
  }

  @ParameterizedTest
  @CsvSource({
    "race --connections 5, --connections",
    "kill --seconds 5, --seconds",
    "race --set a=b, --set",
    "kill --url http://localhost, --url"
  })
  void what_makes_no_sense_is_refused_by_name(String line, String option) {
    assertThat(refusal(line)).startsWith("Unknown option").contains("'" + option + "'");
  }
}
