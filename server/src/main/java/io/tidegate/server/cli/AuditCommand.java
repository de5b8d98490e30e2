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
import picocli.CommandLine.Spec;

/** Checks every invariant, by name: rows looked at, rows broken. */
@Command(
    name = "audit",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Checks every invariant, by name: rows looked at, rows broken.",
      "Uses the running system's database, or starts the database alone. Exit code 3: broken."
    })
final class AuditCommand implements Callable<Integer> {
  private final Audits audits;

  @Mixin private ConfigurationOptions options = new ConfigurationOptions();

  @Option(names = "--full", description = "Looks at everything, not only at what changed of late.")
  private boolean full;

  @Option(names = "--json", description = "One JSON document.")
  private boolean asJson;

  @Spec private @Nullable CommandSpec spec;

  AuditCommand(Audits audits) {
    this.audits = audits;
  }

  @Override
  public Integer call() {
    Settings settings = options.settings();
    CommandSpec own = Objects.requireNonNull(spec);
    PrintWriter err = own.commandLine().getErr();
    PrintWriter out = own.commandLine().getOut();
    try (FoundDatabase database = FoundDatabase.of(settings, err::println)) {
      ProgressLine line = new ProgressLine(err, ProgressLine.isTerminal() && !asJson);
      Audits.Report report =
          audits.run(settings, database.jdbcUrl(), full, name -> line.show("checking " + name));
      line.clear();
      out.println(asJson ? report.json() : report.table());
      out.flush();
      return report.broken() ? ExitCode.BROKEN : ExitCode.DONE;
    }
  }
}
