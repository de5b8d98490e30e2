package io.tidegate.shop.ordering;

import io.tidegate.platform.db.Tx;
import io.tidegate.platform.messaging.Event;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.payment.Capture;
import io.tidegate.shop.payment.PaymentStore;
import io.tidegate.shop.payment.Recorded;
import io.tidegate.shop.payment.RefundStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Orders under their locks, as refunds see and change them: the working copy of whoever gives money
 * back. Rows that belong to an order are touched only under its lock, so its captures, refunds and
 * refunded pieces are read here without locks of their own.
 */
public final class RefundableBatch {

  /** The working copy of one order. */
  private static final class File {
    private final Order loaded;
    private Refundable now;
    private final List<Step> steps = new ArrayList<>(1);

    private File(Refundable loaded) {
      this.loaded = loaded.order();
      this.now = loaded;
    }
  }

  private final TreeMap<Long, File> files = new TreeMap<>();
  private final List<RefundedLine> given = new ArrayList<>();
  private final List<RefundedLine> taken = new ArrayList<>();
  private final List<Event> events = new ArrayList<>();
  private final List<Long> delivered = new ArrayList<>(0);
  private @Nullable Instant at;

  private RefundableBatch() {}

  /** Locks orders (rank ORDER) and reads what belongs to them. */
  public static RefundableBatch lock(Tx tx, Collection<OrderNumber> orders) {
    RefundableBatch batch = new RefundableBatch();
    long[] numbers = orders.stream().mapToLong(OrderNumber::value).distinct().sorted().toArray();
    List<RefundedStore.Locked> rows = RefundedStore.lock(tx, numbers);
    Map<OrderNumber, List<RefundedLine>> lines = RefundedStore.lines(tx, numbers);
    Map<OrderNumber, Capture> captures = new HashMap<>();
    for (Recorded row : PaymentStore.captures(tx, numbers)) {
      if (row.verdict() == Capture.Verdict.PAID) {
        captures.put(row.capture().payment().order(), row.capture());
      }
    }
    Map<Long, Integer> refunds = captures.isEmpty() ? Map.of() : RefundStore.lastSeq(tx, numbers);
    for (RefundedStore.Locked row : rows) {
      OrderNumber number = row.order().number();
      batch.files.put(
          number.value(),
          new File(
              new Refundable(
                  row.order(),
                  row.before(),
                  captures.get(number),
                  refunds.getOrDefault(number.value(), 0),
                  lines.getOrDefault(number, List.of()))));
    }
    return batch;
  }

  /** An order as it is now in this working copy; null where there is none. */
  public @Nullable Refundable find(OrderNumber number) {
    File file = files.get(number.value());
    return file == null ? null : file.now;
  }

  /**
   * A refund's money is back (M8): its pieces are refunded, and with the last of them the order.
   *
   * @return whether all of the order is refunded now
   */
  public boolean refunded(
      OrderNumber number, RefundedPart part, RestOfOrder rest, Cause cause, Instant now) {
    File file = file(number);
    switch (RefundRules.refunded(file.now, part, rest, cause, now)) {
      case Outcome.Applied<RefundRules.Done, RefundRules.Refusal>(RefundRules.Done done) -> {
        note(file, done, cause, now);
        given.addAll(rows(number, part));
        noteDelivered(file);
      }
      case Outcome.AlreadyApplied<RefundRules.Done, RefundRules.Refusal> _ -> {}
      case Outcome.Refused<RefundRules.Done, RefundRules.Refusal>(RefundRules.Refusal why) ->
          throw new IllegalStateException(number + " can't be refunded: " + why);
    }
    return file.now.order().status() == Status.REFUNDED;
  }

  /** The provider took a refund back (M9): its pieces are not refunded any more. */
  public void reversed(OrderNumber number, RefundedPart part, Cause cause, Instant now) {
    File file = file(number);
    switch (RefundRules.reversed(file.now, part, cause, now)) {
      case Outcome.Applied<RefundRules.Done, RefundRules.Refusal>(RefundRules.Done done) -> {
        note(file, done, cause, now);
        taken.addAll(rows(number, part));
        noteDelivered(file); // its deadline may have come while it was refunded (L1)
      }
      case Outcome.AlreadyApplied<RefundRules.Done, RefundRules.Refusal> _ -> {}
      case Outcome.Refused<RefundRules.Done, RefundRules.Refusal>(RefundRules.Refusal why) ->
          throw new IllegalStateException(number + " can't be reopened: " + why);
    }
  }

  /** From delivery on it has a deadline to be completed. */
  private void noteDelivered(File file) {
    if (file.now.order().status() == Status.DELIVERED && file.loaded.status() != Status.DELIVERED) {
      delivered.add(file.loaded.number().value());
    }
  }

  private void note(File file, RefundRules.Done done, Cause cause, Instant now) {
    file.now = done.after();
    file.steps.addAll(done.steps());
    at = now;
    for (OrderFact fact : done.facts()) {
      events.add(OrderEventsJson.event(fact, cause.traceparent()));
    }
  }

  private File file(OrderNumber number) {
    File file = files.get(number.value());
    if (file == null) {
      throw new IllegalStateException("a refund of an order that is not here: " + number);
    }
    return file;
  }

  private static List<RefundedLine> rows(OrderNumber number, RefundedPart part) {
    return part.lines().stream()
        .map(line ->
            new RefundedLine(
                number,
                part.refund(),
                line.line(),
                line.quantity(),
                line.amount(),
                part.restocked(),
                false))
        .toList();
  }

  /**
   * Writes what changed. It locks nothing: all locks of the transaction come before it.
   *
   * @param completeAfter how long after delivery an order completes by itself
   */
  public void save(Tx tx, EventLog log, Duration completeAfter) {
    List<RefundedStore.Edit> edits = new ArrayList<>();
    for (File file : files.values()) {
      if (file.now.order().version() != file.loaded.version()) {
        edits.add(
            new RefundedStore.Edit(file.loaded, file.now.order(), file.now.before(), file.steps));
      }
    }
    Instant now = at;
    if (edits.isEmpty() || now == null) {
      return;
    }
    RefundedStore.update(tx, edits);
    RefundedStore.reverse(tx, taken, now);
    RefundedStore.insert(tx, given);
    if (!delivered.isEmpty()) {
      DueStore.add(
          tx,
          now.plus(completeAfter),
          DueStore.Kind.COMPLETE,
          delivered.stream().mapToLong(Long::longValue).toArray());
    }
    log.append(tx, events);
  }
}
