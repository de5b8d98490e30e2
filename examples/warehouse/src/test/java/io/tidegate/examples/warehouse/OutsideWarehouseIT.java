package io.tidegate.examples.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The whole program, as it is packaged, and this warehouse beside it, each a process of its own:
 * orders are paid and shipped by the warehouse, which is killed and away at times. Runs after the
 * build has packaged the program.
 */
@Tag("own-engine")
final class OutsideWarehouseIT {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Duration LONG = Duration.ofMinutes(3);
  private static final int PORT_TRIES_MAX = 200;
  private static final String SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
  private static final String OTHER = "whsec_OTg3NjU0MzIxMDk4NzY1NDMyMTA5ODc2NTQzMjEwOTg=";
  private static final String SKU = "TG-PHN-001-BK-256";
  private static final Map<String, String> AS_BUILT = Map.of("TIDEGATE_NO_BUILD", "1");
  private static final AtomicInteger KEYS = new AtomicInteger();

  @TempDir private static Path folder;
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static Program tidegate;
  private static Program warehouse;
  private static int port;
  private static String token;

  @BeforeAll
  static void start() throws Exception {
    port = freePort();
    List<String> serve = launcher("serve", "--port", "0");
    for (String setting :
        List.of(
            "warehouse.outside.url=http://127.0.0.1:" + port + "/",
            "warehouse.outside.secret=" + SECRET,
            "fulfilment.warehouse-poll=1s",
            "fulfilment.carrier-poll=1s")) {
      serve.addAll(List.of("--set", setting));
    }
    tidegate = Program.start(serve, AS_BUILT, folder.resolve("serve.log"));
    ProcessBuilder tokens = new ProcessBuilder(launcher("token", "--user", "42"));
    tokens.environment().putAll(AS_BUILT);
    Process made = tokens.start();
    token = new String(made.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(made.waitFor()).isZero();
    warehouse = house("PT0.3S");
  }

  /** Below those that systems give to outgoing connections, one of which would take it at times. */
  private static int freePort() throws IOException {
    IOException last = new IOException("no port is free");
    for (int tries = 0; tries < PORT_TRIES_MAX; tries++) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return port;
      } catch (IOException e) {
        last = e;
      }
    }
    throw last;
  }

  @AfterAll
  static void stop() {
    Stream.of(warehouse, tidegate).filter(Objects::nonNull).forEach(Program::close);
    CLIENT.close();
  }

  private static List<String> launcher(String command, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("tidegate.root"), "tidegate").toString(),
                command,
                "--data",
                folder.resolve("data").toString()));
    words.addAll(List.of(more));
    return words;
  }

  /** The warehouse, with the book that it had before. */
  private static Program house(String step) throws Exception {
    return Program.start(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName()),
        Map.of(
            "WAREHOUSE_SECRET", SECRET,
            "WAREHOUSE_TIDEGATE", tidegate.url(),
            "WAREHOUSE_BOOK", folder.resolve("book").toString(),
            "WAREHOUSE_PORT", Integer.toString(port),
            "WAREHOUSE_STEP", step),
        folder.resolve("warehouse.log"));
  }

  @Test
  void a_paid_order_is_shipped_by_the_warehouse_outside() throws Exception {
    String number = paid();
    reaches(number, "delivered");
    JsonNode shipment = order(number).path("shipments").path(0);
    assertThat(shipment.path("carrier").asString()).isEqualTo("example-post");
    assertThat(shipment.path("waybill").asString()).isEqualTo("EX" + number + "S1");
    assertThat(get("/v1/orders/" + number + "/tracking").path("data"))
        .extracting(entry -> entry.path("status").asString())
        .containsExactly("accepted", "delivered");
    // The address is not kept longer than it is needed: a start writes the book anew.
    warehouse.kill();
    warehouse = house("PT0.3S");
    assertThat(Files.readString(folder.resolve("book")))
        .contains(number + "S1")
        .doesNotContain("王芳");
  }

  @Test
  void what_the_warehouse_has_taken_survives_its_death_and_its_absence_loses_nothing()
      throws Exception {
    warehouse.kill();
    warehouse = house("PT10M"); // accepted, and not picked for long
    String taken = paid();
    await().atMost(LONG).until(() -> Files.readString(folder.resolve("book")).contains(taken));
    warehouse.kill();
    List<String> away = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      away.add(paid());
    }
    for (String number : away) { // everything but the shipping went on
      await().atMost(LONG).until(() -> effect(number, "warehouse").equals("done"));
      assertThat(order(number).path("state").asString()).isEqualTo("awaiting_shipment");
    }
    warehouse = house("PT0.3S");
    reaches(taken, "delivered");
    for (String number : away) {
      reaches(number, "delivered");
      assertThat(order(number).path("shipments").size()).isEqualTo(1);
    }
  }

  @Test
  void a_refund_before_packing_stops_the_parcel() throws Exception {
    warehouse.kill();
    warehouse = house("PT10M");
    String number = paid();
    await().atMost(LONG).until(() -> Files.readString(folder.resolve("book")).contains(number));
    HttpResponse<String> refund =
        post("/v1/orders/" + number + "/refunds", "{\"reason\":\"changed my mind\"}");
    assertThat(refund.statusCode()).as(refund.body()).isEqualTo(202);
    reaches(number, "refunded");
    String name = number + "S1";
    await()
        .atMost(LONG)
        .until(() ->
            Files.readString(folder.resolve("book"))
                .lines()
                .anyMatch(line -> line.contains(name) && line.contains("\"STOPPED\"")));
    // An order to ship that comes late, or twice, does not wake it.
    assertThat(asked(SECRET, "late", ship(name)).body()).contains("\"stopped\"");
    // Nor does it get leave to pack.
    HttpResponse<String> leave = reported(SECRET, name, "packed");
    assertThat(leave.statusCode()).isEqualTo(409);
    assertThat(leave.body()).contains("\"code\":\"cancelled\"");
    warehouse.kill();
    warehouse = house("PT0.3S");
    assertThat(asked(SECRET, "ask", "{\"type\":\"parcel.ask\",\"parcel\":\"" + name + "\"}").body())
        .contains("\"stopped\"");
  }

  @Test
  void twice_is_once_and_what_is_forged_is_turned_away_on_both_sides() throws Exception {
    String number = paid();
    reaches(number, "delivered");
    String name = number + "S1";
    HttpResponse<String> again = reported(SECRET, name, "picked");
    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(again.body()).contains("already_applied");
    assertThat(asked(SECRET, "again", ship(name)).body()).contains("\"delivered\"");
    assertThat(get("/v1/orders/" + number + "/timeline").path("data"))
        .extracting(entry -> entry.path("to").asString(""))
        .containsOnlyOnce("shipped", "delivered");

    assertThat(reported(OTHER, name, "picked").statusCode()).isEqualTo(401);
    assertThat(asked(OTHER, "forged", ship("1S1")).statusCode()).isEqualTo(401);
    assertThat(Files.readString(folder.resolve("book"))).doesNotContain("\"1S1\"");
  }

  private static String ship(String name) {
    return "{\"type\":\"parcel.ship\",\"parcel\":\"" + name + "\",\"items\":[]}";
  }

  private static HttpResponse<String> asked(String secret, String id, String body)
      throws Exception {
    return signed(URI.create("http://127.0.0.1:" + port + "/"), secret, id, body);
  }

  private static HttpResponse<String> reported(String secret, String name, String state)
      throws Exception {
    return signed(
        URI.create(tidegate.url() + "/v1/parts/warehouse/reports"),
        secret,
        name + "-" + state,
        "{\"type\":\"parcel.report\",\"parcel\":\""
            + name
            + "\",\"ticket\":\""
            + ticket(name)
            + "\",\"state\":\""
            + state
            + "\"}");
  }

  /** What Tidegate said with the parcel: it stands in the book. */
  private static String ticket(String name) throws IOException {
    return Files.readString(folder.resolve("book"))
        .lines()
        .filter(line -> line.contains("\"" + name + "\""))
        .map(line -> JSON.readTree(line).path("ticket").asString(""))
        .filter(ticket -> !ticket.isEmpty())
        .findFirst()
        .orElseThrow();
  }

  private static HttpResponse<String> signed(URI to, String secret, String id, String body)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(to)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    new Signature(secret).sign(id, body.getBytes(StandardCharsets.UTF_8)).forEach(request::header);
    return CLIENT.send(request.build(), BodyHandlers.ofString());
  }

  private static String paid() throws Exception {
    HttpResponse<String> placed =
        post(
            "/v1/orders",
            "{\"items\":[{\"sku\":\""
                + SKU
                + "\",\"quantity\":1}],\"address\":{\"name\":\"王芳\",\"phone\":\"13800138000\",\"region\":\"330106\",\"line\":\"文三路 1 号\"}}");
    assertThat(placed.statusCode()).as(placed.body()).isEqualTo(201);
    String number = JSON.readTree(placed.body()).path("number").asString();
    HttpResponse<String> payment =
        post("/v1/orders/" + number + "/payments", "{\"provider\":\"sandbox\"}");
    URI cashier = URI.create(JSON.readTree(payment.body()).path("cashierUrl").asString() + "/pay");
    HttpRequest pay = HttpRequest.newBuilder(cashier).POST(BodyPublishers.noBody()).build();
    assertThat(CLIENT.send(pay, BodyHandlers.discarding()).statusCode()).isEqualTo(202);
    reaches(number, "awaiting_shipment");
    return number;
  }

  /** Waits until an order is as far, or further on its way. */
  private static void reaches(String number, String state) {
    List<String> way = List.of("awaiting_payment", "awaiting_shipment", "shipped", "delivered");
    await()
        .atMost(LONG)
        .until(() -> {
          String now = order(number).path("state").asString();
          return now.equals(state)
              || (way.contains(state) && way.indexOf(now) > way.indexOf(state));
        });
  }

  private static String effect(String number, String name) throws Exception {
    for (JsonNode effect : order(number).path("effects")) {
      if (effect.path("name").asString().equals(name)) {
        return effect.path("state").asString();
      }
    }
    return "";
  }

  private static JsonNode order(String number) throws Exception {
    return get("/v1/orders/" + number);
  }

  private static JsonNode get(String path) throws Exception {
    HttpResponse<String> answer = CLIENT.send(request(path).GET().build(), BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private static HttpResponse<String> post(String path, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        request(path)
            .header("Idempotency-Key", "\"it-" + KEYS.incrementAndGet() + "\"")
            .POST(BodyPublishers.ofString(body))
            .build();
    return CLIENT.send(request, BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(tidegate.url() + path))
        .header("Authorization", "Bearer " + token)
        .header("Content-Type", "application/json");
  }
}
