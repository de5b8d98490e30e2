package io.tidegate.shop.payment;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A payment provider behind one small interface.
 *
 * <p>Every call has a time-out; an answer that didn't come is {@code Unknown}, never a failure, and
 * somebody asks again. No call throws for what the provider or the network does.
 */
public interface PaymentProvider {

  /**
   * Where payments of made-up orders are: nowhere. No provider has them in its book or in a
   * statement, so nothing can be given back there either.
   */
  String MADE_UP = "made_up";

  /** Its name in the API. */
  String name();

  /** The ways to pay at it, the usual one first; empty: it has but one, whatever it is called. */
  default List<String> methods() {
    return List.of();
  }

  /** Whether a way to pay has to be told who pays, as the provider knows them. */
  default boolean wantsPayer(String method) {
    return false;
  }

  /** For so long after a call for a refund it can't say what became of it. */
  default Duration refundKnownAfter() {
    return Duration.ZERO;
  }

  /**
   * How long after its first call a refund's number moves money once only: what is not known there
   * after that may be there under another name, and is no longer sent by itself. Empty: for ever.
   */
  default Optional<Duration> refundNumberKept() {
    return Optional.empty();
  }

  /** Tells the provider of an attempt. The same attempt again is the same one there. */
  Opening open(Attempt attempt, String subject);

  /**
   * The same for ways that want to know who pays.
   *
   * @param payer as the provider knows them; kept nowhere. Empty where nobody said
   */
  default Opening open(Attempt attempt, String subject, String payer) {
    return open(attempt, subject);
  }

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
  Reading read(Function<String, @Nullable String> header, byte[] body, Instant now);

  /** What a notice is answered with, in the provider's own format: after the commit only (C3). */
  default NoticeAnswer answer(Heard heard) {
    return switch (heard) {
      case TAKEN -> NoticeAnswer.text(200, "success");
      case REJECTED -> NoticeAnswer.text(400, "fail");
      case NOT_FOUND -> NoticeAnswer.text(404, "fail");
      case NOT_NOW -> NoticeAnswer.text(503, "fail");
    };
  }

  /** What became of a notice. */
  enum Heard {
    /** It is written, or was before, or has nothing to write. */
    TAKEN,
    REJECTED,
    /** What it is about is not here, or not yet (E6). */
    NOT_FOUND,
    NOT_NOW
  }

  /** An answer to a notice. */
  record NoticeAnswer(int status, String contentType, String body) {
    static NoticeAnswer text(int status, String body) {
      return new NoticeAnswer(status, "text/plain; charset=utf-8", body);
    }
  }

  /** The answer to {@link #open}. */
  sealed interface Opening {
    /**
     * The customer can pay.
     *
     * @param cashierUrl where, or the text of the code to pay with
     * @param reference the provider's own name of what it opened, where it wants to hear that
     */
    record Opened(String cashierUrl, String reference) implements Opening {
      public Opened(String cashierUrl) {
        this(cashierUrl, "");
      }
    }

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

    /**
     * It may be done or not.
     *
     * @param keySpent the same call would be told the same for ever: once a question says that it
     *     never arrived, the next call has another key
     */
    record Unknown(String why, boolean keySpent) implements Return {
      public Unknown(String why) {
        this(why, false);
      }
    }
  }

  /**
   * A raw callback that was read.
   *
   * @param masked how it is kept: without secrets and without a trace of who paid; asked for where
   *     it is kept
   */
  record Reading(Notice notice, Supplier<String> masked) {}

  /** What a raw callback is. */
  sealed interface Notice {
    /** A capture that the provider really sent. Amount and order are still to be checked. */
    record Verified(Capture capture) implements Notice {}

    /**
     * A capture that the provider really sent, of a payment of ours, for somebody else's account or
     * app: it pays nothing, and waits for a person (M3).
     */
    record Misdirected(Capture capture) implements Notice {}

    /** A try that the customer gave up or the provider refused: it takes no money any more. */
    record Failed(PaymentId payment) implements Notice {}

    /**
     * Something became of a refund of ours. What it is only a question tells, which is asked soon
     * (M9).
     *
     * @param success whether it says nothing but that the refund succeeded: of a success that is
     *     known already nothing is asked then
     */
    record OfRefund(PaymentId payment, RefundId refund, boolean success) implements Notice {}

    /** What the provider really sent, and what moves nothing here. */
    record Noted(PaymentId payment, String what) implements Notice {}

    /** What the provider really sent, about nothing of ours: to say no would have it repeated. */
    record Foreign(String what) implements Notice {}

    /** Forged, stale or unreadable: changes nothing. */
    record Rejected(String why) implements Notice {}

    /** A notice of a refund; one that somebody made by hand there has no number of ours. */
    static Notice ofRefund(PaymentId payment, String number, boolean success) {
      Optional<RefundId> refund =
          RefundId.parse(number).filter(each -> each.order().equals(payment.order()));
      return refund.isPresent()
          ? new OfRefund(payment, refund.get(), success)
          : new Noted(payment, "of a refund that has no number of ours");
    }
  }
}
