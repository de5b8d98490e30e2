package io.tidegate.shop.payment;

import io.tidegate.platform.http.OutboundProvider;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.payment.StripeGateway.Said;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Stripe: a page of its own (Checkout). A session is asked for by the name that Stripe gave it.
 *
 * <p>Where that was never heard, payments are searched for our name of it. As long as its order may
 * be paid, whoever asks then opens it again ({@link #open}), which under its key is the same
 * session and tells the name; that needs the order's first title, so it isn't done here. Of an
 * order that has ended the session can't be closed without its name: it is over by itself at the
 * attempt's end, a day later at most, and is asked about until then.
 *
 * <p>The search runs behind. That is safe: nothing is {@code Closed} by it before {@link
 * #END_MARGIN} after the session's end, and a payment that shows only later is told by Stripe's
 * event, which is repeated for three days and is taken for a closed attempt too (money that is late
 * goes back), and by the day's statement.
 */
public final class StripeClient implements PaymentProvider {

  public static final String NAME = "stripe";

  /** Members of what is Stripe's that say what is ours. */
  static final String OUR_PAYMENT = "payment";

  static final String OUR_REFUND = "refund";

  private static final String SESSIONS = "/v1/checkout/sessions";

  /** Stripe takes no end nearer than half an hour, and none farther than a day. */
  private static final Duration ENDS_MIN = Duration.ofMinutes(35);

  private static final Duration ENDS_MAX = Duration.ofHours(24).minusMinutes(1);

  /**
   * What was paid in the last moment is found by searching within this: usually after a minute, but
   * up to an hour later when Stripe is in trouble.
   *
   * @see <a href="https://docs.stripe.com/search#data-freshness">Data freshness</a>
   */
  private static final Duration END_MARGIN = Duration.ofMinutes(65);

  /**
   * Stripe keeps a key, and what it answered under it, for a day at least.
   *
   * @see <a href="https://docs.stripe.com/api/idempotent_requests">Idempotent requests</a>
   */
  static final Duration KEYS_KEPT = Duration.ofHours(24);

  /** Parts of one capture that are looked through; an order's refunds are fewer. */
  private static final int REFUNDS_MAX = 100;

  private static final int SUBJECT_CHARS_MAX = 200;

  private final StripeGateway gateway;
  private final StripeEvents events;
  private final InstantSource clock;

  public StripeClient(OutboundProvider calls, StripeAccount account, InstantSource clock) {
    this.gateway = new StripeGateway(calls, account);
    this.events = new StripeEvents(account);
    this.clock = clock;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> methods() {
    return List.of("page");
  }

  @Override
  public Opening open(Attempt attempt, String subject) {
    Optional<String> refusal = StripeCurrencies.refusal(attempt.amount());
    if (refusal.isPresent()) {
      return new Opening.Refused(refusal.get());
    }
    String title = subject.isBlank() ? attempt.id().toString() : subject;
    String id = attempt.id().toString();
    Map<String, String> form = new TreeMap<>();
    form.put("mode", "payment");
    form.put("client_reference_id", id);
    form.put("metadata[" + OUR_PAYMENT + "]", id);
    form.put("payment_intent_data[metadata][" + OUR_PAYMENT + "]", id);
    form.put("line_items[0][quantity]", "1");
    form.put(
        "line_items[0][price_data][currency]",
        attempt.amount().currency().toLowerCase(Locale.ROOT));
    form.put("line_items[0][price_data][unit_amount]", Long.toString(attempt.amount().amount()));
    form.put(
        "line_items[0][price_data][product_data][name]",
        title.length() <= SUBJECT_CHARS_MAX ? title : title.substring(0, SUBJECT_CHARS_MAX));
    form.put("success_url", gateway.account().returnUrl());
    form.put("expires_at", Long.toString(ends(attempt).getEpochSecond()));
    return switch (gateway.post(SESSIONS, form, id)) {
      case Said.Told told ->
          told.text("url").isEmpty() || told.text("id").isEmpty()
              ? new Opening.Unknown("an answer without an address")
              : new Opening.Opened(told.text("url"), told.text("id"));
      case Said.Refused(String code) -> new Opening.Refused(code);
      case Said.Nothing(String why, boolean _) -> new Opening.Unknown(why);
    };
  }

  /** The order's deadline, as near as Stripe allows; always the same, as its key wants it. */
  private static Instant ends(Attempt attempt) {
    Instant first = attempt.createdAt().plus(ENDS_MIN);
    Instant last = attempt.createdAt().plus(ENDS_MAX);
    Instant wanted = attempt.expiresAt();
    return wanted.isBefore(first) ? first : wanted.isAfter(last) ? last : wanted;
  }

  @Override
  public Standing query(Attempt attempt) {
    if (attempt.reference().isEmpty()) {
      return search(attempt);
    }
    return switch (gateway.get(
        SESSIONS + "/" + attempt.reference() + "?expand%5B%5D=payment_intent.latest_charge")) {
      case Said.Told told -> standing(attempt, told.node());
      case Said.Refused(String code) -> new Standing.Unknown(code);
      case Said.Nothing(String why, boolean _) -> new Standing.Unknown(why);
    };
  }

  /** Its name was never heard: whoever paid it all the same left a payment with ours. */
  private Standing search(Attempt attempt) {
    String query = "metadata%5B%27" + OUR_PAYMENT + "%27%5D%3A%27" + attempt.id() + "%27";
    String path = "/v1/payment_intents/search?query=" + query + "&expand%5B%5D=data.latest_charge";
    return switch (gateway.get(path)) {
      case Said.Told told -> {
        for (JsonNode intent : told.node().path("data")) {
          if (intent.path("status").asString("").equals("succeeded")) {
            yield captured(attempt.id(), intent);
          }
        }
        yield clock.instant().isAfter(ends(attempt).plus(END_MARGIN))
            ? new Standing.Closed()
            : new Standing.Open();
      }
      case Said.Refused(String code) -> new Standing.Unknown(code);
      case Said.Nothing(String why, boolean _) -> new Standing.Unknown(why);
    };
  }

  @Override
  public Standing close(Attempt attempt) {
    if (attempt.reference().isEmpty()) {
      return search(attempt);
    }
    String path = SESSIONS + "/" + attempt.reference() + "/expire";
    // Each asking has a key of its own: under an old one Stripe would only repeat what it said,
    // be it a 500, and a session that is expired twice is expired.
    String key = attempt.id() + "-close-" + attempt.asks();
    return switch (gateway.post(path, Map.of(), key)) {
      case Said.Told told when told.text("status").equals("expired") -> new Standing.Closed();
      case Said.Told _ -> query(attempt);
      // It is paid, or over: which of them only a question tells.
      case Said.Refused _ -> query(attempt);
      case Said.Nothing(String why, boolean _) -> new Standing.Unknown(why);
    };
  }

  private static Standing standing(Attempt attempt, JsonNode session) {
    if (!session.path("client_reference_id").asString("").equals(attempt.id().toString())) {
      return new Standing.Unknown("an answer about another payment");
    }
    return switch (session.path("status").asString("")) {
      case "open" -> new Standing.Open();
      case "expired" -> new Standing.Closed();
      case "complete" ->
          session.path("payment_status").asString("").equals("paid")
              ? captured(attempt.id(), session.path("payment_intent"))
              : underWay(session.path("payment_intent"));
      default -> new Standing.Unknown("a status that is not known");
    };
  }

  /** A way to pay that takes days, and may come to nothing after them. */
  private static Standing underWay(JsonNode intent) {
    return switch (intent.path("status").asString("")) {
      case "requires_payment_method", "canceled" -> new Standing.Closed();
      default -> new Standing.Open();
    };
  }

  private static Standing captured(PaymentId id, JsonNode intent) {
    try {
      JsonNode charge = intent.path("latest_charge");
      JsonNode at = charge.path("created").isIntegralNumber() ? charge : intent;
      return new Standing.Captured(
          capture(
              id,
              intent.path("id").asString(""),
              intent.path("amount_received"),
              intent.path("currency").asString(""),
              at.path("created")));
    } catch (DateTimeException | IllegalArgumentException e) {
      return new Standing.Unknown("unreadable: " + e.getClass().getSimpleName());
    }
  }

  /**
   * A capture in Stripe's words.
   *
   * @throws IllegalArgumentException or {@link DateTimeException} where a word is none of its
   */
  static Capture capture(
      PaymentId id, String intent, JsonNode amount, String currency, JsonNode at) {
    if (!intent.matches("[0-9A-Za-z_]{1,64}")) {
      throw new IllegalArgumentException("no payment");
    }
    return new Capture(id, NAME, intent, money(amount, currency), time(at));
  }

  static Money money(JsonNode amount, String currency) {
    if (!amount.isIntegralNumber() || !amount.canConvertToLong() || amount.longValue() <= 0) {
      throw new IllegalArgumentException("no amount");
    }
    return new Money(amount.longValue(), currency.toUpperCase(Locale.ROOT));
  }

  static Instant time(JsonNode seconds) {
    if (!seconds.isIntegralNumber() || !seconds.canConvertToLong()) {
      throw new IllegalArgumentException("no time");
    }
    return Instant.ofEpochSecond(seconds.longValue());
  }

  /**
   * How long Stripe knows a number again: by the key of its call. What is written into a refund
   * there ({@code metadata}) finds it later, but anybody can edit that in Stripe's dashboard.
   */
  @Override
  public Optional<Duration> refundNumberKept() {
    return Optional.of(KEYS_KEPT);
  }

  /**
   * A number that failed is tried anew when a person says so: under another key, since the old one
   * only repeats the failure. So it is with a key under which Stripe broke: the refund's row counts
   * those. The number of its tries would not do in its place: a call whose answer never came may be
   * under way still, and under another key it would move the money twice.
   */
  @Override
  public Return refund(Refund refund) {
    Map<String, String> form = new TreeMap<>();
    form.put("payment_intent", refund.transaction());
    form.put("amount", Long.toString(refund.amount().amount()));
    form.put("metadata[" + OUR_REFUND + "]", refund.id().toString());
    form.put(
        "metadata[" + OUR_PAYMENT + "]",
        new PaymentId(refund.id().order(), refund.attempt()).toString());
    int spent = refund.course().keysSpent();
    String key =
        refund.id()
            + "-"
            + refund.course().triedSince().getEpochSecond()
            + (spent == 0 ? "" : "-" + spent);
    return switch (gateway.post("/v1/refunds", form, key)) {
      case Said.Told told -> returned(told.node());
      case Said.Refused(String code) -> new Return.Failed(code);
      case Said.Nothing(String why, boolean keySpent) -> new Return.Unknown(why, keySpent);
    };
  }

  @Override
  public Return queryRefund(Refund refund) {
    String path = "/v1/refunds?payment_intent=" + refund.transaction() + "&limit=" + REFUNDS_MAX;
    return switch (gateway.get(path)) {
      case Said.Told told -> {
        for (JsonNode one : told.node().path("data")) { // the newest first
          if (one.path("metadata").path(OUR_REFUND).asString("").equals(refund.id().toString())) {
            yield returned(one);
          }
        }
        yield told.node().path("has_more").asBoolean(true)
            ? new Return.Unknown("more refunds than are looked through")
            : new Return.Absent();
      }
      case Said.Refused(String code) -> new Return.Unknown(code);
      case Said.Nothing(String why, boolean _) -> new Return.Unknown(why);
    };
  }

  private Return returned(JsonNode refund) {
    return switch (refund.path("status").asString("")) {
      case "succeeded" -> new Return.Succeeded(returnedAt(refund));
      case "pending", "requires_action" -> new Return.Processing();
      case "failed", "canceled" ->
          new Return.Failed(
              refund.path("status").asString("")
                  + " "
                  + plain(refund.path("failure_reason").asString("")));
      default -> new Return.Unknown("a status that is not known");
    };
  }

  /** When it was asked for is when its statement has it. */
  private Instant returnedAt(JsonNode refund) {
    try {
      return time(refund.path("created"));
    } catch (DateTimeException | IllegalArgumentException _) {
      return clock.instant();
    }
  }

  private static String plain(String word) {
    return word.replaceAll("[^a-z_]", "");
  }

  @Override
  public Reading read(Function<String, @Nullable String> header, byte[] body, Instant now) {
    return events.read(header.apply("Stripe-Signature"), body, now);
  }
}
