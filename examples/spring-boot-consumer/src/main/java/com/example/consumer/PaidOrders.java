package com.example.consumer;

import java.time.Instant;
import java.time.ZoneOffset;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.JsonNode;

/** What this team does with the shop's events: each once, in one transaction with its mark. */
@Service
class PaidOrders {

  static final String TYPE = "order.paid.v1";

  /** What came of an event. */
  enum Heard {
    /** It was new, and is written down. */
    NEW,
    /** It was heard before: nothing changes. */
    AGAIN,
    /** Another type, which is not for us. */
    NOT_OURS
  }

  private final JdbcTemplate jdbc;

  PaidOrders(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Hears an event. The mark and what follows from it commit together: whatever dies in between,
   * the event comes again and finds neither.
   */
  @Transactional
  public Heard hear(ShopEvent event) {
    if (!event.type().equals(TYPE)) {
      return Heard.NOT_OURS;
    }
    // Two deliveries at once: the second waits here for the first one's commit, and then does
    // nothing.
    int marked =
        jdbc.update(
            "insert into heard_event (source, id) values (?, ?) on conflict do nothing",
            event.source(),
            event.id());
    if (marked == 0) {
      return Heard.AGAIN;
    }
    JsonNode paid = event.data();
    jdbc.update(
        """
        insert into paid_order (number, user_id, total, currency, region, channel, paid_at)
        values (?, ?, ?, ?, ?, ?, ?)
        """,
        paid.required("number").asString(),
        paid.required("user").asString(),
        paid.required("total").asLong(),
        paid.required("currency").asString(),
        paid.required("region").asString(),
        paid.path("channel").asString(null), // older events have none
        Instant.parse(paid.required("paidAt").asString()).atOffset(ZoneOffset.UTC));
    return Heard.NEW;
  }
}
