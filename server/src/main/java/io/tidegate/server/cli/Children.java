package io.tidegate.server.cli;

import io.tidegate.platform.engine.BrokerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** How the programs beside the server are found and started. */
final class Children {
  private static final String HOME = "tidegate.home";
  private static final String LAUNCHER = "tidegate.launcher";
  private static final String LOWER_SESSION =
      "{ echo 19 > /proc/self/autogroup; } 2> /dev/null; exec \"$@\"";

  private Children() {}

  /**
   * How the broker's JVM is run.
   *
   * @throws Failure where this program doesn't know its own folder, or the broker isn't built
   */
  static BrokerSettings broker(List<String> topics) {
    String home = System.getProperty(HOME, "");
    Path target = Path.of(home, "broker", "target");
    Path jar = home.isEmpty() ? null : jarIn(target).orElse(null);
    if (jar == null) {
      throw new Failure(
          "the message broker's program is not in "
              + target
              + "; start with the launcher, or set rocketmq.namesrv");
    }
    BrokerSettings usual = BrokerSettings.of(jar + ":" + target.resolve("lib") + "/*", topics);
    return new BrokerSettings(
        usual.java(),
        usual.classPath(),
        usual.heapMebibytes(),
        List.of("-XX:+IgnoreUnrecognizedVMOptions", "-XX:+UseCompactObjectHeaders"),
        usual.topics(),
        usual.queues());
  }

  private static Optional<Path> jarIn(Path target) {
    try (Stream<Path> files = Files.list(target)) {
      return files
          .filter(file -> file.getFileName().toString().matches("tidegate-broker-.*[0-9T]\\.jar"))
          .sorted()
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * The launcher, which starts the second program.
   *
   * @throws Failure where this program was not started by it
   */
  static Path launcher() {
    return launcherIfAny()
        .orElseThrow(() ->
            new Failure(
                "the simulators need the launcher; start with it, or set simulators.url or"
                    + " demo=false"));
  }

  /** The launcher, where this program was started by it. */
  static Optional<Path> launcherIfAny() {
    return Optional.of(System.getProperty(LAUNCHER, ""))
        .filter(launcher -> !launcher.isEmpty() && Files.isExecutable(Path.of(launcher)))
        .map(Path::of);
  }

  /**
   * A detached command of the lowest priority. Linux may share processors fairly among sessions
   * first (autogroup, see sched(7)): then {@code nice} decides within a session only, so the
   * session that is the command's own gets the lowest priority as well.
   */
  static List<String> ofLowestPriority(List<String> command) {
    List<String> nice =
        program("nice").map(path -> joined(List.of(path, "-n", "19"), command)).orElse(command);
    return program("setsid")
        .map(setsid -> joined(List.of(setsid, "/bin/sh", "-c", LOWER_SESSION, "sh"), nice))
        .orElse(nice);
  }

  /** A command in a session of its own: Ctrl-C in our terminal must not reach it before us. */
  static List<String> detached(List<String> command) {
    return program("setsid").map(setsid -> joined(List.of(setsid), command)).orElse(command);
  }

  private static Optional<String> program(String name) {
    return Stream.of("/usr/bin/" + name, "/bin/" + name)
        .filter(path -> Files.isExecutable(Path.of(path)))
        .findFirst();
  }

  private static List<String> joined(List<String> first, List<String> then) {
    return Stream.concat(first.stream(), then.stream()).toList();
  }
}
