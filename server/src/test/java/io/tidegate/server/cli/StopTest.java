package io.tidegate.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.testing.TestPostgres;
import io.tidegate.server.cli.ProgramProcess.Ended;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SIGTERM at any time ends the program quietly, and everything that it started. */
class StopTest {

  private static final String[] NO_BROKER = {
    "--set", "rocketmq.namesrv=127.0.0.1:9", "--set", "simulators.url=http://127.0.0.1:9"
  };

  @TempDir private Path folder;

  @ParameterizedTest
  @Tag("own-engine")
  @CsvSource({
    "data in,0",
    "Making a new PostgreSQL data directory,0",
    "PostgreSQL runs,0",
    "database at this version,300000",
  })
  void aFirstStartThatIsBrokenOffEndsQuietly(String at, int skus) throws Exception {
    String[] words = {
      "serve", "--port", "0", "--data", folder.toString(), "--set", "demo.skus=" + skus
    };
    try (ProgramProcess program = ProgramProcess.start(StartRefusalsTest.words(words, NO_BROKER))) {
      program.awaitErr(at);
      Ended ended = program.stop();
      assertQuiet(ended);
      assertThat(ended.out()).doesNotStartWith("ready");
    }
    assertNobodyWorksIn(folder);
  }

  @Test
  void whoeverBuildsTheProjectAnewDoesNotBreakTheStop() throws Exception {
    Path copies = folder.resolve("classes");
    String[] words = {
      "serve",
      "--port",
      "0",
      "--data",
      folder.resolve("data").toString(),
      "--set",
      "db.url=" + TestPostgres.freshDatabase()
    };
    try (ProgramProcess program =
        ProgramProcess.startOn(
            withCopiesOfOurs(copies), StartRefusalsTest.words(words, NO_BROKER))) {
      program.awaitReady();
      Path log = folder.resolve("data").resolve("log").resolve(Logs.FILE_NAME);
      await()
          .atMost(ProgramProcess.PATIENCE)
          .until(() -> Files.readString(log).contains("own classes are loaded"));
      delete(copies);
      assertQuiet(program.stop());
    }
  }

  /**
   * What Ctrl-C does: all that the start has running in our group hears it, too. Root's start is
   * met while it looks whom PostgreSQL can run as, which takes its time here; else a folder for
   * PostgreSQL is being made.
   */
  @Test
  @Tag("own-engine")
  void ctrlCInTheFirstMomentsOfAFirstStartIsNoError() throws Exception {
    Path data = folder.resolve("data");
    Path looking = folder.resolve("looking");
    Path slow = Files.createDirectories(folder.resolve("bin")).resolve("unshare");
    Files.writeString(slow, "#!/bin/sh\ntouch " + looking + "\nsleep 30\n");
    Files.setPosixFilePermissions(slow, PosixFilePermissions.fromString("rwxr-xr-x"));
    String[] words = {"serve", "--port", "0", "--data", data.toString()};
    try (ProgramProcess program =
        ProgramProcess.startInAGroup(slow.getParent(), StartRefusalsTest.words(words, NO_BROKER))) {
      await()
          .atMost(ProgramProcess.PATIENCE)
          .until(() -> Files.exists(looking) || program.err().contains("Making a new PostgreSQL"));
      program.interruptGroup();
      Ended ended = program.end();
      assertQuiet(ended);
      assertThat(Files.readString(data.resolve("log").resolve(Logs.FILE_NAME)))
          .doesNotContain("as root", "ERROR");
    }
    assertNobodyWorksIn(folder);
  }

  private static void assertQuiet(Ended ended) {
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.err().lines().toList())
        .as(ended.err())
        .allMatch(line -> line.startsWith("tidegate: ") || line.contains(" WARN "))
        .noneMatch(line -> line.contains("Exception") || line.contains("Error"));
    assertThat(ended.err().lines().toList().getLast()).isEqualTo("tidegate: stopped");
  }

  private static void assertNobodyWorksIn(Path folder) {
    assertThat(
            ProcessHandle.allProcesses()
                .filter(ProcessHandle::isAlive)
                .map(process -> process.info().commandLine().orElse(""))
                .filter(line -> line.contains(folder.toString())))
        .isEmpty();
  }

  /** The class path with what this build made copied, as another build would replace it. */
  private static String withCopiesOfOurs(Path copies) throws IOException {
    List<String> entries = new ArrayList<>();
    for (String entry : ProgramProcess.classPath().split(File.pathSeparator, -1)) {
      Path place = Path.of(entry);
      boolean ours =
          Files.isDirectory(place) || place.getFileName().toString().startsWith("tidegate-");
      if (ours && Files.exists(place)) {
        Path copy = copies.resolve(entries.size() + "-" + place.getFileName());
        copy(place, copy);
        entries.add(copy.toString());
      } else {
        entries.add(entry);
      }
    }
    return String.join(File.pathSeparator, entries);
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
