package io.tidegate.shop.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.payment.PaymentProvider.Return;
import io.tidegate.shop.payment.RefundDecisions.Decide;
import io.tidegate.shop.payment.RefundDecisions.Decided;
import io.tidegate.shop.payment.RefundDecisions.Refusal;
import io.tidegate.shop.testing.ShopDatabase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a person decides about a customer's refund: once, with its rows in the ledger. */
@NullMarked
class RefundDecisionsTest {

  private static final Instant NOW = Clock.system().now();
  private static final OrderNumber ORDER = OrderNumber.of(NOW.toEpochMilli(), 42, 0, 0);
  private static final RefundId ID = new RefundId(ORDER, 1);
  private static final RefundId SECOND = new RefundId(ORDER, 2);

  private final FakeProvider provider = new FakeProvider();
  private final ShopDatabase shop = new ShopDatabase();
  private final EventLog log = new EventLog(shop.database());
  private final RefundStore store = new RefundStore(shop.database());
  private final RefundWorker worker =
      new RefundWorker(
          shop.database(),
          log,
          () -> {},
          Map.of(FakeProvider.NAME, provider),
          () -> "",
          RefundChecks.USUAL);

  @BeforeEach
  void aPartOfACaptureIsToGoBack() {
    log.partitions();
    new PaymentStore(shop.database()).preparePartitions(NOW);
    Capture capture =
        new Capture(new PaymentId(ORDER, 1), FakeProvider.NAME, "T1", Money.cny(990), NOW);
    shop.database()
        .write(
            "customer",
            tx -> {
              Refund part =
                  Refund.requested(ID, capture, Money.cny(400), Refund.Reason.CUSTOMER, NOW);
              RefundStore.request(tx, List.of(part));
              PaymentStore.post(
                  tx,
                  List.of(
                      Posting.captured(capture, Capture.Verdict.PAID, NOW),
                      Posting.owed(ID, part.amount(), NOW)));
              return true;
            });
  }

  @AfterEach
  void close() {
    worker.close();
    shop.close();
  }

  @Test
  void anotherNumberGoesForTheSamePurpose() {
    refuse();
    Refund seen = refund(ID);
    Decided decided = applied(decide(ID, seen.version(), RefundChoice.NEW_NUMBER, null));
    assertThat(decided.refund().endedBy(Refund.How.REPLACED)).isTrue();
    assertThat(decided.refund().wireState()).isEqualTo("refused");
    assertThat(decided.live().id()).isEqualTo(SECOND);
    assertThat(decided.live().amount()).isEqualTo(Money.cny(400));
    assertThat(decided.live().reason()).isEqualTo(Refund.Reason.CUSTOMER);

    work(SECOND, Refund.State.SUCCEEDED);

    assertThat(provider.givenBack()).isEqualTo(Map.of(SECOND.toString(), 400L));
    assertThat(ledger())
        .containsExactly(
            "orders -> provider:sandbox 990",
            "refunds_owed -> orders 400",
            "provider:sandbox -> refunds_owed 400");
    assertThat(told())
        .containsExactly("refund.failed.v1", "refund.ended.v1", "refund.succeeded.v1");
    // The same decision again finds what it has led to.
    Outcome<Decided, Refusal> again = decide(ID, seen.version(), RefundChoice.NEW_NUMBER, null);
    assertThat(again).isInstanceOf(Outcome.AlreadyApplied.class);
    assertThat(((Outcome.AlreadyApplied<Decided, Refusal>) again).value().live().id())
        .isEqualTo(SECOND);
    assertThat(decide(ID, seen.version(), RefundChoice.GIVE_UP, null))
        .isEqualTo(Outcome.refused(Refusal.VERSION_CONFLICT));
  }

  @Test
  void whatIsSettledByHandIsBack() {
    refuse();
    Decided decided =
        applied(decide(ID, refund(ID).version(), RefundChoice.BY_HAND, "bank 2026-11-26/7"));
    assertThat(decided.refund().isBack()).isTrue();
    assertThat(decided.refund().wireState()).isEqualTo("succeeded");
    assertThat(refund(ID).course().end().reference()).isEqualTo("bank 2026-11-26/7");
    assertThat(ledger())
        .containsExactly(
            "orders -> provider:sandbox 990",
            "refunds_owed -> orders 400",
            "by_hand -> refunds_owed 400");
    assertThat(store.waiting(0, 10)).isEmpty();
    assertThat(worker.workOff()).isZero();
  }

