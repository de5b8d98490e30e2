package io.tidegate.shop.reconciliation;

import io.tidegate.platform.db.Bulk;
import io.tidegate.platform.db.Database;
import io.tidegate.shop.payment.BookStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The days that a statement is wanted of: all since the first one that is known, so that none is
 * left out while the system was down; at the very first, since our book's first movement.
 */
final class ExpectedDays {

  /** What is older is wanted only when somebody asks for it. */
  static final int DAYS_MAX = 30;

  /**
   * How long nobody looks again for a provider's first movement: it is a look at all those days.
   */
  static final Duration NOT_AGAIN = Duration.ofMinutes(10);

  private final Database database;
  private final StatementStore store;
  private final ZoneId zone;

  /** Until when nobody looks again for a provider's first movement. */
  private final Map<String, Instant> notBefore = new ConcurrentHashMap<>();

  ExpectedDays(Database database, StatementStore store, ZoneId zone) {
    this.database = database;
    this.store = store;
    this.zone = zone;
  }

  /** Writes down what is wanted up to a day, at a moment. */
  void expect(String provider, LocalDate last, Instant now) {
    LocalDate earliest = last.minusDays(DAYS_MAX - 1);
    Optional<LocalDate> first =
        store
            .oldest(provider)
            .filter(day -> !day.isAfter(last))
            .or(() -> firstMoved(provider, earliest, last, now));
    if (first.isEmpty()) {
      return; // nothing has moved: nobody has a statement of it
    }
    LocalDate from = first.get().isBefore(earliest) ? earliest : first.get();
    Set<LocalDate> known = store.known(provider, from, last);
    from.datesUntil(last.plusDays(1))
        .filter(day -> !known.contains(day))
        .forEach(day -> store.expect(provider, day));
  }

  /** The first of these days on which our book has something. */
  private Optional<LocalDate> firstMoved(
      String provider, LocalDate from, LocalDate last, Instant now) {
    if (now.isBefore(notBefore.getOrDefault(provider, Instant.MIN))) {
      return Optional.empty();
    }
    notBefore.put(provider, now.plus(NOT_AGAIN)); // Also where the look fails, or takes too long.
    try {
      return database.bulk(
          MatchBatch.STATEMENT_MAX,
          bulk ->
              moved(bulk, provider, from, last)
                  ? from.datesUntil(last.plusDays(1))
                      .filter(day -> moved(bulk, provider, day, day))
                      .findFirst()
                  : Optional.empty());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean moved(Bulk bulk, String provider, LocalDate from, LocalDate last) {
    return BookStore.moved(
        bulk,
        provider,
        from.atStartOfDay(zone).toInstant(),
        last.plusDays(1).atStartOfDay(zone).toInstant());
  }
}
