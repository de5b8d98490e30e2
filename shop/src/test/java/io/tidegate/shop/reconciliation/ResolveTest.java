package io.tidegate.shop.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.payment.Capture;
import io.tidegate.shop.payment.PaymentId;
import io.tidegate.shop.payment.PaymentProvider;
import io.tidegate.shop.payment.Refund;
import io.tidegate.shop.payment.RefundChecks;
import io.tidegate.shop.payment.RefundId;
import io.tidegate.shop.payment.RefundStore;
import io.tidegate.shop.payment.RefundWorker;
import io.tidegate.shop.payment.StatementLine;
import io.tidegate.shop.reconciliation.DifferenceDesk.Done;
import io.tidegate.shop.reconciliation.DifferenceDesk.Refusal;
import io.tidegate.shop.reconciliation.DifferenceDesk.Resolve;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is done about differences: each really does it, is on record, and is looked at again. */
class ResolveTest {

  private Books books;
  private LocalDate day;
  private Instant noon;
  private OrderNumber order;
  private RefundWorker worker;

  @BeforeEach
  void open() {
    books = new Books();
    day = books.today.minusDays(1);
    noon = Books.at(day, "12:00");
    order = books.order();
    worker =
        new RefundWorker(
            books.shop.database(),
            books.log,
            () -> {},
            Map.of(Books.PROVIDER, books.provider),
            () -> "",
            RefundChecks.USUAL);
    worker.start();
  }

  @AfterEach
  void close() {
    worker.close();
    books.close();
  }

  /** A capture that we never heard of: the provider is asked, and its money goes back as late. */
  @Test
  void aPaymentOfTheirsIsAskedForAndTakesItsUsualWay() {
    books.cancelled(order, 1_000);
    books.attempt(order, 6, 1_000);
    books.theirs(day, StatementLine.Type.PAYMENT, order + "p1", "T1", 1_000, noon);
    books.provider.pay(
        new Capture(new PaymentId(order, 1), Books.PROVIDER, "T1", Money.cny(1_000), noon));
    Difference difference = only();
    assertThat(actions(difference))
        .containsExactlyInAnyOrder(Action.ASK_AGAIN, Action.REFUND, Action.ACCEPT);

    Difference after = applied(resolve(difference, Action.ASK_AGAIN, ""));

    assertThat(after.resolved()).isNotNull();
    assertThat(after.said()).isEqualTo("captured 1000 CNY as T1");
    assertThat(books.differences(day)).containsExactly("theirs_only " + order + "p1 settled");
    assertThat(books.shown(day).day().matched()).isEqualTo(1);
    assertThat(books.texts("select verdict::text from payment.capture")).containsExactly("3");
    await().until(() -> books.provider.givenBack().size() == 1);
    assertThat(books.provider.givenBack()).containsExactly(Map.entry(order + "r1", 1_000L));
    assertThat(books.texts("select act from staff.act"))
        .containsExactly("reconciliation.ask-again");
    assertThat(resolve(after, Action.ASK_AGAIN, ""))
        .isEqualTo(Outcome.refused(Refusal.NOT_POSSIBLE));
  }

  /** A statement's row is a claim: whoever uploads a file must not pay an order by it (C1). */
  @Test
  void aPaymentThatTheProviderDoesNotConfirmIsNotTakenIn() {
    books.cancelled(order, 1_000);
    books.attempt(order, 6, 1_000);
    books.theirs(day, StatementLine.Type.PAYMENT, order + "p1", "T1", 1_000, noon);
    Difference difference = only();
    assertThat(resolve(difference, Action.REFUND, ""))
        .isEqualTo(Outcome.refused(Refusal.NOT_CONFIRMED));
    books.provider.nextStanding(new PaymentProvider.Standing.Unknown("time-out"));
    assertThat(resolve(difference, Action.REFUND, ""))
        .isEqualTo(Outcome.refused(Refusal.NOT_CONFIRMED));
    books.provider.pay(
        new Capture(new PaymentId(order, 1), Books.PROVIDER, "T2", Money.cny(1_000), noon));
    assertThat(resolve(difference, Action.REFUND, ""))
        .isEqualTo(Outcome.refused(Refusal.NOT_CONFIRMED));

    assertThat(books.texts("select transaction from payment.capture")).isEmpty();
    assertThat(books.service.find(difference.id()).orElseThrow().said())
        .isEqualTo("captured 1000 CNY as T2");
  }

  /** What the provider says of it counts, not what the row says. */
  @Test
  void aPaymentIsTakenInAsTheProviderConfirmsIt() {
    books.cancelled(order, 1_000);
    books.attempt(order, 6, 1_000);
    books.theirs(day, StatementLine.Type.PAYMENT, order + "p1", "T1", 1_000, noon);
    books.provider.pay(
        new Capture(new PaymentId(order, 1), Books.PROVIDER, "T1", Money.cny(900), noon));

    applied(resolve(only(), Action.REFUND, ""));

    assertThat(books.texts("select transaction || ' ' || amount from payment.capture"))
        .containsExactly("T1 900");
    assertThat(books.differences(day)).containsExactly("amount " + order + "p1");
    assertThat(books.texts("select act from staff.act")).containsExactly("reconciliation.refund");
  }

