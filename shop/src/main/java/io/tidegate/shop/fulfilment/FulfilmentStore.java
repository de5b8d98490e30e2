package io.tidegate.shop.fulfilment;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Question;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.inventory.OnHand;
import io.tidegate.shop.inventory.OnHandStore;
import io.tidegate.shop.kernel.OrderMonths;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plans, stops and moves parcels, and tells how far they are.
 *
 * <p>Methods with a {@code Tx} lock rows of ranks {@code TASK} and {@code ON_HAND}: they come after
 * the caller's own locks of lower ranks and before its first write.
 */
public final class FulfilmentStore {

  private static final Logger log = LoggerFactory.getLogger(FulfilmentStore.class);

  private static final Sql SEED =
      Sql.of(
          """
          insert into fulfilment.warehouse (id, name_zh, name_en, region)
          select * from unnest(?::text[], ?::text[], ?::text[], ?::text[])
          on conflict (id) do nothing
          """);
  private static final Sql TRACKING =
      Sql.of(
          """
          select seq, at, status, place, text from fulfilment.tracking
          where order_number = ? order by at, seq, status
          """);
  // The bounds keep partitions out that the array alone would not.
  private static final Sql TRACKING_OF_MANY =
      Sql.of(
          """
          select seq, at, status, place, text, order_number from fulfilment.tracking
          where order_number = any(?) and order_number between ? and ?
          order by order_number, at, seq, status
          """);

  /** Parcels that are marked in one transaction. */
  private static final int LEFT_BEHIND_ROWS = 500;

  private final Database database;
  private final Warehouses warehouses;
  private final FulfilmentSettings settings;
  private final FactLog facts;

  /** Whether a plan without locks was begun and its commit not heard of: a hint, for speed only. */
  private volatile boolean uncommitted;

  public FulfilmentStore(
      Database database, Warehouses warehouses, FulfilmentSettings settings, FactLog facts) {
    this.database = database;
    this.warehouses = warehouses;
    this.settings = settings;
    this.facts = facts;
  }

  /** Makes the partitions that will be needed, and the warehouses' rows. */
  public void prepare(Instant now) {
    OrderMonths.prepare(database, "fulfilment.task", "fillfactor=85", now);
    OrderMonths.prepare(database, "fulfilment.shipment", "fillfactor=70", now);
    OrderMonths.prepare(database, "fulfilment.tracking", "fillfactor=100", now);
    OrderMonths.prepare(database, "fulfilment.held_back", "fillfactor=90", now);
    database.write(
        "warehouses",
        tx -> {
          tx.write(
              SEED,
              column(Warehouse::id),
              column(Warehouse::nameZh),
              column(Warehouse::nameEn),
              column(Warehouse::region));
          return true;
        });
  }

  /**
   * Plans parcels for paid orders, of what no refund holds back. An order that was planned, or held
   * back as a whole, is left as it is.
   *
   * <p>Shelves are read without locks, and the database refuses what others have taken meanwhile as
   * a conflict; the next try locks them. Call {@link #planned} after the commit.
   *
   * @return the orders that were planned now; signal the worker after the commit if there are any
   */
  public List<Long> plan(Tx tx, List<ShipOrder> orders) {
    TreeMap<Long, ShipOrder> fresh = new TreeMap<>();
    orders.forEach(order -> fresh.putIfAbsent(order.orderNumber(), order));
    TreeSet<Long> expected = new TreeSet<>();
    for (ShipTask task : TaskStore.lock(tx, numbers(fresh.keySet()))) {
      if (task.isPlanned()) {
        fresh.remove(task.orderNumber());
      } else {
        expected.add(task.orderNumber());
      }
    }
    if (fresh.isEmpty()) {
      return List.of();
    }
    leaveOutHeld(tx, fresh, expected);
    List<String> skus =
        fresh.values().stream()
            .flatMap(order -> order.items().stream())
            .map(ShipItem::sku)
            .toList();
    boolean certain = uncommitted;
    uncommitted = true;
    OnHand onHand = certain ? OnHandStore.lock(tx, skus) : OnHandStore.peek(tx, skus);
    Instant now = tx.now();
    List<ShipTask> tasks = new ArrayList<>();
    List<Shipment> shipments = new ArrayList<>();
    List<ShipmentFact> told = new ArrayList<>();
    for (ShipOrder order : fresh.values()) {
      List<Shipment> planned =
          order.items().isEmpty()
              ? List.of()
              : NewParcels.of(
                  order.orderNumber(),
                  1,
                  order.items(),
                  Nearby.of(warehouses, order.region()),
                  onHand,
                  settings,
                  now);
      shipments.addAll(planned);
      tasks.add(ShipTask.planned(order, planned.size(), now));
      for (Shipment shipment : planned) {
        boolean last = shipment.seq() == planned.size();
        told.add(
            new ShipmentFact(
                ShipmentState.PLANNED, shipment, shipment.seq(), now, last, order.traceparent()));
      }
    }
    OnHandStore.save(tx, onHand); // it locks: rows that are new come after it
    TaskStore.planExpected(tx, only(tasks, expected::contains));
    TaskStore.insert(tx, only(tasks, number -> !expected.contains(number)));
    ShipmentStore.insert(tx, shipments);
    tell(tx, told);
    return List.copyOf(fresh.keySet());
  }

