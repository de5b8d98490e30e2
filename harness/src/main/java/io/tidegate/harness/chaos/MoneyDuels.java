package io.tidegate.harness.chaos;

import io.tidegate.harness.chaos.Backstage.Node;
import io.tidegate.harness.chaos.Journey.Plan;
import io.tidegate.harness.chaos.Journey.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;

/** Duels about money that comes twice, too early, too late, or unnoticed. */
final class MoneyDuels {
  private static final Duration RECORDED_MAX = Duration.ofSeconds(20);

  /** Longer than any of these duels takes until its own notices are sent. */
  private static final long HELD_MILLIS = 4_000;

  /** Of the notices that a provider sends of its own accord, where ours are to be the first. */
  static final String OWN_TRACE = "0123456789abcdef0123456789abcdef";

  /** A worker that asks looks for what is due once a second. */
  private static final long ASKED_MICROS_MAX = 1_300_000;

  private MoneyDuels() {}

  static List<Duel> all(Arena arena) {
    List<Provider> providers = Provider.all();
    List<Duel> duels = new ArrayList<>();
    for (int one = 0; one < providers.size(); one++) {
      for (int other = one + 1; other < providers.size(); other++) {
        duels.add(new PayPay(arena, providers.get(one), providers.get(other)));
      }
    }
    duels.add(new Unseen(arena));
    for (Provider provider : providers) {
      duels.add(new LateTwice(arena, provider));
      duels.add(new AlreadyPaid(arena, provider));
      duels.add(new Unpaid(arena, provider));
    }
    return duels;
  }

  /** Two payments of one order, at two providers and by two nodes, are paid at once (M4). */
  private record PayPay(Arena arena, Provider one, Provider other) implements Duel {
    @Override
    public String first() {
      return "pay " + one.wire();
    }

    @Override
    public String second() {
      return "pay " + other.wire();
    }

    @Override
    public int lanes() {
      return 8;
    }

    @Override
    public Aim.Range range() {
      return new Aim.Range(0, -100_000, 100_000);
    }

    @Override
    public Bout prepare(int lane, long offsetMicros) throws ChaosFailure, InterruptedException {
      Journey journey = arena.started(arena.a(), Plan.PAY, one);
      String first = Arena.payment(journey);
      arena.startedToo(arena.b(), journey, other);
      String second = Arena.payment(journey);
      return new Given(
          () -> arena.a().pay(first),
          () -> arena.b().pay(second),
          (earlier, later, findings) -> {
            journey.note(Step.PAY, later);
            String paying =
                arena.awaited(
                    "select attempt from payment.capture where order_number = ? and verdict = 1",
                    Arena.number(journey),
                    _ -> true,
                    RECORDED_MAX);
            if (paying == null) {
              findings.add(
                  Finding.lost("%s is paid by none of %s, %s".formatted(journey, earlier, later)));
            }
            arena.settle(journey, findings);
            if (!(earlier instanceof Answer.Done) || !(later instanceof Answer.Done)) {
              return Winner.NEITHER; // It was closed there, since the other one had paid.
            }
            return "1".equals(paying) ? Winner.FIRST : Winner.SECOND;
          });
    }
  }

  /** A notice of money for a payment that its shop is just writing (E6). */
  private record Unseen(Arena arena) implements Duel {
    /** The provider's own notice, which is repeated until somebody knows the payment. */
    private static final long OWN_MILLIS = 1_000;

    @Override
    public String first() {
      return "callback";
    }

    @Override
    public String second() {
      return "visible";
    }

    @Override
    public int lanes() {
      return 8;
    }

    @Override
    public Aim.Range range() {
      return new Aim.Range(-2_000, -100_000, 50_000);
    }

    @Override
    public void begin() throws ChaosFailure, InterruptedException {
      arena.fault(Provider.SANDBOX, "late", OWN_MILLIS);
    }

    @Override
    public void end() throws ChaosFailure, InterruptedException {
      arena.fault(Provider.SANDBOX, "ok", 0);
    }

