package io.tidegate.harness.chaos;

import io.tidegate.harness.chaos.Duel.Findings;
import io.tidegate.harness.chaos.Duel.Winner;
import io.tidegate.harness.chaos.Journey.Plan;
import io.tidegate.harness.chaos.Journey.Step;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Duels about what a customer wants back: against parcels, against another wish, and callbacks. */
final class RefundDuels {
  /** A parcel is planned soon after its order is paid. */
  private static final Duration PLANNED_MAX = Duration.ofSeconds(30);

  /** It has left by then, or never does, with the tries of a busy machine. */
  private static final Duration LEFT_MAX = Duration.ofSeconds(60);

  /** What whoever comes second may hear: all of it is asked back, or left meanwhile. */
  private static final Set<String> SECOND_IS_TOLD =
      Set.of("over_refund", "not_refundable", AskedBack.SHIPPED);

  private static final Set<String> PARCEL_LEFT = Set.of("packed", "shipped", "delivered");
  private static final String PARCEL =
      "select state from fulfilment.shipment where order_number = ? order by seq limit 1";

  private RefundDuels() {}

  static List<Duel> all(Arena arena) {
    return List.of(
        new Ship(arena),
        new ShipConfirm(arena),
        new Twice(arena),
        new Parts(arena),
        new Callback(arena));
  }

  /** Whether goods left is the one answer and money back the other, never both and never none. */
  private static Winner against(
      Arena arena, Journey journey, Answer asked, Findings findings, boolean byHand)
      throws ChaosFailure, InterruptedException {
    AskedBack.notTaken(journey, asked, findings);
    if (asked instanceof Answer.Unknown) {
      return Winner.NEITHER; // Whether there was one, nobody knows.
    }
    boolean back =
        asked instanceof Answer.Done taken
            && AskedBack.ended(arena, journey, taken, findings).equals("succeeded");
    // Whoever hears of a parcel from outside hears it later: the parcel goes on, or never does.
    String parcel =
        String.valueOf(
            arena.awaited(
                PARCEL,
                Arena.number(journey),
                state -> PARCEL_LEFT.contains(state) || state.equals("cancelled"),
                byHand ? Duration.ZERO : LEFT_MAX));
    boolean left = PARCEL_LEFT.contains(parcel);
    if (back == left) {
      findings.add(
          Finding.broken(
              "%s: its refund %s, its parcel is %s"
                  .formatted(journey, back ? "succeeded" : "did not", parcel)));
    }
    return back ? Winner.FIRST : Winner.SECOND;
  }

  /** The customer wants all of it back while somebody of the warehouse packs it, on two nodes. */
  private record Ship(Arena arena) implements Duel {
    @Override
    public String first() {
      return "refund";
    }

    @Override
    public String second() {
      return "ship";
    }

    @Override
    public int lanes() {
      return 4;
    }

    /** A refund is taken first and stops the parcel a moment later: it must start earlier. */
    @Override
    public Aim.Range range() {
      return new Aim.Range(30_000, -50_000, 500_000);
    }

    /** No warehouse outside packs meanwhile: it cannot be reached. */
    @Override
    public void begin() throws ChaosFailure, InterruptedException {
      arena.fault("warehouse", "error", 0);
    }

    @Override
    public void end() throws ChaosFailure, InterruptedException {
      arena.fault("warehouse", "ok", 0);
    }

    @Override
    public Bout prepare(int lane, long offsetMicros) throws ChaosFailure, InterruptedException {
      Journey journey = arena.paid();
      String number = Arena.number(journey);
      arena.awaited(PARCEL, number, "planned"::equals, PLANNED_MAX);
      String parcel = number + "S1";
      if (!(hand(parcel, "pick") instanceof Answer.Done)) {
        return Given.missed();
      }
      Town.Request asks = AskedBack.asking(arena.a(), journey, "-back", Map.of());
      Town.Request packs = () -> hand(parcel, "pack");
      return new Given(
          asks::send,
          packs::send,
          (first, second, findings) -> {
            Answer asked = AskedBack.known(journey, first, asks, findings);
            Answer packed =
                TurnedAway.settled(parcel + " is packed", second, packs, Healing.MAX, findings);
            Winner winner = against(arena, journey, asked, findings, true);
            if (winner != Winner.FIRST && packed instanceof Answer.Done) {
              hand(parcel, "ship");
            }
            return TurnedAway.met(first, second, winner);
          });
    }