  /** Takes what refunds hold back out of orders; whose task is not expected has nothing held. */
  private static void leaveOutHeld(Tx tx, Map<Long, ShipOrder> orders, Collection<Long> expected) {
    if (expected.isEmpty()) {
      return;
    }
    for (HeldBack held : HeldBackStore.find(tx, numbers(expected))) {
      if (!held.released()) {
        orders.computeIfPresent(held.key().order(), (_, order) -> order.without(held.item()));
      }
    }
  }

  private static List<ShipTask> only(List<ShipTask> tasks, Predicate<Long> which) {
    return tasks.stream().filter(task -> which.test(task.orderNumber())).toList();
  }

  /** A plan was committed: the next one may go without locks again. */
  public void planned() {
    uncommitted = false;
  }

  /**
   * Holds pieces back for refunds, also of orders that are not planned yet. Of this and of packing
   * a parcel exactly one wins, by the task's row: parcels that are not packed and have such pieces
   * are stopped, and what is left of them is planned anew. Signal the worker after the commit: it
   * tells the warehouses.
   *
   * <p>It locks and then writes; whoever has more to lock afterwards takes {@link #lock} and {@link
   * #save} apart.
   *
   * @return what became of each: all of its pieces, or none
   */
  public Map<HoldBack.Key, Outcome<Left, HoldRefusal>> holdBack(Tx tx, List<HoldBack> wanted) {
    HoldBackBatch batch = lock(tx, wanted.stream().map(HoldBack::order).toList());
    Map<HoldBack.Key, Outcome<Left, HoldRefusal>> outcomes = new LinkedHashMap<>();
    wanted.forEach(each -> outcomes.put(each.key(), batch.holdBack(each)));
    save(tx, batch);
    return outcomes;
  }

  /** Locks what is held back of orders, their parcels and the shelves of both. */
  public HoldBackBatch lock(Tx tx, Collection<Long> orderNumbers) {
    long[] numbers = numbers(orderNumbers);
    List<ShipTask> tasks = TaskStore.lock(tx, numbers);
    List<Shipment> shipments = ShipmentStore.lock(tx, numbers);
    List<HeldBack> held = HeldBackStore.lock(tx, numbers);
    List<String> skus =
        Stream.concat(
                shipments.stream().filter(HoldBackBatch::canStop).flatMap(FulfilmentStore::skus),
                held.stream().filter(each -> !each.released()).map(each -> each.item().sku()))
            .toList();
    OnHand onHand = OnHandStore.lock(tx, skus);
    return new HoldBackBatch(
        new ShipmentBatch(settings, warehouses, tasks, shipments, onHand, tx.now()), held);
  }

  /** Writes what was decided of what is held back, once. */
  public void save(Tx tx, HoldBackBatch batch) {
    ShipmentBatch parcels = batch.settle();
    HeldBackStore.release(tx, batch.released(), tx.now());
    save(tx, parcels);
    HeldBackStore.insert(tx, batch.held(), tx.now());
  }

  /** Orders of which refunds hold pieces back, or held them once. */
  public static Set<Long> withHeldBack(Tx tx, Collection<Long> orderNumbers) {
    return HeldBackStore.find(tx, numbers(orderNumbers)).stream()
        .map(held -> held.key().order())
        .collect(Collectors.toSet());
  }

  /** How far parcels are, of many orders at once, inside the caller's transaction. */
  public static List<Shipment> shipments(Tx tx, Collection<Long> orderNumbers) {
    return tx.query(ShipmentStore.OF_ORDERS, ShipmentStore.READER, (Object) numbers(orderNumbers));
  }

  /** Moves a parcel by hand to {@code PICKED}, {@code PACKED} or {@code SHIPPED}. */
  public Outcome<Shipment, ByHandRefusal> byHand(Tx tx, ShipmentId id, ShipmentState to) {
    long[] number = {id.orderNumber()};
    ShipmentBatch batch = load(tx, number, TaskStore.lock(tx, number), _ -> true);
    Outcome<Shipment, ByHandRefusal> outcome = batch.byHand(id, to);
    if (outcome instanceof Outcome.Applied) {
      save(tx, batch);
    }
    return outcome;
  }

