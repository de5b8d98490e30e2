package io.tidegate.harness.bench;

import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One who reads report after report, and one who asks in SQL, both without a pause. */
final class ReportReaders {
  /** Over the largest table, once with a filter and once with all of it. */
  private static final List<String> QUESTIONS =
      List.of(
          "select category, currency, count(*), sum(total) from lines where type = 'paid'"
              + " and day between date '%2$s' - 30 and date '%2$s' group by all order by 1, 2",
          "select region, count(distinct user_id), max(total) from orders where type = 'placed'"
              + " and day between date '%1$s' and date '%2$s' group by region order by 1");

  /**
   * With fewer of a kind answered in a turn, nobody has seen what placing beside them is. It is
   * one: where placing takes both processors, a question takes the better part of a turn.
   */
  static final int ANSWERED_MIN = 1;

  private static final String REPORT = "report";
  private static final String SQL = "sql";
  private static final String ANSWERED = "_answered";
  private static final String NOT_ANSWERED = "_not_answered";

  /** A gateway's answer in the place of a process that is not there. */
  private static final String AWAY = "\"reports_unavailable\"";

  private static final Duration AGAIN_EVERY = Duration.ofSeconds(1);

  /** Whatever a load has left of questions is answered, or given up, by then. */
  private static final Duration FREE_MAX = Duration.ofMinutes(2);

  private final ReportReader reader;
  private final List<ReportReader.Cut> cuts;
  private final LocalDate from;
  private final LocalDate to;
  private final Duration freeMax;
  private final Map<String, Long> answers = new TreeMap<>();
  private final List<Turn> turns = new ArrayList<>();

  ReportReaders(ReportReader reader, List<ReportReader.Cut> cuts, LocalDate from, LocalDate to) {
    this(reader, cuts, from, to, FREE_MAX);
  }

  /**
   * @param freeMax how long it is waited after each turn until a question is answered again
   */
  ReportReaders(
      ReportReader reader,
      List<ReportReader.Cut> cuts,
      LocalDate from,
      LocalDate to,
      Duration freeMax) {
    this.reader = reader;
    this.cuts = cuts;
    this.from = from;
    this.to = to;
    this.freeMax = freeMax;
  }

  /** What is done while they read. */
  @FunctionalInterface
  interface Meanwhile<R> {
    R run() throws IOException, BenchFailure;
  }

  /** One answer of either. */
  @FunctionalInterface
  private interface Asking {
    ReportReader.Answered nth(int n) throws BenchFailure, InterruptedException;
  }

  /** One time that they read, and what of it was answered. */
  private static final class Turn {
    private final List<Thread> threads = new ArrayList<>();
    private final Map<String, Long> answered = new TreeMap<>();
    private volatile boolean over;
    private boolean away;
    private boolean free;

    void join() throws InterruptedException {
      for (Thread thread : threads) {
        thread.join();
      }
    }

    long answered(String kind) {
      return answered.getOrDefault(kind, 0L);
    }

    /** Why placing in it was beside nothing, or the next one may be beside it; else empty. */
    String hidden() {
      if (answered(REPORT) < ANSWERED_MIN || answered(SQL) < ANSWERED_MIN) {
        return "in a turn with reports %d of them and %d questions were answered"
            .formatted(answered(REPORT), answered(SQL));
      }
      if (away) {
        return "the reports were away in a turn with them";
      }
      return free ? "" : "no question was answered again after a turn with reports";
    }
  }

  /**
   * Does something while they read; none of them asks any more when it returns. What each had asked
   * last is worked at until {@link #rest}, heard or not, and counts as answered beside it.
   */
  <R> R whileReading(Meanwhile<R> work) throws IOException, BenchFailure, InterruptedException {
    Turn turn = new Turn();
    begin(turn, REPORT, n -> reader.get(cuts.get(n % cuts.size()).path(from, to)));
    begin(turn, SQL, n -> reader.ask(QUESTIONS.get(n % QUESTIONS.size()).formatted(from, to)));
    boolean done = false;
    try {
      R result = work.run();
      done = true;
      return result;
    } finally {
      turn.over = true;
      if (done) {
        resting(turn);
      } else {
        turn.threads.forEach(Thread::interrupt);
        turn.join();
      }
    }
  }

  private synchronized void resting(Turn turn) {
    turns.add(turn);
  }

  /** Waits until nothing of the last turn is worked at any more, a bounded time. */
  void rest() throws InterruptedException {
    Turn turn = last();
    turn.join();
    boolean free = isFree();
    synchronized (this) {
      turn.free = free;
    }
  }

  private synchronized Turn last() {
    return turns.getLast();
  }

  private void begin(Turn turn, String kind, Asking asking) {
    turn.threads.add(
        Thread.ofPlatform()
            .name(kind)
            .start(() -> {
              try {
                for (int n = 0; !turn.over; n++) {
                  ask(turn, kind, asking, n);
                }
              } catch (InterruptedException _) {
                // that's it
              }
            }));
  }

  /** Asks once. One that is not answered is told, and the next asked: so does a person. */
  private void ask(Turn turn, String kind, Asking asking, int n) throws InterruptedException {
    try {
      count(turn, kind, asking.nth(n));
    } catch (BenchFailure _) {
      count(kind + NOT_ANSWERED);
      Thread.sleep(AGAIN_EVERY);
    }
  }

  private synchronized void count(Turn turn, String kind, ReportReader.Answered answer) {
    if (answer.isGood()) {
      turn.answered.merge(kind, 1L, Long::sum);
    }
    turn.away |= !answer.isGood() && answer.body().contains(AWAY);
    count(kind + (answer.isGood() ? ANSWERED : "_" + answer.status()));
  }

  private synchronized void count(String what) {
    answers.merge(what, 1L, Long::sum);
  }

  /** Whether a question is answered again, which none is beside another one. */
  private boolean isFree() throws InterruptedException {
    long until = System.nanoTime() + freeMax.toNanos();
    while (true) {
      try {
        if (reader.orders().isPresent()) {
          return true;
        }
      } catch (BenchFailure _) {
        // Nobody is there now.
      }
      if (System.nanoTime() >= until) {
        return false;
      }
      Thread.sleep(AGAIN_EVERY);
    }
  }

  /** Reports and questions that were not answered at all, which nobody may be. */
  synchronized long notAnswered() {
    return answers.entrySet().stream()
        .filter(entry -> entry.getKey().endsWith(NOT_ANSWERED))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** Answers so far, by kind and outcome. */
  synchronized Map<String, Long> answers() {
    return Map.copyOf(answers);
  }

  /** Of the reports and of the questions, the fewest that were answered in a turn. */
  synchronized Map<String, Long> fewest() {
    Map<String, Long> fewest = new TreeMap<>();
    for (String kind : List.of(REPORT, SQL)) {
      fewest.put(
          kind + ANSWERED + "_in_a_turn_min",
          turns.stream().mapToLong(turn -> turn.answered(kind)).min().orElse(0));
    }
    return fewest;
  }

  /** Why the turns say nothing of placing beside reports; empty where they do. */
  synchronized String hidden() {
    return turns.stream().map(Turn::hidden).filter(why -> !why.isEmpty()).findFirst().orElse("");
  }
}
