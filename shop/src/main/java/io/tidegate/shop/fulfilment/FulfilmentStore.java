package io.tidegate.shop.fulfilment;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.inventory.OnHand;
import io.tidegate.shop.inventory.OnHandStore;
import io.tidegate.shop.kernel.OrderMonths;
import io.tidegate.shop.kernel.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plans, cancels and moves parcels, and tells how far they are.
 *
 * <p>Methods with a {@code Tx} lock rows of ranks {@code TASK} and {@code ON_HAND}: they come after
 * the caller's own locks of lower ranks and before its first write.
 */
public final class FulfilmentStore {

  private static final Logger log = LoggerFactory.getLogger(FulfilmentStore.class);

  /** A problem's words are for staff. */
  static final String GOODS_MISSING = "no warehouse has these goods";

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

  private final Database database;
  private final Warehouses warehouses;
  private final FulfilmentSettings settings;
  private final FactLog facts;

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
   * Plans parcels for paid orders. An order that has a task, cancelled or not, is left as it is.
   *
   * @return the orders that were planned now; signal the worker after the commit if there are any
   */
  public List<Long> plan(Tx tx, List<ShipOrder> orders) {
    TreeMap<Long, ShipOrder> fresh = new TreeMap<>();
    orders.forEach(order -> fresh.putIfAbsent(order.orderNumber(), order));
    TaskStore.lock(tx, numbers(fresh.keySet())).forEach(task -> fresh.remove(task.orderNumber()));
    if (fresh.isEmpty()) {
      return List.of();
    }
    OnHand onHand =
        OnHandStore.lock(
            tx,
            fresh.values().stream()
                .flatMap(order -> order.items().stream())
                .map(ShipItem::sku)
                .toList());
    Instant now = tx.now();
    List<ShipTask> tasks = new ArrayList<>();
    List<Shipment> shipments = new ArrayList<>();
    List<ShipmentFact> told = new ArrayList<>();
    for (ShipOrder order : fresh.values()) {
      List<Shipment> planned = parcels(order, onHand, now);
      shipments.addAll(planned);
      tasks.add(
          new ShipTask(
              order.orderNumber(),
              TaskState.OPEN,
              planned.size(),
              order.region(),
              planned.size(),
              now,
              null,
              order.traceparent()));
      for (Shipment shipment : planned) {
        boolean last = shipment.seq() == planned.size();
        told.add(
            new ShipmentFact(
                ShipmentState.PLANNED, shipment, shipment.seq(), now, last, order.traceparent()));
      }
    }
    TaskStore.insert(tx, tasks);
    ShipmentStore.insert(tx, shipments);
    OnHandStore.save(tx, onHand);
    tell(tx, told);
    return List.copyOf(fresh.keySet());
  }

  /** Holds an order's goods back, also where it is not planned yet. See {@link #cancel}. */
  public Outcome<ShipTask, CancelRefusal> cancel(Tx tx, long orderNumber) {
    Outcome<ShipTask, CancelRefusal> outcome = cancel(tx, List.of(orderNumber)).get(orderNumber);
    if (outcome == null) {
      throw new IllegalStateException("no decision for " + orderNumber);
    }
    return outcome;
  }

  /**
   * Holds goods back. Of this and of packing a first parcel exactly one wins, by the task's row.
   * Signal the worker after the commit: it tells the warehouses.
   */
  public Map<Long, Outcome<ShipTask, CancelRefusal>> cancel(Tx tx, Collection<Long> orderNumbers) {
    long[] numbers = numbers(orderNumbers);
    List<ShipTask> tasks = TaskStore.lock(tx, numbers);
    ShipmentBatch batch = load(tx, numbers, tasks, _ -> true);
    Map<Long, Outcome<ShipTask, CancelRefusal>> outcomes = new HashMap<>();
    List<ShipTask> never = new ArrayList<>();
    Map<Long, ShipTask> known = new HashMap<>();
    tasks.forEach(task -> known.put(task.orderNumber(), task));
    for (long number : numbers) {
      var outcome = batch.cancel(number);
      outcomes.put(number, outcome);
      if (!known.containsKey(number)
          && outcome instanceof Outcome.Applied<ShipTask, CancelRefusal>(ShipTask task)) {
        never.add(task);
      }
    }
    TaskStore.insert(tx, never);
    save(tx, batch, task -> known.containsKey(task.orderNumber()));
    return outcomes;
  }

