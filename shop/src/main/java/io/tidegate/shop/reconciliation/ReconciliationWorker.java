package io.tidegate.shop.reconciliation;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.Leases;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.payment.StatementSource;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reconciles yesterday each day at a set hour, on one node, and what was missed before: fetches
 * statements, tries again what could not be fetched, matches what was imported, and looks again at
 * what differs.
 */
public final class ReconciliationWorker implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ReconciliationWorker.class);
  private static final String LEASE = "reconciliation";
  private static final Duration SLEEP = Duration.ofSeconds(20);

  /** Longer than a turn with a large statement. */
  private static final Duration LEASE_TIME = Duration.ofMinutes(10);

  /** Older differences are looked at again only when somebody runs their day. */
  private static final int LOOKED_AT_DAYS = 7;

  /** In a turn, of each kind of work. */
  private static final int DAYS_MAX = 20;

  /** Before all places. */
  private static final StatementStore.Place START =
      new StatementStore.Place("", LocalDate.of(1, 1, 1));

  private final Database database;
  private final ReconciliationService service;
  private final int hour;
  private final String holder;
  private final Leases leases;
  private final Thread thread;
  private volatile boolean closed;

  /** Where the last turn left off looking again. */
  private StatementStore.Place looked = START;

  /**
   * @param hour of the business day from which on statements up to yesterday's are there
   * @param node this process's name
   */
  public ReconciliationWorker(
      Database database, ReconciliationService service, int hour, String node) {
    this.database = database;
    this.service = service;
    this.hour = hour;
    this.holder = node;
    this.leases = new Leases(database);
    this.thread = Thread.ofVirtual().name("reconciliation").unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  @Override
  public void close() {
    closed = true;
    if (thread.getState() == Thread.State.NEW) {
      return; // a node without this role never started it
    }
    LockSupport.unpark(thread);
    try {
      if (thread.join(Duration.ofSeconds(3))) {
        leases.release(LEASE, holder);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (DatabaseFailure e) {
      log.debug("the lease runs out by itself: {}", e.getMessage());
    }
  }

  private void run() {
    while (!closed) {
      try {
        if (leases.hold(LEASE, holder, LEASE_TIME).isPresent()) {
          turn(database.now().atZone(service.zone()));
        }
      } catch (DatabaseFailure e) {
        log.warn("reconciling is put off: {}", e.getMessage());
      } catch (RuntimeException e) {
        log.error("reconciling failed", e);
      }
      if (!closed) {
        LockSupport.parkNanos(SLEEP.toNanos());
      }
    }
  }

  /** Does all that is to be done at this moment. */
  void turn(ZonedDateTime now) {
    LocalDate today = now.toLocalDate();
    if (!now.toLocalTime().isBefore(LocalTime.of(hour, 0))) {
      LocalDate yesterday = today.minusDays(1);
      service.sources().keySet().forEach(name -> service.expect(name, yesterday, now.toInstant()));
    }
    for (Day due : service.store().due(DAYS_MAX)) {
      StatementSource source = service.sources().get(due.provider());
      if (source != null && service.fetch(source, due.day()) instanceof Outcome.Refused) {
        log.warn("no statement of {} by {} yet", due.day(), due.provider());
      }
    }
    for (Day day : service.store().unmatched(DAYS_MAX)) {
      service.match(day.provider(), day.day());
      long open = service.store().open(day.provider(), day.day());
      if (open > 0) {
        log.warn("{} by {}: {} differences are open", day.day(), day.provider(), open);
      }
    }
    lookAgain(today.minusDays(LOOKED_AT_DAYS));
  }

  /** Goes round: places that stay as they are don't keep others from being looked at. */
  private void lookAgain(LocalDate from) {
    List<StatementStore.Place> places = service.store().differing(from, looked, DAYS_MAX);
    for (StatementStore.Place place : places) {
      looked = place; // before it: one that fails does not hold up those behind it
      service.matchAgain(place.provider(), place.day());
    }
    if (places.size() < DAYS_MAX) {
      looked = START;
    }
  }
}
