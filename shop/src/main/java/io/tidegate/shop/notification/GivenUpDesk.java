package io.tidegate.shop.notification;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.http.Access;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.staff.StaffStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Where staff see messages that were given up, and have one sent again: with all of its tries, and
 * under the same name, so who takes a name once doesn't send it twice. Each act is on record (C6).
 */
public final class GivenUpDesk {

  /** Who sees them and acts. */
  public static final Access STAFF = Access.staff("admin", "support");

  /** What is told as given up of late. */
  static final Duration OF_LATE = Duration.ofDays(1);

  /** With more messages than this, they are not counted further. */
  static final int COUNT_MAX = 10_000;

  private final Database database;
  private final MessageStore store;
  private final Runnable due;

  /**
   * How many there are.
   *
   * @param messages given up within {@link #OF_LATE}, {@link #COUNT_MAX} at most
   * @param oldest how long ago the first of them was; zero where there are none
   */
  public record Figures(long messages, Duration oldest) {}

  /** Why a message is not sent again. */
  public enum Refusal {
    NO_SUCH_MESSAGE
  }

  /**
   * A desk.
   *
   * @param due told after a commit that a message is due
   */
  public GivenUpDesk(Database database, MessageStore store, Runnable due) {
    this.database = database;
    this.store = store;
    this.due = due;
  }

  /**
   * Messages that were given up, newest first.
   *
   * @param before the id of the page's predecessor; {@code Long.MAX_VALUE} for the first page
   */
  public List<GivenUp> list(long before, int rowsMax) {
    return store.failed(before, rowsMax);
  }

  /** The figures of now. */
  public Figures figures() {
    return store.failedFigures(OF_LATE, COUNT_MAX);
  }

  /**
   * Has a message that was given up sent again; one that was not is left as it is.
   *
   * @param actor who acts: the token's subject
   */
  public Outcome<Message, Refusal> sendAgain(long orderNumber, long id, String actor) {
    Outcome<Message, Refusal> outcome =
        database.write(
            "message-again",
            tx -> {
              Optional<Message> found = MessageStore.lock(tx, orderNumber, id);
              if (found.isEmpty()) {
                return Outcome.refused(Refusal.NO_SUCH_MESSAGE);
              }
              Message message = found.get();
              if (message.state() != MessageState.FAILED) {
                return Outcome.alreadyApplied(message);
              }
              MessageStore.sendAgain(tx, message);
              StaffStore.record(
                  tx,
                  actor,
                  "message.send-again",
                  "order " + orderNumber,
                  json ->
                      json.field("message", Long.toString(id))
                          .field("template", message.template())
                          .field("tries", message.tries()));
              return Outcome.applied(message);
            });
    if (outcome instanceof Outcome.Applied) {
      due.run();
    }
    return outcome;
  }
}
