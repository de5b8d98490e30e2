package io.tidegate.shop.payment;

import com.stripe.Stripe;
import io.tidegate.platform.http.OutboundAnswer;
import io.tidegate.platform.http.OutboundProvider;
import io.tidegate.platform.http.OutboundRequest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Stripe's API: forms go, JSON comes; each call that changes something has a key of its own. The
 * version is that of the library, so that no setting of the account changes what answers look like.
 */
final class StripeGateway {

  private static final JsonMapper JSON = JsonMapper.shared();

  private final OutboundProvider calls;
  private final StripeAccount account;

  StripeGateway(OutboundProvider calls, StripeAccount account) {
    this.calls = calls;
    this.account = account;
  }

  /** What is known after a call. */
  sealed interface Said {
    record Told(JsonNode node) implements Said {
      String text(String field) {
        return node.path(field).asString("");
      }
    }

    /** It says no to this request, whatever it would be later. */
    record Refused(String code) implements Said {}

    /**
     * Nobody knows whether it was done.
     *
     * @param keySpent Stripe broke under this call's key earlier, and says so again: it keeps what
     *     it answered first, a 500 too, so the same call never comes to anything
     */
    record Nothing(String why, boolean keySpent) implements Said {
      Nothing(String why) {
        this(why, false);
      }
    }
  }

  StripeAccount account() {
    return account;
  }

  Said get(String path) {
    return said(calls.call(authorized(OutboundRequest.get(path))));
  }

  /**
   * Calls with a key, under which Stripe does it once.
   *
   * @param key the same for all tries of the same thing
   */
  Said post(String path, Map<String, String> form, String key) {
    OutboundRequest request =
        OutboundRequest.postFormOnce(path, FormText.write(form).getBytes(StandardCharsets.UTF_8));
    return said(calls.call(authorized(request.withHeaders(Map.of("Idempotency-Key", key)))));
  }

  private OutboundRequest authorized(OutboundRequest request) {
    return request.withHeaders(
        Map.of(
            "Authorization",
            "Bearer " + account.keys().get().secretKey(),
            "Stripe-Version",
            Stripe.API_VERSION));
  }

  private static Said said(OutboundAnswer answer) {
    return switch (answer) {
      case OutboundAnswer.Answered answered -> said(answered);
      case OutboundAnswer.NotSent(var why) -> new Said.Nothing("not sent: " + why);
      case OutboundAnswer.Unknown(var why) -> new Said.Nothing(why.toString());
    };
  }

  private static Said said(OutboundAnswer.Answered answer) {
    try {
      JsonNode node = JSON.readTree(answer.body());
      if (answer.isSuccess()) {
        return new Said.Told(node);
      }
      JsonNode error = node.path("error");
      String type = error.path("type").asString("");
      // A wrong key of ours (401), haste (429) and a twin under way (409) say nothing of the thing.
      boolean plain = answer.status() == 400 || answer.status() == 402 || answer.status() == 404;
      String code = error.path("code").asString(type);
      return plain && !type.isEmpty() && !type.equals("idempotency_error")
          ? new Said.Refused(code)
          : new Said.Nothing("status " + answer.status() + " " + code, isSpent(answer));
    } catch (JacksonException _) {
      return new Said.Nothing("unreadable, status " + answer.status(), isSpent(answer));
    }
  }

  /**
   * Only what Stripe itself calls a repetition: the call of a first 500, or of one that a proxy
   * made, may be under way yet.
   *
   * @see <a href="https://docs.stripe.com/error-low-level#idempotency">Idempotency</a>
   */
  private static boolean isSpent(OutboundAnswer.Answered answer) {
    return answer.status() >= 500
        && "true".equals(answer.headers().getOrDefault("idempotent-replayed", ""));
  }
}
