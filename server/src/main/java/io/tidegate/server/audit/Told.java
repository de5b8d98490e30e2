package io.tidegate.server.audit;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a range's events tell, in three sums of hashes: once as its rows want it, once as the log
 * has it. Equal sums: the log tells all that the rows say, and nothing else.
 */
final class Told {

  /** Kinds of stock moves that events tell (S3). */
  static final int PLACED = 1;

  static final int SOLD = 2;
  static final int RELEASED = 3;

  /** Stands for a step that leaves the state as it is, or that undoes a refund. */
  static final int PARTLY = 10;

  /** Events of an order's steps, by the state that a step leads to: index 1 is placed. */
  private static final Map<String, Integer> STEPS =
      Map.ofEntries(
          Map.entry("order.placed.v1", 1),
          Map.entry("order.paid.v1", 2),
          Map.entry("order.partially_shipped.v1", 3),
          Map.entry("order.shipped.v1", 4),
          Map.entry("order.delivered.v1", 5),
          Map.entry("order.completed.v1", 6),
          Map.entry("order.closed.v1", 7),
          Map.entry("order.cancelled.v1", 8),
          Map.entry("order.refunded.v1", 9),
          Map.entry("order.partially_refunded.v1", PARTLY),
          Map.entry("order.refund_reversed.v1", PARTLY));

  static final String PARKED = "payment.parked.v1";
  static final String GIVEN_BACK = "payment.given_back.v1";
  static final String REFUNDED = "refund.succeeded.v1";

  private static final Map<String, Long> OTHERS =
      Stream.of(
              PARKED,
              GIVEN_BACK,
              REFUNDED,
              "payment.dismissed.v1",
              "refund.reversed.v1",
              "refund.ended.v1",
              "shipment.planned.v1",
              "shipment.picked.v1",
              "shipment.shipped.v1",
              "shipment.delivered.v1",
              "shipment.cancelled.v1")
          .collect(Collectors.toUnmodifiableMap(type -> type, Digest::of));

  /** Steps of orders (E1). */
  long facts;

  /** Pieces that were locked, sold and released (S3). */
  long moves;

  /** Captures, refunds and parcels (E1). */
  long others;

  void fact(long order, long version, int state) {
    facts += Digest.of(order, version, state);
  }

  void move(long order, int kind, long lines) {
    moves += Digest.of(order, kind, lines);
  }

  void other(long order, String type) {
    Long hash = OTHERS.get(type);
    if (hash != null) {
      others += Digest.of(order, hash);
    }
  }

  /**
   * An event of the log.
   *
   * @param data its data where it may tell a move of pieces
   */
  void event(String type, long order, int version, byte @Nullable [] data) {
    Integer state = STEPS.get(type);
    if (state == null) {
      other(order, type);
      return;
    }
    fact(order, version, state);
    switch (state) {
      case 1 -> move(order, PLACED, Stored.toldLines(data));
      case 2 -> move(order, SOLD, Stored.toldLines(data));
      case 7, 8 -> move(order, RELEASED, Stored.toldLines(data));
      default -> {
        // it moves no pieces
      }
    }
  }

  boolean sameSteps(Told log) {
    return facts == log.facts;
  }

  boolean sameMoves(Told log) {
    return moves == log.moves;
  }

  boolean sameOthers(Told log) {
    return others == log.others;
  }

  void set(Told other) {
    facts = other.facts;
    moves = other.moves;
    others = other.others;
  }
}
