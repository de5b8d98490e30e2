package io.tidegate.shop.flashsale;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.Lane;
import io.tidegate.platform.db.LaneMetrics;
import io.tidegate.platform.db.LaneRefusal;
import io.tidegate.platform.db.LaneSettings;
import io.tidegate.platform.http.IdempotencyKey;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.FixedPriceOrders;
import io.tidegate.shop.ordering.Placed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * This node's waiting line: orders of all sales, decided in the order in which they came, by a lane
 * on a database of its own. Who waits longer than a moment goes away with a ticket, and his place
 * stays.
 */
final class FlashLine implements AutoCloseable {

  /** How long an order may wait; later it is not decided any more. */
  static final Duration WAIT_MAX = Duration.ofSeconds(30);

  /** Tickets that are known to be lost on this node; the oldest are looked up in the database. */
  private static final int LOST_MAX = 65_536;

  private final Lane<FlashOrder, Outcome<Placed, FlashRefusal>> lane;
  private final Gates gates;
  private final Runnable published;
  private final int queueMax;
  private final int perSecondMax;
  private final ConcurrentHashMap<IdempotencyKey, Place> byKey = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Long, Place> byNumber = new ConcurrentHashMap<>();

  /** Kept until a batch has told what it left: an answer may be there before. */
  private final ConcurrentHashMap<Long, Shelf.Reservation> reservations = new ConcurrentHashMap<>();

