package io.tidegate.server;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidegate.shop.aftersales.RefundBook;
import io.tidegate.shop.fulfilment.StuckDesk;
import io.tidegate.shop.notification.GivenUpDesk;
import io.tidegate.shop.reconciliation.ReconciliationService;
import io.tidegate.shop.reporting.LateNoticeStore;
import io.tidegate.shop.webhooks.WebhookDesk;
import io.tidegate.shop.webhooks.WebhookFigures;

/**
 * What waits for people, as gauges: counted every few seconds, however often they are read. While
 * the database can't tell they are not a number, and nobody who reads them waits long for it.
 */
final class WaitingGauges {

  /**
   * How much there is to do.
   *
   * @param differences of statements, open
   * @param late money for orders that have left the database
   */
  private record Counts(RefundBook.Counts refunds, long differences, long late) {}

  private WaitingGauges() {}

  static void register(
      MeterRegistry meters,
      RefundBook refunds,
      ReconciliationService books,
      LateNoticeStore late,
      WebhookDesk webhooks) {
    Looked<Counts> looked =
        new Looked<>(meters, () -> new Counts(refunds.counts(), books.open(), late.waiting()));
    looked.gauge(
        "tidegate.refunds.waiting",
        "Refunds that wait for a person",
        counts -> counts.refunds().waiting());
    looked.gauge(
        "tidegate.refunds.failing",
        "Refunds of which a step of ours failed and is tried again",
        counts -> counts.refunds().failing());
    looked.gauge(
        "tidegate.reconciliation.open",
        "Differences between statements and our book that are open",
        Counts::differences);
    looked.gauge(
        "tidegate.late.notices.waiting",
        "Money for orders that have left the database, which waits for a person",
        Counts::late);
    webhooks(new Looked<>(meters, webhooks::figures));
  }

  /** What of others' work is stuck: parcels that don't go on, messages that were given up. */
  static void stuck(MeterRegistry meters, StuckDesk parcels, GivenUpDesk messages) {
    Looked<StuckDesk.Figures> stuck = new Looked<>(meters, parcels::figures);
    stuck.gauge(
        "tidegate.parcels.stuck", "Parcels whose last step failed", StuckDesk.Figures::parcels);
    stuck.gauge(
        "tidegate.parcels.stuck.seconds",
        "For how long a parcel has had its error, the longest",
        figures -> figures.longest().toSeconds());
    Looked<GivenUpDesk.Figures> givenUp = new Looked<>(meters, messages::figures);
    givenUp.gauge(
        "tidegate.messages.given.up",
        "Messages to customers that were given up within a day",
        GivenUpDesk.Figures::messages);
    givenUp.gauge(
        "tidegate.messages.given.up.seconds",
        "How long ago the first of them was given up",
        figures -> figures.oldest().toSeconds());
  }

  private static void webhooks(Looked<WebhookFigures> looked) {
    looked.gauge(
        "tidegate.webhooks.waiting",
        "Deliveries to webhooks that are not over",
        WebhookFigures::waiting);
    looked.gauge(
        "tidegate.webhooks.late.seconds",
        "By how much the delivery that should have been tried longest ago is late",
        WebhookFigures::lateSeconds);
    looked.gauge(
        "tidegate.webhooks.active", "Webhooks that are sent events", WebhookFigures::active);
    looked.gauge(
        "tidegate.webhooks.failing",
        "Webhooks that took nothing since their last failure",
        WebhookFigures::failing);
    looked.gauge(
        "tidegate.webhooks.disabled",
        "Webhooks that were disabled, and not by a person",
        WebhookFigures::disabled);
  }
}
