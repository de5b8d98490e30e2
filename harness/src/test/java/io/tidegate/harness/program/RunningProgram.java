package io.tidegate.harness.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One {@code serve}, started by the launcher as a user would. */
final class RunningProgram {

  static final Duration START_MAX = Duration.ofSeconds(120);
  static final Duration STOP_MAX = Duration.ofSeconds(30);
  static final Duration COMMAND_MAX = Duration.ofSeconds(120);

  private final Path data;
  private final Process process;
  final String api;

  private RunningProgram(Path data, Process process, String api) {
    this.data = data;
    this.process = process;
    this.api = api;
  }

  static RunningProgram start(Path data, String... more) throws Exception {
    List<String> words = new ArrayList<>(List.of("serve", "--port", "0"));
    words.addAll(List.of(more));
    Process process = launcher(data, words).redirectError(data.resolve("err").toFile()).start();
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String line =
        CompletableFuture.supplyAsync(
                () -> {
                  try {
                    return String.valueOf(out.readLine());
                  } catch (IOException e) {
                    return e.toString();
                  }
                })
            .get(START_MAX.toSeconds(), TimeUnit.SECONDS);
    assertThat(line).as(Files.readString(data.resolve("err"))).startsWith("ready http://");
    return new RunningProgram(data, process, line.split(" ")[1]);
  }

  /** Runs another command of the launcher on the same data. */
  static String command(Path data, int exitCode, String... words) throws Exception {
    Process process =
        launcher(data, List.of(words)).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(COMMAND_MAX.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(out).isEqualTo(exitCode);
    return out;
  }

  JsonNode endpoints() throws IOException {
    return JsonMapper.shared()
        .readTree(Files.readAllBytes(data.resolve("run").resolve("endpoints.json")));
  }

  /** kill -9 of the program, the database, the broker and the simulators, all at once. */
  void killEverything() throws InterruptedException {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    assertThat(all).as("database, broker, simulators").hasSizeGreaterThan(3);
    process.destroyForcibly();
    all.forEach(ProcessHandle::destroyForcibly);
    assertThat(process.waitFor(STOP_MAX.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }

  /** SIGTERM; no process stays behind. */
  void stop() throws InterruptedException {
    List<ProcessHandle> all = process.descendants().toList();
    process.destroy();
    assertThat(process.waitFor(STOP_MAX.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(all).noneMatch(ProcessHandle::isAlive);
  }

  private static ProcessBuilder launcher(Path data, List<String> words) throws IOException {
    Files.createDirectories(data);
    List<String> all = new ArrayList<>();
    all.add(Path.of(System.getProperty("tidegate.root"), "tidegate").toString());
    all.addAll(words);
    all.add("--data");
    all.add(data.toString());
    ProcessBuilder builder = new ProcessBuilder(all);
    builder.environment().put("TIDEGATE_NO_BUILD", "1");
    builder.environment().put("TIDEGATE_NO_AOT", "1");
    return builder;
  }
}
