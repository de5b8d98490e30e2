package io.tidegate.shop.reconciliation;

import io.tidegate.platform.db.Database;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.payment.StatementSource;
import io.tidegate.shop.payment.StatementText;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Statements taken and matched; what is done about differences: {@link DifferenceDesk}. */
public final class ReconciliationService {

  /** Between two tries to fetch a statement: twice as long each time, up to the most. */
  private static final Duration AGAIN_FIRST = Duration.ofMinutes(1);

  private static final Duration AGAIN_MAX = Duration.ofHours(1);

  private final Ground ground;
  private final StatementStore store;
  private final ExpectedDays expected;

  /**
   * What it stands on.
   *
   * @param providers the names of all that a day can be asked of
   * @param sources by provider; one that isn't there has its statements imported
   * @param zone cuts the business days
   */
  public record Ground(
      Database database,
      Set<String> providers,
      Map<String, StatementSource> sources,
      ZoneId zone) {}

  public ReconciliationService(Ground ground) {
    this.ground = ground;
    this.store = new StatementStore(ground.database(), ground.zone());
    this.expected = new ExpectedDays(ground.database(), store, ground.zone());
  }

  /** Why a day was not matched. */
  public enum Refusal {
    /** There is no statement of the day, and nobody to fetch it from. */
    NO_STATEMENT,
    /** The provider gave no whole statement: it is tried again by itself. */
    STATEMENT_UNAVAILABLE
  }

  /**
   * A page of a day.
   *
   * @param open differences of the whole day that are open
   * @param accepted those that people accepted
   * @param differences one more than was asked for where there are more
   */
  public record Shown(
      Day day, long open, long accepted, List<Day.Sum> sums, List<Difference> differences) {}

  /** The names of all providers that a day can be asked of. */
  public List<String> providers() {
    return ground.providers().stream().sorted().toList();
  }

  /** The provider to show first for a day: one whose differences are open, if there is one. */
  public Optional<String> firstToShow(LocalDate day) {
    List<String> known = providers();
    return known.stream()
        .filter(provider -> store.open(provider, day) > 0)
        .findFirst()
        .or(() -> known.stream().findFirst());
  }

  public ZoneId zone() {
    return ground.zone();
  }

  StatementStore store() {
    return store;
  }

  Map<String, StatementSource> sources() {
    return ground.sources();
  }

  /** A day with its differences behind an id; empty where nothing is known of it. */
  public Optional<Shown> show(String provider, LocalDate day, long after, int most) {
    return store
        .find(provider, day)
        .map(found ->
            new Shown(
                found,
                store.open(provider, day),
                store.accepted(provider, day),
                store.sums(provider, day),
                store.differences(provider, day, after, most)));
  }

  /** How many differences are open, of all days and providers. */
  public long open() {
    return store.open();
  }

  /** A difference by its id. */
  public Optional<Difference> find(long id) {
    return store.find(id);
  }

  /** Fetches a day's statement where it can be fetched, and matches it. */
  public Outcome<Day, Refusal> run(String provider, LocalDate day) {
    StatementSource source = ground.sources().get(provider);
    if (source != null) {
      Outcome<Day, Refusal> fetched = fetch(source, day);
      if (fetched instanceof Outcome.Refused<Day, Refusal> refused) {
        return refused;
      }
    }
    return match(provider, day);
  }

  /** The business day that it is now. */
  LocalDate today() {
    return ground.database().now().atZone(ground.zone()).toLocalDate();
  }

  /** Writes down the days up to one whose statements are wanted, at a moment. */
  void expect(String provider, LocalDate last, Instant now) {
    expected.expect(provider, last, now);
  }

  Outcome<Day, Refusal> fetch(StatementSource source, LocalDate day) {
    store.expect(source.provider(), day);
    Instant asked = ground.database().now();
    try (SpoolText spool = SpoolText.open()) {
      source.fetch(
          day, ground.zone(), line -> StatementStore.write(spool, source.provider(), day, line));
      store.load(source.provider(), day, "fetched", spool, StatementStore.settled(asked));
      return Outcome.applied(day(source.provider(), day));
    } catch (StatementSource.Unavailable e) {
      return failed(source.provider(), day, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Outcome<Day, Refusal> failed(String provider, LocalDate day, String why) {
    int tries = day(provider, day).tries();
    Duration again = AGAIN_FIRST.multipliedBy(1L << Math.min(tries, 10));
    store.failed(provider, day, why, again.compareTo(AGAIN_MAX) > 0 ? AGAIN_MAX : again);
    return Outcome.refused(Refusal.STATEMENT_UNAVAILABLE);
  }

  /**
   * Takes a day's statement from a file, in the place of one that was there.
   *
   * @param staff who does it: the token's subject
   * @throws StatementText.Malformed where it can't be read; nothing of it is taken then
   */
  public Day take(String provider, LocalDate day, InputStream csv, String staff)
      throws IOException {
    return new StatementService(ground.database(), ground.zone()).take(provider, day, csv, staff);
  }

  /** Matches what is there. */
  public Outcome<Day, Refusal> match(String provider, LocalDate day) {
    try {
      return new MatchBatch(ground.database(), provider, day, ground.zone()).all()
          ? Outcome.applied(day(provider, day))
          : Outcome.refused(Refusal.NO_STATEMENT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Looks again at a day's open differences. */
  void matchAgain(String provider, LocalDate day) {
    try {
      new MatchBatch(ground.database(), provider, day, ground.zone()).openOnes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Day day(String provider, LocalDate day) {
    return store.find(provider, day).orElseThrow();
  }
}
