package com.example.promotion;

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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A whole Tidegate as {@code ./tidegate serve} starts it, and its customers. */
final class Shop implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int CUSTOMERS = 8;

  private final Process process;
  private final Path data;
  private final JsonNode endpoints;
  private final HttpClient client = HttpClient.newHttpClient();
  private final List<String> tokens;
  private final String staff;
  private final String sku;

  /** A paid order as its customer sees it. */
  record Bought(String order, String user, long total) {}

  private Shop(Process process, Path data) throws IOException, InterruptedException {
    this.process = process;
    this.data = data;
    endpoints = read(data);
    Path out = data.resolveSibling("tokens");
    run("token", "--users", "1-" + CUSTOMERS, "--out", out.toString());
    tokens = Files.readAllLines(out);
    staff = run("token", "--staff", "admin", "--name", "ann").strip();
    JsonNode products = get("/v1/products?limit=1", staff).path("data");
    sku = products.path(0).path("skus").path(0).path("sku").asString();
  }

  /** Starts one in a folder of its own; it listens on free ports. */
  static Shop open(Path folder) throws IOException, InterruptedException {
    Path data = Files.createDirectories(folder).resolve("data");
    Process process =
        launcher("serve", "--data", data.toString(), "--port", "0")
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
    } catch (IOException | InterruptedException | RuntimeException e) {
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

  /** The one process that was started, if it still is the one that serves. */
  boolean isUntouched() throws IOException {
    JsonNode now = read(data);
    return process.isAlive() && now.path("pid").equals(endpoints.path("pid"));
  }

  /** A customer places an order to a district, and pays it. */
  Bought buy(int user, String region) throws IOException, InterruptedException {
    String items = "{\"items\":[{\"sku\":\"%s\",\"quantity\":1}],".formatted(sku);
    JsonNode order = post(201, "/v1/orders", token(user), items + address(region) + "}");
    return pay(user, order.path("number").asString());
  }

  /** A customer gets a piece of a flash sale that was set up for it, and pays it. */
  Bought buyInSale(int user, String region) throws IOException, InterruptedException {
    Instant later = Instant.now().plus(Duration.ofMinutes(5));
    String plan =
        """
        {"title":"one","startsAt":"%s","endsAt":"%s","payWindowMinutes":60,"items":[
         {"sku":"%s","price":{"amount":990,"currency":"CNY"},"allocation":5,"perUser":1}]}
        """
            .formatted(later, later.plus(Duration.ofHours(1)), sku);
    String sale =
        "/v1/flash-sales/" + post(201, "/v1/admin/flash-sales", staff, plan).path("id").asString();
    post(0, sale.replace("/v1/", "/v1/admin/") + "/warm", staff, "{}");
    post(0, sale.replace("/v1/", "/v1/admin/") + "/start", staff, "{}");
    String ticket = post(0, sale + "/token", token(user), "{}").path("token").asString();
    String body =
        "{\"sku\":\"%s\",\"quantity\":1,\"token\":\"%s\",%s}"
            .formatted(sku, ticket, address(region));
    JsonNode answer = post(0, sale + "/orders", token(user), body);
    if (answer.has("number")) {
      return pay(user, answer.path("number").asString());
    }
    String place = "/v1/flash-tickets/" + answer.path("ticket").asString();
    JsonNode won =
        Awaitility.await()
            .atMost(PATIENCE)
            .until(() -> get(place, token(user)), state -> state.has("order"));
    return pay(user, won.path("order").asString());
  }

  private Bought pay(int user, String order) throws IOException, InterruptedException {
    String path = "/v1/orders/" + order;
    JsonNode payment =
        post(201, path + "/payments", token(user), "{\"provider\":\"sandbox\"}").path("id");
    HttpRequest cashier =
        HttpRequest.newBuilder(
                URI.create(
                    endpoints.path("simulators").asString()
                        + "/cashier/"
                        + payment.asString()
                        + "/pay"))
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () -> client.send(cashier, HttpResponse.BodyHandlers.discarding()).statusCode() == 202);
    JsonNode paid =
        Awaitility.await()
            .atMost(PATIENCE)
            .until(() -> get(path, token(user)), seen -> seen.has("paidAt"));
    return new Bought(order, Integer.toString(user), paid.path("total").path("amount").asLong());
  }

  /** Has all paid orders told once more to one group; done when that is. */
  void replay(String group) throws IOException, InterruptedException {
    String body =
        "{\"group\":\"%s\",\"from\":\"start\",\"types\":[\"order.paid.v1\"]}".formatted(group);
    String path = "/v1/admin/replays";
    String id = post(201, path, staff, body).path("id").asString();
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> get(path + "/" + id, staff).path("state").asString().equals("done"));
  }

  private String token(int user) {
    return tokens.get(user - 1);
  }

  private static String address(String region) {
    return "\"address\":{\"name\":\"A\",\"phone\":\"13800138000\",\"region\":\"%s\",\"line\":\"1\"}"
        .formatted(region);
  }

  private JsonNode get(String path, String token) throws IOException, InterruptedException {
    return send(200, request(path, token).GET());
  }

  /**
   * Posts something.
   *
   * @param status that must be answered; 0 takes any success
   */
  private JsonNode post(int status, String path, String token, String body)
      throws IOException, InterruptedException {
    return send(
        status,
        request(path, token)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", '"' + UUID.randomUUID().toString() + '"')
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private HttpRequest.Builder request(String path, String token) {
    return HttpRequest.newBuilder(URI.create(endpoints.path("api").asString() + path))
        .header("Authorization", "Bearer " + token);
  }

  private JsonNode send(int status, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    boolean fine = status == 0 ? answer.statusCode() / 100 == 2 : answer.statusCode() == status;
    if (!fine) {
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
    return out;
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
    builder.environment().put("TIDEGATE_NO_BUILD", "1");
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
