package io.tidegate.harness.chaos;

import io.tidegate.harness.chaos.Journey.Plan;
import io.tidegate.harness.chaos.Journey.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/** Duels about the money of one order. */
final class PayDuels {
  /** How long the provider holds a callback back, so that it can be aimed. */
  private static final long CALLBACK_AFTER_MILLIS = 400;

  private static final Duration SETTLED_MAX = Duration.ofSeconds(20);

  private PayDuels() {}

  static List<Duel> all(Arena arena) {
    return List.of(
        new PayClose(arena),
        new PayCancel(arena),
        new Twice(arena),
        new BeforeAnswer(arena),
        new RefundAgain(arena));
  }

  /** A round's two requests, and who judges them. */
  private record Given(long atMillis, Callable<Answer> first, Callable<Answer> second, Judge judge)
      implements Duel.Bout {
    interface Judge {
      Duel.Winner judge(Answer first, Answer second, Duel.Findings findings)
          throws ChaosFailure, InterruptedException;
    }

    Given(Callable<Answer> first, Callable<Answer> second, Judge judge) {
      this(0, first, second, judge);
    }

    @Override
    public Duel.Winner judge(Answer one, Answer other, Duel.Findings findings)
        throws ChaosFailure, InterruptedException {
      return judge.judge(one, other, findings);
    }
  }

  /** The capture's callback arrives about when the order's deadline passes. */
  private record PayClose(Arena arena) implements Duel {
    @Override
    public String first() {
      return "pay";
    }

    @Override
    public String second() {
      return "close";
    }

    @Override
    public int lanes() {
      return 32;
    }

    @Override
    public Aim.Range range() {
      return new Aim.Range(0, -(CALLBACK_AFTER_MILLIS - 50) * 1_000, 500_000);
    }

    @Override
    public void begin() throws ChaosFailure, InterruptedException {
      arena.fault("late", CALLBACK_AFTER_MILLIS);
    }

    @Override
    public void end() throws ChaosFailure, InterruptedException {
      arena.fault("ok", 0);
    }

    /** The deadline stands: it is the payment that moves, the other way. */
    @Override
    public Bout prepare(int lane, long offsetMicros) throws ChaosFailure, InterruptedException {
      Journey journey = arena.started(arena.b(), Plan.PAY);
      Answer.Done placed = (Answer.Done) Objects.requireNonNull(journey.answer(Step.PLACE));
      long due = Instant.parse(placed.body().path("payBefore").asString()).toEpochMilli();
      return new Given(
          due - CALLBACK_AFTER_MILLIS - offsetMicros / 1_000,
          () -> arena.a().send(Step.PAY, journey),
          () -> new Answer.Unknown("the deadline needs no request"),
          (paid, _, findings) -> judge(journey, paid, findings));
    }

    private Winner judge(Journey journey, Answer paid, Findings findings) throws ChaosFailure {
      journey.note(Step.PAY, paid);
      int state = arena.settledState(journey, SETTLED_MAX);
      if (state == Evidence.AWAITING_PAYMENT || state == Evidence.CANCELLED) {
        findings.add(Finding.broken(journey + " is in state " + state + " after its deadline"));
      }
      if (!(paid instanceof Answer.Done)) {
        return Winner.NEITHER; // The provider had closed it: no money came, so there was no race.
      }
      return state == Evidence.CLOSED ? Winner.SECOND : Winner.FIRST;
    }
  }

  /** The customer pays and cancels, on two nodes. */
  private record PayCancel(Arena arena) implements Duel {
    @Override
    public String first() {
      return "pay";
    }

    @Override
    public String second() {
      return "cancel";
    }

    @Override
    public int lanes() {
      return 8;
    }

    @Override
    public Aim.Range range() {
      return new Aim.Range(0, -50_000, 100_000);
    }

    @Override
    public Bout prepare(int lane, long offsetMicros) throws ChaosFailure, InterruptedException {
      Journey journey = arena.started(arena.a(), Plan.PAY_AND_CANCEL);
      return new Given(
          () -> arena.a().send(Step.PAY, journey),
          () -> arena.b().send(Step.CANCEL, journey),
          (paid, cancelled, findings) -> {
            journey.note(Step.PAY, paid);
            journey.note(Step.CANCEL, cancelled);
            int state = arena.settledState(journey, SETTLED_MAX);
            boolean agrees =
                switch (cancelled) {
                  case Answer.Done _ -> state == Evidence.CANCELLED;
                  case Answer.Refused _ ->
                      state != Evidence.CANCELLED && state != Evidence.AWAITING_PAYMENT;
                  case Answer.NotYet _, Answer.Unknown _ -> false;
                };
            if (!agrees) {
              findings.add(
                  Finding.broken(
                      "%s is in state %d, cancelling was %s".formatted(journey, state, cancelled)));
            }
            if (!(paid instanceof Answer.Done)) {
              return Winner.NEITHER; // It was closed at the provider before anybody could pay.
            }
            return state == Evidence.CANCELLED ? Winner.SECOND : Winner.FIRST;
          });
    }
  }

  /** One capture is told to two nodes at once: the provider tells A, and B hears the same. */
  private record Twice(Arena arena) implements Duel {
    private static final long HELD_MILLIS = 60;

    @Override
    public String first() {
      return "callback a";
    }

    @Override
    public String second() {
      return "callback b";
    }

    @Override
    public int lanes() {
      return 8;
    }

    @Override
    public Aim.Range range() {
      return new Aim.Range(HELD_MILLIS * 1_000, 0, 300_000);
    }

    @Override
    public void begin() throws ChaosFailure, InterruptedException {
      arena.fault("late", HELD_MILLIS);
    }

