package io.tidegate.server.cli;

import io.tidegate.server.config.Settings;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Looks at the lake's files, and makes broken ones again. */
@Command(
    name = "lake",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Looks at the lake: status tells how it stands; verify compares every file with its checksum,",
      "the rows of each day with the event log, and names events that never got there (dead letters);",
      "rebuild makes broken files again, too;",
      "restore says that the folder was lost: it is begun anew, and all of its files made again.",
      "Uses the running system's database, or starts the database alone. Exit code 3: broken."
    })
final class LakeCommand implements Callable<Integer> {
  private final Lakes lakes;

  @Mixin private ConfigurationOptions options = new ConfigurationOptions();

  @Parameters(paramLabel = "WHAT", description = "One of status, verify, rebuild, restore.")
  private Lakes.@Nullable Act act;

  @Option(names = "--json", description = "One JSON document.")
  private boolean asJson;

  @Spec private @Nullable CommandSpec spec;

  LakeCommand(Lakes lakes) {
    this.lakes = lakes;
  }

  @Override
  public Integer call() {
    Settings settings = options.settings();
    CommandSpec own = Objects.requireNonNull(spec);
    PrintWriter err = own.commandLine().getErr();
    PrintWriter out = own.commandLine().getOut();
    try (FoundDatabase database = FoundDatabase.of(settings, err::println)) {
      ProgressLine line = new ProgressLine(err, ProgressLine.isTerminal() && !asJson);
      Lakes.Report report =
          lakes.run(settings, database.jdbcUrl(), Objects.requireNonNull(act), line::show);
      line.clear();
      out.println(asJson ? report.json() : report.table());
      out.flush();
      return report.broken() ? ExitCode.BROKEN : ExitCode.DONE;
    }
  }
}
