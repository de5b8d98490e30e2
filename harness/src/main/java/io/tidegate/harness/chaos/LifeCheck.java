package io.tidegate.harness.chaos;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Holds what the customers of a long run were told against what is there in the end. Pure. Orders
 * that nobody was told of, and payments, are looked at too: everything must have come from these
 * lives.
 */
final class LifeCheck {
  private static final Set<String> SHIPPED =
      Set.of("partially_shipped", "shipped", "delivered", "completed", "refunded");

  private final List<Life> lives;
  private final Evidence evidence;
  private final Map<String, OrderPage> pages;
  private final List<Finding> findings = new ArrayList<>();
  private final Map<String, List<Evidence.BookRefund>> booked = new HashMap<>();
  private final Set<String> byPerson = new HashSet<>();

  private LifeCheck(List<Life> lives, Evidence evidence, Map<String, OrderPage> pages) {
    this.lives = lives;
    this.evidence = evidence;
    this.pages = pages;
  }

  /**
   * All that does not hold.
   *
   * @param pages of the orders that were asked for in the end, by number
   */
  static List<Finding> of(List<Life> lives, Evidence evidence, Map<String, OrderPage> pages) {
    LifeCheck check = new LifeCheck(lives, evidence, pages);
    check.prepare();
    check.orders();
    check.payments();
    check.effects();
    for (Life life : lives) {
      OrderPage page = check.pages.get(String.valueOf(life.number()));
      if (page != null) {
        check.page(life, page);
        life.claims().forEach(claim -> check.claim(life, claim, page));
      } else if (life.claims().stream().anyMatch(claim -> claim.id() != null)) {
        check.findings.add(Finding.lost(life + " has claims, and no page"));
      }
    }
    return List.copyOf(check.findings);
  }

  private void prepare() {
    for (Evidence.BookRefund refund : evidence.bookRefunds()) {
      String payment = refund.payment();
      booked
          .computeIfAbsent(payment.substring(0, payment.indexOf('p')), _ -> new ArrayList<>(1))
          .add(refund);
    }
    evidence.refunds().stream()
        .filter(refund -> refund.state() == Evidence.ENDED)
        .forEach(refund -> byPerson.add(refund.order()));
  }

  /** Every acknowledged order is there with its total, each key has one, and there is no other. */
  private void orders() {
    Map<String, Life> byNumber = new HashMap<>();
    for (Life life : lives) {
      String number = life.number();
      if (number == null) {
        continue;
      }
      Life other = byNumber.put(number, life);
      if (other != null) {
        findings.add(Finding.broken("one order for two keys: " + life + " and " + other));
      }
      Evidence.Order order = evidence.orders().get(number);
      if (order == null) {
        findings.add(Finding.lost(life + ": acknowledged, and not in the database"));
      } else if (order.total() != life.total()) {
        findings.add(
            Finding.broken("%s: its receipt says %d: %s".formatted(life, life.total(), order)));
      } else if (life.isCancelled() && order.state() != Evidence.CANCELLED) {
        findings.add(Finding.lost(life + ": its cancelling was acknowledged: " + order));
      } else if (order.state() == Evidence.AWAITING_PAYMENT) {
        findings.add(Finding.lost(life + " is past its deadline and neither paid nor closed"));
      }
    }
    for (String number : evidence.orders().keySet()) {
      if (!byNumber.containsKey(number)) {
        findings.add(Finding.doubled("order " + number + " is one that nobody was told of"));
      }
    }
  }

  /** Every acknowledged payment is there; what was paid at the cashier is in the book. */
  private void payments() {
    Set<String> known = new HashSet<>();
    evidence.attempts().forEach(attempt -> known.add(attempt.payment()));
    Set<String> paid = new HashSet<>();
    for (Evidence.BookPayment payment : evidence.bookPayments()) {
      if (!payment.transaction().isEmpty()) {
        paid.add(payment.payment());
      }
    }
    int opened = 0;
    for (Life life : lives) {
      opened += life.payments().size();
      for (String payment : life.payments()) {
        if (!known.contains(payment)) {
          findings.add(Finding.lost(life + ": payment " + payment + " is not there"));
        }
      }
      for (String payment : life.paid()) {
        if (!paid.contains(payment)) {
          findings.add(Finding.lost(life + ": " + payment + " was paid, and is not in the book"));
        }
      }
    }
    if (known.size() > opened) {
      findings.add(
          Finding.doubled("%d payments for %d that were opened".formatted(known.size(), opened)));
    }
  }

