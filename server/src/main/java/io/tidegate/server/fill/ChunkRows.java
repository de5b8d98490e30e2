package io.tidegate.server.fill;

import io.tidegate.platform.messaging.Event;
import io.tidegate.shop.customer.Address;
import io.tidegate.shop.fulfilment.PastParcel;
import io.tidegate.shop.fulfilment.ShipTask;
import io.tidegate.shop.fulfilment.Shipment;
import io.tidegate.shop.fulfilment.Warehouses;
import io.tidegate.shop.ordering.Order;
import io.tidegate.shop.ordering.OrderState;
import io.tidegate.shop.ordering.PastOrder;
import io.tidegate.shop.ordering.Status;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.Posting;
import io.tidegate.shop.payment.Recorded;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Everything that a chunk's orders leave in the database. */
final class ChunkRows {

  private static final int PAY_DUE = 1;
  private static final int COMPLETE_DUE = 2;

  /** Numbers of one deadline's row, as a lane's batch at a busy hour. */
  private static final int DUE_NUMBERS = 32;

  private static final List<String> TRACKED =
      List.of("accepted", "in_transit", "out_for_delivery", "delivered");
  private static final List<String> TRACKED_TEXT =
      List.of(
          "The parcel was accepted.",
          "The parcel left the depot.",
          "The courier is on the way.",
          "The parcel was handed over.");
  private static final double[] TRACKED_SHARE = {0, 0.25, 0.65, 1};

  private final FillPlan plan;
  private final Warehouses warehouses;
  private final SplittableRandom random;

  private final CopyRows keys = new CopyRows("db.idempotency", "key, command_hash, reference");
  private final CopyRows orders =
      new CopyRows(
          "ordering.orders",
          "number, user_id, state, previous, version, region, currency, items_total,"
              + " discount_total, freight, total, refunded_total, pay_before, paid_at, closed_at,"
              + " close_reason, items, history");
  private final CopyRows consignees =
      new CopyRows("customer.consignee", "order_number, name, phone, region, line");
  private final CopyRows dues = new CopyRows("ordering.order_due", "due_at, kind, numbers");
  private final CopyRows attempts =
      new CopyRows(
          "payment.attempt",
          "order_number, seq, provider, state, version, amount, currency, cashier_url,"
              + " created_at, expires_at, captured_at, ask_at, asks");
  private final CopyRows captures =
      new CopyRows(
          "payment.capture",
          "order_number, provider, transaction, attempt, amount, currency, captured_at,"
              + " recorded_at, verdict");
  private final CopyRows ledger =
      new CopyRows(
          "payment.ledger", "order_number, at, debit, credit, amount, currency, reference");
  private final CopyRows tasks =
      new CopyRows(
          "fulfilment.task",
          "order_number, state, version, region, shipments, created_at, finished_at, traceparent");
  private final CopyRows shipments =
      new CopyRows(
          "fulfilment.shipment",
          "order_number, seq, warehouse, state, version, carrier, waybill, items, told, problem,"
              + " next_step_at, tries, planned_at, picked_at, packed_at, shipped_at, delivered_at");
  private final CopyRows tracking =
      new CopyRows("fulfilment.tracking", "order_number, seq, at, status, place, text");
  private final PerkRows perks = new PerkRows();

  private final List<Event> events = new ArrayList<>();
  private final Goods goods = new Goods();
  private final List<Long> waiting = new ArrayList<>();
  private @Nullable Instant waitingUntil;

  ChunkRows(FillPlan plan, Warehouses warehouses, SplittableRandom random) {
    this.plan = plan;
    this.warehouses = warehouses;
    this.random = random;
  }

  /** All tables' rows but the perks', idempotency first, as the lanes write them. */
  List<CopyRows> tables() {
    return List.of(
        keys, orders, consignees, dues, attempts, captures, ledger, tasks, shipments, tracking);
  }

  PerkRows perks() {
    return perks;
  }

  List<Event> events() {
    return events;
  }

  Goods goods() {
    return goods;
  }

  void add(Story story, boolean farDeadline) {
    PastOrder past = story.order();
    Order order = past.order();
    long number = order.number().value();
    keys.row().bytes(story.command().key()).bytes(story.command().commandHash()).bigint(number);
    order(past);
    Address address = story.command().address();
    consignees
        .row()
        .bigint(number)
        .text(address.name())
        .text(address.phone())
        .text(address.region())
        .text(address.line());
    due(order, farDeadline);
    payments(past);
    events.addAll(past.events());
    PastParcel parcel = story.parcel();
    if (parcel == null) {
      if (order.status() == Status.AWAITING_PAYMENT) {
        goods.locked(order, warehouses.nearest(order.region()).getFirst().id());
      }
      return;
    }
    goods.sold(parcel);
    parcel(order, parcel);
    perks.add(order);
  }

  /** Writes what waits for company. Call it once, at the end. */
  void end() {
    flushWaiting();
  }

