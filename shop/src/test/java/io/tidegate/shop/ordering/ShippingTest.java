package io.tidegate.shop.ordering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.platform.messaging.LoggedEvent;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.ordering.PlaceOrder.Line;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What fulfilment tells moves orders on, told twice and in whatever order. */
class ShippingTest {

  private static TestNode shop;

  @BeforeAll
  static void open() {
    shop = TestNode.alone();
    shop.goods("A", 1_000, 1_000);
  }

  @AfterAll
  static void close() {
    shop.checkPromises();
    shop.close();
  }

  @Test
  void allOrdersOfTwoParcelsFactsEndDelivered() {
    List<LoggedEvent> facts = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      Order order = paid();
      facts.clear();
      facts.add(fact(order.number(), "shipped", false));
      facts.add(fact(order.number(), "shipped", true));
      facts.add(fact(order.number(), "delivered", false));
      facts.add(fact(order.number(), "delivered", true));
      facts.addAll(List.copyOf(facts)); // each twice
      Collections.shuffle(facts, new Random(i));
      int batch = 1 + i % facts.size();
      for (int from = 0; from < facts.size(); from += batch) {
        tell(facts.subList(from, Math.min(facts.size(), from + batch)));
      }
      assertThat(shop.find(order).status()).isEqualTo(Status.DELIVERED);
      assertThat(
              shop.number(
                  "select count(*) from ordering.order_due where kind = 2 and "
                      + order.number()
                      + " = any(numbers)"))
          .isEqualTo(1); // L1: it completes by itself, once
      assertThat(
              shop.number(
                  "select count(*) - count(distinct version) from messaging.log where key = "
                      + order.number()))
          .isZero();
    }
  }

  @Test
  void aDeliveredOrderCompletesWhenItIsDueUnlessItWasConfirmed() {
    Order order = paid();
    tell(List.of(fact(order.number(), "delivered", true)));
    shop.makeDue(order.number(), 2);
    shop.makeDue(order.number(), 2);
    shop.closer.closeDue();
    assertThat(shop.find(order).status()).isEqualTo(Status.COMPLETED);
    int version = shop.find(order).version();
    shop.orders.run(
        new OrderCommand.ConfirmReceipt(order.number(), 42, Cause.customer(42, "", "")));
    shop.makeDue(order.number(), 2);
    shop.closer.closeDue();
    assertThat(shop.find(order).version()).isEqualTo(version);
  }

  @Test
  void aParcelOfAnOrderThatIsNotVisibleYetIsTriedAgain() {
    OrderNumber unknown = shop.orders.nextNumber(1);
    assertThatThrownBy(() -> tell(List.of(fact(unknown, "shipped", true)))) // E6
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aParcelOfAnUnpaidOrderChangesNothing() {
    Order order = shop.placed(new Line("A", 1));
    tell(List.of(fact(order.number(), "shipped", true)));
    assertThat(shop.find(order)).isEqualTo(order);
  }

  private static Order paid() {
    Order order = shop.placed(new Line("A", 1));
    shop.capture(TestNode.money(shop.opened(order), "T" + order.number()));
    return order;
  }

  private static void tell(List<LoggedEvent> events) {
    shop.database.write(
        "orders",
        tx -> {
          shop.orders.shipmentHandler().handle(tx, events);
          return true;
        });
  }

  private static LoggedEvent fact(OrderNumber order, String what, boolean last) {
    String data = "{\"number\":\"" + order + "\",\"shipment\":\"x\",\"last\":" + last + "}";
    return new LoggedEvent(
        1,
        "shipment." + what + ".v1",
        order.value(),
        1,
        Instant.EPOCH,
        "",
        data.getBytes(StandardCharsets.UTF_8));
  }
}