    private Answer hand(String parcel, String act) throws InterruptedException {
      return arena.b().post("/v1/admin/shipments/" + parcel + "/" + act, arena.staff(), null, "{}");
    }
  }

  /** The customer wants all of it back about when the warehouse outside says that it is packed. */
  private record ShipConfirm(Arena arena) implements Duel {
    private static final long USUAL_MICROS = 2_200_000;
    private static final long LATEST_MICROS = 5_000_000;

    @Override
    public String first() {
      return "refund";
    }

    @Override
    public String second() {
      return "ship-confirm";
    }

    @Override
    public int lanes() {
      return 16;
    }

    /** The warehouse takes its time by itself: it is the refund that moves, the other way. */
    @Override
    public Aim.Range range() {
      return new Aim.Range(-USUAL_MICROS, -LATEST_MICROS, 0);
    }

    @Override
    public Bout prepare(int lane, long offsetMicros) throws ChaosFailure, InterruptedException {
      Journey journey = arena.paid();
      Town.Request asks = AskedBack.asking(arena.a(), journey, "-back", Map.of());
      return new Given(
          asks::send,
          () -> new Answer.Unknown("the warehouse needs no request"),
          (asked, _, findings) -> {
            Answer known = AskedBack.known(journey, asked, asks, findings);
            return TurnedAway.met(asked, against(arena, journey, known, findings, false));
          });
    }
  }

  /** All of it twice, under two keys, on two nodes. */
  private record Twice(Arena arena) implements Duel {
    @Override
    public String first() {
      return "refund a";
    }

    @Override
    public String second() {
      return "refund b";
    }

    @Override
    public int lanes() {
      return 8;
    }

    @Override
    public Aim.Range range() {
      return new Aim.Range(0, -50_000, 50_000);
    }

    @Override
    public Bout prepare(int lane, long offsetMicros) throws ChaosFailure, InterruptedException {
      Journey journey = arena.paid();
      return both(arena, journey, Map.of());
    }
  }

  /** Each wants more than half of one line's pieces. */
  private record Parts(Arena arena) implements Duel {
    @Override
    public String first() {
      return "part a";
    }

    @Override
    public String second() {
      return "part b";
    }

    @Override
    public int lanes() {
      return 8;
    }

    @Override
    public Aim.Range range() {
      return new Aim.Range(0, -50_000, 50_000);
    }

    @Override
    public Bout prepare(int lane, long offsetMicros) throws ChaosFailure, InterruptedException {
      Journey journey = arena.paid();
      Answer.Done placed = (Answer.Done) Objects.requireNonNull(journey.answer(Step.PLACE));
      int quantity = placed.body().path("items").get(0).path("quantity").intValue();
      return both(arena, journey, Map.of(1, quantity / 2 + 1));
    }
  }

  private static Duel.Bout both(Arena arena, Journey journey, Map<Integer, Integer> pieces)
      throws ChaosFailure {
    Town.Request one = AskedBack.asking(arena.a(), journey, "-back-a", pieces);
    Town.Request other = AskedBack.asking(arena.b(), journey, "-back-b", pieces);
    return new Given(
        one::send,
        other::send,
        (a, b, findings) -> {
          Answer first = AskedBack.known(journey, a, one, findings);
          Answer second = AskedBack.known(journey, b, other, findings);
          return TurnedAway.met(a, b, taken(arena, journey, first, second, findings));
        });
  }

