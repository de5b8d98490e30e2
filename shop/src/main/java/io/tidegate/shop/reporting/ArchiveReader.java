package io.tidegate.shop.reporting;

import io.tidegate.shop.kernel.OrderNumber;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks orders up in the archive's files, with DuckDB: the manifest says which files can have an
 * owner's orders, and files are sorted, so little of them is read.
 */
public final class ArchiveReader implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ArchiveReader.class);

  /** Look-ups at once; one more waits. */
  private static final int AT_ONCE = 4;

  private static final Duration WAIT_MAX = Duration.ofSeconds(2);

  /** How long one may take; with its wait less than the servers that ask wait for an answer. */
  static final Duration LOOK_MAX = Duration.ofSeconds(5);

  private static final Duration STOP_MAX = Duration.ofSeconds(2);

  /** Files that one query opens: months are looked through newest first, so many at a time. */
  private static final int FILES_MAX = 24;

  private static final String ONE =
      """
      select user_id, state, version, external, summary, document, timeline, tracking
      from read_parquet([%s]) where bucket = ? and number = ?
      """;
  private static final String MINE =
      """
      select number, summary from read_parquet([%s])
      where bucket = ? and user_id = ? and number < ? and number > ? %s
      order by number desc limit ?
      """;
  private static final String OF_STATE = " and state = ?";
  private static final String OF_TEXT =
      """
      and (number::varchar = ? or external = ?
       or list_contains(json_extract_string(document, '$.items[*].sku'), ?)
       or len(list_filter(json_extract_string(document, '$.items[*].title'),
           lambda title: contains(title, ?))) > 0)\
      """;

  private final DuckDBConnection duck;
  private final Path archive;
  private final ArchiveFiles manifest;
  private final Duration lookMax;
  private final Semaphore turns = new Semaphore(AT_ONCE);

  /** Whoever asks doesn't wait for a disk that hangs, and no request's thread is held by one. */
  private final ExecutorService looks =
      Executors.newFixedThreadPool(
          AT_ONCE, Thread.ofPlatform().daemon().name("archive-look-", 0).factory());

  /** An order as it was found; texts are JSON. */
  record Found(
      long userId,
      String state,
      int version,
      @Nullable String external,
      String summary,
      String document,
      String timeline,
      String tracking) {}

  /** A look-up: what it asks the engine, as far as it may go on. */
  private static final class Look {
    private @Nullable PreparedStatement asked;
    private boolean past;

    /** Asks, unless it is too late. */
    synchronized PreparedStatement asks(PreparedStatement statement) {
      if (past) {
        throw new ArchiveFailure("it took too long");
      }
      asked = statement;
      return statement;
    }

    synchronized void end() {
      past = true;
      PreparedStatement statement = asked;
      try {
        if (statement != null) {
          statement.cancel();
        }
      } catch (SQLException e) {
        log.debug("a look into the archive has ended meanwhile: {}", e.getMessage());
      }
    }
  }

  /** What a look-up does. */
  @FunctionalInterface
  private interface Work<T> {
    T run(Look look) throws SQLException;
  }

  /** A row of a list. */
  record Listed(long number, String summary) {}

  /**
   * What a list asks for.
   *
   * @param state empty: any
   * @param text empty: any
   */
  record Ask(long userId, long below, long above, int most, String state, String text) {}

  /**
   * A reader of the archive.
   *
   * @param duck a connection of its own; the reader closes it
   * @param archive the archive's folder
   */
  public ArchiveReader(Connection duck, Path archive, ArchiveFiles manifest) {
    this(duck, archive, manifest, LOOK_MAX);
  }

  ArchiveReader(Connection duck, Path archive, ArchiveFiles manifest, Duration lookMax) {
    this.lookMax = lookMax;
    try {
      this.duck = duck.unwrap(DuckDBConnection.class);
    } catch (SQLException e) {
      throw new ArchiveFailure("the archive can't be read", e);
    }
    this.archive = archive;
    this.manifest = manifest;
  }

  /** An order by its number, whoever's it is. */
  Optional<Found> order(OrderNumber number) {
    List<ArchiveFile> files =
        manifest.orders(number.bucket(), number.value() + 1, number.value() - 1);
    if (files.isEmpty()) {
      return Optional.empty();
    }
    return inTurn(look -> {
      try (Connection own = duck.duplicate();
          PreparedStatement statement =
              look.asks(own.prepareStatement(ONE.formatted(list(files))))) {
        statement.setInt(1, number.bucket());
        statement.setLong(2, number.value());
        try (ResultSet row = statement.executeQuery()) {
          return row.next() ? Optional.of(found(row)) : Optional.empty();
        }
      }
    });
  }

  private static Found found(ResultSet row) throws SQLException {
    return new Found(
        row.getLong(1),
        row.getString(2),
        row.getInt(3),
        row.getString(4),
        row.getString(5),
        row.getString(6),
        row.getString(7),
        row.getString(8));
  }

  /** A customer's orders, newest first. */
  List<Listed> mine(Ask ask) {
    int bucket = OrderNumber.of(OrderNumber.EPOCH.toEpochMilli() + 1, ask.userId(), 0, 0).bucket();
    List<ArchiveFile> files = manifest.orders(bucket, ask.below(), ask.above());
    return inTurn(look -> {
      List<Listed> found = new ArrayList<>();
      int from = 0;
      while (from < files.size() && found.size() < ask.most()) {
        int to = Math.min(files.size(), from + FILES_MAX);
        // A month's files belong together: what one has may be older than what the next one has.
        while (to < files.size() && files.get(to).month().equals(files.get(to - 1).month())) {
          to++;
        }
        found.addAll(page(look, files.subList(from, to), bucket, ask, ask.most() - found.size()));
        from = to;
      }
      return found;
    });
  }

  private List<Listed> page(Look look, List<ArchiveFile> files, int bucket, Ask ask, int most)
      throws SQLException {
    String filters =
        (ask.state().isEmpty() ? "" : OF_STATE) + (ask.text().isEmpty() ? "" : OF_TEXT);
    List<Listed> found = new ArrayList<>();
    try (Connection own = duck.duplicate();
        PreparedStatement statement =
            look.asks(own.prepareStatement(MINE.formatted(list(files), filters)))) {
      int at = 1;
      statement.setInt(at++, bucket);
      statement.setLong(at++, ask.userId());
      statement.setLong(at++, ask.below());
      statement.setLong(at++, ask.above());
      if (!ask.state().isEmpty()) {
        statement.setString(at++, ask.state());
      }
      if (!ask.text().isEmpty()) {
        for (int i = 0; i < 4; i++) {
          statement.setString(at++, ask.text());
        }
      }
      statement.setInt(at, most);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(new Listed(rows.getLong(1), rows.getString(2)));
        }
      }
    }
    return found;
  }

  private String list(List<ArchiveFile> files) {
    return files.stream()
        .map(file -> "'" + ArchiveWriter.quoted(archive.resolve(file.path())) + "'")
        .collect(Collectors.joining(", "));
  }

  /**
   * Looks, as one of few, and not for long. One that hangs keeps its turn until it ends, but nobody
   * waits for it.
   */
  private <T> T inTurn(Work<T> work) {
    Look look = new Look();
    try {
      if (!turns.tryAcquire(WAIT_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new ArchiveFailure("too many look into the archive");
      }
      return begun(look, work).get(lookMax.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      look.end();
      throw new ArchiveFailure("a look into the archive took longer than " + lookMax, e);
    } catch (InterruptedException e) {
      look.end();
      Thread.currentThread().interrupt();
      throw new ArchiveFailure("interrupted", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof ArchiveFailure failure
          ? failure
          : new ArchiveFailure("the archive can't be read", e.getCause());
    }
  }

  private <T> FutureTask<T> begun(Look look, Work<T> work) {
    FutureTask<T> task =
        new FutureTask<>(() -> {
          try {
            return work.run(look);
          } finally {
            turns.release();
          }
        });
    try {
      looks.execute(task);
      return task;
    } catch (RejectedExecutionException e) {
      turns.release();
      throw new ArchiveFailure("the archive's reader is closed", e);
    }
  }

  @Override
  public void close() {
    looks.shutdownNow();
    try {
      if (!looks.awaitTermination(STOP_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
        return; // one hangs in the engine, which ends with the process
      }
      duck.close();
    } catch (SQLException e) {
      throw new ArchiveFailure("the archive's reader can't be closed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
