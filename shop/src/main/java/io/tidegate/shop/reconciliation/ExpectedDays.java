package io.tidegate.shop.reconciliation;

import io.tidegate.platform.db.Database;
import io.tidegate.shop.payment.BookStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The days that a statement is wanted of: all since the first one that is known, so that none is
 * left out while the system was down; at the very first, since our book's first movement.
 */
final class ExpectedDays {

  /** What is older is wanted only when somebody asks for it. */
  static final int DAYS_MAX = 30;

  private final Database database;
  private final StatementStore store;
  private final ZoneId zone;

  ExpectedDays(Database database, StatementStore store, ZoneId zone) {
    this.database = database;
    this.store = store;
    this.zone = zone;
  }

  /** Writes down what is wanted up to a day. */
  void expect(String provider, LocalDate last) {
    LocalDate earliest = last.minusDays(DAYS_MAX - 1);
    Optional<LocalDate> first =
        store
            .oldest(provider)
            .filter(day -> !day.isAfter(last))
            .or(() -> firstMoved(provider, earliest, last));
    if (first.isEmpty()) {
      return; // nothing has moved: nobody has a statement of it
    }
    LocalDate from = first.get().isBefore(earliest) ? earliest : first.get();
    Set<LocalDate> known = store.known(provider, from, last);
    from.datesUntil(last.plusDays(1))
        .filter(day -> !known.contains(day))
        .forEach(day -> store.expect(provider, day));
  }

  /** The first of these days on which our book has something; it reads no more than that day. */
  private Optional<LocalDate> firstMoved(String provider, LocalDate from, LocalDate last) {
    try {
      return database.bulk(
          MatchBatch.STATEMENT_MAX,
          bulk -> {
            AtomicBoolean moved = new AtomicBoolean();
            for (LocalDate day = from; !day.isAfter(last); day = day.plusDays(1)) {
              BookStore.between(
                  bulk,
                  provider,
                  day.atStartOfDay(zone).toInstant(),
                  day.plusDays(1).atStartOfDay(zone).toInstant(),
                  _ -> moved.set(true));
              if (moved.get()) {
                return Optional.of(day);
              }
            }
            return Optional.empty();
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
