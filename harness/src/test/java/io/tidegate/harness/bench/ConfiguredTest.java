package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.harness.testing.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The program says what it makes of settings: which processes it has, or why it has none. */
final class ConfiguredTest {
  private static final List<String> ALL =
      List.of("server", "database", "broker", "simulators", "reports");

  @TempDir private Path folder;

  private Launcher launcher(String line) throws IOException {
    return new Launcher(
        Script.launcher(folder, "#!/bin/sh\necho \"$@\" > \"${0%/*}/call\"\n" + line + "\n"));
  }

  /** What it runs with where nobody sets anything. */
  private static Map<String, String> usual() {
    Map<String, String> values = new HashMap<>();
    values.put("node.role", "api,relay,consumers,flash,console,reports");
    for (String elsewhere :
        List.of("db.url", "rocketmq.namesrv", "simulators.url", "reports.url")) {
      values.put(elsewhere, "");
    }
    return values;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "node.role | api,relay,consumers,flash,console | reports",
        "reports.url | http://127.0.0.1:8 | reports",
        "simulators.url | http://127.0.0.1:8 | simulators",
        "rocketmq.namesrv | 127.0.0.1:9876 | broker",
        "db.url | jdbc:postgresql://127.0.0.1/x | database"
      })
  void what_others_have_or_nobody_is_no_process_of_its_own(String key, String value, String lacks)
      throws Exception {
    Map<String, String> values = usual();
    assertThat(new Configured.InForce(values).parts()).containsExactlyElementsOf(ALL);
    values.put(key, value);
    assertThat(new Configured.InForce(values).parts())
        .hasSize(ALL.size() - 1)
        .doesNotContain(lacks);
  }

  @Test
  void roles_may_stand_apart() throws Exception {
    Map<String, String> values = usual();
    values.put("node.role", "api, reports");
    assertThat(new Configured.InForce(values).parts()).contains("reports");
  }

  @Test
  void a_value_that_the_program_does_not_tell_is_none() {
    Map<String, String> values = usual();
    values.remove("reports.url");
    assertThatThrownBy(() -> new Configured.InForce(values).parts())
        .isInstanceOf(BenchFailure.class)
        .hasMessageContaining("reports.url");
  }

  @Test
  void it_is_asked_with_the_settings_and_where_none_are_beside_them() throws Exception {
    Launcher launcher =
        launcher("echo '{\"keys\":[{\"key\":\"a.b\",\"value\":\"1\",\"from\":\"default\"}]}'");
    assertThat(Configured.of(launcher, List.of("a.b=1", "c=2")))
        .isEqualTo(new Configured.InForce(Map.of("a.b", "1")));
    String call = Files.readString(folder.resolve("call")).trim();
    assertThat(call).startsWith("config --json --data ").endsWith(" --set a.b=1 --set c=2");
    assertThat(Path.of(call.split(" ")[3])).doesNotExist();
    assertThat(Configured.of(launcher, folder, List.of())).isInstanceOf(Configured.InForce.class);
    assertThat(Files.readString(folder.resolve("call")).trim())
        .isEqualTo("config --json --data " + folder);
  }

  @Test
  void all_that_it_would_not_start_with_is_one_line() throws Exception {
    Launcher launcher =
        launcher(
            """
            echo 'tidegate: building' >&2
            echo 'tidegate config: the configuration is not usable:' >&2
            echo '  flag --set no.such: unknown key "no.such"' >&2
            echo '  environment TIDEGATE_X: unknown key "x"' >&2
            exit 2
            """);
    assertThat(Configured.of(launcher, List.of("no.such=1")))
        .isEqualTo(
            new Configured.Refused(
                "--set no.such: unknown key \"no.such\"; environment TIDEGATE_X: unknown key"
                    + " \"x\""));
  }

  /** However many there are, and however long it was built before. */
  @Test
  void of_all_that_is_wrong_nothing_is_left_out() throws Exception {
    Launcher launcher =
        launcher("for i in $(seq 1 40); do echo \"  flag --set k$i: no\" >&2; done; exit 2");
    assertThat(Configured.of(launcher, List.of("k1=1")))
        .isInstanceOfSatisfying(
            Configured.Refused.class,
            refused -> assertThat(refused.why().split("; ")).hasSize(40).contains("--set k1: no"));
  }

  @Test
  void what_it_does_not_list_is_told_as_it_says_it() throws Exception {
    Launcher launcher = launcher("echo 'Unknown option' >&2; echo 'see --help' >&2; exit 2");
    assertThat(Configured.of(launcher, List.of()))
        .isEqualTo(new Configured.Refused("Unknown option see --help"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"echo 'no JDK' >&2; exit 1", "echo '{\"keys\":'"})
  void one_that_says_nothing_could_not_be_asked(String line) throws Exception {
    Launcher launcher = launcher(line);
    assertThatThrownBy(() -> Configured.of(launcher, List.of()))
        .isInstanceOf(BenchFailure.class)
        .hasMessageFindingMatch("config ended with 1: no JDK|config's document cannot be read");
  }
}
