package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.harness.testing.Script;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A system of the bench's own is started through the launcher, found, stopped and swept away. */
final class SystemUnderTestTest {
  private static final String SCRIPT =
      """
      #!/bin/sh
      echo "$@" >> "${0%/*}/calls"
      case $1 in
      serve)
        twice=$(printf '%s\\n' "$@" | sed -n 's/^ *\\([a-z.-]*\\) *=.*/\\1/p' | sort | uniq -d)
        [ -z "$twice" ] || { echo "$twice is given twice" >&2; exit 1; }
        mkdir "$3/run"
        echo "$3" > "${0%/*}/data"
        echo '{"pid":'$$',"version":"7","api":"http://127.0.0.1:9","database":"jdbc:x",'\
      '"rocketmq":"127.0.0.1:8","simulators":"http://127.0.0.1:7"}' > "$3/run/endpoints.json"
        echo starting
        echo "ready http://127.0.0.1:9 12"
        exec sleep 600 ;;
      token) printf 'one\\ntwo\\n\\n' > "$5" ;;
      esac
      """;

  private static final String ON_THE_FIRST =
      "--set db.url=jdbc:x --set rocketmq.namesrv=127.0.0.1:8"
          + " --set simulators.url=http://127.0.0.1:7";

  /** Nobody ends it but by force, nor its child. */
  private static final String STUBBORN =
      """
      #!/bin/sh
      trap '' TERM
      sleep 600 &
      echo "ready http://127.0.0.1:9"
      while :; do sleep 600; done
      """;

  @TempDir private Path folder;

  private Launcher launcher(String script) throws IOException {
    return new Launcher(Script.launcher(folder, script));
  }

  @Test
  void lives_as_long_as_the_bench() throws Exception {
    long pid;
    try (SystemUnderTest system =
        SystemUnderTest.start(launcher(SCRIPT), List.of("demo.skus=5"), 2)) {
      assertThat(system.api().toString()).isEqualTo("http://127.0.0.1:9");
      assertThat(system.database()).isEqualTo("jdbc:x");
      assertThat(system.version()).contains("7");
      assertThat(system.tokens()).containsExactly("one", "two");
      pid = system.pid().orElseThrow();
      assertThat(ProcessHandle.of(pid)).isPresent();
      assertThat(Processes.cpuMicros(OptionalLong.of(pid), OptionalLong.empty()))
          .containsOnlyKeys("server", "reports", "generator");
      assertThat(Files.readString(folder.resolve("calls")))
          .contains("--port 0 --set demo.skus=5", "token --users 1-2 --out");
    }
    assertThat(ProcessHandle.of(pid)).isEmpty();
    Path data = Path.of(Files.readString(folder.resolve("data")).trim());
    assertThat(data).doesNotExist();
    assertThat(data.getParent()).doesNotExist();
  }

  @Test
  void tells_why_it_did_not_start() throws Exception {
    Launcher broken = launcher("#!/bin/sh\necho 'the port is in use' >&2\nexit 1\n");
    assertThatThrownBy(() -> SystemUnderTest.start(broken, List.of(), 2))
        .isInstanceOf(BenchFailure.class)
        .hasMessageContaining("the port is in use");
  }

  /** A load sells out a demo of hand-made goods within a second. */
  @Test
  void a_system_of_the_benchs_own_has_a_benchs_stock_however_few_are_ordered() {
    assertThat(Bench.own(SampleReport.plan(), List.of("mine=1"), "needed=2"))
        .containsExactly("demo.skus=1001", "http.limit-per-user=0", "needed=2", "mine=1");
  }

  @Test
  void another_node_has_what_the_first_was_asked_to_have() throws Exception {
    Launcher launcher = launcher(SCRIPT);
    List<String> settings = List.of("mine=1", "node.role=api");
    Bench bench =
        new Bench(SampleReport.plan(), new Bench.Target.Own(settings), new Progress.Phases(true));
    try (SystemUnderTest first = SystemUnderTest.start(launcher, List.of(), 0);
        SystemUnderTest _ = bench.node(launcher, first, "needed=2")) {
      assertThat(Files.readAllLines(folder.resolve("calls")).getLast())
          .endsWith("--set needed=2 --set mine=1 --set node.role=api " + ON_THE_FIRST);
    }
  }

  @Test
  void another_node_is_on_engines_that_were_given_too() throws Exception {
    Launcher launcher = launcher(SCRIPT);
    List<String> settings =
        List.of("db.url=jdbc:x", "mine=1", "rocketmq.namesrv = b", "simulators.url=c");
    Bench bench =
        new Bench(SampleReport.plan(), new Bench.Target.Own(settings), new Progress.Phases(true));
    try (SystemUnderTest first = SystemUnderTest.start(launcher, settings, 0);
        SystemUnderTest _ = bench.node(launcher, first)) {
      assertThat(Files.readAllLines(folder.resolve("calls")).getLast())
          .endsWith("--port 0 --set mine=1 " + ON_THE_FIRST);
    }
  }

  @Test
  void what_is_ended_by_force_is_gone_with_its_children() throws Exception {
    Path log = folder.resolve("log");
    Process process = launcher(STUBBORN).start(List.of("serve"), log);
    SystemUnderTest.awaitReady(process, log);
    List<ProcessHandle> children = process.descendants().toList();
    assertThat(children).isNotEmpty();
    assertThat(SystemUnderTest.stop(process, Duration.ofMillis(100))).isFalse();
    assertThat(process.isAlive()).isFalse();
    assertThat(children).noneMatch(ProcessHandle::isAlive);
  }

  /** What was measured is not lost with it. */
  @Test
  void a_folder_that_cannot_be_deleted_is_left() {
    Path kernels = Path.of("/proc/self/fdinfo");
    assertThatThrownBy(() -> Folders.delete(kernels)).isInstanceOf(IOException.class);
    assertThatCode(() -> Folders.sweep(kernels)).doesNotThrowAnyException();
  }

  @Test
  void tokens_that_are_not_made_leave_no_folder() throws Exception {
    Launcher broken = launcher("#!/bin/sh\necho \"$5\" > \"${0%/*}/out\"\nexit 1\n");
    Endpoints endpoints =
        new Endpoints(
            URI.create("http://127.0.0.1:9"),
            Optional.empty(),
            "jdbc:x",
            Optional.empty(),
            Optional.empty(),
            OptionalLong.empty());
    assertThatThrownBy(() -> SystemUnderTest.withTokens(broken, endpoints, folder, 2))
        .isInstanceOf(BenchFailure.class);
    Path tokens = Path.of(Files.readString(folder.resolve("out")).trim());
    assertThat(tokens.getParent()).isNotEqualTo(folder).doesNotExist();
  }
}
