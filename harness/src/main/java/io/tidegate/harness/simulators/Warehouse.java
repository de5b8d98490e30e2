package io.tidegate.harness.simulators;

import io.helidon.webserver.http.HttpRouting;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A warehouse that picks and packs what it is told, in its own time, and can be stopped until it
 * has packed.
 */
final class Warehouse implements AutoCloseable {
  static final int LINES_MAX = 100;

  private final Faults faults;
  private final Duration packedAfter;
  private final InstantSource clock;
  private final Remembered<Task> tasks = new Remembered<>();
  private final Journal journal;

  private record Task(long acceptedMillis, boolean cancelled) {}

  Warehouse(Faults faults, Duration packedAfter, InstantSource clock, @Nullable Path file)
      throws IOException {
    this.faults = faults;
    this.packedAfter = packedAfter;
    this.clock = clock;
    this.journal = file == null ? Journal.inMemory() : Journal.open(file, this::replay);
  }

  void addTo(HttpRouting.Builder routing) {
    Set<FaultMode> command = new HashSet<>(Edge.COMMAND);
    command.add(FaultMode.LATE);
    Set<FaultMode> query = new HashSet<>(Edge.QUERY);
    query.add(FaultMode.LATE);
    routing
        .post("/warehouse/shipments", Edge.struck(faults, command, this::accept))
        .get("/warehouse/shipments/{shipment}", Edge.struck(faults, query, this::query))
        .delete("/warehouse/shipments/{shipment}", Edge.struck(faults, command, this::cancel));
  }

  private Answer accept(Edge.Call call) {
    ObjectNode json = Json.parse(call.body());
    Fields fields = new Fields(json);
    String shipment = fields.id("shipment");
    fields.id("warehouse");
    if (!(json.get("items") instanceof ArrayNode items)
        || items.isEmpty()
        || items.size() > LINES_MAX) {
      fields.complain("items", "must be an array of 1 to " + LINES_MAX + " items");
    } else {
      checkItems(fields, items);
    }
    fields.check();
    return accept(shipment);
  }

  private static void checkItems(Fields fields, ArrayNode items) {
    for (int i = 0; i < items.size(); i++) {
      String at = "items/" + i;
      if (items.get(i) instanceof ObjectNode item) {
        fields.checkItem(at, item);
      } else {
        fields.complain(at, "must be an object");
      }
    }
  }

  private synchronized Answer accept(String shipment) {
    Task task = tasks.get(shipment).orElse(null);
    if (task == null) {
      task = new Task(clock.millis(), false);
      remember(shipment, task);
    } else if (task.cancelled()) {
      throw refused("cancelled");
    }
    return Answer.json(202, json(shipment, state(task)));
  }

  private Answer query(Edge.Call call) {
    String shipment = call.id("shipment", "shipment");
    Task task = tasks.get(shipment).orElseThrow(() -> Problem.notFound("shipment"));
    return Answer.json(200, json(shipment, state(task)));
  }

  private synchronized Answer cancel(Edge.Call call) {
    String shipment = call.id("shipment", "shipment");
    Optional<Task> task = tasks.get(shipment);
    String state = task.map(this::state).orElseThrow(() -> Problem.notFound("shipment"));
    if (state.equals("packed")) {
      throw refused(state);
    }
    if (!state.equals("cancelled")) {
      remember(shipment, new Task(task.get().acceptedMillis(), true));
    }
    return Answer.json(200, Json.object().put("shipment", shipment).put("state", "cancelled"));
  }

  private static Problem refused(String state) {
    return Problem.with(409, "too_late", "The shipment is " + state + ".", Map.of("state", state));
  }

  private void remember(String shipment, Task task) {
    journal.append(
        Json.object()
            .put("shipment", shipment)
            .put("accepted", task.acceptedMillis())
            .put("cancelled", task.cancelled()));
    tasks.put(shipment, task);
  }

  private void replay(ObjectNode fact) {
    tasks.put(
        fact.required("shipment").stringValue(),
        new Task(fact.required("accepted").longValue(), fact.required("cancelled").booleanValue()));
  }

  private String state(Task task) {
    long age = clock.millis() - task.acceptedMillis();
    if (task.cancelled()) {
      return "cancelled";
    }
    if (age >= packedAfter.toMillis()) {
      return "packed";
    }
    return age >= packedAfter.toMillis() / 2 ? "picked" : "accepted";
  }

  private static ObjectNode json(String shipment, String state) {
    return Json.object().put("shipment", shipment).put("state", state);
  }

  @Override
  public void close() throws IOException {
    journal.close();
  }
}
