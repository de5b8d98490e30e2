package io.tidegate.harness.simulators;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Simulated Stripe over HTTP: Checkout sessions, refunds and the movements of a balance. */
final class StripeRoutes {
  static final String NAME = "stripe";

  private static final String SESSIONS = "/stripe/v1/checkout/sessions";
  private static final Pattern PAYMENT_QUERY =
      Pattern.compile("metadata\\['payment'\\]:'([0-9A-Za-z]+)'");

  private final Till till;
  private final SandboxBook book;
  private final StripeEvents events;
  private final String bearer;
  private final String endpoint;
  private final InstantSource clock;
  private final Supplier<String> baseUrl;

  /** Refunds by the keys of their calls: the same key is the same answer. */
  private final Remembered<String> refundKeys = new Remembered<>();

  /**
   * @param shared what the merchant knows too
   * @param endpoint where events go
   */
  StripeRoutes(
      Till till, String shared, String endpoint, InstantSource clock, Supplier<String> baseUrl) {
    this.till = till;
    this.book = till.book();
    this.events = new StripeEvents(shared, clock);
    this.bearer = "Bearer sk_test_" + shared;
    this.endpoint = endpoint;
    this.clock = clock;
    this.baseUrl = baseUrl;
  }

  void addTo(HttpRouting.Builder routing) {
    routing
        .post(SESSIONS, guarded(Edge.COMMAND, false, this::open))
        .get(SESSIONS + "/{session}", guarded(Edge.QUERY, false, this::query))
        .post(SESSIONS + "/{session}/expire", guarded(Edge.COMMAND, false, this::expire))
        .get("/stripe/v1/payment_intents/search", guarded(Edge.QUERY, false, this::search))
        .post("/stripe/v1/refunds", guarded(Edge.COMMAND, true, this::refund))
        .get("/stripe/v1/refunds", guarded(Edge.QUERY, true, this::refunds))
        .get("/stripe/v1/balance_transactions", guarded(Set.of(), false, this::balance))
        .get("/stripe/done", Edge.plain(_ -> Answer.html(200, "<!doctype html><p>Thank you.")));
  }

  /** A refusal in Stripe's words. */
  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int status;
    private final String type;

    Refused(int status, String type, String code) {
      super(code, null, false, false);
      this.status = status;
      this.type = type;
    }

    static Refused invalid(String code) {
      return new Refused(400, "invalid_request_error", code);
    }

