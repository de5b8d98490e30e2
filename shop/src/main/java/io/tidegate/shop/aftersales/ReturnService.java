package io.tidegate.shop.aftersales;

import io.tidegate.platform.db.IdempotencyTable;
import io.tidegate.platform.db.IdempotencyTable.Entry;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.aftersales.ReturnRefusal.KeyReused;
import io.tidegate.shop.aftersales.ReturnRefusal.NotFound;
import io.tidegate.shop.aftersales.ReturnRefusal.NotRefundable;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.ArrivalStore;
import io.tidegate.shop.ordering.Cause;
import io.tidegate.shop.ordering.OrderItem;
import io.tidegate.shop.ordering.Refundable;
import io.tidegate.shop.staff.StaffStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Takes goods back: each command is one transaction that loads the order's refunds and returns,
 * decides, and writes with the event, the message and the record of who did it. Owns no rule: rules
 * are in {@link RequestReturn} and {@link ReturnRules}.
 */
public final class ReturnService {

  /** The reason of a refund that follows a return: the customer's own stands with the return. */
  private static final String REASON = "return";

  private final RefundGround ground;
  private final RefundService refunds;
  private final Duration window;

  /**
   * @param window how long after they came goods are taken back
   */
  public ReturnService(RefundGround ground, RefundService refunds, Duration window) {
    this.ground = ground;
    this.refunds = refunds;
    this.window = window;
  }

  /**
   * Asks for a return. The same key again tells what was made.
   *
   * @param key with its command's hash
   */
  public Outcome<ReturnCase, ReturnRefusal> request(
      RequestReturn command, Entry key, String traceparent) {
    return told(
        ground.database().write("request-return", tx -> request(tx, command, key, traceparent)));
  }

  private Outcome<ReturnCase, ReturnRefusal> request(
      Tx tx, RequestReturn command, Entry key, String traceparent) {
    String mapKey = IdempotencyTable.mapKey(key.key());
    Entry known = IdempotencyTable.claim(tx, List.of(key)).get(mapKey);
    if (known != null && !known.sameCommand(key.commandHash())) {
      return Outcome.refused(new KeyReused());
    }
    RefundBatch money = refunds.open(tx, List.of(command.order()));
    Refundable order = money.orders().find(command.order());
    if (order == null || order.order().userId() != command.userId()) {
      return Outcome.refused(new NotFound()); // C5
    }
    ReturnBatch returns = ReturnBatch.lock(tx, List.of(command.order()));
    if (known != null) {
      ReturnId id = new ReturnId(command.order(), Math.toIntExact(known.reference()));
      return Outcome.alreadyApplied(
          Objects.requireNonNull(returns.find(id), "a key's return is gone").atFirst());
    }
    Outcome<ReturnCase, ReturnRefusal> outcome =
        command.decide(facts(tx, order, money, returns), window, tx.now());
    if (outcome instanceof Outcome.Applied<ReturnCase, ReturnRefusal>(ReturnCase made)) {
      IdempotencyTable.refer(tx, Map.of(mapKey, (long) made.id().seq()));
      returns.put(made, traceparent);
      returns.save(tx, ground.log(), ground.messages());
    }
    return outcome;
  }

  private static RequestReturn.Facts facts(
      Tx tx, Refundable order, RefundBatch money, ReturnBatch returns) {
    List<Integer> quantities = order.order().items().stream().map(OrderItem::quantity).toList();
    List<RefundLine> refunded =
        money.ofOrder(order.order().number()).stream()
            .filter(each -> each.state().isLive() && each.kind() == RefundKind.BEFORE_SHIPPING)
            .flatMap(each -> each.lines().stream())
            .toList();
    return new RequestReturn.Facts(
        order.order().status(),
        ArrivalStore.at(tx, order.order().number()).orElse(null),
        quantities,
        IntStream.rangeClosed(1, quantities.size())
            .map(line -> pieces(refunded, line))
            .boxed()
            .toList(),
        returns.of(order.order().number()));
  }

