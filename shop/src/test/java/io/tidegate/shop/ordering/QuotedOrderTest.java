package io.tidegate.shop.ordering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tidegate.shop.customer.Invoice;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.PlaceOrder.Line;
import io.tidegate.shop.ordering.PlaceOrder.Refusal;
import io.tidegate.shop.promotion.Saving;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a quote is worth when it is placed: honoured, given, or told what changed. */
class QuotedOrderTest {

  private static final Instant ISSUED = Given.NOW;
  private static final Instant LATER = ISSUED.plus(Duration.ofMinutes(5));
  private static final Instant EXPIRES = ISSUED.plus(Duration.ofMinutes(15));

  private final FakeTariff tariff = new FakeTariff().goods("A", 1_000).goods("B", 500);

  @Test
  void whatWasShownIsWhatItCosts() {
    Order order = placed(quote(2_500, 0), LATER);
    assertThat(order.amounts()).isEqualTo(new Amounts(Money.CNY, 2_500, 0, 0));
  }

  @Test
  void whatEndsWhileItLastsIsHonoured() {
    tariff.promotions((_, at) ->
        at.isBefore(LATER) ? List.of(new Saving("1", "", new long[] {400, 0})) : List.of());
    Order order = placed(quote(2_500, 400), LATER);
    assertThat(order.amounts().total()).isEqualTo(2_100);
    assertThat(order.discounts()).hasSize(1);
  }

  @Test
  void whatBeginsWhileItLastsIsGiven() {
    tariff.from(LATER, "A", 300);
    assertThat(placed(quote(2_500, 0), LATER.minusMillis(1)).amounts().total()).isEqualTo(2_500);
    Order order = placed(quote(2_500, 0), LATER);
    assertThat(order.amounts().total()).isEqualTo(1_100);
    assertThat(order.items().getFirst().unitPrice()).isEqualTo(300);
  }

  /** The share that points may pay falls with the price, and is no reason to refuse. */
  @Test
  void wishesAreCutToWhatALowerPriceTakes() {
    tariff.from(LATER, "A", 300);
    Order before = placed(quote(2_500, 1_250), wishes(1_250), LATER.minusMillis(1));
    assertThat(before.amounts().total()).isEqualTo(1_250);
    Order after = placed(quote(2_500, 1_250), wishes(1_250), LATER);
    assertThat(after.amounts().total()).isEqualTo(550);
    assertThat(after.discounts().getFirst().number()).isEqualTo(550);
  }

  @Test
  void aPriceThatStaffRaisedIsTold() {
    tariff.goods("A", 1_001);
    assertThat(refusal(quote(2_500, 0), LATER))
        .isEqualTo(
            new Refusal.PriceChanged(new Amounts(Money.CNY, 2_502, 0, 0), List.of(0), List.of()));
    tariff.goods("A", 999);
    assertThat(placed(quote(2_500, 0), LATER).amounts().total()).isEqualTo(2_498);
    tariff.goods("A", 1_000).fee(1);
    assertThat(refusal(quote(2_500, 0), LATER))
        .isEqualTo(
            new Refusal.PriceChanged(
                new Amounts(Money.CNY, 2_500, 0, 1), List.of(), List.of("freight costs more now")));
  }

  /** All that makes it dearer is named: freight, and what is not taken off any more. */
  @Test
  void whatIsNotTakenOffAnyMoreIsNamed() {
    Quoted quoted =
        new Quoted(
            ISSUED,
            EXPIRES,
            false,
            List.of(1_000L, 500L),
            new Amounts(Money.CNY, 2_500, 900, 0),
            List.of(
                new Quoted.Saved(Discount.Kind.PROMOTION, "3", 400),
                new Quoted.Saved(Discount.Kind.PROMOTION, "4", 200),
                new Quoted.Saved(Discount.Kind.PROMOTION, "5", 100),
                new Quoted.Saved(Discount.Kind.POINTS, "200", 200)),
            Quoted.Destination.SAME);
    tariff
        .fee(1)
        .promotions((_, _) ->
            List.of(
                new Saving("4", "", new long[] {199, 0}),
                new Saving("5", "", new long[] {100, 0})));
    Refusal why = ((Outcome.Refused<Order, Refusal>) decide(quoted, wishes(200), LATER)).why();
    assertThat(why)
        .isEqualTo(
            new Refusal.PriceChanged(
                new Amounts(Money.CNY, 2_500, 499, 1),
                List.of(),
                List.of(
                    "freight costs more now",
                    "promotion 3 is over",
                    "promotion 4 takes off less now")));
    assertThat(((Refusal.PriceChanged) why).current().total()).isGreaterThan(1_600);
  }

