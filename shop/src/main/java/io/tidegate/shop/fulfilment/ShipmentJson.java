package io.tidegate.shop.fulfilment;

import io.tidegate.platform.http.JsonWriter;
import io.tidegate.shop.customer.Address;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** Parcels as JSON: their items in the database, and what events say of them. */
final class ShipmentJson {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private ShipmentJson() {}

  static String items(List<ShipItem> items) {
    JsonWriter json = new JsonWriter(64 * items.size());
    items(json, items);
    return new String(json.toBytes(), StandardCharsets.UTF_8);
  }

  static List<ShipItem> items(String json) {
    return List.of(MAPPER.readValue(json, ShipItem[].class));
  }

  /** The data of a {@code shipment.*.v1} event. */
  static byte[] fact(ShipmentFact fact) {
    Shipment shipment = fact.shipment();
    JsonWriter json = new JsonWriter(512);
    json.beginObject()
        .field("number", Long.toString(shipment.orderNumber()))
        .field("shipment", shipment.id().toString())
        .field("warehouse", shipment.warehouse())
        .fieldIfPresent("carrier", shipment.carrier())
        .fieldIfPresent("waybill", shipment.waybill());
    items(json.name("items"), shipment.items());
    json.field("at", fact.at()).field("last", fact.last()).endObject();
    return json.toBytes();
  }

  /** What a warehouse is told. */
  static byte[] job(Shipment shipment) {
    JsonWriter json = new JsonWriter(256);
    json.beginObject()
        .field("shipment", shipment.id().toString())
        .field("warehouse", shipment.warehouse());
    json.name("items").beginArray();
    for (ShipItem item : shipment.items()) {
      json.beginObject().field("sku", item.sku()).field("quantity", item.quantity()).endObject();
    }
    json.endArray().endObject();
    return json.toBytes();
  }

  /** What a warehouse outside is told to ship, and to whom. */
  static byte[] ship(Shipment shipment, Address to, String ticket) {
    JsonWriter json = new JsonWriter(512);
    json.beginObject()
        .field("type", "parcel.ship")
        .field("parcel", shipment.id().toString())
        .field("ticket", ticket)
        .field("warehouse", shipment.warehouse());
    items(json.name("items"), shipment.items());
    json.name("to")
        .beginObject()
        .field("name", to.name())
        .field("phone", to.phone())
        .field("region", to.region())
        .field("line", to.line())
        .endObject()
        .endObject();
    return json.toBytes();
  }

  /** What a warehouse outside is asked, or told, about one parcel. */
  static byte[] parcel(String what, ShipmentId id) {
    return new JsonWriter(96)
        .beginObject()
        .field("type", "parcel." + what)
        .field("parcel", id.toString())
        .endObject()
        .toBytes();
  }

  /** What a carrier is asked for. */
  static byte[] label(ShipmentId id, String carrier, String fromRegion, String toRegion) {
    JsonWriter json = new JsonWriter(160);
    json.beginObject()
        .field("shipment", id.toString())
        .field("carrier", carrier)
        .field("fromRegion", fromRegion)
        .field("toRegion", toRegion)
        .endObject();
    return json.toBytes();
  }

  private static void items(JsonWriter json, List<ShipItem> items) {
    json.beginArray();
    for (ShipItem item : items) {
      json.beginObject()
          .field("line", item.line())
          .field("sku", item.sku())
          .field("quantity", item.quantity())
          .endObject();
    }
    json.endArray();
  }
}
