package io.tidegate.platform.http;

import java.time.InstantSource;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The way in for one system outside, which signs what it says. Who repeats a signed request within
 * the minutes in which it is fresh changes nothing: what comes in here says what it is about.
 */
public final class SignedGate {

  private final @Nullable SharedSecret secret;
  private final InstantSource clock;

  /**
   * A gate.
   *
   * @param secret null where there is no such system: then there is no way in
   */
  public SignedGate(@Nullable SharedSecret secret, InstantSource clock) {
    this.secret = secret;
    this.clock = clock;
  }

  /**
   * Answers a request that its sender has signed. What is answered is signed as well, over the
   * request's own name, refusals too: whoever stands in between can neither give leave nor deny it.
   *
   * @param type what the body must say that it is: a signature does not cover the address
   * @throws Problem 404 where there is no such system, 401 where it doesn't prove itself: not
   *     signed
   */
  public Reply answer(Request request, String type, Function<Fields, Reply> handler) {
    SharedSecret known = proved(request);
    Reply reply;
    try {
      Fields body = request.json();
      body.choice("type", Set.of(type));
      reply = handler.apply(body);
    } catch (Problem refusal) {
      reply = refusal.reply(request.path(), request.traceId());
    }
    String id = request.header(SharedSecret.ID_HEADER);
    if (id == null) {
      throw new IllegalStateException("proved without a name");
    }
    known.sign(id, clock.instant(), reply.body()).forEach(reply::header);
    return reply;
  }

  private SharedSecret proved(Request request) {
    SharedSecret known = secret;
    if (known == null) {
      throw Problem.notFound();
    }
    SharedSecret.Proof proof =
        known.verify(
            request.header(SharedSecret.ID_HEADER),
            request.header(SharedSecret.TIME_HEADER),
            request.header(SharedSecret.SIGNATURE_HEADER),
            request.body(),
            clock.instant());
    return switch (proof) {
      case GOOD -> known;
      case MISSING -> throw Problem.unauthenticated("webhook-id, -timestamp and -signature");
      case STALE -> throw Problem.unauthenticated("webhook-timestamp is more than 5 minutes off");
      case FORGED -> throw Problem.unauthenticated("webhook-signature does not match");
    };
  }
}
