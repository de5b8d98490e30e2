package io.tidegate.shop.flashsale;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Figures of each sale that is set aside or open, by its id. They go when it is over, and of more
 * than a few at a time there are none: a label has few values.
 */
final class SaleMeters {

  private static final Logger log = LoggerFactory.getLogger(SaleMeters.class);

  /** Sales that have figures of their own at a time. */
  static final int SALES_MAX = 32;

  private final MeterRegistry meters;
  private final Map<Long, List<Meter>> told = new HashMap<>();

  SaleMeters(MeterRegistry meters) {
    this.meters = meters;
  }

  /** A sale is planned, or has changed. */
  synchronized void changed(Gate gate) {
    long sale = gate.sale().id();
    if (gate.sale().stage() != Stage.WARM) {
      gone(sale);
    } else if (!told.containsKey(sale)) {
      if (told.size() < SALES_MAX) {
        told.put(sale, figures(gate, Long.toString(sale)));
      } else {
        log.info("sale {} has no figures of its own: {} others have", sale, SALES_MAX);
      }
    }
  }

  /** A sale is over. */
  synchronized void gone(long sale) {
    List<Meter> figures = told.remove(sale);
    if (figures != null) {
      figures.forEach(meters::remove);
    }
  }

  private List<Meter> figures(Gate gate, String sale) {
    return List.of(
        Gauge.builder("tidegate.flash.sale.free", gate, SaleMeters::free)
            .description("Pieces that the sale has free, as last read here")
            .tag("sale", sale)
            .register(meters),
        FunctionCounter.builder(
                "tidegate.flash.sale.placed", gate, all -> all.counted(FlashAnswer.PLACED))
            .description("Orders of the sale that were answered here")
            .tag("sale", sale)
            .register(meters),
        FunctionCounter.builder("tidegate.flash.sale.refused", gate, SaleMeters::refused)
            .description("Refusals of the sale that were answered here")
            .tag("sale", sale)
            .register(meters));
  }

  private static double free(Gate gate) {
    return gate.shelves().stream().mapToLong(Shelf::free).sum();
  }

  private static double refused(Gate gate) {
    return gate.refused().values().stream().mapToLong(Long::longValue).sum();
  }
}
