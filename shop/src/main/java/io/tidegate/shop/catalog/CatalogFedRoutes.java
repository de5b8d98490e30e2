package io.tidegate.shop.catalog;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.staff.StaffStore;
import java.time.Instant;
import java.util.List;

/**
 * The last version of a product that a catalogue outside has fed, for staff, and the way back where
 * it was wrong: one that was too high, or that begins anew, would keep the product as it is for
 * ever.
 */
public final class CatalogFedRoutes implements Routes {

  private static final String PATH = "/v1/admin/products/{id}/fed";
  private static final Sql FED =
      Sql.of("select version, fed_at from catalog.fed where product = ?");
  private static final Sql BEGIN_AGAIN =
      Sql.of("update catalog.fed set version = 0 where product = ? and version = ? returning 1");

  private final Database database;

  /** The last version that was taken. */
  private record Fed(long version, Instant at) {}

  /** Another version was taken than the one that was seen. */
  private record Changed(long version) {}

  public CatalogFedRoutes(Database database) {
    this.database = database;
  }

  @Override
  public void register(Router router) {
    Access editors = Access.staff("admin", "marketing");
    router.get(PATH, editors, this::show);
    router.post(PATH + "/begin-again", editors, this::beginAgain);
  }

  private Reply show(Request request) {
    Fed fed =
        database
            .read(FED, row -> new Fed(row.getLong(1), row.getInstant(2)), request.path("id"))
            .stream()
            .findFirst()
            .orElseThrow(Problem::notFound);
    return Reply.json(
            200,
            json ->
                json.beginObject()
                    .field("version", fed.version())
                    .field("at", fed.at())
                    .endObject())
        .header("Cache-Control", "no-store");
  }

  private Reply beginAgain(Request request) {
    String id = request.path("id");
    Fields body = request.json();
    long seen = body.integer("version", 1, Long.MAX_VALUE);
    body.check();
    String actor = request.caller().subject();
    return switch (database.write("catalog-feed-again", tx -> beginAgain(tx, id, seen, actor))) {
      case Outcome.Applied<Long, Changed> _ -> told("applied");
      case Outcome.AlreadyApplied<Long, Changed> _ -> told("already_applied");
      case Outcome.Refused<Long, Changed>(Changed(long version)) ->
          throw Problem.conflict("changed", "Another version was taken meanwhile")
              .with(json -> json.field("version", version));
    };
  }

  /** Its expected version decides: where a word was taken meanwhile, this is tried again. */
  private static Outcome<Long, Changed> beginAgain(Tx tx, String id, long seen, String actor) {
    List<Long> now = tx.query(FED, row -> row.getLong(1), id);
    if (now.isEmpty()) {
      throw Problem.notFound();
    }
    long version = now.getFirst();
    if (version == 0) {
      return Outcome.alreadyApplied(version);
    }
    if (version != seen) {
      return Outcome.refused(new Changed(version));
    }
    tx.writeExpecting(1, BEGIN_AGAIN, id, seen);
    StaffStore.record(
        tx,
        actor,
        "catalog-feed.begin-again",
        "product " + id,
        json -> json.field("version", version));
    return Outcome.applied(version);
  }

  private static Reply told(String outcome) {
    return Reply.json(200, json -> json.beginObject().field("outcome", outcome).endObject());
  }
}
