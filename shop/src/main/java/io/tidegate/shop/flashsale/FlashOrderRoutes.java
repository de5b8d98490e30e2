package io.tidegate.shop.flashsale;

import io.micrometer.core.instrument.FunctionCounter;
import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.LaneRefusal;
import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Bulkhead;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.Head;
import io.tidegate.platform.http.IdempotencyKey;
import io.tidegate.platform.http.PreparedProblem;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.AddressAsk;
import io.tidegate.shop.ordering.Cause;
import io.tidegate.shop.ordering.OrderItem;
import io.tidegate.shop.ordering.PlaceRoutes;
import io.tidegate.shop.ordering.Placed;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/flash-sales/{id}/orders}. Cheap refusals first: by the head alone, then by token
 * and limits, then by what is free of the SKU; only then a place in the line.
 */
final class FlashOrderRoutes implements Routes {

  private static final int SKU_CHARS_MAX = 64;
  private static final int TOKEN_CHARS_MAX = 128;

  /** How long a request waits for another one with its key before it is told so. */
  private static final Duration TWIN_MAX = Duration.ofSeconds(5);

  private final FlashOrders flash;
  private final Gates gates;
  private final FlashLine line;
  private final @Nullable Draws draws;
  private final Duration answerWithin;
  private final Bulkhead own;

  FlashOrderRoutes(FlashOrders flash, @Nullable Draws draws, FlashSettings settings) {
    this.flash = flash;
    this.gates = flash.gates();
    this.line = flash.line();
    this.draws = draws;
    this.answerWithin = settings.answerWithin();
    this.own = new Bulkhead(settings.concurrencyMax());
  }

  @Override
  public void register(Router router) {
    FunctionCounter.builder("tidegate.flash.turned.away", own, Bulkhead::turnedAway)
        .description("Orders of flash sales that found too many others in flight")
        .register(flash.ground().meters());
    router
        .post("/v1/flash-sales/{id}/orders", Access.customer(), this::order)
        .early(this::early)
        .bulkhead(own);
  }

  private @Nullable Reply early(Head head) {
    PreparedProblem refusal = gates.refusal(head.pathNumber("id"), head.idempotencyKey());
    return refusal == null ? null : head.refuse(refusal);
  }

  /**
   * A request's body.
   *
   * @param token empty where none was sent
   */
  private record Asked(String sku, int quantity, String token, AddressAsk address) {

