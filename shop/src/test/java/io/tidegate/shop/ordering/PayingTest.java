package io.tidegate.shop.ordering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.OrderCommand.Refusal;
import io.tidegate.shop.ordering.OrderCommand.Result;
import io.tidegate.shop.ordering.PlaceOrder.Line;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.Capture;
import io.tidegate.shop.payment.FakeProvider;
import io.tidegate.shop.payment.PaymentProvider.Standing;
import io.tidegate.shop.payment.Refund;
import io.tidegate.shop.testing.Race;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Money for orders, on a real database: each race has one winner, and no money is lost. */
class PayingTest {

  private static final int ROUNDS = 120;

  private static TestNode shop;
  private static TestNode second;

  @BeforeAll
  static void open() {
    FakeProvider provider = new FakeProvider();
    String url = TestNode.freshUrl();
    shop = new TestNode(url, 0, provider);
    shop.goods("A", 1_000, 1_000_000);
    second = new TestNode(url, 1, provider);
  }

  @AfterEach
  void check() {
    shop.checkPromises();
    assertThat(shop.deadlocks()).isZero();
  }

  @AfterAll
  static void close() {
    second.close();
    shop.close();
  }

  @Test
  void aPaidOrderIsToldOnceAndItsStockIsSold() {
    Order order = shop.placed(new Line("A", 3));
    Attempt attempt = shop.opened(order);
    assertThat(shop.capture(TestNode.money(attempt, "T1"))).isInstanceOf(Outcome.Applied.class);
    assertThat(second.capture(TestNode.money(attempt, "T1")))
        .isInstanceOf(Outcome.AlreadyApplied.class);

    assertThat(shop.find(order).status()).isEqualTo(Status.AWAITING_SHIPMENT);
    assertThat(
            shop.texts(
                "select type from messaging.log where key = "
                    + order.number()
                    + " order by position"))
        .containsExactly("order.placed.v1", "order.paid.v1");
    assertThat(shop.payments.attempts(order.number()).getFirst().state())
        .isEqualTo(Attempt.State.CAPTURED);
    assertThat(refunds(order)).isEmpty();
  }

  @Test
  void aCallbackBeforeTheOpeningsAnswerPays() {
    Order order = shop.placed(new Line("A", 1));
    Attempt attempt = attempt(shop.start(order));
    shop.capture(TestNode.money(attempt, "T1"));
    Outcome<Result, Refusal> noted =
        shop.orders.run(
            new OrderCommand.NoteOpening(
                attempt.id(), shop.provider.open(attempt, ""), Cause.system("")));

    assertThat(noted).isInstanceOf(Outcome.AlreadyApplied.class);
    assertThat(shop.payments.attempts(order.number()).getFirst().state())
        .isEqualTo(Attempt.State.CAPTURED);
  }

  @Test
  void startingAgainWithTheSameKeyIsTheSameAttempt() {
    Order order = shop.placed(new Line("A", 1));
    byte[] key = TestNode.key(-77);
    OrderCommand.StartPayment command = start(order, key, key);
    Attempt first = attempt(shop.orders.run(command));
    Outcome<Result, Refusal> again = second.orders.run(command);
    assertThat(again).isInstanceOf(Outcome.AlreadyApplied.class);
    assertThat(((Outcome.AlreadyApplied<Result, Refusal>) again).value().attempt())
        .extracting(Attempt::id)
        .isEqualTo(first.id());
    assertThat(shop.orders.run(start(order, key, TestNode.key(-78))))
        .isEqualTo(Outcome.refused(Refusal.KEY_REUSED));
    Order other = shop.placed(new Line("A", 1));
    assertThat(shop.orders.run(start(other, key, TestNode.key(-79))))
        .isEqualTo(Outcome.refused(Refusal.KEY_REUSED));
    assertThat(shop.payments.attempts(order.number())).hasSize(1);
  }

  @Test
  void aRefusedStartFreesItsKey() {
    Order order = shop.placed(new Line("A", 1));
    shop.cancel(order);
    byte[] key = TestNode.key(-80);
    assertThat(shop.orders.run(start(order, key, key)))
        .isEqualTo(Outcome.refused(Refusal.NOT_PAYABLE));
    Order other = shop.placed(new Line("A", 1));
    assertThat(shop.orders.run(start(other, key, TestNode.key(-81))))
        .isInstanceOf(Outcome.Applied.class);
  }

