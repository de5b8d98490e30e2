package io.tidegate.platform.engine;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The broker's child process: its command, and what an earlier one left. */
final class BrokerProcess {

  private static final String MAIN = "io.tidegate.broker.BrokerMain";

  /** An orphan sees the end of its input and stops by itself within a second. */
  private static final Duration ORPHAN_LEAVES_MAX = Duration.ofSeconds(3);

  private static final Duration KILL_MAX = Duration.ofSeconds(3);

  private BrokerProcess() {}

  static Process launch(Path directory, BrokerPorts ports, BrokerSettings settings)
      throws IOException {
    Path log = Files.createDirectories(directory.resolve("log"));
    List<String> command = new ArrayList<>();
    command.add(settings.java().toString());
    command.add("-Xmx" + settings.heapMebibytes() + "m");
    command.add("-XX:+UseSerialGC");
    command.add("-Xss512k");
    command.add("-XX:-UsePerfData");
    command.add("-Xlog:disable");
    command.add("-Xlog:all=error:stderr");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.add("-Djava.library.path=" + directory.resolve("native"));
    command.addAll(settings.jvmOptions());
    command.add(MAIN);
    command.add(directory.toString());
    command.add(Integer.toString(ports.namesrv()));
    command.add(Integer.toString(ports.broker()));
    command.add(Integer.toString(settings.queues()));
    command.addAll(settings.topics());
    command.addAll(0, EngineUser.ownSession()); // Ctrl-C is for us; we stop it when lanes are empty
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    // Not an option: a long class path would hide the directory, by which an orphan is recognized.
    builder.environment().put("CLASSPATH", settings.classPath());
    builder.redirectError(new File(log.toFile(), "console.log"));
    return builder.start();
  }

  /** Waits for, else ends, a broker of an earlier life that still holds the directory. */
  static void endOrphan(Path directory) {
    Optional<ProcessHandle> orphan = orphan(directory);
    if (orphan.isEmpty() || ended(orphan.get(), ORPHAN_LEAVES_MAX)) {
      return;
    }
    orphan.get().destroy();
    if (!ended(orphan.get(), KILL_MAX)) {
      orphan.get().destroyForcibly();
      if (!ended(orphan.get(), KILL_MAX)) {
        throw new EngineException("an earlier broker does not end: process " + orphan.get().pid());
      }
    }
  }

  /**
   * The process of the pid file, if its command line says that it is a broker of this directory.
   */
  private static Optional<ProcessHandle> orphan(Path directory) {
    try {
      Path file = directory.resolve("broker.pid");
      if (Files.notExists(file)) {
        return Optional.empty();
      }
      long pid = Long.parseLong(Files.readString(file).strip());
      return ProcessHandle.of(pid)
          .filter(process -> process.pid() != ProcessHandle.current().pid())
          .filter(process -> isBroker(process, directory));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NumberFormatException _) {
      return Optional.empty(); // written only in part: that process died at once
    }
  }

  private static boolean isBroker(ProcessHandle process, Path directory) {
    List<String> arguments = process.info().arguments().map(List::of).orElse(List.of());
    return arguments.contains(MAIN) && arguments.contains(directory.toString());
  }

  private static boolean ended(ProcessHandle process, Duration wait) {
    try {
      process.onExit().get(wait.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException | ExecutionException _) {
      return !process.isAlive();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineException("interrupted while an earlier broker ends", e);
    }
  }
}
