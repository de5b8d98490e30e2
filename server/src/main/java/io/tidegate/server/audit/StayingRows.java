package io.tidegate.server.audit;

import java.sql.SQLException;
import java.util.List;

/**
 * Rows that stay in the database and name orders that have left it: from then on nothing but their
 * own later life may change, so what is fixed of them is summed up, table by table.
 *
 * @param name whose promise it is
 * @param fixed the columns that never change any more
 * @param number the column with the order's number
 */
record StayingRows(String name, String table, String fixed, String number, String where) {

  private static final List<StayingRows> ALL =
      List.of(
          // Months that left before there was this table have no line of it.
          new StayingRows(
              "P1",
              "effects.decision",
              "order_number, user_id, paid_total, state, points, coupon, coupon_kept_from, packet",
              "order_number",
              "true having count(*) > 0"),
          of("P6", "points.entry", "order_number, kind, refund, user_id, amount"),
          of("P2", "points.reclaim", "order_number, refund, taken, lacking, deducted, state"),
          of("P1", "marketing.coupon", "id, template, user_id, order_number"),
          new StayingRows(
              "P5", "marketing.coupon", "id, held_by, state", "held_by", "held_by is not null"),
          of(
              "P2",
              "marketing.coupon_reclaim",
              "order_number, refund, coupon, taken, lacking, deducted, state"),
          of("P5", "marketing.coupon_return", "order_number, refund, coupon"),
          of("P1", "marketing.red_packet", "order_number, id, user_id, amount, reclaimed"),
          of(
              "P6",
              "marketing.red_packet_take",
              "order_number, packet, user_id, amount, state, returned"),
          of(
              "P2",
              "marketing.red_packet_reclaim",
              "order_number, refund, currency, taken, lacking, deducted, state"),
          of("P6", "marketing.red_packet_return", "order_number, refund, packet, amount"),
          of(
              "S4",
              "flashsale.grant",
              "order_number, sale, pool, sku, user_id, quantity, state, version"),
          new StayingRows(
              "S4", "flashsale.entry", "number, sale, sku, user_id, quantity, state", "number", ""),
          new StayingRows(
              "M11",
              "reconciliation.line",
              "order_number, seq, type, provider, day, t.number, transaction, amount, currency",
              "order_number",
              """
              not exists (select from reconciliation.difference d where d.provider = t.provider
                and d.day = t.day and d.type = t.type and d.number = t.number
                and d.transaction = t.transaction and d.how = 'accepted')\
              """));

  private static StayingRows of(String name, String table, String fixed) {
    return new StayingRows(name, table, fixed, "order_number", "");
  }

  /** What is there of a month, a line for each table. */
  static String read(AuditSession session, Range month) throws SQLException {
    StringBuilder lines = new StringBuilder();
    for (StayingRows rows : ALL) {
      if (session.knows(rows.table)) {
        session.asks(rows.table + " of a month");
        session.snapshot(snapshot ->
            snapshot.few(
                month.in(rows.sql()),
                row ->
                    lines
                        .append(rows.name)
                        .append(' ')
                        .append(rows.table)
                        .append('.')
                        .append(rows.number)
                        .append(' ')
                        .append(row.getString(1))
                        .append('\n')));
      }
    }
    return lines.toString();
  }

  private String sql() {
    return "select count(*) || ' ' || coalesce(sum(hash_record_extended(row(%s), 0)), 0) from %s t where t.%s >= :first and t.%s < :next%s"
        .formatted(fixed, table, number, number, where.isEmpty() ? "" : " and " + where);
  }
}
