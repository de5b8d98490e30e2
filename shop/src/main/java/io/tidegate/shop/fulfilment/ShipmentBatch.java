package io.tidegate.shop.fulfilment;

import io.tidegate.shop.inventory.OnHand;
import io.tidegate.shop.kernel.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The working copy of tasks, parcels and shelves under lock: what is decided changes it, and is
 * written afterwards. For one thread.
 */
final class ShipmentBatch {

  /** What was seen of a parcel that had this version when it was looked at. */
  record Report(ShipmentId id, int version, Seen seen) {}

  /** What a carrier said, and of which parcel. */
  record Tracked(ShipmentId id, TrackingEvent event) {}

  private final FulfilmentSettings settings;
  private final Warehouses warehouses;
  private final OnHand onHand;
  private final Instant now;
  private final Map<Long, ShipTask> tasks = new HashMap<>();
  private final TreeMap<ShipmentId, Shipment> shipments = new TreeMap<>();
  private final TreeSet<ShipmentId> changed = new TreeSet<>();
  private final TreeSet<Long> changedTasks = new TreeSet<>();
  private final TreeSet<Long> newTasks = new TreeSet<>();
  private final Map<Long, TaskState> loaded = new HashMap<>();
  private final TreeSet<ShipmentId> added = new TreeSet<>();
  private final TreeSet<ShipmentId> stopped = new TreeSet<>();
  private final List<ShipmentFact> facts = new ArrayList<>();
  private final List<Tracked> tracking = new ArrayList<>();

  ShipmentBatch(
      FulfilmentSettings settings,
      Warehouses warehouses,
      List<ShipTask> lockedTasks,
      List<Shipment> lockedShipments,
      OnHand onHand,
      Instant now) {
    this.settings = settings;
    this.warehouses = warehouses;
    this.onHand = onHand;
    this.now = now;
    lockedTasks.forEach(task -> tasks.put(task.orderNumber(), task));
    lockedTasks.forEach(task -> loaded.put(task.orderNumber(), task.state()));
    lockedShipments.forEach(shipment -> shipments.put(shipment.id(), shipment));
  }

  /** Takes what was seen; false where the parcel has moved on since, so that it says nothing. */
  boolean report(Report report) {
    Shipment shipment = shipments.get(report.id());
    if (shipment == null || changed.contains(report.id())) {
      return false;
    }
    if (shipment.version() != report.version()) {
      boolean told = report.seen() instanceof Seen.Told || report.seen() instanceof Seen.Reported;
      if (shipment.state() == ShipmentState.CANCELLED && told && !shipment.hasLeftAnyhow()) {
        // It was told after it had been told to stop: tell it to stop again.
        put(shipment.well(now));
      }
      return false;
    }
    if (report.seen() instanceof Seen.GoodsWanted && findGoods(shipment)) {
      return true;
    }
    move(shipment, report.seen());
    return true;
  }

  /** A person moves a parcel one state on. */
  Outcome<Shipment, ByHandRefusal> byHand(ShipmentId id, ShipmentState to) {
    Shipment shipment = shipments.get(id);
    if (shipment == null) {
      return Outcome.refused(ByHandRefusal.NO_SUCH_SHIPMENT);
    }
    if (shipment.state() == ShipmentState.CANCELLED) {
      return Outcome.refused(ByHandRefusal.CANCELLED);
    }
    if (shipment.state().isPast(to)) {
      return Outcome.alreadyApplied(shipment);
    }
    if (ShipmentMove.after(shipment.state()) != to) {
      return Outcome.refused(ByHandRefusal.NOT_YET);
    }
    if (shipment.problem() != null) {
      return Outcome.refused(ByHandRefusal.GOODS_MISSING);
    }
    Shipment next = move(shipment, new Seen.ByHand(to));
    return next.state() == to
        ? Outcome.applied(next)
        : Outcome.refused(ByHandRefusal.GOODS_MISSING);
  }

