package io.tidegate.server.cli;

import io.tidegate.server.config.Settings;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the system until it is told to stop. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Runs the system until Ctrl-C or SIGTERM; a second signal ends it at once.",
      "Prints \"ready URL MILLIS\" when it takes requests, and tells on standard error what it does."
    })
final class ServeCommand implements Callable<Integer> {
  private final Parts parts;

  @Mixin private ConfigurationOptions options = new ConfigurationOptions();

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Port of the API (http.port); 0 takes a free one.")
  private @Nullable String port;

  @Option(
      names = "--role",
      paramLabel = "ROLES",
      description = "What this node does (node.role), a list with commas.")
  private @Nullable String role;

  @Option(
      names = "--exit-with-parent",
      hidden = true,
      description = "Ends when standard input ends.")
  private boolean exitWithParent;

  @Spec private @Nullable CommandSpec spec;

  ServeCommand(Parts parts) {
    this.parts = parts;
  }

  @Override
  public Integer call() throws InterruptedException {
    options.shorthand("http.port", port);
    options.shorthand("node.role", role);
    Settings settings = options.settings();
    CommandLine line = Objects.requireNonNull(spec).commandLine();
    Steps steps = new Steps(line.getErr());
    CountDownLatch asked = new CountDownLatch(1);
    LastResort lastResort = new LastResort(Thread.currentThread(), steps);
    Signals.listen(
        () -> {
          asked.countDown();
          lastResort.arm();
        },
        LastResort::endAtOnce);
    if (exitWithParent) {
      Signals.whenInputEnds(() -> {
        asked.countDown();
        lastResort.arm();
      });
    }
    try (Serving serving = Serving.start(settings, parts, steps)) {
      if (lastResort.started()) {
        serving.sayReady(line.getOut());
        OwnClasses.loadAll();
        asked.await();
      }
    } catch (RuntimeException | InterruptedException e) {
      if (asked.getCount() > 0) {
        throw e;
      }
      Logs.unexpected("the start", e); // it was told to stop: what broke off is no news
    }
    steps.say("stopped");
    LastResort.endChildren();
    Logs.close();
    return ExitCode.DONE;
  }
}
