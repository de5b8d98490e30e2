package io.tidegate.shop.webhooks;

import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Cursors;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.Page;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Webhooks over HTTP, for staff and for programs that may: subscribe, look, send again. */
public final class WebhookRoutes implements Routes {

  private static final String PATH = "/v1/webhooks";
  private static final String ONE = PATH + "/{id}";
  private static final int TIME_CHARS_MAX = 40;

  /** The states that a list of deliveries can be asked for; one under way waits, too. */
  private static final List<String> STATES = List.of("waiting", "delivered", "failed");

  private final WebhookDesk desk;
  private final Cursors cursors;

  public WebhookRoutes(WebhookDesk desk, Cursors cursors) {
    this.desk = desk;
    this.cursors = cursors;
  }

  @Override
  public void register(Router router) {
    Access may = Access.staffOrScope("admin", "webhooks");
    router.post(PATH, may, this::create);
    router.get(PATH, may, this::list).paged();
    router.get(ONE, may, request -> reply(200, subscription(request), null));
    router.patch(ONE, may, this::change);
    router.delete(ONE, may, this::delete);
    router.post(ONE + "/secret", may, this::rotate);
    router.post(ONE + "/test", may, this::test);
    router.get(ONE + "/deliveries", may, this::deliveries).query("state").paged();
    router.get(ONE + "/deliveries/{delivery}", may, this::delivery);
    router.post(ONE + "/deliveries/{delivery}/replay", may, this::again);
    router.post(ONE + "/replay", may, this::replay);
  }

  private Reply create(Request request) {
    Fields body = request.json();
    WebhookDesk.Wish wish =
        new WebhookDesk.Wish(
            body.string("url", WebhookDesk.URL_CHARS_MAX),
            orElse(types(body), List.of()),
            orElse(body.optionalLine("description", WebhookDesk.DESCRIPTION_CHARS_MAX), ""));
    check(body, wish.url(), wish.types());
    WebhookDesk.WithSecret created =
        desk.create(wish, request.caller().subject())
            .orElseThrow(() ->
                Problem.conflict(
                    "too_many", "There are " + WebhookSettings.SUBSCRIPTIONS_MAX + " already"));
    return reply(201, created.subscription(), created.secret())
        .header("Location", PATH + "/" + created.subscription().id());
  }

  private static @Nullable List<String> types(Fields body) {
    return body.optionalStrings("types", 0, WebhookDesk.TYPES_MAX, WebhookDesk.TYPE_CHARS_MAX);
  }

  private static <T> T orElse(@Nullable T value, T otherwise) {
    return value == null ? otherwise : value;
  }

  /** A URL that is missing, or no text, is told as that and not looked at. */
  private void check(Fields body, @Nullable String url, @Nullable List<String> types) {
    desk.check(url == null || url.isEmpty() ? null : url, types, body::refuse);
    body.check();
  }

  private Reply list(Request request) {
    long before = cursors.position(request).orElse(Long.MAX_VALUE);
    return Page.reply(
            request,
            cursors,
            desk.subscriptions().list(before, request.limit() + 1),
            Subscription::id,
            WebhookJson::subscription)
        .header("Cache-Control", "no-store");
  }

  private Reply change(Request request) {
    String by = request.caller().subject();
    Fields body = request.json();
    String url = body.optionalString("url", WebhookDesk.URL_CHARS_MAX);
    List<String> types = types(body);
    String description = body.optionalLine("description", WebhookDesk.DESCRIPTION_CHARS_MAX);
    Boolean enabled = body.optionalBool("enabled");
    check(body, url, types);
    Subscription now = subscription(request);
    WebhookDesk.Wish wish =
        new WebhookDesk.Wish(
            orElse(url, now.url()),
            orElse(types, now.types()),
            orElse(description, now.description()));
    if (!wish.equals(new WebhookDesk.Wish(now.url(), now.types(), now.description()))) {
      now = desk.change(now.id(), wish, by).orElseThrow(Problem::notFound);
    }
    boolean active = now.state() == Subscription.State.ACTIVE;
    if (enabled != null && enabled != active) {
      // Empty where somebody else has done so meanwhile.
      Optional<Subscription> turned =
          enabled ? desk.enable(now.id(), by) : desk.disable(now.id(), by);
      now = turned.or(() -> find(request)).orElseThrow(Problem::notFound);
    }
    return reply(200, now, null);
  }