    /** Over all that is wanted; the token is leave for it and no part of it. */
    byte[] hash(long sale) {
      String text = sale + "\n" + sku + '*' + quantity + '\n' + address.canonical();
      return IdempotencyKey.commandHash(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private Reply order(Request request) throws Exception {
    Gate gate = gates.find(request.pathNumber("id"));
    try {
      return gate == null ? longOver(request) : order(request, gate);
    } catch (Problem problem) {
      count(gate, FlashProblemJson.counted(problem));
      throw problem;
    } catch (LaneRefusal | DatabaseFailure.Transient | DatabaseFailure.CommitUnknown e) {
      count(gate, FlashAnswer.OVERLOADED);
      throw e;
    } catch (DatabaseFailure.Conflict _) { // others were before it again and again
      count(gate, FlashAnswer.OVERLOADED);
      throw Problem.overloaded(1);
    }
  }

  private static void count(@Nullable Gate gate, FlashAnswer answer) {
    if (gate != null) {
      gate.count(answer);
    }
  }

  private Reply order(Request request, Gate gate) throws Exception {
    long user = request.caller().customer();
    IdempotencyKey key = request.idempotencyKey();
    flash.limits().count(user, request.peer());
    Asked asked = asked(request);
    long sale = gate.sale().id();
    byte[] hash = asked.hash(sale);
    boolean good = flash.tokens().isGood(asked.token(), sale, user, flash.ground().clock().now());
    int keyHash = KeyHash.of(request.header("Idempotency-Key"));
    if (gate.sale().mode() == Mode.DRAW) {
      FlashOrder.Way way = good ? FlashOrder.Way.BOUGHT : FlashOrder.Way.REPEATED;
      return enter(gate, wish(request, sale, asked, key, hash, keyHash, way), keyHash);
    }
    FlashLine.Place twin = line.find(key);
    while (twin != null) {
      if (Arrays.equals(twin.order().commandHash(), hash)) {
        return answer(twin, gate, false);
      }
      if (!isDone(twin)) {
        throw Problem.inProgress();
      }
      twin = line.find(key);
    }
    boolean repeats = gate.keys().mayRepeat(keyHash, user);
    if (!repeats && !good) {
      throw FlashProblemJson.tokenInvalid();
    }
    Shelf.Reservation reservation = repeats ? null : admit(gate, asked, user);
    boolean entered = false;
    try {
      FlashOrder.Way way = good ? FlashOrder.Way.BOUGHT : FlashOrder.Way.REPEATED;
      FlashOrder order = wish(request, sale, asked, key, hash, keyHash, way);
      FlashLine.Place place = line.enter(order, key, gate, reservation);
      entered = true; // from here on the line gives the reservation back
      boolean first = place.order().number().equals(order.number());
      if (!Arrays.equals(place.order().commandHash(), hash)) {
        throw Problem.inProgress();
      }
      return answer(place, gate, first);
    } catch (RuntimeException e) {
      if (reservation != null && !entered) {
        reservation.giveUp();
      }
      throw e;
    }
  }

  /** Only who may enter goes to the lane; what a key was answered is read. */
  private Reply enter(Gate gate, FlashOrder entry, int keyHash) {
    if (draws == null) {
      throw Problem.overloaded(1);
    }
    long millis = flash.ground().clock().millis();
    Gate.Phase phase = gate.phase(millis);
    boolean good = entry.way() == FlashOrder.Way.BOUGHT;
    // What came at the last moment may not be committed: there the lane waits for its key.
    boolean fresh =
        good && (phase == Gate.Phase.OPEN || phase == Gate.Phase.ENDED && !gate.isSettled(millis));
    if (!fresh || gate.keys().mayRepeat(keyHash)) {
      Reply known = draws.known(gate.sale(), entry);
      if (known != null) {
        gate.count(FlashAnswer.REPLAYED);
        return known;
      }
    }
    if (!fresh) {
      throw switch (phase) {
        case NOT_STARTED -> FlashProblemJson.notStarted(gate.secondsToStart(millis));
        case OPEN -> FlashProblemJson.tokenInvalid();
        case ENDED -> FlashProblemJson.of(FlashRefusal.ENDED, 1);
      };
    }
    Reply entered = draws.enter(gate.sale(), entry);
    gate.keys().entered(keyHash);
    gate.count(FlashAnswer.ENTERED);
    return entered;
  }

  /** A sale that no gate has: what was bought in it is still answered, and nothing is sold. */
  private Reply longOver(Request request) {
    long user = request.caller().customer();
    IdempotencyKey key = request.idempotencyKey();
    flash.limits().count(user, request.peer());
    Asked asked = asked(request);
    long sale = request.pathNumber("id");
    Sale row = new SaleStore(flash.ground().database()).find(sale).orElseThrow(Problem::notFound);
    FlashOrder order =
        wish(request, sale, asked, key, asked.hash(sale), KeyHash.NONE, FlashOrder.Way.REPEATED);
    if (row.mode() == Mode.DRAW) {
      Reply known = draws == null ? null : draws.known(row, order);
      if (known == null) {
        throw unknownHere(row);
      }
      return known;
    }
    return switch (flash.place(order)) {
      case Outcome.Applied<Placed, FlashRefusal>(Placed placed) -> PlaceRoutes.receipt(placed);
      case Outcome.AlreadyApplied<Placed, FlashRefusal>(Placed placed) ->
          PlaceRoutes.receipt(placed).replayed();
      case Outcome.Refused<Placed, FlashRefusal>(FlashRefusal why) ->
          throw why == FlashRefusal.TOKEN_INVALID ? unknownHere(row) : FlashProblemJson.of(why, 1);
    };
  }

  /** What is over is over; what may still be bought is known here in a moment. */
  private Problem unknownHere(Sale sale) {
    boolean over = !sale.isLive() || !flash.ground().clock().now().isBefore(sale.closesAt());
    return over ? FlashProblemJson.of(FlashRefusal.ENDED, 1) : Problem.overloaded(1);
  }

  private Asked asked(Request request) {
    Fields body = request.json();
    String sku = body.string("sku", SKU_CHARS_MAX);
    long quantity = body.integer("quantity", 1, OrderItem.QUANTITY_MAX);
    String token = body.optionalString("token", TOKEN_CHARS_MAX);
    AddressAsk address = flash.ground().asks().address(body);
    body.check();
    return new Asked(sku, (int) quantity, token == null ? "" : token, address);
  }

  /**
   * Lets somebody in who repeats no key; null where only the lane can say: the sale is over, and
   * another node may have sold at its last moment.
   */
  private Shelf.@Nullable Reservation admit(Gate gate, Asked asked, long user) {
    long millis = flash.ground().clock().millis();
    switch (gate.phase(millis)) {
      case NOT_STARTED -> throw FlashProblemJson.notStarted(gate.secondsToStart(millis));
      case ENDED -> {
        if (gate.isSettled(millis)) {
          throw FlashProblemJson.of(FlashRefusal.ENDED, 1);
        }
        return null;
      }
      case OPEN -> {}
    }
    Sale sale = gate.sale();
    SaleItem item =
        sale.item(asked.sku()).orElseThrow(() -> FlashProblemJson.of(FlashRefusal.NOT_SELLABLE, 1));
    if (asked.quantity() > item.perUser()
        || flash.full().has(sale.id(), item.sku(), user, System.nanoTime())) {
      throw FlashProblemJson.of(FlashRefusal.LIMIT_REACHED, 1);
    }
    Shelf shelf = gate.shelf(item.sku());
    if (shelf == null) {
      throw FlashProblemJson.of(FlashRefusal.SOLD_OUT, 1); // nothing could be had at its warming
    }
    Shelf.Reservation reservation = shelf.reserve(asked.quantity());
    if (reservation == null) {
      throw shelf.room() == Shelf.Room.UNKNOWN
          ? Problem.overloaded(1)
          : FlashProblemJson.of(FlashRefusal.SOLD_OUT, 1);
    }
    return reservation;
  }

  private FlashOrder wish(
      Request request,
      long sale,
      Asked asked,
      IdempotencyKey key,
      byte[] hash,
      int keyHash,
      FlashOrder.Way way) {
    long user = request.caller().customer();
    FlashOrders.Ground ground = flash.ground();
    Instant until = ground.clock().instant().plus(FlashOrders.waitMax());
    return new FlashOrder(
        ground.numbers().apply(user),
        user,
        sale,
        asked.sku(),
        asked.quantity(),
        ground.asks().addressIfKept(user, asked.address()),
        key.hash16(),
        hash,
        keyHash,
        way,
        until,
        Cause.customer(user, request.traceId(), request.traceparent()));
  }

  private static boolean isDone(FlashLine.Place twin) throws InterruptedException {
    try {
      return twin.await(TWIN_MAX) != null;
    } catch (RuntimeException _) {
      return true; // it was not run: the key is free
    }
  }

  /**
   * Waits a moment for the answer.
   *
   * @param first whether it is this request's own, and not a twin's
   */
  private Reply answer(FlashLine.Place place, Gate gate, boolean first)
      throws InterruptedException {
    Outcome<Placed, FlashRefusal> outcome = place.await(place.repeats() ? TWIN_MAX : answerWithin);
    FlashOrder order = place.order();
    return switch (outcome) {
      case null -> {
        if (place.repeats()) {
          throw Problem.inProgress();
        }
        gate.count(FlashAnswer.WAITING);
        yield waiting(place);
      }
      case Outcome.Applied<Placed, FlashRefusal>(Placed placed) -> {
        gate.count(first ? FlashAnswer.PLACED : FlashAnswer.REPLAYED);
        yield first ? PlaceRoutes.receipt(placed) : PlaceRoutes.receipt(placed).replayed();
      }
      case Outcome.AlreadyApplied<Placed, FlashRefusal>(Placed placed) -> {
        gate.count(FlashAnswer.REPLAYED);
        yield PlaceRoutes.receipt(placed).replayed();
      }
      case Outcome.Refused<Placed, FlashRefusal>(FlashRefusal why) -> {
        if (why == FlashRefusal.LIMIT_REACHED) {
          flash.full().add(order.sale(), order.sku(), order.userId(), System.nanoTime());
        }
        throw FlashProblemJson.of(why, gate.secondsToStart(flash.ground().clock().millis()));
      }
    };
  }

  private Reply waiting(FlashLine.Place place) {
    FlashOrder order = place.order();
    String ticket =
        flash
            .tickets()
            .of(
                new Ticket(
                    order.sale(),
                    order.number(),
                    order.userId(),
                    order.until(),
                    Ticket.Wish.of(order)));
    TicketState.Place shown = place.shown();
    return Reply.json(
            202,
            json -> {
              json.beginObject().field("ticket", ticket);
              TicketRoutes.place(json, shown);
              json.endObject();
            })
        .header("Location", "/v1/flash-tickets/" + ticket)
        .header("Retry-After", Long.toString(shown.retryAfterSeconds()));
  }
}
