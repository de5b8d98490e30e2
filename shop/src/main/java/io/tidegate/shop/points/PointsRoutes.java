package io.tidegate.shop.points;

import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Cursors;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.Page;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import java.util.List;

/** The customer's own points: {@code /v1/me/points}, newest entries first. */
public final class PointsRoutes implements Routes {

  private final PointsStore store;
  private final Cursors cursors;

  public PointsRoutes(PointsStore store, Cursors cursors) {
    this.store = store;
    this.cursors = cursors;
  }

  @Override
  public void register(Router router) {
    router.get("/v1/me/points", Access.customer(), this::list).paged();
  }

  private Reply list(Request request) {
    long user = request.caller().customer();
    long before = cursors.position(request).orElse(Long.MAX_VALUE);
    List<PointEntry> rows = store.entries(user, before, request.limit() + 1);
    PointAccount account = store.account(user);
    long owed = store.owed(user);
    return Page.reply(
        request,
        cursors,
        rows,
        PointEntry::id,
        PointsRoutes::write,
        json -> {
          json.field("balance", account.balance()).field("held", account.held());
          if (owed > 0) {
            json.field("owed", owed);
          }
        });
  }

  private static void write(JsonWriter json, PointEntry entry) {
    json.beginObject().field("id", Long.toString(entry.id()));
    if (entry.kind() != PointEntry.Kind.OPENING) {
      json.field("order", Long.toString(entry.orderNumber()));
    }
    json.field("kind", entry.kind().code())
        .field("amount", entry.amount())
        .field("at", entry.at())
        .endObject();
  }
}
