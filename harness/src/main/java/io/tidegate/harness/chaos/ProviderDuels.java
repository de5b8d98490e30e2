package io.tidegate.harness.chaos;

import io.tidegate.harness.chaos.Duel.Findings;
import io.tidegate.harness.chaos.Duel.Winner;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Duels about what a provider says of a refund: too late, or otherwise than before. */
final class ProviderDuels {
  /** About as long as the shop waits for one answer. */
  private static final long PATIENCE_MICROS = 3_000_000;

  /** Each round takes seconds: of those that are asked for one in so many is done. */
  private static final int ROUNDS_OF = 5;

  private static final int ROUNDS_MIN = 20;

  /** The next call about a refund is struck: with many at once it would be another's. */
  private static final int LANES = 2;

  private static final Duration ANSWERED_MAX = Duration.ofSeconds(30);
  private static final Duration END_MAX = Duration.ofSeconds(90);

  private ProviderDuels() {}

  static List<Duel> all(Arena arena) {
    return List.of(new TimeOut(arena, true), new TimeOut(arena, false), new Reversed(arena));
  }

  private static int few(int asked) {
    return Math.min(asked, Math.max(ROUNDS_MIN, asked / ROUNDS_OF));
  }

  /** The provider's answer comes about when the shop gives up waiting for it. */
  private record TimeOut(Arena arena, boolean isDone) implements Duel {
    @Override
    public String first() {
      return "time-out";
    }

    @Override
    public String second() {
      return isDone ? "answer when done" : "answer when not done";
    }

    @Override
    public int lanes() {
      return LANES;
    }

    @Override
    public int rounds(int asked) {
      return few(asked);
    }

    @Override
    public Aim.Range range() {
      return new Aim.Range(
          PATIENCE_MICROS - 10_000, PATIENCE_MICROS - 300_000, PATIENCE_MICROS + 300_000);
    }

    @Override
    public void end() throws ChaosFailure, InterruptedException {
      arena.fault("ok", 0);
    }

    /** What is aimed is how long the provider holds what it says of refunds. */
    @Override
    public Bout prepare(int lane, long offsetMicros) throws ChaosFailure, InterruptedException {
      Journey journey = arena.paid();
      arena.nextRefundFault(isDone ? "timeout_done" : "timeout_not_done", offsetMicros / 1_000);
      Town.Request asks = AskedBack.asking(arena.a(), journey, "-back", Map.of());
      return new Given(
          asks::send,
          () -> new Answer.Unknown("patience needs no request"),
          (asked, _, findings) -> {
            Answer known = AskedBack.known(journey, asked, asks, findings);
            if (!(known instanceof Answer.Done taken)) {
              AskedBack.notTaken(journey, known, findings);
              return Winner.NEITHER;
            }
            Winner winner = winner(journey);
            AskedBack.ended(arena, journey, taken, findings);
            return winner;
          });
    }

    /**
     * One call, and an answer in time, after which a refused one is made once more at once; or it
     * was asked for afterwards. Which was spared, since another was struck in its place, is quick.
     */
    private Winner winner(Journey journey) throws ChaosFailure {
      String tries =
          arena.awaited(
              "select case when state = 5 then case when succeeded_at < created_at + interval '2 s'"
                  + " then 0 else tries end end from payment.refund"
                  + " where order_number = ? and seq = 1",
              Arena.number(journey),
              _ -> true,
              ANSWERED_MAX);
      return switch (String.valueOf(tries)) {
        case "null", "0" -> Winner.NEITHER;
        case "1" -> Winner.SECOND;
        default -> Winner.FIRST;
      };
    }
  }

  /** The provider takes a refund back about when it says that it succeeded. */
  private record Reversed(Arena arena) implements Duel {
    @Override
    public String first() {
      return "success";
    }

    @Override
    public String second() {
      return "reversal";
    }

    @Override
    public int lanes() {
      return LANES;
    }

    @Override
    public int rounds(int asked) {
      return few(asked);
    }

    /** The provider counts in milliseconds: at none it never was a success. */
    @Override
    public Aim.Range range() {
      return new Aim.Range(1_000, 0, 10_000);
    }

    @Override
    public void end() throws ChaosFailure, InterruptedException {
      arena.fault("ok", 0);
    }

    @Override
    public Bout prepare(int lane, long offsetMicros) throws ChaosFailure, InterruptedException {
      Journey journey = arena.paid();
      arena.nextRefundFault("reverse", offsetMicros / 1_000);
      Town.Request asks = AskedBack.asking(arena.a(), journey, "-back", Map.of());
      return new Given(
          asks::send,
          () -> new Answer.Unknown("the provider needs no request"),
          (asked, _, findings) -> {
            Answer known = AskedBack.known(journey, asked, asks, findings);
            if (!(known instanceof Answer.Done taken)) {
              AskedBack.notTaken(journey, known, findings);
              return Winner.NEITHER;
            }
            settle(journey, taken.body().path("id").asString(), findings);
            return winner(journey);
          });
    }

    /** Whether the first number was a success here before it was none. */
    private Winner winner(Journey journey) throws ChaosFailure {
      String how =
          arena.look(
              "select case when reversed_at is not null then 'reversed' when ended is not null then"
                  + " 'refused' else 'spared' end from payment.refund"
                  + " where order_number = ? and seq = 1",
              Arena.number(journey));
      return switch (String.valueOf(how)) {
        case "reversed" -> Winner.FIRST;
        case "refused" -> Winner.SECOND;
        default -> Winner.NEITHER; // Another round's refund was struck in its place.
      };
    }

    /** Another number is taken by staff for one that failed, until the money is there for good. */
    private void settle(Journey journey, String refund, Findings findings)
        throws ChaosFailure, InterruptedException {
      String path = "/v1/admin/refunds/" + refund;
      String body =
          JsonMapper.shared()
              .createObjectNode()
              .put("action", "new_number")
              .put("note", "a race")
              .toString();
      long until = System.nanoTime() + END_MAX.toNanos();
      while (System.nanoTime() < until) {
        if (isBackForGood(journey)) {
          return;
        }
        if (arena.a().get(path, arena.staff())
                instanceof Answer.Done(int _, JsonNode shown, boolean _)
            && offers(shown, "new_number")) {
          arena.a().post(path + "/resolve", arena.staff(), null, body);
        }
        Arena.pause();
      }
      findings.add(Finding.lost(journey + ": its money is not back " + END_MAX + " later"));
    }

    private static boolean offers(JsonNode shown, String action) {
      for (JsonNode choice : shown.path("choices")) {
        if (choice.path("action").asString("").equals(action)) {
          return true;
        }
      }
      return false;
    }

    /** It succeeded, and it was looked at again since; nothing else is open. */
    private boolean isBackForGood(Journey journey) throws ChaosFailure {
      return "t"
          .equals(
              arena.look(
                  "select bool_and(state in (5, 7) and check_at is null) and bool_or(state = 5)"
                      + " from payment.refund where order_number = ?",
                  Arena.number(journey)));
    }
  }
}
