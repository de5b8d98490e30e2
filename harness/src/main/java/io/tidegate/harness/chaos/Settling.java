package io.tidegate.harness.chaos;

import io.tidegate.harness.chaos.Journey.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The clients come back: each sends its requests again under the same keys. What was acknowledged
 * must be answered the same; what is unknown is settled by the answer; and a journey that was
 * broken off is walked to its end.
 */
final class Settling {
  private static final int AT_ONCE_MAX = 64;
  private static final int PAYMENTS_MAX = 5;
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final Door door;
  private final long untilNanos;
  private final Queue<Finding> findings = new ConcurrentLinkedQueue<>();
  private final AtomicInteger resolved = new AtomicInteger();

  /**
   * What came of it.
   *
   * @param unknownResolved requests of unknown outcome whose key was answered at last
   */
  record Result(int unknownResolved, List<Finding> findings) {}

  private Settling(Door door, Duration max) {
    this.door = door;
    this.untilNanos = System.nanoTime() + max.toNanos();
  }

  /**
   * Settles all of them, side by side.
   *
   * @param max for all of them together
   */
  static Result of(List<Journey> journeys, Door door, Duration max) throws InterruptedException {
    Settling settling = new Settling(door, max);
    Semaphore places = new Semaphore(AT_ONCE_MAX);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Journey journey : journeys) {
        places.acquire();
        threads.execute(() -> {
          try {
            settling.settle(journey);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } finally {
            places.release();
          }
        });
      }
    }
    return new Result(settling.resolved.get(), new ArrayList<>(settling.findings));
  }

  private void settle(Journey journey) throws InterruptedException {
    for (Step step : journey.plan().steps()) {
      Answer before = journey.answer(step);
      Answer now = answered(step, journey);
      if (before instanceof Answer.Unknown && isSettled(now)) {
        resolved.incrementAndGet();
      }
      boolean goesOn =
          switch (now) {
            case Answer.Unknown(String why, int _) -> unsettled(step, journey, why);
            case Answer.NotYet(String why) -> unsettled(step, journey, why);
            case Answer.Refused refused -> refused(step, journey, before, refused);
            case Answer.Done done -> done(step, journey, before, done);
          };
      if (!goesOn) {
        return;
      }
    }
  }

  /** Asks until there is an answer or the time is up. */
  private Answer answered(Step step, Journey journey) throws InterruptedException {
    while (true) {
      Answer answer = door.send(step, journey);
      if (step == Step.START_PAYMENT
          && answer instanceof Answer.Done done
          && isOver(done, journey)) {
        // Nobody knew it at the provider when it was asked about: a customer starts another.
        journey.startAnotherPayment();
        continue;
      }
      if (isSettled(answer) || System.nanoTime() > untilNanos) {
        return answer;
      }
      LockSupport.parkNanos(PAUSE.toNanos());
      if (step == Step.PAY) {
        startAgain(journey);
      }
    }
  }

  private static boolean isSettled(Answer answer) {
    return switch (answer) {
      case Answer.Done _, Answer.Refused _ -> true;
      case Answer.NotYet _, Answer.Unknown _ -> false;
    };
  }

  private boolean unsettled(Step step, Journey journey, String why) {
    findings.add(Finding.unsettled("%s, %s: %s".formatted(journey, words(step), why)));
    return false;
  }

  /** The provider hears of a payment that it missed when the start is repeated. */
  private void startAgain(Journey journey) throws InterruptedException {
    Answer again = door.send(Step.START_PAYMENT, journey);
    if (again instanceof Answer.Done done && isOver(done, journey)) {
      journey.startAnotherPayment();
      again = door.send(Step.START_PAYMENT, journey);
    }
    if (!journey.done(Step.START_PAYMENT)) {
      journey.note(Step.START_PAYMENT, again);
    }
  }

  private static boolean isOver(Answer.Done payment, Journey journey) {
    String state = payment.body().path("state").asString("");
    return (state.equals("closed") || state.equals("failed"))
        && journey.plan().steps().contains(Step.PAY)
        && !journey.done(Step.PAY)
        && journey.paymentTries() < PAYMENTS_MAX;
  }

  private boolean done(Step step, Journey journey, @Nullable Answer before, Answer.Done now) {
    if (!(before instanceof Answer.Done first)) {
      if (before instanceof Answer.Refused refused) {
        findings.add(
            Finding.broken(
                "%s, %s: refused as %s, then done".formatted(journey, words(step), refused)));
      }
      journey.note(step, now);
      return true;
    }
    switch (step) {
      case PLACE -> same(journey, first, now, "number");
      case START_PAYMENT -> {
        if (journey.answer(step) == null) {
          journey.note(step, now); // another payment than the first
        } else {
          same(journey, first, now, "id");
        }
      }
      case PAY, CANCEL -> {}
    }
    return true;
  }

  /** What was acknowledged is answered again: the very receipt, and said to be a replay. */
  private void same(Journey journey, Answer.Done first, Answer.Done now, String id) {
    if (!now.body().path(id).equals(first.body().path(id))) {
      findings.add(
          Finding.doubled(
              "%s: its key was answered %s, and now %s"
                  .formatted(journey, first.body().path(id), now.body().path(id))));
    } else if (!now.replayed()) {
      findings.add(
          Finding.doubled("%s: its key was answered, and is done anew now".formatted(journey)));
    } else if (id.equals("number") && !now.body().equals(first.body())) {
      findings.add(Finding.broken("%s: its receipt has changed".formatted(journey)));
    }
  }

  private boolean refused(Step step, Journey journey, @Nullable Answer before, Answer.Refused now) {
    if (before instanceof Answer.Done) {
      findings.add(
          Finding.lost(
              "%s, %s: was acknowledged, and is refused now: %s"
                  .formatted(journey, words(step), now)));
      return false;
    }
    boolean fair =
        step == Step.CANCEL
            && journey.plan() == Journey.Plan.PAY_AND_CANCEL
            && now.code().equals("not_cancellable");
    if (!fair) {
      findings.add(Finding.broken("%s, %s: %s".formatted(journey, words(step), now)));
      return false;
    }
    journey.note(step, now);
    return true;
  }

  private static String words(Step step) {
    return step.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
  }
}