  /**
   * A warehouse told by itself how far it is; what it tells again changes nothing.
   *
   * @param current the ticket of the one that parcels are told to now
   */
  Outcome<Shipment, ByHandRefusal> reported(ShipmentId id, Seen.Reported seen, String current) {
    Shipment shipment = shipments.get(id);
    if (shipment == null) {
      return Outcome.refused(ByHandRefusal.NO_SUCH_SHIPMENT);
    }
    if (shipment.state() == ShipmentState.CANCELLED) {
      if (seen.state().isPast(ShipmentState.SHIPPED) && !shipment.hasLeftAnyhow()) {
        // It had no leave: goods and money are both with the customer, so a person must know.
        Shipment left = shipment.leftAnyhow(seen.carrier(), seen.waybill(), now);
        put(left);
        return Outcome.applied(left); // it is kept; who says it hears that it was cancelled
      }
      return Outcome.refused(ByHandRefusal.CANCELLED);
    }
    if (!seen.ticket().equals(whoMay(shipment, current))) {
      return Outcome.refused(ByHandRefusal.TOLD_TO_ANOTHER);
    }
    if (shipment.problem() != null) {
      return Outcome.refused(ByHandRefusal.GOODS_MISSING);
    }
    boolean known = seen.ticket().equals(shipment.toldTo());
    if (known && shipment.state().isPast(seen.state()) && seen.events().isEmpty()) {
      return Outcome.alreadyApplied(shipment);
    }
    Shipment next = move(shipment, seen);
    return next.state().isPast(seen.state())
        ? Outcome.applied(next)
        : Outcome.refused(ByHandRefusal.GOODS_MISSING);
  }

  /** Until there is leave it is the one of now, and after that the one that has it: one of them. */
  private static String whoMay(Shipment shipment, String current) {
    String toldTo = shipment.toldTo();
    return toldTo != null && shipment.state().isPast(ShipmentState.PACKED) ? toldTo : current;
  }

  /** A person unpacked it: its goods are on the shelf, where the stop had put them. */
  Outcome<Shipment, ByHandRefusal> unpacked(ShipmentId id) {
    Shipment shipment = shipments.get(id);
    if (shipment == null) {
      return Outcome.refused(ByHandRefusal.NO_SUCH_SHIPMENT);
    }
    if (shipment.state() != ShipmentState.CANCELLED) {
      return Outcome.refused(ByHandRefusal.NOT_STOPPED);
    }
    if (shipment.isLeftAnyhow()) {
      return Outcome.refused(ByHandRefusal.HAS_LEFT);
    }
    if (!shipment.isPackedAnyhow()) {
      return Outcome.alreadyApplied(shipment);
    }
    return ended(shipment);
  }

  /** A person has seen to a parcel that was stopped and has left all the same. */
  Outcome<Shipment, ByHandRefusal> settle(ShipmentId id) {
    Shipment shipment = shipments.get(id);
    if (shipment == null) {
      return Outcome.refused(ByHandRefusal.NO_SUCH_SHIPMENT);
    }
    if (!shipment.hasLeftAnyhow()) {
      return Outcome.refused(ByHandRefusal.NOT_LEFT);
    }
    return shipment.isLeftAnyhow() ? ended(shipment) : Outcome.alreadyApplied(shipment);
  }

  private Outcome<Shipment, ByHandRefusal> ended(Shipment shipment) {
    Shipment next = shipment.well(null);
    put(next);
    return Outcome.applied(next);
  }

  /**
   * A person wants its next step tried at once. A step that is under way is then done twice, which
   * does no harm, and what the first saw is dropped.
   *
   * @param version of what the person saw
   */
  Outcome<Shipment, ByHandRefusal> tryAgain(ShipmentId id, int version) {
    Shipment shipment = shipments.get(id);
    if (shipment == null) {
      return Outcome.refused(ByHandRefusal.NO_SUCH_SHIPMENT);
    }
    if (shipment.version() != version || shipment.lastError() == null) {
      return Outcome.alreadyApplied(shipment);
    }
    if (shipment.nextStepAt() == null) {
      return Outcome.refused(ByHandRefusal.NOTHING_TO_TRY);
    }
    Shipment next = shipment.due(now);
    put(next);
    return Outcome.applied(next);
  }

