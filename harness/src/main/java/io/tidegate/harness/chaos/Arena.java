package io.tidegate.harness.chaos;

import io.tidegate.harness.bench.Unguessable;
import io.tidegate.harness.chaos.Journey.Step;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the duels stand on: two nodes over one database, the simulated provider, and a look into the
 * database. Orders of node B fall due within seconds.
 */
final class Arena implements AutoCloseable {
  static final Duration SHORT_WINDOW = Duration.ofSeconds(3);
  private static final Duration LOOK_EVERY = Duration.ofMillis(20);
  private static final Duration PAID_MAX = Duration.ofSeconds(20);

  /** What makes a round ready may be turned away for so long. */
  private static final Duration TURNED_AWAY_MAX = Healing.MAX;

  /** Late money is on its way back within a minute (M5), and there soon after. */
  private static final Duration SETTLED_MAX = Duration.ofSeconds(90);

  private static final Duration SETTLE_LOOK_EVERY = Duration.ofMillis(100);

  private final Requests requests = new Requests();
  private final HttpDoor a;
  private final HttpDoor b;
  private final URI simulators;
  private final String staff;
  private final Backstage backstage;
  private final Wishes wishes;
  private final Queue<Journey> history = new ConcurrentLinkedQueue<>();
  private final String database;
  private final EvidenceReader reader;
  private @Nullable Connection connection;

  /**
   * The places.
   *
   * @param secret of the simulated provider's signatures
   * @param staff a token
   */
  record Ground(URI apiA, URI apiB, URI simulators, String database, String secret, String staff) {}

  /**
   * @param reader of what is there, of each order after its round
   */
  Arena(Ground ground, Wishes wishes, EvidenceReader reader) {
    this.reader = reader;
    this.simulators = ground.simulators();
    this.a = new HttpDoor(ground.apiA(), simulators, requests);
    this.b = new HttpDoor(ground.apiB(), simulators, requests);
    this.staff = ground.staff();
    this.backstage = new Backstage(a, ground);
    this.wishes = wishes;
    this.database = ground.database();
  }

  /** One for all looks, made for the first of them. */
  private synchronized Connection connection() throws SQLException {
    Connection open = connection;
    if (open == null) {
      open = DriverManager.getConnection(database);
      connection = open;
    }
    return open;
  }

  /** The node whose orders wait for a day. */
  HttpDoor a() {
    return a;
  }

  /** The node whose orders fall due within seconds. */
  HttpDoor b() {
    return b;
  }

  /** What the providers do of their own accord. */
  Backstage backstage() {
    return backstage;
  }

  String staff() {
    return staff;
  }

