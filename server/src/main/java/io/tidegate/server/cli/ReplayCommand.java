package io.tidegate.server.cli;

import io.tidegate.platform.http.JsonWriter;
import io.tidegate.server.config.Settings;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Tells events of the past once more to one consumer group. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Tells events of the past once more to one consumer group, and shows how far it is.",
      "Another team's group hears them in a topic of its own (PREFIXreplay-GROUP), with the same"
          + " keys, ids and attributes and ce_replay beside; one of our own consumers is fed, for"
          + " whom it changes nothing. Needs the running system, which goes on with it when this"
          + " command is ended. Exit code 3: it failed or was cancelled."
    })
final class ReplayCommand implements Callable<Integer> {

  private static final String PATH = "/v1/admin/replays";
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  @Mixin private ConfigurationOptions options = new ConfigurationOptions();

  @ArgGroup(multiplicity = "1")
  private @Nullable Act act;

  @Option(
      names = "--from",
      paramLabel = "start|TIME|ID",
      defaultValue = "start",
      description = "Where it begins: a time, an event's id, or start (default).")
  private String from = "start";

  @Option(names = "--to", paramLabel = "TIME", description = "Only events before this time.")
  private @Nullable String to;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      split = ",",
      description = "Only these, such as order.paid.v1 or order.*.")
  private List<String> types = List.of();

  @Option(
      names = "--per-second",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Events a second at most (default: ${DEFAULT-VALUE}).")
  private int perSecond = 1_000;

  @Option(names = "--detach", description = "Begin it, and do not wait for its end.")
  private boolean detach;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      defaultValue = "replay",
      description = "Who does it, for the audit log (default: ${DEFAULT-VALUE}).")
  private String name = "replay";

  @Option(names = "--json", description = "One JSON document.")
  private boolean asJson;

  @Spec private @Nullable CommandSpec spec;

  /** Exactly one of these. */
  static final class Act {
    @Option(names = "--group", paramLabel = "GROUP", description = "Begin one for this group.")
    private @Nullable String group;

    @Option(names = "--watch", paramLabel = "ID", description = "Show how far one is.")
    private @Nullable Long watch;

    @Option(names = "--pause", paramLabel = "ID", description = "Hold one where it is.")
    private @Nullable Long pause;

    @Option(names = "--resume", paramLabel = "ID", description = "Have one go on.")
    private @Nullable Long resume;

    @Option(names = "--cancel", paramLabel = "ID", description = "End one where it is.")
    private @Nullable Long cancel;

    @Option(names = "--list", description = "The newest ones.")
    private boolean list;
  }

  @Override
  public Integer call() throws InterruptedException {
    Act wanted = Objects.requireNonNull(act);
    if (!name.matches("[A-Za-z][A-Za-z0-9._@-]{0,63}")) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(),
          "--name begins with a letter and has at most 64 letters, digits, . _ @ -");
    }
    Settings settings = options.settings();
    try (RunningApi api = RunningApi.of(settings, StaffRole.ADMIN, name)) {
      String group = wanted.group;
      if (group != null) {
        JsonNode begun = api.post(PATH, body(group));
        return detach ? shown(begun) : watched(api, begun);
      }
      if (wanted.list) {
        return listed(api.get(PATH));
      }
      if (wanted.watch != null) {
        return watched(api, api.get(PATH + "/" + wanted.watch));
      }
      return shown(turned(api, wanted));
    }
  }

  private static JsonNode turned(RunningApi api, Act wanted) {
    if (wanted.pause != null) {
      return api.post(PATH + "/" + wanted.pause + "/pause", "");
    }
    return wanted.resume != null
        ? api.post(PATH + "/" + wanted.resume + "/resume", "")
        : api.post(PATH + "/" + Objects.requireNonNull(wanted.cancel) + "/cancel", "");
  }

  private String body(String group) {
    JsonWriter json =
        new JsonWriter(256)
            .beginObject()
            .field("group", group)
            .field("from", from)
            .fieldIfPresent("to", to);
    if (!types.isEmpty()) {
      json.name("types").beginArray();
      types.forEach(json::value);
      json.endArray();
    }
    byte[] text = json.field("perSecond", perSecond).endObject().toBytes();
    return new String(text, StandardCharsets.UTF_8);
  }

  /** Shows how far it is until it stands. */
  private int watched(RunningApi api, JsonNode begun) throws InterruptedException {
    Steps steps = new Steps(Objects.requireNonNull(spec).commandLine().getErr());
    String path = PATH + "/" + begun.path("id").asString("");
    JsonNode now = begun;
    try (Bar bar = new Bar(steps, "replay", "events")) {
      while (now.path("state").asString("").equals("running")) {
        bar.reached(now.path("read").asLong(), now.path("of").asLong());
        Thread.sleep(LOOK_EVERY);
        now = api.get(path);
      }
      bar.reached(now.path("read").asLong(), now.path("of").asLong());
    }
    return shown(now);
  }

  private int shown(JsonNode replay) {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    out.println(asJson ? replay.toString() : line(replay));
    out.flush();
    return switch (replay.path("state").asString("")) {
      case "failed", "cancelled" -> ExitCode.BROKEN;
      default -> ExitCode.DONE;
    };
  }

  private int listed(JsonNode page) {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    if (asJson) {
      out.println(page);
    } else {
      page.path("data").forEach(replay -> out.println(line(replay)));
    }
    out.flush();
    return ExitCode.DONE;
  }

  private static String line(JsonNode replay) {
    String topic = replay.path("topic").asString("");
    String error = replay.path("error").asString("");
    return "%s  %s  %s  %,d of %,d events, %,d told%s%s"
        .formatted(
            replay.path("id").asString(""),
            replay.path("group").asString(""),
            replay.path("state").asString(""),
            replay.path("read").asLong(),
            replay.path("of").asLong(),
            replay.path("published").asLong(),
            topic.isEmpty() ? "" : " in topic " + topic,
            error.isEmpty() ? "" : "; " + error);
  }
}
