package io.tidegate.shop.payment;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.shop.payment.PaymentProvider.Return;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives money back: takes refunds that are due, calls or asks their provider under their one
 * number, and writes what it said. An unknown answer is neither failed nor succeeded (M7): it asks
 * first, then calls again with the same number, for ever. What the provider refused waits for a
 * person. A success is asked about again, for providers take some back (M9).
 */
public final class RefundWorker implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RefundWorker.class);

  /** Calls to one provider at once: one that is slow keeps no other one's waiting. */
  static final int CALLS_MAX = 8;

  private static final Duration SLEEP = Duration.ofMillis(500);

  /**
   * Refunds at providers that this node doesn't have are looked for so often: no index has them.
   */
  private static final Duration ELSEWHERE_EVERY = Duration.ofSeconds(5);

  /**
   * Longer than the time-outs and tries of a question, or of a call for a refund (which at WeChat
   * Pay are two, of 18 s each): until then nobody else calls. Whoever calls after a question has as
   * long again. What a process that was killed had taken waits as long, so it is well within a
   * minute (L2).
   */
  static final Duration CALL_MAX = Duration.ofSeconds(40);

  private final RefundStore store;
  private final Map<String, PaymentProvider> providers;
  private final RefundInquiry inquiry;
  private final Map<String, Semaphore> permits;
  private final Thread thread;
  private long elsewhereAt = System.nanoTime();
  private volatile boolean closed;

  public RefundWorker(
      Database database,
      EventLog events,
      Runnable published,
      Map<String, PaymentProvider> providers,
      Supplier<String> newTraceparent,
      RefundChecks checks) {
    this.store = new RefundStore(database);
    this.providers = providers;
    this.permits =
        providers.keySet().stream()
            .collect(Collectors.toMap(each -> each, _ -> new Semaphore(CALLS_MAX)));
    this.inquiry =
        new RefundInquiry(database, events, published, providers, newTraceparent, checks);
    this.thread = Thread.ofVirtual().name("refund-worker").unstarted(this::run);
  }

  /** Asks its providers for whoever ends a number. */
  public RefundInquiry inquiry() {
    return inquiry;
  }

  public void start() {
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
        if (workOff() == 0) {
          LockSupport.parkNanos(SLEEP.toNanos());
        }
      } catch (DatabaseFailure e) {
        log.warn("refunds are put off: {}", e.getMessage());
        LockSupport.parkNanos(SLEEP.toNanos());
      } catch (RuntimeException e) {
        log.error("refunds failed", e);
        LockSupport.parkNanos(SLEEP.toNanos());
      }
    }
  }

  /** Somebody wrote a refund, or had one tried again: it is not left until the next look. */
  public void signal() {
    LockSupport.unpark(thread);
  }

  /**
   * Takes refunds that are due and calls their providers, side by side: of each provider as many as
   * it has calls free, so that what is taken is called at once. Successes and ends are looked at
   * again only when nobody waits for that provider's money.
   *
   * @return how many were due
   */
  int workOff() {
    int taken = 0;
    for (Map.Entry<String, Semaphore> each : permits.entrySet()) {
      taken += workOff(each.getKey(), each.getValue());
    }
    if (System.nanoTime() - elsewhereAt >= 0) {
      elsewhereAt = System.nanoTime() + ELSEWHERE_EVERY.toNanos();
      List<Refund> elsewhere = store.takeElsewhere(permits.keySet(), CALLS_MAX, CALL_MAX);
      elsewhere.forEach(each -> inquiry.note(each, RefundInquiry.elsewhere(each)));
      taken += elsewhere.size();
    }
    return taken;
  }

  private int workOff(String name, Semaphore free) {
    PaymentProvider provider = Objects.requireNonNull(providers.get(name));
    int most = free.drainPermits();
    int taken = 0;
    try {
      if (most > 0) {
        List<Refund> due = store.takeDue(name, most, CALL_MAX);
        taken = due.size();
        due.forEach(refund -> inParallel(() -> giveBack(provider, refund), refund, free));
      }
      if (taken < most) {
        List<Refund> again = store.takeChecks(name, most - taken, CALL_MAX);
        taken += again.size();
        again.forEach(refund -> inParallel(() -> check(provider, refund), refund, free));
      }
      return taken;
    } finally {
      free.release(most - taken);
    }
  }

  /** One of the drained permits is the call's, and comes back with its end. */
  private void inParallel(Runnable call, Refund refund, Semaphore free) {
    Thread.ofVirtual()
        .name("refund")
        .start(() -> {
          try {
            call.run();
          } catch (DatabaseFailure e) {
            log.warn("refund {}: its answer is not written: {}", refund.id(), e.getMessage());
          } finally {
            free.release();
            signal(); // more may wait for this provider
          }
        });
  }

  /** A call may be made so much later than the refund was taken up. */
  static final Duration KEPT_MARGIN = Duration.ofHours(1);

  private void giveBack(PaymentProvider provider, Refund refund) {
    if (refund.tries() <= 1) {
      inquiry.note(refund, provider.refund(refund));
      return;
    }
    // It may have arrived before: ask, and call only when it did not.
    Return answer = provider.queryRefund(refund);
    if (answer instanceof Return.Absent && isForgotten(provider, refund)) {
      inquiry.note(
          refund,
          new Return.Failed(
              "not known there, and called for longer ago than its number is kept: it may be there"
                  + " under another name"));
    } else if (answer instanceof Return.Absent) {
      store.takeOn(refund, CALL_MAX).ifPresent(held -> inquiry.note(held, provider.refund(held)));
    } else {
      inquiry.note(refund, answer);
    }
  }

  /**
   * Whether the same call might move the money a second time: where its number is not kept for
   * ever, a person looks. By the database's clock, which said until when this node has it.
   */
  private static boolean isForgotten(PaymentProvider provider, Refund taken) {
    Instant now = Objects.requireNonNull(taken.nextTryAt()).minus(CALL_MAX);
    return provider
        .refundNumberKept()
        .filter(kept -> !now.isBefore(taken.course().triedSince().plus(kept).minus(KEPT_MARGIN)))
        .isPresent();
  }

  /**
   * A success that the provider doesn't know any more is sent again where its number moves money
   * once for ever; else a person looks at it.
   */
  private void check(PaymentProvider provider, Refund refund) {
    Return answer = provider.queryRefund(refund);
    if (answer instanceof Return.Absent
        && refund.state() == Refund.State.SUCCEEDED
        && provider.refundNumberKept().isPresent()) {
      inquiry.noteForgotten(refund);
    } else if (answer instanceof Return.Absent && refund.state() == Refund.State.SUCCEEDED) {
      store
          .takeOn(refund, CALL_MAX)
          .ifPresent(held -> inquiry.noteSentAgain(held, provider.refund(held)));
    } else {
      inquiry.note(refund, answer);
    }
  }
}