  @Test
  void aKeyThatIsRefusedAndUsedAgainInOneBatchIsKept() {
    Order gone = shop.placed(new Line("A", 1));
    shop.cancel(gone);
    Order order = shop.placed(new Line("A", 1));
    byte[] key = TestNode.key(-82);
    OrderLane lane = new OrderLane(shop.log, () -> {});
    List<OrderCommand> batch =
        List.of(
            start(gone, key, TestNode.key(-83)),
            start(order, key, TestNode.key(-84)),
            start(order, key, TestNode.key(-84)),
            start(order, key, TestNode.key(-85)));
    List<Outcome<Result, Refusal>> outcomes = new ArrayList<>();
    shop.database.writeOnce(tx -> {
      OrderBatch loaded = lane.load(tx, batch);
      batch.forEach(command -> outcomes.add(lane.decide(loaded, command, tx.now())));
      lane.save(tx, loaded);
      return true;
    });
    assertThat(outcomes.get(0)).isEqualTo(Outcome.refused(Refusal.NOT_PAYABLE));
    assertThat(outcomes.get(1)).isInstanceOf(Outcome.Applied.class);
    assertThat(outcomes.get(2)).isInstanceOf(Outcome.AlreadyApplied.class);
    assertThat(outcomes.get(3)).isEqualTo(Outcome.refused(Refusal.KEY_REUSED));
    assertThat(shop.orders.run(batch.get(1))).isInstanceOf(Outcome.AlreadyApplied.class);
    assertThat(shop.orders.run(batch.get(0))).isEqualTo(Outcome.refused(Refusal.KEY_REUSED));
  }

  @Test
  void aWrongAmountIsParkedAndTheRightOneStillPays() {
    Order order = shop.placed(new Line("A", 1));
    Attempt attempt = shop.opened(order);
    Capture wrong =
        new Capture(
            attempt.id(),
            FakeProvider.NAME,
            "T1",
            Money.cny(1),
            TestNode.money(attempt, "").capturedAt());
    shop.capture(wrong);
    assertThat(shop.find(order).status()).isEqualTo(Status.AWAITING_PAYMENT);
    assertThat(
            shop.number(
                "select sum(amount) from payment.ledger where credit = 'parked' and order_number = "
                    + order.number()))
        .isEqualTo(1);
    assertThat(shop.capture(wrong)).isInstanceOf(Outcome.AlreadyApplied.class);
    shop.capture(TestNode.money(attempt, "T2"));
    assertThat(shop.find(order).status()).isEqualTo(Status.AWAITING_SHIPMENT);
  }

  @Test
  void secondAndLateCapturesAreGivenBackOnce() {
    Order paid = shop.placed(new Line("A", 1));
    Attempt one = shop.opened(paid);
    Attempt two = shop.opened(paid);
    shop.capture(TestNode.money(one, "T1"));
    for (int i = 0; i < 3; i++) {
      shop.capture(TestNode.money(two, "T2"));
      second.capture(TestNode.money(two, "T2"));
    }
    assertThat(refunds(paid)).extracting(Refund::reason).containsExactly(Refund.Reason.SECOND);

    Order closed = shop.placed(new Line("A", 1));
    Attempt late = shop.opened(closed);
    shop.makeOverdue(closed.number());
    assertThat(shop.closer.closeDue()).isPositive();
    assertThat(shop.find(closed).status()).isEqualTo(Status.CLOSED);
    second.capture(TestNode.money(late, "T3"));
    shop.capture(TestNode.money(late, "T3"));
    assertThat(refunds(closed)).extracting(Refund::reason).containsExactly(Refund.Reason.LATE);
    assertThat(shop.find(closed).status()).isEqualTo(Status.CLOSED);
  }

  @Test
  void payAgainstClose() throws Exception {
    List<Order> orders = orders();
    List<Attempt> attempts = orders.stream().map(order -> shop.opened(order)).toList();
    orders.forEach(order -> overdueButNotDue(order));
    Race.run(
        ROUNDS,
        1,
        i -> shop.capture(TestNode.money(attempts.get(i), "T" + i)),
        i -> {
          shop.makeDue(orders.get(i).number(), 1);
          second.closer.closeDue();
        },
        i -> shop.find(orders.get(i)).status() == Status.AWAITING_SHIPMENT);
    for (Order order : orders) {
      boolean closed = shop.find(order).status() == Status.CLOSED;
      assertThat(refunds(order)).hasSize(closed ? 1 : 0); // O2, M5
    }
  }