  private void order(PastOrder past) {
    Order order = past.order();
    Instant closedAt = null;
    String reason = null;
    if (order.state() instanceof OrderState.Closed(Instant at, String why)) {
      closedAt = at;
      reason = why;
    } else if (order.state() instanceof OrderState.Cancelled(Instant at, String why)) {
      closedAt = at;
      reason = why;
    }
    orders
        .row()
        .bigint(order.number().value())
        .bigint(order.userId())
        .smallint(order.status().code())
        .smallint(past.previous())
        .integer(order.version())
        .integer(Integer.parseInt(order.region()))
        .text(order.amounts().currency())
        .bigint(order.amounts().itemsTotal())
        .bigint(order.amounts().discountTotal())
        .bigint(order.amounts().freight())
        .bigint(order.amounts().total())
        .bigint(order.refundedTotal())
        .time(order.payBefore())
        .time(order.paidAt())
        .time(closedAt)
        .text(reason)
        .text(past.items())
        .text(past.history());
  }

  /** A deadline's row stays until its time, whatever becomes of the order. */
  private void due(Order order, boolean farDeadline) {
    if (farDeadline) {
      if (waiting.size() == DUE_NUMBERS) {
        flushWaiting();
      }
      waiting.add(order.number().value());
      waitingUntil = order.payBefore();
    } else if (order.payBefore().isAfter(plan.anchor())) {
      due(order.payBefore(), PAY_DUE, order.number().value());
    }
  }

  private void flushWaiting() {
    Instant until = waitingUntil;
    if (until != null && !waiting.isEmpty()) {
      due(until, PAY_DUE, waiting.stream().mapToLong(Long::longValue).sorted().toArray());
      waiting.clear();
    }
  }

  private void due(Instant at, int kind, long... numbers) {
    dues.row().time(at).smallint(kind).bigints(numbers);
  }

  private void payments(PastOrder past) {
    for (Attempt attempt : past.attempts()) {
      keys.row()
          .bytes(Stories.bytes16(random))
          .bytes(Stories.bytes16(random))
          .bigint(attempt.id().seq());
      attempts
          .row()
          .bigint(attempt.id().order().value())
          .integer(attempt.id().seq())
          .text(attempt.provider())
          .smallint(attempt.state().code())
          .integer(attempt.version())
          .bigint(attempt.amount().amount())
          .text(attempt.amount().currency())
          .text(attempt.cashierUrl())
          .time(attempt.createdAt())
          .time(attempt.expiresAt())
          .time(attempt.capturedAt())
          .time(attempt.askAt())
          .integer(attempt.asks());
    }
    for (Recorded recorded : past.captures()) {
      captures
          .row()
          .bigint(recorded.capture().payment().order().value())
          .text(recorded.capture().provider())
          .text(recorded.capture().transaction())
          .integer(recorded.capture().payment().seq())
          .bigint(recorded.capture().amount().amount())
          .text(recorded.capture().amount().currency())
          .time(recorded.capture().capturedAt())
          .time(recorded.recordedAt())
          .smallint(recorded.verdict().code());
    }
    for (Posting posting : past.postings()) {
      ledger
          .row()
          .bigint(posting.order().value())
          .time(posting.at())
          .text(posting.debit())
          .text(posting.credit())
          .bigint(posting.amount().amount())
          .text(posting.amount().currency())
          .text(posting.reference());
    }
  }

  private void parcel(Order order, PastParcel parcel) {
    ShipTask task = parcel.task();
    tasks
        .row()
        .bigint(task.orderNumber())
        .text(task.state().code())
        .integer(task.version())
        .text(task.region())
        .integer(task.shipments())
        .time(task.createdAt())
        .time(task.finishedAt())
        .text(task.traceparent());
    Shipment shipment = parcel.shipment();
    Shipment.Times times = shipment.times();
    shipments
        .row()
        .bigint(shipment.orderNumber())
        .integer(shipment.seq())
        .text(shipment.warehouse())
        .text(shipment.state().code())
        .integer(1 + shipment.state().ordinal())
        .text(shipment.carrier())
        .text(shipment.waybill())
        .text(parcel.items())
        .flag(shipment.told())
        .text(shipment.problem())
        .time(shipment.nextStepAt())
        .integer(shipment.tries())
        .time(times.plannedAt())
        .time(times.pickedAt())
        .time(times.packedAt())
        .time(times.shippedAt())
        .time(times.deliveredAt());
    parcel
        .facts()
        .forEach(fact ->
            events.add(
                new Event(
                    fact.type(),
                    fact.orderNumber(),
                    fact.version(),
                    fact.at(),
                    fact.traceparent(),
                    fact.json())));
    Instant delivered = times.deliveredAt();
    Instant shipped = times.shippedAt();
    if (delivered != null && shipped != null) {
      track(order, parcel, shipped, delivered);
      Instant completeAt = delivered.plusMillis(50).plus(plan.completeAfter());
      if (completeAt.isAfter(plan.anchor())) {
        due(completeAt, COMPLETE_DUE, order.number().value());
      }
    }
  }

  private void track(Order order, PastParcel parcel, Instant shipped, Instant delivered) {
    String from =
        warehouses.all().stream()
            .filter(house -> house.id().equals(parcel.shipment().warehouse()))
            .findFirst()
            .orElseThrow()
            .region();
    long millis = delivered.toEpochMilli() - shipped.toEpochMilli();
    for (int i = 0; i < TRACKED.size(); i++) {
      tracking
          .row()
          .bigint(order.number().value())
          .integer(1)
          .time(shipped.plusMillis((long) (millis * TRACKED_SHARE[i])))
          .text(TRACKED.get(i))
          .text(i < 2 ? from : order.region())
          .text(TRACKED_TEXT.get(i));
    }
  }
}
