package io.tidegate.server.cli;

import io.tidegate.platform.http.JsonWriter;
import io.tidegate.server.config.Settings;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.YearMonth;
import java.time.format.DateTimeParseException;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Takes a month of orders out of the database: into files, where their owners still read them. */
@Command(
    name = "retire",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Takes a month of orders out of the database, into files, where their owners still read them.",
      "Every order of it must be at its end, and three months at least stay. It may be broken off at"
          + " any time; the same command goes on. Uses the running system's database, or starts the"
          + " database alone. Exit code 3: something stands against it."
    })
final class RetireCommand implements Callable<Integer> {
  private final Retires retires;

  @Mixin private ConfigurationOptions options = new ConfigurationOptions();

  @Option(names = "--month", paramLabel = "YYYY-MM", required = true, description = "Which month.")
  private String month = "";

  @Option(names = "--dry-run", description = "Says what stands against it, and changes nothing.")
  private boolean dryRun;

  @Option(
      names = "--keep",
      description = "The detached tables stay in the database, and are never dropped.")
  private boolean keep;

  @Option(names = "--json", description = "One JSON document.")
  private boolean asJson;

  @Spec private @Nullable CommandSpec spec;

  RetireCommand(Retires retires) {
    this.retires = retires;
  }

  @Override
  public Integer call() {
    CommandSpec own = Objects.requireNonNull(spec);
    YearMonth wanted;
    try {
      wanted = YearMonth.parse(month);
    } catch (DateTimeParseException _) {
      throw new ParameterException(own.commandLine(), "--month must be a month such as 2025-11");
    }
    Settings settings = options.settings();
    PrintWriter err = own.commandLine().getErr();
    PrintWriter out = own.commandLine().getOut();
    Steps steps = new Steps(err);
    try (FoundDatabase database = FoundDatabase.of(settings, steps::shown)) {
      Retires.Report report =
          retires.run(
              settings, database.jdbcUrl(), new Retires.Wish(wanted, dryRun, keep), steps::shown);
      out.println(asJson ? json(wanted, report) : words(wanted, report));
      out.flush();
      return report.against().isEmpty() ? ExitCode.DONE : ExitCode.BROKEN;
    }
  }

  private static String words(YearMonth month, Retires.Report report) {
    if (!report.against().isEmpty()) {
      return "%s can't leave the database:%n  %s"
          .formatted(month, String.join(System.lineSeparator() + "  ", report.against()));
    }
    return report.retired()
        ? "%s has left the database: %,d orders".formatted(month, report.orders())
        : "nothing stands against %s: %,d orders".formatted(month, report.orders());
  }

  private static String json(YearMonth month, Retires.Report report) {
    JsonWriter json =
        new JsonWriter(512)
            .beginObject()
            .field("month", month.toString())
            .field("orders", report.orders())
            .field("retired", report.retired())
            .name("against")
            .beginArray();
    report.against().forEach(json::value);
    return new String(json.endArray().endObject().toBytes(), StandardCharsets.UTF_8);
  }
}