  @Test
  void payAgainstCancelOnAnotherNode() throws Exception {
    List<Order> orders = orders();
    List<Attempt> attempts = orders.stream().map(order -> shop.opened(order)).toList();
    Race.run(
        ROUNDS,
        2,
        i -> shop.capture(TestNode.money(attempts.get(i), "T" + i)),
        i -> second.cancel(orders.get(i)),
        i -> shop.find(orders.get(i)).status() == Status.AWAITING_SHIPMENT);
    for (Order order : orders) {
      boolean cancelled = shop.find(order).status() == Status.CANCELLED;
      assertThat(refunds(order)).hasSize(cancelled ? 1 : 0);
    }
  }

  @Test
  void theSameCallbackOnTwoNodes() throws Exception {
    List<Order> orders = orders();
    List<Attempt> attempts = orders.stream().map(order -> shop.opened(order)).toList();
    boolean[] first = new boolean[ROUNDS];
    boolean[] other = new boolean[ROUNDS];
    Race.run(
        ROUNDS,
        3,
        i -> first[i] = applied(shop.capture(TestNode.money(attempts.get(i), "T" + i))),
        i -> other[i] = applied(second.capture(TestNode.money(attempts.get(i), "T" + i))),
        i -> first[i]);
    for (int i = 0; i < ROUNDS; i++) {
      assertThat(first[i]).isNotEqualTo(other[i]); // exactly one wrote
      assertThat(refunds(orders.get(i))).isEmpty();
    }
  }

  @Test
  void twoPaymentsOfOneOrderOnTwoNodes() throws Exception {
    List<Order> orders = orders();
    List<Attempt> ones = orders.stream().map(order -> shop.opened(order)).toList();
    List<Attempt> twos = orders.stream().map(order -> second.opened(order)).toList();
    Race.run(
        ROUNDS,
        4,
        i -> shop.capture(TestNode.money(ones.get(i), "one" + i)),
        i -> second.capture(TestNode.money(twos.get(i), "two" + i)),
        i -> refunds(orders.get(i)).getFirst().transaction().equals("two" + i));
    for (Order order : orders) {
      assertThat(refunds(order)).hasSize(1); // M4
      assertThat(shop.find(order).status()).isEqualTo(Status.AWAITING_SHIPMENT);
    }
  }

  @Test
  void twoClosersCloseOnce() throws Exception {
    List<Order> orders = orders();
    orders.forEach(order -> overdueButNotDue(order));
    int[] first = new int[ROUNDS];
    int[] other = new int[ROUNDS];
    shop.makeDue(orders.getFirst().number(), 1);
    Race.run(
        ROUNDS,
        5,
        i -> first[i] = shop.closer.closeDue(),
        i -> other[i] = second.closer.closeDue(),
        i -> {
          assertThat(first[i] + other[i]).isEqualTo(1);
          if (i + 1 < ROUNDS) {
            shop.makeDue(orders.get(i + 1).number(), 1);
          }
          return first[i] == 1;
        });
    for (Order order : orders) {
      assertThat(shop.find(order).status()).isEqualTo(Status.CLOSED);
      assertThat(
              shop.number(
                  "select count(*) from messaging.log where type = 'order.closed.v1' and key = "
                      + order.number()))
          .isEqualTo(1);
    }
  }

  @Test
  void whatIsNotDueByTheDatabasesClockIsNotClosed() {
    Order order = shop.placed(new Line("A", 1));
    shop.makeDue(order.number(), 1); // a due row that is too early changes nothing
    shop.closer.closeDue();
    assertThat(shop.find(order).status()).isEqualTo(Status.AWAITING_PAYMENT);
  }

  @Test
  void aLostCallbackIsFoundByAsking() {
    Order order = shop.placed(new Line("A", 1));
    Attempt attempt = shop.opened(order);
    shop.provider.pay(TestNode.money(attempt, "T1"));
    askNow(order);
    await().until(() -> shop.find(order).status() == Status.AWAITING_SHIPMENT);
  }