  /** Whose refund was taken; nobody's where its parcel left before. */
  private static Winner taken(
      Arena arena, Journey journey, Answer first, Answer second, Findings findings)
      throws InterruptedException {
    if (first instanceof Answer.Done a && second instanceof Answer.Done b) {
      findings.add(
          Finding.doubled(
              "%s: both refunds are taken: %s, %s"
                  .formatted(journey, a.body().path("id"), b.body().path("id"))));
    }
    if (first instanceof Answer.Done taken) {
      loser(journey, second, findings);
      AskedBack.ended(arena, journey, taken, findings);
      return Winner.FIRST;
    }
    if (second instanceof Answer.Done taken) {
      loser(journey, first, findings);
      AskedBack.ended(arena, journey, taken, findings);
      return Winner.SECOND;
    }
    AskedBack.notTaken(journey, first, findings);
    AskedBack.notTaken(journey, second, findings);
    return Winner.NEITHER;
  }

  private static void loser(Journey journey, Answer lost, Findings findings) {
    boolean fair =
        switch (lost) {
          case Answer.Refused(int _, String code) -> SECOND_IS_TOLD.contains(code);
          case Answer.NotYet _ -> false;
          case Answer.Done _, Answer.Unknown _ -> true; // Either is found as such.
        };
    if (!fair) {
      findings.add(Finding.broken(journey + ": the refund that came second is " + lost));
    }
  }

  /** The customer wants it back while the callback that pays the order is on its way. */
  private record Callback(Arena arena) implements Duel {
    private static final long HELD_MILLIS = 5_000;

    @Override
    public String first() {
      return "callback";
    }

    @Override
    public String second() {
      return "refund";
    }

    @Override
    public int lanes() {
      return 8;
    }

    @Override
    public Aim.Range range() {
      return new Aim.Range(0, -50_000, 50_000);
    }

    /** The provider's own callback comes long after the one that is aimed. */
    @Override
    public void begin() throws ChaosFailure, InterruptedException {
      arena.fault("late", HELD_MILLIS);
    }

    @Override
    public void end() throws ChaosFailure, InterruptedException {
      arena.fault("ok", 0);
    }

    @Override
    public Bout prepare(int lane, long offsetMicros) throws ChaosFailure, InterruptedException {
      Journey journey = arena.started(arena.a(), Plan.PAY);
      arena.must(arena.a(), Step.PAY, journey);
      String payment = Arena.payment(journey);
      String trace = Arena.traceparent(Arena.trace());
      Town.Request asks = AskedBack.asking(arena.a(), journey, "-back", Map.of());
      return new Given(
          () -> arena.backstage().tell(Backstage.Node.B, Provider.SANDBOX, payment, trace),
          asks::send,
          (told, answered, findings) -> {
            if (!(told instanceof Answer.Done)) {
              findings.add(Finding.broken(journey + ": its notice is answered " + told));
            }
            Answer asked = AskedBack.known(journey, answered, asks, findings);
            Winner winner = judge(journey, asked, answered instanceof Answer.Unknown, findings);
            return TurnedAway.met(told, answered, winner);
          });
    }

    /**
     * @param again whether it was asked for once more, when its parcel may have left
     */
    private Winner judge(Journey journey, Answer asked, boolean again, Findings findings)
        throws InterruptedException {
      return switch (asked) {
        case Answer.Done taken -> {
          AskedBack.ended(arena, journey, taken, findings);
          yield Winner.FIRST;
        }
        case Answer.Refused(int _, String code) -> {
          if (!code.equals("not_refundable") && !(again && code.equals(AskedBack.SHIPPED))) {
            findings.add(Finding.broken(journey + ": its refund is refused: " + code));
          }
          yield Winner.SECOND;
        }
        case Answer.NotYet _ -> {
          findings.add(Finding.unsettled(journey + ": its refund is " + asked));
          yield Winner.NEITHER;
        }
        case Answer.Unknown _ -> Winner.NEITHER; // It is found as such.
      };
    }
  }
}
