package io.tidegate.shop.reconciliation;

import io.tidegate.platform.db.Database;
import io.tidegate.shop.payment.BookStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;
import java.util.Set;

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

  /**
   * The first of these days on which our book has something; it reads no more than that day. While
   * there is none, which is asked again and again on a shop's first day, that is one question.
   */
  private Optional<LocalDate> firstMoved(String provider, LocalDate from, LocalDate last) {
    try {
      return database.bulk(
          MatchBatch.STATEMENT_MAX,
          bulk -> {
            Instant end = start(last.plusDays(1));
            return BookStore.moved(bulk, provider, start(from), end)
                ? from.datesUntil(last.plusDays(1))
                    .filter(
                        day -> BookStore.moved(bulk, provider, start(day), start(day.plusDays(1))))
                    .findFirst()
                : Optional.empty();
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Instant start(LocalDate day) {
    return day.atStartOfDay(zone).toInstant();
  }
}
