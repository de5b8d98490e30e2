package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.harness.chaos.SaleKillBench;
import io.tidegate.harness.testing.Script;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** A setting that would not be heeded, or that the program would not start with, is refused. */
final class SettingsTest {
  /** How many benches were run. */
  private int ran;

  /** A bench that has measured already. */
  private final class Ready implements Scenario {
    @Override
    public String name() {
      return "look";
    }

    @Override
    public String purpose() {
      return "nothing";
    }

    @Override
    public Defaults defaults() {
      return Defaults.CLOSED;
    }

    @Override
    public Set<Asked> heeds(Plan plan) {
      return Asked.loadsAnd();
    }

    @Override
    public Report run(Bench bench) {
      ran++;
      return new Report(name(), Instant.EPOCH);
    }
  }

  /** All benches, and that one. */
  private CommandLine command() {
    return BenchHelp.command(Scenarios.with(new SaleKillBench(), List.of(new Ready())));
  }

  private int run(String... arguments) {
    return command().execute(arguments);
  }

  private String refusal(String... arguments) {
    StringWriter told = new StringWriter();
    assertThat(command().setErr(new PrintWriter(told)).execute(arguments)).isEqualTo(2);
    assertThat(ran).isZero();
    return told.toString();
  }

  @Test
  void settings_that_a_bench_makes_itself_are_refused() {
    assertThat(refusal("look", "--set", "a=b", "--set", "http.port=8080"))
        .startsWith("--set http.port can't be heeded: a bench takes free ports\n");
    assertThat(refusal("look", "--set", "demo.skus=5"))
        .startsWith("--set demo.skus can't be heeded: look has its own\n");
  }

  /** A program that knows one key, and is asked for nothing but its settings. */
  private static final String KNOWS_ONE =
      """
      #!/bin/sh
      echo "$1" >> "${0%/*}/calls"
      case "$*" in
      *" --set no.such"*)
        echo 'tidegate config: the configuration is not usable:' >&2
        echo '  flag --set no.such: unknown key "no.such"' >&2
        exit 2 ;;
      esac
      echo '{"keys":[]}'
      """;

  @Test
  void a_key_that_the_program_has_not_is_refused_before_it_is_started(@TempDir Path folder)
      throws Exception {
    Path launcher = Script.launcher(folder, KNOWS_ONE);
    System.setProperty("tidegate.launcher", launcher.toString());
    try {
      assertThat(run("look", "--set", "simulators.url=http://localhost")).isZero();
      assertThat(ran).isEqualTo(1);
      ran = 0;
      assertThat(refusal("look", "--set", "no.such=1"))
          .startsWith("--set no.such: unknown key \"no.such\"\n");
      String report = folder.resolve("page").toString();
      assertThat(refusal("all", "--report", report, "--set", "no.such=1"))
          .startsWith("--set no.such: unknown key \"no.such\"\n");
      assertThat(folder.resolve("page")).doesNotExist();
      assertThat(Files.readAllLines(folder.resolve("calls"))).containsOnly("config").hasSize(3);
    } finally {
      System.clearProperty("tidegate.launcher");
    }
  }

  /** A program that two keys do not go together in, and that starts nothing. */
  private static final String NOT_TOGETHER =
      """
      #!/bin/sh
      echo "$*" >> "${0%/*}/calls"
      case "$*" in
      serve*) exit 1 ;;
      *" --set demo.skus="*" --set a.b="*)
        echo '  flag --set a.b: not with demo.skus' >&2
        exit 2 ;;
      esac
      echo '{"keys":[]}'
      """;

  @Test
  void what_does_not_go_with_what_a_bench_has_is_refused_before_it_is_started(@TempDir Path folder)
      throws Exception {
    Path launcher = Script.launcher(folder, NOT_TOGETHER);
    System.setProperty("tidegate.launcher", launcher.toString());
    try {
      assertThat(refusal("look", "--set", "a.b=1")).startsWith("--set a.b: not with demo.skus\n");
      String report = folder.resolve("page").toString();
      assertThat(refusal("all", "--report", report, "--set", "a.b=1"))
          .startsWith("--set a.b: not with demo.skus\n");
      assertThat(Files.readAllLines(folder.resolve("calls")))
          .isNotEmpty()
          .allMatch(call -> call.startsWith("config "));
      assertThat(run("start", "--set", "a.b=1")).as("it has none of its own").isEqualTo(1);
    } finally {
      System.clearProperty("tidegate.launcher");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"place", "start", "flash --kills 1"})
  void a_system_that_is_no_demo_is_refused(String words) {
    String[] arguments = (words + " --set demo=false").split(" ");
    assertThat(refusal(arguments))
        .startsWith("--set demo can't be heeded: a bench orders the demo's goods, with");
  }

  @Test
  void a_program_that_cannot_be_asked_could_not_be_measured(@TempDir Path folder) throws Exception {
    Path launcher = Script.launcher(folder, "#!/bin/sh\nexit 1\n");
    System.setProperty("tidegate.launcher", launcher.toString());
    try {
      assertThat(run("look", "--set", "no.such=1")).isEqualTo(1);
      assertThat(ran).isZero();
      assertThat(run("all", "--report", folder.toString(), "--set", "no.such=1")).isEqualTo(1);
      assertThat(ran).isZero();
      assertThat(run("look")).as("nothing is to be asked").isZero();
    } finally {
      System.clearProperty("tidegate.launcher");
    }
  }

  /** The program would refuse them as well, but of each bench anew, and as its failure. */
  @Test
  void settings_that_no_program_takes_are_refused_before_it_is_started() {
    assertThat(refusal("look", "--set", "foo"))
        .startsWith("--set must be KEY=VALUE, not \"foo\"\n");
    assertThat(refusal("look", "--set", "")).startsWith("--set must be KEY=VALUE, not \"\"\n");
    assertThat(refusal("look", "--set", "=1")).startsWith("--set must be KEY=VALUE, not \"=1\"\n");
    assertThat(refusal("look", "--set", "a.b=1", "--set", "a.b=1"))
        .startsWith("--set a.b is given twice\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "place --set demo.skus=5",
        "place --set http.limit-per-user=5",
        "mixed --set order.pay-window=5s",
        "close --set order.pay-window=5s",
        "effects --set sandbox.secret=x",
        "effects --set node.role=api",
        "callback --set sandbox.secret=x",
        "overload --set lane.per-second-max=5",
        "flash --set flash.per-second-max=5",
        "flash --kills 1 --set flash.limit-per-user=5",
        "flash --kills 1 --set sandbox.secret=x",
        "flash --kills 1 --set simulators.url=http://localhost",
        "flash --kills 1 --set db.url=jdbc:x",
      })
  void what_each_bench_sets_is_refused(String words) {
    String[] arguments = words.split(" ");
    String key = arguments[arguments.length - 1].split("=")[0];
    assertThat(refusal(arguments))
        .startsWith("--set " + key + " can't be heeded: " + arguments[0] + " has its own\n");
  }

  @Test
  void all_refuse_what_one_of_them_sets(@TempDir Path folder) {
    assertThat(refusal("all", "--report", folder.toString(), "--set", "node.role=api"))
        .startsWith("--set node.role can't be heeded: effects has its own\n");
    assertThat(folder).isEmptyDirectory();
  }
}
