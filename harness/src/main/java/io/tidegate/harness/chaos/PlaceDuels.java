package io.tidegate.harness.chaos;

import io.tidegate.harness.chaos.Journey.Plan;
import io.tidegate.harness.chaos.Journey.Step;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Duels about what is placed: the key, the price, the last piece. */
final class PlaceDuels {
  private static final int LANES = 8;
  private static final Aim.Range NEAR = new Aim.Range(0, -50_000, 50_000);

  private PlaceDuels() {}

  /**
   * @param skus whose price and stock may be changed; nobody else orders them
   */
  static List<Duel> all(Arena arena, List<String> skus) {
    return List.of(
        new Twins(arena),
        new PriceEdit(arena, skus.subList(0, LANES), new ConcurrentHashMap<>()),
        new LastPiece(arena, skus.subList(LANES, 2 * LANES), new AtomicLong()));
  }

  static int skusNeeded() {
    return 2 * LANES;
  }

  /** The same order under the same key on two nodes. */
  private record Twins(Arena arena) implements Duel {
    @Override
    public String first() {
      return "twin a";
    }

    @Override
    public String second() {
      return "twin b";
    }

    @Override
    public int lanes() {
      return LANES;
    }

    @Override
    public Aim.Range range() {
      return NEAR;
    }

    @Override
    public Bout prepare(int lane, long offsetMicros) {
      Journey journey = arena.journey(Plan.LEAVE);
      return new Given(
          () -> arena.a().send(Step.PLACE, journey),
          () -> arena.b().send(Step.PLACE, journey),
          (one, other, findings) -> twins(journey, one, other, arena.a(), Healing.MAX, findings));
    }
  }

  /**
   * Who of two twins ran. One that has waited too long, or found no place, is told so and knows
   * nothing yet: the key settles it. Who found no place has met nobody.
   */
  static Duel.Winner twins(
      Journey journey, Answer one, Answer other, Door door, Duration max, Duel.Findings findings)
      throws InterruptedException {
    if (one instanceof Answer.Done first && other instanceof Answer.Done second) {
      return ran(journey, first, second, findings);
    }
    if (!isTwins(one) || !isTwins(other)) {
      findings.add(Finding.broken(journey + ": twins are answered " + one + " and " + other));
    }
    journey.note(Step.PLACE, one instanceof Answer.Done ? one : other);
    Settling.of(List.of(journey), door, max).findings().forEach(findings::add);
    if (one instanceof Answer.Done first && TurnedAway.byItsTwin(other)) {
      return first.replayed() ? Duel.Winner.SECOND : Duel.Winner.FIRST;
    }
    if (other instanceof Answer.Done second && TurnedAway.byItsTwin(one)) {
      return second.replayed() ? Duel.Winner.FIRST : Duel.Winner.SECOND;
    }
    return Duel.Winner.NEITHER;
  }

  /** Whether a twin may be answered so: its order, or that it is under way, or no place now. */
  private static boolean isTwins(Answer answer) {
    return switch (answer) {
      case Answer.Done _ -> true;
      case Answer.Unknown _ -> TurnedAway.is(answer);
      case Answer.Refused _, Answer.NotYet _ -> false;
    };
  }

  private static Duel.Winner ran(
      Journey journey, Answer.Done first, Answer.Done second, Duel.Findings findings) {
    journey.note(Step.PLACE, first);
    if (!first.body().equals(second.body())) {
      findings.add(Finding.doubled(journey + ": twins have two receipts"));
    }
    if (first.replayed() == second.replayed()) {
      findings.add(
          Finding.doubled(
              journey + (first.replayed() ? ": both twins are replays" : ": both twins ran")));
    }
    return first.replayed() ? Duel.Winner.SECOND : Duel.Winner.FIRST;
  }

