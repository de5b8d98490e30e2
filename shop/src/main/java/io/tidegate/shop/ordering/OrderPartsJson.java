package io.tidegate.shop.ordering;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Questions;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.shop.kernel.OrderNumber;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What orders' pages show of packages that ordering doesn't know or only reads. */
@FunctionalInterface
public interface OrderPartsJson {

  /**
   * Asks, with others' questions, what it has to know of these orders.
   *
   * @param orders that are paid, one at least
   * @return what is known, once the questions have their answers
   */
  Supplier<Parts> ask(Questions questions, Collection<OrderNumber> orders);

  /** The seven effects of one order, asked for alone; empty until it is paid. */
  default List<Effect> effects(Database database, Order order) {
    if (order.paidAt() == null) {
      return List.of();
    }
    Questions questions = new Questions();
    Supplier<Parts> asked = ask(questions, List.of(order.number()));
    database.ask(questions);
    return asked.get().effects(order);
  }

  /** What is known of some orders. */
  interface Parts {

    /** Of orders that are not paid. */
    Parts NONE =
        new Parts() {
          @Override
          public List<Effect> effects(Order order) {
            return List.of();
          }

          @Override
          public void shipments(JsonWriter json, Order order) {}
        };

    /** The seven effects of a paid order; empty until it is paid. */
    List<Effect> effects(Order order);

    /** Writes the order's parcels, each an object. */
    void shipments(JsonWriter json, Order order);
  }

  /**
   * One of the seven effects of a payment.
   *
   * @param name order, stock, points, coupon, red_packet, notification or warehouse
   * @param state pending, done, retrying, dead or reversed
   * @param at when it was done
   */
  record Effect(String name, String state, @Nullable Instant at, int tries) {}
}
