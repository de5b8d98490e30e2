package io.tidegate.shop.aftersales;

import static io.tidegate.shop.aftersales.RefundShop.line;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.ordering.Order;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A step that the database refuses stops nobody else, and is tried again later each time. */
class RefundStepFailuresTest {

  /** What the database refuses, each another failure to the program. */
  enum Poison {
    CONFLICT("false"),
    BAD_DATA("1 / (version - version) > 0"),
    BROKEN("('no_table_' || version)::regclass is not null");

    private final String check;

    Poison(String check) {
      this.check = check;
    }
  }

  @ParameterizedTest
  @EnumSource(Poison.class)
  void oneThatFailsIsPutOffAndTheOthersGoOn(Poison how) {
    try (RefundShop shop = new RefundShop()) {
      shop.goods("A", 10_000, 50);
      Order later = shop.paid(line("A", 1));
      RefundCase finishing = shop.asked(later);
      shop.step();
      shop.pay();
      shop.hear();
      assertThat(shop.find(finishing.id()).state()).isEqualTo(RefundState.MONEY_BACK);
      RefundCase poison = shop.asked(shop.paid(line("A", 1)));
      RefundCase beside = shop.asked(shop.paid(line("A", 2)));
      poison(shop, poison, how);

      shop.step();
      assertThat(shop.find(beside.id()).state()).isEqualTo(RefundState.AT_PROVIDER);
      assertThat(shop.find(finishing.id()).state()).isEqualTo(RefundState.SUCCEEDED);
      RefundCase.Progress once = shop.find(poison.id()).progress();
      assertThat(once.tries()).isEqualTo(1);
      assertThat(once.error()).contains("SQLSTATE");

      due(shop);
      shop.step();
      assertThat(shop.find(poison.id()).progress().tries()).isEqualTo(2);

      shop.node.run("alter table aftersales.refund_case drop constraint poison");
      due(shop);
      shop.settle();
      assertThat(shop.state(poison.id())).isEqualTo("succeeded");
      assertThat(shop.find(poison.id()).progress().error()).isNull();
      shop.isSound();
    }
  }

  /** The database refuses whatever is done to a refund; that it is taken says nothing about it. */
  private static void poison(RefundShop shop, RefundCase refund, Poison how) {
    shop.node.run(
        "alter table aftersales.refund_case add constraint poison check (order_number <> %s or version"
                .formatted(refund.id().order())
            + " <= %d or %s)".formatted(refund.version(), how.check));
  }

  private static void due(RefundShop shop) {
    shop.node.run(
        "update aftersales.refund_case set next_step_at = clock_timestamp() where next_step_at is"
            + " not null");
  }
}
