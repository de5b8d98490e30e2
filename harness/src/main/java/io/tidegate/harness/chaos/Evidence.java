package io.tidegate.harness.chaos;

import java.util.List;
import java.util.Map;

/**
 * What is there: in the shop's database, and in the provider's book. Orders are told by their
 * numbers as text.
 *
 * @param orders by number
 * @param effects rows of each effect, by order and effect
 * @param stock by SKU, as far as orders move it; empty where nobody looked
 * @param restocked pieces of each order's lines that came back to stock
 */
record Evidence(
    Map<String, Order> orders,
    List<Attempt> attempts,
    List<Capture> captures,
    List<Refund> refunds,
    Map<String, Map<String, Integer>> effects,
    Map<String, Stock> stock,
    Map<String, Map<Integer, Long>> restocked,
    List<BookPayment> bookPayments,
    List<BookRefund> bookRefunds) {

  /** The effects that leave a row of their own; the other two are the order's state and stock. */
  static final List<String> EFFECTS =
      List.of("points", "coupon", "red_packet", "notification", "warehouse");

  /** State codes as the database has them. */
  static final int AWAITING_PAYMENT = 1;

  static final int CLOSED = 7;
  static final int CANCELLED = 8;
  static final int REFUNDED = 9;

  /** Verdict codes of captures: it pays its order, or waits for a person. */
  static final int PAYS = 1;

  static final int PARKED = 4;

  /** State codes of refunds: the money has arrived; a person ended it. */
  static final int SUCCEEDED = 5;

  static final int ENDED = 7;

  /**
   * An order's row.
   *
   * @param returned money that went back to its customer, by its own account: what is deducted for
   *     spent perks is refunded and did not go back
   */
  record Order(String number, int state, long total, boolean paid, long returned) {
    boolean isPaid() {
      return paid;
    }

    /** Whether nobody can pay it any more. */
    boolean isOver() {
      return state == CLOSED || state == CANCELLED || state == REFUNDED;
    }
  }

  record Attempt(String payment, String order) {}

  /**
   * Money that came.
   *
   * @param verdict 1 pays its order, 2 second, 3 late, 4 parked
   */
  record Capture(String order, String payment, String transaction, long amount, int verdict) {}

  /**
   * Money on its way back.
   *
   * @param state 5 when it has arrived
   */
  record Refund(
      String refund, String order, String payment, String transaction, long amount, int state) {
    boolean arrived() {
      return state == SUCCEEDED;
    }
  }

  record Stock(long locked, long sold) {}

  /** A payment in the provider's book; the transaction is empty where no money came. */
  record BookPayment(String payment, String transaction, long amount) {}

  /**
   * A refund in the provider's book.
   *
   * @param succeeded whether its money is with the customer now
   * @param movedMillis when it came there, in epoch milliseconds; 0: it never did
   */
  record BookRefund(
      String refund, String payment, long amount, boolean succeeded, long movedMillis) {}
}
