package io.tidegate.shop.flashsale;

import io.tidegate.shop.flashsale.SaleRefusal.Why;
import io.tidegate.shop.kernel.Outcome;
import java.time.Instant;
import java.util.Optional;

/** What may be done to a sale, by its stage and the time; applied is the sale as it was found. */
final class SaleRules {

  /** Pieces of one allocation. */
  static final long ALLOCATION_MAX = 1_000_000;

  private SaleRules() {}

  /** Opening its pools. */
  static Outcome<Sale, SaleRefusal> warm(Sale sale, Instant now) {
    return switch (sale.stage()) {
      case PLANNED -> isOver(sale, now) ? Outcome.refused(Why.ENDED) : Outcome.applied(sale);
      case WARM -> Outcome.alreadyApplied(sale);
      case ENDED -> Outcome.refused(Why.ENDED);
      case STOPPED -> Outcome.refused(Why.STOPPED);
    };
  }

  /** Starting it now, before its time; where it is only planned it is warmed first. */
  static Outcome<Sale, SaleRefusal> start(Sale sale, Instant now) {
    return switch (sale.stage()) {
      case PLANNED -> isOver(sale, now) ? Outcome.refused(Why.ENDED) : Outcome.applied(sale);
      case WARM -> {
        if (isOver(sale, now)) {
          yield Outcome.refused(Why.ENDED);
        }
        yield now.isBefore(sale.startsAt()) ? Outcome.applied(sale) : Outcome.alreadyApplied(sale);
      }
      case ENDED -> Outcome.refused(Why.ENDED);
      case STOPPED -> Outcome.refused(Why.STOPPED);
    };
  }

  /** Stopping it at once; what its pools have is normal stock again. */
  static Outcome<Sale, SaleRefusal> stop(Sale sale) {
    return switch (sale.stage()) {
      case PLANNED, WARM -> Outcome.applied(sale);
      case ENDED -> Outcome.refused(Why.ENDED);
      case STOPPED -> Outcome.alreadyApplied(sale);
    };
  }

  /** Ending it by its time; before that there is nothing to do. */
  static Outcome<Sale, SaleRefusal> end(Sale sale, Instant now) {
    return switch (sale.stage()) {
      case PLANNED, WARM ->
          now.isBefore(sale.endsAt()) ? Outcome.alreadyApplied(sale) : Outcome.applied(sale);
      case ENDED, STOPPED -> Outcome.alreadyApplied(sale);
    };
  }

  /** Adding pieces to one of its goods, while somebody may still come for them. */
  static Outcome<SaleItem, SaleRefusal> add(Sale sale, String sku, long quantity, Instant now) {
    switch (sale.stage()) {
      case PLANNED, WARM -> {
        if (isOver(sale, now)) {
          return Outcome.refused(Why.ENDED);
        }
      }
      case ENDED -> {
        return Outcome.refused(Why.ENDED);
      }
      case STOPPED -> {
        return Outcome.refused(Why.STOPPED);
      }
    }
    Optional<SaleItem> item = sale.item(sku);
    if (item.isEmpty()) {
      return Outcome.refused(Why.NO_SUCH_ITEM);
    }
    return item.get().allocation() + quantity > ALLOCATION_MAX
        ? Outcome.refused(Why.TOO_MANY_PIECES)
        : Outcome.applied(item.get());
  }

  private static boolean isOver(Sale sale, Instant now) {
    return !now.isBefore(sale.closesAt());
  }
}
