package io.tidegate.shop.notification;

import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Cursors;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.Page;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import java.util.List;

/** The messages that a customer was sent: {@code /v1/me/notifications}, newest first. */
public final class NotificationRoutes implements Routes {

  private final MessageStore store;
  private final Renderer renderer;
  private final Cursors cursors;

  public NotificationRoutes(MessageStore store, Renderer renderer, Cursors cursors) {
    this.store = store;
    this.renderer = renderer;
    this.cursors = cursors;
  }

  @Override
  public void register(Router router) {
    router.get("/v1/me/notifications", Access.customer(), this::list).paged();
  }

  private Reply list(Request request) {
    long before = cursors.position(request).orElse(Long.MAX_VALUE);
    List<Message> rows = store.list(request.caller().customer(), before, request.limit() + 1);
    return Page.reply(request, cursors, rows, Message::id, this::write);
  }

  private void write(JsonWriter json, Message message) {
    json.beginObject()
        .field("id", Long.toString(message.id()))
        .field("order", Long.toString(message.orderNumber()))
        .field("template", message.template())
        .field("text", renderer.render(message.template(), message.details()))
        .field("channel", message.channel().code())
        .field("state", message.state().code())
        .field("createdAt", message.createdAt())
        .fieldIfPresent("sentAt", message.sentAt())
        .endObject();
  }
}
