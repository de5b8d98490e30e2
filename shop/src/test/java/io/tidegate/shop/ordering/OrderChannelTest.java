package io.tidegate.shop.ordering;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** The way that an order came, as its events tell it. */
class OrderChannelTest {

  private static final OrderItem PLAIN = new OrderItem("A", "A thing", 2, 1_000, 0);
  private static final OrderItem POOLED = new OrderItem("B", "B thing", 1, 990, 0, 7L);

  @Test
  void piecesThatWereSetAsideTellAFlashSale() {
    assertThat(told(PLAIN)).isEqualTo("shop");
    assertThat(told(POOLED)).isEqualTo("flash_sale");
    assertThat(told(PLAIN, POOLED)).isEqualTo("flash_sale");
  }

  private static String told(OrderItem... items) {
    Order given = Given.order(Status.AWAITING_SHIPMENT);
    Order order =
        new Order(
            given.number(),
            given.userId(),
            given.version(),
            given.state(),
            given.region(),
            given.amounts(),
            0,
            given.payBefore(),
            given.paidAt(),
            List.of(items));
    var event = OrderEventsJson.event(new OrderFact.Paid(order, null, Given.NOW), "");
    return JsonMapper.shared().readTree(event.data()).path("channel").asString("");
  }
}
