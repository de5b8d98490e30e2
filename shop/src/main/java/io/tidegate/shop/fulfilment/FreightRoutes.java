package io.tidegate.shop.fulfilment;

import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.EntityTag;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.shop.fulfilment.SetFreight.Expects;
import io.tidegate.shop.fulfilment.SetFreight.Refusal;
import io.tidegate.shop.kernel.Outcome;

/** Couriers and their templates of freight, for staff: {@code /v1/admin/freight-templates}. */
public final class FreightRoutes implements Routes {

  private static final String PATH = "/v1/admin/freight-templates";

  private final FreightStore store;
  private final FreightBook book;

  public FreightRoutes(FreightStore store, FreightBook book) {
    this.store = store;
    this.book = book;
  }

  @Override
  public void register(Router router) {
    Access readers = Access.staff("admin", "warehouse", "marketing", "support", "finance");
    router.get(PATH, readers, _ -> list());
    router.get(PATH + "/{courier}", readers, this::show);
    router.put(PATH + "/{courier}", Access.staff("admin", "warehouse"), this::set);
  }

  /** There are few, so one page has all. */
  private Reply list() {
    return Reply.json(
            200,
            json -> {
              json.beginObject().name("data").beginArray();
              new Freight(store.all())
                  .couriers()
                  .forEach(courier -> FreightJson.write(json, courier));
              json.endArray().endObject();
            })
        .header("Cache-Control", "no-store");
  }

  private Reply show(Request request) {
    return reply(200, store.find(request.path("courier")).orElseThrow(Problem::notFound));
  }

  private Reply set(Request request) {
    Expects expects = expects(request);
    String id = request.path("courier");
    if (!Courier.isId(id)) {
      throw Problem.notFound();
    }
    Courier template = FreightJson.read(id, request.json());
    Outcome<Courier, Refusal> outcome =
        store.set(new SetFreight(template, expects), request.caller().subject());
    book.refresh();
    return switch (outcome) {
      case Outcome.Applied<Courier, Refusal>(Courier courier) ->
          reply(courier.version() == 1 ? 201 : 200, courier);
      case Outcome.AlreadyApplied<Courier, Refusal>(Courier courier) -> reply(200, courier);
      case Outcome.Refused<Courier, Refusal>(Refusal why) -> throw problem(why);
    };
  }

  /** Who must know sends {@code If-None-Match: *} for a new courier, If-Match for an old one. */
  private static Expects expects(Request request) {
    if (request.header("If-Match") == null) {
      String none = request.header("If-None-Match");
      if (none == null) {
        return new Expects.Anything();
      }
      if (!none.strip().equals("*")) {
        throw Problem.invalid("If-None-Match", "must be * here");
      }
      return new Expects.Nothing();
    }
    Long version = EntityTag.requiredIfMatch(request);
    return version == null ? new Expects.Something() : new Expects.Version(version);
  }

  private static Reply reply(int status, Courier courier) {
    return Reply.json(status, json -> FreightJson.write(json, courier))
        .header("ETag", new EntityTag(courier.version(), "0").header())
        .header("Cache-Control", "no-store");
  }

  private static Problem problem(Refusal why) {
    return switch (why) {
      case STALE -> Problem.preconditionFailed();
      case TOO_MANY ->
          Problem.conflict("too_many", "There are " + Courier.COURIERS_MAX + " couriers");
    };
  }
}
