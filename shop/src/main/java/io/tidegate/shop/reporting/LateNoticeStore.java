package io.tidegate.shop.reporting;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.LockRank;
import io.tidegate.shop.payment.Capture;
import io.tidegate.shop.payment.PaymentId;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Money that providers took for orders that have left the database, for a person to settle. */
public final class LateNoticeStore {

  private static final Sql ADD =
      Sql.of(
          """
          insert into reporting.late_notice (order_number, attempt, provider, transaction, amount,
            currency, captured_at)
          values (?, ?, ?, ?, ?, ?, ?)
          on conflict (order_number, provider, transaction) do nothing
          """);
  private static final String COLUMNS =
      "select id, order_number || 'p' || attempt, provider, transaction, amount, currency,"
          + " captured_at, told_at, resolved_by, resolved_at, reference"
          + " from reporting.late_notice ";
  private static final Sql OPEN =
      Sql.of(COLUMNS + "where id > ? and resolved_at is null order by id limit ?");
  private static final Sql LOCK = Sql.of(COLUMNS + "where id = ? for update");
  private static final Sql RESOLVE =
      Sql.of(
          """
          update reporting.late_notice
          set resolved_at = clock_timestamp(), resolved_by = ?, reference = ?
          where id = ? and resolved_at is null returning 1
          """);
  private static final Sql WAITING =
      Sql.of("select count(*) from reporting.late_notice where resolved_at is null");

  private final Database database;

  /** A notice, and how a person settled it. */
  record Notice(
      long id,
      String payment,
      String provider,
      String transaction,
      long amount,
      String currency,
      Instant capturedAt,
      Instant toldAt,
      @Nullable String resolvedBy,
      @Nullable Instant resolvedAt,
      @Nullable String reference) {}

  public LateNoticeStore(Database database) {
    this.database = database;
  }

  /** Writes one down, once; it is there when this returns. */
  void add(Capture capture) {
    PaymentId payment = capture.payment();
    database.write(
        "late-notice",
        tx -> {
          tx.write(
              ADD,
              payment.order().value(),
              payment.seq(),
              capture.provider(),
              capture.transaction(),
              capture.amount().amount(),
              capture.amount().currency(),
              capture.capturedAt());
          return true;
        });
  }

  /** Those that wait, by id. */
  List<Notice> open(long after, int most) {
    return database.read(OPEN, LateNoticeStore::read, after, most);
  }

  static Optional<Notice> lock(Tx tx, long id) {
    return tx.lock(LockRank.CASE, LOCK, LateNoticeStore::read, id).stream().findFirst();
  }

  /** Settles one that waits and is locked. */
  static void resolve(Tx tx, long id, String person, String reference) {
    tx.writeExpecting(1, RESOLVE, person, reference, id);
  }

  /** How many wait for a person. */
  public long waiting() {
    return database.read(WAITING, row -> row.getLong(1)).getFirst();
  }

  private static Notice read(Row row) throws SQLException {
    return new Notice(
        row.getLong(1),
        row.getString(2),
        row.getString(3),
        row.getString(4),
        row.getLong(5),
        row.getString(6),
        row.getInstant(7),
        row.getInstant(8),
        row.getStringOrNull(9),
        row.getInstantOrNull(10),
        row.getStringOrNull(11));
  }
}