    /** The provider has it, and its money, before the shop has written it. */
    @Override
    public Bout prepare(int lane, long offsetMicros) throws ChaosFailure, InterruptedException {
      Journey journey = arena.journey(Plan.PAY);
      Answer.Done placed = arena.must(arena.a(), Step.PLACE, journey);
      String payment = Arena.number(journey) + "p1";
      arena.backstage().open(payment, placed.body().path("total").path("amount").longValue());
      Answer paid = arena.a().pay(payment);
      String trace = Arena.traceparent(Arena.trace());
      Town.Request starts = () -> arena.a().send(Step.START_PAYMENT, journey);
      return new Given(
          () -> arena.backstage().tell(Node.B, Provider.SANDBOX, payment, trace),
          starts::send,
          (told, answered, findings) -> {
            Answer started =
                TurnedAway.settled(journey + "'s payment", answered, starts, Healing.MAX, findings);
            journey.note(Step.START_PAYMENT, started);
            journey.note(Step.PAY, paid);
            boolean refused = !(told instanceof Answer.Done);
            int state = arena.settledState(journey, RECORDED_MAX);
            if (state == Evidence.AWAITING_PAYMENT || !(started instanceof Answer.Done)) {
              findings.add(
                  Finding.lost(
                      "%s is in state %d; its payment: %s, its early notice: %s"
                          .formatted(journey, state, started, told)));
            }
            arena.settle(journey, findings);
            return TurnedAway.met(told, answered, refused ? Winner.FIRST : Winner.SECOND);
          });
    }
  }

  /**
   * Long after an order was cancelled and its payment closed, at the provider too, the provider has
   * taken its money all the same, and tells two nodes (M5).
   */
  private record LateTwice(Arena arena, Provider provider) implements Duel {
    private static final String CLOSED = "6";

    @Override
    public String first() {
      return "days late a";
    }

    @Override
    public String second() {
      return "days late b";
    }

    @Override
    public String name() {
      return PayDuels.named(provider, this);
    }

    @Override
    public int lanes() {
      return 16;
    }

    @Override
    public Aim.Range range() {
      return new Aim.Range(0, -60_000, 60_000);
    }

    @Override
    public Bout prepare(int lane, long offsetMicros) throws ChaosFailure, InterruptedException {
      Journey journey = arena.started(arena.a(), Plan.START_AND_CANCEL, provider);
      arena.must(arena.a(), Step.CANCEL, journey);
      String state =
          arena.awaited(
              "select state from payment.attempt where order_number = ? and seq = 1",
              Arena.number(journey),
              CLOSED::equals,
              RECORDED_MAX);
      String payment = Arena.payment(journey);
      Answer taken = arena.backstage().take(payment);
      if (!CLOSED.equals(state) || !(taken instanceof Answer.Done)) {
        throw new ChaosFailure(journey + " is not over: " + state + ", " + taken);
      }
      long from = arena.logged();
      String one = Arena.trace();
      String other = Arena.trace();
      return new Given(
          () -> arena.backstage().tell(Node.A, provider, payment, Arena.traceparent(one)),
          () -> arena.backstage().tell(Node.B, provider, payment, Arena.traceparent(other)),
          (first, second, findings) -> {
            for (Answer told : List.of(first, second)) {
              if (!(told instanceof Answer.Done)) {
                findings.add(Finding.broken(journey + ": a late notice is answered " + told));
              }
            }
            arena.settle(journey, findings);
            String trace = givenBackIn(arena, journey, from);
            if (!trace.contains(one) && !trace.contains(other)) {
              findings.add(Finding.lost(journey + ": nobody gave its late money back: " + trace));
              return Winner.NEITHER;
            }
            return trace.contains(one) ? Winner.FIRST : Winner.SECOND;
          });
    }
  }

  /** Of a shop that asks a provider, whose own notices come late, so that ours are the first. */
  private sealed interface Asked extends Duel {
    Arena arena();

    Provider provider();

    @Override
    default String name() {
      return PayDuels.named(provider(), this);
    }

    @Override
    default int lanes() {
      return 16;
    }

    @Override
    default Aim.Range range() {
      return new Aim.Range(-ASKED_MICROS_MAX / 4, -ASKED_MICROS_MAX, 0);
    }

    @Override
    default void begin() throws ChaosFailure, InterruptedException {
      arena().late(provider(), HELD_MILLIS, Arena.traceparent(OWN_TRACE));
    }

    @Override
    default void end() throws ChaosFailure, InterruptedException {
      arena().fault(provider(), "ok", 0);
    }
  }

  /**
   * A cancelled order's payment is closed at its provider, which answers that it is paid; its
   * notice comes at that moment, on another node (M5).
   */
  private record AlreadyPaid(Arena arena, Provider provider) implements Asked {
    @Override
    public String first() {
      return "late callback";
    }

    @Override
    public String second() {
      return "already paid";
    }

