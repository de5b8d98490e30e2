package io.tidegate.server.console;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Something that can be wrong, the worst first. The alert rules for Prometheus name the same, with
 * what to do in docs/operations.md.
 */
enum Fault {
  ORDERS_NOT_TAKEN(Weight.CRITICAL, Section.HEALTH, "orders-not-taken"),
  PARTITION_MISSING(Weight.CRITICAL, null, "partition-missing"),
  DISK_NEARLY_FULL(Weight.CRITICAL, null, "disk-nearly-full"),
  REQUESTS_FAIL(Weight.CRITICAL, null, "requests-fail"),
  AUDIT_BROKEN(Weight.CRITICAL, Section.AUDIT, "audit-broken"),
  LAKE_FILES_LOST(Weight.CRITICAL, null, "lake-files-lost"),
  BROKER_DOWN(Weight.WARNING, Section.HEALTH, "broker-down"),
  LANE_FULL(Weight.WARNING, Section.HEALTH, "lane-full"),
  LANE_EXPIRED(Weight.WARNING, Section.HEALTH, "lane-full"),
  REQUESTS_SHED(Weight.WARNING, Section.HEALTH, "requests-shed"),
  PLACING_SLOW(Weight.WARNING, Section.HEALTH, "placing-slow"),
  RELAY_BEHIND(Weight.WARNING, Section.FEED, "relay-behind"),
  CONSUMER_BEHIND(Weight.WARNING, Section.FEED, "consumer-behind"),
  DEAD_LETTERS(Weight.WARNING, Section.DEAD_LETTERS, "dead-letters"),
  CIRCUIT_OPEN(Weight.WARNING, null, "provider-fails"),
  PROVIDER_FAILS(Weight.WARNING, null, "provider-fails"),
  CALLBACKS_REFUSED(Weight.WARNING, null, "callbacks-refused"),
  REFUNDS_FAIL(Weight.WARNING, Section.REFUNDS, "refunds-wait"),
  LAKE_BEHIND(Weight.WARNING, Section.FEED, "lake-behind"),
  LAKE_FILES_WAIT(Weight.WARNING, null, "lake-files-wait"),
  LAKE_NOT_COPIED(Weight.WARNING, null, "lake-not-copied"),
  BEHAVIOUR_BEHIND(Weight.WARNING, Section.FEED, "lake-behind"),
  BEHAVIOUR_REFUSED(Weight.WARNING, null, "behaviour-refused"),
  WEBHOOKS_LATE(Weight.WARNING, Section.WEBHOOKS, "webhooks-late"),
  WEBHOOK_DISABLED(Weight.WARNING, Section.WEBHOOKS, "webhook-disabled"),
  REPORTS_AWAY(Weight.WARNING, null, "lake-behind"),
  PARCELS_STUCK(Weight.WARNING, Section.STUCK, "parcels-stuck"),
  SALE_GATE_FULL(Weight.WAITS, Section.FLASH_SALES, "sale-gate"),
  REFUNDS_WAIT(Weight.WAITS, Section.REFUNDS, "refunds-wait"),
  MESSAGES_GIVEN_UP(Weight.WAITS, Section.STUCK, "messages-given-up"),
  RECONCILIATION_OPEN(Weight.WAITS, Section.RECONCILIATION, "reconciliation-open"),
  LATE_NOTICES(Weight.WAITS, null, "late-notices"),
  WEBHOOKS_FAIL(Weight.WAITS, Section.WEBHOOKS, "webhooks-fail"),
  SPANS_DROPPED(Weight.WAITS, null, "spans-dropped"),
  REPLAY_OPEN(Weight.WAITS, Section.FEED, "replay-open");

  /** How bad it is. */
  enum Weight {
    /** Customers feel it, or something may be lost. */
    CRITICAL,

    /** It should not be so, and orders go on. */
    WARNING,

    /** Nothing is wrong, and somebody has something to do. */
    WAITS;

    String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Weight weight;
  private final @Nullable Section mended;
  private final String paragraph;

  Fault(Weight weight, @Nullable Section mended, String paragraph) {
    this.weight = weight;
    this.mended = mended;
    this.paragraph = paragraph;
  }

  Weight weight() {
    return weight;
  }

  /** The section where more is seen or it is mended; null where that is not in the console. */
  @Nullable Section mended() {
    return mended;
  }

  /** The paragraph of docs/operations.md. */
  String paragraph() {
    return paragraph;
  }

  /** Its name in text keys. */
  String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
