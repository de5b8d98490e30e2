package io.tidegate.harness.chaos;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Has what one life paid for come back: before it leaves, or when it came. */
final class Reclaims {
  private static final Duration LOOK_FIRST = Duration.ofMillis(100);
  private static final Duration LOOK_MAX = Duration.ofSeconds(2);

  /** Parcels take seconds; with carriers that fail, and kills, more. */
  private static final Duration SHIPPED_MAX = Duration.ofMinutes(3);

  /** The staff looks at returns all the time. */
  private static final Duration APPROVED_MAX = Duration.ofMinutes(2);

  /** A customer asks so often how it stands, and then leaves it. */
  private static final int ASKS_MAX = 6;

  private static final int PARTS_MAX = 3;
  private static final long BEFORE_ASKING_MILLIS_MAX = 2_500;
  private static final int AGAIN_PERCENT = 10;
  private static final int TOO_MUCH_PERCENT = 10;
  private static final Set<String> CAME = Set.of("shipped", "delivered", "completed");
  private static final Set<String> OVER =
      Set.of("closed", "cancelled", "refunded", "shipped", "delivered", "completed");

  private final Life life;
  private final Town town;

  Reclaims(Life life, Town town) {
    this.life = life;
    this.town = town;
  }

  void go() throws InterruptedException {
    switch (life.intent()) {
      case REFUND_ALL -> {
        hesitate();
        follow(ask(life.claim(Claim.Kind.REFUND, life.left())));
      }
      case REFUND_PARTS -> parts();
      case REFUND_TWICE -> twice();
      case RETURN -> sendBack(life.dice().nextBoolean() ? life.left() : some());
      case REFUND_AND_RETURN -> {
        hesitate();
        ask(life.claim(Claim.Kind.REFUND, some()));
        sendBack(some());
      }
      case LEAVE, START_AND_LEAVE, CANCEL, START_AND_CANCEL, PAY_AND_CANCEL -> {}
      case PAY_LATE, PAY_TWICE, KEEP -> {}
    }
  }

  /** Asks for the order until it is in such a state, or the time is up; returns the last state. */
  String looked(Predicate<String> wanted, Duration max) throws InterruptedException {
    long until = System.nanoTime() + max.toNanos();
    Duration pause = LOOK_FIRST;
    while (true) {
      String state = told(life.path()).path("state").asString("");
      if (wanted.test(state) || System.nanoTime() > until) {
        return state;
      }
      town.rest(pause);
      pause = longer(pause);
    }
  }

  private static Duration longer(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(LOOK_MAX) > 0 ? LOOK_MAX : twice;
  }

  private JsonNode told(String path) throws InterruptedException {
    Answer answer = town.answered(() -> town.door().get(path, life.token()));
    if (answer instanceof Answer.Done(int _, JsonNode body, boolean _)) {
      return body;
    }
    town.found(Finding.lost("%s: %s is answered %s".formatted(life, path, answer)));
    return JsonMapper.shared().createObjectNode();
  }

  private void hesitate() throws InterruptedException {
    town.rest(Duration.ofMillis(life.dice().nextLong(BEFORE_ASKING_MILLIS_MAX)));
  }

  private void parts() throws InterruptedException {
    int parts = 1 + life.dice().nextInt(PARTS_MAX);
    for (int i = 0; i < parts; i++) {
      hesitate();
      Map<Integer, Integer> wanted = some();
      if (life.dice().nextInt(100) < TOO_MUCH_PERCENT) {
        wanted = tooMuch();
      }
      if (wanted.isEmpty()) {
        return;
      }
      follow(ask(life.claim(Claim.Kind.REFUND, wanted)));
    }
  }

  /** One line's pieces, some or all of them, of those that are left; empty where none are. */
  private Map<Integer, Integer> some() {
    List<Map.Entry<Integer, Integer>> left =
        life.left().entrySet().stream().filter(entry -> entry.getValue() > 0).toList();
    if (left.isEmpty()) {
      return Map.of();
    }
    Map.Entry<Integer, Integer> line = left.get(life.dice().nextInt(left.size()));
    return Map.of(line.getKey(), 1 + life.dice().nextInt(line.getValue()));
  }

  /** One piece more of a line than was bought. */
  private Map<Integer, Integer> tooMuch() {
    Life.Line line = life.lines().get(life.dice().nextInt(life.lines().size()));
    return Map.of(line.line(), line.quantity() + 1);
  }

  /** Twice all of it at once: at most one of them may be taken. */
  private void twice() throws InterruptedException {
    hesitate();
    Map<Integer, Integer> all = life.left();
    Claim one = life.claim(Claim.Kind.REFUND, all);
    Claim other = life.claim(Claim.Kind.REFUND, all);
    try (ExecutorService two = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Answer> beside = two.submit(() -> asked(other));
      Answer first = asked(one);
      note(one, first);
      note(other, beside.get());
    } catch (ExecutionException e) {
      town.found(Finding.broken(life + ": " + e.getCause()));
    }
    follow(one);
    follow(other);
  }

  private Claim ask(Claim claim) throws InterruptedException {
    if (!claim.pieces().isEmpty()) {
      Answer answer = asked(claim);
      note(claim, answer);
      if (answer instanceof Answer.Done first && life.dice().nextInt(100) < AGAIN_PERCENT) {
        same(claim, first, asked(claim));
      }
    }
    return claim;
  }

