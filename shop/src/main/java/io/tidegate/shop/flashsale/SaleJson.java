package io.tidegate.shop.flashsale;

import io.tidegate.platform.http.EntityTag;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.messaging.Event;
import io.tidegate.shop.catalog.Catalog;
import io.tidegate.shop.catalog.GoodsLanguage;
import io.tidegate.shop.catalog.Offer;
import io.tidegate.shop.flashsale.GrantCountStore.Pieces;
import io.tidegate.shop.inventory.Pool;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Sales as customers and staff see them, and as events tell them. */
final class SaleJson {

  private static final int EVENT_BYTES_GUESS = 512;

  private SaleJson() {}

  /** What anybody may know; never how many are left. */
  static void write(
      JsonWriter json,
      Sale sale,
      SaleState state,
      Catalog catalog,
      GoodsLanguage language,
      Instant now) {
    json.beginObject()
        .field("id", Long.toString(sale.id()))
        .field("title", sale.title())
        .field("state", state.word())
        .field("mode", sale.mode().word());
    if (sale.challengeBits() > 0) {
      json.name("challenge")
          .beginObject()
          .field("kind", ProofOfWork.KIND)
          .field("bits", sale.challengeBits())
          .endObject();
    }
    times(json, sale);
    json.field("serverTime", now).name("items").beginArray();
    for (SaleItem item : sale.items()) {
      json.beginObject()
          .field("sku", item.sku())
          .field("title", title(item, catalog, language))
          .money("price", item.price(), sale.currency())
          .field("perUser", item.perUser())
          .endObject();
    }
    json.endArray().endObject();
  }

  /** What {@link #write} shows, but for the server's time. */
  static EntityTag tag(Sale sale, SaleState state, GoodsLanguage language) {
    return new EntityTag(sale.version(), language.tag() + state.ordinal());
  }

  /**
   * What staff may know.
   *
   * @param pools those of its goods that have one, by id
   * @param entries how many entered its draw; null where it has none
   * @param figures of its SKUs; none where they are not told
   */
  static void write(
      JsonWriter json,
      Sale sale,
      SaleState state,
      Map<Long, Pool> pools,
      @Nullable Long entries,
      Map<String, Pieces> figures) {
    json.beginObject()
        .field("id", Long.toString(sale.id()))
        .field("version", sale.version())
        .field("title", sale.title())
        .field("state", state.word())
        .field("mode", sale.mode().word());
    times(json, sale);
    json.field("payWindowMinutes", sale.payWindow().toMinutes())
        .field("challengeBits", sale.challengeBits());
    if (entries != null) {
      json.field("entries", entries);
    }
    json.name("items").beginArray();
    for (SaleItem item : sale.items()) {
      json.beginObject()
          .field("sku", item.sku())
          .field("title", item.title())
          .money("price", item.price(), sale.currency())
          .field("perUser", item.perUser())
          .field("planned", item.planned())
          .field("allocation", item.allocation());
      Pool pool = item.pool() == null ? null : pools.get(item.pool());
      if (pool != null) {
        json.field("free", pool.free());
      }
      Pieces sums = figures.get(item.sku());
      if (sums != null) {
        json.field("granted", sums.granted())
            .field("paid", sums.paid())
            .field("released", sums.released())
            .field("refunded", sums.refunded());
      }
      json.endObject();
    }
    json.endArray().endObject();
  }

  private static void times(JsonWriter json, Sale sale) {
    json.field("startsAt", sale.startsAt())
        .field("endsAt", sale.endsAt())
        .fieldIfPresent("drawAt", sale.drawAt())
        .fieldIfPresent("commitment", sale.commitment());
  }

  private static String title(SaleItem item, Catalog catalog, GoodsLanguage language) {
    Offer offer = catalog.offer(item.sku());
    return switch (language) {
      case ZH -> item.title();
      case EN ->
          offer == null
              ? item.title()
              : catalog
                  .product(offer.product())
                  .map(goods -> (goods.titleEn() + " " + offer.titleEn()).strip())
                  .orElse(item.title());
    };
  }

  /**
   * A fact about a sale.
   *
   * @param type its name and version, such as {@code sale.warmed.v1}
   * @param by who did it; null where its time did
   * @param more writes members that only this fact has
   */
  static Event event(
      String type, Sale sale, Instant at, SaleDesk.@Nullable By by, Consumer<JsonWriter> more) {
    JsonWriter json =
        new JsonWriter(EVENT_BYTES_GUESS)
            .beginObject()
            .field("sale", Long.toString(sale.id()))
            .field("version", sale.version())
            .field("stage", sale.stage().word())
            .field("mode", sale.mode().word())
            .field("currency", sale.currency());
    times(json, sale);
    json.name("items").beginArray();
    for (SaleItem item : sale.items()) {
      json.beginObject()
          .field("sku", item.sku())
          .field("price", item.price())
          .field("perUser", item.perUser())
          .field("allocation", item.allocation());
      if (item.pool() != null) {
        json.field("pool", Long.toString(item.pool()));
      }
      json.endObject();
    }
    json.endArray().fieldIfPresent("actor", by == null ? null : by.name()).field("at", at);
    more.accept(json);
    return new Event(
        type,
        sale.id(),
        sale.version(),
        at,
        by == null ? "" : by.traceparent(),
        json.endObject().toBytes());
  }
}
