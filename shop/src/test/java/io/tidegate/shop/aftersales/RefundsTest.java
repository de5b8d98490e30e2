package io.tidegate.shop.aftersales;

import static io.tidegate.shop.aftersales.RefundShop.line;
import static io.tidegate.shop.aftersales.RefundShop.pieces;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.messaging.LoggedEvent;
import io.tidegate.shop.fulfilment.ShipmentState;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.Cause;
import io.tidegate.shop.ordering.Order;
import io.tidegate.shop.ordering.Status;
import io.tidegate.shop.payment.PaymentProvider.Return;
import io.tidegate.shop.payment.RefundChoice;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Refunds on the real database, from the request to the end, whatever the provider says. */
class RefundsTest {

  private RefundShop shop;

  @BeforeEach
  void open() {
    shop = new RefundShop();
    shop.goods("A", 10_000, 50);
    shop.goods("B", 333, 50);
  }

  @AfterEach
  void close() {
    shop.close();
  }

  private static Outcome<?, RefundRefusal> refused(RefundRefusal why) {
    return Outcome.refused(why);
  }

  @Test
  void aFullRefundTakesEverythingBack() {
    Order order = shop.paid(line("A", 2), line("B", 3));
    assertThat(shop.points.balance(RefundShop.USER)).isPositive();
    RefundCase asked = shop.asked(order);
    assertThat(asked.amount().amount()).isEqualTo(order.amounts().total());
    assertThat(shop.points.balance(RefundShop.USER)).as("held at the request").isZero();
    assertThat(shop.status(order)).isEqualTo(Status.AWAITING_SHIPMENT);
    assertThat(shop.stock("A", "sold")).isEqualTo(2);

    shop.step(); // the warehouse is stopped, the money's number is written
    assertThat(shop.money(asked.id()).id().toString()).isEqualTo(order.number() + "r1");
    assertThat(shop.status(order)).as("M8").isEqualTo(Status.AWAITING_SHIPMENT);
    shop.pay();
    assertThat(shop.state(asked.id())).as("M8: shown when all is done").isEqualTo("at_provider");
    shop.settle();

    assertThat(shop.state(asked.id())).isEqualTo("succeeded");
    assertThat(shop.status(order)).isEqualTo(Status.REFUNDED);
    assertThat(shop.node.find(order).refundedTotal()).isEqualTo(order.amounts().total());
    assertThat(shop.stock("A", "available")).isEqualTo(50);
    assertThat(shop.stock("B", "available")).isEqualTo(50);
    assertThat(shop.node.provider.givenBack().values()).containsExactly(order.amounts().total());
    assertThat(shop.messages(order.number())).contains("order_refunded");
    assertThat(shop.events(order.number()))
        .containsSubsequence("refund.requested.v1", "refund.succeeded.v1", "order.refunded.v1");
    assertThat(shop.find(asked.id()).history())
        .extracting(RefundStep::what)
        .containsExactly(
            "requested", "shipment_stopped", "money_requested", "money_back", "succeeded");
    shop.isSound();
  }

  @Test
  void partsByLineAndQuantitySumToTheWhole() {
    Order order = shop.paid(line("A", 1), line("B", 4));
    RefundCase first = shop.asked(order, pieces(2, 1));
    RefundCase second = shop.asked(order, pieces(2, 2));
    shop.settle();
    assertThat(shop.status(order)).isEqualTo(Status.AWAITING_SHIPMENT);
    assertThat(shop.node.orders.refundedPieces(shop.node.find(order))).containsEntry(2, 3);
    RefundCase third = shop.asked(order); // all that are left
    shop.settle();
    assertThat(first.gross() + second.gross() + third.gross()).isEqualTo(order.amounts().total());
    assertThat(shop.status(order)).isEqualTo(Status.REFUNDED);
    assertThat(shop.points.balance(RefundShop.USER)).isZero();
    assertThat(shop.ask(order)).isEqualTo(refused(RefundRefusal.NOT_REFUNDABLE));
    shop.isSound();
  }

