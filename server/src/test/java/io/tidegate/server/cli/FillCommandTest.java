package io.tidegate.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.server.config.Settings;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What fill takes from the command line, and where it refuses to make orders. */
class FillCommandTest {

  private static final String SOMEWHERE = "db.url=jdbc:postgresql://127.0.0.1:1/x";

  @TempDir private Path data;
  private final List<Fills.Wish> wishes = new ArrayList<>();
  private final List<LakeFills.Wish> lakeWishes = new ArrayList<>();
  private boolean all = true;
  private long found;

  @Test
  void itSaysWhatIsWanted() {
    assertThat(run("--orders", "50000", "--months", "3", "--unpaid", "100", "--seed", "9"))
        .isEqualTo(ExitCode.DONE);
    assertThat(wishes).containsExactly(new Fills.Wish(50_000, 3, 5_000, 9, 100, false));
  }

  @Test
  void smallFillsHaveAThousandCustomersUnlessToldOtherwise() {
    run("--orders", "10");
    run("--orders", "10", "--users", "3", "--settled");
    assertThat(wishes)
        .containsExactly(
            new Fills.Wish(10, 12, 1_000, 1, 0, false), new Fills.Wish(10, 12, 3, 1, 0, true));
  }

  @Test
  void theLakeAloneIsFilledWhereThatIsWanted() {
    assertThat(run("--lake", "50000", "--months", "3", "--seed", "9")).isEqualTo(ExitCode.DONE);
    assertThat(run("--lake", "10", "--users", "7")).isEqualTo(ExitCode.DONE);
    assertThat(lakeWishes)
        .containsExactly(new LakeFills.Wish(50_000, 3, 5_000, 9), new LakeFills.Wish(10, 12, 7, 1));
    assertThat(wishes).isEmpty();
  }

  @Test
  void whatWasBrokenOffIsNotDone() {
    all = false;
    assertThat(run("--orders", "10")).isEqualTo(ExitCode.FAILED);
    assertThat(run("--lake", "10")).isEqualTo(ExitCode.FAILED);
  }

  @Test
  void itRunsOnNoSystemWithRealCustomers() {
    assertThat(
            run(
                "--orders",
                "10",
                "--set",
                "demo=false",
                "--set",
                "identity.issuer=https://issuer.example",
                "--set",
                "identity.jwks-url=http://127.0.0.1:1/jwks"))
        .isEqualTo(ExitCode.FAILED);
    new Endpoints(ProcessHandle.current().pid(), "1", "http://127.0.0.1:1", "", "", "x", "", true)
        .write(data);
    assertThat(without("--orders", "10")).isEqualTo(ExitCode.FAILED);
    assertThat(wishes).isEmpty();
  }

  @Test
  void whatDoesNotFitOnTheDiskIsNotBegun() {
    assertThat(without("--orders", "200000000")).isEqualTo(ExitCode.FAILED);
    assertThat(wishes).isEmpty();
  }

  /** A file with a hole stands for half of it, which its disk holds already. */
  @Test
  void whatWasBrokenOffMustFitForTheRestOnly() throws Exception {
    new Endpoints(
            ProcessHandle.current().pid(), "1", "http://x", "", "http://x", "jdbc:x", "", true)
        .write(data);
    Path half = Files.createDirectories(DataDirectory.postgres(data)).resolve("half");
    try (RandomAccessFile file = new RandomAccessFile(half.toFile(), "rw")) {
      file.setLength(1_700_000_000_000L);
    }
    found = 200_000_000;
    assertThat(without("--orders", "200000000")).isEqualTo(ExitCode.DONE);
    found = 50_000_000;
    assertThat(without("--orders", "200000000")).isEqualTo(ExitCode.FAILED);
    assertThat(wishes).hasSize(1);
  }

  @Test
  void whatMakesNoSenseIsAMistakeInTheCommandLine() {
    assertThat(run()).isEqualTo(ExitCode.USAGE);
    assertThat(run("--orders", "0")).isEqualTo(ExitCode.USAGE);
    assertThat(run("--orders", "10", "--months", "0")).isEqualTo(ExitCode.USAGE);
    assertThat(run("--orders", "10", "--months", "1000")).isEqualTo(ExitCode.USAGE);
    assertThat(run("--orders", "10", "--unpaid", "11")).isEqualTo(ExitCode.USAGE);
    assertThat(run("--lake", "0")).isEqualTo(ExitCode.USAGE);
    assertThat(run("--lake", "10", "--orders", "10")).isEqualTo(ExitCode.USAGE);
    assertThat(run("--lake", "10", "--unpaid", "1")).isEqualTo(ExitCode.USAGE);
    assertThat(run("--lake", "10", "--settled")).isEqualTo(ExitCode.USAGE);
  }

  /** With a database of somebody else's, so that nothing is started. */
  private int run(String... options) {
    return without(
        Stream.concat(Stream.of(options), Stream.of("--set", SOMEWHERE)).toArray(String[]::new));
  }

  private int without(String... options) {
    Fills fills =
        (_, _, wish, audience) -> {
          audience.finds(found, 0);
          wishes.add(wish);
          return new Fills.Report(wish.orders(), 0, Duration.ofSeconds(1), 1, all);
        };
    LaneProbes probes =
        new LaneProbes() {
          @Override
          public Report feed(
              Settings settings, String jdbcUrl, Plan plan, Consumer<String> progress) {
            throw new AssertionError("nothing is measured");
          }

          @Override
          public Edge edge(Settings settings, String jdbcUrl, int port) {
            throw new AssertionError("nothing is served");
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
            fills,
            (_, _, wish, _) -> {
              lakeWishes.add(wish);
              return new LakeFills.Report(wish.orders(), 1, 1, Duration.ofSeconds(1), all);
            },
            new NoExchanges(),
            new NoOrderImports(),
            (_, _, _, _) -> {
              throw new AssertionError("nobody looks at the lake");
            },
            (_, _, _, _) -> {
              throw new AssertionError("nothing leaves");
            });
    return Program.run(
        parts,
        Stream.concat(Stream.of("fill", "--data", data.toString()), Stream.of(options))
            .toArray(String[]::new));
  }
}
