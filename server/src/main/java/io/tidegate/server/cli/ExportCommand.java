package io.tidegate.server.cli;

import io.tidegate.server.config.Settings;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Puts goods, prices or stock into a CSV file. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Puts goods, prices or stock into a CSV file in UTF-8, which import takes.",
      "Uses the running system's database, or starts the database alone."
    })
final class ExportCommand implements Callable<Integer> {
  private final Exchanges exchanges;

  @Mixin private ConfigurationOptions options = new ConfigurationOptions();

  @Parameters(index = "0", description = "One of ${COMPLETION-CANDIDATES}.")
  private Exchanges.@Nullable What what;

  @Parameters(index = "1", paramLabel = "FILE", description = "Written anew.")
  private @Nullable Path file;

  @Option(
      names = "--bom",
      description = "Begins with a byte order mark, by which some spreadsheets know UTF-8.")
  private boolean bom;

  @Spec private @Nullable CommandSpec spec;

  ExportCommand(Exchanges exchanges) {
    this.exchanges = exchanges;
  }

  @Override
  public Integer call() {
    Settings settings = options.settings();
    if (what == Exchanges.What.STATEMENT) {
      throw new Failure("a statement is its provider's: it is not exported");
    }
    Steps steps = new Steps(Objects.requireNonNull(spec).commandLine().getErr());
    Path to = Objects.requireNonNull(file);
    try (FoundDatabase database = FoundDatabase.of(settings, steps::shown);
        Bar bar = new Bar(steps, "export", "rows")) {
      Exchanges.Audience audience =
          new Exchanges.Audience() {
            @Override
            public void reached(long done, long of) {
              bar.reached(done, of);
            }

            @Override
            public void bad(Exchanges.Bad bad) {
              throw new IllegalStateException("what is stored is never bad");
            }

            @Override
            public boolean stopAsked() {
              return false; // the file appears when it is whole: who stops leaves the old one
            }
          };
      long rows =
          exchanges.give(database.jdbcUrl(), Objects.requireNonNull(what), to, bom, audience);
      bar.end();
      steps.shown("%,d rows in %s".formatted(rows, to));
      return ExitCode.DONE;
    }
  }
}
