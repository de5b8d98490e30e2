package io.tidegate.harness.simulators;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Pays and fails payments at the cashier, and tells the shop by a callback, as the faults have it.
 */
final class Captures {
  /** How long an early callback may hold up the answer that it overtakes. */
  static final Duration EARLY_WAIT_MAX = Duration.ofSeconds(10);

  private static final Set<FaultMode> CALLBACK =
      Set.of(
          FaultMode.DUPLICATE,
          FaultMode.EARLY,
          FaultMode.LATE,
          FaultMode.WRONG_AMOUNT,
          FaultMode.BAD_SIGNATURE);

  private final SandboxBook book;
  private final Callbacks callbacks;
  private final Notices notices;
  private final Faults faults;
  private final InstantSource clock;

  Captures(
      SandboxBook book, Callbacks callbacks, Notices notices, Faults faults, InstantSource clock) {
    this.book = book;
    this.callbacks = callbacks;
    this.notices = notices;
    this.faults = faults;
    this.clock = clock;
  }

  /**
   * The customer pays. A payment that was settled before stands as it is, and nothing is told
   * again.
   */
  SandboxBook.Settling pay(String payment) throws InterruptedException {
    reserve();
    SandboxBook.Settling settling = book.capture(payment, clock.millis());
    if (!(settling instanceof SandboxBook.Settling.Settled(Payment settled))) {
      callbacks.release(2);
      return settling;
    }
    tell(settled, faults.strike(CALLBACK));
    return settling;
  }

  /** The customer's money does not come; the payment is closed. */
  SandboxBook.Settling fail(String payment) throws InterruptedException {
    reserve();
    SandboxBook.Settling settling = book.close(payment, clock.millis());
    if (!(settling instanceof SandboxBook.Settling.Settled(Payment settled))) {
      callbacks.release(2);
      return settling;
    }
    tell(settled, faults.strike(CALLBACK));
    return settling;
  }

  /** Captures a payment of its own accord, and returns when the callback was tried once. */
  void captureAndWait(String payment) throws InterruptedException {
    reserve();
    if (book.capture(payment, clock.millis()) instanceof SandboxBook.Settling.Settled(Payment p)) {
      tell(p, new Fault(FaultMode.EARLY, null, 1, null));
    } else {
      callbacks.release(2);
    }
  }

  /** Tells more about a payment, where there is room: nothing depends on it. */
  void alsoTell(Notice notice) {
    if (callbacks.reserve(1)) {
      callbacks.post(notice, Duration.ZERO);
    }
  }

  private void reserve() {
    if (!callbacks.reserve(2)) {
      throw Problem.overloaded("Too many callbacks wait for their answer.");
    }
  }

  private void tell(Payment payment, Fault fault) throws InterruptedException {
    Notice plain =
        notices.of(
            payment,
            fault.mode() == FaultMode.WRONG_AMOUNT,
            fault.mode() == FaultMode.BAD_SIGNATURE);
    if (plain == null) {
      callbacks.release(2);
      return;
    }
    Notice notice = Traced.of(plain, fault.traceparent());
    Duration delay = fault.mode() == FaultMode.LATE ? fault.latencyOr(Fault.LATE) : Duration.ZERO;
    callbacks.post(notice, delay);
    if (fault.mode() == FaultMode.DUPLICATE) {
      callbacks.post(notice, delay);
    } else {
      callbacks.release(1);
    }
    if (fault.mode() == FaultMode.EARLY
        && !notice.tried().await(EARLY_WAIT_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
      throw Problem.of(504, "timed_out", "The early callback was not answered in time.");
    }
  }
}
