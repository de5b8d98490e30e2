package com.example.promotion;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** One release of the promotion service in a process of its own, as it is packaged. */
final class Service implements AutoCloseable {
  private static final long END_SECONDS_MAX = 60;

  private final Process process;
  private final Path folder;
  private final Path log;
  private final Release release;

  private Service(Process process, Path folder, Path log, Release release) {
    this.process = process;
    this.folder = folder;
    this.log = log;
    this.release = release;
  }

  static Service start(Release release, String namesrv, Path folder) throws IOException {
    Path log = Files.createDirectories(folder).resolve(release.group() + ".log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("promotion.classpath"),
                Main.class.getName(),
                release.name(),
                namesrv,
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    return new Service(process, folder, log, release);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** All points by order, as they are on its disk; empty until it is ready. */
  Map<String, Long> points() throws IOException, SQLException {
    Map<String, Long> points = new TreeMap<>();
    if (lines().contains("ready " + release.group())) {
      try (AwardBook book = new AwardBook(folder.resolve(release.group() + ".db"))) {
        book.all().forEach(award -> points.merge(award.order(), award.points(), Long::sum));
      }
    }
    return points;
  }

  /** How often it said that it heard of an order again. */
  long repetitions(String order) throws IOException {
    return lines().stream().filter(line -> line.startsWith("again " + order + " ")).count();
  }

  List<String> lines() throws IOException {
    return Files.readAllLines(log);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
  }
}
