package io.tidegate.shop.ordering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.OrderCommand.Refusal;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.Capture;
import io.tidegate.shop.payment.PaymentId;
import io.tidegate.shop.payment.PaymentProvider.Opening;
import io.tidegate.shop.payment.Posting;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What each command does to an order in each state: all pairs. */
class OrderRulesTest {

  private static final List<String> COMMANDS =
      List.of(
          "start",
          "cancel",
          "confirm",
          "capture",
          "wrong",
          "early",
          "overdue",
          "complete",
          "some",
          "all",
          "delivered");

  /**
   * A row for each state, a column for each of {@link #COMMANDS}. A state: it becomes that; {@code
   * =}: already applied; {@code +}: applied, and the order stays; {@code late}, {@code second},
   * {@code parked}: what becomes of the money; else why it is refused.
   */
  private static final String TABLE =
      """
      awaiting_payment  + cancelled NOT_CONFIRMABLE awaiting_shipment parked = closed NOT_CONFIRMABLE NOT_CONFIRMABLE NOT_CONFIRMABLE NOT_CONFIRMABLE
      awaiting_shipment ALREADY_PAID NOT_CANCELLABLE NOT_CONFIRMABLE second parked = = NOT_CONFIRMABLE partially_shipped shipped delivered
      partially_shipped ALREADY_PAID NOT_CANCELLABLE NOT_CONFIRMABLE second parked = = NOT_CONFIRMABLE = shipped delivered
      shipped           ALREADY_PAID NOT_CANCELLABLE completed second parked = = completed = = delivered
      delivered         ALREADY_PAID NOT_CANCELLABLE completed second parked = = completed = = =
      completed         ALREADY_PAID NOT_CANCELLABLE = second parked = = = = = =
      closed            NOT_PAYABLE NOT_CANCELLABLE NOT_CONFIRMABLE late parked = = NOT_CONFIRMABLE NOT_CONFIRMABLE NOT_CONFIRMABLE NOT_CONFIRMABLE
      cancelled         NOT_PAYABLE = NOT_CONFIRMABLE late parked = = NOT_CONFIRMABLE NOT_CONFIRMABLE NOT_CONFIRMABLE NOT_CONFIRMABLE
      refunded          NOT_PAYABLE NOT_CANCELLABLE NOT_CONFIRMABLE late parked = = NOT_CONFIRMABLE = = =
      """;

  @TestFactory
  Stream<DynamicTest> everyCommandInEveryState() {
    List<DynamicTest> tests = new ArrayList<>();
    for (String row : TABLE.lines().toList()) {
      String[] cells = row.split(" +");
      assertThat(cells).hasSize(COMMANDS.size() + 1);
      Status status = Status.ofWire(cells[0]).orElseThrow();
      for (int i = 0; i < COMMANDS.size(); i++) {
        String command = COMMANDS.get(i);
        String expected = cells[i + 1];
        tests.add(
            DynamicTest.dynamicTest(
                cells[0] + " " + command, () -> check(status, command, expected)));
      }
    }
    assertThat(tests).hasSize(Status.values().length * COMMANDS.size());
    return tests.stream();
  }

  private static void check(Status status, String command, String expected) {
    OrderFile file = Given.file(status);
    Order before = file.order();
    Outcome<Changes, Refusal> outcome = run(file, command);
    assertThat(file.order()).isSameAs(before); // a decision only decides
    assertThat(told(before, outcome)).isEqualTo(expected);
    if (outcome instanceof Outcome.AlreadyApplied<Changes, Refusal>(Changes changes)) {
      assertThat(changes).isEqualTo(Changes.of(before));
    }
  }

  private static String told(Order before, Outcome<Changes, Refusal> outcome) {
    return switch (outcome) {
      case Outcome.AlreadyApplied<Changes, Refusal> _ -> "=";
      case Outcome.Refused<Changes, Refusal>(Refusal why) -> why.name();
      case Outcome.Applied<Changes, Refusal>(Changes changes) -> {
        if (changes.order().status() != before.status()) {
          yield changes.order().status().wire();
        }
        yield changes.captures().isEmpty()
            ? "+"
            : changes.captures().getFirst().verdict().name().toLowerCase(java.util.Locale.ROOT);
      }
    };
  }

  private static Outcome<Changes, Refusal> run(OrderFile file, String command) {
    Instant now = Given.NOW;
    return switch (command) {
      case "start" -> OrderRules.decide(file, Given.start(42), now);
      case "cancel" ->
          OrderRules.decide(
              file, new OrderCommand.Cancel(Given.NUMBER, 42, "why", Given.CAUSE), now);
      case "confirm" ->
          OrderRules.decide(
              file, new OrderCommand.ConfirmReceipt(Given.NUMBER, 42, Given.CAUSE), now);
      case "capture" -> OrderRules.decide(file, capture(1, "T1", 2_990), now);
      case "wrong" -> OrderRules.decide(file, capture(1, "T1", 2_989), now);
      case "early" -> OrderRules.close(file, Given.CAUSE, now);
      case "overdue" -> OrderRules.close(file, Given.CAUSE, Given.PAY_BEFORE);
      case "complete" -> OrderRules.complete(file, Given.CAUSE, now);
      case "some" -> OrderRules.shipped(file, false, Given.CAUSE, now);
      case "all" -> OrderRules.shipped(file, true, Given.CAUSE, now);
      case "delivered" -> OrderRules.delivered(file, Given.CAUSE, now);
      default -> throw new IllegalArgumentException(command);
    };
  }

