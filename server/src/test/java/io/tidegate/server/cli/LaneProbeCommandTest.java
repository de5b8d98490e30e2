package io.tidegate.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.server.config.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where lane-probe refuses to make orders. */
class LaneProbeCommandTest {

  @TempDir private Path data;

  @Test
  void itNeedsARunningSystem() {
    assertThat(run()).isEqualTo(ExitCode.FAILED);
  }

  @Test
  void itRunsOnNoSystemWithRealCustomers() {
    told("");
    assertThat(run()).isEqualTo(ExitCode.FAILED);
    assertThat(
            run(
                "--set",
                "demo=false",
                "--set",
                "identity.issuer=https://issuer.example",
                "--set",
                "identity.jwks-url=http://127.0.0.1:1/jwks",
                "--set",
                "db.url=jdbc:postgresql://127.0.0.1:1/x"))
        .isEqualTo(ExitCode.FAILED);
    told("http://127.0.0.1:1");
    assertThat(run()).isEqualTo(ExitCode.DONE);
  }

  @Test
  void itNeverListensBeyondLoopback() {
    told("http://127.0.0.1:1");
    assertThat(run("--http", "--set", "http.host=0.0.0.0", "--set", "demo=true"))
        .isEqualTo(ExitCode.USAGE);
  }

  @Test
  void whatMakesNoSenseIsAMistakeInTheCommandLine() {
    assertThat(run("--callers", "0")).isEqualTo(ExitCode.USAGE);
    assertThat(run("--skew", "odd")).isEqualTo(ExitCode.USAGE);
    assertThat(run("--lines", "3", "--skus", "2")).isEqualTo(ExitCode.USAGE);
    assertThat(run("--http", "--naive")).isEqualTo(ExitCode.USAGE);
  }

  /** A system that runs in this very process, as far as its endpoints tell. */
  private void told(String simulators) {
    new Endpoints(
            ProcessHandle.current().pid(), "1", "http://127.0.0.1:1", "", simulators, "x", "", true)
        .write(data);
  }

  private int run(String... options) {
    LaneProbes probes =
        new LaneProbes() {
          @Override
          public Report feed(
              Settings settings, String jdbcUrl, Plan plan, Consumer<String> progress) {
            return new Report("{}", "", true);
          }

          @Override
          public Edge edge(Settings settings, String jdbcUrl, int port) {
            throw new AssertionError("it would listen");
          }
        };
    Parts parts =
        new Parts(
            (_, _, _) -> {
              throw new AssertionError("nothing is started");
            },
            List.of(),
            (_, _, _, _) -> {
              throw new AssertionError("nothing is audited");
            },
            probes,
            (_, _, _, _) -> {
              throw new AssertionError("nothing is filled");
            },
            (_, _, _, _) -> {
              throw new AssertionError("no lake is filled");
            },
            new NoExchanges(),
            new NoOrderImports(),
            (_, _, _, _) -> {
              throw new AssertionError("nobody looks at the lake");
            },
            (_, _, _, _) -> {
              throw new AssertionError("nothing leaves");
            });
    String[] all = new String[options.length + 3];
    all[0] = "lane-probe";
    all[1] = "--data";
    all[2] = data.toString();
    System.arraycopy(options, 0, all, 3, options.length);
    return Program.run(parts, all);
  }
}
