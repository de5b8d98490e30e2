package io.tidegate.harness.chaos;

import io.tidegate.harness.chaos.Journey.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Holds what clients were told against what is there. Pure: it looks at a history and at evidence,
 * and knows no system. Everything in the evidence must have come from this history.
 */
final class HistoryCheck {
  private final List<Journey> history;
  private final Evidence evidence;
  private final List<Finding> findings = new ArrayList<>();
  private final Map<String, Journey> byNumber = new HashMap<>();

  private HistoryCheck(List<Journey> history, Evidence evidence) {
    this.history = history;
    this.evidence = evidence;
  }

  /** All that does not hold; empty when nothing is lost, doubled or broken. */
  static List<Finding> of(List<Journey> history, Evidence evidence) {
    HistoryCheck check = new HistoryCheck(history, evidence);
    check.orders();
    check.payments();
    check.money();
    check.refunds();
    check.effects();
    check.stock();
    return List.copyOf(check.findings);
  }

  /** Every acknowledged order is there, each key has one, and there is no other. */
  private void orders() {
    for (Journey journey : history) {
      String number = journey.number();
      if (journey.answer(Step.PLACE) instanceof Answer.Unknown) {
        findings.add(Finding.unsettled(journey + ": nobody knows whether it was placed"));
      }
      if (number == null) {
        continue;
      }
      Journey other = byNumber.put(number, journey);
      if (other != null) {
        findings.add(Finding.broken("one order for two keys: " + journey + " and " + other));
      }
      Evidence.Order order = evidence.orders().get(number);
      if (order == null) {
        findings.add(Finding.lost(journey + ": acknowledged, and not in the database"));
      } else if (journey.done(Step.CANCEL) && order.state() != Evidence.CANCELLED) {
        findings.add(
            Finding.lost(journey + ": its cancelling was acknowledged, its state is " + order));
      }
    }
    for (String number : evidence.orders().keySet()) {
      if (!byNumber.containsKey(number)) {
        findings.add(Finding.doubled("order " + number + " is one that nobody was told of"));
      }
    }
  }

  /** Every acknowledged start of a payment is there, and no start made two. */
  private void payments() {
    Map<String, Integer> attempts = new HashMap<>();
    Set<String> known = new HashSet<>();
    for (Evidence.Attempt attempt : evidence.attempts()) {
      attempts.merge(attempt.order(), 1, Integer::sum);
      known.add(attempt.payment());
    }
    for (Journey journey : history) {
      String payment = journey.payment();
      if (payment != null && !known.contains(payment)) {
        findings.add(
            Finding.lost(journey + ": payment " + payment + " was acknowledged, and is not there"));
      }
      String number = journey.number();
      int made = number == null ? 0 : attempts.getOrDefault(number, 0);
      if (made > journey.paymentTries()) {
        findings.add(
            Finding.doubled(
                "%s: %d payments for %d keys".formatted(journey, made, journey.paymentTries())));
      }
    }
  }

  /** The provider's captures are ours, one for one, and each is on its order or on its way back. */
  private void money() {
    Map<String, Evidence.BookPayment> taken = new TreeMap<>();
    for (Evidence.BookPayment payment : evidence.bookPayments()) {
      if (!payment.transaction().isEmpty() && taken.put(payment.transaction(), payment) != null) {
        findings.add(Finding.doubled("the book has " + payment.transaction() + " twice"));
      }
    }
    Set<String> ours = new HashSet<>();
    Map<String, List<Evidence.Capture>> byOrder = new HashMap<>();
    for (Evidence.Capture capture : evidence.captures()) {
      byOrder.computeIfAbsent(capture.order(), _ -> new ArrayList<>()).add(capture);
      Evidence.BookPayment booked = taken.get(capture.transaction());
      if (!ours.add(capture.transaction())) {
        findings.add(Finding.doubled("capture " + capture + " is recorded twice"));
      } else if (booked == null
          || !booked.payment().equals(capture.payment())
          || booked.amount() != capture.amount()) {
        findings.add(Finding.broken("capture " + capture + " is " + booked + " in the book"));
      }
    }
    taken.forEach((transaction, payment) -> {
      if (!ours.contains(transaction)) {
        findings.add(Finding.lost(payment + " is in the provider's book, and not recorded"));
      }
    });
    Set<String> paid = new HashSet<>();
    taken.values().forEach(payment -> paid.add(payment.payment()));
    for (Journey journey : history) {
      String payment = journey.payment();
      if (journey.done(Step.PAY) && payment != null && !paid.contains(payment)) {
        findings.add(Finding.lost(journey + ": was paid at the cashier, and is not in the book"));
      }
    }
    evidence
        .orders()
        .forEach((number, order) -> paidOnce(order, byOrder.getOrDefault(number, List.of())));
  }