    @Override
    public void end() throws ChaosFailure, InterruptedException {
      arena.fault("ok", 0);
    }

    @Override
    public Bout prepare(int lane, long offsetMicros) throws ChaosFailure, InterruptedException {
      Journey journey = arena.started(arena.a(), Plan.PAY);
      // Captured now; the provider's own notice is on its way while ours is aimed at it.
      arena.must(arena.a(), Step.PAY, journey);
      String trace = trace();
      var notice = arena.notice(Arena.payment(journey), "00-" + trace + "-00f067aa0ba902b7-01");
      return new Given(
          () -> new Answer.Unknown("the provider sends it"),
          () -> arena.b().sent(notice),
          (_, told, findings) -> {
            if (!(told instanceof Answer.Done)) {
              findings.add(Finding.broken(journey + ": its second notice is answered " + told));
            }
            arena.settledState(journey, SETTLED_MAX);
            String history =
                arena.look(
                    "select history from ordering.orders where number = ?", Arena.number(journey));
            return history != null && history.contains(trace) ? Winner.SECOND : Winner.FIRST;
          });
    }
  }

  /** The callback overtakes the answer to the call that opened its payment. */
  private record BeforeAnswer(Arena arena) implements Duel {
    private static final Duration OPENED_MAX = Duration.ofSeconds(5);

    @Override
    public String first() {
      return "callback";
    }

    @Override
    public String second() {
      return "answer";
    }

    /** One at a time: the provider's delay is set for each. */
    @Override
    public int lanes() {
      return 1;
    }

    @Override
    public Aim.Range range() {
      return new Aim.Range(5_000, -20_000, 100_000);
    }

    @Override
    public void end() throws ChaosFailure, InterruptedException {
      arena.fault("ok", 0);
    }

    /** What is aimed is how long the provider holds its answer. */
    @Override
    public Bout prepare(int lane, long offsetMicros) throws ChaosFailure, InterruptedException {
      arena.fault("timeout_done", Math.max(0, offsetMicros / 1_000));
      Journey journey = arena.journey(Plan.PAY);
      arena.must(arena.a(), Step.PLACE, journey);
      String payment = Arena.number(journey) + "p1";
      return new Given(
          () -> payAsSoonAsOpened(payment, Math.max(0, -offsetMicros)),
          () -> arena.a().send(Step.START_PAYMENT, journey),
          (paid, started, findings) -> {
            journey.note(Step.START_PAYMENT, started);
            journey.note(Step.PAY, paid);
            int state = arena.settledState(journey, SETTLED_MAX);
            if (state == Evidence.AWAITING_PAYMENT || !(started instanceof Answer.Done)) {
              findings.add(
                  Finding.broken(
                      "%s is in state %d; its payment: %s, %s"
                          .formatted(journey, state, started, paid)));
            }
            String cashier =
                arena.look(
                    "select cashier_url from payment.attempt where order_number = ?",
                    Arena.number(journey));
            return cashier == null ? Winner.FIRST : Winner.SECOND;
          });
    }

    private Answer payAsSoonAsOpened(String payment, long afterMicros) throws InterruptedException {
      long until = System.nanoTime() + OPENED_MAX.toNanos();
      LockSupport.parkNanos(afterMicros * 1_000);
      Answer answer = arena.a().pay(payment);
      while (answer instanceof Answer.NotYet && System.nanoTime() < until) {
        answer = arena.a().pay(payment);
      }
      return answer;
    }
  }

  /** A late capture is on its way back while its callback comes again, on another node. */
  private record RefundAgain(Arena arena) implements Duel {
    private static final Duration REFUND_MAX = Duration.ofSeconds(30);

    @Override
    public String first() {
      return "refund";
    }

    @Override
    public String second() {
      return "callback again";
    }

    @Override
    public int lanes() {
      return 16;
    }

    @Override
    public Aim.Range range() {
      return new Aim.Range(250_000, 0, 2_000_000);
    }

    @Override
    public Bout prepare(int lane, long offsetMicros) throws ChaosFailure, InterruptedException {
      Journey journey = arena.started(arena.a(), Plan.PAY_AND_CANCEL);
      arena.must(arena.a(), Step.CANCEL, journey);
      Answer paid = arena.a().send(Step.PAY, journey);
      journey.note(Step.PAY, paid);
      if (!(paid instanceof Answer.Done)) {
        // The provider was told of the cancelling first.
        return new Given(() -> paid, () -> paid, (_, _, _) -> Winner.NEITHER);
      }
      var notice = arena.notice(Arena.payment(journey), "00-" + trace() + "-00f067aa0ba902b7-01");
      return new Given(
          () -> new Answer.Unknown("the refund needs no request"),
          () -> arena.b().sent(notice),
          (_, told, findings) -> {
            boolean backAlready = arrived(journey);
            if (!(told instanceof Answer.Done)) {
              findings.add(Finding.broken(journey + ": its late notice is answered " + told));
            }
            long until = System.nanoTime() + REFUND_MAX.toNanos();
            while (!arrived(journey)) {
              if (System.nanoTime() > until) {
                findings.add(Finding.lost(journey + ": late money is not back in " + REFUND_MAX));
                break;
              }
              LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            }
            return backAlready ? Winner.FIRST : Winner.SECOND;
          });
    }

    private boolean arrived(Journey journey) throws ChaosFailure {
      return "5"
          .equals(
              arena.look(
                  "select min(state) from payment.refund where order_number = ?",
                  Arena.number(journey)));
    }
  }

  private static String trace() {
    byte[] random = new byte[16];
    ThreadLocalRandom.current().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }
}
