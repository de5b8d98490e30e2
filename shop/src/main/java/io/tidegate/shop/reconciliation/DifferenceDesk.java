package io.tidegate.shop.reconciliation;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.aftersales.RefundDesk;
import io.tidegate.shop.aftersales.RefundRefusal;
import io.tidegate.shop.aftersales.RefundService;
import io.tidegate.shop.aftersales.ResolveRefund;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.Cause;
import io.tidegate.shop.ordering.OrderCommand;
import io.tidegate.shop.ordering.OrderService;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.Capture;
import io.tidegate.shop.payment.PaymentId;
import io.tidegate.shop.payment.PaymentProvider;
import io.tidegate.shop.payment.PaymentProvider.Standing;
import io.tidegate.shop.payment.PaymentStore;
import io.tidegate.shop.payment.RefundChoice;
import io.tidegate.shop.payment.RefundId;
import io.tidegate.shop.payment.RefundStore;
import io.tidegate.shop.payment.StatementLine;
import io.tidegate.shop.staff.StaffStore;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where staff see to differences. An act is on record in the transaction of its effect; where the
 * effect is another package's or the provider is asked first, before it, as what is wanted (C6).
 */
public final class DifferenceDesk {

  private final Ground ground;
  private final ReconciliationService books;
  private final Database database;
  private final StatementStore store;

  /**
   * What it stands on.
   *
   * @param cases finds whose a refund's number is
   * @param refunds decides about refunds that wait
   * @param refundsDue told that a refund is to be asked about
   */
  public record Ground(
      Database database,
      OrderService orders,
      PaymentStore payments,
      Map<String, PaymentProvider> providers,
      RefundService cases,
      RefundDesk refunds,
      Runnable refundsDue) {}

  public DifferenceDesk(Ground ground, ReconciliationService books) {
    this.ground = ground;
    this.books = books;
    this.database = ground.database();
    this.store = books.store();
  }

  /** Why something was not done. */
  public enum Refusal {
    NOT_FOUND,
    /** It can't be done about this difference, or not any more. */
    NOT_POSSIBLE,
    /** The provider doesn't say that it took this payment: nothing was taken into our book. */
    NOT_CONFIRMED,
    /** Another person must say the same. */
    SECOND_PERSON_NEEDED,
    /** It has changed since it was looked at. */
    VERSION_CONFLICT
  }

  /**
   * What a person wants done about a difference.
   *
   * @param version of the difference, as it was seen; null: whatever it is now
   * @param note why; never empty for {@code ACCEPT}
   * @param staff who decides: the token's subject
   */
  public record Resolve(
      long difference,
      @Nullable Integer version,
      Action action,
      String note,
      String staff,
      String traceparent) {}

  /**
   * What became of it.
   *
   * @param difference as it is now
   * @param isProposed a second person is wanted before anything is done
   */
  public record Done(Difference difference, boolean isProposed) {}

  /** What can be done about each of these differences, by their ids; read at once. */
  public Map<Long, Set<Action>> actions(Collection<Difference> differences) {
    List<OrderNumber> orders =
        differences.stream()
            .filter(each -> each.isOpen() && each.order() != 0)
            .filter(each -> each.type() == StatementLine.Type.PAYMENT)
            .map(each -> new OrderNumber(each.order()))
            .toList();
    Map<OrderNumber, List<Attempt>> attempts =
        orders.isEmpty() ? Map.of() : ground.payments().ofOrders(orders);
    Map<Long, Set<Action>> actions = new HashMap<>();
    differences.forEach(each -> actions.put(each.id(), actions(each, attempts)));
    return actions;
  }

  /** A payment's provider can be asked only about an attempt of ours. */
  private Set<Action> actions(Difference difference, Map<OrderNumber, List<Attempt>> attempts) {
    Set<Action> actions = EnumSet.noneOf(Action.class);
    actions.addAll(Action.of(difference));
    if (difference.type() == StatementLine.Type.PAYMENT
        && (difference.order() == 0
            || !ground.providers().containsKey(difference.provider())
            || attempt(
                    difference,
                    attempts.getOrDefault(new OrderNumber(difference.order()), List.of()))
                == null)) {
      actions.removeAll(EnumSet.of(Action.ASK_AGAIN, Action.REFUND));
    }
    return actions;
  }