  /**
   * Takes what a warehouse told by itself of a parcel.
   *
   * @param current the ticket of the warehouse that parcels are told to now
   * @return applied with a cancelled parcel where it was kept that one has left which a refund had
   *     stopped; refused where a refund has stopped it, another warehouse has it, or its goods are
   *     not on the shelf
   */
  public Outcome<Shipment, ByHandRefusal> reported(
      Tx tx, ShipmentId id, Seen.Reported seen, String current) {
    long[] number = {id.orderNumber()};
    ShipmentBatch batch =
        load(
            tx,
            number,
            TaskStore.lock(tx, number),
            shipment -> shipment.id().equals(id) && needsShelf(shipment, seen));
    Outcome<Shipment, ByHandRefusal> outcome = batch.reported(id, seen, current);
    if (outcome instanceof Outcome.Applied) {
      save(tx, batch);
    }
    return outcome;
  }

  /** A person unpacked a parcel that was packed although a refund had stopped it. */
  public Outcome<Shipment, ByHandRefusal> unpacked(Tx tx, ShipmentId id) {
    return onItsOwn(tx, id, batch -> batch.unpacked(id));
  }

  /** A person wants the next step of a parcel tried at once. */
  Outcome<Shipment, ByHandRefusal> tryAgain(Tx tx, ShipmentId id, int version) {
    return onItsOwn(tx, id, batch -> batch.tryAgain(id, version));
  }

  /** A person has seen to a parcel that left although a refund had stopped it. */
  Outcome<Shipment, ByHandRefusal> settle(Tx tx, ShipmentId id) {
    return onItsOwn(tx, id, batch -> batch.settle(id));
  }

  /** What moves no goods. */
  private Outcome<Shipment, ByHandRefusal> onItsOwn(
      Tx tx, ShipmentId id, Function<ShipmentBatch, Outcome<Shipment, ByHandRefusal>> step) {
    long[] number = {id.orderNumber()};
    ShipmentBatch batch = load(tx, number, TaskStore.lock(tx, number), _ -> false);
    Outcome<Shipment, ByHandRefusal> outcome = step.apply(batch);
    if (outcome instanceof Outcome.Applied) {
      save(tx, batch);
    }
    return outcome;
  }

  /** Writes what a worker saw; what is about a parcel that has moved on since is dropped. */
  void report(Tx tx, List<ShipmentBatch.Report> reports) {
    long[] numbers = numbers(reports.stream().map(report -> report.id().orderNumber()).toList());
    Map<ShipmentId, Seen> seen = new HashMap<>();
    reports.forEach(report -> seen.put(report.id(), report.seen()));
    ShipmentBatch batch =
        load(
            tx,
            numbers,
            TaskStore.lock(tx, numbers),
            shipment -> needsShelf(shipment, seen.get(shipment.id())));
    for (ShipmentBatch.Report report : reports) {
      if (!batch.report(report)) {
        log.debug("{} has moved on", report.id());
      }
    }
    save(tx, batch);
  }

  /**
   * Says that nobody asks about parcels any more: those that a warehouse outside was told of are
   * stuck from now on, until it or a person says more of them. What is turned on again goes on with
   * them.
   */
  public void nobodyShips() {
    int marked;
    do {
      marked =
          database.write("left-behind", tx -> ShipmentStore.markLeftBehind(tx, LEFT_BEHIND_ROWS));
    } while (marked == LEFT_BEHIND_ROWS);
  }

  /** How far parcels are, of many orders at once. */
  public List<Shipment> shipments(Collection<Long> orderNumbers) {
    return database.read(
        ShipmentStore.OF_ORDERS, ShipmentStore.READER, (Object) numbers(orderNumbers));
  }

  /** The parcels of orders that have some, by order. */
  public static Question<Map<Long, List<Shipment>>> whichShipments(Collection<OrderNumber> orders) {
    return Question.of(
        ShipmentStore.OF_ORDERS,
        ShipmentStore.READER,
        rows -> rows.stream().collect(Collectors.groupingBy(Shipment::orderNumber)),
        (Object) OrderNumber.values(orders));
  }

  /** The tasks of orders; an order that is not planned has none. */
  public List<ShipTask> tasks(Collection<Long> orderNumbers) {
    return database.read(TaskStore.OF_ORDERS, TaskStore.READER, (Object) numbers(orderNumbers));
  }

  /** When orders' parcels were planned; those that are not are left out. */
  public static Question<Map<Long, Instant>> whenPlanned(Collection<OrderNumber> orders) {
    return Question.of(
        TaskStore.OF_ORDERS,
        TaskStore.READER,
        rows ->
            rows.stream()
                .filter(ShipTask::isPlanned)
                .collect(Collectors.toMap(ShipTask::orderNumber, ShipTask::createdAt)),
        (Object) OrderNumber.values(orders));
  }

