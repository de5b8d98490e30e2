package io.tidegate.harness.bench;

/**
 * What the machine does with plain SQL on one connection, with the product idle: what absolute
 * figures of different days are held against.
 */
final class Anchor {
  private static final long COMMITS_NANOS = 2_000_000_000L;
  private static final long ROWS = 3_000_000;

  private Anchor() {}

  static void measure(DatabaseFigures database, Report report) throws BenchFailure {
    long commits = 0;
    long start = System.nanoTime();
    long nanos = 0;
    while (nanos < COMMITS_NANOS) {
      database.execute("select pg_logical_emit_message(true, 'bench', repeat('x', 1000))");
      commits++;
      nanos = System.nanoTime() - start;
    }
    long sumStart = System.nanoTime();
    database.execute("select sum(i) from generate_series(1, " + ROWS + ") i");
    long sumNanos = System.nanoTime() - sumStart;
    report
        .section("anchor")
        .put("commitsPerSecond", Report.rounded(commits / (nanos / 1e9)))
        .put("summedRowsPerSecond", Report.rounded(ROWS / (sumNanos / 1e9)));
  }
}
