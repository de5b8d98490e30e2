package io.tidegate.server.archive;

import io.tidegate.platform.db.Bulk;
import io.tidegate.platform.db.Sql;
import java.util.ArrayList;
import java.util.List;

/** What stands against a month's leaving: whatever of it is still under way. */
final class Standing {

  /** A question that must find nothing: how many there are, and the first of them. */
  private record Question(String words, String sql) {}

  private static final String OF_MONTH = "order_number >= :first and order_number < :next and ";

  private static final List<Question> ALL =
      List.of(
          new Question(
              "orders are not at their end",
              "select number::text as one from ordering.orders where number >= :first"
                  + " and number < :next and state not in (6, 7, 8, 9)"),
          new Question(
              "payments are open or unknown",
              "select order_number || 'p' || seq as one from payment.attempt where "
                  + OF_MONTH
                  + "(state in (1, 2, 3) or ask_at is not null)"),
          new Question(
              "captures are parked and wait for a person",
              "select order_number || 'p' || attempt as one from payment.capture where "
                  + OF_MONTH
                  + "verdict = 4 and decided is null"),
          new Question(
              "refunds are not settled at their provider",
              "select order_number || 'r' || seq as one from payment.refund where "
                  + OF_MONTH
                  + "(state not in (5, 7) or next_try_at is not null or check_at is not null"
                  + " or doubt_since is not null)"),
          new Question(
              "customers' refunds are open",
              "select order_number || 'a' || seq as one from aftersales.refund_case where "
                  + OF_MONTH
                  + "(state not in (6, 8) or next_step_at is not null)"),
          new Question(
              "returns are open",
              "select order_number || 't' || seq as one from aftersales.return_case where "
                  + OF_MONTH
                  + "state not in (3, 7)"),
          new Question(
              "parcels are under way",
              "select order_number || 'S' || seq as one from fulfilment.shipment where "
                  + OF_MONTH
                  + "(state not in ('delivered', 'cancelled') or next_step_at is not null)"),
          new Question(
              "messages are to be sent",
              "select order_number::text as one from notification.message where "
                  + OF_MONTH
                  + "state not in ('sent', 'failed')"),
          new Question(
              "orders wait for what they bring",
              "select order_number::text as one from effects.decision where "
                  + OF_MONTH
                  + "state in ('waiting', 'decided')"),
          new Question(
              "events of orders are parked or tried again",
              "select key::text as one from messaging.dead_letter"
                  + " where key >= :first and key < :next and state <> 'discarded'"),
          new Question(
              "differences of statements are open",
              "select number as one from reconciliation.difference where "
                  + OF_MONTH
                  + "state = 1"),
          new Question(
              "entries of draws wait",
              "select number::text as one from flashsale.entry"
                  + " where number >= :first and number < :next and state = 'entered'"),
          new Question(
              "erasures wait for an order's end",
              "select order_number::text as one from privacy.kept_order"
                  + " where order_number >= :first and order_number < :next"));

  private Standing() {}

  /** What stands against it, in words; nothing: it may leave. */
  static List<String> against(Bulk bulk, Month month) {
    List<String> words = new ArrayList<>();
    for (Question question : ALL) {
      String sql = month.in("select count(*), min(one) from (" + question.sql() + ") q");
      words.addAll(
          bulk.query(
              new Sql(sql),
              row ->
                  row.getLong(1) == 0
                      ? ""
                      : "%,d %s, the first is %s"
                          .formatted(row.getLong(1), question.words(), row.getString(2))));
    }
    words.removeIf(String::isEmpty);
    return words;
  }
}
