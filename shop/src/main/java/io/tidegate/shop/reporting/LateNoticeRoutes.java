package io.tidegate.shop.reporting;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Cursors;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.Page;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.shop.reporting.LateNoticeStore.Notice;
import io.tidegate.shop.staff.StaffStore;

/** Money for orders that have left the database, as the finance staff sees and settles it. */
public final class LateNoticeRoutes implements Routes {

  private static final int REFERENCE_CHARS_MAX = 200;

  private final Database database;
  private final LateNoticeStore notices;
  private final Cursors cursors;

  public LateNoticeRoutes(Database database, LateNoticeStore notices, Cursors cursors) {
    this.database = database;
    this.notices = notices;
    this.cursors = cursors;
  }

  @Override
  public void register(Router router) {
    Access staff = Access.staff("admin", "finance");
    router.get("/v1/admin/late-notices", staff, this::list).paged();
    router.post("/v1/admin/late-notices/{id}/resolve", staff, this::resolve);
  }

  private Reply list(Request request) {
    return Page.reply(
        request,
        cursors,
        notices.open(cursors.position(request).orElse(0), request.limit() + 1),
        Notice::id,
        LateNoticeRoutes::write);
  }

  private Reply resolve(Request request) {
    long id = request.pathNumber("id");
    Fields body = request.json();
    String reference = body.string("reference", REFERENCE_CHARS_MAX);
    body.check();
    String person = request.caller().subject();
    Notice settled =
        database.write(
            "late-notice-resolved",
            tx -> {
              Notice found = LateNoticeStore.lock(tx, id).orElseThrow(Problem::notFound);
              if (found.resolvedBy() != null) {
                throw Problem.conflict("resolved", found.resolvedBy() + " has settled it already");
              }
              LateNoticeStore.resolve(tx, id, person, reference);
              StaffStore.record(
                  tx,
                  person,
                  "late-notice.resolve",
                  "payment " + found.payment(),
                  json ->
                      json.field("transaction", found.transaction()).field("reference", reference));
              return found;
            });
    return Reply.json(200, json -> write(json, settled));
  }

  private static void write(JsonWriter json, Notice notice) {
    json.beginObject()
        .field("id", Long.toString(notice.id()))
        .field("payment", notice.payment())
        .field("provider", notice.provider())
        .field("transaction", notice.transaction())
        .money("amount", notice.amount(), notice.currency())
        .field("capturedAt", notice.capturedAt())
        .field("toldAt", notice.toldAt())
        .endObject();
  }
}