  @Test
  void anothersOrderIsAsIfItWereNotThere() {
    for (Status status : Status.values()) {
      OrderFile file = Given.file(status);
      assertThat(OrderRules.decide(file, Given.start(43), Given.NOW))
          .isEqualTo(Outcome.refused(Refusal.NOT_FOUND));
      assertThat(
              OrderRules.decide(
                  file, new OrderCommand.Cancel(Given.NUMBER, 43, "", Given.CAUSE), Given.NOW))
          .isEqualTo(Outcome.refused(Refusal.NOT_FOUND));
      assertThat(
              OrderRules.decide(
                  file, new OrderCommand.ConfirmReceipt(Given.NUMBER, 43, Given.CAUSE), Given.NOW))
          .isEqualTo(Outcome.refused(Refusal.NOT_FOUND));
    }
  }

  @Test
  void noPaymentIsStartedPastTheDeadlineOrTooOftenOrForNothing() {
    OrderFile waiting = Given.file(Status.AWAITING_PAYMENT);
    assertThat(OrderRules.decide(waiting, Given.start(42), Given.PAY_BEFORE))
        .isEqualTo(Outcome.refused(Refusal.NOT_PAYABLE));
    List<Attempt> many = new ArrayList<>();
    for (int seq = 1; seq <= PaymentId.PER_ORDER_MAX; seq++) {
      many.add(Given.pending(seq));
    }
    assertThat(
            OrderRules.decide(
                new OrderFile(Given.order(Status.AWAITING_PAYMENT), many, List.of(), 0),
                Given.start(42),
                Given.NOW))
        .isEqualTo(Outcome.refused(Refusal.TOO_MANY_PAYMENTS));
    Order order = Given.order(Status.AWAITING_PAYMENT);
    Order free =
        new Order(
            order.number(),
            42,
            1,
            order.state(),
            order.region(),
            new Amounts(Money.CNY, 0, 0, 0),
            0,
            Given.PAY_BEFORE,
            null,
            List.of(new OrderItem("A", "A gift", 1, 0, 0)));
    assertThat(
            OrderRules.decide(
                new OrderFile(free, List.of(), List.of(), 0), Given.start(42), Given.NOW))
        .isEqualTo(Outcome.refused(Refusal.NOT_PAYABLE));
  }

  @Test
  void aCaptureAfterTheDeadlinePaysWhatIsNotClosedYet() {
    OrderFile file = Given.file(Status.AWAITING_PAYMENT);
    Changes changes =
        applied(OrderRules.decide(file, capture(1, "T1", 2_990), Given.PAY_BEFORE.plusSeconds(9)));
    assertThat(changes.order().status()).isEqualTo(Status.AWAITING_SHIPMENT);
  }

  @Test
  void theSameMoneyIsTakenOnceWhateverTheStateIsByThen() {
    for (Status status : Status.values()) {
      OrderFile file = Given.file(status);
      OrderCommand.RecordCapture twice = capture(1, "T1", 2_990);
      file.apply(applied(OrderRules.decide(file, twice, Given.NOW)));
      assertThat(OrderRules.decide(file, twice, Given.NOW))
          .isInstanceOf(Outcome.AlreadyApplied.class);
    }
  }

  @Test
  void aCaptureOfAnAttemptOrProviderThatIsNotHereIsNotTaken() {
    OrderFile file = Given.file(Status.AWAITING_PAYMENT);
    assertThat(OrderRules.decide(file, capture(2, "T1", 2_990), Given.NOW))
        .isEqualTo(Outcome.refused(Refusal.NOT_FOUND));
    Capture other =
        new Capture(new PaymentId(Given.NUMBER, 1), "other", "T1", Money.cny(2_990), Given.NOW);
    assertThat(
            OrderRules.decide(file, new OrderCommand.RecordCapture(other, Given.CAUSE), Given.NOW))
        .isEqualTo(Outcome.refused(Refusal.NOT_FOUND));
  }

  @Test
  void anotherCurrencyIsParked() {
    Capture yen =
        new Capture(
            new PaymentId(Given.NUMBER, 1), "sandbox", "T1", new Money(2_990, "JPY"), Given.NOW);
    Changes changes =
        applied(
            OrderRules.decide(
                Given.file(Status.AWAITING_PAYMENT),
                new OrderCommand.RecordCapture(yen, Given.CAUSE),
                Given.NOW));
    assertThat(changes.captures().getFirst().verdict()).isEqualTo(Capture.Verdict.PARKED);
    assertThat(changes.postings())
        .singleElement()
        .matches(posting -> posting.credit().equals(Posting.PARKED));
    assertThat(changes.attempts().getFirst().state()).isEqualTo(Attempt.State.PARKED);
  }

