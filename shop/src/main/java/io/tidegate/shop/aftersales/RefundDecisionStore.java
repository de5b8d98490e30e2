package io.tidegate.shop.aftersales;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** People's decisions in the database. Written and read under the lock of the refund's order. */
final class RefundDecisionStore {

  private static final String COLUMNS =
      "select id, refund, stamp, action, reference, note, people_wanted, proposed_by, proposed_at,"
          + " decided_by, decided_at from aftersales.decision where refund = ?";

  /** More decisions about one refund than this are not shown. */
  private static final int SHOWN_MAX = 50;

  static final Sql OPEN =
      Sql.of(COLUMNS + " and stamp = ? and decided_by is null order by id desc limit 1");
  static final Sql OF_REFUND = Sql.of(COLUMNS + " order by id desc limit ?");
  static final Sql PROPOSE =
      Sql.of(
          """
          insert into aftersales.decision
            (refund, stamp, action, reference, note, people_wanted, proposed_by)
          values (?, ?, ?, ?, ?, 2, ?)
          """);
  static final Sql DECIDE_ALONE =
      Sql.of(
          """
          insert into aftersales.decision (refund, stamp, action, reference, note, people_wanted,
            proposed_by, decided_by, decided_at)
          values (?, ?, ?, ?, ?, 1, ?, ?, clock_timestamp())
          """);
  static final Sql DECIDE =
      Sql.of(
          """
          update aftersales.decision set decided_by = ?, decided_at = clock_timestamp()
          where id = ? and decided_by is null returning 1
          """);

  private RefundDecisionStore() {}

  /** What one person decided about a refund that stands so, and a second one has not. */
  static Optional<RefundDecision> open(Tx tx, String refund, String stamp) {
    return tx.query(OPEN, RefundDecisionStore::read, refund, stamp).stream().findFirst();
  }

  /** A refund's decisions, newest first. */
  static List<RefundDecision> ofRefund(Database database, String refund) {
    return database.read(OF_REFUND, RefundDecisionStore::read, refund, SHOWN_MAX);
  }

  static void propose(Tx tx, String stamp, ResolveRefund command) {
    tx.write(
        PROPOSE,
        command.refund(),
        stamp,
        command.choice().wire(),
        command.reference(),
        command.note(),
        command.staff());
  }

  static void decideAlone(Tx tx, String stamp, ResolveRefund command) {
    tx.write(
        DECIDE_ALONE,
        command.refund(),
        stamp,
        command.choice().wire(),
        command.reference(),
        command.note(),
        command.staff(),
        command.staff());
  }

  /** A second person decides what the first one had. */
  static void decide(Tx tx, RefundDecision open, String staff) {
    tx.writeExpecting(1, DECIDE, staff, open.id());
  }

  private static RefundDecision read(Row row) throws SQLException {
    return new RefundDecision(
        row.getLong(1),
        row.getString(2),
        row.getString(3),
        row.getString(4),
        row.getStringOrNull(5),
        row.getStringOrNull(6),
        row.getInt(7),
        row.getString(8),
        row.getInstant(9),
        row.getStringOrNull(10),
        row.getInstantOrNull(11));
  }
}