  /** Each effect of each paid order is there once, and none of an order that was not paid. */
  private void effects() {
    Set<String> discounted = new HashSet<>();
    lives.stream()
        .filter(Life::isDiscounted)
        .forEach(l -> discounted.add(String.valueOf(l.number())));
    evidence
        .orders()
        .forEach((number, order) -> {
          Map<String, Integer> rows = evidence.effects().getOrDefault(number, Map.of());
          boolean paid =
              order.paid()
                  && order.state() != Evidence.CANCELLED
                  && order.state() != Evidence.CLOSED;
          for (String effect : Evidence.EFFECTS) {
            int made = rows.getOrDefault(effect, 0);
            // Too little may be left to pay, after discounts, for every grant.
            if (paid && made == 0 && !discounted.contains(number)) {
              findings.add(Finding.lost(order + ": no " + effect));
            } else if (made > (paid ? 1 : 0)) {
              findings.add(Finding.doubled("%s: %d rows of %s".formatted(order, made, effect)));
            }
          }
        });
  }

  /** The page adds up: pieces and money of its refunds, and its state. */
  private void page(Life life, OrderPage page) {
    long money = 0;
    Map<Integer, Integer> pieces = new HashMap<>();
    for (OrderPage.Refund refund : page.succeeded()) {
      money += refund.amount() + refund.deducted();
      refund.pieces().forEach((line, quantity) -> pieces.merge(line, quantity, Integer::sum));
    }
    if (page.refundedTotal() != money || money > page.total()) {
      findings.add(
          Finding.broken(
              "%s: %d is shown as refunded, its refunds are %d of %d"
                  .formatted(life, page.refundedTotal(), money, page.total())));
    }
    boolean all = !page.lines().isEmpty();
    for (Map.Entry<Integer, OrderPage.Line> entry : page.lines().entrySet()) {
      OrderPage.Line line = entry.getValue();
      int refunded = pieces.getOrDefault(entry.getKey(), 0);
      all &= refunded == line.quantity();
      if (line.refunded() != refunded || refunded > line.quantity()) {
        findings.add(
            Finding.broken(
                "%s, line %d: %s, its refunds have %d"
                    .formatted(life, entry.getKey(), line, refunded)));
      }
    }
    if (all != page.state().equals("refunded")) {
      findings.add(
          Finding.broken("%s is %s, its refunds: %s".formatted(life, page.state(), pieces)));
    }
  }

  private void claim(Life life, Claim claim, OrderPage page) {
    String refusal = claim.refusal();
    if (refusal != null) {
      if (refusal.equals("already_shipped") && !SHIPPED.contains(page.state())) {
        findings.add(Finding.broken("%s: %s, and it is %s".formatted(life, claim, page.state())));
      }
      return;
    }
    if (claim.id() == null) {
      return; // not sent, or told as unsettled
    }
    switch (claim.kind()) {
      case REFUND -> refund(life, claim, page);
      case RETURN -> back(life, claim, page.returns().get(claim.id()));
    }
  }

  private void refund(Life life, Claim claim, OrderPage page) {
    OrderPage.Refund refund = page.refunds().get(claim.id());
    if (refund == null) {
      findings.add(Finding.lost("%s: %s is not on its page".formatted(life, claim)));
      return;
    }
    if (!refund.pieces().equals(claim.pieces())) {
      findings.add(Finding.broken("%s: %s became %s".formatted(life, claim, refund)));
    }
    boolean decided = byPerson.contains(life.number());
    switch (refund.state()) {
      case "succeeded" -> {}
      case "refused" -> {
        if (wasShown(claim, "succeeded") && !decided) {
          findings.add(Finding.broken("%s: %s is refused after all".formatted(life, claim)));
        }
      }
      default -> findings.add(Finding.lost("%s: %s ends as %s".formatted(life, claim, refund)));
    }
    shownTooEarly(life, claim, refund.amount(), decided);
  }

  private static boolean wasShown(Claim claim, String state) {
    return claim.seen().stream().anyMatch(seen -> seen.state().equals(state));
  }

  /** M8: nobody is told "refunded" before the provider has given the money back. */
  private void shownTooEarly(Life life, Claim claim, long amount, boolean decided) {
    for (Claim.Seen seen : claim.seen()) {
      boolean hadMoved =
          booked.getOrDefault(String.valueOf(life.number()), List.of()).stream()
              .anyMatch(b -> b.movedMillis() > 0 && b.movedMillis() <= seen.atMillis());
      if (seen.state().equals("succeeded") && amount > 0 && !hadMoved && !decided) {
        findings.add(
            Finding.broken("%s: %s was shown before its money moved".formatted(life, claim)));
      }
    }
  }

  private void back(Life life, Claim claim, @Nullable String state) {
    boolean ended =
        state != null
            && switch (state) {
              // Approved: the customer never handed it over.
              case "done", "rejected", "approved" -> true;
              default -> false;
            };
    if (!ended) {
      findings.add(Finding.lost("%s: %s ends as %s".formatted(life, claim, state)));
    }
  }
}
