package io.tidegate.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.server.audit.AuditReport.Status;
import org.junit.jupiter.api.Test;

/** Goods that refunds have moved, as they should be. */
class GoodsAuditTest {

  private static final String RETURNED =
      """
      insert into ordering.refunded_line values (#6, 1, 1, 1, 1000, true, null);
      insert into inventory.given_back values (#6, 1, 'A', 1, 'w1', now());
      update inventory.stock set sold = sold - 1, available = available + 1 where sku = 'A';
      update inventory.on_hand set quantity = quantity + 1 where sku = 'A';
      """;

  /** Half of order 5 has come, and the other half is a refund's that is not over. */
  private static final String HALF =
      """
      alter table ordering.orders drop constraint orders_transition;
      update ordering.orders set state = 3 where number = #5;
      update fulfilment.shipment set items = replace(items, '2', '1') where order_number = #5;
      """;

  @Test
  void whatWasReceivedLiesOnAShelfAgain() {
    String url = SmallShop.fresh();
    long before = AuditorTest.audit(url).invariant("S5").checked();
    SmallShop.run(url, Break.numbered(RETURNED));

    AuditReport report = AuditorTest.audit(url);

    for (String name : new String[] {"S1", "S2", "S5", "S6", "O8"}) {
      assertThat(report.invariant(name).status()).as(report.toTable()).isEqualTo(Status.OK);
    }
    assertThat(report.invariant("S5").checked()).isEqualTo(before + 2); // the refund, and A's sum
  }

  @Test
  void anOrderWhoseRestIsHeldBackMayBeDeliveredSoFar() {
    String url = SmallShop.fresh();
    SmallShop.run(url, Break.numbered(HALF));
    assertThat(AuditorTest.audit(url).invariant("L1").sample())
        .anyMatch(sample -> sample.key().equals(Break.numbered("order #5")));

    SmallShop.run(
        url,
        Break.numbered("insert into fulfilment.held_back values (#5, 1, 1, 'A', 1, now(), null)"));

    AuditReport report = AuditorTest.audit(url);
    assertThat(report.invariant("L1").status()).as(report.toTable()).isEqualTo(Status.OK);
    assertThat(report.invariant("O8").status()).as(report.toTable()).isEqualTo(Status.OK);
  }

  /** The provider took money back while the last parcel was on its way. */
  @Test
  void aShippedOrderWaitsForMoneyThatWasTakenBack() {
    String url = SmallShop.fresh();
    SmallShop.run(url, Break.numbered(HALF));
    SmallShop.run(
        url,
        Break.numbered(
            "insert into fulfilment.held_back values (#5, 1, 1, 'A', 1, now(), null);"
                + "update ordering.orders set state = 4 where number = #5;"
                + "insert into ordering.refunded_line values (#5, 1, 1, 1, 10, true, now())"));
    assertThat(AuditorTest.audit(url).invariant("L1").sample())
        .noneMatch(sample -> sample.key().equals(Break.numbered("order #5")));

    SmallShop.run(
        url,
        Break.numbered(
            "update ordering.refunded_line set reversed_at = null where order_number = #5"));

    assertThat(AuditorTest.audit(url).invariant("L1").sample())
        .anyMatch(sample -> sample.key().equals(Break.numbered("order #5")));
  }
}
