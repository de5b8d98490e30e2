package io.tidegate.shop.effects;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.messaging.EventHandler;
import io.tidegate.platform.messaging.LoggedEvent;
import io.tidegate.shop.fulfilment.FulfilmentSettings;
import io.tidegate.shop.fulfilment.FulfilmentStore;
import io.tidegate.shop.fulfilment.Warehouses;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.marketing.CouponStore;
import io.tidegate.shop.marketing.RedPacketStore;
import io.tidegate.shop.notification.MessageStore;
import io.tidegate.shop.points.PointsStore;
import io.tidegate.shop.testing.ShopDatabase;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The effects of payments: told twice, in parts and in any order, they end the same (E4, P1). */
class EffectsTest {

  private static final int ORDERS = 40;
  private static final List<String> STATE =
      List.of(
          "select string_agg(concat(user_id, ':', balance), ',' order by user_id)"
              + " from points.account",
          "select string_agg(concat(order_number - %d, ':', amount), ',' order by order_number)"
              + " from points.entry",
          "select string_agg(concat(order_number - %d, template, state), ',' order by order_number)"
              + " from marketing.coupon",
          "select string_agg(concat(order_number - %d, ':', amount), ',' order by order_number)"
              + " from marketing.red_packet",
          "select string_agg(concat(order_number - %d, template), ',' order by order_number)"
              + " from notification.message",
          "select string_agg(concat(order_number - %d, state, shipments), ',' order by"
              + " order_number) from fulfilment.task",
          "select string_agg(concat(sku, quantity, ':', planned), ',' order by sku, warehouse)"
              + " from inventory.on_hand");

  private static final long FIRST = OrderNumber.firstAt(System.currentTimeMillis()) + 1;

  private static List<String> once;

  @BeforeAll
  static void inOrder() {
    once = after(events(), ORDERS);
    assertThat(once).allMatch(state -> !state.isEmpty());
  }

  @AfterAll
  static void theyAreFive() {
    assertThat(once).hasSize(STATE.size());
  }

  @Test
  void toldTwiceTheyEndTheSame() {
    List<LoggedEvent> twice = new ArrayList<>(events());
    twice.addAll(events());
    assertThat(after(twice, 2 * ORDERS)).isEqualTo(once);
    assertThat(after(twice, 7)).isEqualTo(once);
    List<LoggedEvent> doubled = events().stream().flatMap(e -> List.of(e, e).stream()).toList();
    assertThat(after(doubled, 2 * ORDERS)).isEqualTo(once); // twins in one batch
  }

  @Test
  void inAnyOrderTheyEndTheSame() {
    Random random = new Random(5);
    for (int i = 0; i < 3; i++) {
      List<LoggedEvent> shuffled = new ArrayList<>(events());
      shuffled.addAll(events().subList(0, ORDERS / 2));
      Collections.shuffle(shuffled, random);
      assertThat(after(shuffled, 1 + random.nextInt(ORDERS))).isEqualTo(once);
    }
  }

  /** The whole state after these events were told in batches. */
  private static List<String> after(List<LoggedEvent> events, int batch) {
    try (ShopDatabase shop = new ShopDatabase()) {
      FulfilmentStore fulfilment =
          new FulfilmentStore(
              shop.database(), Warehouses.demo(), FulfilmentSettings.demo(), (_, _) -> {});
      fulfilment.prepare(Clock.system().now());
      shop.run(
          "insert into inventory.on_hand (sku, warehouse, quantity) values ('A', 'sha', 1000000)");
      EffectService effects =
          new EffectService(
              new PointsStore(shop.database()),
              new CouponStore(shop.database()),
              new RedPacketStore(shop.database()),
              new MessageStore(shop.database()),
              fulfilment,
              EffectService.Rules.DEFAULT);
      List<EventHandler> handlers = effects.handlers(() -> {});
      assertThat(handlers)
          .extracting(EventHandler::name)
          .containsExactly("points", "coupon", "red_packet", "notification", "warehouse");
      for (EventHandler handler : handlers) {
        for (int from = 0; from < events.size(); from += batch) {
          List<LoggedEvent> some = events.subList(from, Math.min(events.size(), from + batch));
          shop.database()
              .write(
                  handler.name(),
                  tx -> {
                    handler.handle(tx, some);
                    return true;
                  });
        }
      }
      return STATE.stream().map(sql -> text(shop, sql.formatted(FIRST))).toList();
    }
  }

  private static String text(ShopDatabase shop, String sql) {
    return shop.database().read(Sql.of(sql), row -> row.getString(1)).getFirst();
  }

  private static List<LoggedEvent> events() {
    List<LoggedEvent> events = new ArrayList<>();
    for (int i = 0; i < ORDERS; i++) {
      long number = FIRST + i;
      String data =
          """
          {"number":"%d","user":"%d","region":"330106","currency":"CNY","total":%d,
           "paidAt":"2026-11-22T12:00:00Z","somethingNew":1,
           "items":[{"line":1,"sku":"A","title":"t","quantity":2}]}\
          """
              .formatted(number, i % 5, 5_000 + i * 1_000);
      events.add(
          new LoggedEvent(
              i + 1,
              "order.paid.v1",
              number,
              2,
              Clock.system().now(),
              "",
              data.getBytes(StandardCharsets.UTF_8)));
    }
    return events;
  }
}