  /** Moves a parcel by hand to {@code PICKED}, {@code PACKED} or {@code SHIPPED}. */
  public Outcome<Shipment, ByHandRefusal> byHand(Tx tx, ShipmentId id, ShipmentState to) {
    long[] number = {id.orderNumber()};
    ShipmentBatch batch = load(tx, number, TaskStore.lock(tx, number), _ -> true);
    Outcome<Shipment, ByHandRefusal> outcome = batch.byHand(id, to);
    if (outcome instanceof Outcome.Applied) {
      save(tx, batch, _ -> true);
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
    save(tx, batch, _ -> true);
  }

  /** How far parcels are, of many orders at once. */
  public List<Shipment> shipments(Collection<Long> orderNumbers) {
    return database.read(
        ShipmentStore.OF_ORDERS, ShipmentStore.READER, (Object) numbers(orderNumbers));
  }

  /** The tasks of orders; an order that is not planned has none. */
  public List<ShipTask> tasks(Collection<Long> orderNumbers) {
    return database.read(TaskStore.OF_ORDERS, TaskStore.READER, (Object) numbers(orderNumbers));
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

  /** One entry of an order's tracking. */
  public record Tracked(ShipmentId shipment, TrackingEvent event) {}

  /**
   * Parcels whose last step failed, with tries and error, by order number and place in it.
   *
   * @param after the last one of the page before; {@code (0, 0)} begins
   */
  public List<Shipment> troubled(ShipmentId after, int rowsMax) {
    return database.read(
        ShipmentStore.STUCK, ShipmentStore.READER, after.orderNumber(), after.seq(), rowsMax);
  }

  private List<Shipment> parcels(ShipOrder order, OnHand onHand, Instant now) {
    ShipmentPlan plan =
        ShipmentPlan.decide(order.items(), Nearby.of(warehouses, order.region()), onHand::free);
    List<Shipment> parcels = new ArrayList<>();
    for (ShipmentPlan.Parcel parcel : plan.parcels()) {
      if (!parcel.lacking()) {
        parcel
            .items()
            .forEach(item -> onHand.plan(item.sku(), parcel.from().id(), item.quantity()));
      }
      parcels.add(
          new Shipment(
              order.orderNumber(),
              parcels.size() + 1,
              parcel.from().id(),
              ShipmentState.PLANNED,
              1,
              null,
              null,
              parcel.items(),
              false,
              parcel.lacking() ? GOODS_MISSING : null,
              parcel.lacking() ? now.plus(settings.stuckPoll()) : now,
              0,
              null,
              Shipment.Times.planned(now)));
    }
    return parcels;
  }

  private static boolean needsShelf(Shipment shipment, @Nullable Seen seen) {
    return switch (seen) {
      case Seen.AtWarehouse(ShipmentState state) ->
          shipment.state() == ShipmentState.PLANNED && state != ShipmentState.PLANNED;
      case Seen.GoodsWanted _ -> true;
      case null, default -> false;
    };
  }

  private ShipmentBatch load(
      Tx tx, long[] numbers, List<ShipTask> tasks, Predicate<Shipment> needsShelf) {
    List<Shipment> shipments = ShipmentStore.lock(tx, numbers);
    OnHand onHand =
        OnHandStore.lock(
            tx,
            shipments.stream()
                .filter(needsShelf)
                .flatMap(shipment -> shipment.items().stream())
                .map(ShipItem::sku)
                .toList());
    return new ShipmentBatch(settings, warehouses, tasks, shipments, onHand, tx.now());
  }

  private void save(Tx tx, ShipmentBatch batch, Predicate<ShipTask> known) {
    TaskStore.update(tx, batch.changedTasks().stream().filter(known).toList());
    ShipmentStore.update(tx, batch.changedShipments());
    OnHandStore.save(tx, batch.onHand());
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