  /** What carriers said of an order's parcels, oldest first. */
  public List<Tracked> tracking(long orderNumber) {
    return database.read(
        TRACKING,
        row ->
            new Tracked(
                new ShipmentId(orderNumber, row.getInt(1)),
                new TrackingEvent(
                    row.getInstant(2), row.getString(3), row.getStringOrNull(4), row.getString(5))),
        orderNumber);
  }

  /** The same of many orders; what nobody said anything of is left out. */
  public Map<Long, List<Tracked>> tracking(Collection<Long> orderNumbers) {
    if (orderNumbers.isEmpty()) {
      return Map.of();
    }
    long[] sorted = orderNumbers.stream().mapToLong(Long::longValue).sorted().toArray();
    return database
        .read(
            TRACKING_OF_MANY,
            row ->
                new Tracked(
                    new ShipmentId(row.getLong(6), row.getInt(1)),
                    new TrackingEvent(
                        row.getInstant(2),
                        row.getString(3),
                        row.getStringOrNull(4),
                        row.getString(5))),
            sorted,
            sorted[0],
            sorted[sorted.length - 1])
        .stream()
        .collect(Collectors.groupingBy(tracked -> tracked.shipment().orderNumber()));
  }

  /** One entry of an order's tracking. */
  public record Tracked(ShipmentId shipment, TrackingEvent event) {}

  /** Parcels whose last step failed, by order number and place in it. */
  List<StuckParcel> stuck(ShipmentId after, int rowsMax) {
    return database.read(
        ShipmentStore.STUCK, ShipmentStore.STUCK_READER, after.orderNumber(), after.seq(), rowsMax);
  }

  /**
   * Parcels that refunds stopped and that their warehouses had packed, the oldest orders' first.
   */
  public List<Shipment> packedAnyhow(int rowsMax) {
    return database.read(
        ShipmentStore.PACKED_ANYHOW, ShipmentStore.READER, Shipment.PACKED_ANYHOW, rowsMax);
  }

  private static Stream<String> skus(Shipment shipment) {
    return shipment.items().stream().map(ShipItem::sku);
  }

  private static Stream<OnHand.Place> shelves(Shipment shipment) {
    return skus(shipment).map(sku -> new OnHand.Place(sku, shipment.warehouse()));
  }

  private static boolean needsShelf(Shipment shipment, @Nullable Seen seen) {
    return switch (seen) {
      case Seen.AtWarehouse(ShipmentState state) ->
          shipment.state() == ShipmentState.PLANNED && state != ShipmentState.PLANNED;
      case Seen.Reported reported ->
          shipment.state() == ShipmentState.PLANNED && reported.state() != ShipmentState.PLANNED;
      case Seen.GoodsWanted _ -> true;
      case null, default -> false;
    };
  }

  private ShipmentBatch load(
      Tx tx, long[] numbers, List<ShipTask> tasks, Predicate<Shipment> needsShelf) {
    List<Shipment> shipments = ShipmentStore.lock(tx, numbers);
    List<Shipment> wanting = shipments.stream().filter(needsShelf).toList();
    // Missing goods may have come to any warehouse.
    OnHand onHand =
        wanting.stream().anyMatch(shipment -> shipment.problem() != null)
            ? OnHandStore.lock(tx, wanting.stream().flatMap(FulfilmentStore::skus).toList())
            : OnHandStore.lockShelves(
                tx, wanting.stream().flatMap(FulfilmentStore::shelves).toList());
    return new ShipmentBatch(settings, warehouses, tasks, shipments, onHand, tx.now());
  }

  /** Rows that are locked first, then rows that are new. */
  private void save(Tx tx, ShipmentBatch batch) {
    TaskStore.update(tx, batch.changedTasks(), batch.loadedStates());
    ShipmentStore.update(tx, batch.changedShipments());
    OnHandStore.save(tx, batch.onHand());
    TaskStore.insert(tx, batch.newTasks());
    ShipmentStore.insert(tx, batch.newShipments());
    TaskStore.track(tx, batch.tracking());
    tell(tx, batch.facts());
  }

  private void tell(Tx tx, List<ShipmentFact> told) {
    if (!told.isEmpty()) {
      facts.append(tx, told.stream().map(FulfilmentStore::fact).toList());
    }
  }

  private static FactLog.Fact fact(ShipmentFact fact) {
    return new FactLog.Fact(
        fact.type(),
        fact.shipment().orderNumber(),
        fact.taskVersion(),
        fact.at(),
        fact.traceparent(),
        ShipmentJson.fact(fact));
  }

  private String[] column(Function<Warehouse, String> of) {
    return warehouses.all().stream().map(of).toArray(String[]::new);
  }

  private static long[] numbers(Collection<Long> orderNumbers) {
    return orderNumbers.stream().mapToLong(Long::longValue).sorted().distinct().toArray();
  }
}
