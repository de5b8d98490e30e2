package io.tidegate.harness.chaos;

import io.tidegate.harness.chaos.Duel.Winner;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Runs each duel many times, aims its two sides at each other, and counts who won. A duel that one
 * side as good as always wins has never raced, and that is a failure of the run.
 */
final class RaceBench {
  /** Each side must win at least this share of the rounds. */
  static final double SHARE_MIN = 0.05;

  /** Of the rounds at least this share must count. */
  private static final double MET_MIN = 0.5;

  /** Rounds of a duel that could not be run, or of which nobody learnt what came of them. */
  private static final int FAILURES_MAX = 20;

  private static final int FINDINGS_SHOWN_MAX = 20;

  private final Rounds rounds;
  private final long seed;
  private final Arena arena;
  private final Healing healing;
  private final EvidenceReader reader;
  private final Consumer<String> progress;
  private final Queue<Finding> findings = new ConcurrentLinkedQueue<>();

  /** How often each side of a duel won. */
  record Score(String name, String first, int firstWon, String second, int secondWon, int missed) {
    int raced() {
      return firstWon + secondWon;
    }

    /** Of the rounds that counted, the share of the side that won fewer; 0 without rounds. */
    double leastShare() {
      return raced() == 0 ? 0 : (double) Math.min(firstWon, secondWon) / raced();
    }

    boolean hasRaced() {
      return leastShare() >= SHARE_MIN && raced() >= MET_MIN * (raced() + missed) && raced() > 0;
    }
  }

  /**
   * All of it.
   *
   * @param connections requests at once, at most: two of each round that runs beside others
   */
  record Result(
      List<Score> scores,
      int connections,
      Requests.Told requests,
      Outcome outcome,
      AtEnd end,
      List<Finding> findings) {
    Optional<Long> deadlocks() {
      return end.deadlocks();
    }
  }

  /**
   * How often each duel is run.
   *
   * @param least in any case
   * @param most until each side has its share: among few rounds chance alone, or an aim that has
   *     not found its mark yet, may keep one from it
   */
  record Rounds(int least, int most) {
    static Rounds of(int rounds) {
      return new Rounds(rounds, rounds);
    }

    /** The same as a duel does them, which may be slow. */
    Rounds as(Duel duel) {
      return new Rounds(duel.rounds(least), duel.rounds(most));
    }

    /**
     * Whether another round is run.
     *
     * @param begun rounds so far
     * @param soFar what those that have ended came to
     */
    boolean goOn(int begun, Score soFar) {
      return begun < least || (begun < most && !soFar.hasRaced());
    }
  }

  /**
   * @param rounds of each duel
   */
  RaceBench(
      Rounds rounds,
      long seed,
      Arena arena,
      Healing healing,
      EvidenceReader reader,
      Consumer<String> progress) {
    this.rounds = rounds;
    this.seed = seed;
    this.arena = arena;
    this.healing = healing;
    this.reader = reader;
    this.progress = progress;
  }

  /**
   * All races, or those up to the one that broke off.
   *
   * @throws ChaosFailure before anything was raced
   */
  Result run(List<Duel> duels) throws ChaosFailure, InterruptedException {
    List<Score> scores = new ArrayList<>();
    boolean goesOn = true;
    for (int i = 0; i < duels.size() && goesOn; i++) {
      goesOn = fought(duels.get(i), scores);
      if (!goesOn && i + 1 < duels.size()) {
        findings.add(Finding.broken(duels.size() - i - 1 + " races after it were not run"));
      }
    }
    Healing.Whole whole = afterwards(System.nanoTime());
    findings.addAll(whole.beside(findings));
    AtEnd end = AtEnd.of(reader.database(), deadlocks());
    findings.addAll(end.findings());
    findings.stream().limit(FINDINGS_SHOWN_MAX).forEach(f -> progress.accept(f.toString()));
    return new Result(
        scores,
        2 * duels.stream().mapToInt(Duel::lanes).max().orElse(0),
        arena.told(),
        whole.outcome(),
        end,
        List.copyOf(findings));
  }

  /** Whether a duel came to its end; else it broke off, as is found then. */
  private boolean fought(Duel duel, List<Score> scores) throws ChaosFailure, InterruptedException {
    long begun = System.nanoTime();
    Fight fight = new Fight();
    List<ChaosFailure> broke = broken(duel, fight);
    if (!broke.isEmpty() && scores.isEmpty() && findings.isEmpty() && !fight.sent.get()) {
      ChaosFailure why = broke.getFirst();
      throw new ChaosFailure("before anything was raced: " + why.getMessage(), why);
    }
    findings.addAll(fight.failed);
    broke.forEach(why -> findings.add(brokeOff(duel, why)));
    boolean whole = broke.isEmpty();
    Score score = fight.score(duel);
    scores.add(score);
    progress.accept(
        "%s: %s %d, %s %d, missed %d (%.1f s)"
            .formatted(
                score.name(),
                score.first(),
                score.firstWon(),
                score.second(),
                score.secondWon(),
                score.missed(),
                Duration.ofNanos(System.nanoTime() - begun).toMillis() / 1e3));
    if (whole && !score.hasRaced()) {
      findings.add(Finding.broken(score.name() + " never raced: " + score));
    }
    return whole;
  }

  /** What a duel has come to so far. */
  private static final class Fight {
    private final AtomicInteger[] won = {
      new AtomicInteger(), new AtomicInteger(), new AtomicInteger()
    };

    /** Rounds that could not be run to their end. */
    private final Queue<Finding> failed = new ConcurrentLinkedQueue<>();

    private final AtomicInteger failures = new AtomicInteger();

