package io.tidegate.harness.bench;

import java.time.Duration;
import java.time.LocalDate;
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

  private static final String NOT_ANSWERED = "_not_answered";
  private static final Duration AGAIN_EVERY = Duration.ofSeconds(1);

  private final ReportReader reader;
  private final List<ReportReader.Cut> cuts;
  private final LocalDate from;
  private final LocalDate to;
  private final Map<String, Long> answers = new TreeMap<>();

  ReportReaders(ReportReader reader, List<ReportReader.Cut> cuts, LocalDate from, LocalDate to) {
    this.reader = reader;
    this.cuts = cuts;
    this.from = from;
    this.to = to;
  }

  /** What is done while they read. */
  @FunctionalInterface
  interface Meanwhile<R> {
    R run() throws java.io.IOException, BenchFailure;
  }

  /** One answer of either. */
  @FunctionalInterface
  private interface Asking {
    ReportReader.Answered nth(int n) throws BenchFailure, InterruptedException;
  }

  /** Does something while they read; none of them reads any more when it returns. */
  <R> R whileReading(Meanwhile<R> work)
      throws java.io.IOException, BenchFailure, InterruptedException {
    Thread reads = begin("report", n -> reader.get(cuts.get(n % cuts.size()).path(from, to)));
    Thread asks =
        begin("sql", n -> reader.ask(QUESTIONS.get(n % QUESTIONS.size()).formatted(from, to)));
    try {
      return work.run();
    } finally {
      reads.interrupt();
      asks.interrupt();
      reads.join();
      asks.join();
    }
  }

  private Thread begin(String name, Asking asking) {
    return Thread.ofPlatform()
        .name(name)
        .start(() -> {
          try {
            for (int n = 0; !Thread.currentThread().isInterrupted(); n++) {
              ask(name, asking, n);
            }
          } catch (InterruptedException _) {
            // that's it
          }
        });
  }

  /** Asks once. One that is not answered is told, and the next asked: so does a person. */
  private void ask(String name, Asking asking, int n) throws InterruptedException {
    try {
      ReportReader.Answered answer = asking.nth(n);
      count(name + (answer.isGood() ? "_answered" : "_" + answer.status()));
    } catch (BenchFailure _) {
      count(name + NOT_ANSWERED);
      Thread.sleep(AGAIN_EVERY);
    }
  }

  private synchronized void count(String what) {
    answers.merge(what, 1L, Long::sum);
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
}
