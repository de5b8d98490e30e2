package io.tidegate.shop.fulfilment;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Tx;
import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Cursors;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.Page;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.staff.StaffStore;
import java.util.List;
import java.util.Locale;

/** Where an order's parcels have been, and staff who move them by hand. */
public final class FulfilmentRoutes implements Routes {

  /** Whether a customer placed an order; orders are known above. */
  @FunctionalInterface
  public interface OrderOwnerStore {
    boolean owns(long userId, long orderNumber);
  }

  private final Database database;
  private final FulfilmentStore store;
  private final FulfilmentWorker worker;
  private final StuckDesk stuck;
  private final OrderOwnerStore owners;
  private final Cursors cursors;

  public FulfilmentRoutes(
      Database database,
      FulfilmentStore store,
      FulfilmentWorker worker,
      StuckDesk stuck,
      OrderOwnerStore owners,
      Cursors cursors) {
    this.database = database;
    this.store = store;
    this.worker = worker;
    this.stuck = stuck;
    this.owners = owners;
    this.cursors = cursors;
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
    router.post("/v1/admin/shipments/{id}/unpack", staff, this::unpack);
    router.get("/v1/admin/shipments/stuck", StuckDesk.SEEING, this::stuck).paged();
    router.post("/v1/admin/shipments/{id}/try-again", StuckDesk.ACTING, this::tryAgain);
    router.post("/v1/admin/shipments/{id}/settle", StuckDesk.ACTING, this::settle);
  }

  private Reply stuck(Request request) {
    StuckDesk.Listed listed = stuck.list(cursors.position(request).orElse(0), request.limit());
    return Page.reply(
        request, cursors, listed.parcels(), listed.next(), FulfilmentRoutes::writeStuck);
  }

  private Reply tryAgain(Request request) {
    Fields body = request.json();
    int version = (int) body.integer("version", 1, Integer.MAX_VALUE);
    body.check();
    ShipmentId id = ShipmentId.parse(request.path("id")).orElseThrow(Problem::notFound);
    return told(stuck.tryAgain(id, version, request.caller().subject()));
  }

  private Reply settle(Request request) {
    ShipmentId id = ShipmentId.parse(request.path("id")).orElseThrow(Problem::notFound);
    return told(stuck.settle(id, request.caller().subject()));
  }

  private Reply tracking(Request request) {
    long number = request.pathNumber("number");
    if (!owners.owns(request.caller().number(), number)) {
      throw Problem.notFound();
    }
    return Reply.json(
        200,
        json -> {
          json.beginObject().name("data");
          write(json, store.tracking(number));
          json.endObject();
        });
  }

  private Reply move(Request request, ShipmentState to) {
    ShipmentId id = ShipmentId.parse(request.path("id")).orElseThrow(Problem::notFound);
    return told(
        database.write("shipment-by-hand", tx -> byHand(tx, id, to, request.caller().subject())));
  }

  private Reply unpack(Request request) {
    ShipmentId id = ShipmentId.parse(request.path("id")).orElseThrow(Problem::notFound);
    return told(
        database.write(
            "shipment-unpacked",
            tx -> {
              Outcome<Shipment, ByHandRefusal> outcome = store.unpacked(tx, id);
              if (outcome instanceof Outcome.Applied) {
                StaffStore.record(
                    tx, request.caller().subject(), "shipment.unpacked", "shipment " + id, _ -> {});
              }
              return outcome;
            }));
  }

  private Reply told(Outcome<Shipment, ByHandRefusal> outcome) {
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

  private Outcome<Shipment, ByHandRefusal> byHand(
      Tx tx, ShipmentId id, ShipmentState to, String actor) {
    Outcome<Shipment, ByHandRefusal> outcome = store.byHand(tx, id, to);
    if (outcome instanceof Outcome.Applied) {
      StaffStore.record(tx, actor, "shipment." + to.code(), "shipment " + id, _ -> {});
    }
    return outcome;
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

  /** What carriers said of an order's parcels, as an array. */
  public static void write(JsonWriter json, List<FulfilmentStore.Tracked> all) {
    json.beginArray();
    for (FulfilmentStore.Tracked tracked : all) {
      TrackingEvent event = tracked.event();
      json.beginObject()
          .field("shipment", tracked.shipment().toString())
          .field("at", event.at())
          .field("status", event.status())
          .fieldIfPresent("place", event.place())
          .field("text", event.text())
          .endObject();
    }
    json.endArray();
  }

  private static void writeStuck(JsonWriter json, StuckParcel stuck) {
    Shipment shipment = stuck.shipment();
    members(json.beginObject(), shipment);
    json.field("order", Long.toString(shipment.orderNumber()))
        .field("version", shipment.version())
        .fieldIfPresent("error", shipment.lastError())
        .field("tries", shipment.tries())
        .field("since", stuck.since())
        .fieldIfPresent("nextAt", shipment.nextStepAt())
        .endObject();
  }

  /** A parcel as the API shows it. */
  public static void write(JsonWriter json, Shipment shipment) {
    members(json.beginObject(), shipment);
    json.endObject();
  }

  private static void members(JsonWriter json, Shipment shipment) {
    json.field("id", shipment.id().toString())
        .field("warehouse", shipment.warehouse())
        .field("state", shipment.state().code())
        .fieldIfPresent("carrier", shipment.carrier())
        .fieldIfPresent("waybill", shipment.waybill());
    json.name("items").beginArray();
    for (ShipItem item : shipment.items()) {
      json.beginObject().field("line", item.line()).field("quantity", item.quantity()).endObject();
    }
    json.endArray();
  }

  static Problem problem(ByHandRefusal why) {
    return switch (why) {
      case NO_SUCH_SHIPMENT -> Problem.notFound();
      case NOT_YET -> conflict(why, "A step before it is not done");
      case GOODS_MISSING -> conflict(why, "Its goods are not on the shelf");
      case CANCELLED -> conflict(why, "A refund has stopped it");
      case TOLD_TO_ANOTHER -> conflict(why, "Another warehouse has it");
      case NOT_STOPPED -> conflict(why, "No refund has stopped it");
      case NOTHING_TO_TRY -> conflict(why, "Nothing of it is ever tried again");
      case HAS_LEFT -> conflict(why, "It has left: it is settled, not unpacked");
      case NOT_LEFT -> conflict(why, "It has not left after its stop");
    };
  }

  private static Problem conflict(ByHandRefusal why, String detail) {
    return Problem.conflict(why.name().toLowerCase(Locale.ROOT), detail);
  }
}
