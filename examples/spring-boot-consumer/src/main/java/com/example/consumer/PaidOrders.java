package com.example.consumer;

import java.time.Instant;
import java.time.ZoneOffset;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.JsonNode;

/** What this team does with the shop's events: each order once, whatever comes how often. */
@Service
class PaidOrders {

  static final String TYPE = "order.paid.v1";

  /** What came of an event. */
  enum Heard {
    /** It was new, and is written down. */
    NEW,
    /** Its order is written down already: nothing changes. */
    AGAIN,
    /** Another type, which is not for us. */
    NOT_OURS
  }

  private final JdbcTemplate jdbc;

  PaidOrders(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Hears an event. What makes it happen once is the order's own number: an order is paid once. The
   * event's id is no such thing. It is a place in the shop's log, so after the shop was restored to
   * an earlier moment another event may have it, and marks do not live for ever.
   */
  @Transactional
  public Heard hear(ShopEvent event) {
    if (!event.type().equals(TYPE)) {
      return Heard.NOT_OURS;
    }
    JsonNode paid = event.data();
    // Two deliveries at once: the second waits here for the first one's commit, and then does
    // nothing. The number is the only key of the table.
    int written =
        jdbc.update(
            """
            insert into paid_order (number, user_id, total, currency, region, channel, paid_at)
            values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing
            """,
            paid.required("number").asString(),
            paid.required("user").asString(),
            paid.required("total").asLong(),
            paid.required("currency").asString(),
            paid.required("region").asString(),
            paid.path("channel").asString(null), // older events have none
            Instant.parse(paid.required("paidAt").asString()).atOffset(ZoneOffset.UTC));
    // To look things up by, in the same transaction; nothing is decided by it.
    jdbc.update(
        "insert into heard_event (source, id) values (?, ?) on conflict do nothing",
        event.source(),
        event.id());
    return written == 0 ? Heard.AGAIN : Heard.NEW;
  }
}
