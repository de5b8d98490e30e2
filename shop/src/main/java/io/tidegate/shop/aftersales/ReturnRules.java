package io.tidegate.shop.aftersales;

import io.tidegate.shop.aftersales.ReturnCommand.Approve;
import io.tidegate.shop.aftersales.ReturnCommand.Inspect;
import io.tidegate.shop.aftersales.ReturnCommand.Receive;
import io.tidegate.shop.aftersales.ReturnCommand.Reject;
import io.tidegate.shop.aftersales.ReturnCommand.SendBack;
import io.tidegate.shop.aftersales.ReturnRefusal.NotFound;
import io.tidegate.shop.aftersales.ReturnRefusal.NotReturned;
import io.tidegate.shop.aftersales.ReturnRefusal.NotWaiting;
import io.tidegate.shop.kernel.Outcome;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Every command against every state of a return. */
final class ReturnRules {

  private static final String SYSTEM = "system";

  private ReturnRules() {}

  static Outcome<ReturnCase, ReturnRefusal> decide(
      ReturnCase known, ReturnCommand command, Instant now) {
    return switch (command) {
      case Approve approve -> approve(known, approve, now);
      case Reject reject -> reject(known, reject, now);
      case SendBack sent -> sendBack(known, sent, now);
      case Receive receive -> receive(known, receive, now);
      case Inspect inspect -> inspect(known, inspect, now);
    };
  }

  private static Outcome<ReturnCase, ReturnRefusal> approve(
      ReturnCase known, Approve command, Instant now) {
    return switch (known.state()) {
      case REQUESTED -> Outcome.applied(known.approved(command.actor(), now));
      case APPROVED, IN_TRANSIT, RECEIVED, INSPECTED, DONE -> Outcome.alreadyApplied(known);
      case REJECTED -> notWaiting(known);
    };
  }

  private static Outcome<ReturnCase, ReturnRefusal> reject(
      ReturnCase known, Reject command, Instant now) {
    return switch (known.state()) {
      case REQUESTED, APPROVED, IN_TRANSIT ->
          Outcome.applied(known.rejected(command.reason(), command.actor(), now));
      case REJECTED -> Outcome.alreadyApplied(known);
      case RECEIVED, INSPECTED, DONE -> notWaiting(known); // the goods are here: inspect them
    };
  }

  private static Outcome<ReturnCase, ReturnRefusal> sendBack(
      ReturnCase known, SendBack command, Instant now) {
    if (known.userId() != command.userId()) {
      return Outcome.refused(new NotFound()); // C5
    }
    boolean same =
        command.courier().equals(known.courier()) && command.waybill().equals(known.waybill());
    return switch (known.state()) {
      case APPROVED -> Outcome.applied(sent(known, command, now));
      // A waybill that was mistyped is put right, some times.
      case IN_TRANSIT -> {
        if (same) {
          yield Outcome.alreadyApplied(known);
        }
        yield known.version() < ReturnCase.CORRECTED_VERSION_MAX
            ? Outcome.applied(sent(known, command, now))
            : notWaiting(known);
      }
      case RECEIVED, INSPECTED, DONE, REJECTED ->
          same ? Outcome.alreadyApplied(known) : notWaiting(known);
      case REQUESTED -> notWaiting(known);
    };
  }

  private static ReturnCase sent(ReturnCase known, SendBack command, Instant now) {
    return known.sent(command.courier(), command.waybill(), command.actor(), now);
  }

  private static Outcome<ReturnCase, ReturnRefusal> receive(
      ReturnCase known, Receive command, Instant now) {
    return switch (known.state()) {
      case APPROVED, IN_TRANSIT ->
          Outcome.applied(known.received(command.at(), command.actor(), now));
      case RECEIVED, INSPECTED, DONE ->
          command.warehouse() == null || command.warehouse().equals(known.warehouse())
              ? Outcome.alreadyApplied(known)
              : notWaiting(known);
      case REQUESTED, REJECTED -> notWaiting(known);
    };
  }

  private static Outcome<ReturnCase, ReturnRefusal> inspect(
      ReturnCase known, Inspect command, Instant now) {
    List<ReturnLine> wanted = command.accepted();
    List<ReturnLine> accepted =
        wanted == null ? known.lines() : wanted.stream().filter(one -> one.quantity() > 0).toList();
    return switch (known.state()) {
      case RECEIVED -> inspected(known, command, accepted, now);
      case INSPECTED, DONE ->
          Set.copyOf(accepted).equals(Set.copyOf(known.accepted()))
              ? Outcome.alreadyApplied(known)
              : notWaiting(known);
      case REJECTED ->
          accepted.isEmpty() && known.warehouse() != null && known.accepted().isEmpty()
              ? Outcome.alreadyApplied(known)
              : notWaiting(known);
      case REQUESTED, APPROVED, IN_TRANSIT -> notWaiting(known);
    };
  }

  private static Outcome<ReturnCase, ReturnRefusal> inspected(
      ReturnCase known, Inspect command, List<ReturnLine> accepted, Instant now) {
    Map<Integer, Integer> came = new HashMap<>();
    known.lines().forEach(one -> came.put(one.line(), one.quantity()));
    Set<Integer> seen = new HashSet<>();
    for (ReturnLine one : accepted) {
      if (!seen.add(one.line()) || one.quantity() > came.getOrDefault(one.line(), 0)) {
        return Outcome.refused(new NotReturned(one.line()));
      }
    }
    String note = command.note();
    return Outcome.applied(
        accepted.isEmpty()
            ? known.refusedAtInspection(
                note == null ? ReturnCase.NOT_ACCEPTED : note, note, command.actor(), now)
            : known.inspected(accepted, note, command.actor(), now));
  }

  /** Its money is back. A provider that takes it back later reopens the order, not the return. */
  static Outcome<ReturnCase, ReturnRefusal> refunded(ReturnCase known, Instant now) {
    return switch (known.state()) {
      case INSPECTED -> Outcome.applied(known.done(SYSTEM, now));
      case DONE -> Outcome.alreadyApplied(known);
      case REQUESTED, APPROVED, REJECTED, IN_TRANSIT, RECEIVED -> notWaiting(known);
    };
  }

  /** A person gave its refund up. */
  static Outcome<ReturnCase, ReturnRefusal> refundRefused(ReturnCase known, Instant now) {
    return switch (known.state()) {
      case INSPECTED -> Outcome.applied(known.rejected(ReturnCase.REFUND_REFUSED, SYSTEM, now));
      case REJECTED, DONE -> Outcome.alreadyApplied(known);
      case REQUESTED, APPROVED, IN_TRANSIT, RECEIVED -> notWaiting(known);
    };
  }

  private static Outcome<ReturnCase, ReturnRefusal> notWaiting(ReturnCase known) {
    return Outcome.refused(new NotWaiting(known.state()));
  }
}
