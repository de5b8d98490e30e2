package io.tidegate.shop.flashsale;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.LaneMetrics;
import io.tidegate.platform.db.LaneSettings;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.messaging.EventHandler;
import io.tidegate.shop.inventory.PoolStore;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.AskService;
import io.tidegate.shop.ordering.FixedPriceOrders;
import io.tidegate.shop.ordering.Placed;
import java.time.Duration;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The way in to flash sales at this node: gates, tokens, the waiting line and its lane, tickets. It
 * has a database of its own, so that its flood takes no session that normal orders need.
 */
public final class FlashOrders implements AutoCloseable {

  /** The name of the lane, for metrics. */
  public static final String LANE = "flash";

  private final Ground ground;
  private final FlashSettings settings;
  private final GrantStore grants;
  private final Gates gates;
  private final FlashLine line;
  private final FlashLimits limits;
  private final PurchaseTokens tokens;
  private final Challenge challenge;
  private final TicketText texts;
  private final KnownKeys keys;
  private final FullBuyers full = new FullBuyers();

  /**
   * What it stands on.
   *
   * @param database its own; of its sessions one writes, the others read
   * @param orders reads and writes what belongs to orders, on this database
   * @param asks reads addresses, on this database
   * @param numbers gives order numbers, by user
   * @param secret signs tokens, challenges and tickets; shared by all nodes
   * @param published told after each commit that events wait
   */
  public record Ground(
      Database database,
      SaleBook book,
      FixedPriceOrders orders,
      AskService asks,
      LongFunction<OrderNumber> numbers,
      byte[] secret,
      Clock clock,
      Runnable published,
      MeterRegistry meters) {}

  /** Built; {@link #start} opens the gates, after the book was read. */
  public FlashOrders(Ground ground, FlashSettings settings) {
    this.ground = ground;
    this.settings = settings;
    this.grants = new GrantStore(ground.database());
    this.gates =
        new Gates(
            ground.book(),
            new PoolStore(ground.database()),
            grants,
            ground.clock(),
            settings.margin(),
            ground.meters());
    this.line =
        new FlashLine(
            // One worker: a pool's row is held by one batch at a time, and first come is first.
            LaneSettings.of(LANE)
                .withWorkers(1)
                .withQueueMax(settings.queueMax())
                .withPerSecondMax(settings.perSecondMax()),
            ground.database(),
            gates,
            ground.orders(),
            ground.published(),
            new LaneMetrics(ground.meters(), LANE));
    this.limits =
        new FlashLimits(settings.limitPerUser(), settings.limitPerAddress(), ground.clock());
    this.tokens = new PurchaseTokens(ground.secret());
    this.challenge = new ProofOfWork(ground.secret());
    this.texts = new TicketText(ground.secret());
    this.keys = new KnownKeys(ground.database());
  }

  /** Reads what is needed to refuse, and goes on reading. */
  public void start() {
    gates.start();
  }

  public Gates gates() {
    return gates;
  }

  /** Tickets' texts, for whoever hands some out. */
  public TicketText tickets() {
    return texts;
  }

  /** Hears what becomes of orders. */
  public EventHandler grantHandler() {
    return new GrantConsumer(gates::lookSoon);
  }

  /** Places an order that was drawn; the same again has the same answer. */
  public Outcome<Placed, FlashRefusal> place(FlashOrder drawn) {
    return line.run(drawn);
  }

  /**
   * What is served.
   *
   * @param draws takes entries, and tells what became of them; null where this node takes none
   */
  public List<Routes> routes(@Nullable Draws draws) {
    if (draws != null) {
      gates.draws(draws);
    }
    return List.of(
        new TokenRoutes(gates, tokens, challenge, limits, settings.tokenLead(), ground.clock()),
        new FlashOrderRoutes(this, draws, settings),
        new TicketRoutes(texts, new TicketDesk(line, grants, keys, draws, ground.clock())));
  }

  Ground ground() {
    return ground;
  }

  FlashLine line() {
    return line;
  }

  FlashLimits limits() {
    return limits;
  }

  PurchaseTokens tokens() {
    return tokens;
  }

  KnownKeys keys() {
    return keys;
  }

  FullBuyers full() {
    return full;
  }

  /** How long an order that comes now may wait to be decided. */
  static Duration waitMax() {
    return FlashLine.WAIT_MAX;
  }

  @Override
  public void close() {
    gates.close();
    line.close();
  }
}