  private static int pieces(List<RefundLine> lines, int line) {
    return lines.stream().filter(each -> each.line() == line).mapToInt(RefundLine::quantity).sum();
  }

  /** Moves a return on. */
  public Outcome<ReturnCase, ReturnRefusal> run(ReturnCommand command, String traceparent) {
    return told(ground.database().write("return", tx -> run(tx, command, traceparent)));
  }

  private Outcome<ReturnCase, ReturnRefusal> run(Tx tx, ReturnCommand command, String traceparent) {
    RefundBatch money = refunds.open(tx, List.of(command.id().order()));
    ReturnBatch returns = ReturnBatch.lock(tx, List.of(command.id().order()));
    ReturnCase known = returns.find(command.id());
    if (known == null) {
      return Outcome.refused(new NotFound());
    }
    Instant now = tx.now();
    Outcome<ReturnCase, ReturnRefusal> outcome = ReturnRules.decide(known, command, now);
    if (!(outcome instanceof Outcome.Applied<ReturnCase, ReturnRefusal>(ReturnCase next))) {
      return outcome;
    }
    ReturnCase saved = next;
    if (next.state() == ReturnState.INSPECTED) {
      switch (money.request(refund(next, command, traceparent), now)) {
        case Outcome.Applied<RefundBatch.Asked, RefundRefusal>(RefundBatch.Asked asked) ->
            saved = next.refundedBy(asked.id().seq());
        case Outcome.AlreadyApplied<RefundBatch.Asked, RefundRefusal> _ ->
            throw new IllegalStateException("a return asks for its money once");
        case Outcome.Refused<RefundBatch.Asked, RefundRefusal>(RefundRefusal why) -> {
          return Outcome.refused(new NotRefundable(why));
        }
      }
      money.save(tx); // it locks perks: before all other writes
    }
    returns.put(saved, traceparent);
    returns.save(tx, ground.log(), ground.messages());
    record(tx, command, saved);
    return Outcome.applied(saved);
  }

  private static RequestRefund refund(
      ReturnCase accepted, ReturnCommand command, String traceparent) {
    return new RequestRefund(
        accepted.id().order(),
        null,
        accepted.accepted().stream()
            .map(line -> new RequestRefund.Pieces(line.line(), line.quantity()))
            .toList(),
        REASON,
        new RequestRefund.Received(
            accepted.id().seq(), Objects.requireNonNull(accepted.warehouse())),
        null,
        new Cause(command.actor(), Cause.system(traceparent).traceId(), traceparent));
  }

  /** What staff did, without their words. */
  private static void record(Tx tx, ReturnCommand command, ReturnCase saved) {
    switch (command) {
      case ReturnCommand.Approve(var _, String staff) -> record(tx, staff, "approve", saved);
      case ReturnCommand.Reject(var _, var _, String staff) -> record(tx, staff, "reject", saved);
      case ReturnCommand.Receive(var _, var _, var _, String staff) ->
          record(tx, staff, "receive", saved);
      case ReturnCommand.Inspect(var _, var _, var _, String staff) ->
          record(tx, staff, "inspect", saved);
      case ReturnCommand.SendBack _ -> {} // the customer did it
    }
  }

  private static void record(Tx tx, String staff, String act, ReturnCase saved) {
    StaffStore.record(
        tx,
        staff,
        "return." + act,
        "return " + saved.id(),
        json -> {
          json.field("state", saved.state().wire()).fieldIfPresent("warehouse", saved.warehouse());
          if (!saved.accepted().isEmpty()) {
            ReturnJson.lines(json, "accepted", saved.accepted());
          }
          json.fieldIfPresent("refund", ReturnJson.refund(saved));
        });
  }

  private Outcome<ReturnCase, ReturnRefusal> told(Outcome<ReturnCase, ReturnRefusal> outcome) {
    if (outcome instanceof Outcome.Applied) {
      ground.published().run();
      refunds.signal();
    }
    return outcome;
  }
}
