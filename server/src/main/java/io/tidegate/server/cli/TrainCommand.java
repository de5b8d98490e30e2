package io.tidegate.server.cli;

import io.tidegate.server.config.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * The training run of the start-up cache (JEP 514): starts everything in a temporary directory,
 * does what a first customer does, and stops. The JVM that runs it writes the cache as it ends.
 */
@Command(
    name = "train",
    hidden = true,
    mixinStandardHelpOptions = true,
    description = "Starts and stops once in a temporary directory, for the start-up cache.")
final class TrainCommand implements Callable<Integer> {

  private static final int ORDERS = 200;
  private static final Duration ANSWER_MAX = Duration.ofSeconds(20);

  private final Parts parts;

  @Mixin private ConfigurationOptions options = new ConfigurationOptions();

  TrainCommand(Parts parts) {
    this.parts = parts;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("tidegate-train");
    try {
      options.data(directory);
      options.shorthand("http.port", "0");
      Settings settings = options.settings();
      Steps steps = new Steps(new PrintWriter(Writer.nullWriter(), true));
      try (Serving serving = Serving.start(settings, parts, steps)) {
        visit(serving, settings);
      }
      LastResort.endChildren();
      Logs.close();
    } finally {
      delete(directory);
    }
    return ExitCode.DONE;
  }

  /** What is on the way of a first order: goods, a token, places, pays, looks. */
  private static void visit(Serving serving, Settings settings)
      throws IOException, InterruptedException {
    Endpoints told = serving.told();
    String token;
    try (TokenMint mint = TokenMint.open(told.database(), settings.identity())) {
      token = mint.customer(1);
    }
    try (HttpClient client = HttpClient.newHttpClient()) {
      String goods = send(client, told.api() + "/v1/products?limit=1", token, null, null);
      String sku = between(goods, "\"sku\":\"");
      String number = "";
      for (int i = 0; i < ORDERS; i++) {
        String order =
            "{\"items\":[{\"sku\":\""
                + sku
                + "\",\"quantity\":1}],\"address\":{\"name\":\"A\",\"phone\":\"13800138000\","
                + "\"region\":\"330106\",\"line\":\"1\"}}";
        number =
            between(
                send(client, told.api() + "/v1/orders", token, "train-" + i, order),
                "\"number\":\"");
      }
      String path = told.api() + "/v1/orders/" + number;
      send(client, path + "/payments", token, "train-pay", "{\"provider\":\"sandbox\"}");
      for (String page : List.of("", "/timeline")) {
        send(client, path + page, token, null, null);
      }
      for (String page : List.of("/v1/orders", "/health/ready", "/metrics", "/console/sign-in")) {
        send(client, told.api() + page, token, null, null);
      }
    }
  }

  private static String send(
      HttpClient client, String url, String token, @Nullable String key, @Nullable String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url))
            .timeout(ANSWER_MAX)
            .header("Authorization", "Bearer " + token);
    if (body != null) {
      request
          .header("Content-Type", "application/json")
          .header("Idempotency-Key", "\"" + key + "\"")
          .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8));
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
  }

  /** The text from behind a mark to the next quote; empty where the mark is missing. */
  private static String between(String text, String mark) {
    int start = text.indexOf(mark);
    if (start < 0) {
      return "";
    }
    int from = start + mark.length();
    return text.substring(from, text.indexOf('"', from));
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
