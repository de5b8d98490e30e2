package io.tidegate.server.cli;

import io.tidegate.server.config.Settings;
import io.tidegate.server.doctor.Doctor;
import io.tidegate.server.doctor.Target;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Looks at what a system stands on, with advice; changes nothing. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Looks at machine, database and broker as configured, a line each with advice.",
      "Changes and starts nothing. Exit code 3: something is wrong."
    })
final class DoctorCommand implements Callable<Integer> {
  private final List<String> topics;

  @Mixin private ConfigurationOptions options = new ConfigurationOptions();

  @Option(names = "--json", description = "One JSON document.")
  private boolean asJson;

  @Spec private @Nullable CommandSpec spec;

  DoctorCommand(List<String> topics) {
    this.topics = topics;
  }

  @Override
  public Integer call() throws InterruptedException {
    Settings settings = options.settings();
    Optional<Endpoints> running = Endpoints.ofRunning(settings.data());
    Doctor.Findings findings =
        Doctor.examine(
            new Target(
                settings,
                settings.database().embedded()
                    ? running.map(Endpoints::database).orElse("")
                    : settings.database().url().text(),
                settings.messaging().embedded()
                    ? running.map(Endpoints::rocketmq).orElse("")
                    : settings.messaging().namesrv(),
                running.map(Endpoints::api).orElse(""),
                settings.messaging().topics(topics)));
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    out.println(
        asJson ? findings.toJson(Version.text(), settings.data().toString()) : findings.toTable());
    out.flush();
    return findings.wrong() > 0 ? ExitCode.BROKEN : ExitCode.DONE;
  }
}
