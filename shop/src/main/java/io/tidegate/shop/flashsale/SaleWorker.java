package io.tidegate.shop.flashsale;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what the time does to sales: warms them ahead of their start, and ends them. Any node may;
 * the sale's lock and the database's clock decide.
 */
public final class SaleWorker implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(SaleWorker.class);

  /** A sale is ended within this after its end; nobody buys in between, for its end decides. */
  private static final Duration LOOK_EVERY = Duration.ofMillis(250);

  private static final Duration TRY_AGAIN_AFTER = Duration.ofSeconds(5);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(3);

  private final SaleBook book;
  private final SaleDesk desk;
  private final InstantSource clock;
  private final Duration warmBefore;
  private final EachSale each = EachSale.logged(log, TRY_AGAIN_AFTER);
  private final Thread thread;
  private volatile boolean closed;

  /**
   * @param warmBefore how long before a sale's start its goods are set aside
   */
  public SaleWorker(SaleBook book, SaleDesk desk, InstantSource clock, Duration warmBefore) {
    this.book = book;
    this.desk = desk;
    this.clock = clock;
    this.warmBefore = warmBefore;
    this.thread = Thread.ofVirtual().name("sales").unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  private void run() {
    while (!closed) {
      try {
        turn(clock.instant());
      } catch (RuntimeException e) {
        log.error("sales failed", e);
      }
      if (!closed) {
        LockSupport.parkNanos(LOOK_EVERY.toNanos());
      }
    }
  }

  /** Does all that is due at this moment; a sale that fails is tried again later. */
  void turn(Instant now) {
    List<Sale> due =
        book.all().stream()
            .filter(sale -> isOver(sale, now) || isToBeWarmed(sale, now))
            .sorted(Comparator.comparingLong(Sale::id))
            .toList();
    each.run(
        due,
        now,
        sale -> {
          if (isOver(sale, now)) {
            desk.end(sale.id());
          } else {
            desk.warmInTime(sale.id());
          }
        });
  }

  private static boolean isOver(Sale sale, Instant now) {
    return sale.isLive() && !now.isBefore(sale.endsAt());
  }

  private boolean isToBeWarmed(Sale sale, Instant now) {
    return sale.stage() == Stage.PLANNED
        && now.isBefore(sale.closesAt())
        && !now.isBefore(sale.startsAt().minus(warmBefore));
  }

  @Override
  public void close() {
    closed = true;
    if (thread.getState() == Thread.State.NEW) {
      return; // a node without this role never started it
    }
    LockSupport.unpark(thread);
    try {
      thread.join(CLOSE_MAX);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
