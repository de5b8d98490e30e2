package io.tidegate.shop.ordering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.clock.Clock;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.OrderCommand.Refusal;
import io.tidegate.shop.ordering.OrderCommand.Result;
import io.tidegate.shop.ordering.PlaceOrder.Line;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.FakeProvider;
import io.tidegate.shop.payment.PaymentProvider.Opening;
import io.tidegate.shop.payment.PaymentProvider.Standing;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is asked about open payments, while others don't answer. */
class AskWorkerTest {

  /** More than are asked at once. */
  private static final int MANY = 40;

  private TestNode shop;
  private Silent silent;
  private AskWorker asker;

  @BeforeEach
  void open() {
    shop = TestNode.alone();
    shop.goods("A", 990, 10_000);
    silent = new Silent();
    asker =
        new AskWorker(
            shop.payments,
            shop.store,
            shop.orders,
            Map.of(FakeProvider.NAME, shop.provider, Silent.SILENT, silent),
            () -> "");
  }

  @AfterEach
  void close() {
    silent.speaks.countDown();
    asker.close();
    shop.close();
  }

  @Test
  void aProviderAtAStandstillHoldsUpNoOther() {
    for (int i = 0; i < MANY; i++) {
      started(shop.placed(new Line("A", 1)), Silent.SILENT);
    }
    shop.run("update payment.attempt set ask_at = clock_timestamp() - interval '1 hour'");
    Order order = shop.placed(new Line("A", 1));
    Attempt attempt = shop.opened(order);
    shop.provider.pay(TestNode.money(attempt, "T1"));
    shop.run(
        "update payment.attempt set ask_at = clock_timestamp() - interval '1 s' where provider = '"
            + FakeProvider.NAME
            + "'");

    asker.start();

    await().until(() -> shop.find(order).status() == Status.AWAITING_SHIPMENT);
    await().until(() -> silent.asked.get() == 16); // calls of its own, and no more
    assertThat(shop.number("select count(*) from payment.attempt where asks > 0"))
        .as("what can't be called is not taken")
        .isEqualTo(17);
    silent.speaks.countDown();
    await().until(() -> silent.asked.get() == MANY);
  }

  @Test
  void aCustomersLookHasTheProviderAskedAtOnceAndOnce() throws InterruptedException {
    Order order = shop.placed(new Line("A", 1));
    Attempt attempt = shop.opened(order);
    shop.provider.nextStanding(new Standing.Open());
    PaymentLook looks = new PaymentLook(shop.payments, Clock.system());
    looks.at(order, attempts(order)); // just sent to the cashier
    assertThat(asker.askDue()).isZero();
    openForAnHour();

    List<Attempt> seen = attempts(order);
    Thread[] lookers = new Thread[8];
    for (int i = 0; i < lookers.length; i++) {
      lookers[i] = Thread.startVirtualThread(() -> looks.at(order, seen));
    }
    for (Thread each : lookers) {
      each.join();
    }
    assertThat(attempts(order).getFirst().version())
        .as("of many looks one is written")
        .isEqualTo(seen.getFirst().version() + 1);
    assertThat(asker.askDue()).isEqualTo(1);
    await().until(() -> shop.provider.callsOf("query " + attempt.id()).size() == 1);
    looks.at(order, attempts(order));
    looks.at(order, seen);
    assertThat(asker.askDue()).as("asked a moment ago").isZero();

    shop.provider.pay(TestNode.money(attempt, "T1"));
    shop.run("update payment.attempt set asked_at = asked_at - interval '11 s'");
    looks.at(order, attempts(order));
    assertThat(asker.askDue()).isEqualTo(1);
    await().until(() -> shop.find(order).status() == Status.AWAITING_SHIPMENT);
  }

  @Test
  void aLookAtWhatNobodyCanPayAsksNobody() {
    Order order = shop.placed(new Line("A", 1));
    shop.opened(order);
    openForAnHour();
    PaymentLook looks = new PaymentLook(shop.payments, Clock.system());
    List<Attempt> seen = attempts(order);
    shop.cancel(order);
    shop.run("update payment.attempt set ask_at = clock_timestamp() + interval '10 minutes'");
    looks.at(shop.find(order), attempts(order));
    looks.at(order, seen); // read before it was cancelled
    assertThat(asker.askDue()).isZero();
  }

  /**
   * M5: until it is closed there somebody can pay it, so it does not wait for as long as it did.
   */
  @Test
  void whatCannotBeClosedYetIsClosedSoonHoweverOldItIs() {
    Order order = shop.placed(new Line("A", 1));
    Attempt attempt = shop.opened(order);
    openForAnHour();
    shop.cancel(order);
    shop.provider.nextStanding(new Standing.Unknown("time-out"));
    assertThat(asker.askDue()).isEqualTo(1);
    await().until(() -> shop.provider.callsOf("close " + attempt.id()).size() == 1);
    await()
        .until(() ->
            shop.number(
                    "select count(*) from payment.attempt where ask_at between clock_timestamp()"
                        + " + interval '20 s' and clock_timestamp() + interval '50 s'")
                == 1);
  }

  @Test
  void whatNobodyHereCanAskAboutIsPutOff() {
    started(shop.placed(new Line("A", 1)), "stripe");
    started(shop.placed(new Line("A", 1)), "stripe");
    shop.run(
        "update payment.attempt set ask_at = clock_timestamp() - seq * interval '1 min'"
            + " where order_number = (select min(order_number) from payment.attempt)");
    assertThat(asker.askDue()).isZero();
    assertThat(shop.number("select count(*) from payment.attempt where ask_at < now()"))
        .as("another node may have it")
        .isEqualTo(1);

    shop.run("update payment.attempt set ask_at = clock_timestamp() - interval '1 hour'");
    AskWorker other =
        new AskWorker(
            shop.payments,
            shop.store,
            shop.orders,
            Map.of(FakeProvider.NAME, shop.provider),
            () -> "");
    assertThat(other.askDue()).isZero();
    assertThat(
            shop.number(
                "select count(*) from payment.attempt where asks = 0 and state = 2 and ask_at >"
                    + " clock_timestamp() + interval '14 min'"))
        .isEqualTo(2);
  }

  /** It would be asked about in ten minutes. */
  private void openForAnHour() {
    shop.run(
        "update payment.attempt set created_at = created_at - interval '1 hour',"
            + " ask_at = clock_timestamp() + interval '10 minutes'");
  }

  private List<Attempt> attempts(Order order) {
    return shop.payments.attempts(order.number());
  }

  private Attempt started(Order order, String provider) {
    byte[] key = TestNode.key(order.number().value());
    Outcome<Result, Refusal> outcome =
        shop.orders.run(
            new OrderCommand.StartPayment(
                order.number(), 42, provider, key, key, Cause.customer(42, "", "")));
    Attempt attempt =
        Objects.requireNonNull(((Outcome.Applied<Result, Refusal>) outcome).value().attempt());
    shop.orders.run(
        new OrderCommand.NoteOpening(
            attempt.id(), new Opening.Opened("http://cashier"), Cause.customer(42, "", "")));
    return attempt;
  }

  /** A provider that doesn't answer until it is told to. */
  private static final class Silent extends FakeProvider {
    static final String SILENT = "alipay";

    final CountDownLatch speaks = new CountDownLatch(1);
    final AtomicInteger asked = new AtomicInteger();

    @Override
    public String name() {
      return SILENT;
    }

    @Override
    public Standing query(Attempt attempt) {
      asked.incrementAndGet();
      try {
        speaks.await();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
      return new Standing.Open();
    }
  }
}