  @Test
  void whatIsOverTheSumIsRefusedAlsoWhileAnotherIsUnderWay() {
    Order order = shop.paid(line("A", 2));
    assertThat(shop.ask(order, pieces(1, 3))).isEqualTo(refused(RefundRefusal.OVER_REFUND));
    assertThat(shop.ask(order, pieces(2, 1))).isEqualTo(refused(RefundRefusal.OVER_REFUND));
    shop.asked(order, pieces(1, 2));
    assertThat(shop.ask(order, pieces(1, 1))).isEqualTo(refused(RefundRefusal.OVER_REFUND));
    assertThat(shop.ask(order)).isEqualTo(refused(RefundRefusal.OVER_REFUND));
    assertThat(shop.node.number("select count(*) from aftersales.refund_case")).isEqualTo(1);
  }

  @Test
  void oneKeyIsOneRefund() {
    Order order = shop.paid(line("A", 2));
    RequestRefund.Key key = RefundShop.key();
    RequestRefund command = RefundShop.request(order, key, pieces(1, 1));
    RefundCase made =
        ((Outcome.Applied<RefundCase, RefundRefusal>) shop.refunds.request(command)).value();
    shop.settle();
    Outcome<RefundCase, RefundRefusal> again = shop.refunds.request(command);
    assertThat(again).isInstanceOf(Outcome.AlreadyApplied.class);
    RefundCase replayed = ((Outcome.AlreadyApplied<RefundCase, RefundRefusal>) again).value();
    assertThat(RefundShop.receipt(replayed)).isEqualTo(RefundShop.receipt(made));
    byte[] other = RefundShop.key().commandHash();
    assertThat(
            shop.refunds.request(
                RefundShop.request(
                    order, new RequestRefund.Key(key.hash16(), other), pieces(1, 2))))
        .isEqualTo(refused(RefundRefusal.KEY_REUSED));
    // A refusal keeps nothing: the key may be used again.
    RequestRefund.Key free = RefundShop.key();
    assertThat(shop.refunds.request(RefundShop.request(order, free, pieces(1, 2))))
        .isEqualTo(refused(RefundRefusal.OVER_REFUND));
    assertThat(shop.refunds.request(RefundShop.request(order, free, pieces(1, 1))))
        .isInstanceOf(Outcome.Applied.class);
  }

  @Test
  void anothersOrderAndAnUnpaidOneAreNotRefunded() {
    Order order = shop.paid(line("A", 1));
    RequestRefund theirs =
        new RequestRefund(
            order.number(), 7L, List.of(), "x", null, RefundShop.key(), Cause.customer(7, "", ""));
    assertThat(shop.refunds.request(theirs)).isEqualTo(refused(RefundRefusal.NOT_FOUND));
    Order unpaid = shop.node.placed(line("A", 1));
    assertThat(shop.ask(unpaid)).isEqualTo(refused(RefundRefusal.NOT_REFUNDABLE));
  }

  @Test
  void whatIsPackedIsRefusedAtOnce() {
    Order order = shop.paid(line("A", 1));
    shop.move(order, 1, ShipmentState.PACKED);
    assertThat(shop.ask(order)).isEqualTo(refused(RefundRefusal.ALREADY_SHIPPED));
    shop.move(order, 1, ShipmentState.SHIPPED);
    shop.hear();
    assertThat(shop.status(order)).isEqualTo(Status.SHIPPED);
    assertThat(shop.ask(order)).isEqualTo(refused(RefundRefusal.ALREADY_SHIPPED));
  }

  @Test
  void whatIsPackedAfterTheRequestWins() {
    Order order = shop.paid(line("A", 1));
    long points = shop.points.balance(RefundShop.USER);
    RefundCase asked = shop.asked(order);
    shop.move(order, 1, ShipmentState.PACKED);
    shop.settle();
    assertThat(shop.state(asked.id())).isEqualTo("refused");
    assertThat(shop.find(asked.id()).refusal()).isEqualTo("already_shipped");
    assertThat(shop.points.balance(RefundShop.USER)).as("released").isEqualTo(points);
    assertThat(shop.node.provider.callsOf("refund")).isEmpty();
    assertThat(shop.messages(order.number())).contains("refund_too_late");
    assertThat(shop.events(order.number())).contains("refund.refused.v1");
    shop.isSound();
  }

