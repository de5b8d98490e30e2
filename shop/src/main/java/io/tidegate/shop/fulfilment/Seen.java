package io.tidegate.shop.fulfilment;

import java.util.List;

/** What the outside world, or a person, said about a parcel. */
sealed interface Seen {

  /** The warehouse took the job. */
  record Told() implements Seen {}

  /** The warehouse told how far it is: {@code PLANNED} for not yet picked. */
  record AtWarehouse(ShipmentState state) implements Seen {}

  /** The carrier gave a waybill. */
  record Labelled(String carrier, String waybill) implements Seen {}

  /** The carrier told where it has been. */
  record Tracked(List<TrackingEvent> events) implements Seen {}

  /** The warehouse knows that it must not send it. */
  record Stopped() implements Seen {}

  /** Somebody should look whether the missing goods have come. */
  record GoodsWanted() implements Seen {}

  /** A person did it by hand. */
  record ByHand(ShipmentState state) implements Seen {}

  /** It did not work, or nobody knows; asking again does no harm. */
  record Failed(String error) implements Seen {}

  /** This program did not even ask: too many calls, or the provider is down. */
  record Postponed(String why) implements Seen {}
}
