package io.tidegate.server.fill;

import io.tidegate.server.cli.Fills;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** How far a filling is, and what the rest will take, from what was there and what it took. */
final class Progress {

  /** Two workers on two cores do not do twice as much: the database works for both. */
  private static final double SECOND_WORKER = 0.6;

  private final Connection connection;
  private final FillPlan plan;
  private final Fills.Audience audience;
  private final long bytesBefore;
  private final long ordersBefore;
  private final long begunNanos = System.nanoTime();
  private long orders;

  /** Begins with what an earlier try has left. */
  Progress(Connection connection, FillPlan plan, FillRuns.Run run, Fills.Audience audience)
      throws SQLException {
    this.connection = connection;
    this.plan = plan;
    this.audience = audience;
    this.bytesBefore = bytes();
    this.ordersBefore = there(plan, run, true) + there(plan, run, false);
    audience.finds(there(plan, run, false), there(plan, run, true));
    if (ordersBefore > 0) {
      audience.says("going on with a fill that was broken off at " + ordersBefore + " orders");
    }
  }

  private static long there(FillPlan plan, FillRuns.Run run, boolean waiting) {
    return run.chunks().stream()
        .mapToObj(plan::chunk)
        .filter(chunk -> chunk.waiting() == waiting)
        .mapToLong(FillPlan.Chunk::orders)
        .sum();
  }

  /** After the first chunk: tells what the rest will take and asks. */
  boolean goOn(int workers) throws SQLException {
    long left = plan.wish().orders() - ordersBefore - orders;
    if (left == 0) {
      return true;
    }
    double nanosEach =
        (double) (System.nanoTime() - begunNanos) / orders / (workers > 1 ? 1 + SECOND_WORKER : 1);
    long bytesEach = Math.max(0, bytes() - bytesBefore) / orders;
    return audience.goOn(
        new Fills.Estimate(
            ordersBefore + orders,
            left,
            Duration.ofNanos((long) (nanosEach * left)),
            bytesEach * left));
  }

  synchronized void filled(int more) {
    orders += more;
    audience.filled(ordersBefore + orders, plan.wish().orders());
  }

  synchronized Fills.Report report(Duration time, boolean all) throws SQLException {
    return new Fills.Report(orders, ordersBefore, time, Math.max(0, bytes() - bytesBefore), all);
  }

  private long bytes() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select pg_database_size(current_database())")) {
      row.next();
      long bytes = row.getLong(1);
      connection.commit();
      return bytes;
    }
  }
}