  @Nullable ShipTask task(long orderNumber) {
    return tasks.get(orderNumber);
  }

  /** Makes the row on which a refund and the plan that comes later meet. */
  void expect(long orderNumber) {
    tasks.put(orderNumber, ShipTask.expected(orderNumber, now));
    newTasks.add(orderNumber);
  }

  /** Stops a parcel that is not packed: its goods are free. {@link #settle} tells of it. */
  void stop(Shipment shipment) {
    freeGoods(shipment);
    // The warehouse may be told at this moment by a worker that has just read the row: tell it to
    // stop in any case.
    put(shipment.in(ShipmentState.CANCELLED, now).well(now));
    stopped.add(shipment.id());
  }

  /**
   * Plans what is left of an order's stopped parcels, or goes after all, in new ones, and tells
   * both. Once an order, when all is decided.
   */
  void settle(long orderNumber, List<ShipItem> goods) {
    ShipTask task = tasks.get(orderNumber);
    if (task == null) {
      throw new IllegalStateException("goods without a task: " + orderNumber);
    }
    List<Shipment> planned =
        goods.isEmpty()
            ? List.of()
            : NewParcels.of(
                orderNumber,
                lastSeq(orderNumber) + 1,
                goods,
                Nearby.of(warehouses, task.region()),
                onHand,
                settings,
                now);
    for (Shipment parcel : planned) {
      shipments.put(parcel.id(), parcel);
      added.add(parcel.id());
    }
    tasks.put(
        orderNumber,
        task.in(standing(orderNumber), now).withShipments(task.shipments() + planned.size()));
    changedTasks.add(orderNumber);
    for (Shipment parcel : ofOrder(orderNumber)) {
      if (stopped.contains(parcel.id())) {
        tell(parcel);
      }
    }
    planned.forEach(this::tell);
  }

  private TaskState standing(long orderNumber) {
    List<Shipment> going =
        ofOrder(orderNumber).stream()
            .filter(parcel -> parcel.state() != ShipmentState.CANCELLED)
            .toList();
    if (going.isEmpty()) {
      return TaskState.CANCELLED;
    }
    if (going.stream().noneMatch(parcel -> parcel.state().isPast(ShipmentState.PACKED))) {
      return TaskState.OPEN;
    }
    return going.stream().allMatch(parcel -> parcel.state() == ShipmentState.DELIVERED)
        ? TaskState.DELIVERED
        : TaskState.LEAVING;
  }

  int lastSeq(long orderNumber) {
    List<Shipment> all = ofOrder(orderNumber);
    return all.isEmpty() ? 0 : all.getLast().seq();
  }

  OnHand onHand() {
    return onHand;
  }

  List<Shipment> changedShipments() {
    return changed.stream().map(shipments::get).toList();
  }

  List<Shipment> newShipments() {
    return added.stream().map(shipments::get).toList();
  }

  /** Of those that were loaded. */
  List<ShipTask> changedTasks() {
    return changedTasks.stream().map(tasks::get).toList();
  }

  /** The states in which tasks were loaded. */
  Map<Long, TaskState> loadedStates() {
    return loaded;
  }

  List<ShipTask> newTasks() {
    return newTasks.stream().map(tasks::get).toList();
  }

  List<ShipmentFact> facts() {
    return facts;
  }

  List<Tracked> tracking() {
    return tracking;
  }

  private Shipment move(Shipment shipment, Seen seen) {
    ShipmentMove move = ShipmentMove.decide(shipment, seen, settings, now);
    if (reaches(move, ShipmentState.PICKED) && !takeGoods(shipment)) {
      move =
          ShipmentMove.decide(
              shipment, new Seen.Failed("goods are not on the shelf"), settings, now);
    }
    put(move.next());
    move.tracking().forEach(event -> tracking.add(new Tracked(shipment.id(), event)));
    move.passed().forEach(this::tell);
    return move.next();
  }

