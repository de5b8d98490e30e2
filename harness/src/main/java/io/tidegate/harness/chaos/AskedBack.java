package io.tidegate.harness.chaos;

import io.tidegate.harness.chaos.Duel.Findings;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What a customer of a race asks back: how, what came of it, and how it ended. */
final class AskedBack {
  /** The money's way back, with the tries of a busy machine. */
  private static final Duration END_MAX = Duration.ofSeconds(60);

  static final String SHIPPED = "already_shipped";

  private AskedBack() {}

  /** Asks a node for pieces by line; all of them where none are named. */
  static Town.Request asking(
      HttpDoor door, Journey journey, String key, Map<Integer, Integer> pieces)
      throws ChaosFailure {
    ObjectNode body = JsonMapper.shared().createObjectNode();
    if (!pieces.isEmpty()) {
      var items = body.putArray("items");
      pieces.forEach(
          (line, quantity) -> items.addObject().put("line", line).put("quantity", quantity));
    }
    body.put("reason", "a race");
    String path = "/v1/orders/" + Arena.number(journey) + "/refunds";
    return () ->
        door.post(path, journey.wish().token(), journey.wish().key() + key, body.toString());
  }

  /** What came of a refund that was asked for; whoever was turned away asks again. */
  static Answer known(Journey journey, Answer asked, Town.Request asks, Findings findings)
      throws InterruptedException {
    return TurnedAway.settled(journey + ": its refund", asked, asks, Healing.MAX, findings);
  }

  /** A refund is not taken where its parcel has left meanwhile; for no other reason. */
  static void notTaken(Journey journey, Answer asked, Findings findings) {
    switch (asked) {
      case Answer.Refused(int _, String code) -> {
        if (!code.equals(SHIPPED)) {
          findings.add(Finding.broken(journey + ": its refund is refused: " + code));
        }
      }
      case Answer.NotYet _ -> findings.add(Finding.unsettled(journey + ": its refund is " + asked));
      case Answer.Done _, Answer.Unknown _ -> {} // It was taken, or is found as such.
    }
  }

  /** How a refund that was taken ends: {@code succeeded} or {@code refused}; else a finding. */
  static String ended(Arena arena, Journey journey, Answer.Done taken, Findings findings)
      throws InterruptedException {
    String path = "/v1/refunds/" + taken.body().path("id").asString();
    long until = System.nanoTime() + END_MAX.toNanos();
    String state = "";
    while (System.nanoTime() < until) {
      if (arena.a().get(path, journey.wish().token())
          instanceof Answer.Done(int _, JsonNode refund, boolean _)) {
        state = refund.path("state").asString("");
        if (state.equals("succeeded") || state.equals("refused")) {
          return state;
        }
      }
      Arena.pause();
    }
    findings.add(Finding.lost("%s: its refund is %s after %s".formatted(journey, state, END_MAX)));
    return state;
  }
}
