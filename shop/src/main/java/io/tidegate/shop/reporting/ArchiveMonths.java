package io.tidegate.shop.reporting;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import io.tidegate.shop.kernel.OrderNumber;
import java.time.Duration;
import java.util.List;

/** Which order numbers the archive has, in memory of each node. */
public final class ArchiveMonths {

  /** How often each node looks. A month's files are known so long before its rows are gone. */
  public static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private static final Sql SPANS =
      Sql.of(
          """
          select min(first_number), max(last_number), false from reporting.archive_file
          where kind = 'orders' group by month
          union all
          select first_number, next_number - 1, true from reporting.retired_month
          where state in ('retired', 'dropped')
          """);

  private final Database database;
  private volatile List<Span> spans = List.of();

  /**
   * Numbers from first to last.
   *
   * @param retired whether the database has none of them any more; else files have some
   */
  private record Span(long first, long last, boolean retired) {
    boolean has(long number) {
      return number >= first && number <= last;
    }
  }

  public ArchiveMonths(Database database) {
    this.database = database;
  }

  /** Looks again. */
  public void refresh() {
    spans =
        database.read(SPANS, row -> new Span(row.getLong(1), row.getLong(2), row.getBoolean(3)));
  }

  /** The highest number that a file has; 0: there are no files. */
  long top() {
    return spans.stream().filter(span -> !span.retired()).mapToLong(Span::last).max().orElse(0);
  }

  /** Whether a file may have this order. */
  boolean mayHold(OrderNumber number) {
    return spans.stream().anyMatch(span -> !span.retired() && span.has(number.value()));
  }

  /** Whether this number's month has left the database. */
  boolean isRetired(OrderNumber number) {
    return spans.stream().anyMatch(span -> span.retired() && span.has(number.value()));
  }
}
