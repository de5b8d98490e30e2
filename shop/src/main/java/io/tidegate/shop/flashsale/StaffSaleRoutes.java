package io.tidegate.shop.flashsale;

import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Cursors;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.IdempotencyKey;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.Page;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.http.Twins;
import io.tidegate.shop.flashsale.GrantCountStore.Pieces;
import io.tidegate.shop.flashsale.SaleRefusal.Why;
import io.tidegate.shop.inventory.Pool;
import io.tidegate.shop.inventory.PoolStore;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.kernel.SkuCode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Sales for staff: planned, warmed, started, added to and stopped, with what is left of them. */
public final class StaffSaleRoutes implements Routes {

  private static final String ALL = "/v1/admin/flash-sales";
  private static final String ONE = ALL + "/{id}";

  private final SaleDesk desk;
  private final SaleStore sales;
  private final PoolStore pools;
  private final DrawStore draws;
  private final GrantCountStore granted;
  private final Cursors cursors;
  private final Twins twins;
  private final InstantSource clock;

  public StaffSaleRoutes(
      SaleDesk desk,
      SaleStore sales,
      PoolStore pools,
      DrawStore draws,
      GrantCountStore granted,
      Cursors cursors,
      Twins twins,
      InstantSource clock) {
    this.desk = desk;
    this.sales = sales;
    this.pools = pools;
    this.draws = draws;
    this.granted = granted;
    this.cursors = cursors;
    this.twins = twins;
    this.clock = clock;
  }

  @Override
  public void register(Router router) {
    Access readers = Access.staff("admin", "marketing", "support", "finance", "warehouse");
    Access editors = Access.staff("admin", "marketing");
    router.get(ALL, readers, this::list).paged();
    router.get(ONE, readers, this::show);
    router.post(ALL, editors, this::plan);
    router.post(ONE + "/warm", editors, request -> done(desk.warm(id(request), by(request))));
    router.post(ONE + "/start", editors, request -> done(desk.start(id(request), by(request))));
    router.post(ONE + "/stop", editors, request -> done(desk.stop(id(request), by(request))));
    router.post(ONE + "/stock", editors, this::addStock);
  }

  private Reply list(Request request) {
    long before = cursors.position(request).orElse(Long.MAX_VALUE);
    List<Sale> page = sales.before(before, request.limit() + 1);
    Map<Long, Pool> known = pools.find(page.stream().flatMap(s -> s.pools().stream()).toList());
    Map<Long, Long> entries = draws.entries(page.stream().map(Sale::id).toList());
    Instant now = clock.instant();
    return Page.reply(
            request,
            cursors,
            page,
            Sale::id,
            (json, sale) ->
                SaleJson.write(
                    json, sale, state(sale, known, now), known, entries.get(sale.id()), Map.of()))
        .header("Cache-Control", "no-store");
  }

  private Reply show(Request request) {
    Sale sale = sales.find(id(request)).orElseThrow(Problem::notFound);
    return Reply.json(200, json -> write(json, sale)).header("Cache-Control", "no-store");
  }

  private Reply plan(Request request) throws Exception {
    IdempotencyKey key = request.idempotencyKey();
    Fields body = request.json();
    return switch (twins.run(key, () -> desk.plan(key, body, by(request)))) {
      case Outcome.Applied<SaleDesk.Planned, SaleRefusal>(SaleDesk.Planned made) -> planned(made);
      case Outcome.AlreadyApplied<SaleDesk.Planned, SaleRefusal>(SaleDesk.Planned made) ->
          planned(made).replayed();
      case Outcome.Refused<SaleDesk.Planned, SaleRefusal>(SaleRefusal why) -> throw problem(why);
    };
  }

  private static Reply planned(SaleDesk.Planned made) {
    return Reply.json(201, made.told().getBytes(StandardCharsets.UTF_8))
        .header("Location", ALL + "/" + made.id());
  }

