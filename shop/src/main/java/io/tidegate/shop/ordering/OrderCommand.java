package io.tidegate.shop.ordering;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.Capture;
import io.tidegate.shop.payment.PaymentId;
import io.tidegate.shop.payment.PaymentProvider;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What can be asked of an order that exists. */
public sealed interface OrderCommand {

  OrderNumber order();

  Cause cause();

  /**
   * A customer wants to pay at a provider.
   *
   * @param method empty: the provider's only or usual way
   * @param key 16 bytes, the idempotency key's hash
   * @param commandHash 16 bytes over everything that was asked for
   */
  record StartPayment(
      OrderNumber order,
      long userId,
      String provider,
      String method,
      byte[] key,
      byte[] commandHash,
      Cause cause)
      implements OrderCommand {

    /** At a provider that has but one way. */
    public StartPayment(
        OrderNumber order,
        long userId,
        String provider,
        byte[] key,
        byte[] commandHash,
        Cause cause) {
      this(order, userId, provider, "", key, commandHash, cause);
    }
  }

  /** A provider's answer to the opening of an attempt. */
  record NoteOpening(PaymentId payment, PaymentProvider.Opening opening, Cause cause)
      implements OrderCommand {
    @Override
    public OrderNumber order() {
      return payment.order();
    }
  }

  /** A verified capture pays its order, or goes back to the customer. */
  record RecordCapture(Capture capture, Cause cause) implements OrderCommand {
    @Override
    public OrderNumber order() {
      return capture.payment().order();
    }
  }

  /** A verified capture that can't be this shop's money waits for a person. */
  record ParkCapture(Capture capture, Cause cause) implements OrderCommand {
    @Override
    public OrderNumber order() {
      return capture.payment().order();
    }
  }

  /**
   * Staff give a parked capture back.
   *
   * @param taken what the provider says that it took, when asked
   * @param staff who decides: the token's subject
   */
  record ReturnParked(
      OrderNumber order,
      String provider,
      String transaction,
      Money taken,
      String staff,
      Cause cause)
      implements OrderCommand {}

  /**
   * Staff dismiss a parked capture: nothing goes back.
   *
   * @param staff who decides: the token's subject
   */
  record DismissParked(
      OrderNumber order,
      String provider,
      String transaction,
      String reason,
      String staff,
      Cause cause)
      implements OrderCommand {}

  /** The provider takes no more money for an attempt. */
  record NoteClosed(PaymentId payment, Cause cause) implements OrderCommand {
    @Override
    public OrderNumber order() {
      return payment.order();
    }
  }

  /** A customer gives an unpaid order up. */
  record Cancel(OrderNumber order, long userId, String reason, Cause cause)
      implements OrderCommand {}

  /** A customer says that the goods have come. */
  record ConfirmReceipt(OrderNumber order, long userId, Cause cause) implements OrderCommand {}

  /** Why a command is refused. */
  enum Refusal {
    NOT_FOUND,
    NOT_PAYABLE,
    ALREADY_PAID,
    NOT_CANCELLABLE,
    NOT_CONFIRMABLE,
    TOO_MANY_PAYMENTS,
    /** The money is for somebody else's account: nobody here can give it back. */
    MISDIRECTED,
    /** A person has decided otherwise about it. */
    ALREADY_DECIDED,
    KEY_REUSED
  }

  /**
   * What a command led to.
   *
   * @param attempt the attempt that it made or changed
   */
  record Result(Order order, @Nullable Attempt attempt) {}

  /** How long a customer has at a provider: never longer than the order may wait. */
  static Instant attemptEnds(Order order) {
    return order.payBefore();
  }
}
