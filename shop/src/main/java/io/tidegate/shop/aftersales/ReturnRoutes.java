package io.tidegate.shop.aftersales;

import io.tidegate.platform.db.IdempotencyTable.Entry;
import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.IdempotencyKey;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.http.Twins;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/** Goods that customers send back. */
public final class ReturnRoutes implements Routes {

  private static final int REASON_CHARS_MAX = 200;
  private static final int PICTURE_CHARS_MAX = 256;
  private static final int WAYBILL_CHARS_MAX = 64;

  /** Staff look at it: until then there is little to see. */
  private static final String RETRY_AFTER_SECONDS = "60";

  /** An https address without a user, or an id of whoever keeps the pictures. */
  private static final Pattern PICTURE =
      Pattern.compile(
          "https://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:[/?#][!-~]*)?|[A-Za-z0-9_][A-Za-z0-9_./~-]*");

  private final ReturnService returns;
  private final ReturnCaseStore store;
  private final Twins twins;

  public ReturnRoutes(ReturnService returns, ReturnCaseStore store, Twins twins) {
    this.returns = returns;
    this.store = store;
    this.twins = twins;
  }

  @Override
  public void register(Router router) {
    router.post("/v1/orders/{number}/returns", Access.customer(), this::request);
    router.get("/v1/returns/{id}", Access.customer(), this::show);
    router.post("/v1/returns/{id}/waybill", Access.customer(), this::waybill);
  }

  private Reply request(Request request) throws Exception {
    IdempotencyKey key = request.idempotencyKey();
    OrderNumber number = OrderNumber.parse(request.path("number")).orElseThrow(Problem::notFound);
    Fields body = request.json();
    List<ReturnLine> items = ReturnLinesJson.read(body, "items", 1);
    String reason = body.line("reason", REASON_CHARS_MAX);
    List<String> pictures = pictures(body);
    body.check();
    RequestReturn command =
        new RequestReturn(number, request.caller().customer(), items, reason, pictures);
    Entry entry = new Entry(key.hash16(), hash(command), 0);
    return switch (twins.run(key, () -> returns.request(command, entry, request.traceparent()))) {
      case Outcome.Applied<ReturnCase, ReturnRefusal>(ReturnCase made) -> accepted(made);
      case Outcome.AlreadyApplied<ReturnCase, ReturnRefusal>(ReturnCase made) ->
          accepted(made).replayed();
      case Outcome.Refused<ReturnCase, ReturnRefusal>(ReturnRefusal why) ->
          throw ReturnProblemJson.problem(why, "items");
    };
  }

  private static List<String> pictures(Fields body) {
    List<String> pictures =
        body.optionalStrings("pictures", 0, ReturnCase.PICTURES_MAX, PICTURE_CHARS_MAX);
    if (pictures == null) {
      return List.of();
    }
    for (int i = 0; i < pictures.size(); i++) {
      if (!pictures.get(i).isEmpty() && !PICTURE.matcher(pictures.get(i)).matches()) {
        body.refuse("pictures", "has neither an https address nor an id at " + i);
      }
    }
    return pictures;
  }

  private static byte[] hash(RequestReturn command) {
    StringBuilder canonical = new StringBuilder(command.order().toString());
    command
        .items()
        .forEach(
            item -> canonical.append('\n').append(item.line()).append(' ').append(item.quantity()));
    canonical.append("\n\n").append(command.reason());
    command.pictures().forEach(picture -> canonical.append('\n').append(picture));
    return IdempotencyKey.commandHash(canonical.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static Reply accepted(ReturnCase made) {
    return Reply.json(202, json -> ReturnJson.write(json, made))
        .header("Location", "/v1/returns/" + made.id())
        .header("Retry-After", RETRY_AFTER_SECONDS);
  }

  private Reply show(Request request) {
    ReturnCase found = mine(request);
    return Reply.json(200, json -> ReturnJson.write(json, found));
  }

  private ReturnCase mine(Request request) {
    return ReturnId.parse(request.path("id"))
        .flatMap(store::find)
        .filter(one -> one.userId() == request.caller().customer())
        .orElseThrow(Problem::notFound);
  }

  private Reply waybill(Request request) {
    Fields body = request.json();
    String courier = body.line("courier", WAYBILL_CHARS_MAX);
    String waybill = body.line("waybill", WAYBILL_CHARS_MAX);
    body.check();
    ReturnId id = ReturnId.parse(request.path("id")).orElseThrow(Problem::notFound);
    Outcome<ReturnCase, ReturnRefusal> outcome =
        returns.run(
            new ReturnCommand.SendBack(id, request.caller().customer(), courier, waybill),
            request.traceparent());
    return reply(outcome, ReturnJson::write);
  }

  /** Writes a return, for customers or for staff. */
  @FunctionalInterface
  interface Shown {
    void write(JsonWriter json, ReturnCase returned);
  }

  /** What became of a command. */
  static Reply reply(Outcome<ReturnCase, ReturnRefusal> outcome, Shown shown) {
    return switch (outcome) {
      case Outcome.Applied<ReturnCase, ReturnRefusal>(ReturnCase now) ->
          reply("applied", now, shown);
      case Outcome.AlreadyApplied<ReturnCase, ReturnRefusal>(ReturnCase now) ->
          reply("already_applied", now, shown);
      case Outcome.Refused<ReturnCase, ReturnRefusal>(ReturnRefusal why) ->
          throw ReturnProblemJson.problem(why, "lines");
    };
  }

  private static Reply reply(String outcome, ReturnCase now, Shown shown) {
    return Reply.json(
        200,
        json -> {
          json.beginObject().field("outcome", outcome).name("return");
          shown.write(json, now);
          json.endObject();
        });
  }
}