  private final AtomicLong entered = new AtomicLong();
  private final AtomicLong decided = new AtomicLong();
  private final Rate rate = new Rate();
  private final Set<Long> lost =
      Collections.newSetFromMap(
          Collections.synchronizedMap(
              new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Long, Boolean> eldest) {
                  return size() > LOST_MAX;
                }
              }));

  /**
   * @param published told after each commit that events wait
   */
  FlashLine(
      LaneSettings settings,
      Database database,
      Gates gates,
      FixedPriceOrders orders,
      Runnable published,
      LaneMetrics metrics) {
    this.gates = gates;
    this.published = published;
    this.queueMax = settings.queueMax();
    this.perSecondMax = settings.perSecondMax();
    this.lane =
        new Lane<>(
            settings,
            database,
            new FlashLane(gates, orders, this::committed),
            FlashLane::bytes,
            metrics);
    gates.line(this);
  }

  /** Somebody in the line. */
  final class Place {
    private final FlashOrder order;
    private final IdempotencyKey key;
    private final Gate gate;
    private final boolean repeats;
    private final long turn = entered.incrementAndGet();
    private final CompletableFuture<Outcome<Placed, FlashRefusal>> answer =
        new CompletableFuture<>();

    private Place(FlashOrder order, IdempotencyKey key, Gate gate, boolean repeats) {
      this.repeats = repeats;
      this.order = order;
      this.key = key;
      this.gate = gate;
    }

    FlashOrder order() {
      return order;
    }

    /** Whether its key may have an answer: then its number may be none's, and no ticket's. */
    boolean repeats() {
      return repeats;
    }

    TicketState.Place shown() {
      long position = Math.max(1, turn - decided.get());
      double measured = rate.perSecond();
      double pace = measured > 0 ? measured : perSecondMax;
      return new TicketState.Place(
          position,
          pace > 0 ? Math.clamp((long) Math.ceil(position / pace), 1, WAIT_MAX.toSeconds()) : null);
    }

    /**
     * Waits for the answer; null when it takes longer.
     *
     * @throws RuntimeException as the lane does
     */
    @Nullable Outcome<Placed, FlashRefusal> await(Duration most) throws InterruptedException {
      try {
        return answer.get(most.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException _) {
        return null;
      } catch (ExecutionException | CompletionException e) {
        if (e.getCause() instanceof RuntimeException failure) {
          throw failure;
        }
        throw new IllegalStateException(e.getCause());
      }
    }

    private void run() {
      try {
        Outcome<Placed, FlashRefusal> outcome = lane.submit(order, WAIT_MAX);
        switch (outcome) {
          case Outcome.Applied<Placed, FlashRefusal> _ ->
              gate.keys().granted(order.keyHash(), order.userId());
          case Outcome.AlreadyApplied<Placed, FlashRefusal> _ -> {}
          case Outcome.Refused<Placed, FlashRefusal> _ -> lost.add(order.number().value());
        }
        leave();
        answer.complete(outcome);
      } catch (RuntimeException e) {
        Shelf.Reservation reservation = reservations.remove(order.number().value());
        if (reservation != null) {
          reservation.giveUp(); // no batch has decided it
        }
        if (isNothingDone(e)) {
          lost.add(order.number().value());
        }
        leave();
        answer.completeExceptionally(e);
      }
    }

    /** Whether no order can have been made; of what is unknown the database tells. */
    private static boolean isNothingDone(RuntimeException failure) {
      return switch (failure) {
        case LaneRefusal refusal ->
            switch (refusal) {
              case LaneRefusal.Full _, LaneRefusal.Expired _, LaneRefusal.Closed _ -> true;
              case LaneRefusal.AnswerUnknown _ -> false;
            };
        case DatabaseFailure database ->
            switch (database) {
              case DatabaseFailure.Transient _,
                  DatabaseFailure.Conflict _,
                  DatabaseFailure.BadData _,
                  DatabaseFailure.Broken _ ->
                  true;
              case DatabaseFailure.CommitUnknown _ -> false;
            };
        default -> false;
      };
    }

    private void leave() {
      byNumber.remove(order.number().value());
      byKey.remove(key, this);
      gate.keys().waitsNoMore(order.keyHash());
      decided.incrementAndGet();
    }
  }

  /** Who waits with this key. */
  @Nullable Place find(IdempotencyKey key) {
    return byKey.get(key);
  }

  /** Who waits with this number. */
  @Nullable Place find(OrderNumber number) {
    return byNumber.get(number.value());
  }

  /** Whether no order is made of this number, as far as this node remembers. */
  boolean isLost(OrderNumber number) {
    return lost.contains(number.value());
  }

  /**
   * Joins the line, or finds who waits there with the same key: then the reservation is given up.
   *
   * @param reservation null for who repeats a key, or comes when only the lane can say
   */
  Place enter(
      FlashOrder order, IdempotencyKey key, Gate gate, Shelf.@Nullable Reservation reservation) {
    Place place = new Place(order, key, gate, reservation == null);
    Place other = byKey.putIfAbsent(key, place);
    if (other != null) {
      if (reservation != null) {
        reservation.giveUp();
      }
      return other;
    }
    byNumber.put(order.number().value(), place);
    if (reservation != null) {
      reservations.put(order.number().value(), reservation);
    }
    gate.keys().waits(order.keyHash());
    Thread.ofVirtual().name("flash-order").start(place::run);
    return place;
  }

  /** Runs an order that nobody waits for in the line, such as a draw's. */
  Outcome<Placed, FlashRefusal> run(FlashOrder order) {
    return lane.submit(order, WAIT_MAX);
  }

  private void committed(FlashBatch batch, Map<Long, Long> freeByPool) {
    List<Shelf.Reservation> mine = new ArrayList<>();
    for (FlashOrder order : batch.loaded.orders()) {
      Shelf.Reservation reservation = reservations.remove(order.number().value());
      if (reservation != null) {
        mine.add(reservation);
      }
    }
    gates.batchEnds(batch, freeByPool, mine);
    if (!batch.made.isEmpty()) {
      published.run();
    }
  }

  int waiting() {
    return lane.waiting();
  }

  /** Whether one more would be turned away. */
  boolean isFull() {
    return lane.waiting() >= queueMax;
  }

  /** Reads off how fast orders are decided; while nobody waits the pace stays what it was. */
  void sample(long nowNanos) {
    if (byNumber.isEmpty()) {
      rate.pause(decided.get(), nowNanos);
    } else {
      rate.sample(decided.get(), nowNanos);
    }
  }

  @Override
  public void close() {
    lane.close();
  }
}
