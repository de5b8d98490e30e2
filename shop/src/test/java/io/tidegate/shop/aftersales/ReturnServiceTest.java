package io.tidegate.shop.aftersales;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.db.IdempotencyTable.Entry;
import io.tidegate.shop.aftersales.ReturnCommand.Approve;
import io.tidegate.shop.aftersales.ReturnCommand.Inspect;
import io.tidegate.shop.aftersales.ReturnCommand.Receive;
import io.tidegate.shop.aftersales.ReturnCommand.Reject;
import io.tidegate.shop.aftersales.ReturnRefusal.NotRefundable;
import io.tidegate.shop.aftersales.ReturnRefusal.NotReturnable;
import io.tidegate.shop.aftersales.ReturnRefusal.OverRefund;
import io.tidegate.shop.aftersales.ReturnRefusal.Why;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.testing.Together;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Returns on the real database: once each, with everything that follows in one transaction. */
class ReturnServiceTest {

  private static ReturnShop shop;

  @BeforeAll
  static void open() {
    shop = new ReturnShop();
  }

  @AfterAll
  static void close() {
    // S5: refunded once for each inspected return, and never more pieces than came back.
    assertThat(
            shop.texts(
                "select r.order_number::text from aftersales.return_case r where r.state in (6, 7)"
                    + " and 1 <> (select count(*) from aftersales.refund_case c where"
                    + " c.order_number = r.order_number and c.seq = r.refund and c.return_seq ="
                    + " r.seq) union all select order_number::text from aftersales.refund_case where"
                    + " kind = 2 and state <> 8 group by order_number having count(*) <> (select"
                    + " count(*) from aftersales.return_case r where r.order_number ="
                    + " refund_case.order_number and r.state in (6, 7))"))
        .isEmpty();
    shop.close();
  }

  @Test
  void aReturnGoesItsWayAndIsPaid() {
    OrderNumber order = shop.delivered();
    ReturnCase received = shop.received(order, new ReturnLine(1, 2), new ReturnLine(2, 1));
    assertThat(received.id().toString()).isEqualTo(order + "t1");
    ReturnCase inspected =
        shop.run(new Inspect(received.id(), List.of(new ReturnLine(1, 2)), "fine", "eve"));
    assertThat(inspected.refund()).isEqualTo(1);
    RefundCase money = shop.refunds.ofOrder(order).getFirst();
    assertThat(money.kind()).isEqualTo(RefundKind.RETURN);
    assertThat(money.received()).isEqualTo(new RequestRefund.Received(1, "sha"));
    assertThat(money.lines()).extracting(RefundLine::line).containsExactly(1);
    assertThat(money.lines()).extracting(RefundLine::quantity).containsExactly(2);
    shop.end(money.id(), true);
    shop.end(money.id(), true); // told twice
    ReturnCase done = shop.store.find(received.id()).orElseThrow();
    assertThat(done.state()).isEqualTo(ReturnState.DONE);
    assertThat(done.history())
        .extracting(ReturnStep::to)
        .containsExactly(
            ReturnState.REQUESTED,
            ReturnState.APPROVED,
            ReturnState.IN_TRANSIT,
            ReturnState.RECEIVED,
            ReturnState.INSPECTED,
            ReturnState.DONE);
    assertThat(events(order))
        .containsExactly(
            "return.requested.v1",
            "return.approved.v1",
            "return.in_transit.v1",
            "return.received.v1",
            "return.inspected.v1",
            "return.done.v1");
    assertThat(messages(order)).containsExactly("return_approved t1");
    assertThat(acts(order)).containsExactly("return.approve", "return.receive", "return.inspect");
    assertThat(
            shop.texts(
                "select convert_from(data, 'UTF8') from messaging.log where type like 'return.%'"
                    + " and key = "
                    + order))
        .allSatisfy(data -> assertThat(data).doesNotContain("too small", "https", "SF1", "fine"));
  }

