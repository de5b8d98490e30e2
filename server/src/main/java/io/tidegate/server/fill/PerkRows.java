package io.tidegate.server.fill;

import io.tidegate.platform.http.JsonWriter;
import io.tidegate.shop.effects.EffectService;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.ordering.Order;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What paid orders have brought their customers: points, coupons, red packets, a message. */
final class PerkRows {

  private final CopyRows points =
      new CopyRows("points.entry", "order_number, kind, user_id, amount, at");
  private final CopyRows coupons =
      new CopyRows(
          "marketing.coupon",
          "template, user_id, order_number, state, granted_at, valid_from, valid_to");
  private final CopyRows packets =
      new CopyRows("marketing.red_packet", "order_number, user_id, amount, currency, at");
  private final CopyRows messages =
      new CopyRows(
          "notification.message",
          "order_number, template, user_id, channel, details, state, tries, created_at, sent_at");
  private final TreeMap<Long, Long> pointsByUser = new TreeMap<>();

  List<CopyRows> tables() {
    return List.of(points, coupons, packets, messages);
  }

  /** What was earned, by rising user. */
  SortedMap<Long, Long> pointsByUser() {
    return pointsByUser;
  }

  void add(Order order) {
    EffectService.Rules rules = EffectService.Rules.DEFAULT;
    long number = order.number().value();
    Money total = order.amounts().totalMoney();
    Instant paidAt = order.paidAt();
    if (paidAt == null) {
      throw new IllegalStateException("perks of an order that was not paid: " + number);
    }
    Instant at = paidAt.plusMillis(60);
    long earned = rules.points().points(total);
    if (earned > 0) {
      points.row().bigint(number).text("earned").bigint(order.userId()).bigint(earned).time(at);
      pointsByUser.merge(order.userId(), earned, Math::addExact);
    }
    rules
        .coupons()
        .grant(number, order.userId(), total, at)
        .ifPresent(grant ->
            coupons
                .row()
                .text(grant.template())
                .bigint(grant.userId())
                .bigint(number)
                .text("granted")
                .time(at)
                .time(grant.validFrom())
                .time(grant.validTo()));
    Money packet = rules.redPackets().packet(total);
    if (!packet.isZero()) {
      packets
          .row()
          .bigint(number)
          .bigint(order.userId())
          .bigint(packet.amount())
          .text(packet.currency())
          .time(at);
    }
    messages
        .row()
        .bigint(number)
        .text("order_paid")
        .bigint(order.userId())
        .text("sms")
        .jsonb(details(order))
        .text("sent")
        .integer(1)
        .time(at)
        .time(at.plusMillis(80));
  }

  private static String details(Order order) {
    JsonWriter json =
        new JsonWriter(96)
            .beginObject()
            .field("number", order.number().toString())
            .field("amount", "¥" + order.amounts().totalMoney().decimal())
            .endObject();
    return new String(json.toBytes(), StandardCharsets.UTF_8);
  }
}