  /** What can't be put on record is not done (C6). */
  @Test
  void anActIsOnRecordBeforeItsEffect() {
    books.cancelled(order, 1_000);
    books.attempt(order, 6, 1_000);
    books.theirs(day, StatementLine.Type.PAYMENT, order + "p1", "T1", 1_000, noon);
    books.provider.pay(
        new Capture(new PaymentId(order, 1), Books.PROVIDER, "T1", Money.cny(1_000), noon));
    Difference difference = only();
    books.shop.run("alter table staff.act rename to act_away");
    for (Action action : List.of(Action.ASK_AGAIN, Action.REFUND)) {
      assertThatThrownBy(() -> resolve(difference, action, "")).isInstanceOf(DatabaseFailure.class);
      assertThat(books.texts("select transaction from payment.capture")).isEmpty();
    }
  }

  @Test
  void whatIsNoOrderOfOursCanOnlyBeAccepted() {
    books.theirs(day, StatementLine.Type.PAYMENT, order + "p1", "T1", 1_000, noon);
    Difference difference = only();
    assertThat(actions(difference)).as("only what can work").containsExactly(Action.ACCEPT);
    assertThat(resolve(difference, Action.ASK_AGAIN, ""))
        .isEqualTo(Outcome.refused(Refusal.NOT_POSSIBLE));
    assertThat(resolve(difference, Action.REFUND, ""))
        .isEqualTo(Outcome.refused(Refusal.NOT_POSSIBLE));
    assertThat(resolve(difference, Action.RETRY_REFUND, ""))
        .isEqualTo(Outcome.refused(Refusal.NOT_POSSIBLE));
    assertThat(books.texts("select act from staff.act")).isEmpty();
  }

  /** Our book says that it went back, and they never heard of it: it goes back now, once. */
  @Test
  void aMissingRefundIsAskedForUnderItsOneNumber() {
    books.captured(order, "T", 500, noon, 3);
    books.theirs(day, StatementLine.Type.PAYMENT, order + "p1", "T", 500, noon);
    books.refunded(order, 500, 5, noon);
    Difference difference = only();
    assertThat(difference.kind()).isEqualTo(Kind.MISSING_REFUND);

    Difference after = applied(resolve(difference, Action.ASK_AGAIN, ""));

    assertThat(after.resolved()).as("the provider's next statement will have it").isNull();
    await().until(() -> books.provider.givenBack().size() == 1);
    await().until(() -> refund().course().checks() >= 1); // the times of the others are over
    assertThat(refund().state()).isEqualTo(Refund.State.SUCCEEDED);
    assertThat(books.provider.callsOf("refund ")).containsExactly("refund " + order + "r1");
    books.theirs(day, StatementLine.Type.REFUND, order + "r1", "", 500, noon);
    books.service.run(Books.PROVIDER, day);
    assertThat(books.differences(day)).containsExactly("missing_refund " + order + "r1 settled");
  }

  @Test
  void aRefundThatMovedThereAndNotHereIsAskedFor() {
    books.refunded(order, 500, 3, null);
    books.provider.refund(refund());
    books.provider.calls.clear();
    books.shop.run("update payment.refund set tries = 3");
    books.theirs(day, StatementLine.Type.REFUND, order + "r1", "", 500, noon);
    Difference difference = only();
    assertThat(difference.oursState()).isEqualTo("unknown");

    applied(resolve(difference, Action.ASK_AGAIN, ""));

    await().until(() -> refund().state() == Refund.State.SUCCEEDED);
    assertThat(books.provider.calls).containsExactly("queryRefund " + order + "r1"); // M7
    books.service.matchAgain(Books.PROVIDER, day);
    assertThat(books.differences(day)).containsExactly("other_day " + order + "r1 other_day");
  }

  @Test
  void aRefusedRefundIsTriedAgainUnderItsNumber() {
    books.refunded(order, 500, 4, null);
    books.theirs(day, StatementLine.Type.REFUND, order + "r1", "", 500, noon);
    Difference difference = only();
    assertThat(actions(difference)).containsExactlyInAnyOrder(Action.RETRY_REFUND, Action.ACCEPT);
    applied(resolve(difference, Action.RETRY_REFUND, ""));
    await().until(() -> refund().state() == Refund.State.SUCCEEDED);
    books.service.matchAgain(Books.PROVIDER, day);
    assertThat(books.differences(day)).containsExactly("other_day " + order + "r1 other_day");
    assertThat(books.refundsDue.get()).isPositive();
  }

