package io.tidegate.platform.http;

import io.micrometer.core.instrument.Counter;
import java.net.URI;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signed questions to one system outside, at one address; what it answers counts only where it is
 * signed too. A question's body says what is asked, so that a signature is good for that alone.
 */
public final class SignedCalls {

  /** What is known after a question. */
  public sealed interface Answer {

    /** It said this, and proved that it did. */
    record Said(byte[] json) implements Answer {}

    /**
     * This program did not even try: too many calls, or the circuit is open.
     *
     * @param why short, without personal data, such as {@code circuit_open}
     */
    record NotAsked(String why) implements Answer {}

    /**
     * It was tried, and no connection could be made: certainly not done.
     *
     * @param why as above
     */
    record NotReached(String why) implements Answer {}

    /**
     * No answer that counts, so it may have been done: ask again under the same name.
     *
     * @param why as above, such as {@code status_500}, {@code timed_out} or {@code not_signed}
     */
    record Unknown(String why) implements Answer {}
  }

  private static final Logger log = LoggerFactory.getLogger(SignedCalls.class);

  /** What a system may give as a reason: any other text may have somebody's name in it. */
  private static final Pattern CODE = Pattern.compile("[a-z0-9_]{1,40}");

  private static final int UNAUTHORIZED = 401;
  private static final String TRUSTED = "";

  private final AtomicReference<String> trust = new AtomicReference<>(TRUSTED);
  private final OutboundProvider provider;
  private final URI address;
  private final SharedSecret secret;
  private final InstantSource clock;

  /** Whether a reason that a system gives is a short code, which may be kept and shown. */
  public static boolean isCode(String why) {
    return CODE.matcher(why).matches();
  }

  /**
   * Questions to one address.
   *
   * @param provider whose limits they keep
   */
  public SignedCalls(
      OutboundProvider provider, URI address, SharedSecret secret, InstantSource clock) {
    this.provider = provider;
    this.address = address;
    this.secret = secret;
    this.clock = clock;
  }

  /**
   * Asks and waits for what is known after it.
   *
   * @param id the question's name, the same whenever it is asked again
   */
  public Answer ask(String id, byte[] json) {
    Map<String, String> headers = new HashMap<>(secret.sign(id, clock.instant(), json));
    headers.put("Content-Type", "application/json");
    headers.put("User-Agent", "Tidegate/1");
    return switch (provider.call(
        new OutboundRequest("POST", address.toString(), headers, json, true))) {
      case OutboundAnswer.Answered answered -> proved(id, answered);
      case OutboundAnswer.NotSent notSent ->
          switch (notSent.why()) {
            case BUSY, CIRCUIT_OPEN, STOPPING -> new Answer.NotAsked(code(notSent.why()));
            case NO_CONNECTION -> new Answer.NotReached(code(notSent.why()));
          };
      case OutboundAnswer.Unknown(var why) -> new Answer.Unknown(code(why));
    };
  }

  private Answer proved(String id, OutboundAnswer.Answered answered) {
    if (answered.status() == UNAUTHORIZED) {
      trust("unauthorized"); // it doesn't believe us: the secrets differ, or the clocks
      return new Answer.Unknown("status_" + answered.status());
    }
    if (!answered.isSuccess()) {
      return new Answer.Unknown("status_" + answered.status());
    }
    Map<String, String> headers = answered.headers();
    String named = headers.get(SharedSecret.ID_HEADER);
    SharedSecret.Proof proof =
        secret.verify(
            named,
            headers.get(SharedSecret.TIME_HEADER),
            headers.get(SharedSecret.SIGNATURE_HEADER),
            answered.body(),
            clock.instant());
    String wrong =
        switch (proof) {
          case GOOD -> id.equals(named) ? TRUSTED : "other";
          case MISSING -> "not_signed";
          case STALE -> "stale";
          case FORGED -> "forged";
        };
    trust(wrong);
    // An answer to another question, though signed, would be no answer to this one.
    return wrong.equals(TRUSTED) ? new Answer.Said(answered.body()) : new Answer.Unknown(wrong);
  }

  /** Told once for each change: what never proves itself looks like an outage otherwise. */
  private void trust(String now) {
    if (!now.equals(TRUSTED)) {
      Counter.builder("tidegate.outbound.unproved")
          .description("Answers of signed systems that count as none, by what is wrong with them")
          .tag("provider", provider.name())
          .tag("why", now)
          .register(provider.meters())
          .increment();
    }
    String before = trust.getAndSet(now);
    if (before.equals(now)) {
      return;
    }
    if (now.equals(TRUSTED)) {
      log.info("answers of {} are proved again", provider.name());
    } else {
      log.warn("answers of {} count as none: {}", provider.name(), now);
    }
  }

  private static String code(Enum<?> why) {
    return why.name().toLowerCase(Locale.ROOT);
  }
}
