package io.tidegate.shop.aftersales;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tidegate.shop.ordering.Order;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What people wrote about refunds is told to them, and forgotten with them. */
class CustomerWordsTest {

  @Test
  void wordsAreForgottenAndTheirCasesStay() {
    try (RefundShop shop = new RefundShop()) {
      shop.goods("A", 10_00, 100);
      Order mine = shop.paid(RefundShop.line("A", 2));
      Order other = shop.paid(RefundShop.line("A", 1));
      RefundCase asked = shop.asked(mine, RefundShop.pieces(1, 1));
      RefundCase kept = shop.asked(other, RefundShop.pieces(1, 1));
      CustomerWordsStore words = new CustomerWordsStore(shop.node.database);
      List<Long> orders = List.of(mine.number().value(), other.number().value());
      assertThat(words.ofOrders(orders))
          .extracting(CustomerWordsStore.Words::about, CustomerWordsStore.Words::reason)
          .containsExactly(
              tuple(asked.id().toString(), asked.reason()),
              tuple(kept.id().toString(), kept.reason()));
      assertThat(asked.reason()).isNotEmpty();

      shop.node.database.write(
          "forget",
          tx -> {
            CustomerWordsStore.forget(tx, List.of(mine.number().value()));
            return true;
          });

      assertThat(words.ofOrders(orders))
          .extracting(CustomerWordsStore.Words::about)
          .containsExactly(kept.id().toString());
      shop.settle();
      assertThat(shop.state(asked.id())).isEqualTo("succeeded");
    }
  }

  @Test
  void whatWasWrittenAboutReturnsIsForgottenToo() {
    try (RefundShop shop = new RefundShop()) {
      shop.goods("A", 10_00, 100);
      long mine = shop.paid(RefundShop.line("A", 2)).number().value();
      ReturnCaseStore.preparePartitions(shop.node.database, shop.node.database.now());
      shop.node.run(
          "insert into aftersales.return_case (order_number, seq, user_id, state, version, lines,"
              + " reason, pictures, note, history, created_at) values (%d, 1, 42, 1, 1, '[[1,1]]',"
                  .formatted(mine)
              + " 'too small', '[\"p1\",\"p2\"]', 'worn', '[]', now())");
      CustomerWordsStore words = new CustomerWordsStore(shop.node.database);
      assertThat(words.ofOrders(List.of(mine)))
          .containsExactly(new CustomerWordsStore.Words(mine, mine + "t1", "too small", 2));

      shop.node.database.write(
          "forget",
          tx -> {
            CustomerWordsStore.forget(tx, List.of(mine));
            return true;
          });

      assertThat(words.ofOrders(List.of(mine))).isEmpty();
      assertThat(shop.node.texts("select coalesce(note, 'none') from aftersales.return_case"))
          .containsExactly("none");
    }
  }
}
