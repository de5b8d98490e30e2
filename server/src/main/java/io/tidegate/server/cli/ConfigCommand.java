package io.tidegate.server.cli;

import io.tidegate.platform.http.JsonWriter;
import io.tidegate.server.config.Configuration;
import io.tidegate.server.config.Configuration.InForce;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows every key, the value in force and where it came from. Secrets are stars. */
@Command(
    name = "config",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Shows every key, the value in force and where it came from. Secrets are stars.",
      "Later ones win: defaults, file, environment (http.port is TIDEGATE_HTTP_PORT), flags."
    })
final class ConfigCommand implements Callable<Integer> {
  @Mixin private ConfigurationOptions options = new ConfigurationOptions();

  @Option(names = "--json", description = "One JSON document.")
  private boolean asJson;

  @Option(names = "--explain", description = "Adds what each key means and may be.")
  private boolean explain;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    Configuration configuration = options.read();
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    if (asJson) {
      out.println(json(configuration));
    } else {
      table(configuration.inForce(), out);
    }
    out.flush();
    return ExitCode.DONE;
  }

  private String json(Configuration configuration) {
    JsonWriter json = new JsonWriter(8_192).beginObject();
    json.field("version", Version.text());
    json.field("data", configuration.settings().data().toString());
    json.name("keys").beginArray();
    for (InForce key : configuration.inForce()) {
      json.beginObject()
          .field("key", key.key())
          .field("value", key.value())
          .field("from", key.from())
          .field("allowed", key.allowed())
          .field("meaning", key.meaning())
          .endObject();
    }
    return new String(json.endArray().endObject().toBytes(), StandardCharsets.UTF_8);
  }

  private void table(List<InForce> keys, PrintWriter out) {
    int keyWidth = keys.stream().mapToInt(key -> key.key().length()).max().orElse(0);
    int valueWidth = keys.stream().mapToInt(key -> key.value().length()).max().orElse(0);
    for (InForce key : keys) {
      out.println(
          pad(key.key(), keyWidth) + "  " + pad(key.value(), valueWidth) + "  " + key.from());
      if (explain) {
        out.println("    " + key.meaning());
        out.println("    " + key.allowed());
      }
    }
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(width - text.length());
  }
}
