package io.tidegate.shop.reconciliation;

import io.tidegate.platform.db.Database;
import io.tidegate.shop.payment.StatementText;
import io.tidegate.shop.staff.StaffStore;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/** Statements that staff bring as files, for the running system or beside it. */
public final class StatementService {

  private final Database database;
  private final StatementStore store;
  private final ZoneId zone;

  /**
   * @param zone cuts the business days
   */
  public StatementService(Database database, ZoneId zone) {
    this.database = database;
    this.zone = zone;
    this.store = new StatementStore(database, zone);
  }

  /**
   * Takes a day's statement in the place of one that was there. The system matches it soon after.
   * That it is taken is on record before it is (C6).
   *
   * @param staff who does it: the token's subject
   * @throws StatementText.Malformed where it can't be read; nothing of it was taken
   */
  public Day take(String provider, LocalDate day, InputStream csv, String staff)
      throws IOException {
    Instant known = StatementStore.settled(database.now());
    Instant end = day.plusDays(1).atStartOfDay(zone).toInstant();
    try (SpoolText spool = SpoolText.open()) {
      Last last = new Last();
      StatementText.read(
          csv,
          line -> {
            last.hear(line.at());
            StatementStore.write(spool, provider, day, line);
          });
      database.write(
          "record-act",
          tx -> {
            StaffStore.record(
                tx,
                staff,
                "reconciliation.import",
                "statement " + provider + " " + day,
                json -> json.field("lines", spool.rows()));
            return true;
          });
      // A file of a day that is not over was made some time ago: it tells nothing of since then.
      boolean isOver = !known.isBefore(end);
      store.load(
          provider, day, "imported", spool, isOver || known.isBefore(last.at) ? known : last.at);
    }
    return store.find(provider, day).orElseThrow();
  }

  /** The last moment that a file tells of. */
  private static final class Last {
    private Instant at = Instant.EPOCH;

    void hear(Instant of) {
      if (of.isAfter(at)) {
        at = of;
      }
    }
  }
}
