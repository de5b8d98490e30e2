package io.tidegate.shop.ordering;

import io.tidegate.shop.catalog.Offer;
import io.tidegate.shop.customer.Address;
import io.tidegate.shop.inventory.Stock;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A customer's wish for an order: priced, its stock locked, exactly once for its key.
 *
 * @param number given before it is decided; kept only when it is placed
 * @param expectedTotal what the customer was shown; less than today's is refused
 * @param key 16 bytes, the idempotency key's hash
 * @param commandHash 16 bytes over everything that was asked for
 */
public record PlaceOrder(
    OrderNumber number,
    long userId,
    List<Line> lines,
    Address address,
    @Nullable Money expectedTotal,
    byte[] key,
    byte[] commandHash,
    Cause cause) {

  /** Some pieces of a SKU. */
  public record Line(String sku, int quantity) {}

  /** Why an order isn't placed. Lines count from 0. */
  public sealed interface Refusal {
    record OutOfStock(List<Integer> lines) implements Refusal {}

    record NotSellable(List<Integer> lines) implements Refusal {}

    record PriceChanged(Amounts current) implements Refusal {}

    record KeyReused() implements Refusal {}
  }

  /**
   * Decides by today's prices and by the stock that was loaded.
   *
   * @param offers what is sold now
   * @param stock a SKU's row, or null where the batch lets the database decide
   * @param taken pieces that earlier orders of the batch have locked
   */
  public Outcome<Order, Refusal> decide(
      Function<String, @Nullable Offer> offers,
      @Nullable Function<String, @Nullable Stock> stock,
      ToLongFunction<String> taken,
      Instant payBefore) {
    List<Integer> notSellable = new ArrayList<>(0);
    List<OrderItem> items = new ArrayList<>(lines.size());
    String currency = null;
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get(i);
      Offer offer = offers.apply(line.sku());
      if (offer == null
          || !offer.active()
          || (currency != null && !currency.equals(offer.price().currency()))) {
        notSellable.add(i);
        continue;
      }
      currency = offer.price().currency();
      items.add(
          new OrderItem(line.sku(), offer.title(), line.quantity(), offer.price().amount(), 0));
    }
    if (!notSellable.isEmpty() || currency == null) {
      return Outcome.refused(new Refusal.NotSellable(notSellable));
    }
    if (stock != null) {
      List<Integer> missing = missing(stock, taken);
      if (!missing.isEmpty()) {
        return Outcome.refused(new Refusal.OutOfStock(missing));
      }
    }
    Amounts amounts = Amounts.of(currency, items, 0);
    if (expectedTotal != null && isLess(expectedTotal, amounts)) {
      return Outcome.refused(new Refusal.PriceChanged(amounts));
    }
    return Outcome.applied(
        new Order(
            number,
            userId,
            1,
            new OrderState.AwaitingPayment(payBefore),
            address.region(),
            amounts,
            0,
            payBefore,
            null,
            List.copyOf(items)));
  }

  private List<Integer> missing(
      Function<String, @Nullable Stock> stock, ToLongFunction<String> taken) {
    List<Integer> missing = new ArrayList<>(0);
    Map<String, Long> own = new HashMap<>(); // lines of the same SKU draw on the same pieces
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get(i);
      Stock row = stock.apply(line.sku());
      long wanted = own.merge(line.sku(), (long) line.quantity(), Math::addExact);
      if (row == null || !row.has(taken.applyAsLong(line.sku()), wanted)) {
        missing.add(i);
      }
    }
    return missing;
  }

  /** More than today's is no error: a price that fell is given to the customer. */
  private static boolean isLess(Money expected, Amounts amounts) {
    return !expected.currency().equals(amounts.currency()) || expected.amount() < amounts.total();
  }
}
