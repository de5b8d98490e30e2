package io.tidegate.harness.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the program makes of settings, which it alone knows: asked of it, nothing is started. */
sealed interface Configured {
  /** Long enough for the launcher to build the program first. */
  Duration TOLD_MAX = Duration.ofMinutes(30);

  /** The program's exit code for settings that it does not take. */
  int NOT_USABLE = 2;

  /** Stands before each thing that is wrong, where the program lists them. */
  String INDENT = "  ";

  /** Stands before {@code --set} there. */
  String FLAG = "flag ";

  /**
   * It would run with these.
   *
   * @param values of every key, as it may be shown
   */
  record InForce(Map<String, String> values) implements Configured {
    /**
     * What a node of a demo runs of its own, as {@link Processes} names it: others' engines,
     * simulators and reports are none of its processes.
     */
    List<String> parts() throws BenchFailure {
      List<String> parts = new ArrayList<>(List.of(Processes.SERVER));
      if (isEmpty("db.url")) {
        parts.add(Processes.DATABASE);
      }
      if (isEmpty("rocketmq.namesrv")) {
        parts.add(Processes.BROKER);
      }
      if (isEmpty("simulators.url")) {
        parts.add(Processes.SIMULATORS);
      }
      boolean reports =
          Arrays.stream(value("node.role").split(","))
              .map(String::strip)
              .anyMatch("reports"::equals);
      if (reports && isEmpty("reports.url")) {
        parts.add(Processes.REPORTS);
      }
      return parts;
    }

    private boolean isEmpty(String key) throws BenchFailure {
      return value(key).isEmpty();
    }

    private String value(String key) throws BenchFailure {
      String value = values.get(key);
      if (value == null) {
        throw new BenchFailure("the program tells no value of " + key);
      }
      return value;
    }
  }

  /**
   * It would not start with these.
   *
   * @param why in one line
   */
  record Refused(String why) implements Configured {}

  /** For a system that is yet to be started, in a folder of its own. */
  static Configured of(Launcher launcher, List<String> settings)
      throws BenchFailure, InterruptedException {
    // One that nobody has: a folder that is there may have settings of its own.
    return of(
        launcher,
        Path.of(System.getProperty("java.io.tmpdir"), "none-" + UUID.randomUUID()),
        settings);
  }

  /** For a system on this data folder. */
  static Configured of(Launcher launcher, Path data, List<String> settings)
      throws BenchFailure, InterruptedException {
    List<String> arguments =
        new ArrayList<>(List.of("config", "--json", "--data", data.toString()));
    settings.forEach(setting -> arguments.addAll(List.of("--set", setting)));
    Launcher.Ended ended = launcher.end(arguments, TOLD_MAX);
    return ended.code() == NOT_USABLE
        ? new Refused(why(ended.log()))
        : new InForce(values(ended.done("config").out()));
  }

  private static Map<String, String> values(String document) throws BenchFailure {
    Map<String, String> values = new LinkedHashMap<>();
    try {
      for (JsonNode key : JsonMapper.shared().readTree(document).path("keys")) {
        values.put(key.path("key").asString(""), key.path("value").asString(""));
      }
    } catch (JacksonException e) {
      throw new BenchFailure("config's document cannot be read", e);
    }
    return values;
  }

  /** All that the program lists, or where it lists nothing all that it says, in one line. */
  private static String why(List<String> told) {
    Stream<String> listed = told.stream().filter(line -> line.startsWith(INDENT));
    String problems = listed.map(Configured::problem).collect(Collectors.joining("; "));
    return problems.isEmpty() ? String.join(" ", told) : problems;
  }

  private static String problem(String line) {
    String problem = line.strip();
    return problem.startsWith(FLAG) ? problem.substring(FLAG.length()) : problem;
  }
}
