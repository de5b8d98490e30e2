package io.tidegate.harness.chaos;

import io.tidegate.harness.chaos.Journey.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A history by hand and the evidence that fits it: order 1 is paid, 2 waits, 3 was cancelled before
 * its payment came and its money went back. Tests then change one thing.
 */
final class Told {
  static final long TOTAL = 12_000;

  final List<Journey> history = new ArrayList<>();
  final Map<String, Evidence.Order> orders = new HashMap<>();
  final List<Evidence.Attempt> attempts = new ArrayList<>();
  final List<Evidence.Capture> captures = new ArrayList<>();
  final List<Evidence.Refund> refunds = new ArrayList<>();
  final Map<String, Map<String, Integer>> effects = new HashMap<>();
  final Map<String, Evidence.Stock> stock = new HashMap<>();
  final Map<String, Map<Integer, Long>> restocked = new HashMap<>();
  final List<Evidence.BookPayment> bookPayments = new ArrayList<>();
  final List<Evidence.BookRefund> bookRefunds = new ArrayList<>();

  Told() {
    Journey paid = journey("1", Journey.Plan.PAY);
    paid.note(Step.START_PAYMENT, done("id", "1p1"));
    paid.note(Step.PAY, done("state", "captured"));
    journey("2", Journey.Plan.LEAVE);
    Journey cancelled = journey("3", Journey.Plan.PAY_AND_CANCEL);
    cancelled.note(Step.START_PAYMENT, done("id", "3p1"));
    cancelled.note(Step.PAY, done("state", "captured"));
    cancelled.note(Step.CANCEL, done("outcome", "applied"));

    order("1", 2, true);
    order("2", 1, false);
    order("3", Evidence.CANCELLED, false);
    capture("1", "SB1", 1);
    capture("3", "SB3", 3);
    refunds.add(new Evidence.Refund("3r1", "3", "3p1", "SB3", TOTAL, 5));
    bookRefunds.add(new Evidence.BookRefund("3r1", "3p1", TOTAL, true, 1));
    Map<String, Integer> once = new HashMap<>();
    Evidence.EFFECTS.forEach(effect -> once.put(effect, 1));
    effects.put("1", once);
    stock.put("A", new Evidence.Stock(2, 2));
  }

  List<Finding> check() {
    return HistoryCheck.of(history, evidence());
  }

  Evidence evidence() {
    return new Evidence(
        orders, attempts, captures, refunds, effects, stock, restocked, bookPayments, bookRefunds);
  }

  final Journey journey(String number, Journey.Plan plan) {
    Journey journey =
        new Journey(plan, new Journey.Wish("k" + number, "token", Map.of("A", 2), null));
    journey.note(Step.PLACE, done("number", number));
    history.add(journey);
    return journey;
  }

  final void order(String number, int state, boolean paid) {
    orders.put(number, new Evidence.Order(number, state, TOTAL, paid, 0));
  }

  /** Money in the book and in the database, of the order's first payment. */
  final void capture(String order, String transaction, int verdict) {
    attempts.add(new Evidence.Attempt(order + "p1", order));
    captures.add(new Evidence.Capture(order, order + "p1", transaction, TOTAL, verdict));
    bookPayments.add(new Evidence.BookPayment(order + "p1", transaction, TOTAL));
  }

  static Answer.Done done(String field, String value) {
    ObjectNode body = JsonMapper.shared().createObjectNode().put(field, value);
    return new Answer.Done(201, body, false);
  }
}