  /** Above the limit two people decide, whichever page they come by (C6). */
  @Test
  void aLargeRefundIsTriedAgainWhenTwoPeopleSaySo() {
    books.cancelled(order, 600_000);
    books.refunded(order, 600_000, 4, null);
    books.theirs(day, StatementLine.Type.REFUND, order + "r1", "", 600_000, noon);
    Difference difference = only();

    assertThat(resolve(difference, Action.RETRY_REFUND, ""))
        .isEqualTo(Outcome.applied(new Done(difference, true)));
    assertThat(refund().state()).isEqualTo(Refund.State.NEEDS_PERSON);
    assertThat(resolve(difference, Action.RETRY_REFUND, ""))
        .isEqualTo(Outcome.refused(Refusal.SECOND_PERSON_NEEDED));
    assertThat(books.texts("select act from staff.act order by id"))
        .containsSubsequence("reconciliation.retry-refund", "refund.propose");

    applied(resolve(difference, Action.RETRY_REFUND, "", "adam"));
    await().until(() -> refund().state() == Refund.State.SUCCEEDED);
    assertThat(books.texts("select proposed_by || ' ' || decided_by from aftersales.decision"))
        .containsExactly("eve adam");
  }

  @Test
  void whatIsAcceptedStaysSoWhileBothSayTheSame() {
    books.captured(order, "T1", 1_001, noon, 4);
    books.theirs(day, StatementLine.Type.PAYMENT, order + "p1", "T1", 1_000, noon);
    Difference difference = only();
    Difference after = applied(resolve(difference, Action.ACCEPT, "seen to by phone"));
    assertThat(after.resolved())
        .extracting(Difference.Resolved::how, Difference.Resolved::by, Difference.Resolved::note)
        .containsExactly("accepted", "eve", "seen to by phone");
    assertThat(resolve(difference, Action.ACCEPT, "seen to by phone"))
        .isInstanceOf(Outcome.AlreadyApplied.class);
    assertThat(resolve(difference, Action.ACCEPT, "another note"))
        .isEqualTo(Outcome.refused(Refusal.VERSION_CONFLICT));

    books.service.run(Books.PROVIDER, day);
    assertThat(books.differences(day)).containsExactly("amount " + order + "p1 accepted");
    assertThat(books.shown(day).open()).isZero();
    assertThat(books.shown(day).accepted()).isEqualTo(1);
    assertThat(books.texts("select act || ' ' || subject from staff.act"))
        .containsExactly("reconciliation.accept difference " + difference.id());

    books.shop.run("update payment.capture set amount = 1002");
    books.service.run(Books.PROVIDER, day);
    assertThat(books.differences(day)).containsExactly("amount " + order + "p1");
  }

  /** A number that a person had ended, and that went back all the same. */
  @Test
  void anEndedRefundThatWentBackIsAskedFor() {
    books.captured(order, "T", 500, noon, 3);
    books.theirs(day, StatementLine.Type.PAYMENT, order + "p1", "T", 500, noon);
    books.refunded(order, 500, 4, null);
    books.shop.run("update payment.refund set state = 7, ended = 3, ended_at = now()");
    books.theirs(day, StatementLine.Type.REFUND, order + "r1", "", 500, noon);
    Difference difference = only();
    assertThat(difference.oursState()).isEqualTo("given_up");
    assertThat(actions(difference)).containsExactlyInAnyOrder(Action.ASK_AGAIN, Action.ACCEPT);
    books.provider.nextRefundQuery(new PaymentProvider.Return.Succeeded(noon));

    applied(resolve(difference, Action.ASK_AGAIN, ""));

    await().until(() -> refund().isBackAfterEnd());
    books.service.matchAgain(Books.PROVIDER, day);
    assertThat(books.differences(day)).containsExactly("state " + order + "r1 settled");
  }

  private Set<Action> actions(Difference difference) {
    return books.desk.actions(List.of(difference)).getOrDefault(difference.id(), Set.of());
  }

  private Difference only() {
    books.service.run(Books.PROVIDER, day);
    List<Difference> all = books.shown(day).differences();
    assertThat(all).hasSize(1);
    return all.getFirst();
  }

  private Outcome<Done, Refusal> resolve(Difference difference, Action action, String note) {
    return resolve(difference, action, note, "eve");
  }

  private Outcome<Done, Refusal> resolve(
      Difference difference, Action action, String note, String staff) {
    return books.desk.resolve(
        new Resolve(difference.id(), difference.version(), action, note, staff, ""));
  }

  private static Difference applied(Outcome<Done, Refusal> outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Applied.class);
    return ((Outcome.Applied<Done, Refusal>) outcome).value().difference();
  }

  private Refund refund() {
    return new RefundStore(books.shop.database()).find(new RefundId(order, 1)).orElseThrow();
  }
}
