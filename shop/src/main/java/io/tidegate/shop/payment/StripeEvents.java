package io.tidegate.shop.payment;

import com.stripe.exception.SignatureVerificationException;
import com.stripe.net.Webhook;
import io.tidegate.shop.payment.PaymentProvider.Notice;
import io.tidegate.shop.payment.PaymentProvider.Reading;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Stripe's events: JSON, each try signed anew, verified by Stripe's own library. */
final class StripeEvents {

  private static final Duration FRESH_MAX = Duration.ofMinutes(5);

  private static final Pattern TIME = Pattern.compile("t=([0-9]{1,12})");

  /** What a kept event shows: nothing of who paid. */
  private static final Set<String> SHOWN =
      Set.of(
          "amount",
          "amount_total",
          "client_reference_id",
          "created",
          "currency",
          "id",
          "livemode",
          "object",
          "payment",
          "payment_intent",
          "payment_status",
          "refund",
          "status",
          "type");

  private static final JsonMapper JSON = JsonMapper.shared();

  private final StripeAccount account;

  StripeEvents(StripeAccount account) {
    this.account = account;
  }

  Reading read(@Nullable String signature, byte[] body, Instant now) {
    Optional<Notice.Rejected> refusal = refusal(signature, body, now);
    if (refusal.isPresent()) {
      return new Reading(refusal.get(), () -> NoticeMask.json(body, SHOWN));
    }
    try {
      JsonNode event = JSON.readTree(body);
      return new Reading(verified(event), () -> NoticeMask.json(event, body, SHOWN));
    } catch (JacksonException | DateTimeException | IllegalArgumentException e) {
      return new Reading(
          new Notice.Rejected("unreadable: " + e.getClass().getSimpleName()),
          () -> NoticeMask.json(body, SHOWN));
    }
  }

  /** What speaks against it before it is read. */
  private Optional<Notice.Rejected> refusal(@Nullable String signature, byte[] body, Instant now) {
    if (signature == null) {
      return Optional.of(new Notice.Rejected("unsigned"));
    }
    Optional<Instant> sent = sent(signature);
    if (sent.isEmpty()) {
      return Optional.of(new Notice.Rejected("no time, or more than one"));
    }
    if (Duration.between(sent.get(), now).abs().compareTo(FRESH_MAX) > 0) {
      return Optional.of(new Notice.Rejected("stale"));
    }
    return verifies(signature, body, now)
        ? Optional.empty()
        : Optional.of(new Notice.Rejected("wrong signature"));
  }

  /** The one time in it: of two, the library would sign the first, and a reader take another. */
  private static Optional<Instant> sent(String signature) {
    List<String> times =
        Arrays.stream(signature.split(",", -1)).filter(part -> part.startsWith("t=")).toList();
    Matcher time = TIME.matcher(times.size() == 1 ? times.getFirst() : "");
    return time.matches()
        ? Optional.of(Instant.ofEpochSecond(Long.parseLong(time.group(1))))
        : Optional.empty();
  }

  private boolean verifies(String signature, byte[] body, Instant now) {
    try {
      return Webhook.Signature.verifyHeader(
          new String(body, StandardCharsets.UTF_8),
          signature,
          account.keys().get().webhookSecret(),
          FRESH_MAX.toSeconds(), // how far it is ahead was looked at before
          Clock.fixed(now, ZoneOffset.UTC));
    } catch (SignatureVerificationException | RuntimeException _) {
      return false;
    }
  }

  /** It is Stripe's; whether it is for us, and what it says, is looked at here. */
  private Notice verified(JsonNode event) {
    String type = event.path("type").asString("");
    JsonNode object = event.path("data").path("object");
    if (type.isEmpty() || !object.isObject()) {
      return new Notice.Rejected("unreadable: no event");
    }
    Optional<PaymentId> payment = payment(type, object);
    if (payment.isEmpty()) {
      return new Notice.Foreign("no payment of ours");
    }
    PaymentId id = payment.get();
    boolean ours = event.path("livemode").asBoolean(false) == account.keys().get().isLive();
    if (!ours && !type.startsWith("checkout.session.")) {
      return new Notice.Foreign("not for this merchant");
    }
    return switch (type) {
      case "checkout.session.completed", "checkout.session.async_payment_succeeded" -> {
        if (!object.path("payment_status").asString("").equals("paid")) {
          yield new Notice.Noted(id, "that money is on its way");
        }
        Capture capture =
            StripeClient.capture(
                id,
                object.path("payment_intent").asString(""),
                object.path("amount_total"),
                object.path("currency").asString(""),
                event.path("created"));
        yield ours ? new Notice.Verified(capture) : new Notice.Misdirected(capture);
      }
      case "checkout.session.expired", "checkout.session.async_payment_failed" ->
          ours ? new Notice.Failed(id) : new Notice.Foreign("not for this merchant");
      case "refund.created", "refund.updated", "refund.failed" ->
          Notice.ofRefund(
              id,
              object.path("metadata").path(StripeClient.OUR_REFUND).asString(""),
              !type.equals("refund.failed")
                  && object.path("status").asString("").equals("succeeded"));
      default -> new Notice.Noted(id, "a type that is not known");
    };
  }

  private static Optional<PaymentId> payment(String type, JsonNode object) {
    if (type.startsWith("refund.")) {
      // A refund that somebody made by hand has no number of ours.
      return PaymentId.parse(object.path("metadata").path(StripeClient.OUR_PAYMENT).asString(""));
    }
    return PaymentId.parse(object.path("client_reference_id").asString(""));
  }
}
