package io.tidegate.shop.flashsale;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.http.PreparedProblem;
import io.tidegate.platform.http.Problem;
import io.tidegate.shop.inventory.Pool;
import io.tidegate.shop.inventory.PoolStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's gates, one for each sale that is planned, warm or not long over.
 *
 * <p>Each knows what is free from this node's own batches, and between them from a look every 100
 * ms, which also brings the keys of other nodes' grants: pools are read before grants, so whoever
 * knows that something is gone knows the keys of those who have it.
 */
public final class Gates implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Gates.class);

  /** What other nodes sold, and what unpaid orders gave back, is known here within this. */
  static final Duration LOOK_EVERY = Duration.ofMillis(100);

  private static final Duration CLOSE_MAX = Duration.ofSeconds(3);
  private static final long OVERLOAD_RETRY_SECONDS = 1;

  static final PreparedProblem OVERLOADED = Problem.overloaded(OVERLOAD_RETRY_SECONDS).prepared();
  private static final PreparedProblem NOT_FOUND = Problem.notFound().prepared();

  private final SaleBook book;
  private final PoolStore pools;
  private final GrantStore grants;
  private final InstantSource clock;
  private final int margin;
  private final ConcurrentHashMap<Long, Gate> gates = new ConcurrentHashMap<>();
  private final Map<FlashAnswer, LongAdder> forgotten = new ConcurrentHashMap<>();
  private final SaleMeters figures;
  private final Thread thread;
  private volatile @Nullable FlashLine line;
  private volatile @Nullable Draws draws;
  private volatile long highestSale;
  private volatile boolean closed;

  /**
   * A gate for staff.
   *
   * @param waiting of all sales, on this node
   * @param admitted orders placed through it here
   * @param refused how often, by code
   */
  public record View(
      long sale,
      List<Shown> items,
      int waiting,
      long admitted,
      Map<String, Long> refused,
      double answersPerSecond) {}

  /**
   * Goods at a gate.
   *
   * @param free as last read
   * @param underWay let in here and not decided
   */
  public record Shown(String sku, long free, long underWay) {}

  /**
   * Gates without sales; {@link #start} fills them.
   *
   * @param margin how many more than can be sold are let in, for those that will be refused
   */
  public Gates(
      SaleBook book,
      PoolStore pools,
      GrantStore grants,
      InstantSource clock,
      int margin,
      MeterRegistry meters) {
    this.book = book;
    this.pools = pools;
    this.grants = grants;
    this.clock = clock;
    this.margin = margin;
    this.figures = new SaleMeters(meters);
    this.thread = Thread.ofVirtual().name("flash-gates").unstarted(this::run);
    meter(meters);
  }

  private void meter(MeterRegistry meters) {
    for (FlashAnswer answer : FlashAnswer.values()) {
      FunctionCounter.builder("tidegate.flash.answers", this, all -> all.counted(answer))
          .description("Answers to those who want to buy in flash sales")
          .tag("code", answer.word())
          .register(meters);
    }
    Gauge.builder("tidegate.flash.waiting", this, Gates::waiting)
        .description("Orders in the waiting line of flash sales")
        .register(meters);
    Gauge.builder("tidegate.flash.free", this, all -> all.sum(true))
        .description("Pieces that flash sales have free, as last read here")
        .register(meters);
    Gauge.builder("tidegate.flash.under.way", this, all -> all.sum(false))
        .description("Pieces of flash sales that are let in here and not decided")
        .register(meters);
  }

  private long sum(boolean free) {
    return gates.values().stream()
        .flatMap(gate -> gate.shelves().stream())
        .mapToLong(shelf -> free ? shelf.free() : shelf.underWay())
        .sum();
  }

  private double counted(FlashAnswer answer) {
    LongAdder before = forgotten.get(answer);
    return gates.values().stream().mapToLong(gate -> gate.counted(answer)).sum()
        + (before == null ? 0 : before.sum());
  }

  /** Who waits behind the gates. */
  void line(FlashLine behind) {
    line = behind;
  }

  /** Who takes entries behind the gates of draws. */
  void draws(Draws behind) {
    draws = behind;
  }

  private int waiting() {
    FlashLine behind = line;
    return behind == null ? 0 : behind.waiting();
  }

  private boolean isFull(Mode mode) {
    if (mode == Mode.DRAW) {
      Draws entries = draws;
      return entries != null && entries.isFull();
    }
    FlashLine behind = line;
    return behind != null && behind.isFull();
  }

  /** Has a gate for each sale from now on, with all that is needed to refuse at it. */
  public void start() {
    book.listen(this::changed);
    look();
    thread.start();
  }

  private void changed(@Nullable Sale before, @Nullable Sale now) {
    if (now != null) {
      long millis = clock.millis();
      Gate gate = gates.computeIfAbsent(now.id(), _ -> new Gate(now, margin, millis));
      gate.become(now, millis);
      figures.changed(gate);
      highestSale = Math.max(highestSale, now.id());
    } else if (before != null) {
      Gate gate = gates.remove(before.id());
      figures.gone(before.id());
      if (gate != null) { // what it counted stays counted
        for (FlashAnswer answer : FlashAnswer.values()) {
          forgotten.computeIfAbsent(answer, _ -> new LongAdder()).add(gate.counted(answer));
        }
      }
    }
    lookSoon();
  }

  @Nullable Gate find(long sale) {
    return gates.get(sale);
  }

  /**
   * Why a request comes in vain, from its head alone; null where it goes on. A sale that is long
   * over is asked of the database; one that never was is not.
   *
   * @param key the header as it was sent
   */
  public @Nullable PreparedProblem refusal(long sale, @Nullable String key) {
    Gate gate = gates.get(sale);
    if (gate == null) {
      return sale > highestSale ? NOT_FOUND : null;
    }
    return gate.refusal(key, isFull(gate.sale().mode()), clock.millis());
  }

  /** What a gate is like now; empty for a sale that has none. */
  public Optional<View> view(long sale) {
    Gate gate = gates.get(sale);
    return gate == null
        ? Optional.empty()
        : Optional.of(
            new View(
                sale,
                gate.shown(),
                waiting(),
                gate.counted(FlashAnswer.PLACED),
                gate.refused(),
                gate.rate().perSecond()));
  }

  /** Whether nothing of a sale can be had now, as far as is known here. */
  public boolean isGone(long sale) {
    Gate gate = gates.get(sale);
    return gate != null && gate.isGone();
  }

  /** Something may have changed: looks before its time. */
  public void lookSoon() {
    LockSupport.unpark(thread);
  }

  private void run() {
    while (!closed) {
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
      try {
        if (!closed) {
          look();
        }
      } catch (DatabaseFailure e) {
        log.warn("gates know what they knew: {}", e.getMessage());
      } catch (RuntimeException e) {
        log.error("gates could not look", e);
      }
    }
  }

  /** A shelf at which is looked. */
  private record Looked(Gate gate, Shelf shelf, long look) {}

  /** Reads pools, then grants. */
  void look() {
    long millis = clock.millis();
    long nanos = System.nanoTime();
    FlashLine behind = line;
    if (behind != null) {
      behind.sample(nanos);
    }
    List<Looked> looked = new ArrayList<>();
    List<Gate> read = new ArrayList<>();
    for (Gate gate : gates.values()) {
      gate.rate().sample(gate.counted(), nanos);
      if (gate.wantsLooks(millis)) {
        read.add(gate);
        gate.shelves().forEach(s -> looked.add(new Looked(gate, s, s.beginLook())));
      }
    }
    if (looked.isEmpty()) {
      return;
    }
    Map<Long, Pool> found = pools.find(looked.stream().map(each -> each.shelf().pool()).toList());
    learn(looked);
    for (Looked each : looked) {
      Pool pool = found.get(each.shelf().pool());
      each.shelf().seen(each.look(), pool == null ? 0 : pool.free(), System.nanoTime());
    }
    for (Gate gate : read) {
      gate.wasRead(millis, gate.shelves().stream().allMatch(s -> isClosed(found.get(s.pool()))));
    }
  }

  private static boolean isClosed(@Nullable Pool pool) {
    return pool != null && !pool.open();
  }

  private void learn(List<Looked> looked) {
    Map<Long, Long> known = new HashMap<>();
    Map<Long, Looked> byPool = new HashMap<>();
    for (Looked each : looked) {
      known.put(each.shelf().pool(), each.shelf().lastGrant());
      byPool.put(each.shelf().pool(), each);
    }
    for (GrantStore.Seen grant : grants.since(known)) {
      Looked at = byPool.get(grant.pool());
      if (at != null) {
        learn(at.gate(), at.shelf(), grant);
      }
    }
  }

  /** The key first: whoever knows the grant knows its key. */
  static void learn(Gate gate, Shelf shelf, GrantStore.Seen grant) {
    gate.keys().granted(grant.keyHash(), grant.userId());
    shelf.knows(grant.id());
  }

  /** Whether a batch with an order of these goods has their pool from {@link #batchBegins}. */
  boolean knowPool(long sale, String sku) {
    Gate gate = gates.get(sale);
    return gate != null && gate.shelf(sku) != null;
  }

  /**
   * A batch of this node with orders of these sales begins.
   *
   * @return their pools, with the newest grant of each that is known here
   */
  Map<Long, Long> batchBegins(Set<Long> saleIds) {
    long nanos = System.nanoTime();
    Map<Long, Long> lastGrants = new HashMap<>();
    for (long id : saleIds) {
      Gate gate = gates.get(id);
      if (gate != null) {
        for (Shelf shelf : gate.shelves()) {
          shelf.batchBegins(nanos);
          lastGrants.put(shelf.pool(), shelf.lastGrant());
        }
      }
    }
    return lastGrants;
  }

  /**
   * A batch of this node has committed.
   *
   * @param freeByPool what it left
   * @param decided who was let in here and is decided
   */
  void batchEnds(FlashBatch batch, Map<Long, Long> freeByPool, List<Shelf.Reservation> decided) {
    Map<Long, GateShelf> byPool = new HashMap<>();
    for (Gate gate : gates.values()) {
      for (Shelf shelf : gate.shelves()) {
        if (freeByPool.containsKey(shelf.pool())) {
          byPool.put(shelf.pool(), new GateShelf(gate, shelf));
        }
      }
    }
    for (GrantStore.Seen grant : batch.loaded.news()) {
      GateShelf at = byPool.get(grant.pool());
      if (at != null) {
        learn(at.gate(), at.shelf(), grant);
      }
    }
    for (Grant grant : batch.grants) {
      GateShelf at = byPool.get(grant.pool());
      if (at != null) {
        at.gate().keys().granted(grant.keyHash(), grant.userId());
      }
    }
    freeByPool.forEach((pool, free) -> {
      GateShelf at = byPool.get(pool);
      if (at != null) {
        at.shelf()
            .batchEnds(free, decided.stream().filter(each -> each.shelf() == at.shelf()).toList());
      }
    });
  }

  private record GateShelf(Gate gate, Shelf shelf) {}

  @Override
  public void close() {
    closed = true;
    if (thread.getState() == Thread.State.NEW) {
      return;
    }
    LockSupport.unpark(thread);
    try {
      thread.join(CLOSE_MAX);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
