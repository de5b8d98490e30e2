package io.tidegate.shop.reporting;

import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/** How the lake stands, for staff. */
public final class LakeRoutes implements Routes {

  private final LakeStatus status;
  private final LakeRepair repair;
  private final LongSupplier behind;

  /**
   * @param behind events of the log that are not in the lake yet; -1 where nobody knows now
   */
  public LakeRoutes(LakeStatus status, LakeRepair repair, LongSupplier behind) {
    this.status = status;
    this.repair = repair;
    this.behind = behind;
  }

  @Override
  public void register(Router router) {
    router.get("/v1/admin/lake", Access.staff("admin", "finance", "marketing"), this::show);
  }

  private Reply show(Request request) {
    LakeStatus.Look look = status.look();
    List<LakeRepair.Broken> broken = repair.broken(false);
    return Reply.json(
        200,
        json -> {
          json.beginObject().name("tables").beginArray();
          look.tables().forEach(table -> table(json, table));
          json.endArray()
              .name("lagSeconds")
              .raw(decimal(look.lagSeconds()))
              .field("eventsBehind", behind.getAsLong())
              .field("broken", broken.size())
              .field("lost", look.lost())
              .field("waiting", look.waiting())
              .field("notUploaded", look.notUploaded())
              .endObject();
        });
  }

  private static byte[] decimal(double number) {
    return String.format(Locale.ROOT, "%.3f", number).getBytes(StandardCharsets.US_ASCII);
  }

  private static void table(JsonWriter json, LakeStatus.Table table) {
    json.beginObject()
        .field("name", table.name())
        .field("files", table.files())
        .field("rows", table.rows())
        .field("bytes", table.bytes())
        .field("days", table.days())
        .field("newest", table.newest())
        .endObject();
  }
}
