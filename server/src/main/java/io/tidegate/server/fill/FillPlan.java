package io.tidegate.server.fill;

import io.tidegate.server.cli.Fills;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.SplittableRandom;

/**
 * What is filled, cut into chunks. Orders count from 0 in the order of time; the ones that wait
 * unpaid come last.
 *
 * @param anchor the moment that all pasts end at
 * @param zone cuts days
 * @param payWindow how long an order waits for its payment
 * @param completeAfter how long after delivery an order completes by itself
 */
record FillPlan(
    Fills.Wish wish, Instant anchor, ZoneId zone, Duration payWindow, Duration completeAfter) {

  /** Orders of one transaction. */
  static final int CHUNK_ORDERS = 5_000;

  /** The youngest orders may have parcels under way: so many that the simulators soon have them. */
  static final int OPEN_ORDERS = 500;

  /** Orders that wait unpaid were placed within this time before the anchor. */
  static final Duration WAITING_PLACED_WITHIN = Duration.ofHours(20);

  /** And their deadline is this far behind it. */
  static final Duration WAITING_UNTIL = Duration.ofDays(180);

  /**
   * Some orders.
   *
   * @param first the first one's place among all
   * @param waiting whether they wait unpaid
   */
  record Chunk(int index, long first, int orders, boolean waiting) {}

  /** Orders with a whole past. */
  long past() {
    return wish.orders() - wish.unpaid();
  }

  int chunks() {
    return pastChunks() + Math.toIntExact(Math.ceilDiv(wish.unpaid(), (long) CHUNK_ORDERS));
  }

  private int pastChunks() {
    return Math.toIntExact(Math.ceilDiv(past(), (long) CHUNK_ORDERS));
  }

  Chunk chunk(int index) {
    boolean waiting = index >= pastChunks();
    long begin = waiting ? past() : 0;
    long end = waiting ? wish.orders() : past();
    long first = begin + (long) (waiting ? index - pastChunks() : index) * CHUNK_ORDERS;
    return new Chunk(index, first, (int) Math.min(CHUNK_ORDERS, end - first), waiting);
  }

  /** Whether the order at this place is one of the youngest. */
  boolean mayBeOpen(long place) {
    return !wish.settled() && place >= past() - OPEN_ORDERS;
  }

  /**
   * Chance for a chunk: the same at each try to write it, unless it met a number that was taken.
   */
  SplittableRandom random(Chunk chunk, int attempt) {
    return new SplittableRandom(
        wish.seed() * 0x9E3779B97F4A7C15L + chunk.index() * 0xD1B54A32D192ED03L + attempt);
  }
}
