package io.tidegate.shop.payment;

import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A payment provider behind one small interface.
 *
 * <p>Every call has a time-out; an answer that didn't come is {@code Unknown}, never a failure, and
 * somebody asks again. No call throws for what the provider or the network does.
 */
public interface PaymentProvider {

  /** Its name in the API. */
  String name();

  /** Tells the provider of an attempt. The same attempt again is the same one there. */
  Opening open(Attempt attempt, String subject);

  /** Asks what became of an attempt. */
  Standing query(Attempt attempt);

  /** Asks the provider to take no more money for an attempt. */
  Standing close(Attempt attempt);

  /** Asks for money to be given back, under the refund's one number. */
  Return refund(Refund refund);

  /** Asks what became of a refund. */
  Return queryRefund(Refund refund);

  /**
   * Verifies a raw callback.
   *
   * @param header gives a header's value, or null
   */
  Notice parse(Function<String, @Nullable String> header, byte[] body, Instant now);

  /** The answer to {@link #open}. */
  sealed interface Opening {
    record Opened(String cashierUrl) implements Opening {}

    record Refused(String why) implements Opening {}

    record Unknown(String why) implements Opening {}
  }

  /** Where an attempt stands at the provider. */
  sealed interface Standing {
    record Open() implements Standing {}

    record Captured(Capture capture) implements Standing {}

    /** Closed there, or never arrived there: it takes no money any more. */
    record Closed() implements Standing {}

    record Unknown(String why) implements Standing {}
  }

  /** Where a refund stands at the provider. */
  sealed interface Return {
    record Succeeded(Instant at) implements Return {}

    record Processing() implements Return {}

    /** Never arrived there: it may be asked for, with the same number. */
    record Absent() implements Return {}

    record Failed(String why) implements Return {}

    record Unknown(String why) implements Return {}
  }

  /** What a raw callback is. */
  sealed interface Notice {
    /** A capture that the provider really sent. Amount and order are still to be checked. */
    record Verified(Capture capture) implements Notice {}

    /** A try that the customer gave up or the provider refused: it takes no money any more. */
    record Failed(PaymentId payment) implements Notice {}

    /** Forged, stale, foreign or unreadable: changes nothing. */
    record Rejected(String why) implements Notice {}
  }
}
