package com.example.consumer;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A whole Tidegate as {@code ./tidegate serve} starts it, and a customer of it. */
final class Shop implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Process process;
  private final Path data;
  private final JsonNode endpoints;
  private final HttpClient client = HttpClient.newHttpClient();

  private Shop(Process process, Path data) throws IOException {
    this.process = process;
    this.data = data;
    this.endpoints = read(data);
  }

  /** Starts one in a folder of its own, on free ports, that may post to this machine. */
  static Shop open(Path folder) throws IOException {
    Path data = folder.resolve("data");
    Process process =
        launcher(
                "serve",
                "--data",
                data.toString(),
                "--port",
                "0",
                "--set",
                "webhooks.allow-private=true")
            .redirectError(folder.resolve("serve.log").toFile())
            .start();
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    while (line != null && !line.startsWith("ready ")) {
      line = out.readLine();
    }
    if (line == null) {
      throw new IOException("it did not start: " + Files.readString(folder.resolve("serve.log")));
    }
    Thread.ofPlatform().daemon().start(() -> out.lines().forEach(rest -> {}));
    try {
      Awaitility.await().atMost(PATIENCE).until(() -> read(data).path("brokerReady").asBoolean());
      return new Shop(process, data);
    } catch (IOException | RuntimeException e) {
      process.destroy();
      throw e;
    }
  }

  private static JsonNode read(Path data) throws IOException {
    return JsonMapper.shared().readTree(Files.readString(data.resolve("run/endpoints.json")));
  }

  String namesrv() {
    return endpoints.path("rocketmq").asString();
  }

  /** Has paid orders posted to an address; returns the secret that signs them. */
  String subscribe(URI address) throws IOException, InterruptedException {
    String token = run("token", "--scope", "webhooks", "--name", "spring-team");
    String body = "{\"url\":\"%s\",\"types\":[\"order.paid.v1\"]}".formatted(address);
    return post("/v1/webhooks", token, body).path("secret").asString();
  }

  /** A customer places an order and pays it; returns its number. */
  String buy() throws IOException, InterruptedException {
    String token = run("token", "--user", "1");
    JsonNode products =
        send(request("/v1/products?limit=1", token).GET()).path("data").path(0).path("skus");
    String body =
        """
        {"items":[{"sku":"%s","quantity":1}],
         "address":{"name":"A","phone":"13800138000","region":"330106","line":"1"}}
        """
            .formatted(products.path(0).path("sku").asString());
    String order = post("/v1/orders", token, body).path("number").asString();
    String payment =
        post("/v1/orders/" + order + "/payments", token, "{\"provider\":\"sandbox\"}")
            .path("id")
            .asString();
    HttpRequest cashier =
        HttpRequest.newBuilder(
                URI.create(
                    endpoints.path("simulators").asString() + "/cashier/" + payment + "/pay"))
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () -> client.send(cashier, HttpResponse.BodyHandlers.discarding()).statusCode() == 202);
    return order;
  }

  private JsonNode post(String path, String token, String body)
      throws IOException, InterruptedException {
    return send(
        request(path, token)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", '"' + UUID.randomUUID().toString() + '"')
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private HttpRequest.Builder request(String path, String token) {
    return HttpRequest.newBuilder(URI.create(endpoints.path("api").asString() + path))
        .header("Authorization", "Bearer " + token);
  }

  private JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() / 100 != 2) {
      throw new IOException(answer.request() + ": " + answer.statusCode() + " " + answer.body());
    }
    return JsonMapper.shared().readTree(answer.body());
  }

  private String run(String... words) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--data", data.toString()));
    Process command = launcher(all.toArray(String[]::new)).start();
    String out = new String(command.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (command.waitFor() != 0) {
      throw new IOException(all + " ended with " + command.exitValue());
    }
    return out.strip();
  }

  private static ProcessBuilder launcher(String... words) {
    Path script = Path.of(System.getProperty("tidegate.root"), "tidegate");
    if (!Files.isExecutable(script)) {
      throw new IllegalStateException(
          "there is no " + script + ": -Dtidegate.root=FOLDER names it");
    }
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("TIDEGATE_NO_BUILD", "1"); // what the build has packaged
    return builder;
  }

  @Override
  public void close() {
    client.close();
    process.destroy();
    try {
      if (process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
