package io.tidegate.harness.browser;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole program in a folder of its own, and a client of its API. */
final class Shop implements AutoCloseable {
  static final String PHONE = "TG-PHN-001-BK-256";
  static final int USERS = 80;

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int START_SECONDS_MAX = 180;
  private static final int STOP_SECONDS_MAX = 30;
  private static final Pattern PASSWORD =
      Pattern.compile("sign in to the console as admin with password (\\S+)");
  private static final String ADDRESS =
      "{\"name\":\"王芳\",\"phone\":\"13800138000\",\"region\":\"330106\",\"line\":\"文三路 1 号\"}";

  private final HttpClient client = HttpClient.newHttpClient();
  private final AtomicLong keys = new AtomicLong();
  private final Path launcher;
  private final Path folder;
  private final Process process;
  private final String password;
  private final JsonNode endpoints;
  private final List<String> tokens;

  private Shop(Path launcher, Path folder, Path log) throws Exception {
    this.launcher = launcher;
    this.folder = folder;
    Path data = folder.resolve("data");
    ProcessBuilder serve =
        command("serve", "--data", data.toString(), "--port", "0").redirectError(log.toFile());
    this.process = serve.start();
    try {
      awaitReady(process, log);
      this.password = password(Files.readString(log));
      this.endpoints = JSON.readTree(Files.readString(data.resolve("run/endpoints.json")));
      Path out = folder.resolve("tokens");
      run("token", "--users", "1-" + USERS, "--out", out.toString(), "--data", data.toString());
      this.tokens = Files.readAllLines(out);
    } catch (Exception e) {
      close();
      throw e;
    }
  }

  /**
   * Starts it and waits until it takes requests.
   *
   * @param log gets what it says
   */
  static Shop start(Path log) throws Exception {
    Path launcher = Path.of(System.getProperty("tidegate.root"), "tidegate");
    return new Shop(launcher, Files.createTempDirectory("tidegate-browser-"), log);
  }

  /** The launcher with what was built just now. */
  private ProcessBuilder command(String... words) {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("TIDEGATE_NO_BUILD", "1");
    return builder;
  }

