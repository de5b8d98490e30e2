package io.tidegate.harness.chaos;

import io.tidegate.harness.bench.BenchFailure;
import io.tidegate.harness.bench.Durability;
import io.tidegate.harness.bench.SaleKills;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What all sales came to, as programs read it of every bench.
 *
 * @param inDatabase orders that are there at the end
 */
record SaleDocument(
    List<Journey> history, Requests.Told requests, long inDatabase, Healing.Audited audited) {
  /** The sections, the rest of which is read of the system that still runs. */
  SaleKills.Told told(Rig rig, ObjectNode settings) throws ChaosFailure, BenchFailure {
    ObjectNode verified = verified();
    EventLog.of(rig.database()).into(verified);
    DatabaseLog.deadlocks(rig.data()).ifPresent(n -> verified.put("deadlocks", n));
    return new SaleKills.Told(Durability.of(rig.database()), settings, result(), verified);
  }

  ObjectNode result() {
    ObjectNode result = JsonMapper.shared().createObjectNode();
    requests.into(result);
    return result.put("created", outcome().created()).put("unknown", requests.unknown());
  }

  ObjectNode verified() {
    ObjectNode verified = JsonMapper.shared().createObjectNode();
    outcome().into(verified);
    return verified;
  }

  private Outcome outcome() {
    return Outcome.of(history, inDatabase, audited);
  }
}
