package io.tidegate.shop.ordering;

import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.PaymentStore;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A customer who comes back from a provider and looks at an order that still waits for its payment:
 * the provider is asked at once, so that a lost callback costs nobody who looks the wait until the
 * next question (C4).
 */
public final class PaymentLook {

  private static final Logger log = LoggerFactory.getLogger(PaymentLook.class);

  private final PaymentStore payments;
  private final InstantSource clock;

  public PaymentLook(PaymentStore payments, InstantSource clock) {
    this.payments = payments;
    this.clock = clock;
  }

  /**
   * Has the open attempts among these asked about within about a second, each at most once in ten
   * seconds. A look reads as it would without: what can't be written now is left to the next one.
   *
   * @param attempts as they were read for this look
   */
  void at(Order order, List<Attempt> attempts) {
    if (order.status() != Status.AWAITING_PAYMENT) {
      return;
    }
    for (Attempt attempt : attempts) {
      if (attempt.isWorthALook(clock.instant())) {
        ask(attempt);
      }
    }
  }

  private void ask(Attempt attempt) {
    try {
      // Of many looks at once, one finds the version that it saw.
      payments.reschedule(
          attempt, (held, now) -> held.isWorthALook(now) ? held.askedSoon(now) : held);
    } catch (DatabaseFailure e) {
      log.debug("payment {} is not asked about sooner: {}", attempt.id(), e.getMessage());
    }
  }
}