  private Answer asked(Claim claim) throws InterruptedException {
    ObjectNode body = JsonMapper.shared().createObjectNode();
    var items = body.putArray("items");
    new TreeMap<>(claim.pieces())
        .forEach((line, pieces) -> items.addObject().put("line", line).put("quantity", pieces));
    body.put("reason", "changed my mind");
    String path =
        switch (claim.kind()) {
          case REFUND -> life.path() + "/refunds";
          case RETURN -> life.path() + "/returns";
        };
    String json = body.toString();
    return town.answered(() -> town.door().post(path, life.token(), claim.key(), json));
  }

  /** The same key again is the same claim, and said to be a replay. */
  private void same(Claim claim, Answer.Done first, Answer now) {
    boolean fits =
        now instanceof Answer.Done(int _, JsonNode body, boolean replayed)
            && replayed
            && body.path("id").equals(first.body().path("id"));
    town.counts().add("keys repeated");
    if (!fits) {
      town.found(
          Finding.doubled("%s: %s, its key again is answered %s".formatted(life, claim, now)));
    }
  }

  private void note(Claim claim, Answer answer) {
    String what = claim.kind() == Claim.Kind.REFUND ? "refund" : "return";
    switch (answer) {
      case Answer.Done(int _, JsonNode body, boolean _) -> {
        if (asksTooMuch(claim)) {
          town.found(
              Finding.broken("%s: more than was bought is taken: %s".formatted(life, claim)));
        }
        claim.taken(
            body.path("id").asString(),
            body.path("state").asString(""),
            System.currentTimeMillis());
        town.counts().add(what + (takesAll(claim) ? " of all taken" : " of some taken"));
      }
      case Answer.Refused(int _, String code) -> {
        claim.refused(code);
        town.counts().add(what + " refused: " + code);
        if (!isFair(claim, code)) {
          town.found(Finding.broken("%s: %s is refused: %s".formatted(life, claim, code)));
        }
      }
      case Answer.NotYet(String why) -> unsettled(claim, why);
      case Answer.Unknown(String why, int _) -> unsettled(claim, why);
    }
  }

  private void unsettled(Claim claim, String why) {
    town.found(Finding.unsettled("%s: %s: %s".formatted(life, claim, why)));
  }

  private boolean asksTooMuch(Claim claim) {
    return life.lines().stream()
        .anyMatch(line -> claim.pieces().getOrDefault(line.line(), 0) > line.quantity());
  }

  private boolean takesAll(Claim claim) {
    return life.lines().stream()
        .allMatch(line -> claim.pieces().getOrDefault(line.line(), 0) == line.quantity());
  }

  /** Goods leave when they do; what was asked for already may be refused. */
  private boolean isFair(Claim claim, String code) {
    return switch (code) {
      case "already_shipped" -> claim.kind() == Claim.Kind.REFUND;
      case "over_refund", "not_refundable", "not_returnable" -> overlaps(claim);
      default -> false;
    };
  }

  /** Whether this and the other claims want more pieces of a line than there are. */
  private boolean overlaps(Claim claim) {
    Map<Integer, Integer> wanted = new HashMap<>(claim.pieces());
    for (Claim other : life.claims()) {
      if (other != claim && other.refusal() == null) {
        other.pieces().forEach((line, pieces) -> wanted.merge(line, pieces, Integer::sum));
      }
    }
    return life.lines().stream()
        .anyMatch(line -> wanted.getOrDefault(line.line(), 0) > line.quantity());
  }

  /** Asks a few times how it stands. */
  private void follow(Claim claim) throws InterruptedException {
    Duration pause = LOOK_FIRST.multipliedBy(2);
    for (int i = 0; i < ASKS_MAX && claim.id() != null && !isEnd(claim.lastState()); i++) {
      town.rest(pause);
      pause = longer(pause);
      claim.saw(told(place(claim)).path("state").asString(""), System.currentTimeMillis());
    }
  }

  private static boolean isEnd(String state) {
    return state.equals("succeeded") || state.equals("refused") || state.equals("rejected");
  }

  private static String place(Claim claim) {
    return switch (claim.kind()) {
      case REFUND -> "/v1/refunds/" + claim.id();
      case RETURN -> "/v1/returns/" + claim.id();
    };
  }

  /** Waits for the parcels, asks, waits for the approval, and hands the parcel over. */
  private void sendBack(Map<Integer, Integer> pieces) throws InterruptedException {
    String state = looked(OVER::contains, SHIPPED_MAX);
    if (!CAME.contains(state) || pieces.isEmpty()) {
      town.counts().add("return not asked for: " + state);
      return;
    }
    Claim claim = ask(life.claim(Claim.Kind.RETURN, pieces));
    if (claim.id() == null) {
      return;
    }
    long until = System.nanoTime() + APPROVED_MAX.toNanos();
    Duration pause = LOOK_FIRST.multipliedBy(2);
    while (claim.lastState().equals("requested") && System.nanoTime() < until) {
      town.rest(pause);
      pause = longer(pause);
      claim.saw(told(place(claim)).path("state").asString(""), System.currentTimeMillis());
    }
    if (claim.lastState().equals("approved")) {
      handOver(claim);
    }
  }

  private void handOver(Claim claim) throws InterruptedException {
    String body =
        JsonMapper.shared()
            .createObjectNode()
            .put("courier", "sf")
            .put("waybill", "SF" + claim.id())
            .toString();
    Answer answer =
        town.answered(() ->
            town.door()
                .post(place(claim) + "/waybill", life.token(), claim.key() + "-waybill", body));
    if (answer instanceof Answer.Done) {
      town.counts().add("returns handed over");
    } else {
      town.found(Finding.broken("%s: the waybill of %s: %s".formatted(life, claim, answer)));
    }
  }
}
