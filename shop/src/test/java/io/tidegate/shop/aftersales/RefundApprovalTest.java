package io.tidegate.shop.aftersales;

import static io.tidegate.shop.aftersales.RefundShop.line;
import static io.tidegate.shop.aftersales.RefundShop.pieces;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.http.JsonWriter;
import io.tidegate.shop.fulfilment.ShipmentState;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.Order;
import io.tidegate.shop.ordering.Status;
import io.tidegate.shop.ordering.TestNode;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.PaymentProvider.Return;
import io.tidegate.shop.payment.RefundChoice;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Amounts above the limit need two people (C6), and what was spent may become debt. */
class RefundApprovalTest {

  private RefundShop shop;

  @BeforeEach
  void open() {
    shop = new RefundShop(new RefundPolicy(15_000, RefundPolicy.SpentPerks.DEBT));
    shop.goods("A", 10_000, 10);
  }

  @AfterEach
  void close() {
    shop.close();
  }

  private static Outcome<RefundDesk.Done, RefundRefusal> applied(RefundDesk.Done done) {
    return Outcome.applied(done);
  }

  private static Outcome<RefundDesk.Done, RefundRefusal> refused(RefundRefusal why) {
    return Outcome.refused(why);
  }

  private static String json(RefundDetail detail) {
    JsonWriter json = new JsonWriter(1024);
    RefundJson.detail(json, detail);
    return new String(json.toBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void twoDifferentPeopleApprove() {
    Order order = shop.paid(line("A", 3));
    RefundCase small = shop.asked(order, pieces(1, 1));
    RefundCase large = shop.asked(order, pieces(1, 2));
    shop.settle();
    assertThat(shop.state(small.id())).isEqualTo("succeeded");
    assertThat(shop.state(large.id())).isEqualTo("awaiting_approval");
    assertThat(shop.desk.book().waiting(OptionalLong.empty(), 10).refunds())
        .extracting(RefundView::id)
        .containsExactly(large.id().toString());
    assertThat(shop.events(order.number())).contains("refund.approval_needed.v1");
    assertThat(json(shop.desk.find(large.id().toString()).orElseThrow()))
        .contains("{\"action\":\"approve\",");
    assertThat(json(shop.desk.find(small.id().toString()).orElseThrow()))
        .doesNotContain("approve\",");

    assertThat(shop.desk.approve(large.id(), "li")).isEqualTo(applied(RefundDesk.Done.PROPOSED));
    assertThat(shop.desk.approve(large.id(), "li"))
        .isEqualTo(refused(RefundRefusal.SECOND_PERSON_NEEDED));
    shop.settle();
    assertThat(shop.state(large.id())).isEqualTo("awaiting_approval");
    assertThat(shop.desk.approve(large.id(), "wang")).isEqualTo(applied(RefundDesk.Done.APPLIED));
    shop.settle();
    assertThat(shop.state(large.id())).isEqualTo("succeeded");
    assertThat(shop.status(order)).isEqualTo(Status.REFUNDED);
    assertThat(shop.desk.approve(large.id(), "li")).isInstanceOf(Outcome.AlreadyApplied.class);
    assertThat(shop.desk.approve(large.id(), "zhao")).isEqualTo(refused(RefundRefusal.NOT_WAITING));
    assertThat(shop.node.texts("select act || ' ' || actor from staff.act order by id"))
        .containsExactly("refund.approve li", "refund.approve wang");
    shop.isSound();
  }

  /** What waits may be shipped yet, so the order is not done with shipping. */
  @Test
  void whilePiecesWaitForAnApprovalTheOrderIsPartlyShipped() {
    Order order = shop.paid(line("A", 4));
    RefundCase large = shop.asked(order, pieces(1, 2));
    shop.node.provider.nextRefund(new Return.Failed("no"), false);
    RefundCase small = shop.asked(order, pieces(1, 1));
    shop.settle();
    assertThat(shop.state(large.id())).isEqualTo("awaiting_approval");
    assertThat(shop.state(small.id())).isEqualTo("needs_person");
    shop.move(order, shop.parcel(order), ShipmentState.DELIVERED);
    shop.hear();
    assertThat(shop.status(order)).isEqualTo(Status.PARTIALLY_SHIPPED);

    shop.resolve(small.id(), RefundChoice.BY_HAND, "li");
    shop.settle();
    assertThat(shop.state(small.id())).isEqualTo("succeeded");
    assertThat(shop.status(order)).as("two wait still").isEqualTo(Status.PARTIALLY_SHIPPED);
    shop.desk.approve(large.id(), "li");
    shop.desk.approve(large.id(), "wang");
    shop.settle();
    assertThat(shop.state(large.id())).isEqualTo("succeeded");
    assertThat(shop.status(order)).isEqualTo(Status.DELIVERED);
    shop.isSound();
  }

  /** Also where the first parcel is heard of only when the rest is planned again. */
  @Test
  void whatIsShippedAfterAllIsTheLastOfIt() {
    Order order = shop.paid(line("A", 3));
    RefundCase large = shop.asked(order, pieces(1, 2));
    shop.settle();
    shop.move(order, shop.parcel(order), ShipmentState.DELIVERED);
    shop.resolve(large.id(), RefundChoice.GIVE_UP, "li");
    shop.resolve(large.id(), RefundChoice.GIVE_UP, "wang");
    shop.step();
    assertThat(shop.state(large.id())).isEqualTo("refused");
    shop.hear();
    assertThat(shop.status(order)).isEqualTo(Status.PARTIALLY_SHIPPED);
    shop.move(order, shop.parcel(order), ShipmentState.DELIVERED);
    shop.hear();
    assertThat(shop.status(order)).isEqualTo(Status.DELIVERED);
    shop.isSound();
  }

  @Test
  void decisionsAboutSuchAnAmountNeedTwoPeopleToo() {
    Order order = shop.paid(line("A", 2));
    RefundCase asked = shop.asked(order);
    shop.settle();
    shop.node.provider.nextRefund(new Return.Failed("no"), false);
    shop.desk.approve(asked.id(), "li");
    shop.desk.approve(asked.id(), "wang");
    shop.settle();
    assertThat(shop.state(asked.id())).isEqualTo("needs_person");
    assertThat(shop.resolve(asked.id(), RefundChoice.RETRY, "li"))
        .isEqualTo(applied(RefundDesk.Done.PROPOSED));
    assertThat(shop.resolve(asked.id(), RefundChoice.RETRY, "li"))
        .isEqualTo(refused(RefundRefusal.SECOND_PERSON_NEEDED));
    assertThat(shop.resolve(asked.id(), RefundChoice.GIVE_UP, "wang"))
        .as("something else: a third one would have to agree")
        .isEqualTo(applied(RefundDesk.Done.PROPOSED));
    RefundDetail two = shop.desk.find(asked.id().toString()).orElseThrow();
    assertThat(two.decisions()).allMatch(RefundDecision::isOpen).hasSize(2);
    assertThat(two.pending().orElseThrow().proposedBy()).as("the newer one").isEqualTo("wang");
    assertThat(json(two).split("\"waits\":true", -1)).hasSize(2);
    shop.settle();
    assertThat(shop.state(asked.id())).isEqualTo("needs_person");
    assertThat(shop.resolve(asked.id(), RefundChoice.GIVE_UP, "li"))
        .isEqualTo(applied(RefundDesk.Done.APPLIED));
    shop.settle();
    assertThat(shop.state(asked.id())).isEqualTo("refused");
    RefundDetail detail = shop.desk.find(asked.id().toString()).orElseThrow();
    assertThat(detail.decisions().getFirst().proposedBy()).isEqualTo("wang");
    assertThat(detail.decisions().getFirst().decidedBy()).isEqualTo("li");
    shop.isSound();
  }

  @Test
  void whatWasNotApprovedCanBeRefused() {
    Order order = shop.paid(line("A", 2));
    RefundCase asked = shop.asked(order);
    shop.settle();
    shop.resolve(asked.id(), RefundChoice.GIVE_UP, "li");
    shop.resolve(asked.id(), RefundChoice.GIVE_UP, "wang");
    shop.settle();
    assertThat(shop.state(asked.id())).isEqualTo("refused");
    assertThat(shop.node.provider.calls).noneMatch(call -> call.startsWith("refund"));
    assertThat(shop.ask(order)).isInstanceOf(Outcome.Applied.class);
  }

  @Test
  void whoLookedAtAnotherStateIsTold() {
    Order order = shop.paid(line("A", 1));
    shop.node.provider.nextRefund(new Return.Failed("no"), false);
    RefundCase asked = shop.asked(order);
    shop.settle();
    String stamp = shop.desk.find(asked.id().toString()).orElseThrow().stamp();
    shop.resolve(asked.id(), RefundChoice.RETRY, "li");
    assertThat(
            shop.desk.resolve(
                new ResolveRefund(
                    asked.id().toString(), stamp, RefundChoice.GIVE_UP, null, null, "wang", "")))
        .isEqualTo(refused(RefundRefusal.VERSION_CONFLICT));
  }

  @Test
  void whatOnePersonProposedCountsNoMoreWhenAnAutomaticRefundCameBack() {
    Order order = shop.node.placed(line("A", 2));
    Attempt attempt = shop.node.opened(order);
    shop.node.capture(TestNode.money(attempt, "T1"));
    shop.node.provider.nextRefund(new Return.Failed("no"), false);
    shop.node.capture(TestNode.money(attempt, "T2")); // goes back by itself
    shop.pay();
    String id = order.number() + "r1";
    String stamp = shop.desk.find(id).orElseThrow().stamp();
    assertThat(automatic(id, RefundChoice.BY_HAND, "li"))
        .isEqualTo(applied(RefundDesk.Done.PROPOSED));
    shop.node.provider.nextRefund(new Return.Failed("no"), false);
    assertThat(automatic(id, RefundChoice.RETRY, "wang"))
        .isEqualTo(applied(RefundDesk.Done.PROPOSED));
    assertThat(automatic(id, RefundChoice.RETRY, "li")).isEqualTo(applied(RefundDesk.Done.APPLIED));
    shop.pay();
    RefundDetail again = shop.desk.find(id).orElseThrow();
    assertThat(again.view().state()).isEqualTo("needs_person");
    assertThat(again.stamp()).isNotEqualTo(stamp);
    assertThat(automatic(id, RefundChoice.BY_HAND, "wang"))
        .as("it was proposed before it was tried again")
        .isEqualTo(applied(RefundDesk.Done.PROPOSED));
  }

  private Outcome<RefundDesk.Done, RefundRefusal> automatic(
      String id, RefundChoice choice, String staff) {
    return shop.desk.resolve(
        new ResolveRefund(
            id,
            null,
            choice,
            choice == RefundChoice.BY_HAND ? "bank slip 7" : null,
            null,
            staff,
            ""));
  }

  @Test
  void spentPointsBecomeDebt() {
    Order order = shop.paid(line("A", 1));
    shop.node.run("update points.account set balance = balance - 40");
    shop.node.run(
        "insert into points.entry (order_number, kind, user_id, amount, at) values (7, 'held', 42,"
            + " -40, clock_timestamp())");
    RefundCase asked = shop.asked(order);
    assertThat(asked.deducted()).isZero();
    shop.settle();
    assertThat(shop.node.find(order).refundedTotal()).isEqualTo(order.amounts().total());
    assertThat(
            shop.node.number(
                "select sum(lacking - deducted - paid) from points.reclaim where state ="
                    + " 'confirmed'"))
        .isEqualTo(40);
    shop.isSound();
  }
}
