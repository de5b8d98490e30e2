package io.tidegate.shop.ordering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.shop.catalog.Offer;
import io.tidegate.shop.customer.Address;
import io.tidegate.shop.inventory.Stock;
import io.tidegate.shop.inventory.StockMoves;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.PlaceOrder.Line;
import io.tidegate.shop.ordering.PlaceOrder.Refusal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whether an order is placed, and for how much. */
class PlaceOrderTest {

  private final Map<String, Offer> offers = new HashMap<>();
  private final Map<String, Stock> stock = new HashMap<>();
  private final StockMoves taken = new StockMoves();
  private final Tariff tariff = Tariff.of((sku, _) -> offers.get(sku));

  PlaceOrderTest() {
    goods("A", Money.cny(1_000), true, 50);
    goods("B", Money.cny(990), true, 50);
    goods("OFF", Money.cny(5), false, 50);
    goods("YEN", new Money(300, "JPY"), true, 50);
    goods("DEAR", Money.cny(Long.MAX_VALUE / 2), true, 50);
  }

  @Test
  void itsSumsAreThoseOfItsPrices() {
    Order order = placed(wish(null, new Line("A", 2), new Line("B", 1)));
    assertThat(order.amounts()).isEqualTo(new Amounts(Money.CNY, 2_990, 0, 0));
    assertThat(order.amounts().total()).isEqualTo(2_990);
    assertThat(order.items()).extracting(OrderItem::unitPrice).containsExactly(1_000L, 990L);
    assertThat(order.status()).isEqualTo(Status.AWAITING_PAYMENT);
    assertThat(order.version()).isEqualTo(1);
  }

  @Test
  void onlyWhatIsMissingIsNamed() {
    assertThat(refusal(wish(null, new Line("A", 51), new Line("B", 50))))
        .isEqualTo(new Refusal.OutOfStock(List.of(0), List.of(0)));
    assertThat(refusal(wish(null, new Line("A", 50), new Line("B", 51))))
        .isEqualTo(new Refusal.OutOfStock(List.of(1), List.of(1)));
    stock.remove("B");
    assertThat(refusal(wish(null, new Line("A", 51), new Line("B", 1))))
        .isEqualTo(new Refusal.OutOfStock(List.of(0, 1), List.of(0)));
  }

  @Test
  void earlierOrdersOfTheBatchHaveTakenTheirs() {
    taken.lock("B", 49);
    assertThat(placed(wish(null, new Line("A", 1), new Line("B", 1))).items()).hasSize(2);
    taken.lock("B", 1);
    assertThat(refusal(wish(null, new Line("A", 1), new Line("B", 1))))
        .isEqualTo(new Refusal.OutOfStock(List.of(1), List.of()));
  }

  @Test
  void linesOfTheSameSkuDrawOnTheSamePieces() {
    assertThat(placed(wish(null, new Line("A", 25), new Line("A", 25))).items()).hasSize(2);
    assertThat(refusal(wish(null, new Line("A", 25), new Line("A", 26))))
        .isEqualTo(new Refusal.OutOfStock(List.of(1), List.of(1)));
  }

  @Test
  void aBatchWithoutLoadLeavesTheStockToTheDatabase() {
    assertThat(wish(null, new Line("A", 999)).decide(tariff, Given.NOW, Given.PAY_BEFORE))
        .isInstanceOf(Outcome.Applied.class);
  }

  @Test
  void aPriceThatRoseIsToldAndOneThatFellIsGiven() {
    assertThat(refusal(wish(Money.cny(999), new Line("A", 1))))
        .isEqualTo(
            new Refusal.PriceChanged(new Amounts(Money.CNY, 1_000, 0, 0), List.of(), List.of()));
    assertThat(placed(wish(Money.cny(1_000), new Line("A", 1))).amounts().total()).isEqualTo(1_000);
    assertThat(placed(wish(Money.cny(1_001), new Line("A", 1))).amounts().total()).isEqualTo(1_000);
    assertThat(refusal(wish(new Money(1_000, "JPY"), new Line("A", 1))))
        .isEqualTo(new Refusal.OtherCurrency(Money.CNY));
  }

  @Test
  void whatIsNotForSaleIsNamed() {
    assertThat(refusal(wish(null, new Line("OFF", 1), new Line("A", 1), new Line("GONE", 1))))
        .isEqualTo(new Refusal.NotSellable(List.of(0, 2)));
    assertThat(refusal(wish(null, new Line("A", 1), new Line("YEN", 1), new Line("B", 1))))
        .isEqualTo(new Refusal.NotSellable(List.of(1))); // one currency an order
    assertThat(placed(wish(null, new Line("YEN", 2))).amounts().totalMoney())
        .isEqualTo(new Money(600, "JPY"));
    assertThat(refusal(wish(null))).isEqualTo(new Refusal.NotSellable(List.of()));
  }

  @Test
  void aSumThatIsNoLongIsNoOrder() {
    assertThatThrownBy(() -> decide(wish(null, new Line("DEAR", 3))))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> decide(wish(null, new Line("DEAR", 2), new Line("A", 1))))
        .isInstanceOf(ArithmeticException.class);
  }

  private void goods(String sku, Money price, boolean active, long available) {
    offers.put(sku, new Offer(sku, "P", "phones", "T " + sku, "", "", price, 1, active, 1));
    stock.put(sku, new Stock(sku, available, available, 0, 0));
  }

  private static PlaceOrder wish(@Nullable Money expected, Line... lines) {
    return new PlaceOrder(
        Given.NUMBER,
        42,
        List.of(lines),
        new Address("Li", "13800000000", "330106", "1 Road"),
        expected,
        new byte[16],
        new byte[16],
        Given.CAUSE);
  }

  private Outcome<Order, Refusal> decide(PlaceOrder wish) {
    return wish.decide(tariff, new Pieces(stock, taken), Given.NOW, Given.PAY_BEFORE);
  }

  /** Stock, and all perks that anybody wants. */
  private record Pieces(Map<String, Stock> stock, StockMoves taken) implements Supply {
    @Override
    public long pieces(String sku) {
      Stock row = stock.get(sku);
      return row == null ? 0 : row.available() - taken.taken(sku);
    }

    @Override
    public boolean hasCoupon(long userId, long coupon) {
      return true;
    }

    @Override
    public long points(long userId) {
      return ENOUGH;
    }

    @Override
    public long packet(long userId, long packet) {
      return ENOUGH;
    }
  }

  private Order placed(PlaceOrder wish) {
    return ((Outcome.Applied<Order, Refusal>) decide(wish)).value();
  }

  private Refusal refusal(PlaceOrder wish) {
    return ((Outcome.Refused<Order, Refusal>) decide(wish)).why();
  }
}