    Answer answer() {
      ObjectNode json = Json.object();
      json.putObject("error").put("type", type).put("code", String.valueOf(getMessage()));
      return Answer.json(status, json);
    }
  }

  private Handler guarded(Set<FaultMode> sensitive, boolean refund, Edge.Route route) {
    return Edge.plain(call -> {
      Faults faults = till.faults();
      Fault fault = refund ? faults.strikeRefund(sensitive) : faults.strike(sensitive);
      if (fault.mode() == FaultMode.REFUSE) {
        Edge.pause(fault.latencyOr(Duration.ZERO));
        return Refused.invalid(refund ? "charge_already_refunded" : "parameter_invalid").answer();
      }
      return Edge.answer(faults, fault, each -> told(each, route), call);
    });
  }

  private Answer told(Edge.Call call, Edge.Route route) throws InterruptedException {
    String claimed = call.request().headers().first(HeaderNames.AUTHORIZATION).orElse("");
    try {
      if (!claimed.equals(bearer)) {
        throw new Refused(401, "invalid_request_error", "");
      }
      return route.answer(call);
    } catch (Refused e) {
      return e.answer();
    }
  }

  private static Map<String, String> form(Edge.Call call) {
    return AlipayForm.read(new String(call.body(), StandardCharsets.UTF_8));
  }

  private static Map<String, String> asked(Edge.Call call) {
    return AlipayForm.read(call.request().query().rawValue());
  }

  private static long whole(@Nullable String text) {
    return text != null && text.matches("[0-9]{1,15}") ? Long.parseLong(text) : 0;
  }

  private Answer open(Edge.Call call) throws InterruptedException {
    Map<String, String> form = form(call);
    long now = clock.millis();
    String id = form.getOrDefault("client_reference_id", "");
    long amount = whole(form.get("line_items[0][price_data][unit_amount]"));
    String currency =
        form.getOrDefault("line_items[0][price_data][currency]", "").toUpperCase(Locale.ROOT);
    long ends = whole(form.get("expires_at")) * 1_000;
    if (!Fields.isId(id)
        || amount <= 0
        || !currency.matches("[A-Z]{3}")
        || form.getOrDefault("success_url", "").isEmpty()
        || ends < now + Duration.ofMinutes(30).toMillis()
        || ends > now + Duration.ofHours(24).toMillis()) {
      throw Refused.invalid("parameter_invalid");
    }
    Payment asked =
        new Payment(
            id,
            amount,
            currency.intern(),
            form.getOrDefault("line_items[0][price_data][product_data][name]", ""),
            endpoint,
            now,
            ends,
            Payment.Pending.PENDING);
    Payment payment =
        switch (book.open(asked)) {
          case SandboxBook.Opening.Opened(Payment opened) -> opened;
          case SandboxBook.Opening.Known(Payment known) -> known;
          case SandboxBook.Opening.Different() -> throw new Refused(400, "idempotency_error", "");
          case SandboxBook.Opening.Full() -> throw new Refused(500, "api_error", "");
        };
    till.early(id);
    return Answer.json(
        200,
        StripeEvents.session(payment, payment.amount())
            .put("url", baseUrl.get() + "/cashier/" + id));
  }

  private Payment payment(Edge.Call call) {
    String session = call.id("session", "session");
    String id = session.startsWith("cs_test_") ? session.substring("cs_test_".length()) : "";
    return book.payment(id, clock.millis())
        .orElseThrow(() -> new Refused(404, "invalid_request_error", "resource_missing"));
  }

  private Answer query(Edge.Call call) {
    Payment payment = payment(call);
    ObjectNode json = StripeEvents.session(payment, payment.amount());
    if (payment.fate() instanceof Payment.Captured captured) {
      json.set("payment_intent", intent(payment, captured)); // as its caller expands it
    }
    return Answer.json(200, json);
  }

  private static ObjectNode intent(Payment payment, Payment.Captured captured) {
    ObjectNode json =
        Json.object()
            .put("id", StripeEvents.intentId(payment))
            .put("object", "payment_intent")
            .put("status", "succeeded")
            .put("amount_received", payment.amount())
            .put("currency", payment.currency().toLowerCase(Locale.ROOT))
            .put("created", payment.createdMillis() / 1_000);
    json.putObject("latest_charge")
        .put("id", "ch_" + payment.id())
        .put("created", captured.atMillis() / 1_000);
    return json;
  }

  private Answer expire(Edge.Call call) {
    Payment payment = payment(call);
    return switch (book.close(payment.id(), clock.millis())) {
      case SandboxBook.Settling.Settled(Payment closed) ->
          Answer.json(200, StripeEvents.session(closed, closed.amount()));
      case SandboxBook.Settling.Stands _ -> throw Refused.invalid("resource_state_invalid");
      case SandboxBook.Settling.Unknown() -> throw Refused.invalid("resource_missing");
    };
  }

  private Answer search(Edge.Call call) {
    Matcher matcher = PAYMENT_QUERY.matcher(asked(call).getOrDefault("query", ""));
    ArrayNode data = Json.MAPPER.createArrayNode();
    if (matcher.matches()) {
      book.payment(matcher.group(1), clock.millis())
          .ifPresent(payment -> {
            if (payment.fate() instanceof Payment.Captured captured) {
              data.add(intent(payment, captured));
            }
          });
    }
    return list(data, false);
  }

  private static Answer list(ArrayNode data, boolean more) {
    ObjectNode json = Json.object().put("object", "list").put("has_more", more);
    json.set("data", data);
    return Answer.json(200, json);
  }

  private Answer refund(Edge.Call call) {
    Map<String, String> form = form(call);
    String key = call.request().headers().first(HeaderNames.create("Idempotency-Key")).orElse("");
    Optional<Refund> same = refundKeys.get(key).flatMap(book::refund);
    if (same.isPresent()) {
      return Answer.json(200, json(same.get()));
    }
    long now = clock.millis();
    String intent = form.getOrDefault("payment_intent", "");
    Payment payment =
        book.payment(intent.startsWith("pi_") ? intent.substring(3) : "", now)
            .orElseThrow(() -> Refused.invalid("resource_missing"));
    Fault fault = till.faults().strikeRefund(Set.of(FaultMode.LATE, FaultMode.REVERSE));
    boolean late = fault.mode() == FaultMode.LATE;
    boolean reversed = fault.mode() == FaultMode.REVERSE;
    String id = form.getOrDefault("metadata[refund]", "");
    long amount = whole(form.get("amount"));
    if (!Fields.isId(id) || amount <= 0) {
      throw Refused.invalid("parameter_invalid");
    }
    Refund asked =
        new Refund(
            id,
            payment.id(),
            amount,
            payment.currency(),
            now,
            late ? now + fault.latencyOr(Fault.LATE).toMillis() : now,
            reversed ? now + fault.latencyOr(Fault.REVERSED_AFTER).toMillis() : Refund.NEVER,
            null);
    return switch (book.refund(asked)) {
      case SandboxBook.Refunding.Accepted(Refund refund) -> {
        refundKeys.put(key, refund.id());
        till.captures().alsoTell(events.ofRefund(payment, "refund.updated", json(refund)));
        yield Answer.json(200, json(refund));
      }
      case SandboxBook.Refunding.Known(Refund refund) -> Answer.json(200, json(refund));
      case SandboxBook.Refunding.Different() -> throw new Refused(400, "idempotency_error", "");
      case SandboxBook.Refunding.OverRefund() -> throw Refused.invalid("amount_too_large");
      case SandboxBook.Refunding.NothingCaptured() ->
          throw Refused.invalid("payment_intent_unexpected_state");
      case SandboxBook.Refunding.UnknownPayment() -> throw Refused.invalid("resource_missing");
    };
  }

  private ObjectNode json(Refund refund) {
    ObjectNode json =
        Json.object()
            .put("id", "re_" + refund.id())
            .put("object", "refund")
            .put("amount", refund.amount())
            .put("currency", refund.currency().toLowerCase(Locale.ROOT))
            .put("payment_intent", "pi_" + refund.payment())
            .put("created", refund.succeedsMillis() / 1_000);
    json.putObject("metadata").put("refund", refund.id()).put("payment", refund.payment());
    return switch (refund.state(clock.millis())) {
      case PROCESSING -> json.put("status", "pending");
      case SUCCEEDED -> json.put("status", "succeeded");
      case FAILED -> json.put("status", "failed").put("failure_reason", "expired_or_canceled_card");
    };
  }

  private Answer refunds(Edge.Call call) {
    String intent = asked(call).getOrDefault("payment_intent", "");
    ArrayNode data = Json.MAPPER.createArrayNode();
    book.refunds().stream()
        .filter(refund -> intent.equals("pi_" + refund.payment()))
        .sorted(Comparator.comparingLong(Refund::acceptedMillis).reversed())
        .forEach(refund -> data.add(json(refund)));
    return list(data, false);
  }

  /** A movement of the balance: when, and as it is told. */
  private record Movement(long atMillis, ObjectNode json) {}

  private Answer balance(Edge.Call call) {
    Map<String, String> query = asked(call);
    long from = whole(query.get("created[gte]")) * 1_000;
    long until = whole(query.get("created[lt]")) * 1_000;
    int limit = (int) Math.max(1, Math.min(100, whole(query.get("limit"))));
    String after = query.getOrDefault("starting_after", "");
    List<Movement> all = movements();
    all.removeIf(one -> one.atMillis() < from || one.atMillis() >= until);
    all.sort(
        Comparator.comparingLong(Movement::atMillis)
            .reversed()
            .thenComparing(one -> one.json().path("id").asString("")));
    int begin = 0;
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).json().path("id").asString("").equals(after)) {
        begin = i + 1;
      }
    }
    int end = Math.min(all.size(), begin + limit);
    ArrayNode data = Json.MAPPER.createArrayNode();
    all.subList(begin, end).forEach(one -> data.add(one.json()));
    return list(data, end < all.size());
  }

  private List<Movement> movements() {
    long now = clock.millis();
    List<Movement> all = new ArrayList<>();
    for (Payment payment : book.payments(now)) {
      if (payment.fate() instanceof Payment.Captured captured) {
        all.add(
            movement(
                "txn_c" + payment.id(),
                "charge",
                captured.atMillis(),
                StripeCharge.of(payment, captured)));
      }
    }
    for (Refund refund : book.refunds()) {
      if (refund.moved(now)) {
        all.add(movement("txn_r" + refund.id(), "refund", refund.succeedsMillis(), json(refund)));
        if (now >= refund.reversesMillis()) {
          all.add(
              movement(
                  "txn_f" + refund.id(), "refund_failure", refund.reversesMillis(), json(refund)));
        }
      }
    }
    return all;
  }

  private static Movement movement(String id, String type, long atMillis, ObjectNode source) {
    ObjectNode json =
        Json.object().put("id", id).put("type", type).put("created", atMillis / 1_000);
    json.set("source", source);
    return new Movement(atMillis, json);
  }
}
