package io.tidegate.shop.flashsale;

import io.tidegate.platform.http.PreparedProblem;
import io.tidegate.platform.http.Problem;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The gate of one sale: knows from memory who comes in vain, and says so before anything is spent
 * on him. A repeated key comes first: its request goes on to the answer that it has.
 *
 * <p>Pure: the moment comes in, and readings do.
 */
final class Gate {

  /** The longest that a client is asked to wait before it asks again. */
  private static final Duration RETRY_MAX = Duration.ofHours(1);

  /**
   * A batch that was decided in time may commit so much later, as tickets have it: until grants
   * were read after it, a key may be one that is repeated. A pool that is closed takes part in no
   * batch.
   */
  static final Duration SETTLED_AFTER = TicketDesk.COMMITTED_WITHIN;

  private static final PreparedProblem ENDED =
      Problem.conflict("ended", "The sale is over").prepared();
  private static final PreparedProblem SOLD_OUT =
      Problem.conflict("sold_out", "All of it is sold").prepared();

  private final int margin;
  private final RepeatedKeys keys = new RepeatedKeys();
  private final Map<FlashAnswer, LongAdder> answers = new EnumMap<>(FlashAnswer.class);
  private final Rate rate = new Rate();
  private volatile Sale sale;
  private volatile Map<String, Shelf> shelves = Map.of();
  private volatile long readAtMillis = Long.MIN_VALUE;
  private volatile boolean poolsClosed;
  private volatile long overSeenMillis = Long.MAX_VALUE;
  private volatile NotStarted notStarted = new NotStarted(1);

  /** The refusal before the start, with the seconds that are left. */
  private static final class NotStarted {
    private final long seconds;
    private final PreparedProblem problem;

    NotStarted(long seconds) {
      this.seconds = seconds;
      this.problem = FlashProblemJson.notStarted(seconds).prepared();
    }
  }

  Gate(Sale sale, int margin, long nowMillis) {
    this.margin = margin;
    this.sale = sale;
    for (FlashAnswer answer : FlashAnswer.values()) {
      answers.put(answer, new LongAdder());
    }
    become(sale, nowMillis);
  }

  /** The sale has changed. */
  synchronized void become(Sale changed, long nowMillis) {
    Map<String, Shelf> known = shelves;
    Map<String, Shelf> next = new LinkedHashMap<>();
    for (SaleItem item : changed.items()) {
      Long pool = item.pool();
      if (pool != null) {
        Shelf shelf = known.get(item.sku());
        next.put(item.sku(), shelf == null ? new Shelf(item.sku(), pool, margin) : shelf);
      }
    }
    shelves = next;
    if (!changed.isLive() && overSeenMillis == Long.MAX_VALUE) {
      overSeenMillis = nowMillis;
    }
    sale = changed;
  }

  Sale sale() {
    return sale;
  }

  RepeatedKeys keys() {
    return keys;
  }

  Collection<Shelf> shelves() {
    return shelves.values();
  }

  @Nullable Shelf shelf(String sku) {
    return shelves.get(sku);
  }

  /** Where the sale stands for who wants to buy. */
  enum Phase {
    NOT_STARTED,
    OPEN,
    ENDED
  }

  Phase phase(long nowMillis) {
    Sale now = sale;
    return switch (now.stage()) {
      case STOPPED, ENDED -> Phase.ENDED;
      case PLANNED -> isOverAt(now, nowMillis) ? Phase.ENDED : Phase.NOT_STARTED;
      case WARM -> {
        if (isOverAt(now, nowMillis)) {
          yield Phase.ENDED;
        }
        yield nowMillis < now.startsAt().toEpochMilli() ? Phase.NOT_STARTED : Phase.OPEN;
      }
    };
  }

  private static boolean isOverAt(Sale sale, long nowMillis) {
    return nowMillis >= sale.closesAt().toEpochMilli();
  }

