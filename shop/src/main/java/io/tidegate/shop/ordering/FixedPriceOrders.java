package io.tidegate.shop.ordering;

import io.tidegate.platform.db.IdempotencyTable.Entry;
import io.tidegate.platform.db.Tx;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.shop.catalog.Offer;
import io.tidegate.shop.customer.Address;
import io.tidegate.shop.customer.ConsigneeStore;
import io.tidegate.shop.customer.Invoice;
import io.tidegate.shop.fulfilment.Carriage;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Orders of one line whose price somebody above has fixed: no promotion, no perk, freight as usual.
 * From then on they are ordinary orders.
 *
 * <p>Who calls keeps the keys, and takes the pieces in the same transaction; {@link #decide} is
 * pure but for prices in memory.
 */
public final class FixedPriceOrders {

  private final NewOrderStore orders;
  private final ConsigneeStore consignees;
  private final TariffBook tariffs;

  public FixedPriceOrders(ConsigneeStore consignees, EventLog log, TariffBook tariffs) {
    this.orders = new NewOrderStore(consignees, log);
    this.consignees = consignees;
    this.tariffs = tariffs;
  }

  /**
   * A wish for one line.
   *
   * @param item with the fixed price, which is not nothing; nothing is taken off it
   * @param currency of the price
   */
  public record Wish(
      OrderNumber number, long userId, OrderItem item, String currency, Address address) {
    public Wish {
      if (item.total() <= 0) { // it would be paid as it is placed, and so would its pieces be
        throw new IllegalArgumentException("a fixed price is not nothing");
      }
    }
  }

  /** Why an order can't be made of a wish. */
  public enum Refusal {
    /** The saved address that was asked for is not there. */
    NO_SUCH_ADDRESS,
    /** No courier goes there. */
    NOT_CARRIED
  }

  /**
   * What was decided, to be written.
   *
   * @param consigned whether its consignee stands under its number already
   */
  public record Made(Placed placed, Cause cause, boolean consigned) {}

  /**
   * Makes an order of a wish.
   *
   * @param now by the database's clock
   * @param payBefore until when it can be paid
   */
  public Outcome<Placed, Refusal> decide(Wish wish, Instant now, Instant payBefore) {
    if (wish.address().equals(PlaceOrder.NOWHERE)) {
      return Outcome.refused(Refusal.NO_SUCH_ADDRESS);
    }
    Tariff tariff = tariffs.seen().tariff();
    OrderItem item = wish.item();
    Offer offer = tariff.offer(item.sku(), now);
    long grams =
        offer == null ? 0 : Math.multiplyExact((long) offer.weightGrams(), (long) item.quantity());
    Carriage carriage =
        tariff.carry(null, wish.address().region(), grams, item.total(), wish.currency());
    return switch (carriage) {
      case Carriage.By by ->
          Outcome.applied(placed(wish, by.offer().id(), by.offer().fee(), payBefore));
      case Carriage.Unpriced _ -> Outcome.applied(placed(wish, null, 0, payBefore));
      case Carriage.NoSuchCourier _, Carriage.NotThere _ -> Outcome.refused(Refusal.NOT_CARRIED);
    };
  }

  private static Placed placed(
      Wish wish, @Nullable String courier, long freight, Instant payBefore) {
    List<OrderItem> items = List.of(wish.item());
    Order order =
        new Order(
            wish.number(),
            wish.userId(),
            1,
            new OrderState.AwaitingPayment(payBefore),
            wish.address().region(),
            Amounts.of(wish.currency(), items, freight),
            0,
            payBefore,
            null,
            items,
            List.of(),
            freight > 0 ? courier : null);
    return new Placed(order, wish.address(), Invoice.none());
  }

  /** Writes orders with all that belongs to them, but keys and stock. */
  public void write(Tx tx, List<Made> made) {
    orders.write(
        tx,
        made.stream()
            .map(each ->
                new NewOrder(
                    each.placed().order(),
                    each.placed().address(),
                    each.placed().invoice(),
                    each.cause(),
                    each.consigned()))
            .toList());
  }

  /** What keys were answered before, by order number. */
  public Map<Long, Placed> replays(Tx tx, Map<String, Entry> known) {
    return ReplayStore.read(tx, consignees, known);
  }
}