  @Test
  void whatIsGivenUpStaysWithItsOrder() {
    refuse();
    Decided decided = applied(decide(ID, refund(ID).version(), RefundChoice.GIVE_UP, null));
    assertThat(decided.refund().isBack()).isFalse();
    assertThat(ledger())
        .containsExactly(
            "orders -> provider:sandbox 990",
            "refunds_owed -> orders 400",
            "orders -> refunds_owed 400");
    assertThat(told()).containsExactly("refund.failed.v1", "refund.ended.v1");
  }

  /** M9: it reopens, is owed again, and another number makes it good. */
  @Test
  void whatTheProviderTakesBackIsOwedAgain() {
    work(ID, Refund.State.SUCCEEDED);
    provider.nextRefundQuery(new Return.Failed("reversed: the account is closed"));
    shop.run("update payment.refund set check_at = clock_timestamp() - interval '1 s'");
    work(ID, Refund.State.REVERSED);
    assertThat(refund(ID).lastAnswer()).isEqualTo("reversed: the account is closed");
    assertThat(store.waiting(0, 10)).extracting(Refund::id).containsExactly(ID);
    assertThat(told()).containsExactly("refund.succeeded.v1", "refund.reversed.v1");
    assertThat(decide(ID, refund(ID).version(), RefundChoice.RETRY, null))
        .isEqualTo(Outcome.refused(Refusal.NOT_WAITING));

    applied(decide(ID, refund(ID).version(), RefundChoice.NEW_NUMBER, null));
    work(SECOND, Refund.State.SUCCEEDED);

    assertThat(ledger())
        .containsExactly(
            "orders -> provider:sandbox 990",
            "refunds_owed -> orders 400",
            "provider:sandbox -> refunds_owed 400",
            "refunds_owed -> provider:sandbox 400",
            "provider:sandbox -> refunds_owed 400");
    assertThat(refund(ID).succeededAt()).isNotNull();
    assertThat(refund(ID).course().reversedAt()).isNotNull();
  }

  /** M1: a call that was under way when the number was ended is found, posted, told and listed. */
  @Test
  void whatGoesBackAfterItsEndIsFound() {
    refuse();
    applied(decide(ID, refund(ID).version(), RefundChoice.GIVE_UP, null));
    check(); // not yet
    await().until(() -> refund(ID).course().checks() == 1);
    assertThat(store.waiting(0, 10)).isEmpty();
    assertThat(provider.callsOf("refund ")).as("never called again").hasSize(1);

    provider.nextRefundQuery(new Return.Succeeded(NOW));
    check();
    await().until(() -> refund(ID).isBackAfterEnd());
    assertThat(refund(ID).course().checkAt()).isNull();
    assertThat(refund(ID).lastAnswer()).contains("went back after it was ended");
    assertThat(store.waiting(0, 10)).extracting(Refund::id).containsExactly(ID);
    assertThat(ledger())
        .containsExactly(
            "orders -> provider:sandbox 990",
            "refunds_owed -> orders 400",
            "orders -> refunds_owed 400",
            "provider:sandbox -> refunds_undue 400");
    assertThat(told()).containsExactly("refund.failed.v1", "refund.ended.v1", "refund.failed.v1");
  }

  /** L1: it is nobody's any more, so that it doesn't wait either. */
  @Test
  void aParkedCapturesWayBackThatIsGivenUpStays() {
    Capture parked =
        new Capture(new PaymentId(ORDER, 2), FakeProvider.NAME, "T2", Money.cny(7), NOW);
    Refund refund = Refund.requested(SECOND, parked, Refund.Reason.PARKED, NOW);
    assertThat(Posting.givenUp(refund, NOW).credit()).isEqualTo("kept");
  }

  /** A success that is forgotten and refused when it is sent again: it may be back all the same. */
  @Test
  void onlyTheAnswerToAQuestionTakesASuccessBack() {
    work(ID, Refund.State.SUCCEEDED);
    provider.nextRefundQuery(new Return.Absent());
    provider.nextRefund(new Return.Failed("over_refund: nothing is left"), false);
    check();
    await().until(() -> refund(ID).course().doubtSince() != null);
    assertThat(refund(ID).state()).isEqualTo(Refund.State.SUCCEEDED);
    assertThat(refund(ID).course().checkAt()).isNotNull();
    assertThat(refund(ID).lastAnswer()).contains("over_refund");
    assertThat(store.waiting(0, 10)).extracting(Refund::id).containsExactly(ID);
    assertThat(told()).containsExactly("refund.succeeded.v1");
    assertThat(ledger()).hasSize(3);

    check(); // known again
    await().until(() -> refund(ID).course().checks() == 1);
    assertThat(store.waiting(0, 10)).isEmpty();
    assertThat(refund(ID).state()).isEqualTo(Refund.State.SUCCEEDED);
  }

