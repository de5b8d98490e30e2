package io.tidegate.harness.chaos;

import io.tidegate.harness.chaos.Journey.Step;
import io.tidegate.harness.simulators.SandboxSignature;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the duels stand on: two nodes over one database, the simulated provider, and a look into the
 * database. Orders of node B fall due within seconds.
 */
final class Arena implements AutoCloseable {
  static final Duration SHORT_WINDOW = Duration.ofSeconds(3);
  private static final Duration LOOK_EVERY = Duration.ofMillis(20);

  private final HttpDoor a;
  private final HttpDoor b;
  private final URI simulators;
  private final URI apiB;
  private final String staff;
  private final SandboxSignature signature;
  private final Wishes wishes;
  private final Queue<Journey> history = new ConcurrentLinkedQueue<>();
  private final Connection connection;

  /**
   * The places.
   *
   * @param secret of the simulated provider's signatures
   * @param staff a token
   */
  record Ground(URI apiA, URI apiB, URI simulators, String database, String secret, String staff) {}

  Arena(Ground ground, Wishes wishes) throws ChaosFailure {
    this.simulators = ground.simulators();
    this.apiB = ground.apiB();
    this.a = new HttpDoor(ground.apiA(), simulators);
    this.b = new HttpDoor(apiB, simulators);
    this.staff = ground.staff();
    this.signature = new SandboxSignature(ground.secret());
    this.wishes = wishes;
    try {
      this.connection = DriverManager.getConnection(ground.database());
    } catch (SQLException e) {
      throw new ChaosFailure("the database cannot be reached: " + e.getMessage(), e);
    }
  }

  /** The node whose orders wait for a day. */
  HttpDoor a() {
    return a;
  }

  /** The node whose orders fall due within seconds. */
  HttpDoor b() {
    return b;
  }

  String staff() {
    return staff;
  }

  List<Journey> history() {
    return List.copyOf(history);
  }

  /** Another customer's wish, on the record. */
  Journey journey(Journey.Plan plan) {
    return recorded(wishes.of(plan));
  }

  /** Another customer's wish for this one thing. */
  Journey journey(Journey.Plan plan, String sku, @Nullable Long expectedTotal) {
    return recorded(wishes.of(plan, sku, expectedTotal));
  }

  private Journey recorded(Journey journey) {
    history.add(journey);
    return journey;
  }

  /** Sends a step that nothing competes with, notes and returns its answer. */
  Answer.Done must(HttpDoor door, Step step, Journey journey)
      throws ChaosFailure, InterruptedException {
    Answer answer = door.send(step, journey);
    journey.note(step, answer);
    if (answer instanceof Answer.Done done) {
      return done;
    }
    throw new ChaosFailure(journey + ", " + step + ": " + answer);
  }

  /** An order of a node with a payment that was started there. */
  Journey started(HttpDoor door, Journey.Plan plan) throws ChaosFailure, InterruptedException {
    Journey journey = journey(plan);
    must(door, Step.PLACE, journey);
    must(door, Step.START_PAYMENT, journey);
    return journey;
  }

  /** Sets what the provider does wrong. */
  void fault(String mode, long latencyMillis) throws ChaosFailure, InterruptedException {
    String body =
        JsonMapper.shared()
            .createObjectNode()
            .put("mode", mode)
            .put("latencyMs", latencyMillis)
            .put("share", 1.0)
            .toString();
    Answer answer =
        a.sent(
            HttpRequest.newBuilder(URI.create(simulators + "/faults/payment"))
                .PUT(HttpRequest.BodyPublishers.ofString(body)));
    if (!(answer instanceof Answer.Done)) {
      throw new ChaosFailure("the provider takes no fault " + mode + ": " + answer);
    }
  }

  /** The notice of a capture, as the provider signs and sends it, for node B. */
  HttpRequest.Builder notice(String payment, String traceparent)
      throws ChaosFailure, InterruptedException {
    JsonNode fact = query(payment);
    byte[] body =
        JsonMapper.shared()
            .createObjectNode()
            .put("merchant", "tidegate-demo")
            .put("payment", payment)
            .put("amount", fact.path("amount").longValue())
            .put("currency", fact.path("currency").asString())
            .put("type", "payment.captured")
            .put("transaction", fact.path("transaction").asString())
            .put("capturedAt", fact.path("capturedAt").asString())
            .put("notify", "again-" + payment)
            .toString()
            .getBytes(StandardCharsets.UTF_8);
    String timestamp = Long.toString(Instant.now().getEpochSecond());
    return HttpRequest.newBuilder(URI.create(apiB + "/v1/callbacks/sandbox"))
        .header("Sandbox-Timestamp", timestamp)
        .header("Sandbox-Signature", signature.ofNotice(timestamp, body))
        .header("traceparent", traceparent)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofByteArray(body));
  }

  /** What the provider says of a payment that was captured. */
  private JsonNode query(String payment) throws ChaosFailure, InterruptedException {
    String path = "/sandbox/payments/" + payment;
    String timestamp = Long.toString(Instant.now().getEpochSecond());
    Answer answer =
        a.sent(
            HttpRequest.newBuilder(URI.create(simulators + path))
                .header("Sandbox-Timestamp", timestamp)
                .header(
                    "Sandbox-Signature", signature.ofRequest("GET", path, timestamp, new byte[0]))
                .GET());
    if (answer instanceof Answer.Done(int _, JsonNode body, boolean _)
        && body.path("state").asString("").equals("captured")) {
      return body;
    }
    throw new ChaosFailure("the provider does not say that " + payment + " is captured: " + answer);
  }

  /** One value from the database; absent where there is no row, or it is null. */
  synchronized @Nullable String look(String sql, String number) throws ChaosFailure {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, Long.parseLong(number));
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() ? rows.getString(1) : null;
      }
    } catch (SQLException e) {
      throw new ChaosFailure("the database cannot be read: " + e.getMessage(), e);
    }
  }

  /** The order's state, once it is another than "awaiting payment". */
  int settledState(Journey journey, Duration max) throws ChaosFailure {
    long until = System.nanoTime() + max.toNanos();
    while (true) {
      String state = look("select state from ordering.orders where number = ?", number(journey));
      int code = state == null ? 0 : Integer.parseInt(state);
      if (code != Evidence.AWAITING_PAYMENT || System.nanoTime() > until) {
        return code;
      }
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
  }

  static String number(Journey journey) throws ChaosFailure {
    String number = journey.number();
    if (number == null) {
      throw new ChaosFailure(journey + " has no order");
    }
    return number;
  }

  static String payment(Journey journey) throws ChaosFailure {
    String payment = journey.payment();
    if (payment == null) {
      throw new ChaosFailure(journey + " has no payment");
    }
    return payment;
  }

  @Override
  public void close() throws SQLException {
    a.close();
    b.close();
    connection.close();
  }
}
