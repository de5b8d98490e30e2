package io.tidegate.shop.ordering;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.OrderCommand.Result;
import io.tidegate.shop.ordering.ParkedService.Refusal;
import io.tidegate.shop.ordering.PlaceOrder.Line;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.Capture;
import io.tidegate.shop.payment.FakeProvider;
import io.tidegate.shop.payment.PaymentProvider.Standing;
import io.tidegate.shop.payment.Recorded;
import io.tidegate.shop.payment.Refund;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Parked captures: given back or dismissed by a person, once (M3). */
class ParkedTest {

  private static final Cause STAFF = Cause.staff("eve", "", "");

  private static TestNode shop;
  private static ParkedService parked;

  @BeforeAll
  static void open() {
    shop = TestNode.alone();
    shop.goods("A", 990, 1_000);
    parked =
        new ParkedService(shop.orders, shop.payments, Map.of(FakeProvider.NAME, shop.provider));
  }

  @AfterAll
  static void close() {
    shop.close();
  }

  @Test
  void itGoesBackOnceUnderANumberOfItsOwn() {
    Capture odd = parked(1_000, "P1");
    shop.provider.pay(odd);
    assertThat(waiting(odd)).isTrue();

    Outcome<Result, Refusal> first = giveBack(odd);

    assertThat(first).isInstanceOf(Outcome.Applied.class);
    assertThat(waiting(odd)).isFalse();
    assertThat(giveBack(odd)).isInstanceOf(Outcome.AlreadyApplied.class);
    assertThat(dismiss(odd)).isEqualTo(Outcome.refused(Refusal.ALREADY_DECIDED));
    List<Refund> refunds = shop.refunds.refunds(odd.payment().order());
    assertThat(refunds).hasSize(1);
    assertThat(refunds.getFirst().reason()).isEqualTo(Refund.Reason.PARKED);
    assertThat(refunds.getFirst().amount()).isEqualTo(Money.cny(1_000));
    assertThat(ledger(odd))
        .containsExactly("parked -> provider:sandbox 1000", "refunds_owed -> parked 1000");
    assertThat(acts(odd)).containsExactly("parked.return eve");
    assertThat(told(odd)).containsExactly("payment.parked.v1", "payment.given_back.v1");
  }

  /** A notice that lies about the amount: what the provider says when asked is what goes back. */
  @Test
  void whatTheProviderReallyTookGoesBack() {
    Capture odd = parked(991, "P2");
    shop.provider.pay(
        new Capture(odd.payment(), odd.provider(), "P2", Money.cny(990), odd.capturedAt()));

    assertThat(giveBack(odd)).isInstanceOf(Outcome.Applied.class);

    assertThat(shop.refunds.refunds(odd.payment().order()).getFirst().amount())
        .isEqualTo(Money.cny(990));
    assertThat(ledger(odd))
        .containsExactly(
            "parked -> provider:sandbox 991",
            "provider:sandbox -> parked 991",
            "parked -> provider:sandbox 990",
            "refunds_owed -> parked 990");
    Recorded row = shop.payments.captures(odd.payment().order()).stream().findFirst().orElseThrow();
    assertThat(row.taken()).isEqualTo(Money.cny(990));
    assertThat(row.capture().amount()).isEqualTo(Money.cny(991));
  }

  @Test
  void whatTheProviderNeverTookOrCantTellDoesNotGoBack() {
    Capture odd = parked(1_000, "P3");
    shop.provider.nextStanding(new Standing.Unknown("time-out"));
    assertThat(giveBack(odd)).isEqualTo(Outcome.refused(Refusal.PROVIDER_UNAVAILABLE));
    assertThat(giveBack(odd)).isEqualTo(Outcome.refused(Refusal.NOT_TAKEN));
    shop.provider.pay(
        new Capture(odd.payment(), odd.provider(), "other", odd.amount(), odd.capturedAt()));
    assertThat(giveBack(odd)).isEqualTo(Outcome.refused(Refusal.NOT_TAKEN));
    assertThat(waiting(odd)).isTrue();
    assertThat(shop.refunds.refunds(odd.payment().order())).isEmpty();

    assertThat(dismiss(odd)).isInstanceOf(Outcome.Applied.class);
    assertThat(dismiss(odd)).isInstanceOf(Outcome.AlreadyApplied.class);
    assertThat(giveBack(odd)).isEqualTo(Outcome.refused(Refusal.ALREADY_DECIDED));
    assertThat(ledger(odd))
        .containsExactly("parked -> provider:sandbox 1000", "kept -> parked 1000");
    assertThat(acts(odd)).containsExactly("parked.dismiss eve");
    assertThat(told(odd)).containsExactly("payment.parked.v1", "payment.dismissed.v1");
  }