  @Test
  void theRestOfAPartlyShippedOrderIsRefundedAndTheOrderGoesOn() {
    Order order = shop.paid(line("A", 1), line("B", 1));
    RefundCase asked = shop.asked(order, pieces(2, 1));
    shop.step(); // stopped: what is left is planned anew
    shop.move(order, shop.parcel(order), ShipmentState.SHIPPED);
    shop.hear();
    shop.settle();
    assertThat(shop.state(asked.id())).isEqualTo("succeeded");
    assertThat(shop.status(order)).isEqualTo(Status.SHIPPED);
    assertThat(shop.stock("B", "available")).isEqualTo(50);
    shop.isSound();
  }

  @Test
  void anOrderThatIsNotPlannedYetIsStoppedToo() {
    Order order = shop.paidJustNow(line("A", 2));
    RefundCase asked = shop.asked(order);
    shop.step();
    shop.hear(); // now order.paid comes to the warehouse, and to points, coupons, red packets
    shop.settle();
    assertThat(shop.state(asked.id())).isEqualTo("succeeded");
    assertThat(
            shop.node.number(
                "select count(*) from fulfilment.shipment where state <> 'cancelled' and order_number"
                    + " = "
                    + order.number()))
        .isZero();
    assertThat(shop.points.balance(RefundShop.USER)).as("P3").isZero();
    shop.isSound();
  }

  @Test
  void aRefusalOfTheProviderWaitsForAPersonWhoHasItTriedAgain() {
    Order order = shop.paid(line("A", 1));
    shop.node.provider.nextRefund(new Return.Failed("ACCOUNT_CLOSED"), false);
    RefundCase asked = shop.asked(order);
    shop.settle();
    assertThat(shop.state(asked.id())).isEqualTo("needs_person");
    assertThat(shop.status(order)).as("M8").isEqualTo(Status.AWAITING_SHIPMENT);
    assertThat(shop.desk.book().waiting(OptionalLong.empty(), 10).refunds())
        .extracting(RefundView::id)
        .containsExactly(asked.id().toString());
    RefundDetail detail = shop.desk.find(asked.id().toString()).orElseThrow();
    assertThat(detail.choices()).containsExactly(RefundChoice.values());
    assertThat(shop.money(asked.id()).lastAnswer()).contains("ACCOUNT_CLOSED");
    assertThat(detail.steps())
        .filteredOn(RefundDetail.StepShown::done)
        .extracting(RefundDetail.StepShown::step)
        .containsExactly(WayBack.REQUEST, WayBack.STOP);

    assertThat(shop.resolve(asked.id(), RefundChoice.RETRY, "li"))
        .isEqualTo(Outcome.applied(RefundDesk.Done.APPLIED));
    shop.settle();
    assertThat(shop.state(asked.id())).isEqualTo("succeeded");
    assertThat(shop.money(asked.id()).id().seq()).as("the same number").isEqualTo(1);
    assertThat(shop.money(asked.id()).lastAnswer()).as("nothing speaks against it").isNull();
    assertThat(shop.node.texts("select act || ' ' || actor from staff.act order by id"))
        .containsExactly("refund.resolve li");
    shop.isSound();
  }

  /** M1, M7: a call that was given up here may arrive there after the refusal. */
  @Test
  void aNumberIsNotEndedWhenItsMoneyIsBackAfterAll() {
    for (RefundChoice choice :
        List.of(RefundChoice.NEW_NUMBER, RefundChoice.BY_HAND, RefundChoice.GIVE_UP)) {
      Order order = shop.paid(line("A", 1));
      shop.node.provider.nextRefund(new Return.Failed("no"), true);
      RefundCase asked = shop.asked(order);
      shop.settle();
      assertThat(shop.state(asked.id())).isEqualTo("needs_person");
      assertThat(shop.resolve(asked.id(), choice, "li"))
          .as("%s", choice)
          .isEqualTo(refused(RefundRefusal.ALREADY_BACK));
      shop.settle();
      assertThat(shop.state(asked.id())).isEqualTo("succeeded");
      assertThat(shop.status(order)).isEqualTo(Status.REFUNDED);
      assertThat(shop.node.provider.givenBack()).containsKey(order.number() + "r1");
      assertThat(shop.node.provider.givenBack()).doesNotContainKey(order.number() + "r2");
    }
    assertThat(shop.node.texts("select act from staff.act")).isEmpty();
    shop.isSound();
  }

