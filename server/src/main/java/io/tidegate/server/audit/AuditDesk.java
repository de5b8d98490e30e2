package io.tidegate.server.audit;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs audits behind a page, one at a time on this node, and shows what the last one found. */
public final class AuditDesk {
  private static final Logger log = LoggerFactory.getLogger(AuditDesk.class);
  private static final Sql LAST =
      Sql.of("select report::text from audit.report order by id desc limit 1");
  private static final Progress IDLE = new Progress(false, "", false);

  private final Database database;
  private final String jdbcUrl;
  private final AtomicReference<Progress> progress = new AtomicReference<>(IDLE);

  /**
   * How far an audit is.
   *
   * @param doing what it looks at
   * @param failed whether the last one that was begun here could not be finished
   */
  public record Progress(boolean running, String doing, boolean failed) {}

  /**
   * A desk.
   *
   * @param database where reports are read
   * @param jdbcUrl the same with user and password: an audit has a session of its own
   */
  public AuditDesk(Database database, String jdbcUrl) {
    this.database = database;
    this.jdbcUrl = jdbcUrl;
  }

  /** What the last audit found, whoever ran it. */
  public Optional<AuditReport> last() {
    return database.read(LAST, row -> AuditReport.of(row.getString(1))).stream().findFirst();
  }

  public Progress progress() {
    return progress.get();
  }

  /**
   * Begins an audit.
   *
   * @return false when one is running
   */
  public boolean start(boolean full) {
    Progress before = progress.get();
    if (before.running() || !progress.compareAndSet(before, new Progress(true, "", false))) {
      return false;
    }
    Thread.ofVirtual().name("audit").start(() -> run(full));
    return true;
  }

  private void run(boolean full) {
    try {
      Auditor.run(
          jdbcUrl,
          AuditOptions.of(full, AuditOptions.CONSUMERS),
          line -> progress.set(new Progress(true, line, false)));
      progress.set(IDLE);
    } catch (RuntimeException e) {
      log.warn("an audit could not be finished", e);
      progress.set(new Progress(false, "", true));
    }
  }
}