  private void put(Shipment next) {
    shipments.put(next.id(), next);
    changed.add(next.id());
  }

  private static boolean reaches(ShipmentMove move, ShipmentState state) {
    return move.passed().stream().anyMatch(passed -> passed.state() == state);
  }

  private boolean takeGoods(Shipment shipment) {
    return everyItem(
        shipment,
        item -> onHand.pick(item.sku(), shipment.warehouse(), item.quantity()),
        item -> {
          onHand.putBack(item.sku(), shipment.warehouse(), item.quantity());
          onHand.plan(item.sku(), shipment.warehouse(), item.quantity());
        });
  }

  /** Does all or nothing. */
  private static boolean everyItem(
      Shipment shipment, Predicate<ShipItem> step, Consumer<ShipItem> undo) {
    List<ShipItem> done = new ArrayList<>();
    for (ShipItem item : shipment.items()) {
      if (!step.test(item)) {
        done.forEach(undo);
        return false;
      }
      done.add(item);
    }
    return true;
  }

  /** Missing goods may have come to some warehouse, and then all of them go from there. */
  private boolean findGoods(Shipment shipment) {
    ShipTask task = tasks.get(shipment.orderNumber());
    if (task == null || shipment.problem() == null) {
      return false;
    }
    ShipmentPlan plan =
        ShipmentPlan.decide(shipment.items(), Nearby.of(warehouses, task.region()), onHand::free);
    if (plan.parcels().size() != 1 || plan.parcels().getFirst().lacking()) {
      return false;
    }
    String from = plan.parcels().getFirst().from().id();
    shipment.items().forEach(item -> onHand.plan(item.sku(), from, item.quantity()));
    put(shipment.from(from).well(now));
    return true;
  }

  private void freeGoods(Shipment shipment) {
    switch (shipment.state()) {
      case PLANNED -> {
        if (shipment.problem() == null) {
          shipment
              .items()
              .forEach(item -> onHand.unplan(item.sku(), shipment.warehouse(), item.quantity()));
        }
      }
      case PICKED ->
          shipment
              .items()
              .forEach(item -> onHand.putBack(item.sku(), shipment.warehouse(), item.quantity()));
      case PACKED, SHIPPED, DELIVERED, CANCELLED ->
          throw new IllegalStateException(shipment.id() + " is " + shipment.state());
    }
  }

  private void tell(Shipment reached) {
    ShipTask task = tasks.get(reached.orderNumber());
    if (task == null) {
      throw new IllegalStateException("a parcel without a task: " + reached.id());
    }
    boolean last =
        ofOrder(reached.orderNumber()).stream().allMatch(other -> isAsFar(other, reached));
    TaskState next =
        switch (reached.state()) {
          case PLANNED, PICKED, CANCELLED -> task.state();
          case PACKED, SHIPPED -> TaskState.LEAVING;
          case DELIVERED -> last ? TaskState.DELIVERED : TaskState.LEAVING;
        };
    ShipTask told = task.in(next, now).oneFactMore();
    tasks.put(told.orderNumber(), told);
    changedTasks.add(told.orderNumber());
    facts.add(
        new ShipmentFact(reached.state(), reached, told.version(), now, last, told.traceparent()));
  }

  private static boolean isAsFar(Shipment other, Shipment reached) {
    return reached.state() == ShipmentState.CANCELLED
        ? other.state() == ShipmentState.CANCELLED
        : other.state() == ShipmentState.CANCELLED || other.state().isPast(reached.state());
  }

  /** An order's parcels, in their order. */
  List<Shipment> ofOrder(long orderNumber) {
    return List.copyOf(
        shipments
            .subMap(
                new ShipmentId(orderNumber, 0),
                true,
                new ShipmentId(orderNumber, ShipmentId.SEQ_MAX),
                true)
            .values());
  }
}