  /** Does it, and looks at the difference again. */
  public Outcome<Done, Refusal> resolve(Resolve command) {
    Optional<Difference> found = store.find(command.difference());
    if (found.isEmpty()) {
      return Outcome.refused(Refusal.NOT_FOUND);
    }
    Difference difference = found.get();
    if (command.action() == Action.ACCEPT && isAccepted(difference, command)) {
      return Outcome.alreadyApplied(new Done(difference, false));
    }
    if (command.version() != null && command.version() != difference.version()) {
      return Outcome.refused(Refusal.VERSION_CONFLICT);
    }
    if (!actions(List.of(difference))
        .getOrDefault(difference.id(), Set.of())
        .contains(command.action())) {
      return Outcome.refused(Refusal.NOT_POSSIBLE);
    }
    return switch (command.action()) {
      case ACCEPT -> accept(difference, command);
      case ASK_AGAIN ->
          difference.type() == StatementLine.Type.PAYMENT
              ? askPayment(difference, command)
              : askRefund(difference, command);
      case REFUND -> takeIn(difference, command);
      case RETRY_REFUND -> retryRefund(difference, command);
    };
  }

  private static boolean isAccepted(Difference difference, Resolve command) {
    Difference.Resolved resolved = difference.resolved();
    return resolved != null
        && resolved.how().equals("accepted")
        && command.note().equals(resolved.note());
  }

  private Outcome<Done, Refusal> accept(Difference difference, Resolve command) {
    try {
      database.writeOnce(tx -> {
        StatementStore.accept(tx, difference, command.note(), command.staff());
        recordAct(tx, difference, command);
        return true;
      });
    } catch (DatabaseFailure.Conflict _) {
      return Outcome.refused(Refusal.NOT_POSSIBLE); // it was settled meanwhile
    }
    return Outcome.applied(now(difference, false));
  }

  /** Asked here and now: the answer takes the same way as one that the asker gets. */
  private Outcome<Done, Refusal> askPayment(Difference difference, Resolve command) {
    Asked asked = ask(difference, command);
    if (asked == null) {
      return Outcome.refused(Refusal.NOT_POSSIBLE);
    }
    if (asked.standing() instanceof Standing.Captured(Capture capture)) {
      Cause cause = Cause.asked(difference.provider(), command.traceparent());
      ground.orders().run(new OrderCommand.RecordCapture(capture, cause));
    }
    return lookedAt(difference);
  }

  /**
   * The statement's payment, where its provider confirms that it took it. A row alone is what
   * anybody may have written into a file; what is taken is the provider's own word (C1), and
   * ordering decides what it does, as for a notice.
   */
  private Outcome<Done, Refusal> takeIn(Difference difference, Resolve command) {
    Asked asked = ask(difference, command);
    if (asked == null) {
      return Outcome.refused(Refusal.NOT_POSSIBLE);
    }
    if (!(asked.standing() instanceof Standing.Captured(Capture capture))
        || !capture.transaction().equals(difference.transaction())) {
      return Outcome.refused(Refusal.NOT_CONFIRMED);
    }
    Cause cause = Cause.staff(command.staff(), "", command.traceparent());
    if (ground.orders().run(new OrderCommand.RecordCapture(capture, cause))
        instanceof Outcome.Refused) {
      return Outcome.refused(Refusal.NOT_POSSIBLE);
    }
    return lookedAt(difference);
  }

  /** What the provider said of a payment. */
  private record Asked(Standing standing) {}

  /** Puts the act on record, asks the provider, outside any transaction, and keeps its answer. */
  private @Nullable Asked ask(Difference difference, Resolve command) {
    Attempt attempt = attempt(difference);
    PaymentProvider provider = ground.providers().get(difference.provider());
    if (attempt == null || provider == null) {
      return null;
    }
    intend(difference, command);
    Standing standing = provider.query(attempt);
    database.write(
        "provider-said",
        tx -> {
          StatementStore.said(tx, difference, said(standing));
          return true;
        });
    return new Asked(standing);
  }

  private static String said(Standing standing) {
    return switch (standing) {
      case Standing.Captured(Capture capture) ->
          "captured "
              + capture.amount().amount()
              + " "
              + capture.amount().currency()
              + " as "
              + capture.transaction();
      case Standing.Open _ -> "open: not paid";
      case Standing.Closed _ -> "closed: not paid";
      case Standing.Unknown(String why) -> "no answer: " + why;
    };
  }

