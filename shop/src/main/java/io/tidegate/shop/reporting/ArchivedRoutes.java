package io.tidegate.shop.reporting;

import io.tidegate.platform.http.Cursors;
import io.tidegate.platform.http.EntityTag;
import io.tidegate.platform.http.Handler;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.Page;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Routes;
import io.tidegate.shop.kernel.OrderNumber;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Has the routes of one order answer also when it has left the database: what they don't find is
 * looked for in the archive. It can be read as before; whatever would change it is a 409.
 */
public final class ArchivedRoutes {

  private static final JsonMapper JSON = new JsonMapper();
  private static final String ORDER = "/v1/orders/{number}";

  /** Routes of what belongs to an order, by the member of the order's document that has it. */
  private static final Map<String, String> PARTS =
      Map.of(
          "/v1/payments/{id}", "payments",
          "/v1/refunds/{id}", "refunds",
          "/v1/returns/{id}", "returns");

  private final ArchiveService archive;
  private final Cursors cursors;

  public ArchivedRoutes(ArchiveService archive, Cursors cursors) {
    this.archive = archive;
    this.cursors = cursors;
  }

  /** The same routes, which know archived orders too. */
  public Routes around(Routes routes) {
    return router -> routes.register(router.wrapping(this::wrap));
  }

  private Handler wrap(String method, String template, Handler handler) {
    if (!template.startsWith(ORDER) && !PARTS.containsKey(template)) {
      return handler;
    }
    return request -> {
      try {
        return handler.handle(request);
      } catch (Problem refused) {
        Reply archived =
            refused.status() == 404 && refused.code().equals("not_found")
                ? archived(request, method, template)
                : null;
        if (archived == null) {
          throw refused;
        }
        return archived;
      }
    };
  }

  private @Nullable Reply archived(Request request, String method, String template) {
    String part = PARTS.get(template);
    String id = request.path(part == null ? "number" : "id");
    Optional<OrderNumber> number =
        OrderNumber.parse(part == null ? id : id.replaceFirst("[^0-9].*", ""));
    if (number.isEmpty()) {
      return null;
    }
    ArchiveClient.Archived order =
        archive.find(number.get(), request.caller().customer()).orElse(null);
    if (order == null) {
      return null;
    }
    if (!method.equals("GET")) {
      throw Problem.conflict(
          "archived", "The order is so old that it can be read, and not changed any more");
    }
    return part == null ? ofOrder(request, template, order) : part(order, part, id);
  }

  private @Nullable Reply ofOrder(Request request, String template, ArchiveClient.Archived order) {
    return switch (template.substring(ORDER.length())) {
      case "" -> detail(request, order);
      case "/timeline" -> timeline(request, order);
      case "/tracking" -> tracking(order);
      case "/stream" -> stream(order);
      default -> null;
    };
  }

  private Reply detail(Request request, ArchiveClient.Archived order) {
    byte[] json = archive.whole(order);
    EntityTag tag = tag(order, json);
    if (tag.known(request)) {
      return Reply.empty(304).header("ETag", tag.header());
    }
    return Reply.json(200, json).header("ETag", tag.header());
  }

  private static EntityTag tag(ArchiveClient.Archived order, byte[] json) {
    CRC32C hash = new CRC32C();
    hash.update(json);
    return new EntityTag(order.version(), Long.toHexString(hash.getValue()));
  }

  private Reply timeline(Request request, ArchiveClient.Archived order) {
    long after = cursors.position(request).orElse(0);
    int wanted = request.limit() + 1;
    List<JsonNode> page = new ArrayList<>();
    for (JsonNode step : JSON.readTree(order.timeline())) {
      if (step.path("version").asLong() > after && page.size() < wanted) {
        page.add(step);
      }
    }
    return Page.reply(
        request,
        cursors,
        page,
        step -> step.path("version").asLong(),
        (json, step) -> json.raw(bytes(step.toString())));
  }

  private static Reply tracking(ArchiveClient.Archived order) {
    return Reply.json(
        200, json -> json.beginObject().name("data").raw(bytes(order.tracking())).endObject());
  }

  /** Nothing can change any more: the order, once. */
  private Reply stream(ArchiveClient.Archived order) {
    byte[] json = archive.whole(order);
    EntityTag tag = tag(order, json);
    return Reply.sse(stream -> {
      String id = tag.version() + "." + tag.hash();
      if (!id.equals(stream.lastEventId())) {
        stream.send(id, "order", new String(json, StandardCharsets.UTF_8));
      }
    });
  }

  private @Nullable Reply part(ArchiveClient.Archived order, String member, String id) {
    for (JsonNode each : JSON.readTree(archive.whole(order)).path(member)) {
      if (each.path("id").asString().equals(id)) {
        return Reply.json(200, new JsonWriter(512).raw(bytes(each.toString())).toBytes());
      }
    }
    return null;
  }

  private static byte[] bytes(String json) {
    return json.getBytes(StandardCharsets.UTF_8);
  }
}
