package io.tidegate.shop.flashsale;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sales have figures while they are set aside or open, and few at a time. */
class SaleMetersTest {

  private static final Instant START = Instant.parse("2026-11-11T00:00:00Z");

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final SaleMeters figures = new SaleMeters(registry);

  private static Sale sale(long id, Stage stage) {
    return new Sale(
        id,
        "sale",
        Mode.FIRST_COME,
        stage,
        1,
        "CNY",
        START,
        START.plusSeconds(60),
        Duration.ofMinutes(5),
        0,
        List.of(new SaleItem("S", "S", 100, 2, 10, stage == Stage.PLANNED ? null : id)),
        null,
        null);
  }

  private static Gate gate(long id, Stage stage) {
    return new Gate(sale(id, stage), 0, START.toEpochMilli());
  }

  private List<String> sales() {
    return registry.find("tidegate.flash.sale.free").meters().stream()
        .map(Meter::getId)
        .map(id -> String.valueOf(id.getTag("sale")))
        .sorted()
        .toList();
  }

  @Test
  void fromItsSettingAsideToItsEnd() {
    Gate gate = gate(7, Stage.PLANNED);
    figures.changed(gate);
    assertThat(sales()).as("nothing is set aside").isEmpty();

    gate.become(sale(7, Stage.WARM), START.toEpochMilli());
    figures.changed(gate);
    figures.changed(gate);
    assertThat(sales()).containsExactly("7");
    Shelf shelf = gate.shelves().iterator().next();
    shelf.seen(shelf.beginLook(), 5, System.nanoTime());
    gate.count(FlashAnswer.PLACED);
    gate.count(FlashAnswer.SOLD_OUT);
    gate.count(FlashAnswer.LIMIT_REACHED);
    assertThat(registry.get("tidegate.flash.sale.free").gauge().value()).isEqualTo(5);
    assertThat(registry.get("tidegate.flash.sale.placed").functionCounter().count()).isEqualTo(1);
    assertThat(registry.get("tidegate.flash.sale.refused").functionCounter().count()).isEqualTo(2);

    gate.become(sale(7, Stage.ENDED), START.toEpochMilli());
    figures.changed(gate);
    assertThat(registry.getMeters()).isEmpty();
  }

  @Test
  void labelsStayFew() {
    for (int id = 1; id <= SaleMeters.SALES_MAX + 1; id++) {
      figures.changed(gate(id, Stage.WARM));
    }
    assertThat(sales()).hasSize(SaleMeters.SALES_MAX).doesNotContain("33");
    figures.gone(1);
    figures.changed(gate(33, Stage.WARM));
    assertThat(sales()).hasSize(SaleMeters.SALES_MAX).contains("33").doesNotContain("1");
  }
}