  @Test
  void anUnknownAnswerIsAskedForAgain() {
    Order order = shop.placed(new Line("A", 1));
    Attempt attempt = shop.opened(order);
    shop.provider.pay(TestNode.money(attempt, "T1"));
    shop.provider.nextStanding(new Standing.Unknown("time-out"));
    askNow(order);
    await().until(() -> shop.provider.callsOf("query " + attempt.id()).size() == 1);
    assertThat(shop.find(order).status()).isEqualTo(Status.AWAITING_PAYMENT);
    assertThat(shop.payments.attempts(order.number()).getFirst().askAt()).isNotNull();
    askNow(order);
    await().until(() -> shop.find(order).status() == Status.AWAITING_SHIPMENT);
  }

  @Test
  void attemptsOfOrdersThatEndedAreClosedAtTheProviderOrGoBack() {
    Order order = shop.placed(new Line("A", 1));
    Attempt unpaid = shop.opened(order);
    Attempt paid = shop.opened(order);
    shop.provider.pay(TestNode.money(paid, "T9"));
    shop.cancel(order);
    askNow(order);
    await()
        .until(() ->
            shop.payments.attempts(order.number()).stream()
                .map(Attempt::state)
                .toList()
                .equals(List.of(Attempt.State.CLOSED, Attempt.State.CAPTURED)));
    assertThat(shop.provider.callsOf("close " + unpaid.id())).isNotEmpty();
    assertThat(refunds(order)).extracting(Refund::reason).containsExactly(Refund.Reason.LATE);
  }

  private static List<Order> orders() {
    List<Order> orders = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      orders.add(shop.placed(new Line("A", 1)));
    }
    return orders;
  }

  @Test
  void anOpeningWhoseAnswerWasLostCanBePaidOnceItWasAskedFor() {
    Order order = shop.placed(new Line("A", 1));
    shop.provider.loseNextOpening();
    Attempt attempt = shop.opened(order);
    assertThat(first(order).state()).isEqualTo(Attempt.State.UNKNOWN);
    assertThat(first(order).cashierUrl()).isNull();

    askNow(order);

    await().until(() -> first(order).state() == Attempt.State.PENDING);
    assertThat(first(order).cashierUrl()).isEqualTo("http://cashier/" + attempt.id());
    int version = first(order).version();
    askNow(order);
    await().until(() -> shop.provider.callsOf("query " + attempt.id()).size() == 2);
    assertThat(shop.provider.callsOf("open " + attempt.id())).hasSize(2);
    assertThat(first(order).version()).isEqualTo(version + 1); // asked once more, and that is all
  }

  /** What nobody may pay any more is offered to nobody, also where it can't be closed yet. */
  @Test
  void anOpeningWhoseOrderHasEndedIsNotMadeAgain() {
    Order order = shop.placed(new Line("A", 1));
    shop.provider.loseNextOpening();
    Attempt attempt = shop.opened(order);
    shop.cancel(order);
    shop.provider.nextStanding(new Standing.Open());

    askNow(order);
    await().until(() -> shop.provider.callsOf("close " + attempt.id()).size() == 1);
    askNow(order);
    await().until(() -> first(order).state() == Attempt.State.CLOSED);
    assertThat(shop.provider.callsOf("open " + attempt.id())).hasSize(1);
  }

  private static Attempt first(Order order) {
    return shop.payments.attempts(order.number()).getFirst();
  }

  private static void overdueButNotDue(Order order) {
    shop.run(
        "update ordering.orders set pay_before = clock_timestamp() - interval '1 s' where number = "
            + order.number());
  }

  /** Others of this shop, whose time may have come too, would get the answer that is meant. */
  private static void askNow(Order order) {
    shop.run(
        "update payment.attempt set ask_at = clock_timestamp() + interval '1 hour' where ask_at is"
            + " not null and order_number <> "
            + order.number());
    shop.run(
        "update payment.attempt set ask_at = clock_timestamp() - interval '1 day' where ask_at is"
            + " not null and order_number = "
            + order.number());
    assertThat(shop.asker.askDue()).isPositive();
  }

  private static List<Refund> refunds(Order order) {
    return shop.refunds.refunds(order.number());
  }

  private static OrderCommand.StartPayment start(Order order, byte[] key, byte[] hash) {
    return new OrderCommand.StartPayment(
        order.number(), 42, FakeProvider.NAME, key, hash, Cause.customer(42, "", ""));
  }

  private static boolean applied(Outcome<Result, Refusal> outcome) {
    return outcome instanceof Outcome.Applied;
  }

  private static Attempt attempt(Outcome<Result, Refusal> outcome) {
    return Objects.requireNonNull(((Outcome.Applied<Result, Refusal>) outcome).value().attempt());
  }
}
