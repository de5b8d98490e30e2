package io.tidegate.harness.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** A name that no race has is told before anything is started. */
final class RaceCommandTest {
  private static final int USAGE = 2;

  @Test
  void a_name_that_no_race_has_is_refused_with_those_that_there_are() {
    StringWriter told = new StringWriter();
    int code =
        new CommandLine(new RaceCommand())
            .setErr(new PrintWriter(told, true))
            .execute("--only", "pay/close", "--only", "pay/cloze");
    assertThat(code).isEqualTo(USAGE);
    assertThat(told.toString())
        .contains("--only pay/cloze names no race", "stripe pay/close", "twin a/twin b");
  }

  @Test
  void each_race_has_a_name_of_its_own() {
    assertThat(RaceCommand.names()).doesNotHaveDuplicates().contains("pay/close", "pay/cancel");
  }
}