  private void check() {
    checkIsDue();
    assertThat(worker.workOff()).isEqualTo(1);
  }

  /** A day has gone by. */
  private void checkIsDue() {
    shop.run(
        "update payment.refund set check_at = clock_timestamp() - interval '1 s',"
            + " succeeded_at = succeeded_at - interval '1 day',"
            + " ended_at = ended_at - interval '1 day'");
  }

  /** A success that still stands is asked about at its times, and then no more. */
  @Test
  void aSuccessThatStandsIsAskedAboutAndChangesNothing() {
    work(ID, Refund.State.SUCCEEDED);
    for (int i = 1; i <= 3; i++) {
      int checks = i;
      checkIsDue();
      assertThat(worker.workOff()).isEqualTo(1);
      await().until(() -> refund(ID).course().checks() == checks);
    }
    assertThat(refund(ID).course().checkAt()).isNull();
    assertThat(provider.callsOf("queryRefund ")).hasSize(3);
    assertThat(ledger()).hasSize(3);
    assertThat(told()).containsExactly("refund.succeeded.v1");
  }

  /** Many people at once: one decision is taken, and the others see that it has changed. */
  @Test
  void onlyOneOfManyDecisionsIsTaken() throws Exception {
    refuse();
    int version = refund(ID).version();
    List<Callable<Outcome<Decided, Refusal>>> all = new ArrayList<>();
    for (RefundChoice choice : RefundChoice.values()) {
      String reference = choice == RefundChoice.BY_HAND ? "bank" : null;
      all.add(() -> decide(ID, version, choice, reference));
      all.add(() -> decide(ID, version, choice, reference));
    }
    List<Outcome<Decided, Refusal>> outcomes = new ArrayList<>();
    try (var people = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Outcome<Decided, Refusal>> each : people.invokeAll(all)) {
        outcomes.add(each.get());
      }
    }
    assertThat(outcomes).filteredOn(Outcome.Applied.class::isInstance).hasSize(1);
    assertThat(outcomes).filteredOn(Outcome.AlreadyApplied.class::isInstance).hasSize(1);
    assertThat(outcomes)
        .filteredOn(Outcome.Refused.class::isInstance)
        .hasSize(6)
        .containsOnly(Outcome.refused(Refusal.VERSION_CONFLICT));
  }

  @Test
  void whatIsNotThereIsNotDecidedAbout() {
    assertThat(decide(new RefundId(ORDER, 9), 1, RefundChoice.RETRY, null))
        .isEqualTo(Outcome.refused(Refusal.NOT_FOUND));
  }

  private void refuse() {
    provider.nextRefund(new Return.Failed("no"), false);
    work(ID, Refund.State.NEEDS_PERSON);
  }

  private void work(RefundId id, Refund.State until) {
    assertThat(worker.workOff()).isEqualTo(1);
    await().until(() -> refund(id).state() == until);
  }

  private Outcome<Decided, Refusal> decide(
      RefundId id, int version, RefundChoice choice, @Nullable String reference) {
    return shop.database()
        .write(
            "decide",
            tx ->
                new RefundDecisions(log)
                    .decide(tx, new Decide(id, version, choice, reference, "")));
  }

  private static Decided applied(Outcome<Decided, Refusal> outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Applied.class);
    return ((Outcome.Applied<Decided, Refusal>) outcome).value();
  }

  private Refund refund(RefundId id) {
    return store.find(id).orElseThrow();
  }

  /** Where money went, oldest first. */
  private List<String> ledger() {
    return shop.database()
        .read(
            Sql.of(
                "select credit || ' -> ' || debit || ' ' || amount from payment.ledger order by"
                    + " id"),
            row -> row.getString(1));
  }

  private List<String> told() {
    return shop.database()
        .read(Sql.of("select type from messaging.log order by position"), row -> row.getString(1));
  }
}
