package io.tidegate.shop.flashsale;

import java.time.Duration;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * What is there of one SKU of a sale for those who come: what its pool had free when it was last
 * read, less what was let in here and is not decided yet.
 *
 * <p>It lets in no more than is free, and a small margin for those who will be refused. Readings
 * come from this node's own batches, which hold the pool's row, and from looks between them; a look
 * that an own batch may have overtaken is dropped. Pure: no clock, no database.
 */
final class Shelf {

  /** A batch that was begun and is not heard of for so long has failed. */
  static final Duration BATCH_MAX = Duration.ofSeconds(2);

  private final String sku;
  private final long pool;
  private final int margin;
  private boolean read;
  private long free;
  private long underWay;
  private long batches;
  private boolean batchUnderWay;
  private long batchNanos;
  private long lastGrant;

  /** What {@link #reserve} would find; kept beside the rest for those who only look. */
  private volatile Room room = Room.UNKNOWN;

  /** Whether anything can be let in. */
  enum Room {
    /** The pool was not read yet. */
    UNKNOWN,
    SOME,
    /** Nothing is free, or others who came before may take all that is. */
    NONE
  }

  Shelf(String sku, long pool, int margin) {
    this.sku = sku;
    this.pool = pool;
    this.margin = margin;
  }

  String sku() {
    return sku;
  }

  long pool() {
    return pool;
  }

  Room room() {
    return room;
  }

  /** Pieces that are kept for somebody who was let in, until it is decided. */
  final class Reservation {
    private final int quantity;
    private boolean over;

    private Reservation(int quantity) {
      this.quantity = quantity;
    }

    /** Nothing will be decided for him: he left, or could not be asked for. */
    void giveUp() {
      synchronized (Shelf.this) {
        over();
        look();
      }
    }

    /** The same, once. */
    private void over() {
      if (!over) {
        over = true;
        underWay -= quantity;
      }
    }

    Shelf shelf() {
      return Shelf.this;
    }
  }

  /** Lets somebody in; null where there is no room for so many. */
  synchronized @Nullable Reservation reserve(int quantity) {
    if (!read || free < quantity || underWay + quantity > free + margin) {
      return null;
    }
    underWay += quantity;
    look();
    return new Reservation(quantity);
  }

  /** A batch of this node begins: it will know better than looks from now on. */
  synchronized void batchBegins(long nowNanos) {
    batchUnderWay = true;
    batchNanos = nowNanos;
  }

  /**
   * A batch of this node has committed.
   *
   * @param freeNow what it left in the pool
   * @param decided who was decided in it, of this shelf
   */
  synchronized void batchEnds(long freeNow, Collection<Reservation> decided) {
    batches++;
    batchUnderWay = false;
    read = true;
    free = freeNow;
    decided.forEach(Reservation::over);
    look();
  }

  /** Begins a look at the pool; give the answer to {@link #seen}. */
  synchronized long beginLook() {
    return batches;
  }

  /** What a look saw; dropped where an own batch may have changed the pool meanwhile. */
  synchronized void seen(long look, long freeNow, long nowNanos) {
    if (look != batches || isBusy(nowNanos)) {
      return;
    }
    read = true;
    free = freeNow;
    look();
  }

  private boolean isBusy(long nowNanos) {
    return batchUnderWay && nowNanos - batchNanos < BATCH_MAX.toNanos();
  }

  /** The newest grant whose key is known here. */
  synchronized long lastGrant() {
    return lastGrant;
  }

  synchronized void knows(long grant) {
    lastGrant = Math.max(lastGrant, grant);
  }

  synchronized long free() {
    return free;
  }

  synchronized long underWay() {
    return underWay;
  }

  private void look() {
    if (read) {
      room = free > 0 && underWay < free + margin ? Room.SOME : Room.NONE;
    }
  }
}
