package io.tidegate.harness.simulators;

import io.helidon.webserver.http.HttpRouting;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Sets and shows the faults. */
final class FaultRoutes {
  private static final Set<String> NAMES =
      Set.of("mode", "latencyMs", "share", "count", "only", "traceparent");

  /** Strikes no call but those about refunds. */
  private static final String REFUNDS = "refunds";

  /** An hour. */
  private static final long LATENCY_MILLIS_MAX = 3_600_000;

  private final Map<String, Faults> kinds;

  FaultRoutes(Map<String, Faults> kinds) {
    this.kinds = kinds;
  }

  void addTo(HttpRouting.Builder routing) {
    routing
        .put("/faults/{kind}", Edge.plain(this::put))
        .get("/faults", Edge.plain(_ -> Answer.json(200, all())));
  }

  private Answer put(Edge.Call call) {
    Faults faults = kinds.get(call.id("kind", "simulator"));
    if (faults == null) {
      throw Problem.notFound("simulator");
    }
    ObjectNode json = Json.parse(call.body());
    Fields fields = new Fields(json);
    for (String name : json.propertyNames()) {
      if (!NAMES.contains(name)) {
        fields.complain(name, "is unknown");
      }
    }
    FaultMode mode = mode(fields, faults);
    @Nullable Duration latency =
        fields.has("latencyMs")
            ? Duration.ofMillis(fields.whole("latencyMs", 0, LATENCY_MILLIS_MAX))
            : null;
    double share = fields.share("share");
    @Nullable Long count =
        fields.has("count") ? (Long) fields.whole("count", 0, Long.MAX_VALUE) : null;
    String only = fields.has("only") ? fields.text("only", 20) : "";
    if (!only.isEmpty() && !only.equals(REFUNDS)) {
      fields.complain("only", "must be " + REFUNDS);
    }
    @Nullable String trace = Traced.traceparent(fields);
    fields.check();
    faults.set(new Fault(mode, latency, share, count, only.equals(REFUNDS), trace));
    return Answer.json(200, json(faults));
  }

  private static FaultMode mode(Fields fields, Faults faults) {
    String name = fields.text("mode", 20);
    FaultMode mode = FaultMode.ofWireName(name).orElse(FaultMode.OK);
    if (!name.isEmpty() && !mode.wireName().equals(name)) {
      fields.complain("mode", "is unknown");
    } else if (!faults.possible().contains(mode)) {
      fields.complain("mode", "means nothing here: only payments have callbacks and refunds");
    }
    return mode;
  }

  private ObjectNode all() {
    ObjectNode json = Json.object();
    kinds.keySet().stream().sorted().forEach(kind -> json.set(kind, json(kinds.get(kind))));
    return json;
  }

  private static ObjectNode json(@Nullable Faults faults) {
    if (faults == null) {
      return Json.object();
    }
    Fault fault = faults.current();
    ObjectNode json = Json.object().put("mode", fault.mode().wireName());
    if (fault.latency() != null) {
      json.put("latencyMs", fault.latency().toMillis());
    }
    json.put("share", fault.share());
    if (fault.count() != null) {
      json.put("count", fault.count());
    }
    if (fault.refundsOnly()) {
      json.put("only", REFUNDS);
    }
    if (fault.traceparent() != null) {
      json.put("traceparent", fault.traceparent());
    }
    return json.put("struck", faults.struck());
  }
}
