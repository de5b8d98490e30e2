package io.tidegate.server.audit;

import io.tidegate.server.audit.AuditReport.Sample;
import io.tidegate.server.audit.RangeRows.StoredOrder;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a single order must hold: O1, O2, O3 and M12. */
final class OrderChecks implements RangeRows.OrderCheck {

  /** From and to, as one number. */
  private static final Set<Integer> DECLARED =
      Set.of(
          1, 2, 11, 12, 17, 18, 22, 23, 24, 29, 33, 34, 44, 45, 46, 49, 55, 56, 59, 66, 69, 99, 92,
          94, 95, 96);

  private final Finding history;
  private final Finding ends;
  private final Finding totals;
  private final Finding split;

  OrderChecks(Function<String, Finding> findings) {
    history = findings.apply("O1");
    ends = findings.apply("O2");
    totals = findings.apply("O3");
    split = findings.apply("M12");
  }

  @Override
  public void check(long number, @Nullable StoredOrder order, Goods goods) {
    if (order != null) {
      checkHistory(order);
      checkEnd(order);
      checkTotals(order);
      checkSplit(order);
    }
  }

  private void checkHistory(StoredOrder order) {
    history.checked++;
    List<Stored.Step> steps = order.steps();
    String wrong = steps == null ? "an unreadable history" : wrongSteps(steps);
    Stored.Step last =
        steps == null || steps.isEmpty() ? new Stored.Step(0, -1, -1) : steps.getLast();
    if (wrong == null
        && last.version() == order.version()
        && last.from() == order.previous()
        && last.to() == order.state()) {
      return;
    }
    history.bad(
        new Sample(
            Long.toString(order.number()),
            "state %s from %s, version %s, declared steps without a gap"
                .formatted(last.to(), last.from(), last.version()),
            "state %s from %s, version %s%s"
                .formatted(
                    order.state(),
                    order.previous(),
                    order.version(),
                    wrong == null ? "" : ", " + wrong)));
  }

  /** What is wrong with the steps, in words; null where nothing is. */
  private static @Nullable String wrongSteps(List<Stored.Step> steps) {
    long state = 0;
    for (int i = 0; i < steps.size(); i++) {
      Stored.Step step = steps.get(i);
      if (step.version() != i + 1) {
        return "versions with a gap";
      }
      if (step.from() != state) {
        return "a step that does not begin where the last one ended";
      }
      if (step.to() < 1 || step.to() > 9 || !DECLARED.contains((int) (state * 10 + step.to()))) {
        return "a step that is not declared";
      }
      state = step.to();
    }
    return steps.isEmpty() ? "no steps" : null;
  }

  private void checkEnd(StoredOrder order) {
    ends.checked++;
    List<Stored.Step> steps = order.steps() == null ? List.of() : order.steps();
    boolean wasPaid = steps.stream().anyMatch(step -> step.to() == 2);
    boolean leftEnd = steps.stream().anyMatch(step -> step.from() == 7 || step.from() == 8);
    boolean over = order.state() == 7 || order.state() == 8;
    boolean open = order.state() == 1;
    boolean paid = !over && !open;
    if (order.paid() == paid && order.closed() == over && !(over && wasPaid) && !leftEnd) {
      return;
    }
    StringBuilder actual = new StringBuilder("state ").append(order.state());
    actual
        .append(order.paid() ? ", paid" : ", never paid")
        .append(order.closed() ? ", closed" : ", never closed")
        .append(wasPaid ? ", has a step to paid" : "")
        .append(leftEnd ? ", has left its end" : "");
    ends.bad(
        new Sample(
            Long.toString(order.number()),
            over ? "closed, never paid" : open ? "neither paid nor closed" : "paid, never closed",
            actual.toString()));
  }

  private void checkTotals(StoredOrder order) {
    totals.checked++;
    List<Stored.Line> lines = order.lines();
    String key = Long.toString(order.number());
    if (lines == null || lines.isEmpty()) {
      totals.bad(new Sample(key, "lines", lines == null ? "unreadable items" : "no lines"));
      return;
    }
    try {
      long gross = 0;
      boolean sane = true;
      for (Stored.Line line : lines) {
        long price = Math.multiplyExact(line.quantity(), line.price());
        gross = Math.addExact(gross, price);
        sane &= line.quantity() > 0 && line.price() >= 0;
        sane &= line.discount() >= 0 && line.discount() <= price;
      }
      long total = Math.addExact(gross, order.freight()) - order.discountTotal();
      if (sane
          && gross == order.itemsTotal()
          && total == order.total()
          && order.freight() >= 0
          && total >= 0) {
        return;
      }
      totals.bad(
          new Sample(
              key,
              "items %s, total %s".formatted(gross, total),
              "items %s, total %s%s"
                  .formatted(
                      order.itemsTotal(),
                      order.total(),
                      sane ? "" : ", a line of impossible numbers")));
    } catch (ArithmeticException _) {
      totals.bad(new Sample(key, "lines that can be summed", "numbers too large"));
    }
  }

  /** Unreadable lines are told by O3. */
  private void checkSplit(StoredOrder order) {
    List<Stored.Line> lines = order.lines() == null ? List.of() : order.lines();
    long discount = 0;
    for (Stored.Line line : lines) {
      discount += line.discount();
    }
    boolean named = order.discounts() == null || !order.discounts().isEmpty();
    if (discount == 0 && !named && order.discountTotal() == 0 && order.refundedTotal() == 0) {
      return;
    }
    split.checked++;
    String key = Long.toString(order.number());
    if (discount != order.discountTotal()
        || order.refundedTotal() < 0
        || order.refundedTotal() > order.total()) {
      split.bad(
          new Sample(
              key,
              "discount %s on lines, refunded at most %s".formatted(discount, order.total()),
              "discount %s, refunded %s".formatted(order.discountTotal(), order.refundedTotal())));
    } else if (order.discounts() == null) {
      split.bad(new Sample(key, "discounts", "unreadable"));
    } else {
      checkShares(key, lines, order.discounts());
    }
  }

  /** Each line bears the sum of its shares of what was taken off. */
  private void checkShares(String key, List<Stored.Line> lines, List<Stored.Discount> discounts) {
    for (int i = 0; i < lines.size(); i++) {
      long sum = 0;
      boolean sane = true;
      for (Stored.Discount each : discounts) {
        sane &= each.shares().size() == lines.size() && each.shares().get(i) >= 0;
        sum += sane ? each.shares().get(i) : 0;
      }
      if (!sane || sum != lines.get(i).discount()) {
        split.bad(
            new Sample(
                key,
                "line %s bears %s".formatted(i + 1, lines.get(i).discount()),
                sane ? "its shares are " + sum : "no share for each line"));
        return;
      }
    }
  }
}