    /** Whether any round was made ready, and its requests sent. */
    private final AtomicBoolean sent = new AtomicBoolean();

    void won(Winner winner) {
      won[winner.ordinal()].incrementAndGet();
    }

    Score score(Duel duel) {
      return new Score(
          duel.name(), duel.first(), won[0].get(), duel.second(), won[1].get(), won[2].get());
    }
  }

  /** Why a duel broke off, where it did; what its beginning changed is put back all the same. */
  private List<ChaosFailure> broken(Duel duel, Fight fight) throws InterruptedException {
    List<ChaosFailure> broke = new ArrayList<>();
    try {
      duel.begin();
    } catch (ChaosFailure e) {
      broke.add(e);
      endHalf(duel).ifPresent(broke::add);
      return broke;
    }
    try {
      raced(duel, fight);
    } catch (ChaosFailure e) {
      broke.add(e);
    }
    try {
      duel.end();
    } catch (ChaosFailure e) {
      broke.add(e);
    }
    return broke;
  }

  /**
   * Puts back what a beginning that failed had come to: a fault that may have been set would keep
   * all orders from coming to rest. Whatever the end misses was not begun, and that is found.
   *
   * @return why something stays as it was begun, such as a fault that is set
   */
  private Optional<ChaosFailure> endHalf(Duel duel) throws InterruptedException {
    try {
      duel.end();
    } catch (ChaosFailure e) {
      progress.accept(duel.name() + ": not all that it began with is put back: " + e);
      return Optional.of(e);
    } catch (RuntimeException e) {
      progress.accept(duel.name() + ": its end misses what was not begun: " + e);
    }
    return Optional.empty();
  }

  private static Finding brokeOff(Duel duel, ChaosFailure why) {
    return Finding.broken(duel.name() + " broke off: " + why.getMessage());
  }

  /** Runs the rounds, some side by side. */
  private void raced(Duel duel, Fight fight) throws InterruptedException, ChaosFailure {
    Aim aim = new Aim(duel.range(), duel.lanes(), seed);
    Rounds asked = rounds.as(duel);
    AtomicInteger begun = new AtomicInteger();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> lanes = new ArrayList<>();
      for (int i = 0; i < duel.lanes(); i++) {
        int lane = i;
        lanes.add(
            threads.submit(() -> {
              while (asked.goOn(begun.getAndIncrement(), fight.score(duel))) {
                try {
                  round(duel, lane, aim, fight);
                } catch (ChaosFailure e) {
                  if (fight.failures.incrementAndGet() > FAILURES_MAX) {
                    throw e;
                  }
                  fight.failed.add(Finding.broken(duel.name() + ": " + e.getMessage()));
                }
              }
              return null;
            }));
      }
      for (Future<?> lane : lanes) {
        awaited(lane);
      }
    }
  }

  /**
   * One round. Each that is not settled waits for as long as anybody may be turned away, so that a
   * system which only turns away would hold all of them up for hours.
   */
  private void round(Duel duel, int lane, Aim aim, Fight fight)
      throws ChaosFailure, InterruptedException {
    long offset = aim.next();
    Duel.Bout bout = duel.prepare(lane, offset);
    fight.sent.set(true);
    long wait = Math.max(2, bout.atMillis() - System.currentTimeMillis());
    long start = System.nanoTime() + wait * 1_000_000;
    Answer first;
    Answer second;
    try (ExecutorService two = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Answer> one = two.submit(at(start + Math.max(0, -offset) * 1_000, bout.first()));
      Future<Answer> other = two.submit(at(start + Math.max(0, offset) * 1_000, bout.second()));
      first = awaited(one);
      second = awaited(other);
    }
    AtomicBoolean unsettled = new AtomicBoolean();
    Winner winner =
        bout.judge(
            first,
            second,
            finding -> {
              findings.add(finding);
              unsettled.compareAndSet(false, finding.kind() == Finding.Kind.UNSETTLED);
            });
    switch (winner) {
      case FIRST -> aim.won(true);
      // Where they did not meet, the second side had ended it before the first came.
      case SECOND, NEITHER -> aim.won(false);
    }
    fight.won(winner);
    if (unsettled.get() && fight.failures.incrementAndGet() > FAILURES_MAX) {
      throw new ChaosFailure("nobody knows what came of more than " + FAILURES_MAX + " rounds");
    }
  }

  private static Callable<Answer> at(long nanos, Callable<Answer> request) {
    return () -> {
      for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      return request.call();
    };
  }

  private static <T> T awaited(Future<T> future) throws ChaosFailure, InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new ChaosFailure(String.valueOf(cause.getMessage()), cause);
    }
  }

  /**
   * After all of it every order has one outcome, late money is back once, stock is exact. What
   * can't be read is found.
   */
  private Healing.Whole afterwards(long since) throws InterruptedException {
    List<Journey> history = arena.history();
    progress.accept("all " + history.size() + " orders, and the audit");
    List<Finding> found = new ArrayList<>();
    try {
      found.addAll(healing.holds(history, 0, true, since));
      found.addAll(healing.auditClean(since));
      Healing.Audited audited = healing.auditInFull();
      found.addAll(audited.findings());
      return new Healing.Whole(Outcome.of(history, reader.orders(), audited), found);
    } catch (ChaosFailure | SQLException | IOException e) {
      found.add(Finding.broken("in the end: " + e.getMessage()));
      return new Healing.Whole(Outcome.unread(history), found);
    }
  }

  /** Nobody was killed, so the database's own count is whole; absent where it can't be read. */
  private Optional<Long> deadlocks() {
    try {
      return Optional.of(reader.deadlocks());
    } catch (SQLException _) {
      return Optional.empty(); // It is found as such.
    }
  }
}
