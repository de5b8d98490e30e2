package io.tidegate.shop.ordering;

import io.tidegate.platform.db.IdempotencyTable;
import io.tidegate.platform.db.IdempotencyTable.Entry;
import io.tidegate.platform.db.Questions;
import io.tidegate.platform.db.Tx;
import io.tidegate.platform.messaging.Event;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.shop.inventory.StockMoves;
import io.tidegate.shop.inventory.StockStore;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.Capture;
import io.tidegate.shop.payment.PaymentStore;
import io.tidegate.shop.payment.Posting;
import io.tidegate.shop.payment.Recorded;
import io.tidegate.shop.payment.Refund;
import io.tidegate.shop.payment.RefundStore;
import io.tidegate.shop.staff.StaffStore;
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
 * The working copy of a batch of orders that exist: whoever changes orders loads them here, and
 * saves them here.
 */
final class OrderBatch {

  private final TreeMap<Long, OrderFile> files = new TreeMap<>();
  private final List<Event> events = new ArrayList<>();
  final Map<String, Entry> knownKeys;
  final Map<String, Started> byKey = new HashMap<>();
  final List<byte[]> released = new ArrayList<>(0);

  /** What an earlier command of the batch made of a key. */
  record Started(OrderCommand.StartPayment command, Attempt attempt) {}

  private OrderBatch(Map<String, Entry> knownKeys) {
    this.knownKeys = knownKeys;
  }

  /**
   * Claims keys and locks orders and what belongs to them, one statement a table. It is one round
   * trip, and one more each where some are paid or hold something: while the machine is busy each
   * waits for its turn, with all that is locked.
   */
  static OrderBatch load(Tx tx, Collection<OrderNumber> orders, List<Entry> keys) {
    long[] numbers = orders.stream().mapToLong(OrderNumber::value).distinct().sorted().toArray();
    Map<Long, List<Attempt>> attempts = new HashMap<>();
    Map<Long, List<Recorded>> captures = new HashMap<>();
    Questions questions = new Questions();
    IdempotencyTable.@Nullable Claim claim =
        keys.isEmpty() ? null : IdempotencyTable.claim(questions, keys);
    var locked = OrderStore.lock(questions, numbers);
    var tried = PaymentStore.lock(questions, numbers);
    var taken = questions.add(PaymentStore.whichCaptures(numbers));
    tx.ask(questions);

    OrderBatch batch = new OrderBatch(claim == null ? Map.of() : claim.known());
    for (Attempt attempt : tried.get()) {
      attempts.computeIfAbsent(attempt.id().order().value(), _ -> new ArrayList<>()).add(attempt);
    }
    for (Recorded row : taken.get()) {
      captures
          .computeIfAbsent(row.capture().payment().order().value(), _ -> new ArrayList<>())
          .add(row);
    }
    Map<Long, Integer> refunds = captures.isEmpty() ? Map.of() : RefundStore.lastSeq(tx, numbers);
    HoldBatch holds = new HoldBatch();
    for (Order order : locked.get()) {
      long number = order.number().value();
      if (order.status() == Status.AWAITING_PAYMENT && order.hasHolds()) {
        holds.add(order, Instant.EPOCH, Instant.EPOCH);
      }
      batch.files.put(
          number,
          new OrderFile(
              order,
              attempts.getOrDefault(number, new ArrayList<>()),
              captures.getOrDefault(number, new ArrayList<>()),
              refunds.getOrDefault(number, 0)));
    }
    holds.lock(tx);
    return batch;
  }

  @Nullable OrderFile file(OrderNumber number) {
    return files.get(number.value());
  }

  Collection<OrderFile> files() {
    return files.values();
  }

  /** Notes a decision. */
  void apply(OrderFile file, Changes changes, String traceparent) {
    file.apply(changes);
    for (OrderFact fact : changes.facts()) {
      events.add(OrderEventsJson.event(fact, traceparent));
    }
  }

  boolean tellsSomething() {
    return !events.isEmpty();
  }

  /**
   * Writes what changed: rows that are locked first, by rank; then rows that are new; and stock
   * last, since everybody wants the row of what sells best, and it is held until the commit.
   */
  void save(Tx tx, EventLog log) {
    StockMoves moves = new StockMoves();
    HoldBatch used = new HoldBatch();
    HoldBatch released = new HoldBatch();
    List<OrderFile> changed = new ArrayList<>();
    List<PaymentStore.Edit> edits = new ArrayList<>();
    List<Recorded> captures = new ArrayList<>();
    List<Refund> refunds = new ArrayList<>();
    List<Posting> postings = new ArrayList<>();
    List<Recorded> decided = new ArrayList<>(0);
    List<Changes.ActOf> acts = new ArrayList<>(0);
    for (OrderFile file : files.values()) {
      if (file.isChanged()) {
        changed.add(file);
      }
      for (Changes.StockMove move : file.stockMoves) {
        move(moves, file.order(), move);
        if (file.order().hasHolds()) {
          (move == Changes.StockMove.SELL ? used : released).add(file.order(), tx.now(), tx.now());
        }
      }
      for (Attempt attempt : file.attempts()) {
        Attempt loaded = file.loadedAttempt(attempt.id().seq());
        if (!Objects.equals(loaded, attempt)) {
          edits.add(new PaymentStore.Edit(loaded, attempt));
        }
      }
      captures.addAll(file.newCaptures);
      refunds.addAll(file.newRefunds);
      postings.addAll(file.postings);
      decided.addAll(file.decided);
      acts.addAll(file.acts);
    }
    OrderStore.update(tx, changed);
    PaymentStore.writeChanged(tx, edits);
    PaymentStore.decide(tx, decided);
    used.use(tx);
    released.release(tx);
    PaymentStore.writeNew(tx, edits);
    PaymentStore.record(tx, captures);
    RefundStore.request(tx, refunds);
    PaymentStore.post(tx, postings);
    acts.forEach(act -> record(tx, act));
    if (!events.isEmpty()) {
      log.append(tx, events);
    }
    StockStore.move(tx, moves);
  }

  private static void record(Tx tx, Changes.ActOf act) {
    Capture capture = act.parked().capture();
    Refund refund = act.refund();
    StaffStore.record(
        tx,
        act.staff(),
        refund == null ? "parked.dismiss" : "parked.return",
        "order " + capture.payment().order(),
        json -> {
          json.field("provider", capture.provider()).field("transaction", capture.transaction());
          if (refund != null) {
            json.field("refund", refund.id().toString())
                .field("currency", refund.amount().currency())
                .field("amount", refund.amount().amount());
          }
        });
  }

  private static void move(StockMoves moves, Order order, Changes.StockMove move) {
    for (OrderItem item : order.items()) {
      switch (move) {
        case SELL -> moves.sell(item.sku(), item.quantity());
        case RELEASE -> moves.release(item.sku(), item.quantity(), item.pool());
        case NONE -> {}
      }
    }
  }
}
