package io.tidegate.shop.customer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.db.Sql;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.testing.ShopDatabase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Consignees are written with their orders and found by number, whatever month they are in. */
class ConsigneeStoreTest {

  @Test
  void consigneesOfSeveralMonthsAreFoundByNumber() {
    try (ShopDatabase shop = new ShopDatabase()) {
      Instant november = Instant.parse("2026-11-22T12:00:00Z");
      Instant january = Instant.parse("2027-01-02T12:00:00Z");
      ConsigneeStore.prepare(shop.database(), november);
      ConsigneeStore.prepare(shop.database(), november);
      ConsigneeStore store = new ConsigneeStore(shop.database());
      List<Consignee> all = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        Instant at = i % 2 == 0 ? november : january;
        long number = OrderNumber.of(at.toEpochMilli() + i, 42, 1, 0).value();
        all.add(
            new Consignee(
                number,
                new Address("王" + i, "1380013" + (8000 + i), "330106", "路 " + i),
                invoice(i)));
      }
      shop.database()
          .write(
              "place",
              tx -> {
                store.write(tx, all);
                store.write(tx, List.of());
                return true;
              });
      assertThat(store.find(all.get(7).orderNumber())).contains(all.get(7));
      assertThat(store.find(1)).isEmpty();
      assertThat(store.find(List.of())).isEmpty();
      List<Long> numbers = new ArrayList<>(all.stream().map(Consignee::orderNumber).toList());
      numbers.add(1L);
      assertThat(store.find(numbers)).containsExactlyInAnyOrderElementsOf(all);
      assertThat(shop.number("select count(*) from customer.consignee where invoice is null"))
          .isEqualTo(67);
      assertThat(shop.number("select count(distinct tableoid) from customer.consignee"))
          .isEqualTo(2);
      assertThat(partitionsRead(shop, all.getFirst().orderNumber())).isEqualTo(1);
    }
  }

  private static Invoice invoice(int i) {
    return switch (i % 3) {
      case 0 -> Invoice.none();
      case 1 -> new Invoice.Personal("王" + i);
      default -> new Invoice.Company("公司 " + i, "91350100M000100Y43");
    };
  }

  /** How many partitions a look-up of one month's orders touches. */
  private static long partitionsRead(ShopDatabase shop, long number) {
    List<String> plan =
        shop.database()
            .read(
                Sql.of("explain (analyze) " + ConsigneeStore.MANY.text()),
                row -> row.getString(1),
                new long[] {number},
                number,
                number);
    return plan.stream()
        .filter(line -> line.contains(" on consignee_") && !line.contains("never executed"))
        .filter(line ->
            line.contains("->") || line.startsWith("Index") || line.startsWith("Bitmap Heap"))
        .filter(line -> !line.contains("Bitmap Index"))
        .count();
  }
}
