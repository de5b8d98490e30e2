package io.tidegate.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.IdempotencyKey;
import io.tidegate.platform.testing.TestLimits;
import io.tidegate.platform.trace.TraceContext;
import io.tidegate.shop.flashsale.SaleDesk;
import io.tidegate.shop.flashsale.SaleRefusal;
import io.tidegate.shop.kernel.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/** Flash sales, what staff do to them, and how they end. */
final class EverySale {

  private static final Duration PATIENCE = TestLimits.PATIENCE;

  private final EveryEvent shop;

  EverySale(EveryEvent shop) {
    this.shop = shop;
  }

  /** One is stopped by hand, after all that staff may do to it; the time of another one ends. */
  void salesComeAndGo() {
    SaleDesk desk = shop.services().saleDesk();
    SaleDesk.By eve = new SaleDesk.By("eve", TraceContext.fresh().traceparent());
    long byHand = planned();
    assertThat(desk.warm(byHand, eve)).isInstanceOf(Outcome.Applied.class);
    assertThat(desk.start(byHand, eve)).isInstanceOf(Outcome.Applied.class);
    assertThat(desk.addStock(anyKey(), byHand, shop.skus().get(0), 1, eve))
        .isInstanceOf(Outcome.Applied.class);
    assertThat(desk.stop(byHand, eve)).isInstanceOf(Outcome.Applied.class);
    long draw = planned(",\"mode\":\"draw\",\"drawAt\":\"%s\"".formatted(later(90)));
    assertThat(desk.start(draw, eve)).isInstanceOf(Outcome.Applied.class);
    assertThat(desk.addStock(anyKey(), draw, shop.skus().get(0), 1, eve))
        .isInstanceOf(Outcome.Applied.class);
    assertThat(desk.stop(draw, eve)).isInstanceOf(Outcome.Applied.class);
    long drawn = planned(",\"mode\":\"draw\",\"drawAt\":\"%s\"".formatted(later(90)));
    assertThat(desk.start(drawn, eve)).isInstanceOf(Outcome.Applied.class);
    shop.run(
        "update flashsale.sale set version = version + 1, starts_at = now() - interval '2 s',"
            + " draw_at = now() - interval '1 s', ends_at = now() where id = "
            + drawn);
    long inTime = planned();
    shop.run(
        "update flashsale.sale set version = version + 1, starts_at = now() - interval '2 s',"
            + " ends_at = now() where id = "
            + inTime);
    await()
        .atMost(PATIENCE)
        .until(() ->
            shop.log().stream().filter(event -> event.type().equals("sale.ended.v1")).count() == 2);
  }

  /** Anybody may have a piece of it. */
  long aStartedSale() {
    long sale = planned();
    SaleDesk.By eve = new SaleDesk.By("eve", TraceContext.fresh().traceparent());
    assertThat(shop.services().saleDesk().start(sale, eve)).isInstanceOf(Outcome.Applied.class);
    return sale;
  }

  private static Instant later(int minutes) {
    return Instant.now().plus(Duration.ofMinutes(minutes));
  }

  private long planned() {
    return planned("");
  }

  /**
   * @param more members, each behind a comma
   */
  private long planned(String more) {
    String body =
        """
        {"title":"a","startsAt":"%s","endsAt":"%s","payWindowMinutes":5,"items":[
          {"sku":"%s","price":{"amount":1,"currency":"CNY"},"allocation":5,"perUser":5}]%s}
        """
            .formatted(later(60), later(120), shop.skus().get(0), more);
    var outcome =
        shop.services()
            .saleDesk()
            .plan(
                anyKey(),
                Fields.of(body.getBytes(StandardCharsets.UTF_8)),
                new SaleDesk.By("eve", TraceContext.fresh().traceparent()));
    return ((Outcome.Applied<SaleDesk.Planned, SaleRefusal>) outcome).value().id();
  }

  private IdempotencyKey anyKey() {
    return IdempotencyKey.of("test", "sales", Long.toString(shop.nextKey()));
  }
}
