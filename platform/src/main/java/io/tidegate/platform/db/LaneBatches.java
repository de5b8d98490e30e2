package io.tidegate.platform.db;

import io.tidegate.platform.trace.Entered;
import io.tidegate.platform.trace.Span;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a lane's batches, and answers for what goes wrong in one.
 *
 * <p>Transient: the whole batch again, a bounded number of times. Thrown back by the database: the
 * batch again, now with load. A data error: halves, until the culprit stands alone. A decision that
 * throws: the batch again without it.
 */
final class LaneBatches<C, B, R> {

  private static final Logger log = LoggerFactory.getLogger(LaneBatches.class);

  /** A batch that loads again sees what stood against it; where that doesn't help, halves do. */
  private static final int CONFLICT_ATTEMPTS_MAX = 3;

  private static final long BACKOFF_FIRST_MILLIS = 10;
  private static final long BACKOFF_MAX_MILLIS = 1_000;

  private final LaneSettings settings;
  private final Database database;
  private final LaneHandler<C, B, R> handler;
  private final LaneMetrics metrics;
  private final BooleanSupplier ending;

  /** Whether the database could not do the last batch: then those that wait would wait for it. */
  private volatile boolean inTrouble;

  LaneBatches(
      LaneSettings settings,
      Database database,
      LaneHandler<C, B, R> handler,
      LaneMetrics metrics,
      BooleanSupplier ending) {
    this.settings = settings;
    this.database = database;
    this.handler = handler;
    this.metrics = metrics;
    this.ending = ending;
  }

  boolean areInTrouble() {
    return inTrouble;
  }

  /** Runs the commands and answers every one of them, whatever happens. */
  void run(List<Pending<C, R>> batch) {
    metrics.batch(batch.size(), System.nanoTime() - batch.getFirst().queuedNanos);
    Span span = database.tracer().isOn() ? span(batch) : Span.NONE;
    try (Entered _ = span.enter()) {
      List<Pending<C, R>> first = new ArrayList<>(batch.size());
      List<Pending<C, R>> loading = new ArrayList<>();
      for (Pending<C, R> pending : batch) {
        (handler.mayGoFirst(pending.command) ? first : loading).add(pending);
      }
      runFirst(first);
      runLoading(loading);
    } catch (RuntimeException | Error e) {
      // Also an Error ends with its batch: a lane without workers would take commands for ever.
      log.error("lane {}: a batch of {} failed", settings.name(), batch.size(), e);
      RuntimeException failure =
          e instanceof RuntimeException known ? known : new IllegalStateException(e);
      batch.forEach(pending -> pending.fail(failure));
    } finally {
      span.end();
    }
  }

  /** A batch has a trace of its own, which the traced ones of its commands and it name. */
  private Span span(List<Pending<C, R>> batch) {
    Span span = Span.NONE;
    for (Pending<C, R> pending : batch) {
      pending.taken();
      if (pending.span().isTold()) {
        if (!span.isTold()) {
          span = database.tracer().common("batch of lane " + settings.name());
          span.with("tidegate.lane", settings.name()).with("tidegate.commands", batch.size());
        }
        pending.span().link(span);
        span.link(pending.span());
      }
    }
    return span;
  }

  private void runFirst(List<Pending<C, R>> batch) {
    if (batch.isEmpty()) {
      return;
    }
    Attempt result = attempt(batch, false);
    if (result instanceof Attempt.Failed failed) {
      if (failed.cause() instanceof DatabaseFailure.Conflict) {
        metrics.thrownBack();
        tell(() -> handler.thrownBack(batch.stream().map(pending -> pending.command).toList()));
      } else {
        log.debug("lane {}: without load: {}", settings.name(), failed.cause().getMessage());
      }
      if (isGivenUp(failed.cause())) {
        batch.forEach(pending -> pending.fail(failed.cause()));
      } else if (!failed.settled()) {
        runLoading(batch);
      }
    } else if (result instanceof Attempt.Culprit culprit) {
      culprit.fail();
      runFirst(without(batch, culprit.index()));
    }
  }

  private void runLoading(List<Pending<C, R>> batch) {
    if (batch.isEmpty()) {
      return;
    }
    for (int attempt = 1; ; attempt++) {
      switch (attempt(batch, true)) {
        case Attempt.Done _ -> {
          return;
        }
        case Attempt.Culprit culprit -> {
          culprit.fail();
          runLoading(without(batch, culprit.index()));
          return;
        }
        case Attempt.Failed(DatabaseFailure cause, boolean settled) -> {
          if (settled) {
            return;
          }
          if (attempt < attemptsMax(cause, batch.size()) && !isGivenUp(cause)) {
            metrics.retried();
            backOff(attempt);
            continue;
          }
          if (cause instanceof DatabaseFailure.Transient || batch.size() == 1) {
            log.warn(
                "lane {}: {} commands failed: {}",
                settings.name(),
                batch.size(),
                cause.getMessage());
            batch.forEach(pending -> pending.fail(cause));
            return;
          }
          metrics.split();
          runLoading(List.copyOf(batch.subList(0, batch.size() / 2)));
          runLoading(List.copyOf(batch.subList(batch.size() / 2, batch.size())));
          return;
        }
      }
    }
  }

