package io.tidegate.server.feed;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.Tx;
import io.tidegate.platform.messaging.Replay;
import io.tidegate.platform.messaging.ReplayDesk;
import io.tidegate.shop.staff.StaffStore;
import java.util.Optional;
import java.util.function.Consumer;

/** What staff do about replays, each act on record with what it did. */
public final class ReplayActs {

  private final Database database;
  private final ReplayDesk desk;

  public ReplayActs(Database database, ReplayDesk desk) {
    this.database = database;
    this.desk = desk;
  }

  /** What may be done to a replay that was begun. */
  public enum Turn {
    PAUSE,
    RESUME,
    CANCEL
  }

  public ReplayDesk desk() {
    return desk;
  }

  /**
   * Begins a replay.
   *
   * @return empty where the group has one already, or too many are open
   */
  public Optional<Replay> begin(ReplayDesk.Wish wish, String by) {
    if (desk.open() >= ReplayDesk.OPEN_MAX) {
      return Optional.empty();
    }
    try {
      long begun =
          database.writeOnce(tx -> {
            long id = desk.begin(tx, wish, by);
            record(tx, by, "replay.begin", id, wish.consumer());
            return id;
          });
      return desk.get(begun);
    } catch (DatabaseFailure.Conflict _) {
      return Optional.empty();
    }
  }

  /** Pauses, resumes or cancels one; false where it stands so that this can't be done. */
  public boolean turn(Replay replay, Turn turn, String by) {
    Consumer<Tx> change =
        switch (turn) {
          case PAUSE -> tx -> desk.pause(tx, replay.id());
          case RESUME -> tx -> desk.resume(tx, replay.id());
          case CANCEL -> tx -> desk.cancel(tx, replay.id());
        };
    String act =
        switch (turn) {
          case PAUSE -> "replay.pause";
          case RESUME -> "replay.resume";
          case CANCEL -> "replay.cancel";
        };
    try {
      database.writeOnce(tx -> {
        change.accept(tx);
        record(tx, by, act, replay.id(), replay.consumer());
        return true;
      });
      return true;
    } catch (DatabaseFailure.Conflict _) {
      return false;
    }
  }

  private static void record(Tx tx, String by, String act, long id, String group) {
    StaffStore.record(tx, by, act, "replay " + id, json -> json.field("group", group));
  }
}
