package io.tidegate.harness.chaos;

import io.tidegate.harness.chaos.Backstage.Node;
import io.tidegate.harness.chaos.Journey.Plan;
import io.tidegate.harness.chaos.Journey.Step;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Duels about the money of one order, at each of the providers. */
final class PayDuels {
  /** How long the provider holds a callback back, so that it can be aimed. */
  private static final long CALLBACK_AFTER_MILLIS = 400;

  private static final Duration SETTLED_MAX = Duration.ofSeconds(20);

  private PayDuels() {}

  static List<Duel> all(Arena arena) {
    List<Duel> duels = new ArrayList<>();
    for (Provider provider : Provider.all()) {
      duels.add(new PayClose(arena, provider));
      duels.add(new PayCancel(arena, provider));
      duels.add(new Twice(arena, provider));
      duels.add(new BeforeAnswer(arena, provider));
      duels.add(new RefundAgain(arena, provider));
    }
    return duels;
  }

  /** A duel's name: of the sandbox's, which was there first, without its provider. */
  static String named(Provider provider, Duel duel) {
    String sides = duel.first() + "/" + duel.second();
    return provider == Provider.SANDBOX ? sides : provider.wire() + " " + sides;
  }

  /** The capture's callback arrives about when the order's deadline passes. */
  private record PayClose(Arena arena, Provider provider) implements Duel {
    @Override
    public String first() {
      return "pay";
    }

    @Override
    public String second() {
      return "close";
    }

    @Override
    public String name() {
      return named(provider, this);
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
      arena.fault(provider, "late", CALLBACK_AFTER_MILLIS);
    }

    @Override
    public void end() throws ChaosFailure, InterruptedException {
      arena.fault(provider, "ok", 0);
    }

    /** The deadline stands: it is the payment that moves, the other way. */
    @Override
    public Bout prepare(int lane, long offsetMicros) throws ChaosFailure, InterruptedException {
      Journey journey = arena.started(arena.b(), Plan.PAY, provider);
      Answer.Done placed = (Answer.Done) Objects.requireNonNull(journey.answer(Step.PLACE));
      long due = Instant.parse(placed.body().path("payBefore").asString()).toEpochMilli();
      return new Given(
          due - CALLBACK_AFTER_MILLIS - offsetMicros / 1_000,
          () -> arena.a().send(Step.PAY, journey),
          () -> new Answer.Unknown("the deadline needs no request"),
          (paid, _, findings) -> judge(journey, paid, findings));
    }

    private Winner judge(Journey journey, Answer paid, Findings findings)
        throws ChaosFailure, InterruptedException {
      journey.note(Step.PAY, paid);
      int state = arena.settledState(journey, SETTLED_MAX);
      if (state == Evidence.AWAITING_PAYMENT || state == Evidence.CANCELLED) {
        findings.add(Finding.broken(journey + " is in state " + state + " after its deadline"));
      }
      arena.settle(journey, findings);
      if (!(paid instanceof Answer.Done)) {
        return Winner.NEITHER; // The provider had closed it: no money came, so there was no race.
      }
      return state == Evidence.CLOSED ? Winner.SECOND : Winner.FIRST;
    }
  }

  /** The customer pays and cancels, on two nodes. */
  private record PayCancel(Arena arena, Provider provider) implements Duel {
    @Override
    public String first() {
      return "pay";
    }

    @Override
    public String second() {
      return "cancel";
    }

    @Override
    public String name() {
      return named(provider, this);
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
      Journey journey = arena.started(arena.a(), Plan.PAY_AND_CANCEL, provider);
      Town.Request pays = () -> arena.a().send(Step.PAY, journey);
      Town.Request cancels = () -> arena.b().send(Step.CANCEL, journey);
      return new Given(
          pays::send,
          cancels::send,
          (first, second, findings) -> {
            Answer paid =
                TurnedAway.settled(journey + " is paid", first, pays, Healing.MAX, findings);
            Answer cancelled =
                TurnedAway.settled(
                    journey + " is cancelled", second, cancels, Healing.MAX, findings);
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
            arena.settle(journey, findings);
            if (!(paid instanceof Answer.Done)) {
              return Winner.NEITHER; // It was closed at the provider before anybody could pay.
            }
            return TurnedAway.met(
                first, second, state == Evidence.CANCELLED ? Winner.SECOND : Winner.FIRST);
          });
    }
  }

  /** One capture is told to two nodes at once. */
  private record Twice(Arena arena, Provider provider) implements Duel {
    /** The provider's own notice comes after both, and is a third one. */
    private static final long HELD_MILLIS = 3_000;

    @Override
    public String first() {
      return "callback a";
    }

    @Override
    public String second() {
      return "callback b";
    }

    @Override
    public String name() {
      return named(provider, this);
    }

    @Override
    public int lanes() {
      return 8;
    }

    @Override
    public Aim.Range range() {
      return new Aim.Range(0, -60_000, 60_000);
    }

    @Override
    public void begin() throws ChaosFailure, InterruptedException {
      arena.fault(provider, "late", HELD_MILLIS);
    }

    @Override
    public void end() throws ChaosFailure, InterruptedException {
      arena.fault(provider, "ok", 0);
    }