  /** A short command; what it prints. */
  private String run(String... words) throws IOException, InterruptedException {
    Process short_ = command(words).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String out = new String(short_.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (short_.waitFor() != 0) {
      throw new IOException("tidegate " + words[0] + " ended with " + short_.exitValue());
    }
    return out.strip();
  }

  private static void awaitReady(Process process, Path log) throws Exception {
    CompletableFuture<String> ready = new CompletableFuture<>();
    Thread.ofVirtual().start(() -> readOutput(process, ready));
    try {
      ready.get(START_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IOException("the program did not start:\n" + Files.readString(log), e);
    }
  }

  /** Reads on after the line that counts, so that the program never waits for its output. */
  private static void readOutput(Process process, CompletableFuture<String> ready) {
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.startsWith("ready ")) {
          ready.complete(line);
        }
      }
      ready.completeExceptionally(new IOException("its output ended"));
    } catch (IOException | UncheckedIOException e) {
      ready.completeExceptionally(e);
    }
  }

  private static String password(String said) {
    Matcher found = PASSWORD.matcher(said);
    if (!found.find()) {
      throw new AssertionError("no password was printed:\n" + said);
    }
    return found.group(1);
  }

  /** The staff's password, as it was printed. */
  String password() {
    return password;
  }

  String console() {
    return endpoints.path("console").asString();
  }

  /** A token for staff. */
  String staff(String role) throws Exception {
    return run("token", "--staff", role, "--data", folder.resolve("data").toString());
  }

  /** What staff are answered. */
  JsonNode read(String token, String path) {
    return JSON.readTree(
        exchange(request(path).header("Authorization", "Bearer " + token).GET().build()).body());
  }

  /** Places an order of one SKU; the receipt. */
  JsonNode place(int user, String sku, int quantity) {
    return place(user, "{\"sku\":\"" + sku + "\",\"quantity\":" + quantity + "}");
  }

  JsonNode place(int user, String items) {
    String body = "{\"items\":[" + items + "],\"address\":" + ADDRESS + "}";
    return send(user, "POST", "/v1/orders", body);
  }

  /** Buys pieces of a sale's goods, as an app does: a purchase token first; the receipt. */
  JsonNode buy(int user, String sale, String sku, int quantity) {
    String path = "/v1/flash-sales/" + sale;
    String token = send(user, "POST", path + "/token", "{}").path("token").asString();
    String body =
        "{\"sku\":\""
            + sku
            + "\",\"quantity\":"
            + quantity
            + ",\"token\":\""
            + token
            + "\",\"address\":"
            + ADDRESS
            + "}";
    return send(user, "POST", path + "/orders", body);
  }

  /** The order as its owner sees it. */
  JsonNode order(int user, String number) {
    return send(user, "GET", "/v1/orders/" + number, "");
  }

  /** One of its lists: {@code timeline} or {@code tracking}. */
  JsonNode list(int user, String number, String what) {
    return send(user, "GET", "/v1/orders/" + number + "/" + what, "").path("data");
  }

  void cancel(int user, String number) {
    send(user, "POST", "/v1/orders/" + number + "/cancel", "{}");
  }

  /** Opens a payment at the simulated provider; it has the cashier's address. */
  JsonNode startPayment(int user, String number) {
    return send(user, "POST", "/v1/orders/" + number + "/payments", "{\"provider\":\"sandbox\"}");
  }

  /** Pays as a customer would at the cashier. */
  void pay(int user, String number) {
    settle(startPayment(user, number));
  }

  /** The cashier's answer to a payment: paid. */
  void settle(JsonNode payment) {
    String cashier = payment.path("cashierUrl").asString();
    exchange(
        HttpRequest.newBuilder(URI.create(cashier + "/pay")).POST(BodyPublishers.noBody()).build());
  }

  /** The simulated provider tells of a payment's capture once more. */
  void tellAgain(String payment) {
    String simulators = endpoints.path("simulators").asString();
    String to = endpoints.path("api").asString() + "/v1/callbacks/sandbox";
    exchange(
        HttpRequest.newBuilder(URI.create(simulators + "/cashier/" + payment + "/tell"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{\"to\":\"" + to + "\"}"))
            .build());
  }

  /** Sets a price as staff do: against the version they have read. */
  void setPrice(String token, String sku, long amount) {
    HttpResponse<String> read = exchange(request("/v1/skus/" + sku).GET().build());
    exchange(
        request("/v1/admin/skus/" + sku + "/price")
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .header("If-Match", read.headers().firstValue("ETag").orElseThrow())
            .PUT(
                BodyPublishers.ofString(
                    "{\"price\":{\"amount\":" + amount + ",\"currency\":\"CNY\"}}"))
            .build());
  }

  /** Its customer asks for all of an order back; the refund. */
  JsonNode askBack(int user, String number) {
    return send(user, "POST", "/v1/orders/" + number + "/refunds", "{\"reason\":\"too small\"}");
  }

  /** Its customer wants to send pieces of the first line back; the return. */
  JsonNode sendBack(int user, String number, int pieces) {
    String body =
        "{\"items\":[{\"line\":1,\"quantity\":"
            + pieces
            + "}],\"reason\":\"its corner is broken\","
            + "\"pictures\":[\"https://pictures.example/corner.jpg\"]}";
    return send(user, "POST", "/v1/orders/" + number + "/returns", body);
  }

  /** A refund as its customer sees it. */
  JsonNode refund(int user, String id) {
    return send(user, "GET", "/v1/refunds/" + id, "");
  }

  /** What the payment provider suffers from now on, as the simulators' API takes it. */
  void payments(String fault) {
    String simulators = endpoints.path("simulators").asString();
    exchange(
        HttpRequest.newBuilder(URI.create(simulators + "/faults/payment"))
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString(fault))
            .build());
  }

  private JsonNode send(int user, String method, String path, String body) {
    HttpRequest.Builder request =
        request(path)
            .header("Authorization", "Bearer " + tokens.get(user - 1))
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", "\"browser-" + keys.incrementAndGet() + '"');
    return JSON.readTree(
        exchange(request.method(method, BodyPublishers.ofString(body)).build()).body());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(endpoints.path("api").asString() + path));
  }

  private HttpResponse<String> exchange(HttpRequest request) {
    try {
      HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
      if (response.statusCode() >= 300) {
        throw new AssertionError(request + " was answered " + response.body());
      }
      return response;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** From now on the database refuses points for one customer, so that their event gets stuck. */
  void refusePoints(int user) throws SQLException {
    grantPoints(user);
    sql(
        "alter table points.entry add constraint refused"
            + user
            + " check (user_id <> "
            + user
            + ") not valid");
  }

  /** It takes them again. */
  void grantPoints(int user) throws SQLException {
    sql("alter table points.entry drop constraint if exists refused" + user);
  }

  /** Changes the database behind the program's back. */
  void sql(String text) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(endpoints.path("database").asString());
        Statement statement = connection.createStatement()) {
      statement.execute(text);
    }
  }

  /** A number that the database knows. */
  long count(String query) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(endpoints.path("database").asString());
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    client.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
