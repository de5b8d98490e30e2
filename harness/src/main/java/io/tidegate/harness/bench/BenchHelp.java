package io.tidegate.harness.bench;

import java.util.Locale;
import picocli.CommandLine;

/** The command of the benches, whose help lists what there is to measure. */
public final class BenchHelp {
  private BenchHelp() {}

  /** The command that runs these scenarios. */
  public static CommandLine command(Scenarios scenarios) {
    CommandLine command = new CommandLine(new BenchCommand(scenarios));
    command.setCaseInsensitiveEnumValuesAllowed(true);
    StringBuilder text = new StringBuilder("%nWHAT is one of:%n");
    for (Scenario scenario : scenarios.all()) {
      Defaults usual = scenario.defaults();
      text.append(
          String.format(
              Locale.ROOT,
              "  %-10s %s%%n             (rate %s, %d connections, %,d users, %d s after %d"
                  + " s%s%s)%%n",
              scenario.name(),
              scenario.purpose().replace("%", "%%"),
              usual.rate() == 0 ? "max" : String.format(Locale.ROOT, "%,.0f", usual.rate()),
              usual.connections(),
              usual.users(),
              usual.seconds(),
              usual.warmupSeconds(),
              usual.orders() == 0 ? "" : String.format(Locale.ROOT, ", orders %,d", usual.orders()),
              usual.pairs() == 1 ? "" : ", pairs " + usual.pairs()));
    }
    text.append("  all        all of these and a page of them, into --report DIR%n");
    command.getCommandSpec().usageMessage().footer(text.toString());
    return command;
  }
}
