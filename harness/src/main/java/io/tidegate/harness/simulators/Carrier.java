package io.tidegate.harness.simulators;

import io.helidon.webserver.http.HttpRouting;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A carrier that is as slow and as unreliable as carriers are, and whose parcels move on by
 * themselves.
 */
final class Carrier implements AutoCloseable {
  private static final Set<FaultMode> COMMAND = with(Edge.COMMAND);
  private static final Set<FaultMode> QUERY = with(Edge.QUERY);

  private final Faults faults;
  private final Pace pace;
  private final Dice dice;
  private final InstantSource clock;
  private final Remembered<Waybill> ofShipment = new Remembered<>();
  private final Remembered<Waybill> ofNumber = new Remembered<>();
  private final Journal journal;
  private long lastNumber;

  /**
   * How a carrier behaves when no fault is asked for.
   *
   * @param answerMillisMin the fastest answer to a new waybill
   * @param answerMillisMax the slowest
   * @param errorShare of new waybills that get a 503, 0 to 1
   * @param deliveredAfter from acceptance to the door
   */
  record Pace(
      long answerMillisMin, long answerMillisMax, double errorShare, Duration deliveredAfter) {}

  private record Waybill(
      String number, String shipment, String carrier, String from, String to, long atMillis) {}

  Carrier(Faults faults, Pace pace, long seed, InstantSource clock, @Nullable Path file)
      throws IOException {
    this.faults = faults;
    this.pace = pace;
    this.dice = new Dice(seed);
    this.clock = clock;
    this.journal = file == null ? Journal.inMemory() : Journal.open(file, this::replay);
  }

  private static Set<FaultMode> with(Set<FaultMode> modes) {
    Set<FaultMode> more = new HashSet<>(modes);
    more.add(FaultMode.LATE);
    return Set.copyOf(more);
  }

  void addTo(HttpRouting.Builder routing) {
    routing
        .post("/carrier/waybills", Edge.struck(faults, COMMAND, this::accept))
        .get("/carrier/waybills/{waybill}", Edge.struck(faults, QUERY, this::track));
  }

  private Answer accept(Edge.Call call) throws InterruptedException {
    Fields fields = call.fields();
    String shipment = fields.id("shipment");
    String carrier = fields.id("carrier");
    String from = region(fields, "fromRegion");
    String to = region(fields, "toRegion");
    fields.check();
    Edge.pause(Duration.ofMillis(dice.between(pace.answerMillisMin(), pace.answerMillisMax())));
    if (dice.next() < pace.errorShare()) {
      throw Problem.overloaded("The carrier is busy, as carriers are.");
    }
    return accept(shipment, carrier, from, to);
  }

  private synchronized Answer accept(String shipment, String carrier, String from, String to) {
    Optional<Waybill> known = ofShipment.get(shipment);
    if (known.isPresent()) {
      return Answer.json(200, brief(known.get()));
    }
    long now = clock.millis();
    lastNumber = Math.max(lastNumber + 1, now * 10);
    Waybill waybill = new Waybill("W" + lastNumber, shipment, carrier, from, to, now);
    journal.append(
        Json.object()
            .put("waybill", lastNumber)
            .put("shipment", shipment)
            .put("carrier", carrier)
            .put("from", from)
            .put("to", to)
            .put("at", now));
    remember(waybill);
    return Answer.json(201, brief(waybill));
  }

  private void replay(ObjectNode fact) {
    lastNumber = fact.required("waybill").longValue();
    remember(
        new Waybill(
            "W" + lastNumber,
            fact.required("shipment").stringValue(),
            fact.required("carrier").stringValue(),
            fact.required("from").stringValue(),
            fact.required("to").stringValue(),
            fact.required("at").longValue()));
  }

  private void remember(Waybill waybill) {
    ofShipment.put(waybill.shipment(), waybill);
    ofNumber.put(waybill.number(), waybill);
  }

  static String region(Fields fields, String name) {
    String region = fields.text(name, 6);
    if (!region.isEmpty() && !region.matches("[0-9]{6}")) {
      fields.complain(name, "must be a region code of 6 digits");
    }
    return region;
  }

  private static ObjectNode brief(Waybill waybill) {
    return Json.object().put("waybill", waybill.number()).put("carrier", waybill.carrier());
  }

  private Answer track(Edge.Call call) {
    Waybill waybill =
        ofNumber.get(call.id("waybill", "waybill")).orElseThrow(() -> Problem.notFound("waybill"));
    ObjectNode json = brief(waybill);
    ArrayNode events = json.putArray("events");
    event(events, waybill, 0, "accepted", waybill.from(), "The parcel was accepted.");
    event(events, waybill, 0.25, "in_transit", waybill.from(), "The parcel left the depot.");
    event(events, waybill, 0.65, "out_for_delivery", waybill.to(), "The courier is on the way.");
    event(events, waybill, 1, "delivered", waybill.to(), "The parcel was handed over.");
    return Answer.json(200, json);
  }

  private void event(
      ArrayNode events, Waybill waybill, double share, String status, String place, String text) {
    long at = waybill.atMillis() + Math.round(pace.deliveredAfter().toMillis() * share);
    if (clock.millis() >= at) {
      events
          .addObject()
          .put("at", Instant.ofEpochMilli(at).toString())
          .put("status", status)
          .put("place", place)
          .put("text", text);
    }
  }

  @Override
  public void close() throws IOException {
    journal.close();
  }
}
