package io.tidegate.platform.messaging;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import java.util.List;
import java.util.Set;

/** Events of the log that a consumer has not done yet, by their positions. */
public final class ReceiptGaps {

  /** Whole ranges by two counts first; the outermost are cut, and looked at in any case. */
  private static final Sql GAPS =
      Sql.of(
          Receipts.suspects(
                  "l.position >= ? and l.position <= ? and l.type = any(?::text[])",
                  "or range in (?, ?)")
              + """
              select l.position from suspects s join messaging.log l
                on l.position >= s.range * 8192 and l.position < (s.range + 1) * 8192
              where l.position >= ? and l.position <= ? and l.type = any(?::text[]) and
              """
              + Receipts.NONE
              + "order by l.position limit ?");

  private final Database database;
  private final String consumer;
  private final String[] types;

  /**
   * @param types what it hears
   */
  public ReceiptGaps(Database database, String consumer, Set<String> types) {
    this.database = database;
    this.consumer = consumer;
    this.types = types.toArray(String[]::new);
  }

  /** The first of them between two positions, both included. */
  public List<Long> between(long first, long last, int most) {
    long from = first / Receipts.RANGE;
    long to = last / Receipts.RANGE;
    return database.read(
        GAPS,
        row -> row.getLong(1),
        first,
        last,
        types,
        consumer,
        from,
        to,
        from,
        to,
        first,
        last,
        types,
        consumer,
        most);
  }
}