  /** What both nodes answered so far. */
  Requests.Told told() {
    return requests.told();
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

  /**
   * Sends a step that nothing competes with, again where it is turned away, notes and returns its
   * answer.
   */
  Answer.Done must(HttpDoor door, Step step, Journey journey)
      throws ChaosFailure, InterruptedException {
    Answer answer =
        TurnedAway.again(door.send(step, journey), () -> door.send(step, journey), TURNED_AWAY_MAX);
    journey.note(step, answer);
    if (answer instanceof Answer.Done done) {
      return done;
    }
    throw new ChaosFailure(journey + ", " + step + ": " + answer);
  }

  /** An order of a node with a payment that was started there, at the sandbox. */
  Journey started(HttpDoor door, Journey.Plan plan) throws ChaosFailure, InterruptedException {
    return started(door, plan, Provider.SANDBOX);
  }

  /** The same at any provider; its customer has come to pay. */
  Journey started(HttpDoor door, Journey.Plan plan, Provider provider)
      throws ChaosFailure, InterruptedException {
    Journey journey = journey(plan);
    journey.payAt(provider);
    must(door, Step.PLACE, journey);
    must(door, Step.START_PAYMENT, journey);
    backstage.scan(journey);
    return journey;
  }

  /** Another payment of the order, at another provider. */
  void startedToo(HttpDoor door, Journey journey, Provider provider)
      throws ChaosFailure, InterruptedException {
    journey.startAnotherPayment();
    journey.payAt(provider);
    must(door, Step.START_PAYMENT, journey);
    backstage.scan(journey);
  }

  /** An order of node A that is paid. */
  Journey paid() throws ChaosFailure, InterruptedException {
    Journey journey = journey(Journey.Plan.PAY);
    must(a, Step.PLACE, journey);
    must(a, Step.START_PAYMENT, journey);
    must(a, Step.PAY, journey);
    if (settledState(journey, PAID_MAX) == Evidence.AWAITING_PAYMENT) {
      throw new ChaosFailure(journey + " is not paid in " + PAID_MAX);
    }
    return journey;
  }

  /** Sets what the payment provider does wrong. */
  void fault(String mode, long latencyMillis) throws ChaosFailure, InterruptedException {
    fault(Provider.SANDBOX, mode, latencyMillis);
  }

  /** Sets what a payment provider does wrong. */
  void fault(Provider provider, String mode, long latencyMillis)
      throws ChaosFailure, InterruptedException {
    fault(provider.faults(), mode, latencyMillis);
  }

  /**
   * A payment provider tells of captures late.
   *
   * @param traceparent that its own notices have from now on, to be told from ours
   */
  void late(Provider provider, long latencyMillis, String traceparent)
      throws ChaosFailure, InterruptedException {
    fault(
        provider.faults(),
        wrong("late", latencyMillis).put("share", 1.0).put("traceparent", traceparent));
  }

  /** Sets what a provider does wrong. */
  void fault(String provider, String mode, long latencyMillis)
      throws ChaosFailure, InterruptedException {
    fault(provider, wrong(mode, latencyMillis).put("share", 1.0));
  }

  /** Sets what the payment provider does wrong with its next call about a refund. */
  void nextRefundFault(String mode, long latencyMillis) throws ChaosFailure, InterruptedException {
    fault("payment", wrong(mode, latencyMillis).put("count", 1).put("only", "refunds"));
  }

  private static ObjectNode wrong(String mode, long latencyMillis) {
    return JsonMapper.shared().createObjectNode().put("mode", mode).put("latencyMs", latencyMillis);
  }

  private void fault(String provider, ObjectNode wrong) throws ChaosFailure, InterruptedException {
    Answer answer =
        a.sent(
            HttpRequest.newBuilder(URI.create(simulators + "/faults/" + provider))
                .PUT(HttpRequest.BodyPublishers.ofString(wrong.toString())));
    if (!(answer instanceof Answer.Done)) {
      throw new ChaosFailure(provider + " does not take " + wrong + ": " + answer);
    }
  }

  /** Has somebody ask the provider about the order's payments at once. */
  synchronized void askNow(String number) throws ChaosFailure {
    try (PreparedStatement statement =
        connection()
            .prepareStatement(
                "update payment.attempt set ask_at = clock_timestamp()"
                    + " where order_number = ? and ask_at is not null")) {
      statement.setLong(1, Long.parseLong(number));
      statement.executeUpdate();
    } catch (SQLException e) {
      throw new ChaosFailure("the database cannot be written: " + e.getMessage(), e);
    }
  }

  /** Where the event log ends; what happens now comes behind it. */
  long logged() throws ChaosFailure {
    String position =
        look("select coalesce(max(position), 0) from messaging.log where position > ?", "0");
    return position == null ? 0 : Long.parseLong(position);
  }

  /**
   * Holds what is there of one order against what its customer was told, and against the books of
   * the providers that were asked for its money, until all of it agrees: money on a live order, or
   * back once. What still doesn't is found.
   */
  void settle(Journey journey, Duel.Findings findings) throws ChaosFailure, InterruptedException {
    long until = System.nanoTime() + SETTLED_MAX.toNanos();
    while (true) {
      List<Finding> open = new ArrayList<>();
      try {
        Evidence evidence = reader.of(number(journey));
        open.addAll(HistoryCheck.of(List.of(journey), evidence));
        open.addAll(BookCheck.of(evidence).findings());
      } catch (SQLException | IOException e) {
        throw new ChaosFailure("what is there cannot be read: " + e.getMessage(), e);
      }
      if (open.isEmpty() || System.nanoTime() > until) {
        open.forEach(findings::add);
        return;
      }
      LockSupport.parkNanos(SETTLE_LOOK_EVERY.toNanos());
    }
  }

  /** One value from the database; absent where there is no row, or it is null. */
  synchronized @Nullable String look(String sql, String number) throws ChaosFailure {
    try (PreparedStatement statement = connection().prepareStatement(sql)) {
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

  /** Waits until what is looked at says such a thing, or the time is up; returns the last. */
  @Nullable String awaited(String sql, String number, Predicate<String> wanted, Duration max)
      throws ChaosFailure {
    long until = System.nanoTime() + max.toNanos();
    while (true) {
      String found = look(sql, number);
      if ((found != null && wanted.test(found)) || System.nanoTime() > until) {
        return found;
      }
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
  }

  /** Another trace, for a request that is to be told from others. */
  static String trace() {
    return Unguessable.hex();
  }

  /** The header that carries a trace. */
  static String traceparent(String trace) {
    return "00-" + trace + "-00f067aa0ba902b7-01";
  }

  /** Between two looks. */
  static void pause() {
    LockSupport.parkNanos(LOOK_EVERY.toNanos());
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
  public synchronized void close() throws SQLException {
    a.close();
    b.close();
    if (connection != null) {
      connection.close();
    }
  }
}