  @Test
  void theSameKeyMakesOneReturnAndTellsItsReceipt() {
    OrderNumber order = shop.delivered();
    ReturnCase first = ReturnRulesTest.applied(shop.request(order, "same", new ReturnLine(1, 1)));
    shop.run(new Approve(first.id(), "eve"));
    assertThat(shop.request(order, "same", new ReturnLine(1, 1)))
        .isEqualTo(Outcome.alreadyApplied(first));
    assertThat(shop.store.of(order)).hasSize(1);
    Entry other = new Entry(ReturnShop.key("same" + order).key(), new byte[16], 0);
    assertThat(
            shop.returns.request(
                new RequestReturn(
                    order, ReturnShop.USER, List.of(new ReturnLine(1, 2)), "x", List.of()),
                other,
                ""))
        .isEqualTo(Outcome.refused(new ReturnRefusal.KeyReused()));
  }

  @Test
  void aRefusedRequestLeavesNoTraceAndFreesItsKey() {
    OrderNumber order = shop.delivered();
    assertThat(shop.request(order, "k", new ReturnLine(1, 6)))
        .isEqualTo(Outcome.refused(new OverRefund(List.of(0))));
    assertThat(shop.store.of(order)).isEmpty();
    assertThat(events(order)).isEmpty();
    assertThat(shop.request(order, "k", new ReturnLine(1, 5))).isInstanceOf(Outcome.Applied.class);
  }

  @Test
  void anothersOrderIsNotFound() {
    OrderNumber order = shop.delivered();
    RequestReturn command =
        new RequestReturn(order, 43, List.of(new ReturnLine(1, 1)), "x", List.of());
    assertThat(shop.returns.request(command, ReturnShop.key("another"), ""))
        .isEqualTo(Outcome.refused(new ReturnRefusal.NotFound())); // C5
  }

  @Test
  void whatCameLongAgoStays() {
    OrderNumber order =
        shop.delivered(Instant.now().minus(ReturnShop.WINDOW).minus(Duration.ofMinutes(1)));
    assertThat(shop.request(order, "late", new ReturnLine(1, 1)))
        .isEqualTo(Outcome.refused(new NotReturnable(Why.TOO_LATE)));
  }

  @Test
  void ofTwoWhoWantTheLastPieceOneGetsIt() throws Exception {
    for (int i = 0; i < 20; i++) {
      OrderNumber order = shop.delivered();
      List<Callable<Outcome<ReturnCase, ReturnRefusal>>> wishes = new ArrayList<>();
      for (int n = 0; n < 4; n++) {
        String key = "twin" + n;
        wishes.add(() -> shop.request(order, key, new ReturnLine(2, 1)));
      }
      assertThat(Together.run(wishes))
          .as("one of four")
          .satisfiesOnlyOnce(one -> assertThat(one).isInstanceOf(Outcome.Applied.class));
      assertThat(shop.store.of(order)).hasSize(1);
    }
  }

  @Test
  void ofAcceptingAndRejectingOneWins() throws Exception {
    int accepted = 0;
    for (int i = 0; i < 20; i++) {
      OrderNumber order = shop.delivered();
      ReturnId id = shop.received(order, new ReturnLine(1, 1)).id();
      List<Outcome<ReturnCase, ReturnRefusal>> both =
          Together.run(
              () -> shop.returns.run(new Inspect(id, null, null, "eve"), ""),
              () -> shop.returns.run(new Inspect(id, List.of(), "used", "adam"), ""));
      assertThat(both)
          .satisfiesOnlyOnce(one -> assertThat(one).isInstanceOf(Outcome.Applied.class));
      boolean won = shop.store.find(id).orElseThrow().state() == ReturnState.INSPECTED;
      assertThat(shop.refunds.ofOrder(order)).hasSize(won ? 1 : 0);
      accepted += won ? 1 : 0;
    }
    assertThat(accepted).as("neither always wins").isBetween(1, 19);
  }

  @Test
  void aReturnWhoseMoneyIsRefusedIsNotInspected() {
    OrderNumber order = shop.delivered();
    ReturnId id = shop.received(order, new ReturnLine(1, 1)).id();
    shop.shop.run("update ordering.orders set state = 9, previous = 5 where number = " + order);
    assertThat(shop.returns.run(new Inspect(id, null, null, "eve"), ""))
        .isEqualTo(Outcome.refused(new NotRefundable(RefundRefusal.NOT_REFUNDABLE)));
    assertThat(shop.store.find(id).orElseThrow().state()).isEqualTo(ReturnState.RECEIVED);
    assertThat(events(order)).doesNotContain("return.inspected.v1");
  }

