package io.tidegate.shop.ordering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is stored of items and history is read back as it was, whatever the texts are. */
class OrderTextTest {

  private static final List<String> HOSTILE =
      List.of(
          "",
          "\"",
          "\\",
          "\\\"],[\"",
          "a\tb\nc\rd\u0001\u001f\u007f",
          "手机 12+256GB 😀👩‍👩‍👧",
          "\u2028\u2029\ufeff",
          "</script><!--",
          "],[9,9,9]",
          "{}[],:null",
          "x".repeat(4_000));

  private static List<OrderItem> read(List<OrderItem> stored) {
    return OrderText.items(OrderText.items(stored).getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void discountsComeBackAsTheyWere() {
    List<Discount> discounts =
        List.of(
            new Discount(Discount.Kind.PROMOTION, "p\"1", List.of(0L, Long.MAX_VALUE)),
            new Discount(Discount.Kind.RED_PACKET, "7", List.of(1L, 2L)));
    assertThat(OrderText.discounts(OrderText.discounts(discounts))).isEqualTo(discounts);
    assertThat(OrderText.discounts(OrderText.discounts(List.of()))).isEmpty();
    assertThat(OrderText.discounts(List.of())).isNull();
    assertThatThrownBy(() -> OrderText.discounts("[2,[1,\"7\",[1]]]"))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void itemsComeBackAsTheyWere() {
    List<OrderItem> items = new ArrayList<>();
    for (String title : HOSTILE) {
      items.add(new OrderItem("SKU-" + items.size(), title, 999, Long.MAX_VALUE, 0));
    }
    assertThat(read(items)).isEqualTo(items);
    assertThat(read(List.of())).isEmpty();
  }

  @Test
  void itemsOfPoolsComeBackBesideOthers() {
    OrderItem pooled = new OrderItem("A", "t", 1, 100, 0, Long.MAX_VALUE);
    OrderItem plain = new OrderItem("A", "t", 1, 100, 0);

    assertThat(OrderText.items(List.of(plain, pooled, plain)))
        .isEqualTo(
            "[2,[\"A\",\"t\",1,100,0],[\"A\",\"t\",1,100,0,9223372036854775807],"
                + "[\"A\",\"t\",1,100,0]]");
    assertThat(read(List.of(plain, pooled, plain))).containsExactly(plain, pooled, plain);
    assertThat(OrderText.items(List.of(plain))).isEqualTo("[1,[\"A\",\"t\",1,100,0]]");
  }

  @Test
  void historyComesBackAlsoWhenItWasAppended() {
    List<Step> steps = new ArrayList<>();
    StringBuilder stored = new StringBuilder();
    for (String text : HOSTILE) {
      int version = steps.size() + 1;
      Step step =
          new Step(
              version,
              Instant.ofEpochMilli(1_700_000_000_000L + version),
              version == 1 ? null : Status.AWAITING_PAYMENT,
              Status.AWAITING_SHIPMENT,
              text,
              "customer:" + text,
              text);
      stored.append(stored.isEmpty() ? "" : ",").append(OrderText.steps(List.of(step)));
      steps.add(step);
    }
    assertThat(OrderText.history(stored.toString())).isEqualTo(steps);
    assertThat(OrderText.history(OrderText.steps(steps))).isEqualTo(steps);
  }

  @Test
  void randomTextsComeBack() {
    Random random = new Random(7);
    for (int i = 0; i < 5_000; i++) {
      StringBuilder title = new StringBuilder();
      for (int n = random.nextInt(12); n > 0; n--) {
        int point = random.nextInt(random.nextBoolean() ? 0x80 : 0x11_0000);
        if (point > 0 && (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE)) {
          title.appendCodePoint(point);
        }
      }
      List<OrderItem> items =
          List.of(new OrderItem("A", title.toString(), 1, random.nextLong(1L << 50), 3));
      assertThat(read(items)).isEqualTo(items);
    }
  }

  @Test
  void whatIsNoneOfOursIsNotRead() {
    for (String foreign :
        List.of(
            "[3,[\"A\",\"t\",1,1,0]]",
            "[1,[\"A\",\"t\",1,1]]",
            "[1,[\"A\",\"t\",1,1,0,7]]",
            "[2,[\"A\",\"t\",1,1,0,7,8]]",
            "[2,[\"A\",\"t\",1,1,0,\"7\"]]",
            "{}",
            "")) {
      assertThatThrownBy(() -> OrderText.items(foreign.getBytes(StandardCharsets.UTF_8)))
          .as(foreign)
          .isInstanceOf(RuntimeException.class);
    }
  }
}
