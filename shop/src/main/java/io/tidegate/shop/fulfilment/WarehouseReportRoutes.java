package io.tidegate.shop.fulfilment;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.http.SignedGate;
import io.tidegate.shop.kernel.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a warehouse outside tells by itself of a parcel, signed. It packs only what it was given
 * leave to: the report that it packs, answered 200 and signed. So refund against ship is decided
 * here, by the task's row, and a refund never finds its parcel packed.
 */
public final class WarehouseReportRoutes implements Routes {

  private static final int NAME_CHARS_MAX = 32;
  private static final int TICKET_CHARS_MAX = 64;
  private static final Set<String> STATES = Set.of("picked", "packed", "shipped", "delivered");

  private final Database database;
  private final FulfilmentStore store;
  private final SignedGate gate;
  private final String ticket;

  /**
   * The way in for reports.
   *
   * @param ticket that of the warehouse which parcels are told to now
   */
  public WarehouseReportRoutes(
      Database database, FulfilmentStore store, SignedGate gate, String ticket) {
    this.database = database;
    this.store = store;
    this.gate = gate;
    this.ticket = ticket;
  }

  @Override
  public void register(Router router) {
    router.post("/v1/parts/warehouse/reports", Access.raw(), this::report);
  }

  private Reply report(Request request) {
    return gate.answer(request, "parcel.report", this::report);
  }

  private Reply report(Fields fields) {
    String name = fields.string("parcel", NAME_CHARS_MAX);
    Seen.Reported reported = read(fields);
    fields.check();
    Optional<ShipmentId> id = ShipmentId.parse(name);
    if (id.isEmpty()) {
      throw Problem.notFound();
    }
    Outcome<Shipment, ByHandRefusal> outcome =
        database.write("warehouse-report", tx -> store.reported(tx, id.get(), reported, ticket));
    return switch (outcome) {
      case Outcome.Applied<Shipment, ByHandRefusal>(Shipment shipment)
          when shipment.state() == ShipmentState.CANCELLED ->
          throw refusal(ByHandRefusal.CANCELLED, id.get());
      case Outcome.Applied<Shipment, ByHandRefusal>(Shipment shipment) -> done("applied", shipment);
      case Outcome.AlreadyApplied<Shipment, ByHandRefusal>(Shipment shipment) ->
          done("already_applied", shipment);
      case Outcome.Refused<Shipment, ByHandRefusal>(ByHandRefusal why) ->
          throw refusal(why, id.get());
    };
  }

  private static Seen.Reported read(Fields fields) {
    String ticket = fields.string("ticket", TICKET_CHARS_MAX);
    String word = fields.choice("state", STATES);
    ShipmentState state = STATES.contains(word) ? ShipmentState.of(word) : ShipmentState.PICKED;
    boolean left = state.isPast(ShipmentState.SHIPPED);
    String carrier = fields.optionalLine("carrier", CarrierClient.WORD_CHARS_MAX);
    String waybill = fields.optionalLine("waybill", CarrierClient.WORD_CHARS_MAX);
    if (left && carrier == null) {
      fields.refuse("carrier", "is required of what was shipped");
    }
    if (left && waybill == null) {
      fields.refuse("waybill", "is required of what was shipped");
    }
    List<Fields> told = fields.optionalArray("events", 0, CarrierClient.EVENTS_MAX);
    List<TrackingEvent> events = new ArrayList<>();
    for (Fields event : told == null ? List.<Fields>of() : told) {
      String at = event.string("at", 40);
      String status = event.line("status", CarrierClient.WORD_CHARS_MAX);
      String place = event.optionalLine("place", CarrierClient.WORD_CHARS_MAX);
      String text = event.line("text", CarrierClient.TEXT_CHARS_MAX);
      try {
        events.add(new TrackingEvent(CarrierClient.moment(at), status, place, text));
      } catch (IllegalArgumentException _) {
        event.refuse("at", "must be a time such as 2026-11-11T00:00:00Z");
      }
    }
    return new Seen.Reported(state, left ? carrier : null, left ? waybill : null, events, ticket);
  }

  /** With the parcel's name and state, as every answer: the warehouse acts on nothing less. */
  private Problem refusal(ByHandRefusal why, ShipmentId id) {
    Problem problem = FulfilmentRoutes.problem(why);
    store.shipments(List.of(id.orderNumber())).stream()
        .filter(shipment -> shipment.id().equals(id))
        .findFirst()
        .ifPresent(shipment ->
            problem
                .with(json -> json.field("parcel", id.toString()))
                .with(json -> json.field("state", shipment.state().code())));
    return problem;
  }

  private static Reply done(String outcome, Shipment shipment) {
    return Reply.json(
        200,
        json ->
            json.beginObject()
                .field("outcome", outcome)
                .field("parcel", shipment.id().toString())
                .field("state", shipment.state().code())
                .endObject());
  }
}
