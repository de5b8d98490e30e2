package io.tidegate.shop.flashsale;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A sale of a few goods, limited in time and number.
 *
 * @param version rises with each change
 * @param currency of all prices
 * @param startsAt belongs to it
 * @param endsAt doesn't belong to it any more
 * @param payWindow from an order to the close of what was not paid
 * @param challengeBits of the challenge before a purchase token; 0: none
 * @param items in the order in which they are shown
 * @param drawAt when the winners of a draw are drawn, which is the end of entering; else null
 * @param commitment the SHA-256 of a draw's secret, in hexadecimal; else null
 */
public record Sale(
    long id,
    String title,
    Mode mode,
    Stage stage,
    int version,
    String currency,
    Instant startsAt,
    Instant endsAt,
    Duration payWindow,
    int challengeBits,
    List<SaleItem> items,
    @Nullable Instant drawAt,
    @Nullable String commitment) {

  public Sale {
    items = List.copyOf(items);
  }

  /**
   * What it is at a moment.
   *
   * @param gone whether nothing of it can be had now
   */
  public SaleState shown(Instant now, boolean gone) {
    return switch (stage) {
      case STOPPED -> SaleState.STOPPED;
      case ENDED -> SaleState.ENDED;
      case PLANNED -> now.isBefore(closesAt()) ? SaleState.PLANNED : SaleState.ENDED;
      case WARM -> {
        if (now.isBefore(startsAt)) {
          yield SaleState.WARM;
        }
        if (!now.isBefore(closesAt())) {
          yield SaleState.ENDED;
        }
        yield gone && mode == Mode.FIRST_COME ? SaleState.SOLD_OUT : SaleState.OPEN;
      }
    };
  }

  /** From when on nobody may come any more: its end, or its draw. */
  public Instant closesAt() {
    return drawAt == null ? endsAt : drawAt;
  }

  /** Whether customers may come at this moment. */
  public boolean isOpen(Instant now) {
    return stage == Stage.WARM && !now.isBefore(startsAt) && now.isBefore(closesAt());
  }

  /** Whether its pools are open, or will be. */
  public boolean isLive() {
    return switch (stage) {
      case PLANNED, WARM -> true;
      case ENDED, STOPPED -> false;
    };
  }

  /** The goods with this SKU. */
  public Optional<SaleItem> item(String sku) {
    return items.stream().filter(item -> item.sku().equals(sku)).findFirst();
  }

  /** Its pools, where it has some. */
  public List<Long> pools() {
    return items.stream()
        .map(SaleItem::pool)
        .<Long>mapMulti((pool, to) -> {
          if (pool != null) {
            to.accept(pool);
          }
        })
        .toList();
  }

  /** The next version, at another stage. */
  Sale at(Stage next) {
    return with(next, startsAt, items);
  }

  /** The next version, with pools behind its goods. */
  Sale warmed(List<SaleItem> pooled) {
    return with(Stage.WARM, startsAt, pooled);
  }

  /** The next version, starting at another time. */
  Sale startingAt(Instant start) {
    return with(stage, start, items);
  }

  /** The next version, with other goods in the place of those of the same SKU. */
  Sale with(SaleItem changed) {
    return with(
        stage,
        startsAt,
        items.stream().map(item -> item.sku().equals(changed.sku()) ? changed : item).toList());
  }

  /** The same, as it is written first. */
  Sale planned(long newId, @Nullable String newCommitment) {
    return new Sale(
        newId,
        title,
        mode,
        Stage.PLANNED,
        1,
        currency,
        startsAt,
        endsAt,
        payWindow,
        challengeBits,
        items,
        drawAt,
        newCommitment);
  }

  private Sale with(Stage newStage, Instant start, List<SaleItem> newItems) {
    return new Sale(
        id,
        title,
        mode,
        newStage,
        version + 1,
        currency,
        start,
        endsAt,
        payWindow,
        challengeBits,
        newItems,
        drawAt,
        commitment);
  }
}
