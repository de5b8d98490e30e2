package io.tidegate.shop.inventory;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.kernel.SkuCode;
import io.tidegate.shop.staff.StaffStore;
import java.time.Instant;
import java.util.List;

/**
 * What a stock system outside said last, for staff, and the way back where its sequence was wrong:
 * one that was too high, or that begins anew, would keep a shelf's words out for ever.
 */
public final class StockFedRoutes implements Routes {

  private static final String PATH = "/v1/admin/skus/{sku}/fed";
  private static final int WAREHOUSE_CHARS_MAX = 64;

  /** More warehouses than any shop has. */
  private static final int ROWS_MAX = 100;

  private static final Sql LIST =
      Sql.of(
          """
          select warehouse, sequence, given, fed_at from inventory.fed
          where sku = ? order by warehouse limit ?
          """);
  private static final Sql SEQUENCE =
      Sql.of("select sequence from inventory.fed where sku = ? and warehouse = ?");
  private static final Sql BEGIN_AGAIN =
      Sql.of(
          """
          update inventory.fed set sequence = 0
          where sku = ? and warehouse = ? and sequence = ? returning 1
          """);

  private final Database database;

  /** The last word about a shelf. */
  private record Fed(String warehouse, long sequence, long pieces, Instant at) {}

  /** A shelf that another word was taken of than the one that was seen. */
  private record Changed(long sequence) {}

  public StockFedRoutes(Database database) {
    this.database = database;
  }

  @Override
  public void register(Router router) {
    router.get(PATH, Access.staff("admin", "warehouse", "support"), this::list);
    router.post(PATH + "/begin-again", Access.staff("admin", "warehouse"), this::beginAgain);
  }

  private static String sku(Request request) {
    String sku = request.path("sku");
    if (!SkuCode.isValid(sku)) {
      throw Problem.notFound();
    }
    return sku;
  }

  private Reply list(Request request) {
    List<Fed> fed =
        database.read(
            LIST,
            row -> new Fed(row.getString(1), row.getLong(2), row.getLong(3), row.getInstant(4)),
            sku(request),
            ROWS_MAX);
    return Reply.json(
            200,
            json -> {
              json.beginObject().name("data").beginArray();
              fed.forEach(each -> write(json, each));
              json.endArray().endObject();
            })
        .header("Cache-Control", "no-store");
  }

  private static void write(JsonWriter json, Fed fed) {
    json.beginObject()
        .field("warehouse", fed.warehouse())
        .field("sequence", fed.sequence())
        .field("pieces", fed.pieces())
        .field("at", fed.at())
        .endObject();
  }

  private Reply beginAgain(Request request) {
    String sku = sku(request);
    Fields body = request.json();
    String warehouse = body.string("warehouse", WAREHOUSE_CHARS_MAX);
    long seen = body.integer("sequence", 1, Long.MAX_VALUE);
    body.check();
    String actor = request.caller().subject();
    return switch (database.write(
        "stock-feed-again", tx -> beginAgain(tx, sku, warehouse, seen, actor))) {
      case Outcome.Applied<Long, Changed> _ -> told("applied");
      case Outcome.AlreadyApplied<Long, Changed> _ -> told("already_applied");
      case Outcome.Refused<Long, Changed>(Changed(long sequence)) ->
          throw Problem.conflict("changed", "Another word was taken meanwhile")
              .with(json -> json.field("sequence", sequence));
    };
  }

  /** Under the lock of the SKU's stock, as the feed's words are taken. */
  private static Outcome<Long, Changed> beginAgain(
      Tx tx, String sku, String warehouse, long seen, String actor) {
    StockStore.lock(tx, List.of(sku));
    List<Long> now = tx.query(SEQUENCE, row -> row.getLong(1), sku, warehouse);
    if (now.isEmpty()) {
      throw Problem.notFound();
    }
    long sequence = now.getFirst();
    if (sequence == 0) {
      return Outcome.alreadyApplied(sequence);
    }
    if (sequence != seen) {
      return Outcome.refused(new Changed(sequence));
    }
    tx.writeExpecting(1, BEGIN_AGAIN, sku, warehouse, seen);
    StaffStore.record(
        tx,
        actor,
        "stock-feed.begin-again",
        "sku " + sku,
        json -> json.field("warehouse", warehouse).field("sequence", sequence));
    return Outcome.applied(sequence);
  }

  private static Reply told(String outcome) {
    return Reply.json(200, json -> json.beginObject().field("outcome", outcome).endObject());
  }
}
