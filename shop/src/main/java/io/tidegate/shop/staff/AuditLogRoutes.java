package io.tidegate.shop.staff;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Cursors;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.Page;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import java.nio.charset.StandardCharsets;

/** {@code GET /v1/admin/audit-log}: who of the staff did what, newest first. */
public final class AuditLogRoutes implements Routes {

  private final Database database;
  private final Cursors cursors;

  public AuditLogRoutes(Database database, Cursors cursors) {
    this.database = database;
    this.cursors = cursors;
  }

  @Override
  public void register(Router router) {
    router
        .get("/v1/admin/audit-log", Access.staff("admin"), this::list)
        .query("actor", "kind")
        .paged();
  }

  private Reply list(Request request) {
    long before = cursors.position(request).orElse(Long.MAX_VALUE);
    return Page.reply(
            request,
            cursors,
            StaffStore.list(
                database,
                request.query("actor"),
                request.query("kind"),
                before,
                request.limit() + 1),
            StaffAct::id,
            AuditLogRoutes::write)
        .header("Cache-Control", "no-store");
  }

  private static void write(JsonWriter json, StaffAct act) {
    json.beginObject()
        .field("id", Long.toString(act.id()))
        .field("at", act.at())
        .field("actor", act.actor())
        .field("kind", act.act())
        .field("subject", act.subject())
        .name("detail")
        .raw(act.detail().getBytes(StandardCharsets.UTF_8))
        .endObject();
  }
}
