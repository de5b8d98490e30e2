package io.tidegate.shop.ordering;

import io.tidegate.platform.db.IdempotencyTable;
import io.tidegate.platform.db.IdempotencyTable.Entry;
import io.tidegate.platform.db.LaneHandler;
import io.tidegate.platform.db.Tx;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.OrderCommand.Refusal;
import io.tidegate.shop.ordering.OrderCommand.Result;
import io.tidegate.shop.ordering.OrderCommand.StartPayment;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.PaymentId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Pays, cancels and confirms many orders in one transaction. Owns no rule: rules are in {@link
 * OrderRules}.
 */
final class OrderLane implements LaneHandler<OrderCommand, OrderBatch, Outcome<Result, Refusal>> {

  private final EventLog log;
  private final Runnable published;

  /**
   * @param published told after each commit that events wait
   */
  OrderLane(EventLog log, Runnable published) {
    this.log = log;
    this.published = published;
  }

  @Override
  public OrderBatch load(Tx tx, List<OrderCommand> commands) {
    List<Entry> keys = new ArrayList<>();
    for (OrderCommand command : commands) {
      if (command instanceof StartPayment start) {
        keys.add(new Entry(start.key(), start.commandHash(), 0));
      }
    }
    return OrderBatch.load(tx, commands.stream().map(OrderCommand::order).toList(), keys);
  }

  @Override
  public Outcome<Result, Refusal> decide(OrderBatch batch, OrderCommand command, Instant now) {
    OrderFile file = batch.file(command.order());
    if (file == null) {
      return refused(batch, command, Refusal.NOT_FOUND);
    }
    if (command instanceof StartPayment start) {
      Outcome<Result, Refusal> before = before(batch, file, start);
      if (before != null) {
        return before;
      }
    }
    return switch (OrderRules.decide(file, command, now)) {
      case Outcome.Applied<Changes, Refusal>(Changes changes) -> {
        batch.apply(file, changes, command.cause().traceparent());
        Attempt attempt = changes.attempts().isEmpty() ? null : changes.attempts().getFirst();
        if (command instanceof StartPayment start) {
          batch.byKey.put(
              IdempotencyTable.mapKey(start.key()),
              new OrderBatch.Started(start, Objects.requireNonNull(attempt)));
        }
        yield Outcome.applied(new Result(file.order(), attempt));
      }
      case Outcome.AlreadyApplied<Changes, Refusal> _ ->
          Outcome.alreadyApplied(new Result(file.order(), null));
      case Outcome.Refused<Changes, Refusal>(Refusal why) -> refused(batch, command, why);
    };
  }

  @Override
  public void save(Tx tx, OrderBatch batch) {
    saveKeys(tx, batch);
    batch.save(tx, log);
  }

  @Override
  public void committed(OrderBatch batch) {
    if (batch.tellsSomething()) {
      published.run();
    }
  }

  /**
   * Says what each key's answer is and frees the keys of refused commands. A later command of the
   * batch may have used such a key again: then it is claimed anew.
   */
  private static void saveKeys(Tx tx, OrderBatch batch) {
    Set<String> released =
        batch.released.stream().map(IdempotencyTable::mapKey).collect(Collectors.toSet());
    if (!released.isEmpty()) {
      IdempotencyTable.release(tx, batch.released);
    }
    List<Entry> again = new ArrayList<>(0);
    Map<String, Long> references = new HashMap<>();
    batch.byKey.forEach((key, started) -> {
      int seq = started.attempt().id().seq();
      if (released.contains(key)) {
        again.add(new Entry(started.command().key(), started.command().commandHash(), seq));
      } else {
        references.put(key, (long) seq);
      }
    });
    IdempotencyTable.refer(tx, references);
    if (!again.isEmpty()) {
      IdempotencyTable.insert(tx, again);
    }
  }

  static int bytes(OrderCommand command) {
    return command instanceof OrderCommand.Cancel ? 512 : 256;
  }

  /** The first answer to a key, where there is one. */
  private static @Nullable Outcome<Result, Refusal> before(
      OrderBatch batch, OrderFile file, StartPayment start) {
    String mapKey = IdempotencyTable.mapKey(start.key());
    OrderBatch.Started twin = batch.byKey.get(mapKey);
    if (twin != null) {
      return Arrays.equals(twin.command().commandHash(), start.commandHash())
          ? Outcome.alreadyApplied(new Result(file.order(), twin.attempt()))
          : Outcome.refused(Refusal.KEY_REUSED);
    }
    Entry known = batch.knownKeys.get(mapKey);
    if (known == null) {
      return null;
    }
    Attempt first = file.attempt(new PaymentId(start.order(), Math.toIntExact(known.reference())));
    return first != null && known.sameCommand(start.commandHash())
        ? Outcome.alreadyApplied(new Result(file.order(), first))
        : Outcome.refused(Refusal.KEY_REUSED);
  }

  private static Outcome<Result, Refusal> refused(
      OrderBatch batch, OrderCommand command, Refusal why) {
    if (command instanceof StartPayment start && why != Refusal.KEY_REUSED) {
      batch.released.add(start.key());
    }
    return Outcome.refused(why);
  }
}
