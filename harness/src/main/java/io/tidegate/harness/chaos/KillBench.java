package io.tidegate.harness.chaos;

import io.tidegate.harness.chaos.Journey.Step;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Kills parts of a system under load, round by round, and holds after each what the clients were
 * told against what is there. A kill is no power failure: the page cache survives it, so this shows
 * nothing about fsync.
 */
final class KillBench {
  private static final Duration BACK_MAX = Duration.ofSeconds(60);
  private static final Duration LOOK_EVERY = Duration.ofMillis(250);
  private static final long KILL_AFTER_MILLIS_MIN = 300;
  private static final long KILL_AFTER_MILLIS_MAX = 1_500;

  /** Where nobody must start the program again, clients go on for a while after the kill. */
  private static final long GO_ON_MILLIS = 500;

  /**
   * Customers go on slower while the broker is away, so that what waits is done within a minute.
   */
  private static final int AWAY_ORDERS_MAX = 1_000;

  /** A round whose kill met no request is done again, so often in all. */
  private static final int REPEATS_MAX = 20;

  private static final int FINDINGS_SHOWN_MAX = 20;

  private final Plan plan;
  private final Rig rig;
  private final Healing healing;
  private final HttpDoor door;
  private final EvidenceReader reader;
  private final Wishes wishes;
  private final SplittableRandom random;
  private final Consumer<String> progress;
  private final List<Journey> history = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();
  private final List<Round> rounds = new ArrayList<>();
  private int struck;

  /**
   * What is asked for.
   *
   * @param victims one for each round, over and over
   * @param clients requests under way at once
   * @param away how long a killed broker is kept from coming back; zero: not at all
   * @param patience what is not whole and at rest by then is found
   */
  record Plan(
      int rounds, List<Victim> victims, int clients, long seed, Duration away, Duration patience) {}

  /**
   * What went on without a broker.
   *
   * @param placed orders that were acknowledged then
   * @param paid payments that the cashier took then
   * @param unsent events that waited for the broker in the end
   */
  record Away(int placed, int paid, int unsent) {
    static final Away NEVER = new Away(0, 0, 0);
  }

  /**
   * One kill and what came of it.
   *
   * @param inFlight requests under way when it struck
   * @param unknown requests whose outcome the clients did not know
   * @param resolved of these, those that were settled by their keys
   * @param away what went on while the broker was kept away
   * @param back from the kill, or the end of being kept away, until an order was taken again
   * @param held from then until all that was told was there, effects included
   * @param healed from then until the audit was clean too, at rest
   * @param fromKill the same from the kill itself, with all that the broker was kept away
   */
  record Round(
      Victim victim,
      int inFlight,
      int orders,
      int unknown,
      int resolved,
      Away away,
      Duration back,
      Duration held,
      Duration healed,
      Duration fromKill) {}

  /**
   * All rounds, and all that is wrong.
   *
   * @param requests of all customers, those with which they came back included
   */
  record Result(
      List<Round> rounds,
      int repeated,
      Requests.Told requests,
      Outcome outcome,
      AtEnd end,
      List<Finding> findings) {}

  KillBench(
      Plan plan,
      Tidegate tidegate,
      Rig rig,
      HttpDoor door,
      Wishes wishes,
      Consumer<String> progress) {
    this.plan = plan;
    this.rig = rig;
    this.door = door;
    this.wishes = wishes;
    this.random = new SplittableRandom(plan.seed());
    this.progress = progress;
    this.reader = new EvidenceReader(rig.database(), rig.simulators());
    this.healing = new Healing(tidegate, rig.data(), reader, plan.patience());
  }

  /**
   * All rounds, or those up to the one that the system did not come back from.
   *
   * @throws ChaosFailure before anything was killed
   */
  Result run() throws ChaosFailure, InterruptedException {
    int repeated = 0;
    boolean gone = false;
    try (reader) {
      while (rounds.size() < plan.rounds() && findings.isEmpty()) {
        Victim victim = plan.victims().get(rounds.size() % plan.victims().size());
        Optional<Round> round = survived(victim);
        gone = round.isEmpty();
        if (round.isPresent() && round.get().inFlight() > 0) {
          rounds.add(round.get());
          told(round.get());
        } else if (!gone && ++repeated > REPEATS_MAX) {
          findings.add(Finding.broken("the kills meet no requests"));
        }
      }
      if (!gone) {
        progress.accept("all " + history.size() + " orders once more, and the audit in full");
      }
      Healing.Whole whole = gone ? Healing.Whole.unread(history) : healing.whole(history);
      findings.addAll(whole.beside(findings));
      AtEnd end = AtEnd.of(rig);
      findings.addAll(end.findings());
      findings.stream().limit(FINDINGS_SHOWN_MAX).forEach(f -> progress.accept(f.toString()));
      return new Result(
          List.copyOf(rounds), repeated, door.told(), whole.outcome(), end, List.copyOf(findings));
    }
  }

