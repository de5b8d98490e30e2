package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.harness.testing.OwnProgram;
import io.tidegate.harness.testing.Script;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bench that a signal ends leaves neither a process nor a file. */
final class BrokenOffTest {
  /** A system that comes up and never says so. */
  private static final String SCRIPT =
      """
      #!/bin/sh
      echo starting >&2
      echo "$@" > "${0%/*}/call"
      echo $$ > "${0%/*}/pid.new"
      mv "${0%/*}/pid.new" "${0%/*}/pid"
      exec sleep 600
      """;

  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir private Path folder;

  /** Benches as far as to the process that they start, each in a program of its own. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) throws Exception {
      switch (arguments[0]) {
        case "start" ->
            new StartBench()
                .run(
                    new Bench(
                        SampleReport.plan(),
                        new Bench.Target.Own(List.of("a.b=c")),
                        new Progress.Phases(true)));
        case "http" ->
            Beside.HttpProbe.start(Launcher.find(), Path.of("data"), List.of("a.b=c")).ready();
        case "no-http" -> noHttp(Path.of(arguments[1]));
        case "system" -> SystemUnderTest.start(Launcher.find(), List.of(), 0);
        case "tokens" ->
            SystemUnderTest.running(
                URI.create("http://127.0.0.1:1"), Path.of(arguments[1]), "jdbc:x", null, 2);
        case "stuck" -> new Swept(Path.of(arguments[1]));
        default -> throw new IllegalArgumentException(arguments[0]);
      }
    }

    /** A launcher that is not there; what is left is told before the program ends. */
    private static void noHttp(Path nowhere) throws Exception {
      try (Beside.HttpProbe probe =
          Beside.HttpProbe.start(new Launcher(nowhere), nowhere, List.of())) {
        System.out.println("started " + probe.log());
      } catch (BenchFailure e) {
        System.out.println(e.getMessage());
      }
      System.out.println("left " + left(Path.of(System.getProperty("java.io.tmpdir"))));
    }
  }

  @Test
  void starting_leaves_nothing() throws Exception {
    leavesNothing("start");
    assertThat(Files.readString(folder.resolve("call"))).contains("--set a.b=c");
  }

  @Test
  void tokens_for_a_system_that_runs_leave_nothing() throws Exception {
    Files.createDirectories(folder.resolve("data/run"));
    Files.writeString(folder.resolve("data/run/endpoints.json"), "{}");
    leavesNothing("tokens");
    assertThat(Files.readString(folder.resolve("call"))).startsWith("token --users 1-2 --out ");
  }

  @Test
  void raw_http_leaves_nothing() throws Exception {
    leavesNothing("http");
    assertThat(Files.readString(folder.resolve("call")))
        .contains("--set http.limit-per-user=0 --set a.b=c");
  }

  @Test
  void a_system_of_its_own_leaves_nothing() throws Exception {
    leavesNothing("system");
  }

  /** The bench goes on without it, for hours where it is one of all. */
  @Test
  void raw_http_that_does_not_start_leaves_nothing_while_the_bench_goes_on() throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    Process program =
        OwnProgram.of(
                List.of("-Djava.io.tmpdir=" + temporary),
                Program.class,
                "no-http",
                folder.resolve("nowhere").toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile())
            .start();
    assertThat(program.waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(folder.resolve("out")))
        .contains("the launcher does not start: ")
        .contains("left []");
  }

  /** One of the kernel's, which nobody can delete: whoever looks for room must know of it. */
  @Test
  void what_cannot_be_swept_away_is_told() throws Exception {
    Process program =
        OwnProgram.of(Program.class, "stuck", "/proc/self/fdinfo")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile())
            .start();
    assertThat(program.waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(folder.resolve("out")))
        .contains("the folder /proc/self/fdinfo is left: ");
  }

  private void leavesNothing(String bench) throws IOException, InterruptedException {
    Path script = Script.launcher(folder, SCRIPT);
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    Process program =
        OwnProgram.of(
                List.of("-Djava.io.tmpdir=" + temporary, "-Dtidegate.launcher=" + script),
                Program.class,
                bench,
                folder.resolve("data").toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile())
            .start();
    try {
      long pid = pid(program);
      assertThat(left(temporary)).isNotEmpty();
      program.destroy();
      assertThat(program.waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(ProcessHandle.of(pid)).isEmpty();
      assertThat(left(temporary)).isEmpty();
    } finally {
      program.descendants().forEach(ProcessHandle::destroyForcibly);
      program.destroyForcibly();
    }
  }

  /** Of the process that the bench has started, as soon as it is there. */
  private long pid(Process program) throws IOException, InterruptedException {
    Path file = folder.resolve("pid");
    long begun = System.nanoTime();
    while (!Files.exists(file)) {
      assertThat(program.isAlive()).as(Files.readString(folder.resolve("out"))).isTrue();
      assertThat(System.nanoTime() - begun).isLessThan(LONG.toNanos());
      Thread.sleep(10);
    }
    return Long.parseLong(Files.readString(file).trim());
  }

  private static List<Path> left(Path temporary) throws IOException {
    try (Stream<Path> files = Files.list(temporary)) {
      return files.filter(f -> !f.getFileName().toString().startsWith("hsperf")).toList();
    }
  }
}
