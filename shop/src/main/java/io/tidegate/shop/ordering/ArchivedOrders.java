package io.tidegate.shop.ordering;

import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.payment.Capture;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Orders that have left the database, as far as ordering asks for them; what is above has them. */
public interface ArchivedOrders {

  /** Of a shop that keeps all its orders in the database. */
  ArchivedOrders NONE =
      new ArchivedOrders() {
        @Override
        public long top() {
          return 0;
        }

        @Override
        public List<Row> mine(Wanted wanted) {
          return List.of();
        }

        @Override
        public Optional<StaffRow> row(OrderNumber number) {
          return Optional.empty();
        }

        @Override
        public boolean holds(OrderNumber number) {
          return false;
        }

        @Override
        public void noteLate(Capture capture) {
          throw new IllegalStateException("no order has left the database");
        }
      };

  /** No archived order has a higher number; from memory. 0: there is none. */
  long top();

  /**
   * A customer's archived orders, newest first.
   *
   * @throws io.tidegate.platform.http.Problem 503 {@code archive_unavailable} when nobody answers
   */
  List<Row> mine(Wanted wanted);

  /**
   * An archived order by its number, whoever's it is, for staff.
   *
   * @throws io.tidegate.platform.http.Problem 503 {@code archive_unavailable} when nobody answers
   */
  Optional<StaffRow> row(OrderNumber number);

  /** Whether the order has left the database, if there ever was one of this number; from memory. */
  boolean holds(OrderNumber number);

  /**
   * Writes down money that a provider took for an order that has left the database, for a person:
   * once, however often it is told.
   */
  void noteLate(Capture capture);

  /**
   * What is looked for.
   *
   * @param below orders with a lower number
   * @param above and a higher one than this
   * @param status null: in any state
   * @param text of a number, a SKU or a part of a title; empty: any
   */
  record Wanted(
      long userId, long below, long above, int most, @Nullable Status status, String text) {}

  /**
   * A row of a list.
   *
   * @param summary JSON, as the list shows it
   */
  record Row(OrderNumber number, byte[] summary) {
    /** The same as staff see it, who are told whose it is. */
    Row of(long userId) {
      byte[] whose = (",\"customer\":\"" + userId + "\"}").getBytes(StandardCharsets.UTF_8);
      byte[] all = Arrays.copyOf(summary, summary.length - 1 + whose.length);
      System.arraycopy(whose, 0, all, summary.length - 1, whose.length);
      return new Row(number, all);
    }
  }

  /** A row, and whose and in which state it is. */
  record StaffRow(Row row, long userId, String state) {}
}
