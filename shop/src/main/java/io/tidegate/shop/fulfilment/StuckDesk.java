package io.tidegate.shop.fulfilment;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.http.Access;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.staff.StaffStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Where staff see parcels that don't go on, have one tried at once, and end what can't be tried.
 * Each act is on record (C6).
 */
public final class StuckDesk {

  /** Who sees them. */
  public static final Access SEEING = Access.staff("admin", "warehouse", "support");

  /** Who acts: those who move parcels by hand. */
  public static final Access ACTING = Access.staff("admin", "warehouse");

  /** With more parcels that have an error than this, they are not counted further. */
  static final int COUNT_MAX = 10_000;

  private final Database database;
  private final FulfilmentStore store;
  private final Runnable due;

  /**
   * How many there are.
   *
   * @param parcels with an error, {@link #COUNT_MAX} at most
   * @param longest for how long one of them has had it; zero where there are none
   */
  public record Figures(long parcels, Duration longest) {}

  /**
   * A desk.
   *
   * @param due told after a commit that a parcel may be due
   */
  public StuckDesk(Database database, FulfilmentStore store, Runnable due) {
    this.database = database;
    this.store = store;
    this.due = due;
  }

  /**
   * A page of parcels.
   *
   * @param next the order behind which the list goes on; empty at its end
   */
  public record Listed(List<StuckParcel> parcels, OptionalLong next) {
    public Listed {
      parcels = List.copyOf(parcels);
    }
  }

  /**
   * Parcels whose last step failed, by order number and place in it. An order's are never cut
   * apart: a page may have a few more than it was asked for.
   *
   * @param afterOrder the last order of the page before; 0 begins
   */
  public Listed list(long afterOrder, int rowsMax) {
    List<StuckParcel> found =
        new ArrayList<>(store.stuck(new ShipmentId(afterOrder, ShipmentId.SEQ_MAX), rowsMax + 1));
    if (found.size() <= rowsMax) {
      return new Listed(found, OptionalLong.empty());
    }
    long cut = found.removeLast().shipment().orderNumber();
    Shipment last = found.getLast().shipment();
    if (cut == last.orderNumber()) {
      store.stuck(last.id(), ShipmentId.SEQ_MAX).stream()
          .takeWhile(parcel -> parcel.shipment().orderNumber() == cut)
          .forEach(found::add);
    }
    return new Listed(found, OptionalLong.of(last.orderNumber()));
  }

  /** The figures of now. */
  public Figures figures() {
    return database
        .read(
            ShipmentStore.STUCK_FIGURES,
            row -> {
              Long seconds = row.getLongOrNull(2);
              return new Figures(
                  row.getLong(1), Duration.ofSeconds(seconds == null ? 0 : Math.max(0, seconds)));
            },
            COUNT_MAX)
        .getFirst();
  }

  /**
   * Has a parcel's next step tried at once.
   *
   * @param version that of the parcel that was seen; where it has moved on since, nothing is done
   * @param actor who acts: the token's subject
   */
  public Outcome<Shipment, ByHandRefusal> tryAgain(ShipmentId id, int version, String actor) {
    Outcome<Shipment, ByHandRefusal> outcome =
        database.write(
            "shipment-try-again",
            tx -> {
              Outcome<Shipment, ByHandRefusal> tried = store.tryAgain(tx, id, version);
              if (tried instanceof Outcome.Applied<Shipment, ByHandRefusal>(Shipment parcel)) {
                StaffStore.record(
                    tx,
                    actor,
                    "shipment.try-again",
                    "shipment " + id,
                    json -> json.field("tries", parcel.tries()));
              }
              return tried;
            });
    if (outcome instanceof Outcome.Applied) {
      due.run();
    }
    return outcome;
  }

  /** A person has seen to a parcel that was stopped and has left all the same. */
  public Outcome<Shipment, ByHandRefusal> settle(ShipmentId id, String actor) {
    return database.write(
        "shipment-settled",
        tx -> {
          Outcome<Shipment, ByHandRefusal> outcome = store.settle(tx, id);
          if (outcome instanceof Outcome.Applied) {
            StaffStore.record(tx, actor, "shipment.settled", "shipment " + id, _ -> {});
          }
          return outcome;
        });
  }
}