  /** A price rises while it is ordered at the price before. */
  private record PriceEdit(Arena arena, List<String> skus, Map<String, Price> prices)
      implements Duel {

    /** What a SKU costs now, and what comes on top of an order. */
    private record Price(long unit, long freight) {}

    @Override
    public String first() {
      return "place";
    }

    @Override
    public String second() {
      return "price edit";
    }

    @Override
    public int lanes() {
      return LANES;
    }

    @Override
    public Aim.Range range() {
      return NEAR;
    }

    @Override
    public void begin() throws ChaosFailure, InterruptedException {
      for (String sku : skus) {
        Journey first = arena.journey(Plan.LEAVE, sku, null);
        JsonNode receipt = arena.must(arena.b(), Step.PLACE, first).body();
        prices.put(
            sku,
            new Price(
                receipt.path("itemsTotal").path("amount").longValue(),
                receipt.path("freight").path("amount").longValue()));
      }
    }

    @Override
    public Bout prepare(int lane, long offsetMicros) {
      String sku = skus.get(lane);
      Price before = Objects.requireNonNull(prices.get(sku));
      Price after = new Price(before.unit() + 1, before.freight());
      Journey journey = arena.journey(Plan.LEAVE, sku, before.unit() + before.freight());
      long[] placedFrom = new long[1];
      long[] editedAt = new long[1];
      Town.Request place =
          () -> {
            placedFrom[0] = System.nanoTime();
            return arena.b().send(Step.PLACE, journey);
          };
      Town.Request edit =
          () -> {
            Answer edited =
                arena
                    .a()
                    .put(
                        "/v1/admin/skus/" + sku + "/price",
                        arena.staff(),
                        "*",
                        "{\"price\":{\"amount\":%d,\"currency\":\"CNY\"}}".formatted(after.unit()));
            editedAt[0] = System.nanoTime();
            return edited;
          };
      return new Given(
          place::send,
          edit::send,
          (placed, edited, findings) -> {
            long placedFirst = placedFrom[0];
            Answer set =
                TurnedAway.settled("the price of " + sku, edited, edit, Healing.MAX, findings);
            Answer known =
                TurnedAway.settled(journey.toString(), placed, place, Healing.MAX, findings);
            journey.note(Step.PLACE, known);
            if (!(set instanceof Answer.Done)) {
              findings.add(Finding.broken("the price of " + sku + " is not set: " + set));
              return Winner.NEITHER;
            }
            prices.put(sku, after);
            Winner winner = judge(journey, before, known, findings);
            // A replay was done when it was sent first.
            boolean replay = known instanceof Answer.Done done && done.replayed();
            if (winner == Winner.FIRST && (replay ? placedFirst : placedFrom[0]) > editedAt[0]) {
              findings.add(Finding.broken(journey + " has a price that was replaced before it"));
            }
            return TurnedAway.met(placed, edited, winner);
          });
    }

    private static Winner judge(Journey journey, Price before, Answer placed, Findings findings) {
      return switch (placed) {
        case Answer.Done(int _, JsonNode receipt, boolean _) -> {
          if (receipt.path("itemsTotal").path("amount").longValue() != before.unit()) {
            findings.add(Finding.broken(journey + " costs more than was accepted"));
          }
          yield Winner.FIRST;
        }
        case Answer.Refused(int _, String code) when code.equals("price_changed") -> Winner.SECOND;
        case Answer.Refused refused -> {
          findings.add(Finding.broken(journey + " at a changing price: " + refused));
          yield Winner.NEITHER;
        }
        case Answer.NotYet _ -> {
          findings.add(Finding.unsettled(journey + " at a changing price: " + placed));
          yield Winner.NEITHER;
        }
        case Answer.Unknown _ -> Winner.NEITHER; // It is found as such.
      };
    }
  }

  /** The last piece is ordered while the staff writes it off. */
  private record LastPiece(Arena arena, List<String> skus, AtomicLong keys) implements Duel {
    @Override
    public String first() {
      return "place last piece";
    }

    @Override
    public String second() {
      return "stock edit";
    }

    @Override
    public int lanes() {
      return LANES;
    }

    @Override
    public Aim.Range range() {
      return NEAR;
    }

    /** Empties every shelf. */
    @Override
    public void begin() throws ChaosFailure, InterruptedException {
      for (String sku : skus) {
        Answer shown = arena.a().get("/v1/admin/skus/" + sku + "/stock", arena.staff());
        if (!(shown instanceof Answer.Done(int _, JsonNode stock, boolean _))) {
          throw new ChaosFailure("the stock of " + sku + " is not shown: " + shown);
        }
        for (JsonNode shelf : stock.path("warehouses")) {
          long pieces = shelf.path("onHand").longValue();
          if (pieces > 0) {
            adjusted(arena.a(), sku, -pieces, shelf.path("id").asString());
          }
        }
      }
    }

    @Override
    public Bout prepare(int lane, long offsetMicros) throws ChaosFailure, InterruptedException {
      String sku = skus.get(lane);
      adjusted(arena.a(), sku, 1, null);
      Journey journey = arena.journey(Plan.LEAVE, sku, null);
      Town.Request place = () -> arena.a().send(Step.PLACE, journey);
      String key = key();
      Town.Request edit = () -> adjust(arena.b(), sku, -1, null, key);
      return new Given(
          place::send,
          edit::send,
          (answered, told, findings) -> {
            Answer placed =
                TurnedAway.settled(journey.toString(), answered, place, Healing.MAX, findings);
            Answer edited =
                TurnedAway.settled("the stock of " + sku, told, edit, Healing.MAX, findings);
            journey.note(Step.PLACE, placed);
            boolean sold = placed instanceof Answer.Done;
            boolean written = edited instanceof Answer.Done;
            if (sold && written) {
              findings.add(Finding.doubled(journey + ": its only piece was written off too"));
            }
            if (!sold && !written) {
              findings.add(
                  Finding.broken(
                      "the last piece of %s went nowhere: %s, %s".formatted(sku, placed, edited)));
              return Winner.NEITHER;
            }
            return TurnedAway.met(answered, told, sold ? Winner.FIRST : Winner.SECOND);
          });
    }

    private void adjusted(HttpDoor door, String sku, long delta, @Nullable String warehouse)
        throws ChaosFailure, InterruptedException {
      String key = key();
      Town.Request edit = () -> adjust(door, sku, delta, warehouse, key);
      Answer answer = TurnedAway.again(edit.send(), edit, Healing.MAX);
      if (!(answer instanceof Answer.Done)) {
        throw new ChaosFailure(
            "the stock of %s does not take %d: %s".formatted(sku, delta, answer));
      }
    }

    private String key() {
      return "race-" + System.nanoTime() + "-" + keys.incrementAndGet();
    }

    /**
     * Once for a key.
     *
     * @param delta pieces more
     */
    private Answer adjust(
        HttpDoor door, String sku, long delta, @Nullable String warehouse, String key)
        throws InterruptedException {
      String where = warehouse == null ? "" : ",\"warehouse\":\"" + warehouse + "\"";
      return door.post(
          "/v1/admin/skus/" + sku + "/stock-adjustments",
          arena.staff(),
          key,
          "{\"delta\":%d,\"reason\":\"race\"%s}".formatted(delta, where));
    }
  }
}
