package io.tidegate.shop.inventory;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.IdempotencyTable;
import io.tidegate.platform.db.IdempotencyTable.Entry;
import io.tidegate.platform.db.Tx;
import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.IdempotencyKey;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.http.Twins;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.shop.inventory.AdjustStock.Adjusted;
import io.tidegate.shop.inventory.AdjustStock.Refusal;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.kernel.SkuCode;
import io.tidegate.shop.staff.StaffStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Exact stock, for staff, and its correction by hand. */
public final class StockRoutes implements Routes {

  private static final int DELTA_MAX = 1_000_000_000;
  private static final int REASON_CHARS_MAX = 200;
  private static final int WAREHOUSE_CHARS_MAX = 64;

  private final Database database;
  private final StockStore stock;
  private final EventLog log;
  private final Runnable published;
  private final Twins twins;
  private final List<String> warehouses;

  /** A correction as it was asked for. */
  private record Asked(
      AdjustStock command, String reason, String actor, Entry key, String traceparent) {}

  /**
   * @param published told after each commit that events wait
   * @param warehouses ids of all there are, at least one
   */
  public StockRoutes(
      Database database,
      StockStore stock,
      EventLog log,
      Runnable published,
      Twins twins,
      List<String> warehouses) {
    this.database = database;
    this.stock = stock;
    this.log = log;
    this.published = published;
    this.twins = twins;
    this.warehouses = List.copyOf(warehouses);
  }

  @Override
  public void register(Router router) {
    router.get(
        "/v1/admin/skus/{sku}/stock", Access.staff("admin", "warehouse", "support"), this::show);
    router.post(
        "/v1/admin/skus/{sku}/stock-adjustments", Access.staff("admin", "warehouse"), this::adjust);
  }

  private Reply show(Request request) {
    String sku = sku(request);
    Stock found = stock.find(sku).orElseThrow(Problem::notFound);
    return Reply.json(200, StockJson.stock(found, OnHandStore.find(database, sku)))
        .header("Cache-Control", "no-store");
  }

  private Reply adjust(Request request) throws Exception {
    IdempotencyKey key = request.idempotencyKey();
    Asked asked = asked(request, key);
    Outcome<String, Refusal> outcome =
        twins.run(key, () -> database.write("stock-adjustment", tx -> run(tx, asked)));
    return switch (outcome) {
      case Outcome.Applied<String, Refusal>(String told) -> {
        published.run();
        yield created(told);
      }
      case Outcome.AlreadyApplied<String, Refusal>(String told) -> created(told).replayed();
      case Outcome.Refused<String, Refusal>(Refusal why) -> throw problem(why);
    };
  }

  private Asked asked(Request request, IdempotencyKey key) {
    String sku = sku(request);
    Fields body = request.json();
    long delta = body.integer("delta", -DELTA_MAX, DELTA_MAX);
    if (body.has("delta") && delta == 0) {
      body.refuse("delta", "must not be 0");
    }
    String reason = body.string("reason", REASON_CHARS_MAX);
    @Nullable String warehouse = body.optionalString("warehouse", WAREHOUSE_CHARS_MAX);
    if (warehouse != null && !warehouse.isEmpty() && !warehouses.contains(warehouse)) {
      body.refuse("warehouse", "is no warehouse");
    }
    body.check();
    String canonical = sku + '\n' + delta + '\n' + warehouse + '\n' + reason;
    byte[] hash = IdempotencyKey.commandHash(canonical.getBytes(StandardCharsets.UTF_8));
    return new Asked(
        new AdjustStock(sku, delta, warehouse),
        reason,
        request.caller().subject(),
        new Entry(key.hash16(), hash, 0),
        request.traceparent());
  }

  /** The key first, then the locks by rank, then the id: so ids rise in the order of commits. */
  private Outcome<String, Refusal> run(Tx tx, Asked asked) {
    String mapKey = IdempotencyTable.mapKey(asked.key().key());
    Entry known = IdempotencyTable.claim(tx, List.of(asked.key())).get(mapKey);
    if (known != null) {
      return known.sameCommand(asked.key().commandHash())
          ? Outcome.alreadyApplied(StockStore.told(tx, known.reference()))
          : Outcome.refused(Refusal.KEY_REUSED);
    }
    String sku = asked.command().sku();
    List<OnHand.Shelf> shelves = OnHandStore.lockOne(tx, sku);
    Stock locked = StockStore.lock(tx, List.of(sku)).get(sku);
    if (locked == null) {
      return Outcome.refused(Refusal.NO_SUCH_SKU);
    }
    return switch (asked.command().decide(locked, shelves, warehouses.getFirst())) {
      case Outcome.Applied<Adjusted, Refusal>(Adjusted adjusted) ->
          Outcome.applied(save(tx, asked, mapKey, adjusted));
      case Outcome.AlreadyApplied<Adjusted, Refusal>(Adjusted _) ->
          throw new IllegalStateException("a correction is never there already");
      case Outcome.Refused<Adjusted, Refusal>(Refusal why) -> Outcome.refused(why);
    };
  }

  private String save(Tx tx, Asked asked, String mapKey, Adjusted adjusted) {
    String sku = adjusted.stock().sku();
    String told =
        new String(StockJson.stock(adjusted.stock(), adjusted.shelves()), StandardCharsets.UTF_8);
    StockStore.Movement movement =
        new StockStore.Movement(
            StockStore.nextMovement(tx),
            sku,
            adjusted.warehouse(),
            adjusted.delta(),
            asked.reason(),
            asked.actor(),
            told);
    IdempotencyTable.refer(tx, Map.of(mapKey, movement.id()));
    OnHandStore.correct(tx, adjusted);
    StockStore.adjust(tx, movement);
    StaffStore.record(
        tx,
        asked.actor(),
        "stock.adjust",
        "sku " + sku,
        json ->
            json.field("movement", Long.toString(movement.id()))
                .field("warehouse", movement.warehouse())
                .field("delta", movement.delta())
                .field("available", adjusted.stock().available()));
    log.append(tx, List.of(StockJson.adjusted(adjusted, movement, tx.now(), asked.traceparent())));
    return told;
  }

  private static String sku(Request request) {
    String sku = request.path("sku");
    if (!SkuCode.isValid(sku)) {
      throw Problem.notFound();
    }
    return sku;
  }

  private static Reply created(String told) {
    return Reply.json(201, told.getBytes(StandardCharsets.UTF_8));
  }

  private static Problem problem(Refusal why) {
    return switch (why) {
      case NO_SUCH_SKU -> Problem.notFound();
      case KEY_REUSED -> Problem.keyReused();
      case OUT_OF_STOCK ->
          Problem.conflict("out_of_stock", "Orders leave fewer available than would go");
      case NOT_ON_HAND ->
          Problem.conflict(
              "not_on_hand", "Fewer lie in the warehouse that are promised to no shipment");
      case TOO_MANY -> Problem.conflict("too_many", "No shelf holds so many");
    };
  }
}
