package io.tidegate.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The program in a process of its own, with what it writes in files. */
final class ProgramProcess implements AutoCloseable {

  static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Process process;
  private final Path folder;

  private ProgramProcess(Process process, Path folder) {
    this.process = process;
    this.folder = folder;
  }

  /** How a command ended. */
  record Ended(int exitCode, String out, String err) {}

  /** Starts a command on the class path of this test. */
  static ProgramProcess start(String... words) throws IOException {
    return startOn(classPath(), words);
  }

  /**
   * As a shell starts it: with all that it starts it is a group, which Ctrl-C is sent to.
   *
   * @param programs a folder whose programs it finds first
   */
  static ProgramProcess startInAGroup(Path programs, String... words) throws IOException {
    String path = "PATH=" + programs + File.pathSeparator + System.getenv("PATH");
    // A build in the background ignores SIGINT, and so would a JVM that it starts.
    return startOn(List.of("setsid", "env", "--default-signal=INT", path), classPath(), words);
  }

  static ProgramProcess startOn(String classPath, String... words) throws IOException {
    return startOn(List.of(), classPath, words);
  }

  private static ProgramProcess startOn(List<String> before, String classPath, String... words)
      throws IOException {
    Path folder = Files.createTempDirectory("tidegate-program-");
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx400m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "io.tidegate.server.Main"));
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("CLASSPATH", classPath);
    builder.redirectOutput(folder.resolve("out").toFile());
    builder.redirectError(folder.resolve("err").toFile());
    return new ProgramProcess(builder.start(), folder);
  }

  /** Runs a command to its end. */
  static Ended run(String... words) throws IOException, InterruptedException {
    try (ProgramProcess program = start(words)) {
      return program.end();
    }
  }

  static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  /** Waits until it ends by itself. */
  Ended end() throws InterruptedException {
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as(err()).isTrue();
    return new Ended(process.exitValue(), out(), err());
  }

  /** Waits for a text on standard error. */
  void awaitErr(String text) {
    await().atMost(PATIENCE).until(() -> err().contains(text) || !process.isAlive());
    assertThat(err()).contains(text);
  }

  /** Waits until it takes requests; returns the address of its API. */
  String awaitReady() {
    await().atMost(PATIENCE).until(() -> out().contains("\n") || !process.isAlive());
    assertThat(out()).as(err()).startsWith("ready http://");
    return out().split(" ")[1];
  }

  /** Ctrl-C. */
  void interruptGroup() throws IOException, InterruptedException {
    String kill = "kill -s INT -- -" + process.pid();
    assertThat(new ProcessBuilder("sh", "-c", kill).inheritIO().start().waitFor()).isZero();
  }

  /** SIGTERM, and the end; no process stays behind. */
  Ended stop() throws InterruptedException {
    List<ProcessHandle> all = process.descendants().toList();
    process.destroy();
    Ended ended = end();
    await().atMost(PATIENCE).until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
    return ended;
  }

  /** SIGKILL; what it has started ends by itself. */
  void kill() {
    List<ProcessHandle> all = process.descendants().toList();
    process.destroyForcibly();
    await()
        .atMost(PATIENCE)
        .until(() -> !process.isAlive() && all.stream().noneMatch(ProcessHandle::isAlive));
  }

  String out() {
    return read("out");
  }

  String err() {
    return read("err");
  }

  private String read(String name) {
    try {
      return Files.readString(folder.resolve(name), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** What a failed test left running is ended. */
  @Override
  public void close() {
    List<ProcessHandle> all = process.descendants().toList();
    process.destroyForcibly();
    all.forEach(ProcessHandle::destroyForcibly);
    for (String name : List.of("out", "err")) {
      new File(folder.toFile(), name).delete();
    }
    folder.toFile().delete();
  }
}
