package io.tidegate.platform.db;

import java.time.Duration;
import java.util.Optional;

/**
 * Names that one process holds at a time, by the database's clock.
 *
 * <p>Each change of holder raises the epoch: whoever writes with an older epoch has lost the name
 * and must be refused by what it writes to.
 */
public final class Leases {

  private static final Sql TAKE =
      Sql.of(
          """
          insert into db.lease as l (name, holder, epoch, expires_at)
          values (?, ?, 1, clock_timestamp() + ? * interval '1 millisecond')
          on conflict (name) do update
          set holder = excluded.holder, expires_at = excluded.expires_at,
              epoch = case when l.holder = excluded.holder then l.epoch else l.epoch + 1 end
          where l.holder = excluded.holder or l.expires_at < clock_timestamp()
          returning 1
          """);
  private static final Sql EPOCH =
      Sql.of("select epoch from db.lease where name = ? and holder = ?");
  private static final Sql RELEASE =
      Sql.of("update db.lease set expires_at = 'epoch', holder = '' where name = ? and holder = ?");

  private static final Sql HELD =
      Sql.of("select 1 from db.lease where name = ? and holder = ? and epoch = ? for share");

  private final Database database;

  public Leases(Database database) {
    this.database = database;
  }

  /**
   * Takes a name, or keeps it for longer.
   *
   * @param holder a name that no other process has
   * @return the epoch, or empty while another holds it
   */
  public Optional<Long> hold(String name, String holder, Duration time) {
    try {
      database.writeOnce(tx -> {
        tx.writeExpecting(1, TAKE, name, holder, time.toMillis());
        return true;
      });
    } catch (DatabaseFailure.Conflict _) {
      return Optional.empty();
    }
    return database.read(EPOCH, row -> row.getLong(1), name, holder).stream().findFirst();
  }

  /**
   * Whether a holder still has a name as it took it. Until the transaction ends nobody else gets
   * it: what it writes is fenced.
   *
   * @param epoch as {@link #hold} returned it
   */
  public static boolean isHeld(Tx tx, String name, String holder, long epoch) {
    return !tx.query(HELD, row -> row.getInt(1), name, holder, epoch).isEmpty();
  }

  /** The same in a session of its own. */
  public static boolean isHeld(Bulk bulk, String name, String holder, long epoch) {
    return !bulk.query(HELD, row -> row.getInt(1), name, holder, epoch).isEmpty();
  }

  public void release(String name, String holder) {
    database.write(
        "release-lease",
        tx -> {
          tx.write(RELEASE, name, holder);
          return true;
        });
  }
}