  @Test
  void whatNobodyMayPayAnyMoreIsClosedAtTheProvider() {
    OrderFile two =
        new OrderFile(
            Given.order(Status.AWAITING_PAYMENT),
            List.of(Given.pending(1), Given.pending(2), Given.pending(3).failed()),
            List.of(),
            0);
    Changes paid = applied(OrderRules.decide(two, capture(2, "T1", 2_990), Given.NOW));
    assertThat(paid.attempts().getFirst().id().seq()).isEqualTo(2);
    assertThat(paid.attempts())
        .filteredOn(attempt -> Given.NOW.equals(attempt.askAt()))
        .extracting(attempt -> attempt.id().seq())
        .containsExactly(1);
    Changes closed = applied(OrderRules.close(two, Given.CAUSE, Given.PAY_BEFORE));
    assertThat(closed.attempts())
        .filteredOn(attempt -> Given.PAY_BEFORE.equals(attempt.askAt()))
        .extracting(attempt -> attempt.id().seq())
        .containsExactly(1, 2);
  }

  /** Attempt's state by opening: only what has no answer yet takes one. */
  @Test
  void anOpeningsAnswerNeverOverwritesWhatIsKnownBetter() {
    PaymentId id = new PaymentId(Given.NUMBER, 1);
    Attempt created = Attempt.created(id, "sandbox", Money.cny(2_990), Given.NOW, Given.PAY_BEFORE);
    List<Attempt> attempts =
        List.of(
            created,
            created.unknown(),
            created.opened("u"),
            created.captured(Given.NOW),
            created.failed(),
            created.closed(),
            created.parked());
    assertThat(attempts).extracting(Attempt::state).contains(Attempt.State.values());
    Set<Attempt.State> open = Set.of(Attempt.State.CREATED, Attempt.State.UNKNOWN);
    for (Attempt attempt : attempts) {
      OrderFile file =
          new OrderFile(Given.order(Status.AWAITING_PAYMENT), List.of(attempt), List.of(), 0);
      for (Opening answer :
          List.of(new Opening.Opened("v"), new Opening.Refused("no"), new Opening.Unknown("?"))) {
        Outcome<Changes, Refusal> outcome =
            OrderRules.decide(
                file, new OrderCommand.NoteOpening(id, answer, Given.CAUSE), Given.NOW);
        assertThat(outcome instanceof Outcome.Applied).isEqualTo(open.contains(attempt.state()));
        if (outcome instanceof Outcome.Applied<Changes, Refusal>(Changes changes)) {
          Attempt next = changes.attempts().getFirst();
          assertThat(next.state())
              .isEqualTo(
                  switch (answer) {
                    case Opening.Opened _ -> Attempt.State.PENDING;
                    case Opening.Refused _ -> Attempt.State.FAILED;
                    case Opening.Unknown _ -> Attempt.State.UNKNOWN;
                  });
        }
      }
      assertThat(
              OrderRules.decide(file, new OrderCommand.NoteClosed(id, Given.CAUSE), Given.NOW)
                  instanceof Outcome.Applied)
          .isEqualTo(attempt.isOpen());
    }
  }

  @Test
  void undeclaredTransitionsAreMistakesOfTheProgram() {
    for (Status from : Status.values()) {
      for (Status to : Status.values()) {
        Order order = Given.order(from);
        if (from.next().contains(to)) {
          assertThat(order.with(Given.state(to)).version()).isEqualTo(2);
        } else {
          assertThatThrownBy(() -> order.with(Given.state(to)))
              .isInstanceOf(IllegalStateException.class);
        }
      }
    }
    assertThat(Status.CLOSED.next()).isEmpty(); // O2
    assertThat(Status.CANCELLED.next()).isEmpty();
  }

  /** M3 in any state; an attempt that was captured stays so. */
  @Test
  void aWrongAmountLeavesACapturedAttemptAsItIs() {
    OrderFile file = Given.file(Status.AWAITING_PAYMENT);
    Changes paid = applied(OrderRules.decide(file, capture(1, "T1", 2_990), Given.NOW));
    OrderFile after = new OrderFile(paid.order(), paid.attempts(), paid.captures(), 0);

    Changes twice = applied(OrderRules.decide(after, capture(1, "T2", 2_989), Given.NOW));

    assertThat(twice.captures().getFirst().verdict()).isEqualTo(Capture.Verdict.PARKED);
    assertThat(twice.refunds()).isEmpty();
    assertThat(twice.attempts()).isEmpty();
  }

  private static OrderCommand.RecordCapture capture(int seq, String transaction, long amount) {
    return new OrderCommand.RecordCapture(Given.capture(seq, transaction, amount), Given.CAUSE);
  }

  private static Changes applied(Outcome<Changes, Refusal> outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Applied.class);
    return ((Outcome.Applied<Changes, Refusal>) outcome).value();
  }
}
