package io.tidegate.shop.aftersales;

import static io.tidegate.shop.aftersales.RefundShop.pieces;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.inventory.Pool;
import io.tidegate.shop.inventory.Stock;
import io.tidegate.shop.inventory.StockStore;
import io.tidegate.shop.ordering.Order;
import io.tidegate.shop.ordering.TestNode;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.testing.Together;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What refunds give back of a pool's pieces. */
class PoolRefundsTest {

  private static final int ROUNDS = 12;
  private RefundShop shop;

  @BeforeEach
  void open() {
    shop = new RefundShop();
    shop.goods("A", 1_001, 1_000);
  }

  @AfterEach
  void close() {
    shop.close();
  }

  @Test
  void aRefundGivesBackToItsOpenPoolPieceByPiece() {
    long pool = shop.node.pool("A", 10);
    Order order = paidFrom(pool, 3);
    assertThat(stock()).isEqualTo(new Stock("A", 1_000, 990, 7, 3));

    shop.asked(order, pieces(1, 1));
    shop.settle();

    assertThat(shop.node.findPool(pool)).isEqualTo(new Pool(pool, "A", 10, 8, true));
    assertThat(stock()).isEqualTo(new Stock("A", 1_000, 990, 8, 2));

    shop.asked(order, pieces(1, 2));
    shop.settle();

    assertThat(shop.node.findPool(pool)).isEqualTo(new Pool(pool, "A", 10, 10, true));
    assertThat(stock()).isEqualTo(new Stock("A", 1_000, 990, 10, 0));
    shop.isSound();
  }

  @Test
  void afterThePoolIsClosedARefundGivesBackToAll() {
    long pool = shop.node.pool("A", 10);
    Order order = paidFrom(pool, 3);
    shop.node.closePool(pool);

    shop.asked(order);
    shop.settle();

    assertThat(shop.node.findPool(pool)).isEqualTo(new Pool(pool, "A", 10, 0, false));
    assertThat(stock()).isEqualTo(new Stock("A", 1_000, 1_000, 0, 0));
    shop.isSound();
  }

  /** Its last step against the pool's end and somebody who takes from it. */
  @Test
  void aRefundThatMeetsThePoolsEndGivesBackOnce() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      long pool = shop.node.pool("A", 4);
      Order order = paidFrom(pool, 3);
      RefundCase asked = shop.asked(order);
      shop.step();
      shop.pay();
      shop.hear();
      assertThat(shop.find(asked.id()).state()).isEqualTo(RefundState.MONEY_BACK);
      int delay = round;
      Callable<Boolean> end =
          () -> {
            for (int i = 0; i < delay; i++) {
              shop.node.number("select 1");
            }
            shop.node.closePool(pool);
            return true;
          };
      Together.run(
          () -> {
            shop.step();
            return true;
          },
          end);
      shop.settle();
      assertThat(shop.find(asked.id()).state()).isEqualTo(RefundState.SUCCEEDED);
      assertThat(stock()).isEqualTo(new Stock("A", 1_000, 1_000, 0, 0));
    }
    shop.isSound();
  }

  private Order paidFrom(long pool, int quantity) {
    Order order = shop.node.placedFrom(pool, "A", quantity);
    Attempt attempt = shop.node.opened(order);
    shop.node.capture(TestNode.money(attempt, "T" + order.number()));
    shop.hear();
    return shop.node.find(order);
  }

  private Stock stock() {
    return new StockStore(shop.node.database).find("A").orElseThrow();
  }
}