  private void paidOnce(Evidence.Order order, List<Evidence.Capture> captures) {
    List<Evidence.Capture> paying = captures.stream().filter(c -> c.verdict() == 1).toList();
    if (paying.size() > 1) {
      findings.add(Finding.doubled(order + " is paid by " + paying));
    }
    if (order.isPaid() && paying.isEmpty()) {
      findings.add(Finding.broken(order + " is paid by nothing"));
    }
    if (!order.isPaid() && !paying.isEmpty()) {
      findings.add(Finding.lost(order + " is not paid, in spite of " + paying));
    }
    if (paying.stream().anyMatch(c -> c.amount() != order.total())) {
      findings.add(Finding.broken(order + " is paid by another amount: " + paying));
    }
    for (Evidence.Capture capture : captures) {
      boolean fits =
          switch (capture.verdict()) {
            case 1 -> true;
            case 2 -> !paying.isEmpty();
            case 3 -> order.isOver();
            default -> false; // parked: nobody paid a wrong amount
          };
      if (!fits) {
        findings.add(Finding.broken(order + " has " + capture));
      }
    }
  }

  /** Money that pays nothing went back exactly once; of other money what its order says. */
  private void refunds() {
    Map<String, Long> owed = new TreeMap<>();
    for (Evidence.Capture capture : evidence.captures()) {
      if (capture.verdict() == 2 || capture.verdict() == 3) {
        owed.put(capture.transaction(), capture.amount());
      }
      Evidence.Order order = evidence.orders().get(capture.order());
      if (capture.verdict() == Evidence.PAYS && order != null && order.returned() > 0) {
        owed.put(capture.transaction(), order.returned());
      }
    }
    Map<String, Evidence.BookRefund> booked = new TreeMap<>();
    evidence.bookRefunds().stream()
        .filter(Evidence.BookRefund::succeeded)
        .forEach(r -> booked.put(r.refund(), r));
    Map<String, Long> back = new TreeMap<>();
    for (Evidence.Refund refund : evidence.refunds()) {
      if (refund.state() == Evidence.ENDED) {
        continue; // Another number came in its place, or a person settled it.
      }
      if (!refund.arrived()) {
        findings.add(Finding.lost(refund + " has not arrived"));
        continue;
      }
      Evidence.BookRefund there = booked.remove(refund.refund());
      if (there == null || there.amount() != refund.amount()) {
        findings.add(Finding.lost(refund + " is " + there + " in the provider's book"));
      }
      back.merge(refund.transaction(), refund.amount(), Long::sum);
    }
    booked
        .values()
        .forEach(r -> findings.add(Finding.doubled(r + " was given back, and is not ours")));
    owed.forEach((transaction, amount) -> {
      long arrived = back.getOrDefault(transaction, 0L);
      if (arrived < amount) {
        findings.add(Finding.lost("%s: %d back of %d".formatted(transaction, arrived, amount)));
      } else if (arrived > amount) {
        findings.add(Finding.doubled("%s: %d back of %d".formatted(transaction, arrived, amount)));
      }
      back.remove(transaction);
    });
    back.forEach((transaction, amount) ->
        findings.add(Finding.broken("%s: %d back of money due".formatted(transaction, amount))));
  }

  /** Each effect of each paid order is there once, and none of an order that was not paid. */
  private void effects() {
    evidence
        .orders()
        .forEach((number, order) -> {
          Map<String, Integer> rows = evidence.effects().getOrDefault(number, Map.of());
          for (String effect : Evidence.EFFECTS) {
            int made = rows.getOrDefault(effect, 0);
            if (order.isPaid() && made == 0) {
              findings.add(Finding.lost(order + ": no " + effect));
            } else if (made > (order.isPaid() ? 1 : 0)) {
              findings.add(Finding.doubled("%s: %d rows of %s".formatted(order, made, effect)));
            }
          }
        });
  }

  /** Stock is locked by what waits and sold by what is paid, to the piece. */
  private void stock() {
    Map<String, Long> locked = new HashMap<>();
    Map<String, Long> sold = new HashMap<>();
    byNumber.forEach((number, journey) -> {
      Evidence.Order order = evidence.orders().get(number);
      if (order != null) {
        Map<String, Long> where =
            order.isPaid()
                ? sold
                : order.state() == Evidence.AWAITING_PAYMENT ? locked : new HashMap<>();
        Map<Integer, Long> back = evidence.restocked().getOrDefault(number, Map.of());
        int line = 0;
        for (Map.Entry<String, Integer> wanted : journey.wish().lines().entrySet()) {
          long pieces = wanted.getValue() - back.getOrDefault(++line, 0L);
          where.merge(wanted.getKey(), pieces, Long::sum);
        }
      }
    });
    evidence
        .stock()
        .forEach((sku, stock) -> {
          Evidence.Stock wanted =
              new Evidence.Stock(locked.getOrDefault(sku, 0L), sold.getOrDefault(sku, 0L));
          if (!stock.equals(wanted)) {
            findings.add(Finding.broken("%s: %s, wanted %s".formatted(sku, stock, wanted)));
          }
        });
  }
}
