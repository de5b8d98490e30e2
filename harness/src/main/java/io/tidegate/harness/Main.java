package io.tidegate.harness;

import io.tidegate.harness.bench.BenchHelp;
import io.tidegate.harness.bench.Scenarios;
import io.tidegate.harness.chaos.KillCommand;
import io.tidegate.harness.chaos.LongCommand;
import io.tidegate.harness.chaos.RaceCommand;
import io.tidegate.harness.chaos.SaleKillBench;
import io.tidegate.harness.simulators.SimulateCommand;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The second program's entry: a table of its commands. Exit codes: 0 done; 1 could not run; 2
 * usage; 3 ran, and something is broken, or a target was missed or could not be judged.
 */
@Command(
    name = "tidegate",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Simulators and benches of Tidegate.",
    subcommands = SimulateCommand.class)
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** Runs one command and returns its exit code. */
  static int run(String... args) {
    return line().execute(args);
  }

  /** All commands, which tell a mistake and a failure alike. */
  static CommandLine line() {
    CommandLine line = new CommandLine(new Main());
    line.addSubcommand(
        BenchHelp.command(Scenarios.with(new SaleKillBench(), List.of()))
            .addSubcommand(new KillCommand())
            .addSubcommand(new RaceCommand())
            .addSubcommand(new LongCommand()));
    line.setParameterExceptionHandler(Mistake::told);
    line.setExecutionExceptionHandler((e, command, _) -> {
      System.err.println(command.getCommandName() + ": could not run: " + e);
      return 1;
    });
    return line;
  }
}
