package io.tidegate.harness.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.harness.chaos.Finding.Kind;
import io.tidegate.harness.chaos.Journey.Step;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One change of a history that fits its evidence is found, and said to be what it is. */
final class HistoryCheckTest {

  @Test
  void what_fits_has_no_finding() {
    assertThat(new Told().check()).isEmpty();
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        fault("an acknowledged order is gone", Kind.LOST, t -> t.orders.remove("2")),
        fault("an order nobody was told of", Kind.DOUBLED, t -> t.order("9", 1, false)),
        fault(
            "an order whose outcome nobody knows",
            Kind.UNSETTLED,
            t -> t.history.get(1).note(Step.PLACE, new Answer.Unknown("reset"))),
        fault("one order for two keys", Kind.BROKEN, t -> t.journey("2", Journey.Plan.LEAVE)),
        fault("a cancelling undone", Kind.LOST, t -> t.order("3", 1, false)),
        fault(
            "a payment that is gone",
            Kind.LOST,
            t -> t.attempts.removeIf(a -> a.payment().equals("1p1"))),
        fault(
            "two payments of one key",
            Kind.DOUBLED,
            t -> t.attempts.add(new Evidence.Attempt("1p2", "1"))),
        fault("a capture not recorded", Kind.LOST, t -> t.captures.removeFirst()),
        fault(
            "a capture recorded twice",
            Kind.DOUBLED,
            t -> t.captures.add(new Evidence.Capture("1", "1p1", "SB1", Told.TOTAL, 1))),
        fault(
            "a capture that the provider does not know",
            Kind.BROKEN,
            t -> t.captures.add(new Evidence.Capture("2", "2p1", "SB9", Told.TOTAL, 2))),
        fault(
            "a capture of another amount",
            Kind.BROKEN,
            t -> t.captures.set(0, new Evidence.Capture("1", "1p1", "SB1", Told.TOTAL - 1, 1))),
        fault(
            "the provider lost what was paid",
            Kind.LOST,
            t -> {
              t.bookPayments.removeFirst();
              t.captures.removeFirst();
              t.order("1", 1, false);
              t.effects.clear();
            }),
        fault("a paid order that waits", Kind.LOST, t -> t.order("1", 1, false)),
        fault("an order paid by nothing", Kind.BROKEN, t -> t.order("2", 2, true)),
        fault(
            "late money of an order that still waits",
            Kind.BROKEN,
            t -> {
              t.history.get(2).note(Step.CANCEL, new Answer.Refused(409, "not_cancellable"));
              t.order("3", 1, false);
            }),
        fault(
            "late money kept",
            Kind.LOST,
            t -> {
              t.refunds.clear();
              t.bookRefunds.clear();
            }),
        fault(
            "a refund still on its way",
            Kind.LOST,
            t -> t.refunds.set(0, new Evidence.Refund("3r1", "3", "3p1", "SB3", Told.TOTAL, 3))),
        fault("a refund that the provider never made", Kind.LOST, t -> t.bookRefunds.clear()),
        fault(
            "money given back twice",
            Kind.DOUBLED,
            t -> {
              t.refunds.add(new Evidence.Refund("3r2", "3", "3p1", "SB3", Told.TOTAL, 5));
              t.bookRefunds.add(new Evidence.BookRefund("3r2", "3p1", Told.TOTAL, true));
            }),
        fault(
            "a refund that is only in the provider's book",
            Kind.DOUBLED,
            t -> t.bookRefunds.add(new Evidence.BookRefund("1r1", "1p1", Told.TOTAL, true))),
        fault(
            "money of a paid order given back",
            Kind.BROKEN,
            t -> {
              t.refunds.add(new Evidence.Refund("1r1", "1", "1p1", "SB1", Told.TOTAL, 5));
              t.bookRefunds.add(new Evidence.BookRefund("1r1", "1p1", Told.TOTAL, true));
            }),
        fault("an effect missing", Kind.LOST, t -> t.effects.get("1").remove("coupon")),
        fault("an effect twice", Kind.DOUBLED, t -> t.effects.get("1").put("points", 2)),
        fault(
            "an effect of an unpaid order",
            Kind.DOUBLED,
            t -> t.effects.put("2", Map.of("red_packet", 1))),
        fault(
            "a piece locked for nobody",
            Kind.BROKEN,
            t -> t.stock.put("A", new Evidence.Stock(3, 2))),
        fault("a piece not sold", Kind.BROKEN, t -> t.stock.put("A", new Evidence.Stock(2, 1))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void a_fault_is_found(String name, Kind kind, Consumer<Told> fault) {
    Told told = new Told();
    fault.accept(told);
    List<Finding> findings = told.check();
    assertThat(findings).extracting(Finding::kind).contains(kind);
  }

  private static Arguments fault(String name, Kind kind, Consumer<Told> change) {
    return Arguments.of(name, kind, change);
  }
}
