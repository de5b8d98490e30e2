package io.tidegate.shop.inventory;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.IdempotencyKey;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.http.Twins;
import io.tidegate.shop.inventory.AdjustStock.Refusal;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.kernel.SkuCode;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Exact stock, for staff, and its correction by hand. */
public final class StockRoutes implements Routes {

  private static final int WAREHOUSE_CHARS_MAX = 64;

  private final Database database;
  private final StockStore stock;
  private final StockDesk desk;
  private final Twins twins;

  public StockRoutes(Database database, StockStore stock, StockDesk desk, Twins twins) {
    this.database = database;
    this.stock = stock;
    this.desk = desk;
    this.twins = twins;
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
    StockDesk.Asked asked = asked(request, key);
    return switch (twins.run(key, () -> desk.correct(asked))) {
      case Outcome.Applied<String, Refusal>(String told) -> created(told);
      case Outcome.AlreadyApplied<String, Refusal>(String told) -> created(told).replayed();
      case Outcome.Refused<String, Refusal>(Refusal why) -> throw problem(why);
    };
  }

  private StockDesk.Asked asked(Request request, IdempotencyKey key) {
    String sku = sku(request);
    Fields body = request.json();
    long delta = body.integer("delta", -StockDesk.DELTA_MAX, StockDesk.DELTA_MAX);
    if (body.has("delta") && delta == 0) {
      body.refuse("delta", "must not be 0");
    }
    String reason = body.line("reason", StockDesk.REASON_CHARS_MAX);
    @Nullable String warehouse = body.optionalString("warehouse", WAREHOUSE_CHARS_MAX);
    if (warehouse != null && !warehouse.isEmpty() && !desk.warehouses().contains(warehouse)) {
      body.refuse("warehouse", "is no warehouse");
    }
    body.check();
    return new StockDesk.Asked(
        new AdjustStock(sku, delta, warehouse),
        reason,
        request.caller().subject(),
        key.hash16(),
        request.traceparent());
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
