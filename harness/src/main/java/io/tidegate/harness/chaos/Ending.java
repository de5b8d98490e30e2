package io.tidegate.harness.chaos;

import io.tidegate.harness.bench.AuditNames;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** The end of a long run: waits until all is done, and compares everything with everything. */
final class Ending {
  /** A parcel, a refund with its tries, an unpaid order: all are done within this. */
  private static final Duration DRAIN_MAX = Duration.ofMinutes(5);

  private static final Duration TOLD_EVERY = Duration.ofSeconds(10);
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  /** The zone that cuts the days of statements, here and at the simulated provider. */
  private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");

  private static final int AT_ONCE_MAX = 32;

  /** Of the orders that nothing was claimed of, one of so many is looked at. */
  private static final int PAGE_OF = 20;

  private final Tidegate tidegate;
  private final Rig rig;
  private final HttpDoor door;
  private final EvidenceReader reader;
  private final Desk desk;
  private final Statements statements;
  private final Consumer<String> progress;
  private final Instant begun = Instant.now();

  /**
   * How much was compared.
   *
   * @param outcome orders, and what the audit in full found
   * @param captures lines of the provider's book, as its refunds
   * @param pages orders as their customers see them
   * @param lines of the statements, of all providers and of each
   * @param names promises that the audit looked at rows for
   */
  record Compared(
      Outcome outcome,
      long captures,
      long refunds,
      long pages,
      long lines,
      long matched,
      Map<String, Statements.Lines> byProvider,
      long names) {}

  Ending(
      Tidegate tidegate,
      Rig rig,
      HttpDoor door,
      EvidenceReader reader,
      Desk desk,
      Statements statements,
      Consumer<String> progress) {
    this.tidegate = tidegate;
    this.rig = rig;
    this.door = door;
    this.reader = reader;
    this.desk = desk;
    this.statements = statements;
    this.progress = progress;
  }

  /** The desk works on until its lists are empty and the auditor finds the system at rest. */
  List<Finding> drain() throws ChaosFailure, InterruptedException {
    long until = System.nanoTime() + DRAIN_MAX.toNanos();
    long told = System.nanoTime();
    while (true) {
      int waiting = desk.round();
      String pending = "";
      if (waiting == 0) {
        JsonNode audit = tidegate.audit(rig.data(), false);
        if (audit.path("atRest").asBoolean(false)) {
          return List.of();
        }
        pending = audit.path("pending").toString();
      }
      String how =
          waiting < 0
              ? "the staff's lists can't be read"
              : waiting + " wait for a person, pending " + pending;
      if (System.nanoTime() > until) {
        return List.of(Finding.broken("not at rest " + DRAIN_MAX + " after the faults: " + how));
      }
      if (System.nanoTime() - told > TOLD_EVERY.toNanos()) {
        told = System.nanoTime();
        progress.accept("draining: " + how);
      }
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
  }

  /** Our rows, the provider's book, what customers see and were told, the statements, the audit. */
  Compared compare(List<Life> lives, Duel.Findings findings)
      throws ChaosFailure, InterruptedException, SQLException, IOException {
    Statements.Result told = statements.reconcile(days());
    told.findings().forEach(findings::add);
    progress.accept("the pages of the orders");
    Map<String, OrderPage> pages = pages(lives, findings);
    progress.accept("our book against the provider's, and what customers were told");
    Evidence evidence = reader.above(0, false);
    BookCheck.Result book = BookCheck.of(evidence);
    book.findings().forEach(findings::add);
    LifeCheck.of(lives, evidence, pages).forEach(findings::add);
    progress.accept("the audit in full");
    JsonNode audit = tidegate.audit(rig.data(), true);
    if (!audit.path("atRest").asBoolean(false)) {
      findings.add(Finding.broken("the audit in full finds no rest: " + audit.path("pending")));
    }
    List<Finding> broken = Healing.broken(audit, true);
    broken.forEach(findings::add);
    List<String> tookTooLong = AuditNames.tookTooLong(audit);
    tookTooLong.forEach(name -> findings.add(Healing.noTime(name)));
    long names = 0;
    for (JsonNode name : audit.path("invariants")) {
      names += name.path("checked").longValue() > 0 ? 1 : 0;
    }
    return new Compared(
        new Outcome(
            lives.size(),
            acknowledged(lives),
            Optional.of((long) evidence.orders().size()),
            Optional.of((long) broken.size()),
            audit.path("atRest").asBoolean(false),
            tookTooLong),
        book.captures(),
        book.refunds(),
        pages.size(),
        told.lines(),
        told.matched(),
        told.byProvider(),
        names);
  }

  /** Orders whose customers were told that they are placed. */
  static long acknowledged(List<Life> lives) {
    return lives.stream().filter(life -> life.number() != null).count();
  }

  private List<LocalDate> days() {
    List<LocalDate> days = new ArrayList<>();
    LocalDate last = LocalDate.now(ZONE);
    for (LocalDate day = LocalDate.ofInstant(begun, ZONE);
        !day.isAfter(last);
        day = day.plusDays(1)) {
      days.add(day);
    }
    return days;
  }

  private Map<String, OrderPage> pages(List<Life> lives, Duel.Findings findings)
      throws InterruptedException {
    Map<String, OrderPage> pages = new ConcurrentHashMap<>();
    Semaphore places = new Semaphore(AT_ONCE_MAX);
    int unclaimed = 0;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Life life : lives) {
        String number = life.number();
        boolean wanted = !life.claims().isEmpty() || unclaimed++ % PAGE_OF == 0;
        if (number == null || !wanted) {
          continue;
        }
        places.acquire();
        threads.execute(() -> {
          try {
            Answer answer = door.get(life.path(), life.token());
            if (answer instanceof Answer.Done(int _, JsonNode body, boolean _)) {
              pages.put(number, OrderPage.of(body));
            } else {
              findings.add(Finding.lost(life + ": its page is answered " + answer));
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } finally {
            places.release();
          }
        });
      }
    }
    return pages;
  }
}