  @Test
  void itEnds() {
    assertThat(placed(quote(2_500, 0), EXPIRES.minusMillis(1)).version()).isEqualTo(1);
    assertThat(refusal(quote(2_500, 0), EXPIRES)).isEqualTo(new Refusal.QuoteExpired());
  }

  @Test
  void itIsForItsAddress() {
    assertThat(refusal(to(Quoted.Destination.OTHER), LATER)).isEqualTo(new Refusal.OtherAddress());
    assertThat(refusal(to(Quoted.Destination.CHANGED), LATER))
        .isEqualTo(new Refusal.AddressChanged());
  }

  @Test
  void whatIsFreeIsPaidAsItIsPlaced() {
    tariff.goods("A", 0).goods("B", 0);
    Order order = placed(quote(0, 0), LATER);
    assertThat(order.status()).isEqualTo(Status.AWAITING_SHIPMENT);
    assertThat(order.version()).isEqualTo(2);
    assertThat(order.paidAt()).isEqualTo(LATER);
    assertThat(NewOrderStore.steps(order, Given.CAUSE))
        .extracting(Step::version, Step::from, Step::to)
        .containsExactly(
            tuple(1, null, Status.AWAITING_PAYMENT),
            tuple(2, Status.AWAITING_PAYMENT, Status.AWAITING_SHIPMENT));
    assertThat(NewOrderStore.facts(order))
        .extracting(OrderFact::type, fact -> fact.order().version())
        .containsExactly(tuple("order.placed.v1", 1), tuple("order.paid.v1", 2));
    assertThat(order.atFirst()).isEqualTo(order);
  }

  private static Quoted quote(long items, long discount) {
    return new Quoted(
        ISSUED,
        EXPIRES,
        false,
        List.of(1_000L, 500L),
        new Amounts(Money.CNY, items, discount, 0),
        List.of(),
        Quoted.Destination.SAME);
  }

  private static Quoted to(Quoted.Destination destination) {
    Quoted same = quote(2_500, 0);
    return new Quoted(
        same.issuedAt(),
        same.expiresAt(),
        same.fromCart(),
        same.unitPrices(),
        same.amounts(),
        List.of(),
        destination);
  }

  private static Wishes wishes(long points) {
    return new Wishes(null, null, points, List.of(), false);
  }

  private Outcome<Order, Refusal> decide(Quoted quoted, Wishes wishes, Instant now) {
    return new PlaceOrder(
            Given.NUMBER,
            42,
            List.of(new Line("A", 2), new Line("B", 1)),
            TestNode.ADDRESS,
            Invoice.none(),
            wishes,
            quoted,
            null,
            new byte[16],
            new byte[16],
            Given.CAUSE)
        .decide(tariff, now, now.plus(Duration.ofMinutes(30)));
  }

  private Order placed(Quoted quoted, Instant now) {
    return placed(quoted, Wishes.NONE, now);
  }

  private Order placed(Quoted quoted, Wishes wishes, Instant now) {
    return ((Outcome.Applied<Order, Refusal>) decide(quoted, wishes, now)).value();
  }

  private Refusal refusal(Quoted quoted, Instant now) {
    return ((Outcome.Refused<Order, Refusal>) decide(quoted, Wishes.NONE, now)).why();
  }
}