  /** Returns a round; empty: it did not end, for the system did not come back, as is found then. */
  private Optional<Round> survived(Victim victim) throws ChaosFailure, InterruptedException {
    try {
      return Optional.of(round(victim));
    } catch (ChaosFailure | SQLException | IOException e) {
      if (struck == 0) {
        throw new ChaosFailure("before anything was killed: " + e.getMessage(), e);
      }
      findings.add(
          Finding.broken(
              "round %d, kill of %s: %s"
                  .formatted(rounds.size() + 1, victim.words(), e.getMessage())));
      return Optional.empty();
    }
  }

  private Round round(Victim victim)
      throws ChaosFailure, InterruptedException, SQLException, IOException {
    long floor = reader.floor();
    List<Journey> journeys = new ArrayList<>();
    Load load = Load.start(door, wishes, plan.clients());
    int inFlight;
    long killed;
    Away away = Away.NEVER;
    long over;
    try {
      pause(random.nextLong(KILL_AFTER_MILLIS_MIN, KILL_AFTER_MILLIS_MAX));
      inFlight = Kills.strike(victim, reader::backend, rig::kill, door::inFlight);
      killed = System.nanoTime();
      struck++;
      if (victim == Victim.BROKER && plan.away().isPositive()) {
        away = withoutBroker(load);
      }
      over = System.nanoTime();
      if (!victim.endsProgram()) {
        pause(GO_ON_MILLIS);
      }
    } finally {
      journeys.addAll(load.stop());
      history.addAll(journeys);
    }
    rig.restart(victim, BACK_MAX);
    door.moved(rig.api());
    List<Journey> probes = takesOrdersAgain();
    journeys.addAll(probes);
    history.addAll(probes);
    long back = System.nanoTime();
    int unknown = unknown(journeys);
    Settling.Result settled = Settling.of(journeys, door, plan.patience());
    findings.addAll(settled.findings());
    findings.addAll(healing.holds(journeys, floor, false, back));
    long held = System.nanoTime();
    findings.addAll(healing.auditClean(back));
    long rest = System.nanoTime();
    return new Round(
        victim,
        inFlight,
        journeys.size(),
        unknown,
        settled.unknownResolved(),
        away,
        Duration.ofNanos(back - over),
        Duration.ofNanos(held - back),
        Duration.ofNanos(rest - back),
        Duration.ofNanos(rest - killed));
  }

  /** Orders go on, be it for minutes, and what they bring waits in the log. */
  private Away withoutBroker(Load load) throws SQLException {
    load.slowDown(plan.away().multipliedBy(plan.clients()).dividedBy(AWAY_ORDERS_MAX));
    int placed = load.done(Step.PLACE);
    int paid = load.done(Step.PAY);
    rig.keepBrokerAway(plan.away());
    Away away =
        new Away(load.done(Step.PLACE) - placed, load.done(Step.PAY) - paid, reader.unsent());
    if (away.placed() == 0 || away.paid() == 0) {
      findings.add(Finding.broken("orders don't go on without the broker: " + away));
    }
    if (away.unsent() < away.placed()) {
      findings.add(Finding.broken("the broker was there: " + away));
    }
    return away;
  }

  /** "Back" is a 201, no health check. Returns the orders that were tried for it. */
  private List<Journey> takesOrdersAgain() throws InterruptedException {
    List<Journey> probes = new ArrayList<>();
    long until = System.nanoTime() + BACK_MAX.toNanos();
    while (true) {
      Journey probe = wishes.of(Journey.Plan.PAY);
      probes.add(probe);
      Answer answer = door.send(Step.PLACE, probe);
      probe.note(Step.PLACE, answer);
      if (answer instanceof Answer.Done) {
        return probes;
      }
      if (System.nanoTime() > until) {
        findings.add(Finding.broken("no order is taken " + BACK_MAX + " after a kill: " + answer));
        return probes;
      }
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
  }

  private static int unknown(List<Journey> journeys) {
    int unknown = 0;
    for (Journey journey : journeys) {
      for (Step step : journey.plan().steps()) {
        unknown += journey.answer(step) instanceof Answer.Unknown ? 1 : 0;
      }
    }
    return unknown;
  }

  private void told(Round round) {
    progress.accept(
        "round %d/%d %s: %d in flight, %d orders, %d of %d unknown settled, back after %.1f s, all there %.1f s later, at rest %.1f s later, %.1f s from the kill"
            .formatted(
                rounds.size(),
                plan.rounds(),
                round.victim().words(),
                round.inFlight(),
                round.orders(),
                round.resolved(),
                round.unknown(),
                round.back().toMillis() / 1e3,
                round.held().toMillis() / 1e3,
                round.healed().toMillis() / 1e3,
                round.fromKill().toMillis() / 1e3));
    if (!round.away().equals(Away.NEVER)) {
      progress.accept("meanwhile, without the broker: " + KillReport.words(round.away()));
    }
  }

  private static void pause(long millis) {
    LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
  }
}