  private Reply delete(Request request) {
    if (!desk.delete(request.pathNumber("id"), request.caller().subject())) {
      throw Problem.notFound();
    }
    return Reply.noContent();
  }

  private Reply rotate(Request request) {
    WebhookDesk.WithSecret rotated =
        desk.rotate(request.pathNumber("id"), request.caller().subject())
            .orElseThrow(Problem::notFound);
    return reply(200, rotated.subscription(), rotated.secret());
  }

  private Reply test(Request request) {
    Delivery made = desk.test(active(request).id(), request.caller().subject());
    return delivery(202, made);
  }

  private Reply deliveries(Request request) {
    Subscription of = subscription(request);
    long before = cursors.position(request).orElse(Long.MAX_VALUE);
    return Page.reply(
        request,
        cursors,
        desk.deliveries().list(of.id(), states(request), before, request.limit() + 1),
        Delivery::id,
        WebhookJson::delivery);
  }

  private static List<Delivery.State> states(Request request) {
    String state = request.query("state");
    if (state == null) {
      return List.of();
    }
    if (!STATES.contains(state)) {
      throw Problem.invalid("?state", "must be one of " + String.join(", ", STATES));
    }
    Delivery.State one = Delivery.State.of(state);
    return one == Delivery.State.WAITING ? List.of(one, Delivery.State.SENDING) : List.of(one);
  }

  private Reply delivery(Request request) {
    return delivery(200, found(request));
  }

  private Delivery found(Request request) {
    return desk.deliveries()
        .get(subscription(request).id(), request.pathNumber("delivery"))
        .orElseThrow(Problem::notFound);
  }

  private Reply again(Request request) {
    long id = active(request).id();
    Delivery again =
        desk.again(id, found(request).id(), request.caller().subject())
            .orElseThrow(() -> Problem.conflict("wrong_state", "It is under way"));
    return delivery(202, again);
  }

  private Reply replay(Request request) {
    Fields body = request.json();
    Instant from = time(body, "from", body.string("from", TIME_CHARS_MAX));
    String toText = body.optionalString("to", TIME_CHARS_MAX);
    Instant to = toText == null ? null : time(body, "to", toText);
    boolean deliveredToo = orElse(body.optionalBool("deliveredToo"), false);
    if (from != null && to != null && from.isAfter(to)) {
      body.refuse("to", "must not be before from");
    }
    if (from != null) {
      desk.refusal(from, deliveredToo).ifPresent(why -> body.refuse("from", why));
    }
    body.check();
    long id = active(request).id();
    String by = request.caller().subject();
    return switch (desk.replay(id, Objects.requireNonNull(from), to, deliveredToo, by)) {
      case WebhookDesk.Wished.Begun(RangeReplay begun) ->
          Reply.json(202, json -> WebhookJson.replay(json, begun))
              .header("Location", PATH + "/" + id);
      case WebhookDesk.Wished.Running _ ->
          throw Problem.conflict("replay_open", "It has a replay that is not at its end");
      case WebhookDesk.Wished.Refused(String why) -> throw Problem.invalid("/from", why);
    };
  }

  /** Null where it is none, which is told then. */
  private static @Nullable Instant time(Fields body, String member, String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException _) {
      if (!text.isEmpty()) {
        body.refuse(member, "is no time as 2026-11-11T00:00:00Z");
      }
      return null;
    }
  }

  private Optional<Subscription> find(Request request) {
    return desk.subscriptions().get(request.pathNumber("id"));
  }

  private Subscription subscription(Request request) {
    return find(request).orElseThrow(Problem::notFound);
  }

  /** One that is sent something. */
  private Subscription active(Request request) {
    Subscription one = subscription(request);
    if (one.state() != Subscription.State.ACTIVE) {
      throw Problem.conflict("webhook_disabled", "Enable it first");
    }
    return one;
  }

  private Reply reply(int status, Subscription one, @Nullable String secret) {
    Optional<RangeReplay> replay = desk.replays().latest(one.id());
    return Reply.json(status, json -> WebhookJson.subscription(json, one, replay, secret))
        .header("Cache-Control", "no-store");
  }

  private static Reply delivery(int status, Delivery one) {
    return Reply.json(status, json -> WebhookJson.delivery(json, one));
  }
}
