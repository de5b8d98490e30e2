package io.tidegate.shop.flashsale;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.LaneRefusal;
import io.tidegate.platform.db.Leases;
import io.tidegate.platform.db.Tx;
import io.tidegate.platform.http.IdempotencyKey;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.shop.customer.Consignee;
import io.tidegate.shop.customer.ConsigneeStore;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.Cause;
import io.tidegate.shop.ordering.Placed;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Draws the winners when their time has come, places their orders and lets the others go, on one
 * node at a time. What is drawn is fixed in one transaction; all that follows may be broken off and
 * done again: an entry has one order, whoever places it.
 */
public final class DrawWorker implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(DrawWorker.class);
  private static final String LEASE = "flash-draw";
  private static final Duration LEASE_TIME = Duration.ofSeconds(30);
  private static final Duration LOOK_EVERY = Duration.ofMillis(250);
  private static final Duration TRY_AGAIN_AFTER = Duration.ofSeconds(2);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(3);

  /** More draws than may be planned. */
  private static final int DRAWS_MAX = 2 * SaleDesk.KEPT_MAX;

  /** Winners whose orders are placed side by side, as one batch of the lane. */
  private static final int PLACED_AT_ONCE_MAX = 128;

  /** Entries of one transaction. */
  private static final int CHUNK = 200;

  private final Ground ground;
  private final DrawStore draws;
  private final SaleStore sales;
  private final Leases leases;
  private final EachSale each = EachSale.logged(log, TRY_AGAIN_AFTER);
  private final Thread thread;
  private volatile boolean closed;

  /**
   * What it stands on.
   *
   * @param place places a winner's order; the same again has the same answer
   * @param published told after each commit that events wait
   * @param node this process's name
   */
  public record Ground(
      Database database,
      EventLog events,
      Runnable published,
      SaleBook book,
      ConsigneeStore consignees,
      Function<FlashOrder, Outcome<Placed, FlashRefusal>> place,
      InstantSource clock,
      String node) {}

  public DrawWorker(Ground ground) {
    this.ground = ground;
    this.draws = new DrawStore(ground.database());
    this.sales = new SaleStore(ground.database());
    this.leases = new Leases(ground.database());
    this.thread = Thread.ofVirtual().name("draws").unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  private void run() {
    while (!closed) {
      Duration sleep = LOOK_EVERY;
      try {
        turn(ground.clock().instant());
      } catch (DatabaseFailure | LaneRefusal e) {
        log.warn("draws are put off: {}", e.getMessage());
        sleep = TRY_AGAIN_AFTER;
      } catch (RuntimeException e) {
        log.error("draws failed", e);
        sleep = TRY_AGAIN_AFTER;
      }
      if (!closed) {
        LockSupport.parkNanos(sleep.toNanos());
      }
    }
  }

  /** Does all that is due at this moment, unless another node does; what fails is put off. */
  void turn(Instant now) {
    List<Sale> due =
        sales.find(draws.unsettled(DRAWS_MAX)).stream()
            .filter(sale -> !sale.isLive() || !now.isBefore(sale.closesAt()))
            .toList();
    each.run(due, now, this::decide);
  }

  private void decide(Sale sale) {
    if (!holds()) {
      return;
    }
    Optional<List<DrawRules.Ranked>> drawn = draw(sale.id());
    if (drawn.isPresent()) {
      settle(sale.id(), drawn.get());
    } else if (!sale.isLive()) {
      settle(sale.id(), lost(draws.all(sale.id())));
    }
  }

  /** A sale that was stopped before it was drawn has no winner. */
  private static List<DrawRules.Ranked> lost(List<DrawEntry> entries) {
    return entries.stream().map(e -> new DrawRules.Ranked(e, new byte[0], false)).toList();
  }

  /** What was drawn, now or before; empty while there is nothing to draw. */
  private Optional<List<DrawRules.Ranked>> draw(long id) {
    boolean[] now = new boolean[1];
    Optional<List<DrawRules.Ranked>> drawn =
        ground
            .database()
            .write(
                "draw",
                tx -> {
                  now[0] = false;
                  Sale sale = SaleStore.lock(tx, id).orElseThrow();
                  DrawStore.Draw draw = DrawStore.read(tx, List.of(id)).get(id);
                  Instant at = tx.now();
                  if (draw == null
                      || draw.drawnAt() == null
                          && (sale.stage() != Stage.WARM || at.isBefore(sale.closesAt()))) {
                    return Optional.empty();
                  }
                  List<DrawEntry> entries = DrawStore.all(tx, id);
                  byte[] hash = DrawRules.entriesHash(entries);
                  byte[] seed = DrawRules.seed(draw.secret(), hash);
                  List<DrawRules.Ranked> ranked =
                      DrawRules.decide(seed, entries, DrawRules.pieces(sale));
                  if (draw.drawnAt() == null) {
                    now[0] = true;
                    fix(tx, sale, at, hash, seed, ranked);
                  }
                  return Optional.of(ranked);
                });
    if (now[0]) {
      ground.published().run();
      ground.book().refresh();
    }
    return drawn;
  }

  private void fix(
      Tx tx, Sale sale, Instant at, byte[] hash, byte[] seed, List<DrawRules.Ranked> ranked) {
    Sale drawn = sale.at(Stage.WARM);
    long winners = ranked.stream().filter(DrawRules.Ranked::won).count();
    SaleStore.update(tx, sale, drawn);
    DrawStore.drawn(tx, sale.id(), at, hash, seed, winners);
    ground
        .events()
        .append(
            tx,
            List.of(
                SaleJson.event(
                    "sale.drawn.v1",
                    drawn,
                    at,
                    null,
                    json ->
                        json.field("entries", ranked.size())
                            .field("winners", winners)
                            .field("entriesHash", HexFormat.of().formatHex(hash))
                            .field("seed", HexFormat.of().formatHex(seed)))));
  }

  /** Brings every entry to its end; what was done before is found done. */
  private void settle(long sale, List<DrawRules.Ranked> ranked) {
    List<DrawEntry> losers = new ArrayList<>();
    List<DrawEntry> winners = new ArrayList<>();
    for (DrawRules.Ranked each : ranked) {
      if (each.entry().state() == DrawEntry.State.ENTERED) {
        (each.won() ? winners : losers).add(each.entry());
      }
    }
    List<FlashRefusal> without = new ArrayList<>();
    for (int i = 0; i < winners.size() && holds(); i += PLACED_AT_ONCE_MAX) {
      without.addAll(place(winners.subList(i, Math.min(winners.size(), i + PLACED_AT_ONCE_MAX))));
    }
    if (!without.isEmpty()) {
      log.warn(
          "sale {}: {} of {} winners get no order: {}",
          sale,
          without.size(),
          winners.size(),
          without.stream().distinct().toList());
    }
    for (int i = 0; i < losers.size() && holds(); i += CHUNK) {
      lose(losers.subList(i, Math.min(losers.size(), i + CHUNK)));
    }
    if (holds()) {
      ground
          .database()
          .write(
              "draw-settled",
              tx -> {
                DrawStore.settled(tx, sale);
                return true;
              });
    }
  }

  /** Whether this node still is the one that does it. */
  private boolean holds() {
    return !closed && leases.hold(LEASE, ground.node(), LEASE_TIME).isPresent();
  }

  /** Places winners' orders; answers why those that can't be placed can't, one for each. */
  private List<FlashRefusal> place(List<DrawEntry> winners) {
    Map<Long, Consignee> people = new HashMap<>();
    ground
        .consignees()
        .find(winners.stream().map(DrawEntry::number).toList())
        .forEach(each -> people.put(each.orderNumber(), each));
    List<Callable<Outcome<Placed, FlashRefusal>>> work = new ArrayList<>();
    List<DrawEntry> asked = new ArrayList<>();
    List<DrawEntry> lost = new ArrayList<>();
    List<FlashRefusal> without = new ArrayList<>();
    for (DrawEntry winner : winners) {
      Consignee person = people.get(winner.number());
      if (person == null) {
        lost.add(winner); // whom the customer had erased meanwhile
        without.add(FlashRefusal.NO_SUCH_ADDRESS);
      } else {
        asked.add(winner);
        work.add(() -> ground.place().apply(order(winner, person)));
      }
    }
    List<Long> won = new ArrayList<>();
    List<Outcome<Placed, FlashRefusal>> outcomes = together(work);
    for (int i = 0; i < asked.size(); i++) {
      switch (outcomes.get(i)) {
        case Outcome.Applied<Placed, FlashRefusal> _ -> won.add(asked.get(i).number());
        case Outcome.AlreadyApplied<Placed, FlashRefusal> _ -> won.add(asked.get(i).number());
        case Outcome.Refused<Placed, FlashRefusal>(FlashRefusal why) -> {
          if (why == FlashRefusal.LATE) {
            throw new DatabaseFailure.Transient("a winner's order waited too long", null);
          }
          lost.add(asked.get(i));
          without.add(why);
        }
      }
    }
    ground
        .database()
        .write(
            "draw-won",
            tx -> {
              DrawStore.settle(tx, won, DrawEntry.State.WON);
              return true;
            });
    lose(lost);
    return without;
  }

  private static List<Outcome<Placed, FlashRefusal>> together(
      List<Callable<Outcome<Placed, FlashRefusal>>> work) {
    List<Outcome<Placed, FlashRefusal>> outcomes = new ArrayList<>(work.size());
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Outcome<Placed, FlashRefusal>> each : threads.invokeAll(work)) {
        outcomes.add(each.get());
      }
      return outcomes;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DatabaseFailure.Transient("interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private FlashOrder order(DrawEntry winner, Consignee person) {
    byte[] number = Long.toString(winner.number()).getBytes(StandardCharsets.UTF_8);
    byte[] key = IdempotencyKey.of("draw", "winner", Long.toString(winner.number())).hash16();
    Cause system = Cause.system(winner.traceparent());
    return new FlashOrder(
        new OrderNumber(winner.number()),
        winner.userId(),
        winner.sale(),
        winner.sku(),
        winner.quantity(),
        person.address(),
        key,
        IdempotencyKey.commandHash(number),
        KeyHash.NONE,
        FlashOrder.Way.DRAWN,
        ground.clock().instant().plus(FlashOrders.waitMax()),
        Cause.customer(winner.userId(), system.traceId(), winner.traceparent()));
  }

  /** Nobody is kept of who lost. */
  private void lose(List<DrawEntry> losers) {
    if (losers.isEmpty()) {
      return;
    }
    List<Long> numbers = losers.stream().map(DrawEntry::number).sorted().toList();
    ground
        .database()
        .write(
            "draw-lost",
            tx -> {
              DrawStore.settle(tx, numbers, DrawEntry.State.LOST);
              ground.consignees().erase(tx, numbers);
              return true;
            });
  }

  @Override
  public void close() {
    closed = true;
    if (thread.getState() == Thread.State.NEW) {
      return; // a node without this role never started it
    }
    LockSupport.unpark(thread);
    try {
      if (thread.join(CLOSE_MAX)) {
        leases.release(LEASE, ground.node());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (DatabaseFailure e) {
      log.debug("the lease runs out by itself: {}", e.getMessage());
    }
  }
}
