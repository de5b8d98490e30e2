package io.tidegate.platform.messaging;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.Question;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Events that consumers could not do: parked, so that others flow on; visible and replayable. */
public final class DeadLetters {

  private static final int ERROR_CHARS_MAX = 300;
  private static final String COLUMNS =
      "id, consumer, position, type, key, state, tries, next_at, first_at, error";

  private static final Sql PARK =
      Sql.of(
          """
          insert into messaging.dead_letter
            (consumer, position, type, key, state, tries, next_at, error)
          values (?, ?, ?, ?, ?, 1, clock_timestamp() + ? * interval '1 millisecond', ?)
          on conflict (consumer, position) do nothing
          """);
  private static final Sql LIST =
      Sql.of(
          "select "
              + COLUMNS
              + """
               from messaging.dead_letter
              where id > ? and state <> 'discarded' and consumer = coalesce(?::text, consumer)
              order by id limit ?
              """);
  private static final Sql ONE =
      Sql.of("select " + COLUMNS + " from messaging.dead_letter where id = ?");
  private static final Sql STATES =
      Sql.of(
          """
          select key, consumer, state, tries from messaging.dead_letter
          where key = any(?::bigint[]) and consumer = any(?::text[]) and state <> 'discarded'
          order by key, consumer, state
          """);
  private static final Sql REPLAY =
      Sql.of(
          """
          update messaging.dead_letter
          set state = 'retrying', tries = 0, next_at = clock_timestamp()
          where id = ? and state in ('dead', 'retrying')
          returning 1
          """);
  private static final Sql DISCARD =
      Sql.of(
          """
          update messaging.dead_letter set state = 'discarded', closed_by = ?, closed_reason = ?
          where id = ? and state in ('dead', 'retrying')
          returning 1
          """);

  private final Database database;

  public DeadLetters(Database database) {
    this.database = database;
  }

  /** What is parked, oldest first, after an id; of one consumer or of all. */
  public List<DeadLetter> list(@Nullable String consumer, long after, int limit) {
    return database.read(LIST, DeadLetters::letter, after, consumer, limit);
  }

  public Optional<DeadLetter> get(long id) {
    return database.read(ONE, DeadLetters::letter, id).stream().findFirst();
  }

  /**
   * Has an event tried again at once, with all its tries.
   *
   * @return false when there is none, or it was discarded or done meanwhile
   */
  public boolean replay(long id) {
    try {
      database.writeOnce(tx -> {
        replay(tx, id);
        return true;
      });
      return true;
    } catch (DatabaseFailure.Conflict _) {
      return false;
    }
  }

  /** The same within a transaction, which fails as a conflict where nothing is parked any more. */
  public void replay(Tx tx, long id) {
    tx.writeExpecting(1, REPLAY, id);
  }

  /**
   * Decides that an event will not be done; that settles it.
   *
   * @param by who decides
   * @return false when there is none, or it was discarded or done meanwhile
   */
  public boolean discard(long id, String by, String reason) {
    Optional<DeadLetter> letter = get(id);
    if (letter.isEmpty()) {
      return false;
    }
    try {
      database.writeOnce(tx -> {
        discard(tx, letter.get(), by, reason);
        return true;
      });
      return true;
    } catch (DatabaseFailure.Conflict _) {
      return false;
    }
  }

  /** The same within a transaction, which fails as a conflict where nothing is parked any more. */
  public void discard(Tx tx, DeadLetter letter, String by, String reason) {
    tx.writeExpecting(1, DISCARD, by, reason, letter.id());
    Receipts.write(tx, letter.consumer(), Map.of(Receipts.FED, List.of(event(letter))));
  }

  /**
   * What of these keys is parked, for each of these consumers that has something parked; a key that
   * is not there has nothing parked.
   */
  public static Question<Map<String, Map<Long, EffectState>>> whichOfKeys(
      List<String> consumers, long... keys) {
    return Question.of(
        STATES, Parked::read, DeadLetters::byConsumer, keys, consumers.toArray(String[]::new));
  }

  private record Parked(long key, String consumer, EffectState state) {
    static Parked read(Row row) throws SQLException {
      return new Parked(
          row.getLong(1),
          row.getString(2),
          new EffectState(DeadLetters.state(row.getString(3)), row.getInt(4)));
    }
  }

  private static Map<String, Map<Long, EffectState>> byConsumer(List<Parked> parked) {
    Map<String, Map<Long, EffectState>> states = new HashMap<>();
    for (Parked one : parked) { // dead first
      states
          .computeIfAbsent(one.consumer(), _ -> new HashMap<>())
          .putIfAbsent(one.key(), one.state());
    }
    return states;
  }

  /**
   * How an effect stands that is not done.
   *
   * @param tries how often it was tried
   */
  public record EffectState(DeadLetter.State state, int tries) {}

  void park(String consumer, LoggedEvent event, Throwable cause, List<Duration> waits) {
    boolean again = !waits.isEmpty();
    database.write(
        "park",
        tx -> {
          tx.write(
              PARK,
              consumer,
              event.position(),
              event.type(),
              event.key(),
              again ? "retrying" : "dead",
              again ? waits.getFirst().toMillis() : 0L,
              describe(cause));
          return true;
        });
  }

  /** The kind of an error, and the first line of what it says; values are not quoted. */
  static String describe(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    int end = message.indexOf('\n');
    String line =
        cause.getClass().getSimpleName()
            + ": "
            + message.substring(0, end < 0 ? message.length() : end);
    return line.substring(0, Math.min(ERROR_CHARS_MAX, line.length())).replace('\0', ' ');
  }

  private static LoggedEvent event(DeadLetter letter) {
    return new LoggedEvent(
        letter.position(), letter.type(), letter.key(), 0, letter.firstAt(), "", new byte[0]);
  }

  static DeadLetter letter(Row row) throws SQLException {
    return new DeadLetter(
        row.getLong(1),
        row.getString(2),
        row.getLong(3),
        row.getString(4),
        row.getLong(5),
        state(row.getString(6)),
        row.getInt(7),
        row.getInstant(8),
        row.getInstant(9),
        row.getString(10));
  }

  private static DeadLetter.State state(String name) {
    return DeadLetter.State.valueOf(name.toUpperCase(Locale.ROOT));
  }
}