  /** M7: where nobody can say whether the money goes back, the number stays. */
  @Test
  void aNumberIsNotEndedWhileItsOutcomeIsUnknown() {
    Order order = shop.paid(line("A", 1));
    shop.node.provider.nextRefund(new Return.Failed("no"), false);
    RefundCase asked = shop.asked(order);
    shop.settle();
    for (RefundChoice choice :
        List.of(RefundChoice.NEW_NUMBER, RefundChoice.BY_HAND, RefundChoice.GIVE_UP)) {
      shop.node.provider.nextRefundQuery(new Return.Unknown("time-out"));
      assertThat(shop.resolve(asked.id(), choice, "li"))
          .as("%s", choice)
          .isEqualTo(refused(RefundRefusal.OUTCOME_UNKNOWN));
      assertThat(shop.state(asked.id())).isEqualTo("needs_person");
    }
    shop.node.provider.nextRefundQuery(new Return.Processing());
    assertThat(shop.resolve(asked.id(), RefundChoice.GIVE_UP, "li"))
        .isEqualTo(refused(RefundRefusal.OUTCOME_UNKNOWN));
    assertThat(shop.money(asked.id()).nextTryAt()).as("it is asked for again").isNotNull();
    assertThat(shop.node.texts("select act from staff.act")).isEmpty();
  }

  @Test
  void aPersonMayTakeAnotherNumber() {
    Order order = shop.paid(line("A", 1));
    shop.node.provider.nextRefund(new Return.Failed("no"), false);
    RefundCase asked = shop.asked(order);
    shop.settle();
    shop.resolve(asked.id(), RefundChoice.NEW_NUMBER, "li");
    shop.settle();
    assertThat(shop.state(asked.id())).isEqualTo("succeeded");
    assertThat(shop.node.provider.givenBack().keySet()).containsExactly(order.number() + "r2");
    shop.isSound();
  }

  @Test
  void aPersonMaySettleByHand() {
    Order order = shop.paid(line("A", 1));
    shop.node.provider.nextRefund(new Return.Failed("no"), false);
    RefundCase asked = shop.asked(order);
    shop.settle();
    shop.resolve(asked.id(), RefundChoice.BY_HAND, "li");
    shop.settle();
    assertThat(shop.state(asked.id())).isEqualTo("succeeded");
    assertThat(shop.status(order)).isEqualTo(Status.REFUNDED);
    assertThat(shop.node.provider.givenBack()).isEmpty();
    shop.isSound();
  }

  @Test
  void givenUpItShipsAfterAll() {
    Order order = shop.paid(line("A", 1));
    long points = shop.points.balance(RefundShop.USER);
    shop.node.provider.nextRefund(new Return.Failed("no"), false);
    RefundCase asked = shop.asked(order);
    shop.settle();
    shop.resolve(asked.id(), RefundChoice.GIVE_UP, "li");
    shop.settle();
    assertThat(shop.state(asked.id())).isEqualTo("refused");
    assertThat(shop.find(asked.id()).refusal()).isEqualTo("given_up");
    assertThat(shop.status(order)).isEqualTo(Status.AWAITING_SHIPMENT);
    assertThat(shop.points.balance(RefundShop.USER)).isEqualTo(points);
    shop.move(order, shop.parcel(order), ShipmentState.SHIPPED);
    shop.hear();
    assertThat(shop.status(order)).isEqualTo(Status.SHIPPED);
    assertThat(shop.resolve(asked.id(), RefundChoice.RETRY, "li"))
        .isEqualTo(Outcome.refused(RefundRefusal.NOT_WAITING));
    shop.isSound();
  }

  @Test
  void piecesAreAskedForAgainWhenTheUndoIsDone() {
    Order order = shop.paid(line("A", 2));
    long points = shop.points.balance(RefundShop.USER);
    shop.node.provider.nextRefund(new Return.Failed("no"), false);
    RefundCase first = shop.asked(order);
    shop.settle();
    shop.resolve(first.id(), RefundChoice.GIVE_UP, "li");
    assertThat(shop.ask(order, pieces(1, 1)))
        .as("the warehouse and the perks still stand as it left them")
        .isEqualTo(refused(RefundRefusal.OVER_REFUND));
    shop.step();
    assertThat(shop.points.balance(RefundShop.USER)).isEqualTo(points);
    RefundCase second = shop.asked(order);
    shop.settle();
    assertThat(shop.state(second.id())).isEqualTo("succeeded");
    assertThat(shop.status(order)).isEqualTo(Status.REFUNDED);
    shop.isSound();
  }

