package io.tidegate.shop.ordering;

import java.time.Instant;

/** Where an order is, with exactly the facts that are true there. */
public sealed interface OrderState {

  Status status();

  /** Its stock is locked until this time, by the database's clock. */
  record AwaitingPayment(Instant payBefore) implements OrderState {
    @Override
    public Status status() {
      return Status.AWAITING_PAYMENT;
    }
  }

  record AwaitingShipment(Instant paidAt) implements OrderState {
    @Override
    public Status status() {
      return Status.AWAITING_SHIPMENT;
    }
  }

  record PartiallyShipped(Instant paidAt) implements OrderState {
    @Override
    public Status status() {
      return Status.PARTIALLY_SHIPPED;
    }
  }

  record Shipped(Instant paidAt) implements OrderState {
    @Override
    public Status status() {
      return Status.SHIPPED;
    }
  }

  record Delivered(Instant paidAt) implements OrderState {
    @Override
    public Status status() {
      return Status.DELIVERED;
    }
  }

  record Completed(Instant paidAt) implements OrderState {
    @Override
    public Status status() {
      return Status.COMPLETED;
    }
  }

  /** Its deadline passed unpaid. */
  record Closed(Instant closedAt, String reason) implements OrderState {
    @Override
    public Status status() {
      return Status.CLOSED;
    }
  }

  /**
   * A person gave it up before it was paid.
   *
   * @param reason what the person wrote; {@link #BY_CUSTOMER} where nothing was, or it is erased
   */
  record Cancelled(Instant closedAt, String reason) implements OrderState {
    public static final String BY_CUSTOMER = "customer";

    @Override
    public Status status() {
      return Status.CANCELLED;
    }
  }

  /** All its money went back. */
  record Refunded(Instant paidAt) implements OrderState {
    @Override
    public Status status() {
      return Status.REFUNDED;
    }
  }
}
