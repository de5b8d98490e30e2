package io.tidegate.harness.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A program of a test's own, on its class path: one that a signal may end. */
public final class OwnProgram {

  private OwnProgram() {}

  /** One that runs this class's {@code main}, to be started. */
  public static ProcessBuilder of(Class<?> main, String... arguments) {
    return of(List.of(), main, arguments);
  }

  /**
   * The same.
   *
   * @param options of its JVM
   */
  public static ProcessBuilder of(List<String> options, Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }
}
