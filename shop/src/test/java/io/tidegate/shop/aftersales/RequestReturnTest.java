package io.tidegate.shop.aftersales;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.aftersales.ReturnRefusal.NotReturnable;
import io.tidegate.shop.aftersales.ReturnRefusal.OverRefund;
import io.tidegate.shop.aftersales.ReturnRefusal.Why;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When goods are taken back, and how many of them. */
class RequestReturnTest {

  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final Duration WINDOW = Duration.ofDays(30);
  private static final OrderNumber ORDER = new OrderNumber(7_000_000);

  @ParameterizedTest
  @CsvSource({
    "AWAITING_PAYMENT, NOTHING_TO_RETURN",
    "AWAITING_SHIPMENT, NOT_SHIPPED",
    "PARTIALLY_SHIPPED, NOT_SHIPPED",
    "SHIPPED,",
    "DELIVERED,",
    "COMPLETED,",
    "CLOSED, NOTHING_TO_RETURN",
    "CANCELLED, NOTHING_TO_RETURN",
    "REFUNDED, NOTHING_TO_RETURN",
  })
  void onlyWhatTheCustomerHasComesBack(Status status, @Nullable Why why) {
    Outcome<ReturnCase, ReturnRefusal> outcome =
        ask(status, NOW.minusSeconds(1), List.of(0, 0), List.of(), new ReturnLine(1, 1));
    if (why == null) {
      assertThat(ReturnRulesTest.applied(outcome).id().toString()).isEqualTo("7000000t1");
    } else {
      assertThat(outcome).isEqualTo(Outcome.refused(new NotReturnable(why)));
    }
  }

  @Test
  void theWindowEndsOnItsLastMoment() {
    Instant lastMoment = NOW.minus(WINDOW);
    assertThat(ask(Status.DELIVERED, lastMoment, List.of(0, 0), List.of(), new ReturnLine(1, 1)))
        .isInstanceOf(Outcome.Applied.class);
    assertThat(
            ask(
                Status.COMPLETED,
                lastMoment.minusMillis(1),
                List.of(0, 0),
                List.of(),
                new ReturnLine(1, 1)))
        .isEqualTo(Outcome.refused(new NotReturnable(Why.TOO_LATE)));
  }

  @Test
  void noPieceComesBackTwice() {
    // Of line 1 one of five is refunded, two are on their way back, and one of two that came was
    // accepted: one is left. A rejected return took nothing.
    List<ReturnCase> returns =
        List.of(
            seq(1, ReturnState.REJECTED, 5),
            seq(2, ReturnState.IN_TRANSIT, 2),
            seq(3, ReturnState.DONE, 2));
    List<Integer> refunded = List.of(1, 0);
    assertThat(ask(Status.SHIPPED, NOW, refunded, returns, new ReturnLine(1, 1)))
        .isInstanceOf(Outcome.Applied.class);
    assertThat(
            ask(
                Status.SHIPPED,
                NOW,
                refunded,
                returns,
                new ReturnLine(2, 1),
                new ReturnLine(1, 2),
                new ReturnLine(3, 1)))
        .isEqualTo(Outcome.refused(new OverRefund(List.of(1, 2))));
  }

  @Test
  void returnsAreCountedThroughAndNotForEver() {
    ReturnCase next =
        ReturnRulesTest.applied(
            ask(
                Status.SHIPPED,
                NOW,
                List.of(0, 0),
                List.of(seq(1, ReturnState.REJECTED, 5), seq(2, ReturnState.REJECTED, 5)),
                new ReturnLine(1, 5)));
    assertThat(next.id().seq()).isEqualTo(3);
    List<ReturnCase> many =
        IntStream.rangeClosed(1, ReturnCase.RETURNS_MAX)
            .mapToObj(seq -> seq(seq, ReturnState.REJECTED, 5))
            .toList();
    assertThat(ask(Status.SHIPPED, NOW, List.of(0, 0), many, new ReturnLine(1, 1)))
        .isEqualTo(Outcome.refused(new NotReturnable(Why.TOO_MANY)));
  }

  /** Asks for goods of an order of five and one pieces. */
  private static Outcome<ReturnCase, ReturnRefusal> ask(
      Status status,
      Instant arrived,
      List<Integer> refunded,
      List<ReturnCase> returns,
      ReturnLine... items) {
    return new RequestReturn(ORDER, 42, List.of(items), "too small", List.of())
        .decide(
            new RequestReturn.Facts(status, arrived, List.of(5, 1), refunded, returns),
            WINDOW,
            NOW);
  }

  /** A return of pieces of line 1; half of what was inspected is accepted. */
  private static ReturnCase seq(int seq, ReturnState state, int pieces) {
    ReturnId id = new ReturnId(ORDER, seq);
    ReturnCase asked =
        ReturnCase.requested(
            id, 42, List.of(new ReturnLine(1, pieces)), "x", List.of(), "customer:42", NOW);
    List<ReturnLine> half = new ArrayList<>(List.of(new ReturnLine(1, pieces / 2)));
    return switch (state) {
      case REQUESTED -> asked;
      case REJECTED -> asked.rejected("no", "staff:eve", NOW);
      case APPROVED, IN_TRANSIT -> asked.approved("staff:eve", NOW);
      case RECEIVED, INSPECTED, DONE ->
          asked.received("sha", "staff:eve", NOW).inspected(half, null, "staff:eve", NOW);
    };
  }
}