  /** A stopping program doesn't wait for what may pass by itself. */
  private boolean isGivenUp(DatabaseFailure cause) {
    return cause instanceof DatabaseFailure.Transient && ending.getAsBoolean();
  }

  private int attemptsMax(DatabaseFailure cause, int commands) {
    return switch (cause) {
      case DatabaseFailure.Transient _ -> settings.attemptsMax();
      case DatabaseFailure.Conflict _ when commands == 1 -> settings.attemptsMax();
      case DatabaseFailure.Conflict _ -> Math.min(settings.attemptsMax(), CONFLICT_ATTEMPTS_MAX);
      case DatabaseFailure.BadData _, DatabaseFailure.Broken _, DatabaseFailure.CommitUnknown _ ->
          1;
    };
  }

  /** A handler that fails at hearing what has happened changes nothing of it. */
  private void tell(Runnable news) {
    try {
      news.run();
    } catch (RuntimeException e) {
      log.error("lane {}: its handler failed after a batch", settings.name(), e);
    }
  }

  /** How one try of a batch ended. */
  private sealed interface Attempt {
    record Done() implements Attempt {}

    record Failed(DatabaseFailure cause, boolean settled) implements Attempt {}

    record Culprit(int index, Runnable failure) implements Attempt {
      void fail() {
        failure.run();
      }
    }
  }

  private Attempt attempt(List<Pending<C, R>> batch, boolean load) {
    List<C> commands = new ArrayList<>(batch.size());
    batch.forEach(pending -> commands.add(pending.command));
    Run run = new Run(commands, load);
    try {
      B copy = database.writeOnce(run);
      inTrouble = false;
      run.measure();
      for (int i = 0; i < batch.size(); i++) {
        batch.get(i).answer(run.results.get(i));
      }
      tell(() -> handler.committed(copy));
      return new Attempt.Done();
    } catch (DecisionThrew e) {
      Pending<C, R> culprit = batch.get(e.index);
      log.error("lane {}: a decision threw", settings.name(), e.getCause());
      return new Attempt.Culprit(
          e.index,
          () -> culprit.fail(new IllegalStateException("the decision threw", e.getCause())));
    } catch (DatabaseFailure.CommitUnknown e) {
      inTrouble = true;
      batch.forEach(pending -> pending.fail(e));
      return new Attempt.Failed(e, true);
    } catch (DatabaseFailure e) {
      inTrouble = e instanceof DatabaseFailure.Transient;
      return new Attempt.Failed(e, false);
    }
  }

  private final class Run implements TxWork<B> {
    private final List<C> commands;
    private final boolean load;
    private List<R> results = new ArrayList<>();
    private long startNanos;
    private long loadedNanos;
    private long decidedNanos;
    private long savedNanos;

    Run(List<C> commands, boolean load) {
      this.commands = commands;
      this.load = load;
    }

    @Override
    public B run(Tx tx) {
      startNanos = System.nanoTime();
      results = new ArrayList<>(commands.size());
      B copy = load ? handler.load(tx, commands) : handler.assume(commands);
      Instant now = tx.now();
      loadedNanos = System.nanoTime();
      for (int i = 0; i < commands.size(); i++) {
        try {
          results.add(handler.decide(copy, commands.get(i), now));
        } catch (RuntimeException | Error e) {
          throw new DecisionThrew(i, e);
        }
      }
      decidedNanos = System.nanoTime();
      handler.save(tx, copy);
      savedNanos = System.nanoTime();
      return copy;
    }

    void measure() {
      metrics.steps(
          loadedNanos - startNanos,
          decidedNanos - loadedNanos,
          savedNanos - decidedNanos,
          System.nanoTime() - savedNanos);
    }
  }

  private static final class DecisionThrew extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int index;

    DecisionThrew(int index, Throwable cause) {
      super("decision " + index, cause);
      this.index = index;
    }
  }

  private static <P> List<P> without(List<P> batch, int index) {
    List<P> rest = new ArrayList<>(batch);
    rest.remove(index);
    return rest;
  }

  private static void backOff(int attempt) {
    long millis = Math.min(BACKOFF_MAX_MILLIS, BACKOFF_FIRST_MILLIS << (attempt - 1));
    try {
      Thread.sleep(millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
