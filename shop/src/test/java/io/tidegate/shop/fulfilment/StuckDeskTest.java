package io.tidegate.shop.fulfilment;

import static io.tidegate.shop.fulfilment.FulfilmentFixture.number;
import static io.tidegate.shop.fulfilment.FulfilmentFixture.order;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.db.Sql;
import io.tidegate.shop.kernel.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Parcels that don't go on are seen, and a person has one tried at once, on record. */
class StuckDeskTest {

  private final FulfilmentFixture shop = new FulfilmentFixture(FulfilmentSettings.real("none"));
  private final AtomicInteger signals = new AtomicInteger();
  private final StuckDesk desk = new StuckDesk(shop.database, shop.store, signals::incrementAndGet);

  @BeforeEach
  void goods() {
    shop.goods("A", "sha", 100);
    shop.goods("B", "can", 100);
  }

  @AfterEach
  void close() {
    shop.close();
  }

  @Test
  void oneThatFailsIsListedSinceItsFirstFailureUntilAStepGoesWell() {
    long number = planned();
    assertThat(desk.list(0, 10).parcels()).isEmpty();
    assertThat(desk.figures()).isEqualTo(new StuckDesk.Figures(0, Duration.ZERO));

    failed(number);
    Instant since = desk.list(0, 10).parcels().getFirst().since();
    failed(number);
    assertThat(desk.list(0, 10).parcels())
        .singleElement()
        .satisfies(stuck -> {
          assertThat(stuck.since()).isEqualTo(since);
          assertThat(stuck.shipment().tries()).isEqualTo(2);
          assertThat(stuck.shipment().lastError()).isEqualTo("warehouse: refused");
        });
    run("update fulfilment.shipment set failing_since = failing_since - interval '1 hour'");
    assertThat(desk.figures().parcels()).isEqualTo(1);
    assertThat(desk.figures().longest()).isBetween(Duration.ofHours(1), Duration.ofMinutes(70));

    shop.report(shop.shipment(number), new Seen.Told());
    assertThat(desk.list(0, 10).parcels()).isEmpty();
    assertThat(desk.figures()).isEqualTo(new StuckDesk.Figures(0, Duration.ZERO));
    failed(number);
    assertThat(desk.list(0, 10).parcels().getFirst().since()).isAfterOrEqualTo(since);
    assertThat(desk.figures().longest()).isLessThan(Duration.ofMinutes(30));
  }

  @Test
  void itIsTriedAtOnceOnceForWhatAPersonSaw() {
    long number = planned();
    ShipmentId id = new ShipmentId(number, 1);
    assertThat(desk.tryAgain(id, shop.shipment(number).version(), "eve"))
        .as("nothing is wrong")
        .isInstanceOf(Outcome.AlreadyApplied.class);
    for (int i = 0; i < 12; i++) {
      failed(number);
    }
    Shipment stuck = shop.shipment(number);
    assertThat(stuck.nextStepAt()).isAfter(Instant.now().plusSeconds(60));

    assertThat(desk.tryAgain(id, stuck.version(), "eve")).isInstanceOf(Outcome.Applied.class);
    assertThat(shop.shipment(number).nextStepAt()).isBefore(Instant.now().plusSeconds(5));
    assertThat(shop.shipment(number).lastError()).isEqualTo("warehouse: refused");
    assertThat(desk.tryAgain(id, stuck.version(), "eve"))
        .isInstanceOf(Outcome.AlreadyApplied.class);
    assertThat(signals).hasValue(1);
    assertThat(acts()).containsExactly("eve shipment.try-again shipment " + id);

    // A step that was under way says nothing any more: what comes of the new one counts.
    shop.report(stuck, new Seen.Failed("an old answer"));
    assertThat(shop.shipment(number).lastError()).isEqualTo("warehouse: refused");
    assertThat(desk.tryAgain(new ShipmentId(number, 9), 1, "eve"))
        .isEqualTo(Outcome.refused(ByHandRefusal.NO_SUCH_SHIPMENT));
    assertThat(desk.settle(id, "eve")).isEqualTo(Outcome.refused(ByHandRefusal.NOT_LEFT));
    assertThat(acts()).hasSize(1);
  }

  @Test
  void aPageNeverCutsAnOrderApart() {
    long first = planned();
    long second = number();
    shop.plan(order(second, new ShipItem(1, "A", 1), new ShipItem(2, "B", 1)));
    long third = planned();
    for (long number : List.of(first, second, third)) {
      shop.store
          .shipments(List.of(number))
          .forEach(parcel -> shop.report(parcel, new Seen.Failed("carrier: status 503")));
    }
    StuckDesk.Listed page = desk.list(0, 2);
    assertThat(ids(page)).containsExactly(first + "S1", second + "S1", second + "S2");
    assertThat(page.next()).hasValue(second);
    StuckDesk.Listed rest = desk.list(second, 2);
    assertThat(ids(rest)).containsExactly(third + "S1");
    assertThat(rest.next()).isEmpty();
  }

  private static List<String> ids(StuckDesk.Listed page) {
    return page.parcels().stream().map(stuck -> stuck.shipment().id().toString()).toList();
  }

  private long planned() {
    long number = number();
    shop.plan(order(number, new ShipItem(1, "A", 1)));
    return number;
  }

  private void failed(long number) {
    shop.report(shop.shipment(number), new Seen.Failed("warehouse: refused"));
  }

  private void run(String sql) {
    shop.database.write(
        "test",
        tx -> {
          tx.write(Sql.of(sql));
          return true;
        });
  }

  private List<String> acts() {
    return shop.database.read(
        Sql.of("select actor || ' ' || act || ' ' || subject from staff.act order by id"),
        row -> row.getString(1));
  }
}