  /** Money for somebody else's account is not ours to give back. */
  @Test
  void whatIsMisdirectedCanOnlyBeDismissed() {
    Order order = shop.placed(new Line("A", 1));
    Attempt attempt = shop.opened(order);
    Capture foreign = TestNode.money(attempt, "P4");
    shop.orders.run(
        new OrderCommand.ParkCapture(foreign, Cause.provider(FakeProvider.NAME, "", "")));
    shop.provider.pay(foreign);
    assertThat(giveBack(foreign)).isEqualTo(Outcome.refused(Refusal.MISDIRECTED));
    assertThat(dismiss(foreign)).isInstanceOf(Outcome.Applied.class);
    assertThat(ledger(foreign))
        .containsExactly("parked -> provider:sandbox 990", "provider:sandbox -> parked 990");
  }

  @Test
  void whatIsNotParkedIsNotFound() {
    Order order = shop.placed(new Line("A", 1));
    Capture right = TestNode.money(shop.opened(order), "P5");
    shop.capture(right);
    assertThat(giveBack(right)).isEqualTo(Outcome.refused(Refusal.NOT_FOUND));
    assertThat(dismiss(right)).isEqualTo(Outcome.refused(Refusal.NOT_FOUND));
  }

  @Test
  void oneOfManyDecisionsIsTaken() throws Exception {
    Capture odd = parked(1_000, "P6");
    shop.provider.pay(odd);
    List<Callable<Outcome<Result, Refusal>>> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      all.add(i % 2 == 0 ? () -> giveBack(odd) : () -> dismiss(odd));
    }
    int applied = 0;
    try (var people = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Outcome<Result, Refusal>> each : people.invokeAll(all)) {
        applied += each.get() instanceof Outcome.Applied ? 1 : 0;
      }
    }
    assertThat(applied).isEqualTo(1);
    assertThat(acts(odd)).hasSize(1);
    assertThat(
            shop.refunds.refunds(odd.payment().order()).size()
                + (told(odd).contains("payment.dismissed.v1") ? 1 : 0))
        .isEqualTo(1);
  }

  private static Capture parked(long amount, String transaction) {
    Order order = shop.placed(new Line("A", 1));
    Attempt attempt = shop.opened(order);
    Capture odd =
        new Capture(
            attempt.id(),
            FakeProvider.NAME,
            transaction,
            Money.cny(amount),
            TestNode.money(attempt, "").capturedAt());
    shop.capture(odd);
    return odd;
  }

  private static Outcome<Result, Refusal> giveBack(Capture capture) {
    return switch (parked.taken(
        capture.payment().order(), capture.provider(), capture.transaction())) {
      case Outcome.Applied<Money, Refusal>(Money taken) -> giveBack(capture, taken);
      case Outcome.AlreadyApplied<Money, Refusal>(Money taken) -> giveBack(capture, taken);
      case Outcome.Refused<Money, Refusal>(Refusal why) -> Outcome.refused(why);
    };
  }

  private static Outcome<Result, Refusal> giveBack(Capture capture, Money taken) {
    return parked.giveBack(
        capture.payment().order(), capture.provider(), capture.transaction(), taken, "eve", STAFF);
  }

  private static Outcome<Result, Refusal> dismiss(Capture capture) {
    return parked.dismiss(
        capture.payment().order(),
        capture.provider(),
        capture.transaction(),
        "seen to",
        "eve",
        STAFF);
  }

  private static boolean waiting(Capture capture) {
    return parked.waiting(0, 1_000).stream()
        .anyMatch(row -> row.capture().transaction().equals(capture.transaction()));
  }

  private static List<String> ledger(Capture capture) {
    return shop.texts(
        "select credit || ' -> ' || debit || ' ' || amount from payment.ledger where order_number = "
            + capture.payment().order()
            + " order by id");
  }

  private static List<String> acts(Capture capture) {
    return shop.texts(
        "select act || ' ' || actor from staff.act where subject = 'order "
            + capture.payment().order()
            + "'");
  }

  private static List<String> told(Capture capture) {
    return shop.texts(
        "select type from messaging.log where type like 'payment.%' and key = "
            + capture.payment().order()
            + " order by position");
  }
}
