package io.tidegate.shop.aftersales;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.ordering.Amounts;
import io.tidegate.shop.ordering.Discount;
import io.tidegate.shop.ordering.Order;
import io.tidegate.shop.ordering.OrderItem;
import io.tidegate.shop.ordering.OrderState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Refunding every piece refunds what was paid, to the fen, in whatever order (M12). */
class RefundAmountsTest {

  private static final Instant NOW = Instant.parse("2026-11-26T00:00:00Z");
  private static final int ORDERS = 400;

  @Test
  void whoTakesTheLastPieceTakesWhatIsLeft() {
    Order order = order(List.of(new OrderItem("A", "", 3, 334, 2)), 0, List.of());
    List<RefundCase> cases = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      cases.add(asked(order, i, cases, List.of(new RequestRefund.Pieces(1, 1))));
    }
    assertThat(cases).extracting(RefundCase::gross).containsExactly(333L, 333L, 334L);
  }

  @Test
  void aRefusedOneLeavesItsPartToTheNext() {
    Order order = order(List.of(new OrderItem("A", "", 4, 1, 1)), 0, List.of());
    List<RefundCase> live = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      live.add(asked(order, i, live, List.of(new RequestRefund.Pieces(1, 1))));
    }
    assertThat(live).extracting(RefundCase::gross).containsExactly(0L, 0L, 0L, 3L);
    List<RefundCase> left = new ArrayList<>(live.subList(3, 4)); // the three others are refused
    // A part by itself would be 1, and nothing is left.
    left.add(asked(order, 5, left, List.of(new RequestRefund.Pieces(1, 2))));
    left.add(asked(order, 6, left, List.of(new RequestRefund.Pieces(1, 1))));
    assertThat(left).extracting(RefundCase::gross).containsExactly(3L, 0L, 0L);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void anyOrderOfPartsSumsToTheWhole(long seed) {
    Random random = new Random(seed);
    int refused = 0;
    for (int i = 0; i < ORDERS; i++) {
      Order order = order(random);
      List<RefundCase> live = new ArrayList<>();
      int seq = 1;
      while (left(order, live) > 0) {
        live.add(asked(order, seq++, live, some(order, live, random)));
        if (random.nextInt(3) == 0) { // it is refused, or an earlier one is
          live.remove(random.nextInt(live.size()));
          refused++;
        }
      }
      check(order, live);
    }
    assertThat(refused).isGreaterThan(ORDERS / 2);
  }

  private static void check(Order order, List<RefundCase> live) {
    assertThat(live.stream().mapToLong(RefundCase::gross).sum())
        .as("what was paid")
        .isEqualTo(order.amounts().total());
    for (RefundCase each : live) {
      assertThat(each.lines()).allMatch(line -> line.goods() >= 0 && line.freight() >= 0);
      assertThat(CasePart.of(each).amount()).isEqualTo(each.gross());
    }
    for (int i = 0; i < order.discounts().size(); i++) {
      int at = i;
      Discount discount = order.discounts().get(i);
      assertThat(
              live.stream()
                  .flatMap(each -> each.lines().stream())
                  .mapToLong(line -> line.shares().get(at))
                  .sum())
          .as("shares of a discount")
          .isEqualTo(discount.amount());
      long back = live.stream().mapToLong(each -> each.used().get(at)).sum();
      switch (discount.kind()) {
        case PROMOTION, COUPON -> assertThat(back).isZero();
        case RED_PACKET -> assertThat(back).isEqualTo(discount.amount());
        case POINTS -> assertThat(back).isEqualTo(discount.number());
      }
    }
  }

  private static int left(Order order, List<RefundCase> live) {
    RefundFile file = RefundShop.file(order, live);
    return IntStream.rangeClosed(1, order.items().size()).map(file::left).sum();
  }

  private static List<RequestRefund.Pieces> some(
      Order order, List<RefundCase> live, Random random) {
    RefundFile file = RefundShop.file(order, live);
    List<RequestRefund.Pieces> pieces = new ArrayList<>();
    for (int line = 1; line <= order.items().size(); line++) {
      int left = file.left(line);
      if (left > 0 && (random.nextBoolean() || pieces.isEmpty())) {
        pieces.add(new RequestRefund.Pieces(line, 1 + random.nextInt(left)));
      }
    }
    return pieces;
  }

  private static RefundCase asked(
      Order order, int seq, List<RefundCase> live, List<RequestRefund.Pieces> pieces) {
    List<RefundLine> lines = RefundAmounts.lines(order, live, pieces);
    long gross = lines.stream().mapToLong(RefundLine::amount).sum();
    long deducted = gross == 0 ? 0 : seq % 3 == 0 ? gross / 3 : 0;
    return new RefundCase(
        new RefundCaseId(order.number(), Math.min(seq, RefundCaseId.PER_ORDER_MAX)),
        0,
        42,
        null,
        RefundState.REQUESTED,
        1,
        lines,
        Money.cny(gross - deducted),
        deducted,
        RefundAmounts.used(order, live, lines),
        "why",
        "customer:42",
        "",
        null,
        0,
        List.of(),
        new RefundCase.Progress(1, 0, NOW, null, NOW, 0, null),
        null,
        List.of());
  }

  private static Order order(Random random) {
    int lines = 1 + random.nextInt(4);
    List<Long> points = new ArrayList<>();
    List<Long> packets = new ArrayList<>();
    List<Long> promotions = new ArrayList<>();
    List<OrderItem> items = new ArrayList<>();
    for (int i = 0; i < lines; i++) {
      int quantity = 1 + random.nextInt(7);
      long price = random.nextInt(500);
      long gross = price * quantity;
      long promotion = random.nextLong(gross / 4 + 1);
      long point = random.nextLong(gross / 4 + 1);
      long packet = random.nextLong(gross / 4 + 1);
      promotions.add(promotion);
      points.add(point);
      packets.add(packet);
      items.add(new OrderItem("S" + i, "", quantity, price, promotion + point + packet));
    }
    List<Discount> discounts = new ArrayList<>();
    add(discounts, new Discount(Discount.Kind.PROMOTION, "7", promotions));
    Discount byPoints = new Discount(Discount.Kind.POINTS, "1", points);
    // A point may be worth 1 fen, or more, or less.
    long pieces = Math.max(1, byPoints.amount() * (1 + random.nextInt(3)) / 2);
    add(discounts, new Discount(Discount.Kind.POINTS, Long.toString(pieces), points));
    add(discounts, new Discount(Discount.Kind.RED_PACKET, "9", packets));
    return order(items, random.nextInt(1_500), discounts);
  }

  private static void add(List<Discount> discounts, Discount discount) {
    if (discount.amount() > 0) {
      discounts.add(discount);
    }
  }

  private static Order order(List<OrderItem> items, long freight, List<Discount> discounts) {
    return new Order(
        new OrderNumber(1_000_000),
        42,
        2,
        new OrderState.AwaitingShipment(NOW),
        "330106",
        Amounts.of("CNY", items, freight),
        0,
        NOW,
        NOW,
        items,
        discounts.isEmpty() ? Collections.emptyList() : discounts,
        null);
  }
}
