package io.tidegate.server.audit;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Decides from the rows whether anything is still under way. */
final class Drained {

  /** Work of one kind that has not been done yet; the query counts it. */
  record Work(String words, List<String> tables, String sql) {}

  private static final List<Work> WORK =
      List.of(
          new Work(
              "deadlines to be handled",
              List.of("ordering.order_due"),
              "select count(*) from ordering.order_due where due_at <= now()"),
          new Work(
              "payments to ask about",
              List.of("payment.attempt"),
              "select count(*) from payment.attempt where ask_at <= now()"),
          new Work(
              "refunds in flight",
              List.of("payment.refund"),
              // One that nobody will try again is not under way: L1 tells it. One that waits for a
              // person may wait long.
              "select count(*) from payment.refund"
                  + " where state in (1, 2, 3) and next_try_at is not null"),
          new Work(
              "parcels on their way",
              List.of("fulfilment.shipment"),
              "select count(*) from fulfilment.shipment"
                  + " where next_step_at is not null and problem is null"),
          new Work(
              "draws to be settled",
              List.of("flashsale.draw", "flashsale.sale"),
              // One that is not after a minute is not under way: S4 tells it.
              """
              select count(*) from flashsale.draw d join flashsale.sale s on s.id = d.sale
              where d.settled_at is null and s.draw_at > now() - interval '60 seconds'
                and (s.draw_at <= now() or s.stage in ('ended', 'stopped'))
              """),
          new Work(
              "messages to be sent",
              List.of("notification.message"),
              "select count(*) from notification.message"
                  + " where state in ('recorded', 'sending', 'unknown')"),
          new Work(
              "orders that wait for what they bring",
              List.of("effects.decision"),
              "select count(*) from effects.decision"
                  + " where state in ('waiting', 'decided') and next_try_at is not null"),
          new Work(
              "events to be published",
              List.of("messaging.log", "messaging.relay"),
              """
              select count(*) from messaging.log l
              where l.xid >= pg_snapshot_xmin((select snapshot from messaging.relay))
                and l.position > (select base from messaging.relay)
                and not pg_visible_in_snapshot(l.xid, (select snapshot from messaging.relay))
              """),
          new Work(
              "events to be tried again",
              List.of("messaging.dead_letter"),
              "select count(*) from messaging.dead_letter where state = 'retrying'"));

  private Drained() {}

  /** What is under way, in words; nothing: at rest. */
  static List<String> pending(AuditSession session, AuditOptions options) throws SQLException {
    List<String> pending = new ArrayList<>();
    for (Work work : all(options)) {
      if (session.knows(work.tables())) {
        session.asks(work.words());
        session.snapshot(snapshot ->
            snapshot.few(
                work.sql(),
                row -> {
                  if (row.getLong(1) > 0) {
                    pending.add(row.getLong(1) + " " + work.words());
                  }
                }));
      }
    }
    return pending;
  }

  /** All kinds of work. */
  static List<Work> all(AuditOptions options) {
    List<Work> all = new ArrayList<>(WORK);
    for (Map.Entry<String, Set<String>> entry : options.subscriptions().entrySet()) {
      all.add(undelivered(entry.getKey(), entry.getValue()));
    }
    return all;
  }

  /** The last event's position: while it stands still, nothing happens to orders. */
  static long top(AuditSession session) throws SQLException {
    long[] top = {-1};
    if (session.knows("messaging.log")) {
      session.snapshot(snapshot ->
          snapshot.few(
              "select coalesce(max(position), -1) from messaging.log",
              row -> top[0] = row.getLong(1)));
    }
    return top[0];
  }

  /** Above what the delivery audit has settled, an event without a receipt is on its way. */
  static Work undelivered(String consumer, Set<String> types) {
    return new Work(
        "events on their way to " + consumer,
        List.of("messaging.log", "messaging.receipt", "messaging.audited", "messaging.dead_letter"),
        """
        select count(*) from messaging.log l
        where l.type in %2$s and l.position > coalesce(
            (select a.position from messaging.audited a where a.consumer = '%1$s'), 0)
          and not exists (select 1 from messaging.receipt r
            where r.consumer = '%1$s' and r.range = l.position / 8192
              and get_bit(r.bits, (l.position %% 8192)::int) = 1)
          and not exists (select 1 from messaging.dead_letter x
            where x.consumer = '%1$s' and x.position = l.position and x.state <> 'discarded')
        """
            .formatted(consumer, EventProbes.typeList(types)));
  }
}