  private Reply addStock(Request request) throws Exception {
    long id = id(request);
    IdempotencyKey key = request.idempotencyKey();
    Fields body = request.json();
    String sku = body.string("sku", SkuCode.CHARS_MAX);
    long quantity = body.integer("quantity", 1, SaleDesk.ADDED_MAX);
    body.check();
    Outcome<Sale, SaleRefusal> outcome =
        twins.run(key, () -> desk.addStock(key, id, sku, quantity, by(request)));
    Reply reply = done(outcome);
    return outcome instanceof Outcome.AlreadyApplied ? reply.replayed() : reply;
  }

  private Reply done(Outcome<Sale, SaleRefusal> outcome) {
    return switch (outcome) {
      case Outcome.Applied<Sale, SaleRefusal>(Sale sale) -> done("applied", sale);
      case Outcome.AlreadyApplied<Sale, SaleRefusal>(Sale sale) -> done("already_applied", sale);
      case Outcome.Refused<Sale, SaleRefusal>(SaleRefusal why) -> throw problem(why);
    };
  }

  private Reply done(String outcome, Sale sale) {
    return Reply.json(
        200,
        json -> {
          json.beginObject().field("outcome", outcome).name("sale");
          write(json, sale);
          json.endObject();
        });
  }

  private void write(JsonWriter json, Sale sale) {
    Map<Long, Pool> known = pools.find(sale.pools());
    SaleJson.write(
        json,
        sale,
        state(sale, known, clock.instant()),
        known,
        draws.entries(List.of(sale.id())).get(sale.id()),
        shown(sale));
  }

  /** Figures of all its goods, once some may be granted. */
  private Map<String, Pieces> shown(Sale sale) {
    Map<String, Pieces> shown = new HashMap<>();
    if (!sale.pools().isEmpty()) {
      sale.items().forEach(item -> shown.put(item.sku(), Pieces.NONE));
      shown.putAll(granted.of(sale.id()));
    }
    return shown;
  }

  private static SaleState state(Sale sale, Map<Long, Pool> known, Instant now) {
    boolean left =
        sale.pools().stream()
            .anyMatch(id -> {
              Pool pool = known.get(id);
              return pool != null && pool.free() > 0;
            });
    return sale.shown(now, !left);
  }

  private static long id(Request request) {
    return request.pathNumber("id");
  }

  private static SaleDesk.By by(Request request) {
    return new SaleDesk.By(request.caller().subject(), request.traceparent());
  }

  private static Problem problem(SaleRefusal why) {
    return switch (why) {
      case SaleRefusal.OutOfStock(var skus) ->
          Problem.conflict("out_of_stock", "Fewer are available than the sale takes")
              .with(json -> {
                json.name("errors").beginArray();
                skus.stream().sorted().forEach(sku -> tooFew(json, sku));
                json.endArray();
              });
      case Why plain -> problem(plain);
    };
  }

  private static void tooFew(JsonWriter json, String sku) {
    json.beginObject()
        .field("pointer", "/items")
        .field("detail", "has too few pieces available")
        .field("sku", sku)
        .endObject();
  }

  private static Problem problem(Why why) {
    return switch (why) {
      case NO_SUCH_SALE -> Problem.notFound();
      case NO_SUCH_ITEM -> Problem.conflict("not_in_sale", "The sale doesn't have this SKU");
      case KEY_REUSED -> Problem.keyReused();
      case ENDED -> Problem.conflict("ended", "Its time is over");
      case STOPPED -> Problem.conflict("stopped", "It was stopped");
      case DRAWN ->
          Problem.conflict(
              "drawn", "It is drawn and its winners' orders are being placed: stop it after that");
      case TOO_MANY_SALES ->
          Problem.conflict(
              "too_many",
              "At most " + SaleDesk.KEPT_MAX + " may be planned, warm or over for less than a day");
      case TOO_MANY_PIECES ->
          Problem.conflict(
              "too_many", "An allocation has at most " + SaleRules.ALLOCATION_MAX + " pieces");
    };
  }
}
