package io.tidegate.shop.fulfilment;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One parcel of an order, from one warehouse.
 *
 * @param seq 1 for the order's first
 * @param told whether the warehouse knows of it
 * @param toldTo the ticket of the warehouse outside that knows of it, the only one that has leave
 * @param problem what staff must see to before it can go on
 * @param nextStepAt when the worker looks at it again; null when nothing is left to do
 * @param tries failures in a row
 * @param times when each state was reached
 */
public record Shipment(
    long orderNumber,
    int seq,
    String warehouse,
    ShipmentState state,
    int version,
    @Nullable String carrier,
    @Nullable String waybill,
    List<ShipItem> items,
    boolean told,
    @Nullable String toldTo,
    @Nullable String problem,
    @Nullable Instant nextStepAt,
    int tries,
    @Nullable String lastError,
    Times times) {

  /** What stands as the last error of a parcel that was stopped too late for its warehouse. */
  public static final String PACKED_ANYHOW =
      "the warehouse had packed it before it heard of the stop: somebody must unpack it";

  /** What stands as the last error of a parcel that was stopped and has left all the same. */
  public static final String LEFT_ANYHOW =
      "the warehouse shipped it although a refund had stopped it: somebody must see to it";

  /** What stands as the last error of a parcel whose warehouse outside is turned off. */
  public static final String OUTSIDE_IS_OFF =
      "the warehouse outside that was told of it is turned off: nobody asks it";

  /**
   * When each state was reached.
   *
   * @param leftAnyhowAt when its warehouse told that it has left, although it was cancelled here
   */
  public record Times(
      Instant plannedAt,
      @Nullable Instant pickedAt,
      @Nullable Instant packedAt,
      @Nullable Instant shippedAt,
      @Nullable Instant deliveredAt,
      @Nullable Instant cancelledAt,
      @Nullable Instant leftAnyhowAt) {

    static Times planned(Instant now) {
      return new Times(now, null, null, null, null, null, null);
    }

    Times leftAnyhow(Instant now) {
      return new Times(plannedAt, pickedAt, packedAt, shippedAt, deliveredAt, cancelledAt, now);
    }

    Times at(ShipmentState state, Instant now) {
      return switch (state) {
        case PLANNED -> planned(now);
        case PICKED ->
            new Times(plannedAt, now, packedAt, shippedAt, deliveredAt, cancelledAt, leftAnyhowAt);
        case PACKED ->
            new Times(plannedAt, pickedAt, now, shippedAt, deliveredAt, cancelledAt, leftAnyhowAt);
        case SHIPPED ->
            new Times(plannedAt, pickedAt, packedAt, now, deliveredAt, cancelledAt, leftAnyhowAt);
        case DELIVERED ->
            new Times(plannedAt, pickedAt, packedAt, shippedAt, now, cancelledAt, leftAnyhowAt);
        case CANCELLED ->
            new Times(plannedAt, pickedAt, packedAt, shippedAt, deliveredAt, now, leftAnyhowAt);
      };
    }
  }

  public Shipment {
    items = List.copyOf(items);
  }

  /** Whether a refund stopped it, and its goods lie packed all the same. */
  public boolean isPackedAnyhow() {
    return state == ShipmentState.CANCELLED && PACKED_ANYHOW.equals(lastError);
  }

  /** Whether a refund stopped it, and it has left all the same. */
  public boolean hasLeftAnyhow() {
    return times.leftAnyhowAt() != null;
  }

  /** Whether it has left all the same, and nobody has seen to it yet. */
  public boolean isLeftAnyhow() {
    return hasLeftAnyhow() && LEFT_ANYHOW.equals(lastError);
  }

  public ShipmentId id() {
    return new ShipmentId(orderNumber, seq);
  }

  /** The same parcel, one state on. */
  Shipment in(ShipmentState next, Instant now) {
    return new Shipment(
        orderNumber,
        seq,
        warehouse,
        next,
        version,
        carrier,
        waybill,
        items,
        told,
        toldTo,
        problem,
        nextStepAt,
        tries,
        lastError,
        times.at(next, now));
  }

  /** The same parcel, whose last step went well. */
  Shipment well(@Nullable Instant nextStep) {
    return with(nextStep, 0, null);
  }

  /** The same parcel, whose last step failed. */
  Shipment failed(String error, @Nullable Instant nextStep) {
    return with(nextStep, tries + 1, error);
  }

  /** The same parcel, whose next step was not tried. */
  Shipment postponed(String why, Instant nextStep) {
    return with(nextStep, tries, why);
  }

  /** The same parcel, of which a warehouse knows; its ticket, where it has one. */
  Shipment told(@Nullable String ticket) {
    return new Shipment(
        orderNumber,
        seq,
        warehouse,
        state,
        version,
        carrier,
        waybill,
        items,
        true,
        ticket,
        problem,
        nextStepAt,
        tries,
        lastError,
        times);
  }

  /** The same parcel, which no warehouse outside is to have any more. */
  Shipment ofNoneOutside() {
    return new Shipment(
        orderNumber,
        seq,
        warehouse,
        state,
        version,
        carrier,
        waybill,
        items,
        told,
        null,
        problem,
        nextStepAt,
        tries,
        lastError,
        times);
  }

  Shipment withWaybill(String byCarrier, String number) {
    return new Shipment(
        orderNumber,
        seq,
        warehouse,
        state,
        version,
        byCarrier,
        number,
        items,
        told,
        toldTo,
        problem,
        nextStepAt,
        tries,
        lastError,
        times);
  }

  /** The same parcel from a warehouse that has its goods. */
  Shipment from(String place) {
    return new Shipment(
        orderNumber,
        seq,
        place,
        state,
        version,
        carrier,
        waybill,
        items,
        told,
        toldTo,
        null,
        nextStepAt,
        0,
        null,
        times);
  }

  /** The same parcel, which a person wants to be tried at once. */
  Shipment due(Instant now) {
    return with(now, tries, lastError);
  }

  /** The same parcel, stopped and gone all the same: there is nothing left to ask. */
  Shipment leftAnyhow(@Nullable String byCarrier, @Nullable String number, Instant now) {
    return new Shipment(
        orderNumber,
        seq,
        warehouse,
        state,
        version,
        byCarrier == null ? carrier : byCarrier,
        number == null ? waybill : number,
        items,
        told,
        toldTo,
        problem,
        null,
        tries,
        LEFT_ANYHOW,
        times.leftAnyhow(now));
  }

  private Shipment with(@Nullable Instant nextStep, int tried, @Nullable String error) {
    return new Shipment(
        orderNumber,
        seq,
        warehouse,
        state,
        version,
        carrier,
        waybill,
        items,
        told,
        toldTo,
        problem,
        nextStep,
        tried,
        error,
        times);
  }
}