  /**
   * Why somebody comes in vain; null where he may not.
   *
   * @param key the header as it was sent
   * @param full whether nobody can wait now
   */
  @Nullable PreparedProblem refusal(@Nullable String key, boolean full, long nowMillis) {
    boolean drawn = sale.mode() == Mode.DRAW; // not all of its entries' keys are known here
    return switch (phase(nowMillis)) {
      case NOT_STARTED -> notStarted(nowMillis);
      case ENDED ->
          (drawn ? key != null : mayBeAnswered(key, nowMillis))
              ? null
              : refuse(FlashAnswer.ENDED, ENDED);
      case OPEN -> {
        if (!drawn && isGone() && !keys.mayRepeat(KeyHash.of(key))) {
          yield refuse(FlashAnswer.SOLD_OUT, SOLD_OUT);
        }
        yield full && !keys.mayRepeat(KeyHash.of(key))
            ? refuse(FlashAnswer.OVERLOADED, Gates.OVERLOADED)
            : null;
      }
    };
  }

  private boolean mayBeAnswered(@Nullable String key, long nowMillis) {
    return key != null && (keys.mayRepeat(KeyHash.of(key)) || !isSettled(nowMillis));
  }

  /** Whether all keys are known that will ever be. */
  boolean isSettled(long nowMillis) {
    long over = Math.min(overSeenMillis, sale.closesAt().toEpochMilli());
    return over <= nowMillis && (poolsClosed || readAtMillis >= over + SETTLED_AFTER.toMillis());
  }

  private PreparedProblem notStarted(long nowMillis) {
    long seconds = secondsToStart(nowMillis);
    NotStarted known = notStarted;
    if (known.seconds != seconds) {
      known = new NotStarted(seconds);
      notStarted = known;
    }
    return refuse(FlashAnswer.NOT_STARTED, known.problem);
  }

  /** What a client is asked to wait before the start. */
  long secondsToStart(long nowMillis) {
    long left = sale.startsAt().toEpochMilli() - nowMillis;
    return Math.clamp((left + 999) / 1_000, 1, RETRY_MAX.toSeconds());
  }

  private PreparedProblem refuse(FlashAnswer answer, PreparedProblem problem) {
    count(answer);
    return problem;
  }

  /** Whether nothing of it can be had; what was not read yet may be there. */
  boolean isGone() {
    Map<String, Shelf> all = shelves;
    for (Shelf shelf : all.values()) {
      if (shelf.room() != Shelf.Room.NONE) {
        return false;
      }
    }
    return sale.stage() == Stage.WARM;
  }

  /** Whether pools and grants have to be read: it may sell, or its last keys are not known. */
  boolean wantsLooks(long nowMillis) {
    return !shelves.isEmpty() && !isSettled(nowMillis);
  }

  /**
   * Pools and grants were read.
   *
   * @param beganMillis what was committed then was seen
   * @param allClosed whether all pools were closed, before grants were read: who closes a pool
   *     waits for whoever takes from it, so there are no other grants
   */
  void wasRead(long beganMillis, boolean allClosed) {
    poolsClosed = allClosed;
    readAtMillis = beganMillis;
  }

  void count(FlashAnswer answer) {
    counter(answer).increment();
  }

  private LongAdder counter(FlashAnswer answer) {
    LongAdder counter = answers.get(answer);
    if (counter == null) {
      throw new IllegalStateException("every answer is counted");
    }
    return counter;
  }

  long counted(FlashAnswer answer) {
    return counter(answer).sum();
  }

  long counted() {
    long sum = 0;
    for (LongAdder counter : answers.values()) {
      sum += counter.sum();
    }
    return sum;
  }

  Rate rate() {
    return rate;
  }

  /** What it has let in and refused, by word. */
  Map<String, Long> refused() {
    Map<String, Long> refused = new LinkedHashMap<>();
    for (FlashAnswer answer : FlashAnswer.values()) {
      long count = counted(answer);
      if (answer.isRefusal() && count > 0) {
        refused.put(answer.word(), count);
      }
    }
    return refused;
  }

  List<Gates.Shown> shown() {
    return shelves.values().stream()
        .map(shelf -> new Gates.Shown(shelf.sku(), shelf.free(), shelf.underWay()))
        .toList();
  }
}
