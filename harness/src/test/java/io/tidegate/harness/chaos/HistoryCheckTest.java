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

  /** Of order 1 one of its two pieces came back, and half of its money went. */
  private static void backInPart(Told told) {
    long half = Told.TOTAL / 2;
    told.orders.put("1", new Evidence.Order("1", 2, Told.TOTAL, true, half));
    told.refunds.add(new Evidence.Refund("1r1", "1", "1p1", "SB1", half, Evidence.SUCCEEDED));
    told.bookRefunds.add(new Evidence.BookRefund("1r1", "1p1", half, true, 1));
    told.restocked.put("1", Map.of(1, 1L));
    told.stock.put("A", new Evidence.Stock(2, 1));
  }

  @Test
  void what_came_back_to_a_customer_fits_too() {
    Told told = new Told();
    backInPart(told);
    assertThat(told.check()).isEmpty();
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        fault(
            "an acknowledged order is gone",
            Kind.LOST,
            "acknowledged, and not in the database",
            t -> t.orders.remove("2")),
        fault(
            "an order nobody was told of",
            Kind.DOUBLED,
            "nobody was told of",
            t -> t.order("9", 1, false)),
        fault(
            "an order whose outcome nobody knows",
            Kind.UNSETTLED,
            "nobody knows whether it was placed",
            t -> t.history.get(1).note(Step.PLACE, new Answer.Unknown("reset"))),
        fault(
            "one order for two keys",
            Kind.BROKEN,
            "one order for two keys",
            t -> t.journey("2", Journey.Plan.LEAVE)),
        fault(
            "a cancelling undone",
            Kind.LOST,
            "its cancelling was acknowledged",
            t -> t.order("3", 1, false)),
        fault(
            "a payment that is gone",
            Kind.LOST,
            "was acknowledged, and is not there",
            t -> t.attempts.removeIf(a -> a.payment().equals("1p1"))),
        fault(
            "two payments of one key",
            Kind.DOUBLED,
            "2 payments for 1 keys",
            t -> t.attempts.add(new Evidence.Attempt("1p2", "1"))),
        fault(
            "a capture not recorded",
            Kind.LOST,
            "in the provider's book, and not recorded",
            t -> t.captures.removeFirst()),
        fault(
            "a capture recorded twice",
            Kind.DOUBLED,
            "is recorded twice",
            t -> t.captures.add(new Evidence.Capture("1", "1p1", "SB1", Told.TOTAL, 1))),
        fault(
            "a capture that the provider does not know",
            Kind.BROKEN,
            "is null in the book",
            t -> t.captures.add(new Evidence.Capture("2", "2p1", "SB9", Told.TOTAL, 2))),
        fault(
            "a capture of another amount",
            Kind.BROKEN,
            "in the book",
            t -> t.captures.set(0, new Evidence.Capture("1", "1p1", "SB1", Told.TOTAL - 1, 1))),
        fault(
            "the provider lost what was paid",
            Kind.LOST,
            "is not in the book",
            t -> {
              t.bookPayments.removeFirst();
              t.captures.removeFirst();
              t.order("1", 1, false);
              t.effects.clear();
            }),
        fault(
            "a paid order that waits",
            Kind.LOST,
            "is not paid, in spite of",
            t -> t.order("1", 1, false)),
        fault(
            "an order paid by nothing",
            Kind.BROKEN,
            "is paid by nothing",
            t -> t.order("2", 2, true)),
        fault(
            "late money of an order that still waits",
            Kind.BROKEN,
            " has Capture",
            t -> {
              t.history.get(2).note(Step.CANCEL, new Answer.Refused(409, "not_cancellable"));
              t.order("3", 1, false);
            }),
        fault(
            "late money kept",
            Kind.LOST,
            "0 back of 12000",
            t -> {
              t.refunds.clear();
              t.bookRefunds.clear();
            }),
        fault(
            "a refund still on its way",
            Kind.LOST,
            "has not arrived",
            t -> t.refunds.set(0, new Evidence.Refund("3r1", "3", "3p1", "SB3", Told.TOTAL, 3))),
        fault(
            "a refund that the provider never made",
            Kind.LOST,
            "is null in the provider's book",
            t -> t.bookRefunds.clear()),
        fault(
            "money given back twice",
            Kind.DOUBLED,
            "24000 back of 12000",
            t -> {
              t.refunds.add(new Evidence.Refund("3r2", "3", "3p1", "SB3", Told.TOTAL, 5));
              t.bookRefunds.add(new Evidence.BookRefund("3r2", "3p1", Told.TOTAL, true, 1));
            }),
        fault(
            "a refund that is only in the provider's book",
            Kind.DOUBLED,
            "is not ours",
            t -> t.bookRefunds.add(new Evidence.BookRefund("1r1", "1p1", Told.TOTAL, true, 1))),
        fault(
            "money of a paid order given back",
            Kind.BROKEN,
            "back of money due",
            t -> {
              t.refunds.add(new Evidence.Refund("1r1", "1", "1p1", "SB1", Told.TOTAL, 5));
              t.bookRefunds.add(new Evidence.BookRefund("1r1", "1p1", Told.TOTAL, true, 1));
            }),
        fault(
            "an order that says refunded, and nothing went back",
            Kind.LOST,
            "0 back of 6000",
            t -> {
              backInPart(t);
              t.refunds.removeLast();
              t.bookRefunds.removeLast();
            }),
        fault(
            "a piece that came back and is sold still",
            Kind.BROKEN,
            "sold=2",
            t -> {
              backInPart(t);
              t.stock.put("A", new Evidence.Stock(2, 2));
            }),
        fault(
            "an effect missing", Kind.LOST, "no coupon", t -> t.effects.get("1").remove("coupon")),
        fault(
            "an effect twice",
            Kind.DOUBLED,
            "2 rows of points",
            t -> t.effects.get("1").put("points", 2)),
        fault(
            "an effect of an unpaid order",
            Kind.DOUBLED,
            "1 rows of red_packet",
            t -> t.effects.put("2", Map.of("red_packet", 1))),
        fault(
            "a piece locked for nobody",
            Kind.BROKEN,
            "locked=3",
            t -> t.stock.put("A", new Evidence.Stock(3, 2))),
        fault(
            "a piece not sold",
            Kind.BROKEN,
            "sold=1",
            t -> t.stock.put("A", new Evidence.Stock(2, 1))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void a_fault_is_found(String name, Kind kind, String words, Consumer<Told> fault) {
    Told told = new Told();
    fault.accept(told);
    List<Finding> findings = told.check();
    assertThat(findings)
        .anySatisfy(finding -> {
          assertThat(finding.kind()).isEqualTo(kind);
          assertThat(finding.what()).contains(words);
        });
  }

  private static Arguments fault(String name, Kind kind, String words, Consumer<Told> change) {
    return Arguments.of(name, kind, words, change);
  }
}