    @Override
    public Bout prepare(int lane, long offsetMicros) throws ChaosFailure, InterruptedException {
      Journey journey = arena.started(arena.a(), Plan.PAY, provider);
      arena.must(arena.a(), Step.PAY, journey);
      String payment = Arena.payment(journey);
      String one = Arena.trace();
      String other = Arena.trace();
      return new Given(
          () -> arena.backstage().tell(Node.A, provider, payment, Arena.traceparent(one)),
          () -> arena.backstage().tell(Node.B, provider, payment, Arena.traceparent(other)),
          (first, second, findings) -> {
            for (Answer told : List.of(first, second)) {
              if (!(told instanceof Answer.Done)) {
                findings.add(Finding.broken(journey + ": a notice of it is answered " + told));
              }
            }
            arena.settle(journey, findings);
            String history =
                arena.look(
                    "select history from ordering.orders where number = ?", Arena.number(journey));
            if (history == null || (!history.contains(one) && !history.contains(other))) {
              return Winner.NEITHER; // Somebody had asked the provider before either came.
            }
            return history.contains(one) ? Winner.FIRST : Winner.SECOND;
          });
    }
  }

  /** The callback overtakes the answer to the call that opened its payment. */
  private record BeforeAnswer(Arena arena, Provider provider) implements Duel {
    private static final Duration OPENED_MAX = Duration.ofSeconds(5);

    @Override
    public String first() {
      return "callback";
    }

    @Override
    public String second() {
      return "answer";
    }

    @Override
    public String name() {
      return named(provider, this);
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
      arena.fault(provider, "ok", 0);
    }

    /** What is aimed is how long the provider holds its answer. */
    @Override
    public Bout prepare(int lane, long offsetMicros) throws ChaosFailure, InterruptedException {
      arena.fault(provider, "timeout_done", Math.max(0, offsetMicros / 1_000));
      Journey journey = arena.journey(Plan.PAY);
      journey.payAt(provider);
      arena.must(arena.a(), Step.PLACE, journey);
      String payment = Arena.number(journey) + "p1";
      Town.Request starts = () -> arena.a().send(Step.START_PAYMENT, journey);
      return new Given(
          () -> payAsSoonAsOpened(payment, Math.max(0, -offsetMicros)),
          starts::send,
          (paid, answered, findings) -> {
            Answer started =
                TurnedAway.settled(journey + "'s payment", answered, starts, Healing.MAX, findings);
            journey.note(Step.START_PAYMENT, started);
            journey.note(Step.PAY, paid);
            int state = arena.settledState(journey, SETTLED_MAX);
            if (state == Evidence.AWAITING_PAYMENT || !(started instanceof Answer.Done)) {
              findings.add(
                  Finding.broken(
                      "%s is in state %d; its payment: %s, %s"
                          .formatted(journey, state, started, paid)));
            }
            arena.settle(journey, findings);
            String cashier =
                arena.look(
                    "select cashier_url from payment.attempt where order_number = ?",
                    Arena.number(journey));
            return TurnedAway.met(paid, answered, cashier == null ? Winner.FIRST : Winner.SECOND);
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

  /**
   * Which came first, by one clock: that of the machine on which database and bench run.
   *
   * @param backMicros when the money was back; null: not yet
   * @param noticeMicros when the notice was sent off; what came while it was answered came later
   */
  static Duel.Winner winner(@Nullable String backMicros, long noticeMicros) {
    return backMicros != null && Long.parseLong(backMicros) < noticeMicros
        ? Duel.Winner.FIRST
        : Duel.Winner.SECOND;
  }

  /** A late capture is on its way back while its callback comes again, on another node. */
  private record RefundAgain(Arena arena, Provider provider) implements Duel {
    @Override
    public String first() {
      return "refund";
    }

    @Override
    public String second() {
      return "callback again";
    }

    @Override
    public String name() {
      return named(provider, this);
    }

    @Override
    public int lanes() {
      return 16;
    }

    @Override
    public Aim.Range range() {
      return new Aim.Range(250_000, 0, 4_000_000);
    }

    @Override
    public Bout prepare(int lane, long offsetMicros) throws ChaosFailure, InterruptedException {
      Journey journey = arena.started(arena.a(), Plan.PAY_AND_CANCEL, provider);
      arena.must(arena.a(), Step.CANCEL, journey);
      Answer paid = arena.a().send(Step.PAY, journey);
      journey.note(Step.PAY, paid);
      if (!(paid instanceof Answer.Done)) {
        // The provider was told of the cancelling first.
        return Given.missed();
      }
      String payment = Arena.payment(journey);
      String trace = Arena.traceparent(Arena.trace());
      AtomicLong noticeMicros = new AtomicLong();
      return new Given(
          () -> new Answer.Unknown("the refund needs no request"),
          () -> {
            noticeMicros.set(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
            return arena.backstage().tell(Node.B, provider, payment, trace);
          },
          (_, told, findings) -> {
            if (!(told instanceof Answer.Done)) {
              findings.add(Finding.broken(journey + ": its late notice is answered " + told));
            }
            arena.settle(journey, findings);
            return winner(backMicros(journey), noticeMicros.get());
          });
    }

    /** When our book had it; the time of the provider's own is in whole seconds at some. */
    private @Nullable String backMicros(Journey journey) throws ChaosFailure {
      return arena.look(
          "select (extract(epoch from min(at)) * 1000000)::bigint::text from payment.ledger"
              + " where debit = 'refunds_owed' and credit like 'provider:%' and order_number = ?",
          Arena.number(journey));
    }
  }
}
