package io.tidegate.harness.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The page of one order, from placed to delivered, beside what the API tells of it. */
@InBrowser
class OrderJourneyTest {
  /** The simulated warehouse and carrier take their time. */
  private static final LocatorAssertions.ContainsTextOptions JOURNEY =
      new LocatorAssertions.ContainsTextOptions().setTimeout(Stage.JOURNEY_MILLIS_MAX);

  @Test
  void thePageFollowsItsOrderToTheDoor(Stage stage) {
    Shop shop = stage.shop();
    String number = shop.place(11, Shop.PHONE, 2).path("number").asString();
    Page page = stage.staff();
    page.navigate(stage.url("/orders/" + number));
    page.evaluate("window.stayed = true");
    assertThat(page.locator(".state.big")).hasText("Awaiting payment");
    assertThat(section(page, "effects-title")).containsText("appear here once the order is paid");
    assertThat(section(page, "payments-title")).containsText("Nobody has tried to pay yet");

    shop.pay(11, number);
    assertThat(page.locator("[data-effect=done]")).hasCount(7);
    assertThat(page.locator(".state.big")).containsText("Delivered", JOURNEY);
    JsonNode order = shop.order(11, number);
    assertThat(order.path("state").asString()).isEqualTo("delivered");
    sums(page, order);
    payment(page, order);
    effects(page, order);
    parcel(page, order, shop.list(11, number, "tracking"));
    timeline(page, shop.list(11, number, "timeline"));
    assertThat(page.evaluate("window.stayed")).as("never loaded again").isEqualTo(true);
  }

  private static void sums(Page page, JsonNode order) {
    assertThat(page.locator(".sums dd"))
        .hasText(
            new String[] {
              Shown.money(order.path("itemsTotal")),
              Shown.money(order.path("discountTotal")),
              Shown.money(order.path("freight")),
              Shown.money(order.path("total"))
            });
    JsonNode item = order.path("items").path(0);
    assertThat(page.locator(".line .price"))
        .containsText(Shown.money(item.path("unitPrice")) + " × 2");
    assertThat(section(page, "summary-title")).containsText(Shown.time(order.path("paidAt")));
    assertThat(section(page, "summary-title")).containsText("138****8000");
  }

  private static void payment(Page page, JsonNode order) {
    JsonNode payment = order.path("payments").path(0);
    Locator card = section(page, "payments-title").locator("article");
    assertThat(card).hasCount(1);
    assertThat(card.locator("h3")).hasText(payment.path("id").asString());
    assertThat(card.locator("[data-state]")).hasText("Captured");
    assertThat(card).containsText(Shown.money(payment.path("amount")));
    assertThat(card).containsText(Shown.time(payment.path("capturedAt")));
  }

  private static void effects(Page page, JsonNode order) {
    assertThat(page.locator("[data-effect] .name"))
        .hasText(
            new String[] {
              "Order", "Stock", "Points", "Coupon", "Red packet", "Notification", "Warehouse"
            });
    List<String> times = new ArrayList<>();
    for (JsonNode effect : order.path("effects")) {
      assertThat(effect.path("state").asString()).isEqualTo("done");
      times.add(Shown.time(effect.path("at")));
    }
    assertThat(page.locator("[data-effect] time")).hasText(times.toArray(String[]::new));
  }

  private static void parcel(Page page, JsonNode order, JsonNode tracking) {
    JsonNode shipment = order.path("shipments").path(0);
    Locator parcel = section(page, "parcels-title").locator("article");
    assertThat(parcel).hasCount(order.path("shipments").size());
    assertThat(parcel).containsText(shipment.path("waybill").asString());
    assertThat(parcel).containsText(shipment.path("carrier").asString());
    assertThat(parcel).containsText(Shop.PHONE + " × 2");
    assertThat(tracking).isNotEmpty();
    assertThat(parcel.locator(".tracks li")).hasCount(tracking.size());
    assertThat(parcel.locator(".tracks li").first()).containsText("浙江省 杭州市 西湖区");
  }

  /** Newest first on the page, oldest first in the API. */
  private static void timeline(Page page, JsonNode timeline) {
    List<String> times = new ArrayList<>();
    for (JsonNode step : timeline) {
      times.addFirst(Shown.time(step.path("at")));
    }
    assertThat(page.locator(".steps-list time")).hasText(times.toArray(String[]::new));
    assertThat(page.locator(".steps-list .state"))
        .hasText(new String[] {"Delivered", "Shipped", "Paid", "Placed"});
    assertThat(page.locator(".steps-list li").last()).containsText("Customer 11");
    for (JsonNode step : timeline) {
      assertThat(section(page, "timeline-title")).containsText(step.path("traceId").asString());
    }
  }

  private static Locator section(Page page, String title) {
    return page.locator("section[aria-labelledby=" + title + "]");
  }
}
