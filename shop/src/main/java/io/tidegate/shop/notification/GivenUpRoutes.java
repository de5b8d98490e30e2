package io.tidegate.shop.notification;

import io.tidegate.platform.http.Cursors;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.Page;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.shop.kernel.Outcome;

/** Messages that were given up, for staff; neither their text nor to whom they go. */
public final class GivenUpRoutes implements Routes {

  private final GivenUpDesk desk;
  private final Cursors cursors;

  public GivenUpRoutes(GivenUpDesk desk, Cursors cursors) {
    this.desk = desk;
    this.cursors = cursors;
  }

  @Override
  public void register(Router router) {
    router.get("/v1/admin/notifications/given-up", GivenUpDesk.STAFF, this::list).paged();
    router.post(
        "/v1/admin/orders/{number}/notifications/{id}/send-again",
        GivenUpDesk.STAFF,
        this::sendAgain);
  }

  private Reply list(Request request) {
    long before = cursors.position(request).orElse(Long.MAX_VALUE);
    return Page.reply(
        request,
        cursors,
        desk.list(before, request.limit() + 1),
        given -> given.message().id(),
        GivenUpRoutes::write);
  }

  private Reply sendAgain(Request request) {
    return switch (desk.sendAgain(
        request.pathNumber("number"), request.pathNumber("id"), request.caller().subject())) {
      case Outcome.Applied<Message, GivenUpDesk.Refusal> _ -> told("applied");
      case Outcome.AlreadyApplied<Message, GivenUpDesk.Refusal> _ -> told("already_applied");
      case Outcome.Refused<Message, GivenUpDesk.Refusal>(GivenUpDesk.Refusal why) ->
          throw switch (why) {
            case NO_SUCH_MESSAGE -> Problem.notFound();
          };
    };
  }

  private static Reply told(String outcome) {
    return Reply.json(200, json -> json.beginObject().field("outcome", outcome).endObject());
  }

  private static void write(JsonWriter json, GivenUp given) {
    Message message = given.message();
    json.beginObject()
        .field("id", Long.toString(message.id()))
        .field("order", Long.toString(message.orderNumber()))
        .field("template", message.template())
        .field("channel", message.channel().code())
        .fieldIfPresent("why", message.why())
        .field("tries", message.tries())
        .field("createdAt", message.createdAt())
        .field("givenUpAt", given.at())
        .endObject();
  }
}
