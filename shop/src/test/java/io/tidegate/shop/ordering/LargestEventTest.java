package io.tidegate.shop.ordering;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.messaging.CloudEventJson;
import io.tidegate.platform.messaging.Event;
import io.tidegate.platform.messaging.LoggedEvent;
import io.tidegate.shop.catalog.GoodsRules;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.SkuCode;
import io.tidegate.shop.webhooks.WebhookSettings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The largest order that can be placed reaches whoever subscribed. */
class LargestEventTest {

  /** Of a kind each, and some promotions: more are not combined. */
  private static final int DISCOUNTS = 12;

  @Test
  void anOrderOfTheMostLinesWithTheLongestTitlesIsNotTooLargeForAWebhook() {
    // Product and variant, of characters that take three bytes each.
    String title = "\u6F6E".repeat(2 * GoodsRules.TITLE_CHARS_MAX + 1);
    long money = 9_999_999_999_999L;
    List<OrderItem> items = new ArrayList<>();
    for (int line = 0; line < Order.LINES_MAX; line++) {
      items.add(
          new OrderItem("S".repeat(SkuCode.CHARS_MAX), title, 1, money, 0, Long.MAX_VALUE - line));
    }
    List<Long> shares = Collections.nCopies(Order.LINES_MAX, money);
    List<Discount> discounts =
        Collections.nCopies(
            DISCOUNTS, new Discount(Discount.Kind.PROMOTION, "" + Long.MAX_VALUE, shares));
    Order order =
        new Order(
            Given.NUMBER,
            Long.MAX_VALUE,
            99,
            Given.state(Status.AWAITING_SHIPMENT),
            "330106",
            new Amounts(Money.CNY, money, 0, 0),
            0,
            Given.PAY_BEFORE,
            Given.NOW,
            items,
            discounts,
            "c".repeat(64));

    Event event =
        OrderEventsJson.event(
            new OrderFact.Paid(order, Given.capture(1, "T1", money), Given.NOW),
            "00-" + "a".repeat(52));
    byte[] body =
        new CloudEventJson("/tidegate")
            .write(
                new LoggedEvent(
                    Long.MAX_VALUE,
                    event.type(),
                    event.key(),
                    event.version(),
                    event.time(),
                    event.traceparent(),
                    event.data()));

    assertThat(body.length).isBetween(130_000, WebhookSettings.BODY_BYTES_MAX - 20_000);
  }
}
