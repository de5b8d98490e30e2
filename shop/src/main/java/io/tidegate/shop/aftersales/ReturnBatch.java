package io.tidegate.shop.aftersales;

import io.tidegate.platform.db.Tx;
import io.tidegate.platform.messaging.Event;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.notification.MessageStore;
import io.tidegate.shop.notification.NewMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The working copy of orders' returns, under the orders' locks: commands and the ends of refunds
 * change it, and it is written once.
 */
final class ReturnBatch {

  private final Map<ReturnId, ReturnCase> loaded = new HashMap<>();
  private final Map<ReturnId, ReturnCase> now = new LinkedHashMap<>();
  private final Map<ReturnId, String> traces = new LinkedHashMap<>();

  private ReturnBatch(List<ReturnCase> rows) {
    rows.forEach(row -> loaded.put(row.id(), row));
    rows.forEach(row -> now.put(row.id(), row));
  }

  /** Locks all returns of some orders: rank CASE, after the orders and their refunds. */
  static ReturnBatch lock(Tx tx, Collection<OrderNumber> orders) {
    long[] keys = orders.stream().mapToLong(OrderNumber::value).distinct().sorted().toArray();
    return new ReturnBatch(keys.length == 0 ? List.of() : ReturnCaseStore.lock(tx, keys));
  }

  /** An order's returns, by seq. */
  List<ReturnCase> of(OrderNumber order) {
    return now.values().stream().filter(each -> each.id().order().equals(order)).toList();
  }

  @Nullable ReturnCase find(ReturnId id) {
    return now.get(id);
  }

  /**
   * Notes the next version of a return, or a new one.
   *
   * @param traceparent of what made it
   */
  void put(ReturnCase next, String traceparent) {
    now.put(next.id(), next);
    traces.put(next.id(), traceparent);
  }

  /** A refund has ended: so does the return that asked for it, where one did. */
  void follow(RefundCase ended, Instant at) {
    RequestRefund.Received received = ended.received();
    if (received == null) {
      return;
    }
    ReturnId id = new ReturnId(ended.id().order(), received.returnSeq());
    ReturnCase known = Objects.requireNonNull(find(id), "a refund's return is gone");
    Outcome<ReturnCase, ReturnRefusal> outcome =
        switch (ended.state()) {
          case SUCCEEDED -> ReturnRules.refunded(known, at);
          case REFUSED -> ReturnRules.refundRefused(known, at);
          // A provider that took the money back leaves the goods here (M9).
          case REQUESTED,
              STOPPING,
              AWAITING_APPROVAL,
              AT_PROVIDER,
              MONEY_BACK,
              REFUSING,
              REVERSED ->
              Outcome.alreadyApplied(known);
        };
    switch (outcome) {
      case Outcome.Applied<ReturnCase, ReturnRefusal>(ReturnCase next) ->
          put(next, ended.traceparent());
      case Outcome.AlreadyApplied<ReturnCase, ReturnRefusal> _ -> {}
      case Outcome.Refused<ReturnCase, ReturnRefusal>(ReturnRefusal why) ->
          throw new IllegalStateException(ended.id() + " ended, and " + id + " can't: " + why);
    }
  }

  /** Writes what changed, with the event and the message of each. It locks nothing. */
  void save(Tx tx, EventLog log, MessageStore messages) {
    List<ReturnCase> fresh = new ArrayList<>();
    List<ReturnCaseStore.Changed> changed = new ArrayList<>();
    List<NewMessage> told = new ArrayList<>();
    List<Event> events = new ArrayList<>();
    traces.forEach((id, traceparent) -> {
      ReturnCase next = Objects.requireNonNull(now.get(id));
      ReturnCase before = loaded.get(id);
      if (before == null) {
        fresh.add(next);
      } else {
        changed.add(new ReturnCaseStore.Changed(before, next));
      }
      CaseMessages.of(next).ifPresent(told::add);
      events.add(ReturnJson.event(next, traceparent));
    });
    ReturnCaseStore.insert(tx, fresh);
    ReturnCaseStore.update(tx, changed);
    messages.record(tx, told);
    log.append(tx, events);
  }
}
