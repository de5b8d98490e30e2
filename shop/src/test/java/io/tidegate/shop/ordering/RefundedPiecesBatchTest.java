package io.tidegate.shop.ordering;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Of which orders refunded pieces are looked up, where no sum of money tells of them. */
class RefundedPiecesBatchTest {

  /** Each state's version on the shortest of the declared ways to it, of which none is a refund. */
  private static final Map<Status, Integer> FEWEST = fewest();

  private static Map<Status, Integer> fewest() {
    Map<Status, Integer> steps = new EnumMap<>(Map.of(Status.AWAITING_PAYMENT, 1));
    ArrayDeque<Status> reached = new ArrayDeque<>(steps.keySet());
    while (!reached.isEmpty()) {
      Status from = reached.remove();
      for (Status to : from.next()) {
        if (to != Status.REFUNDED
            && steps.putIfAbsent(to, steps.getOrDefault(from, 0) + 1) == null) {
          reached.add(to);
        }
      }
    }
    return steps;
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.class,
      names = {"AWAITING_SHIPMENT", "PARTIALLY_SHIPPED", "SHIPPED", "DELIVERED", "COMPLETED"})
  void oneStepMoreThanTheShortestWayHasMayBeARefund(Status status) {
    int fewest = FEWEST.getOrDefault(status, 0);
    assertThat(mayHaveSome(status, fewest)).isFalse();
    assertThat(mayHaveSome(status, fewest + 1)).isTrue();
  }

  /** All that they gave back was deducted, so no money tells of these pieces. */
  @ParameterizedTest
  @CsvSource({
    "paid 2 shipped 3 confirmed 4 returned 5, COMPLETED, 5",
    "paid 2 refunded 3 shipped 4 confirmed 5, COMPLETED, 5",
    "paid 2 shipped 3 returned 4 delivered 5, DELIVERED, 5",
    "paid 2 refunded 3, AWAITING_SHIPMENT, 3",
    "paid 2 refunded as a whole 3, REFUNDED, 3"
  })
  void piecesWhoseMoneyWasDeductedAreLookedUp(String way, Status status, int version) {
    assertThat(mayHaveSome(status, version)).as(way).isTrue();
  }

  @Test
  void whatWasNeverPaidHasNone() {
    assertThat(mayHaveSome(Status.AWAITING_PAYMENT, 1)).isFalse();
    assertThat(mayHaveSome(Status.CLOSED, 2)).isFalse();
    assertThat(mayHaveSome(Status.CANCELLED, 2)).isFalse();
  }

  private static boolean mayHaveSome(Status status, int version) {
    return RefundedPiecesBatch.mayHaveSome(Given.order(status, version));
  }
}
