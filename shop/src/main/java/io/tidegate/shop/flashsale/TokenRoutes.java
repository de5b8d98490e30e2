package io.tidegate.shop.flashsale;

import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Bulkhead;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/flash-sales/{id}/token}: leave to buy, from shortly before the start. */
final class TokenRoutes implements Routes {

  /** A token outlives the start, or its issue where that is later, by so much at most. */
  private static final Duration GOOD_FOR = Duration.ofHours(1);

  /** In flight at once; what normal orders need is counted elsewhere. */
  static final int TOKENS_MAX = 256;

  private static final Duration RETRY_MAX = Duration.ofHours(1);

  private final Gates gates;
  private final PurchaseTokens tokens;
  private final Challenge challenge;
  private final FlashLimits limits;
  private final Duration lead;
  private final InstantSource clock;

  TokenRoutes(
      Gates gates,
      PurchaseTokens tokens,
      Challenge challenge,
      FlashLimits limits,
      Duration lead,
      InstantSource clock) {
    this.gates = gates;
    this.tokens = tokens;
    this.challenge = challenge;
    this.limits = limits;
    this.lead = lead;
    this.clock = clock;
  }

  @Override
  public void register(Router router) {
    router
        .post("/v1/flash-sales/{id}/token", Access.customer(), this::issue)
        .bulkhead(new Bulkhead(TOKENS_MAX));
  }

  private Reply issue(Request request) {
    long user = request.caller().customer();
    limits.count(user, request.peer());
    String answer = answer(request);
    Gate gate = gates.find(request.pathNumber("id"));
    if (gate == null) {
      throw Problem.notFound();
    }
    Sale sale = gate.sale();
    Instant now = clock.instant();
    checkTime(gate, sale, now);
    checkChallenge(sale, user, answer, now);
    Instant from = now.isBefore(sale.startsAt()) ? sale.startsAt() : now;
    Instant until = from.plus(GOOD_FOR);
    Instant expiresAt = until.isBefore(sale.closesAt()) ? until : sale.closesAt();
    // A second is the least that a token counts.
    Instant good = Instant.ofEpochSecond(expiresAt.plusMillis(999).getEpochSecond());
    return Reply.json(
            200,
            json ->
                json.beginObject()
                    .field("token", tokens.issue(sale.id(), user, good))
                    .field("notBefore", sale.startsAt())
                    .field("expiresAt", good)
                    .endObject())
        .header("Cache-Control", "no-store");
  }

  private static @Nullable String answer(Request request) {
    if (request.body().length == 0) {
      return null;
    }
    Fields body = request.json();
    String answer = body.optionalString("answer", Challenge.ANSWER_CHARS_MAX);
    body.check();
    return answer;
  }

  private void checkTime(Gate gate, Sale sale, Instant now) {
    switch (gate.phase(now.toEpochMilli())) {
      case OPEN -> {}
      case ENDED -> throw FlashProblemJson.of(FlashRefusal.ENDED, 0);
      case NOT_STARTED -> {
        long left = Duration.between(now, sale.startsAt().minus(lead)).toMillis();
        if (left > 0) {
          throw FlashProblemJson.notStarted(
              Math.clamp((left + 999) / 1_000, 1, RETRY_MAX.toSeconds()));
        }
      }
    }
  }

  private void checkChallenge(Sale sale, long user, @Nullable String answer, Instant now) {
    int bits = sale.challengeBits();
    if (bits == 0 || answer != null && challenge.isMet(sale.id(), user, bits, answer, now)) {
      return;
    }
    Challenge.Asked asked = challenge.ask(sale.id(), user, bits, now);
    throw Problem.forbidden(
            "challenge_required",
            answer == null ? "Answer the challenge" : "This does not answer the challenge")
        .with(json ->
            json.name("challenge")
                .beginObject()
                .field("kind", asked.kind())
                .field("seed", asked.seed())
                .field("bits", asked.bits())
                .endObject());
  }
}