  @Test
  void anUnknownAnswerKeepsItsNumber() {
    Order order = shop.paid(line("A", 1));
    shop.node.provider.nextRefund(new Return.Unknown("time-out"), true); // it was done
    RefundCase asked = shop.asked(order);
    shop.step();
    shop.pay();
    assertThat(shop.state(asked.id())).isIn("unknown", "at_provider");
    shop.node.run("update payment.refund set next_try_at = clock_timestamp() where state = 3");
    await().until(() -> shop.money(asked.id()).isBack());
    shop.settle();
    assertThat(shop.state(asked.id())).isEqualTo("succeeded");
    assertThat(shop.node.provider.givenBack().keySet()).containsExactly(order.number() + "r1");
    shop.isSound();
  }

  @Test
  void whatTheProviderTakesBackReopensTheOrder() {
    Order order = shop.paid(line("A", 1), line("B", 1));
    RefundCase asked = shop.asked(order);
    shop.settle();
    assertThat(shop.status(order)).isEqualTo(Status.REFUNDED);
    shop.reverse(asked.id());
    shop.hear();
    assertThat(shop.state(asked.id())).isEqualTo("reversed");
    assertThat(shop.status(order)).isEqualTo(Status.AWAITING_SHIPMENT);
    assertThat(shop.node.find(order).refundedTotal()).isZero();
    assertThat(shop.events(order.number())).contains("order.refund_reversed.v1");
    RefundDetail detail = shop.desk.find(asked.id().toString()).orElseThrow();
    assertThat(detail.choices())
        .as("goods and perks are gone: it can't be given up")
        .containsExactly(RefundChoice.NEW_NUMBER, RefundChoice.BY_HAND);
    shop.isSound();

    shop.resolve(asked.id(), RefundChoice.NEW_NUMBER, "li");
    shop.settle();
    assertThat(shop.state(asked.id())).isEqualTo("succeeded");
    assertThat(shop.status(order)).isEqualTo(Status.REFUNDED);
    assertThat(shop.stock("A", "available")).as("once").isEqualTo(50);
    shop.isSound();
  }

  @Test
  void eventsTwiceAndInAnyOrderEndTheSame() {
    Order order = shop.paid(line("A", 1));
    RefundCase asked = shop.asked(order);
    shop.step();
    shop.pay();
    shop.reverse(asked.id());
    List<LoggedEvent> events =
        shop.node.log.after(0, 1_000).stream()
            .filter(event -> shop.consumer.types().contains(event.type()))
            .toList();
    assertThat(events).hasSize(2);
    shop.hear(shop.consumer, events.reversed());
    shop.hear(shop.consumer, events);
    assertThat(shop.state(asked.id())).isEqualTo("reversed");
    assertThat(shop.status(order)).isEqualTo(Status.AWAITING_SHIPMENT);
    shop.resolve(asked.id(), RefundChoice.NEW_NUMBER, "li");
    shop.settle();
    shop.hear(shop.consumer, events);
    assertThat(shop.status(order)).isEqualTo(Status.REFUNDED);
    shop.isSound();
  }

  @Test
  void spentPointsAreDeducted() {
    Order order = shop.paid(line("A", 1));
    long earned = shop.points.balance(RefundShop.USER);
    shop.node.run("update points.account set balance = balance - 40");
    shop.node.run(
        "insert into points.entry (order_number, kind, user_id, amount, at) values (7, 'held', 42,"
            + " -40, clock_timestamp())");
    RefundCase asked = shop.asked(order);
    assertThat(asked.deducted()).isEqualTo(40);
    assertThat(asked.gross()).isEqualTo(order.amounts().total());
    shop.settle();
    assertThat(shop.status(order)).isEqualTo(Status.REFUNDED);
    assertThat(shop.node.find(order).refundedTotal()).isEqualTo(order.amounts().total());
    assertThat(shop.node.provider.givenBack().values())
        .containsExactly(order.amounts().total() - 40);
    assertThat(shop.points.balance(RefundShop.USER)).isZero();
    assertThat(earned).isGreaterThan(40);
    shop.isSound();
  }
}
