package io.tidegate.shop.aftersales;

import io.tidegate.platform.db.Tx;
import io.tidegate.platform.messaging.Event;
import io.tidegate.shop.effects.Held;
import io.tidegate.shop.effects.TakeBack;
import io.tidegate.shop.fulfilment.FulfilmentStore;
import io.tidegate.shop.fulfilment.Shipment;
import io.tidegate.shop.fulfilment.ShipmentState;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.kernel.RefundKey;
import io.tidegate.shop.ordering.RefundableBatch;
import io.tidegate.shop.payment.PaymentStore;
import io.tidegate.shop.payment.Posting;
import io.tidegate.shop.payment.Refund;
import io.tidegate.shop.payment.RefundId;
import io.tidegate.shop.payment.RefundStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The working copy of orders' refunds under the orders' locks: requests are decided in it, steps
 * change it, and it is written once. Whoever has more to lock does so between {@link #load} and
 * {@link #save}.
 */
final class RefundBatch {

  private final RefundGround ground;
  private final RefundableBatch orders;
  private final TreeMap<RefundCaseId, RefundCase> loaded = new TreeMap<>();
  private final TreeMap<RefundCaseId, RefundCase> now = new TreeMap<>();
  private final ReturnBatch returns;
  private final Map<Long, Map<Integer, Integer>> leaving;
  private final List<Asked> asked = new ArrayList<>();
  private final Map<OrderNumber, Integer> moneySeq = new HashMap<>();
  private final List<Refund> money = new ArrayList<>();
  private final List<Posting> postings = new ArrayList<>();
  private final List<Event> events = new ArrayList<>();

  /**
   * A refund that was asked for in this batch. Its amount is known once the batch is saved: what of
   * the order's perks is spent decides it.
   */
  static final class Asked {
    private final RefundCaseId id;
    private final TakeBack taking;
    private @Nullable RefundCase written;

    private Asked(RefundCaseId id, TakeBack taking) {
      this.id = id;
      this.taking = taking;
    }

    RefundCaseId id() {
      return id;
    }

    /** The refund as it was written. */
    RefundCase written() {
      return Objects.requireNonNull(written, "the batch is not saved yet");
    }
  }

  private RefundBatch(
      RefundGround ground,
      RefundableBatch orders,
      Map<OrderNumber, List<RefundCase>> cases,
      ReturnBatch returns,
      Map<Long, Map<Integer, Integer>> leaving) {
    this.returns = returns;
    this.ground = ground;
    this.orders = orders;
    this.leaving = leaving;
    cases.values().forEach(all -> all.forEach(each -> loaded.put(each.id(), each)));
    now.putAll(loaded);
  }

  /** Locks orders and their refunds: ranks ORDER and CASE. */
  static RefundBatch load(Tx tx, RefundGround ground, Collection<OrderNumber> numbers) {
    return load(tx, ground, numbers, false);
  }

  /** The same for requests before shipping, which look at what is leaving. */
  static RefundBatch loadForRequests(Tx tx, RefundGround ground, Collection<OrderNumber> numbers) {
    return load(tx, ground, numbers, true);
  }

  /** How many pieces of each order's lines are packed or further, as of now: a hint. */
  private static Map<Long, Map<Integer, Integer>> leaving(Tx tx, Collection<OrderNumber> numbers) {
    Map<Long, Map<Integer, Integer>> leaving = new HashMap<>();
    for (Shipment parcel :
        FulfilmentStore.shipments(tx, numbers.stream().map(OrderNumber::value).toList())) {
      if (parcel.state().isPast(ShipmentState.PACKED)) {
        Map<Integer, Integer> pieces =
            leaving.computeIfAbsent(parcel.orderNumber(), _ -> new HashMap<>());
        parcel.items().forEach(item -> pieces.merge(item.line(), item.quantity(), Integer::sum));
      }
    }
    return leaving;
  }

  private static RefundBatch load(
      Tx tx, RefundGround ground, Collection<OrderNumber> numbers, boolean looksAtParcels) {
    RefundableBatch orders = RefundableBatch.lock(tx, numbers);
    long[] keys = numbers.stream().mapToLong(OrderNumber::value).distinct().sorted().toArray();
    Map<OrderNumber, List<RefundCase>> cases = RefundCaseStore.lock(tx, keys);
    return new RefundBatch(
        ground,
        orders,
        cases,
        ReturnBatch.lock(tx, ofReturns(cases)),
        looksAtParcels ? leaving(tx, numbers) : Map.of());
  }

  /** Orders some of whose refunds have a return, which ends with them. */
  private static List<OrderNumber> ofReturns(Map<OrderNumber, List<RefundCase>> cases) {
    return cases.values().stream()
        .flatMap(List::stream)
        .filter(each -> each.kind() == RefundKind.RETURN)
        .map(each -> each.id().order())
        .toList();
  }

  RefundableBatch orders() {
    return orders;
  }

  /** A refund as it is now in this working copy. */
  @Nullable RefundCase find(RefundCaseId id) {
    return now.get(id);
  }

  /** An order's refunds, refused ones too. */
  List<RefundCase> ofOrder(OrderNumber order) {
    return now.values().stream().filter(each -> each.id().order().equals(order)).toList();
  }

  /** Asks for pieces; what is decided here is written by {@link #save}. */
  Outcome<Asked, RefundRefusal> request(RequestRefund command, Instant at) {
    var order = orders.find(command.order());
    if (order == null) {
      return Outcome.refused(RefundRefusal.NOT_FOUND);
    }
    RefundFile file =
        new RefundFile(
            order,
            ofOrder(command.order()),
            leaving.getOrDefault(command.order().value(), Map.of()));
    return switch (RequestRules.decide(file, command, at)) {
      case Outcome.Applied<RefundCase, RefundRefusal>(RefundCase made) -> {
        Asked fresh = new Asked(made.id(), taking(made, file));
        asked.add(fresh);
        now.put(made.id(), made);
        yield Outcome.applied(fresh);
      }
      case Outcome.AlreadyApplied<RefundCase, RefundRefusal> _ ->
          throw new IllegalStateException("a request is never applied already");
      case Outcome.Refused<RefundCase, RefundRefusal>(RefundRefusal why) -> Outcome.refused(why);
    };
  }

  private TakeBack taking(RefundCase made, RefundFile file) {
    String currency = made.amount().currency();
    long kept = file.kept();
    return new TakeBack(
        made.id().order().value(),
        made.id().seq(),
        made.userId(),
        file.order().amounts().totalMoney(),
        new Money(kept, currency),
        new Money(kept - made.gross(), currency),
        new Money(ground.policy().deductMost(made.gross()), currency),
        made.progress().createdAt());
  }

  /** Notes what became of a refund. */
  void put(RefundCase next) {
    now.put(next.id(), next);
  }

  /** The warehouse is stopped, or needed no stop: two people approve, or the money goes. */
  void goOn(RefundCase stopped, Instant at) {
    if (stopped.isApproved()) {
      pay(stopped, "system", at);
    } else {
      RefundCase waiting = stopped.awaitingApproval(at);
      put(waiting);
      tell(CaseEventsJson.approvalNeeded(waiting, at));
    }
  }

  /** Writes the money's number (M6); where there is nothing to pay back, what follows is due. */
  void pay(RefundCase approved, String actor, Instant at) {
    if (approved.amount().isZero()) {
      put(approved.moneyBack(at, actor, at));
      return;
    }
    OrderNumber order = approved.id().order();
    var refundable = Objects.requireNonNull(orders.find(order));
    int seq = moneySeq.merge(order, refundable.lastMoneySeq() + 1, (last, _) -> last + 1);
    RefundId number = new RefundId(order, seq);
    Refund refund =
        Refund.requested(
            number,
            Objects.requireNonNull(refundable.capture(), "money without a capture"),
            approved.amount(),
            Refund.Reason.CUSTOMER,
            at);
    money.add(refund);
    postings.add(Posting.owed(number, approved.amount(), at));
    put(approved.atProvider(number, actor, at));
  }

  void post(Posting posting) {
    postings.add(posting);
  }

  void tell(Event event) {
    events.add(event);
  }

  boolean tellsSomething() {
    return !events.isEmpty();
  }

  /**
   * Writes what changed. New refunds hold perks first, which locks: nobody has written in this
   * transaction before, where there are some.
   */
  void save(Tx tx) {
    writeAsked(tx);
    List<RefundCaseStore.Edit> edits = new ArrayList<>();
    loaded.forEach((id, before) -> {
      RefundCase after = Objects.requireNonNull(now.get(id));
      if (!after.equals(before)) {
        edits.add(new RefundCaseStore.Edit(before, after));
        if (after.state() != before.state()) {
          returns.follow(after, after.history().getLast().at());
        }
      }
    });
    RefundCaseStore.update(tx, edits);
    RefundStore.request(tx, money);
    PaymentStore.post(tx, postings);
    returns.save(tx, ground.log(), ground.messages());
    orders.save(tx, ground.log(), ground.completeAfter());
    if (!events.isEmpty()) {
      ground.log().append(tx, events);
    }
  }

  private void writeAsked(Tx tx) {
    if (asked.isEmpty()) {
      return;
    }
    Map<RefundKey, Held> held =
        ground.perks().hold(tx, asked.stream().map(each -> each.taking).toList());
    List<RefundCase> fresh = new ArrayList<>();
    for (Asked each : asked) {
      RefundCase made = Objects.requireNonNull(now.get(each.id));
      RefundCase fixed =
          made.fixed(
              ground.policy(), Objects.requireNonNull(held.get(made.key())).deducted().amount());
      each.written = fixed;
      now.put(each.id, fixed);
      fresh.add(fixed);
      tell(CaseEventsJson.requested(fixed));
    }
    RefundCaseStore.insert(tx, fresh);
  }
}
