package io.tidegate.harness;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * A mistake in the words of a command line, as it is told: what is wrong in one line, and in
 * another where the help is. All of the help would hide it.
 */
final class Mistake {
  private Mistake() {}

  /** Tells it and returns the exit code. */
  static int told(ParameterException e, String... arguments) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().println(name + ": " + line(e));
    command.getErr().println("see " + name + " --help");
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }

  /** One line, whatever was typed. */
  private static String line(ParameterException e) {
    String text = String.join(" ", String.valueOf(e.getMessage()).lines().toList());
    if (e instanceof UnmatchedArgumentException unmatched) {
      List<String> meant = unmatched.getSuggestions();
      if (!meant.isEmpty()) {
        return text + "; did you mean " + meant.getFirst() + '?';
      }
    }
    return text;
  }
}
