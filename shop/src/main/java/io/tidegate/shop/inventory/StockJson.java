package io.tidegate.shop.inventory;

import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.messaging.Event;
import io.tidegate.shop.staff.ActText;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.List;

/** Stock as staff see it, and as events tell it. A published field never changes and never goes. */
final class StockJson {

  private StockJson() {}

  /** Exact stock. */
  static byte[] stock(Stock stock, List<OnHand.Shelf> shelves) {
    JsonWriter json =
        new JsonWriter(512)
            .beginObject()
            .field("total", stock.total())
            .field("available", stock.available())
            .field("locked", stock.locked())
            .field("sold", stock.sold())
            .name("warehouses")
            .beginArray();
    for (OnHand.Shelf shelf : shelves) {
      json.beginObject()
          .field("id", shelf.warehouse())
          .field("onHand", shelf.quantity())
          .endObject();
    }
    return json.endArray().endObject().toBytes();
  }

  /**
   * {@code stock.adjusted.v1}. Its version is the movement's id, which rises with each correction
   * of a SKU.
   */
  static Event adjusted(
      AdjustStock.Adjusted adjusted,
      StockStore.Movement movement,
      Instant time,
      String traceparent) {
    byte[] data =
        new JsonWriter(256)
            .beginObject()
            .field("sku", movement.sku())
            .field("warehouse", movement.warehouse())
            .field("delta", movement.delta())
            .field("reason", movement.reason())
            .field("actor", movement.actor())
            .field("total", adjusted.stock().total())
            .field("available", adjusted.stock().available())
            .endObject()
            .toBytes();
    int version = Math.toIntExact(movement.id());
    return new Event("stock.adjusted.v1", key(movement.sku()), version, time, traceparent, data);
  }

  /** The act of a correction, for the record of acts. */
  static ActText act(AdjustStock.Adjusted adjusted, StockStore.Movement movement) {
    return ActText.of(
        "stock.adjust",
        "sku " + movement.sku(),
        json ->
            json.field("movement", Long.toString(movement.id()))
                .field("warehouse", movement.warehouse())
                .field("delta", movement.delta())
                .field("available", adjusted.stock().available()));
  }

  /** The key of a SKU's events: the first 8 bytes of the SHA-256 of its code, never negative. */
  static long key(String sku) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(sku.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(digest).getLong() & Long.MAX_VALUE;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
