package io.tidegate.platform.messaging;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import org.jspecify.annotations.Nullable;

/**
 * How far the log is published, as kept in the database.
 *
 * @param foreign whether the row comes from another cluster, so that its snapshots mean nothing
 * @param base events at or below it come from another cluster
 * @param again how far those were published once more, or null when that is over
 * @param snapshot what it sees was published
 * @param target the moment up to which a backlog is being published, or null
 * @param reached the last position published of that backlog
 * @param position the highest position published
 */
record RelayCursor(
    boolean foreign,
    long base,
    @Nullable Long again,
    Snapshot snapshot,
    @Nullable Snapshot target,
    long reached,
    long position) {

  private static final Sql READ =
      Sql.of(
          """
          select cluster <> (select system_identifier from pg_control_system())
              or pg_snapshot_xmax(snapshot) > pg_snapshot_xmax(pg_current_snapshot()),
            base, again, snapshot::text, target::text, reached, position
          from messaging.relay
          """);

  /**
   * The cursor's transaction must take its id after the snapshot was taken: then a recovery can't
   * give an id below the snapshot's end once more, to an event that would count as published.
   */
  private static final Sql STORE =
      Sql.of(
          """
          update messaging.relay
          set epoch = ?, again = ?, snapshot = ?::text::pg_snapshot, target = ?::text::pg_snapshot,
            reached = ?, position = ?
          where epoch <= ?
            and pg_current_xact_id() >= pg_snapshot_xmax(?::text::pg_snapshot)
          returning 1
          """);

  private static final Sql LOCK_LOG = Sql.of("lock table messaging.log in share mode");
  private static final Sql REBASE =
      Sql.of(
          """
          update messaging.relay
          set epoch = ?, cluster = (select system_identifier from pg_control_system()),
            base = (select coalesce(max(position), 0) from messaging.log),
            again = greatest(position - ?, 0), snapshot = pg_current_snapshot(), target = null
          where epoch <= ?
          returning 1
          """);

  static RelayCursor read(Database database) {
    return database
        .read(
            READ,
            row -> {
              String target = row.getStringOrNull(5);
              return new RelayCursor(
                  row.getBoolean(1),
                  row.getLong(2),
                  row.getLongOrNull(3),
                  Snapshot.parse(row.getString(4)),
                  target == null ? null : Snapshot.parse(target),
                  row.getLong(6),
                  row.getLong(7));
            })
        .getFirst();
  }

  /** Stores this cursor; a Conflict says that another node relays, or the server was recovered. */
  void store(Database database, long epoch) {
    String latest = target == null ? snapshot.text() : target.text();
    database.writeOnce(tx -> {
      tx.writeExpecting(
          1,
          STORE,
          epoch,
          again,
          snapshot.text(),
          target == null ? null : target.text(),
          reached,
          position,
          epoch,
          latest);
      return true;
    });
  }

  /**
   * Begins anew in a cluster whose transaction ids have nothing to do with the stored ones: with
   * the log closed to writers for a moment, what it holds is old, and what follows is compared with
   * the ids of this cluster.
   */
  static void rebase(Database database, long epoch, long overlapPositions) {
    database.writeOnce(tx -> {
      tx.write(LOCK_LOG);
      tx.writeExpecting(1, REBASE, epoch, overlapPositions, epoch);
      return true;
    });
  }

  RelayCursor again(@Nullable Long last, long top) {
    return new RelayCursor(foreign, base, last, snapshot, target, reached, Math.max(position, top));
  }

  RelayCursor published(Snapshot upTo, long top) {
    return new RelayCursor(foreign, base, again, upTo, null, 0, Math.max(position, top));
  }

  RelayCursor backlog(Snapshot upTo, long last, long top) {
    return new RelayCursor(foreign, base, again, snapshot, upTo, last, Math.max(position, top));
  }
}