  @Test
  void aRefundThatIsGivenUpRejectsItsReturn() {
    OrderNumber order = shop.delivered();
    ReturnId id = shop.received(order, new ReturnLine(1, 5)).id();
    shop.run(new Inspect(id, null, null, "eve"));
    assertThat(shop.request(order, "more", new ReturnLine(1, 1)))
        .isEqualTo(Outcome.refused(new OverRefund(List.of(0))));
    shop.end(new RefundCaseId(order, 1), false);
    ReturnCase rejected = shop.store.find(id).orElseThrow();
    assertThat(rejected.state()).isEqualTo(ReturnState.REJECTED);
    assertThat(rejected.why()).isEqualTo(ReturnCase.REFUND_REFUSED);
    assertThat(messages(order)).doesNotContain("return_rejected t1");
    assertThat(shop.request(order, "more", new ReturnLine(1, 1)))
        .isInstanceOf(Outcome.Applied.class);
  }

  @Test
  void aRejectionIsToldWithItsWordsAndFreesThePieces() {
    OrderNumber order = shop.delivered();
    ReturnId first =
        ReturnRulesTest.applied(shop.request(order, "first", new ReturnLine(2, 1))).id();
    shop.run(new Reject(first, "the seal is broken", "eve"));
    ReturnId second = shop.received(order, new ReturnLine(2, 1)).id();
    shop.run(new Inspect(second, List.of(), null, "eve"));
    assertThat(messages(order))
        .containsExactly("return_approved t2", "return_not_accepted t2", "return_rejected t1");
    assertThat(
            shop.texts(
                "select details->>'why' from notification.message where template ="
                    + " 'return_rejected' and order_number = "
                    + order))
        .containsExactly("the seal is broken");
    assertThat(acts(order).toString()).doesNotContain("seal");
    assertThat(shop.request(order, "third", new ReturnLine(2, 1)))
        .isInstanceOf(Outcome.Applied.class);
  }

  @Test
  void staffListsPageThroughAStateNewestFirst() {
    for (int i = 0; i < 5; i++) {
      OrderNumber order = shop.delivered();
      ReturnId id = ReturnRulesTest.applied(shop.request(order, "l", new ReturnLine(1, 1))).id();
      if (i % 2 == 0) {
        shop.run(new Approve(id, "eve"));
        shop.run(new Receive(id, null, "can", "eve"));
      }
    }
    List<ReturnCaseStore.Listed> all = shop.store.list(null, Long.MAX_VALUE, 1_000);
    assertThat(all).isSortedAccordingTo((a, b) -> Long.compare(b.id(), a.id()));
    List<ReturnCaseStore.Listed> paged = new ArrayList<>();
    long below = Long.MAX_VALUE;
    while (true) {
      List<ReturnCaseStore.Listed> page = shop.store.list(ReturnState.RECEIVED, below, 2);
      paged.addAll(page);
      if (page.size() < 2) {
        break;
      }
      below = page.getLast().id();
    }
    assertThat(paged)
        .isEqualTo(
            all.stream().filter(one -> one.returned().state() == ReturnState.RECEIVED).toList())
        .hasSizeGreaterThanOrEqualTo(3);
    assertThat(paged.getFirst().returned().warehouse()).isEqualTo("can");
  }

  private static List<String> events(OrderNumber order) {
    return shop.texts(
        "select type from messaging.log where type like 'return.%' and key = "
            + order
            + " order by position");
  }

  private static List<String> messages(OrderNumber order) {
    return shop.texts(
        "select template || ' ' || about from notification.message where order_number = "
            + order
            + " order by 1");
  }

  private static List<String> acts(OrderNumber order) {
    return shop.texts(
        "select act || coalesce(detail->>'note', '') from staff.act where subject like 'return "
            + order
            + "t%' order by id");
  }
}
