package io.tidegate.shop.fulfilment;

import io.tidegate.shop.fulfilment.Seen.AtWarehouse;
import io.tidegate.shop.fulfilment.Seen.ByHand;
import io.tidegate.shop.fulfilment.Seen.Failed;
import io.tidegate.shop.fulfilment.Seen.Gone;
import io.tidegate.shop.fulfilment.Seen.GoodsWanted;
import io.tidegate.shop.fulfilment.Seen.Labelled;
import io.tidegate.shop.fulfilment.Seen.Packed;
import io.tidegate.shop.fulfilment.Seen.Postponed;
import io.tidegate.shop.fulfilment.Seen.Reported;
import io.tidegate.shop.fulfilment.Seen.Stopped;
import io.tidegate.shop.fulfilment.Seen.Told;
import io.tidegate.shop.fulfilment.Seen.Tracked;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a parcel goes when something was seen.
 *
 * @param next the parcel afterwards
 * @param passed it after each state it reached, in order; empty where it stays
 * @param tracking what the carrier said
 */
record ShipmentMove(Shipment next, List<Shipment> passed, List<TrackingEvent> tracking) {

  static ShipmentMove decide(
      Shipment shipment, Seen seen, FulfilmentSettings settings, Instant now) {
    return switch (seen) {
      case Told(String ticket) ->
          stay(shipment.told(ticket).well(now.plus(settings.warehousePoll())));
      case AtWarehouse(ShipmentState state) ->
          walk(shipment, state, now, state == ShipmentState.PACKED ? now : poll(settings, now));
      case ByHand(ShipmentState state) ->
          // Who packs it by hand has it, and no warehouse outside that was told of it before.
          walk(
              state == ShipmentState.PACKED ? shipment.ofNoneOutside() : shipment, state, now, now);
      case Labelled(String carrier, String waybill) ->
          walk(
              shipment.withWaybill(carrier, waybill),
              ShipmentState.SHIPPED,
              now,
              now.plus(settings.carrierPoll()));
      case Tracked(List<TrackingEvent> events) -> tracked(shipment, events, settings, now);
      case Reported reported -> reported(shipment, reported, settings, now);
      case Stopped _ -> stay(shipment.well(null));
      case Packed _ -> stay(shipment.failed(Shipment.PACKED_ANYHOW, null));
      case Gone(String carrier, String waybill) -> stay(shipment.leftAnyhow(carrier, waybill, now));
      case GoodsWanted _ ->
          stay(shipment.failed("goods are missing", now.plus(settings.stuckPoll())));
      case Failed(String error) ->
          stay(shipment.failed(error, now.plus(settings.backoff(shipment.tries() + 1))));
      case Postponed(String why) -> stay(shipment.postponed(why, now.plus(settings.postpone())));
    };
  }

  private static Instant poll(FulfilmentSettings settings, Instant now) {
    return now.plus(settings.warehousePoll());
  }

  private static ShipmentMove tracked(
      Shipment shipment, List<TrackingEvent> events, FulfilmentSettings settings, Instant now) {
    boolean delivered =
        events.stream().anyMatch(event -> event.status().equals(TrackingEvent.DELIVERED));
    ShipmentMove move =
        delivered
            ? walk(shipment, ShipmentState.DELIVERED, now, null)
            : stay(shipment.well(now.plus(settings.carrierPoll())));
    return new ShipmentMove(move.next(), move.passed(), events);
  }

  private static ShipmentMove reported(
      Shipment shipment, Reported reported, FulfilmentSettings settings, Instant now) {
    // Who had leave stays on record, whoever tells more of it.
    boolean taken = shipment.state().isPast(ShipmentState.PACKED) && shipment.toldTo() != null;
    Shipment told = shipment.told(taken ? shipment.toldTo() : reported.ticket());
    @Nullable String carrier = reported.carrier();
    @Nullable String waybill = reported.waybill();
    if (carrier != null && waybill != null && shipment.waybill() == null) {
      told = told.withWaybill(carrier, waybill);
    }
    ShipmentState furthest =
        shipment.state().isPast(reported.state()) ? shipment.state() : reported.state();
    Instant next =
        switch (furthest) {
          case PLANNED, PICKED, PACKED -> poll(settings, now);
          case SHIPPED -> now.plus(settings.carrierPoll());
          case DELIVERED, CANCELLED -> null;
        };
    ShipmentMove move = walk(told, reported.state(), now, next);
    return new ShipmentMove(move.next(), move.passed(), reported.events());
  }

  private static ShipmentMove stay(Shipment next) {
    return new ShipmentMove(next, List.of(), List.of());
  }

  /** Goes through every state on the way, so that each is told and timed. */
  private static ShipmentMove walk(
      Shipment shipment, ShipmentState to, Instant now, @Nullable Instant nextStep) {
    Shipment at = shipment.well(nextStep);
    List<Shipment> passed = new ArrayList<>();
    while (!at.state().isPast(to) && at.state() != ShipmentState.CANCELLED) {
      at = at.in(after(at.state()), now);
      passed.add(at);
    }
    return new ShipmentMove(at, List.copyOf(passed), List.of());
  }

  /** The next state on the way of a parcel that isn't cancelled. */
  static ShipmentState after(ShipmentState state) {
    return switch (state) {
      case PLANNED -> ShipmentState.PICKED;
      case PICKED -> ShipmentState.PACKED;
      case PACKED -> ShipmentState.SHIPPED;
      case SHIPPED -> ShipmentState.DELIVERED;
      case DELIVERED, CANCELLED -> throw new IllegalStateException("nothing after " + state);
    };
  }
}
