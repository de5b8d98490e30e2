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
    String launcher = System.getProperty(LAUNCHER, "");
    if (launcher.isEmpty() || !Files.isExecutable(Path.of(launcher))) {
      throw new Failure(
          "the simulators need the launcher; start with it, or set simulators.url or demo=false");
    }
    return Path.of(launcher);
  }

  /** A command in a session of its own: Ctrl-C in our terminal must not reach it before us. */
  static List<String> detached(List<String> command) {
    return Stream.of("/usr/bin/setsid", "/bin/setsid")
        .filter(program -> Files.isExecutable(Path.of(program)))
        .findFirst()
        .map(setsid -> Stream.concat(Stream.of(setsid), command.stream()).toList())
        .orElse(command);
  }
}
