package io.tidegate.harness.chaos;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Holds our money against the provider's book, line by line, once nothing is under way. Pure, and
 * no part of the product: it reads rows and the book for itself.
 */
final class BookCheck {
  private final Evidence evidence;
  private final List<Finding> findings = new ArrayList<>();
  private final Map<String, Evidence.BookPayment> taken = new TreeMap<>();
  private final Map<String, Evidence.BookRefund> given = new HashMap<>();

  /** Lines that were looked at, and what is wrong with them. */
  record Result(long captures, long refunds, List<Finding> findings) {}

  private BookCheck(Evidence evidence) {
    this.evidence = evidence;
  }

  static Result of(Evidence evidence) {
    BookCheck check = new BookCheck(evidence);
    check.captures();
    check.refunds();
    check.sums();
    return new Result(
        check.taken.size(), evidence.bookRefunds().size(), List.copyOf(check.findings));
  }

  /** Each of the provider's captures is ours, once, and each of ours is the provider's. */
  private void captures() {
    for (Evidence.BookPayment payment : evidence.bookPayments()) {
      if (!payment.transaction().isEmpty() && taken.put(payment.transaction(), payment) != null) {
        findings.add(Finding.doubled("the book has " + payment.transaction() + " twice"));
      }
    }
    Set<String> ours = new HashSet<>();
    for (Evidence.Capture capture : evidence.captures()) {
      Evidence.BookPayment booked = taken.get(capture.transaction());
      if (!ours.add(capture.transaction())) {
        findings.add(Finding.doubled(capture + " is recorded twice"));
      } else if (booked == null || !booked.payment().equals(capture.payment())) {
        findings.add(Finding.broken(capture + " is " + booked + " in the book"));
      } else if (booked.amount() != capture.amount() && capture.verdict() != Evidence.PARKED) {
        // What is parked is parked because its notice told another amount.
        findings.add(Finding.broken(capture + " is " + booked + " in the book"));
      }
    }
    taken.forEach((transaction, payment) -> {
      if (!ours.contains(transaction)) {
        findings.add(Finding.lost(payment + " is in the provider's book, and not recorded"));
      }
    });
  }

  /** Each of our refunds is at its end, and the book says the same of it. */
  private void refunds() {
    evidence.bookRefunds().forEach(refund -> given.put(refund.refund(), refund));
    Set<String> ours = new HashSet<>();
    for (Evidence.Refund refund : evidence.refunds()) {
      ours.add(refund.refund());
      Evidence.BookRefund booked = given.get(refund.refund());
      boolean moved = booked != null && booked.succeeded();
      switch (refund.state()) {
        case Evidence.SUCCEEDED -> {
          if (booked == null
              || !moved
              || booked.amount() != refund.amount()
              || !booked.payment().equals(refund.payment())) {
            findings.add(Finding.lost(refund + " is " + booked + " in the provider's book"));
          }
        }
        case Evidence.ENDED -> {
          if (moved) {
            findings.add(Finding.doubled(refund + " was ended, and is " + booked));
          }
        }
        default -> findings.add(Finding.lost(refund + " is not at its end; the book: " + booked));
      }
    }
    given.forEach((number, refund) -> {
      if (refund.succeeded() && !ours.contains(number)) {
        findings.add(Finding.doubled(refund + " was given back, and is not ours"));
      }
    });
  }

  /**
   * What went back of each capture is what is due of it: all, a part that its order knows, or none.
   */
  private void sums() {
    Map<String, Long> back = new HashMap<>();
    Set<String> byPerson = new HashSet<>();
    for (Evidence.Refund refund : evidence.refunds()) {
      if (refund.state() == Evidence.SUCCEEDED) {
        back.merge(refund.transaction(), refund.amount(), Long::sum);
      } else if (refund.state() == Evidence.ENDED) {
        byPerson.add(refund.transaction());
      }
    }
    for (Evidence.Capture capture : evidence.captures()) {
      Evidence.BookPayment booked = taken.get(capture.transaction());
      long captured = booked == null ? capture.amount() : booked.amount();
      long arrived = back.getOrDefault(capture.transaction(), 0L);
      if (arrived > captured) {
        findings.add(Finding.doubled(capture + ": " + arrived + " went back"));
      }
      boolean ended = byPerson.contains(capture.transaction());
      switch (capture.verdict()) {
        case Evidence.PAYS -> paid(capture, arrived, ended);
        case Evidence.PARKED -> {
          if (arrived != 0 && arrived != captured) {
            findings.add(Finding.broken(capture + " was parked, and " + arrived + " went back"));
          }
        }
        default -> {
          if (arrived < captured && !ended) {
            findings.add(Finding.lost(capture + ": only " + arrived + " went back"));
          }
        }
      }
    }
  }

  /** Where a person settled it by hand, the order knows of money that the book doesn't. */
  private void paid(Evidence.Capture capture, long arrived, boolean ended) {
    Evidence.Order order = evidence.orders().get(capture.order());
    if (order == null || order.total() != capture.amount()) {
      findings.add(Finding.broken(capture + " pays " + order));
    } else if (ended ? order.returned() < arrived : order.returned() != arrived) {
      findings.add(
          Finding.broken(
              "%s: %d went back of its money, its order says %d"
                  .formatted(capture, arrived, order.returned())));
    }
  }
}
