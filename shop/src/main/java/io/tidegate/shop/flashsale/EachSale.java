package io.tidegate.shop.flashsale;

import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.LaneRefusal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;

/**
 * A worker's turn over many sales, one after the other: one that fails is told once and put off,
 * and the others go on. For one thread.
 */
final class EachSale {

  private final Duration tryAgainAfter;
  private final BiConsumer<Long, RuntimeException> told;
  private final Map<Long, Instant> putOff = new HashMap<>();

  /**
   * @param told hears of a sale that fails, not again until it succeeded or was left out
   */
  EachSale(Duration tryAgainAfter, BiConsumer<Long, RuntimeException> told) {
    this.tryAgainAfter = tryAgainAfter;
    this.told = told;
  }

  static EachSale logged(Logger log, Duration tryAgainAfter) {
    return new EachSale(
        tryAgainAfter,
        (sale, e) -> {
          if (e instanceof DatabaseFailure || e instanceof LaneRefusal) {
            log.warn("sale {} is put off: {}", sale, e.getMessage());
          } else {
            log.error("sale {} fails and is put off", sale, e);
          }
        });
  }

  /**
   * Does the work of all sales that are not put off.
   *
   * @param due all that have something to be done
   */
  void run(List<Sale> due, Instant now, Consumer<Sale> work) {
    putOff.keySet().retainAll(new HashSet<>(due.stream().map(Sale::id).toList()));
    for (Sale sale : due) {
      Instant until = putOff.get(sale.id());
      if (until != null && now.isBefore(until)) {
        continue;
      }
      try {
        work.accept(sale);
        putOff.remove(sale.id());
      } catch (RuntimeException e) {
        if (putOff.put(sale.id(), now.plus(tryAgainAfter)) == null) {
          told.accept(sale.id(), e);
        }
      }
    }
  }
}
