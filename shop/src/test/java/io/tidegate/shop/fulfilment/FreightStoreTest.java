package io.tidegate.shop.fulfilment;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.fulfilment.SetFreight.Expects;
import io.tidegate.shop.fulfilment.SetFreight.Refusal;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.testing.ShopDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Templates of freight in the database, and the view of them in memory. */
class FreightStoreTest {

  @Test
  void theDemosCouriersAreSeededOnce() {
    try (ShopDatabase shop = new ShopDatabase()) {
      FreightStore store = new FreightStore(shop.database());
      FreightBook book = new FreightBook(store);
      assertThat(book.freight().couriers()).isEmpty();
      store.seed(DemoCouriers.all());
      long revision = store.revision();
      store.seed(List.of(courier("other", 1)));
      assertThat(store.revision()).isEqualTo(revision);
      book.refresh();
      assertThat(book.revision()).isEqualTo(revision);
      assertThat(book.freight().couriers()).containsExactlyElementsOf(DemoCouriers.all());
    }
  }

  @Test
  void aTemplateIsWrittenAsAWholeAndTheViewFollows() {
    try (ShopDatabase shop = new ShopDatabase()) {
      FreightStore store = new FreightStore(shop.database());
      FreightBook book = new FreightBook(store);
      Courier first = courier("one", 5);
      assertThat(store.set(new SetFreight(first, new Expects.Nothing()), "anna"))
          .isEqualTo(Outcome.applied(first));
      book.refresh();
      long revision = book.revision();
      Courier changed =
          new Courier(
              "one",
              6,
              "新",
              "New",
              false,
              "JPY",
              9,
              List.of(
                  new FreightRule("", 10, 20, 100, 40, 50L, 6, 7),
                  new FreightRule("54", 11, 21, 101, 41, null, 7, 8)));
      assertThat(store.set(new SetFreight(changed, new Expects.Version(1)), "anna"))
          .isEqualTo(Outcome.applied(changed.withVersion(2)));
      assertThat(store.find("one")).contains(changed.withVersion(2));
      assertThat(book.freight().couriers()).containsExactly(first);
      book.refresh();
      assertThat(book.revision()).isGreaterThan(revision);
      assertThat(book.freight().couriers()).containsExactly(changed.withVersion(2));
      assertThat(
              shop.number(
                  "select count(*) from staff.act where act = 'freight.set' and actor = 'anna'"
                      + " and subject = 'courier one' and (detail->>'version')::int in (1, 2)"))
          .isEqualTo(2);
    }
  }

  @Test
  void whatIsStaleOrThereAlreadyIsRefusedAndTheSameAgainWritesNothing() {
    try (ShopDatabase shop = new ShopDatabase()) {
      FreightStore store = new FreightStore(shop.database());
      Courier first = courier("one", 5);
      assertThat(store.set(new SetFreight(first, new Expects.Something()), "anna"))
          .isEqualTo(Outcome.refused(Refusal.STALE));
      store.set(new SetFreight(first, new Expects.Nothing()), "anna");
      long revision = store.revision();
      assertThat(store.set(new SetFreight(courier("one", 6), new Expects.Nothing()), "anna"))
          .isEqualTo(Outcome.refused(Refusal.STALE));
      assertThat(store.set(new SetFreight(courier("one", 6), new Expects.Version(2)), "anna"))
          .isEqualTo(Outcome.refused(Refusal.STALE));
      assertThat(store.set(new SetFreight(first, new Expects.Version(1)), "anna"))
          .isEqualTo(Outcome.alreadyApplied(first));
      assertThat(store.revision()).isEqualTo(revision);
      assertThat(shop.number("select count(*) from staff.act")).isEqualTo(1);
    }
  }

  @Test
  void thereIsALimitToCouriers() {
    try (ShopDatabase shop = new ShopDatabase()) {
      FreightStore store = new FreightStore(shop.database());
      for (int i = 0; i < Courier.COURIERS_MAX; i++) {
        store.set(new SetFreight(courier("c" + i, i), new Expects.Nothing()), "anna");
      }
      assertThat(store.set(new SetFreight(courier("more", 1), new Expects.Nothing()), "anna"))
          .isEqualTo(Outcome.refused(Refusal.TOO_MANY));
      assertThat(store.set(new SetFreight(courier("c1", 9), new Expects.Version(1)), "anna"))
          .isInstanceOf(Outcome.Applied.class);
    }
  }

  @Test
  void ofTwoWhoEditTheSameVersionOneWins() throws Exception {
    try (ShopDatabase shop = new ShopDatabase();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      FreightStore store = new FreightStore(shop.database());
      store.set(new SetFreight(courier("one", 0), new Expects.Nothing()), "anna");
      for (int version = 1; version <= 20; version++) {
        CyclicBarrier start = new CyclicBarrier(2);
        List<Future<Outcome<Courier, Refusal>>> both = new ArrayList<>();
        for (int editor = 1; editor <= 2; editor++) {
          SetFreight edit =
              new SetFreight(courier("one", version * 10 + editor), new Expects.Version(version));
          Callable<Outcome<Courier, Refusal>> work =
              () -> {
                start.await();
                return store.set(edit, "anna");
              };
          both.add(threads.submit(work));
        }
        List<Outcome<Courier, Refusal>> outcomes = List.of(both.get(0).get(), both.get(1).get());
        assertThat(outcomes).filteredOn(Outcome.Applied.class::isInstance).hasSize(1);
        assertThat(outcomes).contains(Outcome.refused(Refusal.STALE));
      }
      assertThat(store.find("one").orElseThrow().version()).isEqualTo(21);
      assertThat(shop.number("select count(*) from fulfilment.freight_rule")).isEqualTo(1);
    }
  }

  private static Courier courier(String id, int position) {
    return new Courier(
        id,
        position,
        "快递",
        "Courier",
        true,
        "CNY",
        1,
        List.of(new FreightRule("", 1_000, 10_00, 1_000, 1_00, 99_00L, 1, 3)));
  }
}
