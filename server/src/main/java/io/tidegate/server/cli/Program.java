package io.tidegate.server.cli;

import io.tidegate.platform.db.Migrations;
import io.tidegate.platform.engine.EngineException;
import io.tidegate.server.config.ConfigurationException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program's command line: a table of its commands, and how each failure is told. */
@Command(
    name = "tidegate",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    footer = {
      "",
      "Also: bench, simulate (a second program; each has its --help).",
      "Exit codes: 0 done; 1 could not run; 2 usage or configuration; 3 ran, and something is broken."
    },
    description = "The order system of an online shop, for the day when everyone comes at once.")
public final class Program {
  private Program() {}

  /**
   * Runs one command and returns its exit code.
   *
   * @param parts what the commands run
   */
  public static int run(Parts parts, String... arguments) {
    CommandLine line =
        new CommandLine(new Program())
            .addSubcommand(new CommandLine(new ServeCommand(parts)))
            .addSubcommand(new CommandLine(new TokenCommand()))
            .addSubcommand(new CommandLine(new AuditCommand(parts.audits())))
            .addSubcommand(new CommandLine(new ConfigCommand()))
            .addSubcommand(new CommandLine(new FillCommand(parts.fills(), parts.lakeFills())))
            .addSubcommand(new CommandLine(new RetireCommand(parts.retires())))
            .addSubcommand(
                new CommandLine(new ImportCommand(parts.exchanges()))
                    .addSubcommand(new CommandLine(new ImportOrdersCommand(parts.orderImports()))))
            .addSubcommand(new CommandLine(new ExportCommand(parts.exchanges())))
            .addSubcommand(new CommandLine(new ReplayCommand()))
            .addSubcommand(new CommandLine(new LakeCommand(parts.lakes())))
            .addSubcommand(new CommandLine(new LaneProbeCommand(parts.laneProbes())))
            .addSubcommand(new CommandLine(new DoctorCommand(parts.topics())))
            .addSubcommand(new CommandLine(new TrainCommand(parts)));
    line.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler(Program::usage);
    line.setExecutionExceptionHandler((e, command, _) -> failure(e, command));
    if (arguments.length == 0) {
      line.usage(line.getErr());
      return ExitCode.USAGE;
    }
    return line.execute(arguments);
  }

  /** A mistake in the words of the command line, in one line, and where the help is. */
  private static int usage(ParameterException e, String... arguments) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    StringBuilder text = new StringBuilder(name).append(": ").append(firstLine(e.getMessage()));
    if (e instanceof UnmatchedArgumentException unmatched) {
      List<String> meant = unmatched.getSuggestions();
      if (!meant.isEmpty()) {
        text.append("; did you mean ").append(meant.getFirst()).append('?');
      }
    }
    command.getErr().println(text);
    command.getErr().println("see " + name + " --help");
    return ExitCode.USAGE;
  }

  private static int failure(Exception e, CommandLine command) {
    PrintWriter err = command.getErr();
    String name = command.getCommandSpec().qualifiedName();
    return switch (e) {
      case ConfigurationException wrong -> {
        err.println(name + ": the configuration is not usable:");
        wrong.problems().forEach(problem -> err.println("  " + problem));
        yield ExitCode.USAGE;
      }
      case Failure known -> told(err, name, known);
      case EngineException known -> told(err, name, known);
      case Migrations.Refused known -> told(err, name, known);
      default -> {
        Logs.unexpected(name, e);
        err.println(name + ": could not run: " + firstLine(rootOf(e).toString()));
        yield ExitCode.FAILED;
      }
    };
  }

  private static int told(PrintWriter err, String name, RuntimeException known) {
    err.println(name + ": " + known.getMessage());
    return ExitCode.FAILED;
  }

  private static Throwable rootOf(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  private static String firstLine(@Nullable String text) {
    return text == null ? "" : text.lines().findFirst().orElse("");
  }
}
