package io.tidegate.shop.ordering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.clock.WrongClock;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.OrderCommand.Refusal;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.FakeProvider;
import io.tidegate.shop.payment.Refund;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * L6: beside a node on a machine whose clock is right, one on a machine whose clock is ten minutes
 * off, fast or slow. Both place, are paid and close, each the other's orders too, on one database.
 */
class ClocksOffTest {

  /** Much less than the clock is off, and enough to be paid in. */
  private static final Duration PATIENT = Duration.ofMinutes(5);

  private static final Duration HASTY = Duration.ofSeconds(2);

  /** Much more than closing takes, and much less than the clock is off. */
  private static final Duration LATE_MAX = Duration.ofMinutes(1);

  /** What a measurement over a busy connection may be wrong by. */
  private static final long MEASURED_MILLIS = 1_000;

  /** What is wrong with the machine's clock. */
  enum Off {
    FAST(Duration.ofMinutes(10)),
    SLOW(Duration.ofMinutes(-10));

    private final Duration ahead;

    Off(Duration ahead) {
      this.ahead = ahead;
    }
  }

  private final String url = TestNode.freshUrl();
  private final FakeProvider provider = new FakeProvider();
  private final TestNode right = new TestNode(url, 0, provider, Clock.system(), PATIENT);
  private final TestNode rightHasty = new TestNode(url, 1, provider, Clock.system(), HASTY);

  @AfterEach
  void close() {
    right.close();
    rightHasty.close();
  }

  @ParameterizedTest
  @EnumSource
  void theDatabasesClockDecides(Off off) {
    right.goods("A", 1_000, 1_000);
    rightHasty.tariffs.refresh();
    try (TestNode wrong = new TestNode(url, 2, provider, WrongClock.by(off.ahead), PATIENT);
        TestNode wrongHasty = new TestNode(url, 3, provider, WrongClock.by(off.ahead), HASTY)) {
      Order byRight = placed(right, PATIENT);
      Order byWrong = placed(wrong, PATIENT);
      Order another = placed(wrong, PATIENT);
      for (TestNode closing : List.of(wrong, right)) {
        List<Order> hasty = List.of(placed(rightHasty, HASTY), placed(wrongHasty, HASTY));
        Order over = hasty.getFirst();
        await().until(() -> right.database.now().isAfter(payBefore(over)));
        assertThat(wrong.start(over)).isEqualTo(Outcome.refused(Refusal.NOT_PAYABLE));
        assertThat(right.start(over)).isEqualTo(Outcome.refused(Refusal.NOT_PAYABLE));
        closeBy(closing, hasty);
        assertThat(List.of(byRight, byWrong, another))
            .as("closed early")
            .allMatch(order -> right.find(order).status() == Status.AWAITING_PAYMENT);
      }

      paid(byRight, wrong, wrong);
      paid(byWrong, wrong, right);
      paid(another, right, wrong);
      right.checkPromises();
    }
  }

  /** Its deadline is by the database's clock, whatever the machine's says. */
  private Order placed(TestNode node, Duration window) {
    Instant before = right.database.now();
    Order order = node.placed(new PlaceOrder.Line("A", 1));
    assertThat(payBefore(order))
        .isBetween(
            before.plus(window).minusMillis(MEASURED_MILLIS),
            right.database.now().plus(window).plusMillis(MEASURED_MILLIS));
    return order;
  }

  private static Instant payBefore(Order order) {
    return ((OrderState.AwaitingPayment) order.state()).payBefore();
  }

  /** One node's worker alone closes them: none early, and none late. */
  private void closeBy(TestNode node, List<Order> orders) {
    CloseWorker closer = new CloseWorker(node.database, node.log, () -> {}, () -> "");
    closer.start();
    try {
      for (Order order : orders) {
        await().until(() -> right.find(order).status() == Status.CLOSED);
        Instant at = ((OrderState.Closed) right.find(order).state()).closedAt();
        assertThat(at).isBetween(payBefore(order), payBefore(order).plus(LATE_MAX));
      }
    } finally {
      closer.close();
    }
  }

  /** It is paid in time, though a clock says that it is over, and asked about in time. */
  private void paid(Order order, TestNode starting, TestNode hearing) {
    Attempt attempt = starting.opened(order);
    assertThat(attempt.askAt())
        .isCloseTo(right.database.now(), within(LATE_MAX.toSeconds(), ChronoUnit.SECONDS));
    assertThat(attempt.expiresAt()).isEqualTo(payBefore(order));
    assertThat(hearing.capture(TestNode.money(attempt, "T" + order.number())))
        .isInstanceOf(Outcome.Applied.class);
    assertThat(right.find(order).status()).isEqualTo(Status.AWAITING_SHIPMENT);
    List<Refund> back = right.refunds.refunds(order.number());
    assertThat(back).isEmpty();
  }
}
