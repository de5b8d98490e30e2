package io.tidegate.harness.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.harness.chaos.Finding.Kind;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One change of money that fits the provider's book is found. */
final class BookCheckTest {
  private static final long PART = 5_000;

  /** Of order 1 a part went back, order 4's money is parked and went back as it came. */
  private static Told told() {
    Told told = new Told();
    told.orders.put("1", new Evidence.Order("1", 2, Told.TOTAL, true, PART));
    told.refunds.add(new Evidence.Refund("1r1", "1", "1p1", "SB1", PART, Evidence.SUCCEEDED));
    told.bookRefunds.add(new Evidence.BookRefund("1r1", "1p1", PART, true, 1));
    told.order("4", Evidence.CLOSED, false);
    told.capture("4", "SB4", Evidence.PARKED);
    told.captures.set(2, new Evidence.Capture("4", "4p1", "SB4", Told.TOTAL + 1, Evidence.PARKED));
    told.refunds.add(new Evidence.Refund("4r1", "4", "4p1", "SB4", Told.TOTAL, Evidence.SUCCEEDED));
    told.bookRefunds.add(new Evidence.BookRefund("4r1", "4p1", Told.TOTAL, true, 1));
    return told;
  }

  @Test
  void money_that_fits_has_no_finding() {
    assertThat(BookCheck.of(told().evidence())).isEqualTo(new BookCheck.Result(3, 3, List.of()));
  }

  @Test
  void what_a_person_ended_is_back_otherwise() {
    Told told = told();
    told.refunds.set(0, new Evidence.Refund("3r1", "3", "3p1", "SB3", Told.TOTAL, Evidence.ENDED));
    told.bookRefunds.set(0, new Evidence.BookRefund("3r1", "3p1", Told.TOTAL, false, 0));
    assertThat(BookCheck.of(told.evidence()).findings()).isEmpty();
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        fault("a capture not recorded", Kind.LOST, t -> t.captures.removeFirst()),
        fault(
            "a capture recorded twice",
            Kind.DOUBLED,
            t -> t.captures.add(new Evidence.Capture("1", "1p1", "SB1", Told.TOTAL, 2))),
        fault(
            "a capture of another amount",
            Kind.BROKEN,
            t -> t.captures.set(0, new Evidence.Capture("1", "1p1", "SB1", Told.TOTAL - 1, 1))),
        fault(
            "a capture that the provider does not know",
            Kind.BROKEN,
            t -> t.captures.add(new Evidence.Capture("2", "2p1", "SB9", Told.TOTAL, 2))),
        fault(
            "a transaction twice in the book",
            Kind.DOUBLED,
            t -> t.bookPayments.add(new Evidence.BookPayment("1p2", "SB1", Told.TOTAL))),
        fault(
            "a refund that the book does not have",
            Kind.LOST,
            t -> t.bookRefunds.removeIf(r -> r.refund().equals("1r1"))),
        fault(
            "a refund of another amount in the book",
            Kind.LOST,
            t -> t.bookRefunds.set(1, new Evidence.BookRefund("1r1", "1p1", PART - 1, true, 1))),
        fault(
            "a refund that the provider took back",
            Kind.LOST,
            t -> t.bookRefunds.set(1, new Evidence.BookRefund("1r1", "1p1", PART, false, 1))),
        fault(
            "a refund that is under way",
            Kind.LOST,
            t -> t.refunds.set(1, new Evidence.Refund("1r1", "1", "1p1", "SB1", PART, 3))),
        fault(
            "a refund that was ended, and whose money moved",
            Kind.DOUBLED,
            t -> t.refunds.set(1, new Evidence.Refund("1r1", "1", "1p1", "SB1", PART, 7))),
        fault(
            "a refund that is not ours",
            Kind.DOUBLED,
            t -> t.bookRefunds.add(new Evidence.BookRefund("1r9", "1p1", 1, true, 1))),
        fault(
            "more back than came",
            Kind.DOUBLED,
            t -> {
              t.refunds.add(new Evidence.Refund("1r2", "1", "1p1", "SB1", Told.TOTAL, 5));
              t.bookRefunds.add(new Evidence.BookRefund("1r2", "1p1", Told.TOTAL, true, 1));
            }),
        fault(
            "an order that says another sum than went back",
            Kind.BROKEN,
            t -> t.orders.put("1", new Evidence.Order("1", 2, Told.TOTAL, true, PART + 1))),
        fault(
            "late money that is only in part back",
            Kind.LOST,
            t -> {
              t.refunds.set(0, new Evidence.Refund("3r1", "3", "3p1", "SB3", PART, 5));
              t.bookRefunds.set(0, new Evidence.BookRefund("3r1", "3p1", PART, true, 1));
            }),
        fault(
            "parked money that is only in part back",
            Kind.BROKEN,
            t -> {
              t.refunds.set(2, new Evidence.Refund("4r1", "4", "4p1", "SB4", PART, 5));
              t.bookRefunds.set(2, new Evidence.BookRefund("4r1", "4p1", PART, true, 1));
            }));
  }

  private static Arguments fault(String name, Kind kind, Consumer<Told> change) {
    return Arguments.of(name, kind, change);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void what_does_not_fit_is_found(String name, Kind kind, Consumer<Told> change) {
    Told told = told();
    change.accept(told);
    assertThat(BookCheck.of(told.evidence()).findings()).extracting(Finding::kind).contains(kind);
  }
}
