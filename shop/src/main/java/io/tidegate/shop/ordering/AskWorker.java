package io.tidegate.shop.ordering;

import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.LaneRefusal;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.PaymentProvider;
import io.tidegate.shop.payment.PaymentProvider.Opening;
import io.tidegate.shop.payment.PaymentProvider.Standing;
import io.tidegate.shop.payment.PaymentStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks providers what became of open attempts: a lost callback is found within a minute (C4), an
 * unknown answer is settled (M7), and what nobody may pay any more is closed there.
 */
final class AskWorker implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(AskWorker.class);
  private static final int BATCH_MAX = 64;
  private static final int CALLS_MAX = 16;
  private static final Duration SLEEP = Duration.ofSeconds(1);

  private final PaymentStore payments;
  private final OrderStore orders;
  private final OrderService ordering;
  private final Map<String, PaymentProvider> providers;
  private final Supplier<String> newTraceparent;
  private final Semaphore calls = new Semaphore(CALLS_MAX);
  private final Thread thread;
  private volatile boolean closed;

  AskWorker(
      PaymentStore payments,
      OrderStore orders,
      OrderService ordering,
      Map<String, PaymentProvider> providers,
      Supplier<String> newTraceparent) {
    this.payments = payments;
    this.orders = orders;
    this.ordering = ordering;
    this.providers = providers;
    this.newTraceparent = newTraceparent;
    this.thread = Thread.ofVirtual().name("payment-asker").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  @Override
  public void close() {
    closed = true;
    if (thread.getState() == Thread.State.NEW) {
      return; // a node without this role never started it
    }
    LockSupport.unpark(thread);
    try {
      thread.join(Duration.ofSeconds(3));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!closed) {
      try {
        if (askDue() < BATCH_MAX) {
          LockSupport.parkNanos(SLEEP.toNanos());
        }
      } catch (DatabaseFailure e) {
        log.warn("asking providers is put off: {}", e.getMessage());
        LockSupport.parkNanos(SLEEP.toNanos());
      } catch (RuntimeException e) {
        log.error("asking providers failed", e);
        LockSupport.parkNanos(SLEEP.toNanos());
      }
    }
  }

  /**
   * Asks about attempts that are due. The answers come in on threads of their own, so that one slow
   * provider holds up no other attempt for longer than its time-out.
   *
   * @return how many were due
   */
  int askDue() {
    List<Attempt> due = payments.takeDue(BATCH_MAX);
    for (Attempt attempt : due) {
      calls.acquireUninterruptibly();
      Thread.ofVirtual()
          .name("ask-payment")
          .start(() -> {
            try {
              ask(attempt);
            } catch (DatabaseFailure | LaneRefusal e) {
              log.debug("payment {}: asked again later: {}", attempt.id(), e.getMessage());
            } finally {
              calls.release();
            }
          });
    }
    return due.size();
  }

  private void ask(Attempt attempt) {
    PaymentProvider provider = providers.get(attempt.provider());
    Optional<Order> order = orders.find(attempt.id().order());
    if (provider == null || order.isEmpty()) {
      log.warn("payment {} has no provider or no order here", attempt.id());
      return;
    }
    boolean payable = order.get().status() == Status.AWAITING_PAYMENT;
    Cause cause = Cause.asked(provider.name(), newTraceparent.get());
    Standing standing = payable ? provider.query(attempt) : provider.close(attempt);
    switch (standing) {
      case Standing.Captured(var capture) ->
          ordering.run(new OrderCommand.RecordCapture(capture, cause));
      case Standing.Closed _ -> ordering.run(new OrderCommand.NoteClosed(attempt.id(), cause));
      case Standing.Open _ when payable -> openAgain(provider, attempt, order.get(), cause);
      case Standing.Open _ -> log.debug("payment {} is to be closed yet", attempt.id());
      case Standing.Unknown(String why) -> log.debug("payment {}: {}", attempt.id(), why);
    }
  }

  /**
   * An attempt that is open there, though its opening was never answered here: told again, it is
   * the same one there, and the answer has the address to pay at.
   */
  private void openAgain(PaymentProvider provider, Attempt attempt, Order order, Cause cause) {
    if (attempt.state() != Attempt.State.CREATED && attempt.state() != Attempt.State.UNKNOWN) {
      log.debug("payment {} is still open", attempt.id());
      return;
    }
    switch (provider.open(attempt, order.subject())) {
      case Opening.Opened opened ->
          ordering.run(new OrderCommand.NoteOpening(attempt.id(), opened, cause));
      // It said that the attempt is open: a refusal now doesn't make it failed.
      case Opening.Refused(String why) -> log.warn("payment {}: {}", attempt.id(), why);
      case Opening.Unknown(String why) -> log.debug("payment {}: {}", attempt.id(), why);
    }
  }
}
