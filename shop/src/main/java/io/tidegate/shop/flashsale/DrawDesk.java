package io.tidegate.shop.flashsale;

import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.IdempotencyTable.Entry;
import io.tidegate.platform.db.Lane;
import io.tidegate.platform.db.LaneMetrics;
import io.tidegate.platform.db.LaneSettings;
import io.tidegate.platform.http.Reply;
import io.tidegate.shop.customer.ConsigneeStore;
import io.tidegate.shop.kernel.Outcome;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where customers enter draws, and hear what became of it. */
public final class DrawDesk implements Draws, AutoCloseable {

  /** The name of the lane, for metrics. */
  public static final String LANE = "draw";

  /** An entry that waits longer is not taken. */
  private static final Duration WAIT_MAX = Duration.ofSeconds(10);

  private final DrawStore draws;
  private final TicketText tickets;
  private final KnownKeys keys;
  private final Clock clock;
  private final SaleBook book;
  private final int queueMax;
  private final Lane<FlashOrder, Outcome<DrawEntry, FlashRefusal>> lane;

  /**
   * @param flash the way in: entries come by its tokens, and are written by its sessions
   * @param queueMax entries that may wait; one more is answered 503
   */
  public DrawDesk(FlashOrders flash, ConsigneeStore consignees, int queueMax) {
    FlashOrders.Ground ground = flash.ground();
    this.draws = new DrawStore(ground.database());
    this.tickets = flash.tickets();
    this.keys = flash.keys();
    this.clock = ground.clock();
    this.book = ground.book();
    this.queueMax = queueMax;
    this.lane =
        new Lane<>(
            // One worker: batches of one draw wait for each other anyway.
            LaneSettings.of(LANE).withWorkers(1).withQueueMax(queueMax),
            ground.database(),
            new DrawLane(consignees, tickets),
            DrawLane::bytes,
            new LaneMetrics(ground.meters(), LANE));
  }

  @Override
  public Reply enter(Sale sale, FlashOrder entry) {
    return switch (lane.submit(entry, WAIT_MAX)) {
      case Outcome.Applied<DrawEntry, FlashRefusal>(DrawEntry made) -> entered(sale, made);
      case Outcome.AlreadyApplied<DrawEntry, FlashRefusal>(DrawEntry made) ->
          entered(sale, made).replayed();
      case Outcome.Refused<DrawEntry, FlashRefusal>(FlashRefusal why) ->
          throw FlashProblemJson.of(
              why, Math.max(1, Duration.between(clock.now(), sale.startsAt()).toSeconds()));
    };
  }

  @Override
  public @Nullable Reply known(Sale sale, FlashOrder entry) {
    Entry key = keys.find(entry.key()).orElse(null);
    if (key == null) {
      return null;
    }
    DrawEntry before = draws.entry(-key.reference()).orElse(null);
    if (!key.sameCommand(entry.commandHash()) || before == null) {
      throw FlashProblemJson.of(FlashRefusal.KEY_REUSED, 1);
    }
    return entered(sale, before).replayed();
  }

  @Override
  public boolean isFull() {
    return lane.waiting() >= queueMax;
  }

  /** A draw has no line, and so no position: everybody waits until it is drawn. */
  private Reply entered(Sale sale, DrawEntry entry) {
    String ticket = tickets.of(DrawLane.ticket(sale, entry.number(), entry.userId()));
    long eta = Math.max(1, Duration.between(clock.now(), sale.closesAt()).toSeconds() + 1);
    return Reply.json(
            202,
            json -> json.beginObject().field("ticket", ticket).field("etaSeconds", eta).endObject())
        .header("Location", "/v1/flash-tickets/" + ticket)
        .header("Retry-After", Long.toString(eta));
  }

  @Override
  public Optional<TicketState> find(Ticket ticket) {
    Optional<DrawEntry> found = draws.entry(ticket.order().value());
    if (found.isEmpty()) {
      // A ticket of a draw is given when its entry is there: this one was withdrawn.
      Sale sale = book.find(ticket.sale());
      return sale != null && sale.mode() == Mode.DRAW
          ? Optional.of(new TicketState.Lost())
          : Optional.empty();
    }
    return found.map(entry ->
        switch (entry.state()) {
          case ENTERED -> new TicketState.Waiting(null);
          case WON -> new TicketState.Won(ticket.order());
          case LOST -> new TicketState.Lost();
        });
  }

  @Override
  public void close() {
    lane.close();
  }
}
