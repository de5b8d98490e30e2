package io.tidegate.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.server.config.Settings;
import java.nio.file.Path;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What retire takes from the command line, and how it ends. */
class RetireCommandTest {

  private static final String SOMEWHERE = "db.url=jdbc:postgresql://127.0.0.1:1/x";

  @TempDir private Path data;
  private final List<Retires.Wish> wishes = new ArrayList<>();
  private Retires.Report report = new Retires.Report(7, List.of(), true);

  @Test
  void itSaysWhatIsWanted() {
    assertThat(run("--month", "2025-11")).isEqualTo(ExitCode.DONE);
    assertThat(run("--month", "2025-11", "--dry-run")).isEqualTo(ExitCode.DONE);
    assertThat(run("--month", "2025-01", "--keep", "--json")).isEqualTo(ExitCode.DONE);
    assertThat(wishes)
        .containsExactly(
            new Retires.Wish(YearMonth.of(2025, 11), false, false),
            new Retires.Wish(YearMonth.of(2025, 11), true, false),
            new Retires.Wish(YearMonth.of(2025, 1), false, true));
  }

  @Test
  void whatStandsAgainstItIsNotDone() {
    report = new Retires.Report(7, List.of("2 orders are not at their end"), false);
    assertThat(run("--month", "2025-11")).isEqualTo(ExitCode.BROKEN);
    assertThat(run("--month", "2025-11", "--json", "--dry-run")).isEqualTo(ExitCode.BROKEN);
  }

  @Test
  void whatMakesNoSenseIsAMistakeInTheCommandLine() {
    assertThat(run()).isEqualTo(ExitCode.USAGE);
    assertThat(run("--month", "2025-13")).isEqualTo(ExitCode.USAGE);
    assertThat(run("--month", "november")).isEqualTo(ExitCode.USAGE);
    assertThat(run("--month", "2025-11", "--force")).isEqualTo(ExitCode.USAGE);
    assertThat(wishes).isEmpty();
  }

  @Test
  void whereNoSystemHasEverRunThereIsNothingToTakeOut() {
    assertThat(without("--month", "2025-11")).isEqualTo(ExitCode.FAILED);
    assertThat(wishes).isEmpty();
  }

  /** With a database of somebody else's, so that nothing is started. */
  private int run(String... options) {
    return without(
        Stream.concat(Stream.of(options), Stream.of("--set", SOMEWHERE)).toArray(String[]::new));
  }

  private int without(String... options) {
    Parts parts =
        new Parts(
            (_, _, _) -> {
              throw new AssertionError("nothing is started");
            },
            List.of(),
            (_, _, _, _) -> {
              throw new AssertionError("nothing is audited");
            },
            new NoProbes(),
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
            (_, jdbcUrl, wish, _) -> {
              assertThat(jdbcUrl).isEqualTo(SOMEWHERE.substring("db.url=".length()));
              wishes.add(wish);
              return report;
            });
    return Program.run(
        parts,
        Stream.concat(Stream.of("retire", "--data", data.toString()), Stream.of(options))
            .toArray(String[]::new));
  }

  private static final class NoProbes implements LaneProbes {
    @Override
    public Report feed(Settings settings, String jdbcUrl, Plan plan, Consumer<String> progress) {
      throw new AssertionError("nothing is measured");
    }

    @Override
    public Edge edge(Settings settings, String jdbcUrl, int port) {
      throw new AssertionError("nothing is served");
    }
  }
}
