package io.tidegate.harness.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Flash sales over HTTP: staff who make them, and customers with purchase tokens. Thread-safe. */
final class SaleCounter {
  /** Dear enough that every effect of a paid order leaves a row. */
  private static final long PRICE = 12_000;

  private static final Duration LOOK_EVERY = Duration.ofMillis(20);
  private static final Duration SEEN_MAX = Duration.ofSeconds(10);
  private static final Duration TICKET_MAX = Duration.ofSeconds(15);
  private static final Duration BOUGHT_MAX = Duration.ofSeconds(20);
  private static final int ACCEPTED = 202;

  /** A place in the line says no more than no place does: the same again, and it may. */
  private static final int COME_AGAIN = 503;

  private final String staff;
  private final AtomicLong keys = new AtomicLong();
  private final Map<String, String> tokens = new ConcurrentHashMap<>();

  /** One thing on sale. */
  record Sale(String id, String sku) {
    String path() {
      return "/v1/admin/flash-sales/" + id;
    }
  }

  /** What is offered, and until when. */
  record Terms(long pieces, int perUser, int payWindowMinutes, Instant endsAt) {}

  /**
   * @param staff a token
   */
  SaleCounter(String staff) {
    this.staff = staff;
  }

  /**
   * A sale that is open, as all of these nodes see it, when this returns.
   *
   * @param nodes of which staff ask the first
   */
  Sale open(List<HttpDoor> nodes, String sku, Terms terms)
      throws ChaosFailure, InterruptedException {
    HttpDoor door = nodes.getFirst();
    ObjectNode json = JsonMapper.shared().createObjectNode().put("title", "a trial");
    json.put("startsAt", Instant.now().toString())
        .put("endsAt", terms.endsAt().toString())
        .put("payWindowMinutes", terms.payWindowMinutes());
    ObjectNode item = json.putArray("items").addObject();
    item.put("sku", sku).put("allocation", terms.pieces()).put("perUser", terms.perUser());
    item.putObject("price").put("amount", PRICE).put("currency", "CNY");
    Answer.Done made = must(door, "/v1/admin/flash-sales", json.toString());
    Sale sale = new Sale(made.body().path("id").asString(), sku);
    must(door, sale.path() + "/start", "{}");
    for (HttpDoor node : nodes) {
      awaitOpen(node, sale);
    }
    return sale;
  }

  private void awaitOpen(HttpDoor node, Sale sale) throws ChaosFailure, InterruptedException {
    long until = System.nanoTime() + SEEN_MAX.toNanos();
    while (true) {
      Answer answer = node.get("/v1/flash-sales/" + sale.id(), staff);
      if (answer instanceof Answer.Done(int _, JsonNode shown, boolean _)
          && shown.path("state").asString("").equals("open")) {
        return;
      }
      if (System.nanoTime() > until) {
        throw new ChaosFailure("a node does not see that " + sale + " is open: " + answer);
      }
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
  }

  /** Ends it, which nothing competes with; again where it is turned away. */
  Answer stop(HttpDoor door, Sale sale) throws InterruptedException {
    Town.Request stops = stopping(door, sale);
    return TurnedAway.again(stops.send(), stops, Healing.MAX);
  }

  /** A request that ends it, as often as it is sent. */
  Town.Request stopping(HttpDoor door, Sale sale) {
    String key = key();
    return () -> door.post(sale.path() + "/stop", staff, key, "{}");
  }

  /**
   * More of it.
   *
   * @param key the same again adds nothing more
   */
  Answer add(HttpDoor door, Sale sale, long pieces, String key) throws InterruptedException {
    ObjectNode json =
        JsonMapper.shared().createObjectNode().put("sku", sale.sku()).put("quantity", pieces);
    return door.post(sale.path() + "/stock", staff, key, json.toString());
  }

  /** A key of the staff that nobody has used. */
  String key() {
    return "sale-" + System.nanoTime() + "-" + keys.incrementAndGet();
  }

  /** A wish of the staff that nothing competes with; again where it is turned away. */
  private Answer.Done must(HttpDoor door, String path, String body)
      throws ChaosFailure, InterruptedException {
    String key = key();
    Town.Request wish = () -> door.post(path, staff, key, body);
    Answer answer = TurnedAway.again(wish.send(), wish, Healing.MAX);
    if (answer instanceof Answer.Done done) {
      return done;
    }
    throw new ChaosFailure("the staff's wish for a sale is answered: " + answer);
  }

  /** One piece for the journey's customer; the same again is the same request, key included. */
  Answer buy(HttpDoor door, Sale sale, Journey journey) throws InterruptedException {
    Journey.Wish wish = journey.wish();
    String known = tokens.get(sale.id() + wish.token());
    if (known == null) {
      Answer token = door.post("/v1/flash-sales/" + sale.id() + "/token", wish.token(), null, "{}");
      if (!(token instanceof Answer.Done(int _, JsonNode body, boolean _))) {
        return token;
      }
      known = body.path("token").asString();
      tokens.put(sale.id() + wish.token(), known);
    }
    ObjectNode json = HttpDoor.placing(Map.of());
    json.remove("items");
    json.put("sku", sale.sku()).put("quantity", 1).put("token", known);
    String orders = "/v1/flash-sales/" + sale.id() + "/orders";
    Answer answer = door.post(orders, wish.token(), wish.key(), json.toString());
    if (!(answer instanceof Answer.Done(int status, JsonNode body, boolean _))
        || status != ACCEPTED) {
      return answer;
    }
    Answer told = ticket(door, wish.token(), body.path("ticket").asString());
    // Who has won asks for the receipt, which is what the key is answered with from now on.
    return told instanceof Answer.Done
        ? door.post(orders, wish.token(), wish.key(), json.toString())
        : told;
  }

  /** What becomes of a place in the line: done when it has won, refused when it is lost. */
  private static Answer ticket(HttpDoor door, String token, String ticket)
      throws InterruptedException {
    long until = System.nanoTime() + TICKET_MAX.toNanos();
    while (System.nanoTime() < until) {
      Answer answer = door.get("/v1/flash-tickets/" + ticket, token);
      if (!(answer instanceof Answer.Done(int _, JsonNode told, boolean _))) {
        int status = answer instanceof Answer.Unknown(String _, int code) ? code : 0;
        return new Answer.Unknown("ticket: " + answer, status);
      }
      switch (told.path("state").asString("")) {
        case "won" -> {
          return answer;
        }
        case "lost" -> {
          return new Answer.Refused(409, "lost");
        }
        default -> LockSupport.parkNanos(LOOK_EVERY.toNanos());
      }
    }
    return new Answer.Unknown("the ticket is waiting", COME_AGAIN);
  }

  /** Buys what must be there to buy, as soon as this node knows of it. */
  Answer.Done bought(HttpDoor door, Sale sale, Journey journey)
      throws ChaosFailure, InterruptedException {
    long until = System.nanoTime() + BOUGHT_MAX.toNanos();
    while (true) {
      Answer answer = buy(door, sale, journey);
      journey.note(Journey.Step.PLACE, answer);
      if (answer instanceof Answer.Done done) {
        return done;
      }
      if (System.nanoTime() > until) {
        throw new ChaosFailure(journey + " finds nothing where a piece must be: " + answer);
      }
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
  }
}