    /** Who closes it at the provider comes by itself, within a second. */
    @Override
    public Bout prepare(int lane, long offsetMicros) throws ChaosFailure, InterruptedException {
      Journey journey = arena.started(arena.a(), Plan.PAY_AND_CANCEL, provider);
      arena.must(arena.a(), Step.PAY, journey);
      long from = arena.logged();
      Answer cancelled = arena.a().send(Step.CANCEL, journey);
      journey.note(Step.CANCEL, cancelled);
      if (!(cancelled instanceof Answer.Done)) {
        return Given.missed(); // So slow a round that its payment was asked for meanwhile.
      }
      String payment = Arena.payment(journey);
      String trace = Arena.trace();
      return new Given(
          () -> arena.backstage().tell(Node.B, provider, payment, Arena.traceparent(trace)),
          () -> new Answer.Unknown("who closes it needs no request"),
          (told, _, findings) -> {
            if (!(told instanceof Answer.Done)) {
              findings.add(Finding.broken(journey + ": its late notice is answered " + told));
            }
            arena.settle(journey, findings);
            return gaveBack(journey, givenBackIn(arena, journey, from), trace, findings);
          });
    }
  }

  /** The shop asks about a payment just before it is paid, or just after. */
  private record Unpaid(Arena arena, Provider provider) implements Asked {
    /** A provider that was asked has answered by then, and its answer is written. */
    private static final Duration ANSWERED_MAX = Duration.ofMillis(1_500);

    @Override
    public String first() {
      return "pay";
    }

    @Override
    public String second() {
      return "said unpaid";
    }

    @Override
    public Bout prepare(int lane, long offsetMicros) throws ChaosFailure, InterruptedException {
      Journey journey = arena.started(arena.a(), Plan.PAY, provider);
      arena.askNow(Arena.number(journey));
      return new Given(
          () -> arena.a().send(Step.PAY, journey),
          () -> new Answer.Unknown("who asks needs no request"),
          (paid, _, findings) -> {
            journey.note(Step.PAY, paid);
            if (!(paid instanceof Answer.Done)) {
              findings.add(Finding.broken(journey + " can't be paid: " + paid));
              return Winner.NEITHER;
            }
            return said(journey, findings);
          });
    }

    /** Where the answer was "unpaid" it stays so until the notice comes. */
    private Winner said(Journey journey, Findings findings)
        throws ChaosFailure, InterruptedException {
      String asked =
          arena.awaited(
              "select asks from payment.attempt where order_number = ?",
              Arena.number(journey),
              asks -> !asks.equals("0"),
              RECORDED_MAX);
      boolean found = arena.settledState(journey, ANSWERED_MAX) != Evidence.AWAITING_PAYMENT;
      String trace = Arena.trace();
      Answer told =
          arena
              .backstage()
              .tell(Node.B, provider, Arena.payment(journey), Arena.traceparent(trace));
      if (!(told instanceof Answer.Done)) {
        findings.add(Finding.broken(journey + ": its notice is answered " + told));
      }
      if (arena.settledState(journey, RECORDED_MAX) == Evidence.AWAITING_PAYMENT) {
        findings.add(Finding.lost(journey + " is not paid: " + told));
      }
      arena.settle(journey, findings);
      if (Objects.equals(asked, "0")) {
        return Winner.NEITHER; // Nobody had asked.
      }
      return found ? Winner.FIRST : Winner.SECOND;
    }
  }

  /**
   * Who gave late money back, by the trace of it: our notice, or who asked. The provider's own
   * notice comes when both should be long through: where it was needed, neither did its part.
   */
  static Duel.Winner gaveBack(Journey journey, String by, String ours, Duel.Findings findings) {
    if (by.isEmpty()) {
      findings.add(Finding.lost(journey + ": nobody gave its late money back"));
      return Duel.Winner.NEITHER;
    }
    if (by.contains(OWN_TRACE)) {
      findings.add(
          Finding.broken(journey + ": its late money went back by the provider's own notice only"));
      return Duel.Winner.NEITHER;
    }
    return by.contains(ours) ? Duel.Winner.FIRST : Duel.Winner.SECOND;
  }

  /** The trace in which an order's late money was sent back; empty where it was not. */
  private static String givenBackIn(Arena arena, Journey journey, long from) throws ChaosFailure {
    long until = System.nanoTime() + RECORDED_MAX.toNanos();
    while (true) {
      String trace =
          arena.look(
              "select traceparent from messaging.log where key = ? and position > "
                  + from
                  + " and type = 'payment.given_back.v1' order by position limit 1",
              Arena.number(journey));
      if (trace != null || System.nanoTime() > until) {
        return trace == null ? "" : trace;
      }
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
  }
}
