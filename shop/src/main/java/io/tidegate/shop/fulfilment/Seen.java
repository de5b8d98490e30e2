package io.tidegate.shop.fulfilment;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the outside world, or a person, said about a parcel. */
public sealed interface Seen {

  /**
   * The warehouse took the job.
   *
   * @param ticket of a warehouse outside
   */
  record Told(@Nullable String ticket) implements Seen {

    public Told() {
      this(null);
    }
  }

  /** The warehouse told how far it is: {@code PLANNED} for not yet picked. */
  record AtWarehouse(ShipmentState state) implements Seen {}

  /** The carrier gave a waybill. */
  record Labelled(String carrier, String waybill) implements Seen {}

  /** The carrier told where it has been. */
  record Tracked(List<TrackingEvent> events) implements Seen {}

  /**
   * A warehouse with carriers of its own told how far it is.
   *
   * @param carrier who has it, with its number there; null before it was shipped
   * @param events what its carrier said
   * @param ticket by which it was told of the parcel
   */
  record Reported(
      ShipmentState state,
      @Nullable String carrier,
      @Nullable String waybill,
      List<TrackingEvent> events,
      String ticket)
      implements Seen {

    public Reported {
      events = List.copyOf(events);
    }

    static Reported of(ShipmentState state, String ticket) {
      return new Reported(state, null, null, List.of(), ticket);
    }
  }

  /** The warehouse knows that it must not send it. */
  record Stopped() implements Seen {}

  /** The warehouse had packed it before it heard that it must not send it. */
  record Packed() implements Seen {}

  /** It has left, although it was told to stop or never had leave. */
  record Gone(@Nullable String carrier, @Nullable String waybill) implements Seen {}

  /** Somebody should look whether the missing goods have come. */
  record GoodsWanted() implements Seen {}

  /** A person did it by hand. */
  record ByHand(ShipmentState state) implements Seen {}

  /** It did not work, or nobody knows; asking again does no harm. */
  record Failed(String error) implements Seen {}

  /** This program did not even ask: too many calls, or the provider is down. */
  record Postponed(String why) implements Seen {}
}