  /** Its worker asks at once; the difference is looked at again until it is settled. */
  private Outcome<Done, Refusal> askRefund(Difference difference, Resolve command) {
    database.writeOnce(tx -> {
      RefundStore.askNow(tx, refund(difference));
      recordAct(tx, difference, command);
      return true;
    });
    ground.refundsDue().run();
    return lookedAt(difference);
  }

  /** Decided where all refunds are: two people above the limit, and the case goes on with it. */
  private Outcome<Done, Refusal> retryRefund(Difference difference, Resolve command) {
    intend(difference, command);
    Outcome<RefundDesk.Done, RefundRefusal> outcome =
        ground
            .refunds()
            .resolve(
                new ResolveRefund(
                    refundAsSeen(refund(difference)),
                    null,
                    RefundChoice.RETRY,
                    null,
                    command.note().isEmpty() ? null : command.note(),
                    command.staff(),
                    command.traceparent()));
    return switch (outcome) {
      case Outcome.Applied<RefundDesk.Done, RefundRefusal>(RefundDesk.Done done) -> {
        if (done == RefundDesk.Done.PROPOSED) {
          yield Outcome.applied(now(difference, true));
        }
        ground.refundsDue().run();
        yield lookedAt(difference);
      }
      case Outcome.AlreadyApplied<RefundDesk.Done, RefundRefusal> _ -> {
        ground.refundsDue().run();
        yield lookedAt(difference);
      }
      case Outcome.Refused<RefundDesk.Done, RefundRefusal>(RefundRefusal why) ->
          Outcome.refused(refusal(why));
    };
  }

  private static Refusal refusal(RefundRefusal why) {
    return switch (why) {
      case SECOND_PERSON_NEEDED -> Refusal.SECOND_PERSON_NEEDED;
      case VERSION_CONFLICT -> Refusal.VERSION_CONFLICT;
      case NOT_FOUND,
          NOT_WAITING,
          OUTCOME_UNKNOWN,
          ALREADY_BACK,
          NOT_REFUNDABLE,
          OVER_REFUND,
          ALREADY_SHIPPED,
          KEY_REUSED ->
          Refusal.NOT_POSSIBLE;
    };
  }

  private static RefundId refund(Difference difference) {
    return new RefundId(new OrderNumber(difference.order()), difference.seq());
  }

  /** The customer's refund whose number it is; else it is an automatic one, by its own number. */
  private String refundAsSeen(RefundId number) {
    return ground.cases().ofOrder(number.order()).stream()
        .filter(each -> number.equals(each.money()))
        .map(each -> each.id().toString())
        .findFirst()
        .orElseGet(number::toString);
  }

  private @Nullable Attempt attempt(Difference difference) {
    if (difference.order() == 0) {
      return null;
    }
    OrderNumber order = new OrderNumber(difference.order());
    return attempt(difference, ground.payments().attempts(order));
  }

  private static @Nullable Attempt attempt(Difference difference, List<Attempt> ofOrder) {
    PaymentId id = new PaymentId(new OrderNumber(difference.order()), difference.seq());
    return ofOrder.stream()
        .filter(each -> each.id().equals(id))
        .filter(each -> each.provider().equals(difference.provider()))
        .findFirst()
        .orElse(null);
  }

  private Outcome<Done, Refusal> lookedAt(Difference difference) {
    books.matchAgain(difference.provider(), difference.day());
    return Outcome.applied(now(difference, false));
  }

  private Done now(Difference difference, boolean isProposed) {
    return new Done(store.find(difference.id()).orElseThrow(), isProposed);
  }

  /** On record before it is done: what it leads to is not written by this package alone. */
  private void intend(Difference difference, Resolve command) {
    database.write(
        "record-act",
        tx -> {
          recordAct(tx, difference, command);
          return true;
        });
  }

  private static void recordAct(Tx tx, Difference difference, Resolve command) {
    StaffStore.record(
        tx,
        command.staff(),
        "reconciliation." + command.action().wire().replace('_', '-'),
        "difference " + difference.id(),
        json ->
            json.field("provider", difference.provider())
                .field("date", difference.day().toString())
                .field("number", difference.number())
                .field("kind", difference.kind().wire()));
  }
}
