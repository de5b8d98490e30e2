package io.tidegate.shop.ordering;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.kernel.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What people wrote when they cancelled is shown to them, is in no event, and can be forgotten. */
class CancelWordsTest {

  private static final String WORDS = "wrong address, call 13800138000";

  @Test
  void wordsAreAtTheOrderAndInNoEventAndAreForgotten() {
    try (TestNode node = TestNode.alone()) {
      node.goods("A", 10_00, 100);
      Order mine = node.placed(new PlaceOrder.Line("A", 1));
      Order others = node.placed(new PlaceOrder.Line("A", 1));
      Order open = node.placed(new PlaceOrder.Line("A", 1));
      assertThat(node.cancel(mine, WORDS)).isInstanceOf(Outcome.Applied.class);
      assertThat(node.cancel(others, WORDS)).isInstanceOf(Outcome.Applied.class);

      assertThat(words(node, mine)).isEqualTo(WORDS);
      assertThat(node.texts("select convert_from(data, 'UTF8') from messaging.log"))
          .isNotEmpty()
          .noneMatch(data -> data.contains("13800138000"));
      int version = node.find(mine).version();

      List<Long> orders = List.of(open.number().value(), mine.number().value());
      for (int twice = 0; twice < 2; twice++) {
        node.database.write(
            "forget",
            tx -> {
              CancelWordsStore.forget(tx, orders);
              return true;
            });
      }

      assertThat(words(node, mine)).isEqualTo(OrderState.Cancelled.BY_CUSTOMER);
      assertThat(words(node, others)).isEqualTo(WORDS);
      assertThat(node.find(mine).version()).isEqualTo(version);
      assertThat(node.find(open).status()).isEqualTo(Status.AWAITING_PAYMENT);
      node.checkPromises();
    }
  }

  private static String words(TestNode node, Order order) {
    return node.find(order).state() instanceof OrderState.Cancelled(var _, String words)
        ? words
        : "not cancelled";
  }
}
