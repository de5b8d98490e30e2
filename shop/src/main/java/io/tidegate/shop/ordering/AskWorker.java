package io.tidegate.shop.ordering;

import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.LaneRefusal;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.PaymentProvider;
import io.tidegate.shop.payment.PaymentProvider.Opening;
import io.tidegate.shop.payment.PaymentProvider.Standing;
import io.tidegate.shop.payment.PaymentStore;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks providers what became of open attempts: a lost callback is found within a minute as long as
 * what is due can be asked (C4, L1), an unknown answer is settled (M7), and what nobody may pay any
 * more is closed there. Each provider has calls of its own, so one that doesn't answer holds up no
 * other.
 */
final class AskWorker implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(AskWorker.class);

  /** Calls to one provider at once: about 160 a second where it takes a tenth of a second. */
  static final int CALLS_MAX = 16;

  /** Of attempts at providers that this node doesn't have, so many are put off at once. */
  private static final int ELSEWHERE_MAX = 256;

  private static final Duration ELSEWHERE_EVERY = Duration.ofSeconds(5);

  /** A node that has the provider would have asked by then: nobody has it. */
  private static final Duration ELSEWHERE_AFTER = Duration.ofMinutes(2);

  private static final Duration SLEEP = Duration.ofSeconds(1);

  private final PaymentStore payments;
  private final OrderStore orders;
  private final OrderService ordering;
  private final Map<String, PaymentProvider> providers;
  private final Supplier<String> newTraceparent;
  private final List<Turn> turns;
  private final Set<String> missing = new HashSet<>();
  private final Thread thread;
  private long elsewhereAt = System.nanoTime();
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
    this.turns = providers.values().stream().map(Turn::new).toList();
    this.thread = Thread.ofVirtual().name("payment-asker").unstarted(this::run);
  }

  /** A provider's turn, with the calls that it has free. */
  private static final class Turn {
    final PaymentProvider provider;
    final Semaphore free = new Semaphore(CALLS_MAX);

    /** Whether more of its attempts were due than could be called. */
    volatile boolean more;

    Turn(PaymentProvider provider) {
      this.provider = provider;
    }

    /** Whether it is worth a look before the usual one: many at once, not each by itself. */
    boolean isReady() {
      return more && free.availablePermits() >= CALLS_MAX / 2;
    }
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
        askDue();
        if (turns.stream().anyMatch(Turn::isReady)) {
          continue;
        }
      } catch (DatabaseFailure e) {
        log.warn("asking providers is put off: {}", e.getMessage());
      } catch (RuntimeException e) {
        log.error("asking providers failed", e);
      }
      LockSupport.parkNanos(SLEEP.toNanos());
    }
  }

  /**
   * Asks about attempts that are due, of each provider as many as it has calls free. The answers
   * come in on threads of their own.
   *
   * @return how many were due
   */
  int askDue() {
    int due = 0;
    for (Turn turn : turns) {
      due += askDue(turn);
    }
    if (System.nanoTime() - elsewhereAt >= 0) {
      elsewhereAt = System.nanoTime() + ELSEWHERE_EVERY.toNanos();
      putOffElsewhere();
    }
    return due;
  }

  private int askDue(Turn turn) {
    int most = turn.free.drainPermits();
    int taken = 0;
    try {
      if (most > 0) {
        List<Attempt> due = payments.takeDue(turn.provider.name(), most);
        turn.more = due.size() == most;
        for (Attempt attempt : due) {
          Thread.ofVirtual().name("ask-payment").start(() -> asked(turn, attempt));
          taken++; // the permit is the call's now
        }
      }
      return taken;
    } finally {
      turn.free.release(most - taken);
    }
  }

  private void asked(Turn turn, Attempt attempt) {
    try {
      ask(turn.provider, attempt);
    } catch (DatabaseFailure | LaneRefusal e) {
      log.debug("payment {}: asked again later: {}", attempt.id(), e.getMessage());
    } finally {
      turn.free.release();
      if (turn.isReady()) {
        LockSupport.unpark(thread);
      }
    }
  }

  /** What nobody can ask about is said once, until this node is started anew. */
  private void putOffElsewhere() {
    for (Attempt each :
        payments.takeElsewhere(providers.keySet(), ELSEWHERE_AFTER, ELSEWHERE_MAX)) {
      if (missing.add(each.provider())) {
        log.warn(
            "payments at {} are asked about by nobody, such as {}: it is not configured",
            each.provider(),
            each.id());
      }
    }
  }

  private void ask(PaymentProvider provider, Attempt attempt) {
    Optional<Order> order = orders.find(attempt.id().order());
    if (order.isEmpty()) {
      log.warn("payment {} has no order here", attempt.id());
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
      case Standing.Open _ -> closeSoon(attempt, order.get(), "still open");
      case Standing.Unknown(String why) when payable ->
          log.debug("payment {}: {}", attempt.id(), why);
      case Standing.Unknown(String why) -> closeSoon(attempt, order.get(), why);
    }
  }

  /** Until it is closed there somebody can pay what goes back at once, so its age doesn't count. */
  private void closeSoon(Attempt attempt, Order order, String why) {
    log.debug("payment {} is to be closed yet: {}", attempt.id(), why);
    Instant since = payableUntil(order);
    payments.reschedule(attempt, (held, now) -> held.askedAsSince(since, now));
  }

  private static Instant payableUntil(Order order) {
    return switch (order.state()) {
      case OrderState.AwaitingPayment(Instant payBefore) -> payBefore;
      case OrderState.AwaitingShipment(Instant paidAt) -> paidAt;
      case OrderState.PartiallyShipped(Instant paidAt) -> paidAt;
      case OrderState.Shipped(Instant paidAt) -> paidAt;
      case OrderState.Delivered(Instant paidAt) -> paidAt;
      case OrderState.Completed(Instant paidAt) -> paidAt;
      case OrderState.Refunded(Instant paidAt) -> paidAt;
      case OrderState.Closed(Instant closedAt, String _) -> closedAt;
      case OrderState.Cancelled(Instant closedAt, String _) -> closedAt;
    };
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
