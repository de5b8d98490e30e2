package io.tidegate.shop.fulfilment;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.shop.kernel.Outcome;
import java.util.Locale;

/** Where an order's parcels have been, and staff who move them by hand. */
public final class FulfilmentRoutes implements Routes {

  /** Whether a customer placed an order; orders are known above. */
  @FunctionalInterface
  public interface OrderOwners {
    boolean owns(long userId, long orderNumber);
  }

  private final Database database;
  private final FulfilmentStore store;
  private final FulfilmentWorker worker;
  private final OrderOwners owners;

  public FulfilmentRoutes(
      Database database, FulfilmentStore store, FulfilmentWorker worker, OrderOwners owners) {
    this.database = database;
    this.store = store;
    this.worker = worker;
    this.owners = owners;
  }

  @Override
  public void register(Router router) {
    router.get("/v1/orders/{number}/tracking", Access.customer(), this::tracking);
    Access staff = Access.staff("admin", "warehouse");
    router.post(
        "/v1/admin/shipments/{id}/pick", staff, request -> move(request, ShipmentState.PICKED));
    router.post(
        "/v1/admin/shipments/{id}/pack", staff, request -> move(request, ShipmentState.PACKED));
    router.post(
        "/v1/admin/shipments/{id}/ship", staff, request -> move(request, ShipmentState.SHIPPED));
  }

  private Reply tracking(Request request) {
    long number = request.pathNumber("number");
    if (!owners.owns(request.caller().number(), number)) {
      throw Problem.notFound();
    }
    return Reply.json(
        200,
        json -> {
          json.beginObject().name("data").beginArray();
          for (FulfilmentStore.Tracked tracked : store.tracking(number)) {
            TrackingEvent event = tracked.event();
            json.beginObject()
                .field("shipment", tracked.shipment().toString())
                .field("at", event.at())
                .field("status", event.status())
                .fieldIfPresent("place", event.place())
                .field("text", event.text())
                .endObject();
          }
          json.endArray().endObject();
        });
  }

  private Reply move(Request request, ShipmentState to) {
    ShipmentId id = ShipmentId.parse(request.path("id")).orElseThrow(Problem::notFound);
    Outcome<Shipment, ByHandRefusal> outcome =
        database.write("shipment-by-hand", tx -> store.byHand(tx, id, to));
    return switch (outcome) {
      case Outcome.Applied<Shipment, ByHandRefusal>(Shipment shipment) -> {
        worker.signal();
        yield done("applied", shipment);
      }
      case Outcome.AlreadyApplied<Shipment, ByHandRefusal>(Shipment shipment) ->
          done("already_applied", shipment);
      case Outcome.Refused<Shipment, ByHandRefusal>(ByHandRefusal why) -> throw problem(why);
    };
  }

  private static Reply done(String outcome, Shipment shipment) {
    return Reply.json(
        200,
        json -> {
          json.beginObject().field("outcome", outcome).name("shipment");
          write(json, shipment);
          json.endObject();
        });
  }

  /** A parcel as the API shows it. */
  public static void write(JsonWriter json, Shipment shipment) {
    json.beginObject()
        .field("id", shipment.id().toString())
        .field("warehouse", shipment.warehouse())
        .field("state", shipment.state().code())
        .fieldIfPresent("carrier", shipment.carrier())
        .fieldIfPresent("waybill", shipment.waybill());
    json.name("items").beginArray();
    for (ShipItem item : shipment.items()) {
      json.beginObject().field("line", item.line()).field("quantity", item.quantity()).endObject();
    }
    json.endArray().endObject();
  }

  private static Problem problem(ByHandRefusal why) {
    return switch (why) {
      case NO_SUCH_SHIPMENT -> Problem.notFound();
      case NOT_YET -> conflict(why, "A step before it is not done");
      case GOODS_MISSING -> conflict(why, "Its goods are not on the shelf");
      case CANCELLED -> conflict(why, "The order was cancelled");
    };
  }

  private static Problem conflict(ByHandRefusal why, String detail) {
    return Problem.conflict(why.name().toLowerCase(Locale.ROOT), detail);
  }
}
