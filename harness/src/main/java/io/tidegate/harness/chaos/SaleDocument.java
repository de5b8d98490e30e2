package io.tidegate.harness.chaos;

import io.tidegate.harness.bench.SaleKills;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What all sales came to, as programs read it of every bench. */
record SaleDocument(Requests.Told requests, Outcome outcome, AtEnd end) {
  SaleKills.Told told(ObjectNode settings) {
    return new SaleKills.Told(end.durability(), settings, result(), verified());
  }

  ObjectNode result() {
    ObjectNode result = JsonMapper.shared().createObjectNode();
    requests.into(result);
    return result.put("created", outcome.created()).put("unknown", requests.unknown());
  }

  ObjectNode verified() {
    ObjectNode verified = JsonMapper.shared().createObjectNode();
    outcome.into(verified);
    end.into(verified);
    return verified;
  }
}
