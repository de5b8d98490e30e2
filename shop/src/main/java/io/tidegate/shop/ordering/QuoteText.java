package io.tidegate.shop.ordering;

import io.tidegate.platform.http.IdempotencyKey;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.identity.Seal;
import io.tidegate.shop.customer.Address;
import io.tidegate.shop.customer.Invoice;
import io.tidegate.shop.customer.InvoiceText;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Quotes as customers carry them: JSON by position in a signed text, good on every node. They hold
 * the customer's own invoice, and of the address a hash alone.
 */
public final class QuoteText {

  /** As long as a quote of 100 lines can be. */
  static final int CHARS_MAX = 32_768;

  private static final int VERSION = 1;
  private static final JsonMapper JSON = JsonMapper.shared();

  private final Seal seal;

  /**
   * @param secret shared by all nodes
   */
  public QuoteText(byte[] secret) {
    this.seal = new Seal("quote", secret, CHARS_MAX);
  }

  String seal(Quote quote) {
    JsonWriter json = new JsonWriter(512 + 32 * quote.lines().size());
    json.beginArray()
        .value(VERSION)
        .value(quote.userId())
        .value(quote.issuedAt().toEpochMilli())
        .value(quote.expiresAt().toEpochMilli())
        .value(quote.fromCart())
        .beginArray();
    for (int i = 0; i < quote.lines().size(); i++) {
      PlaceOrder.Line line = quote.lines().get(i);
      json.beginArray()
          .value(line.sku())
          .value(line.quantity())
          .value(quote.unitPrices().get(i))
          .endArray();
    }
    json.endArray().value(quote.region()).value(quote.addressHash());
    json.value(number(quote.addressId()))
        .value(quote.courier() == null ? "" : quote.courier())
        .value(number(quote.coupon()))
        .value(quote.points())
        .beginArray();
    for (Wishes.PacketWish packet : quote.packets()) {
      json.beginArray().value(packet.id()).value(packet.most()).endArray();
    }
    Amounts amounts = quote.amounts();
    String invoice = InvoiceText.of(quote.invoice());
    json.endArray()
        .value(invoice == null ? "" : invoice)
        .value(amounts.currency())
        .value(amounts.itemsTotal())
        .value(amounts.discountTotal())
        .value(amounts.freight())
        .beginArray();
    for (Quoted.Saved saved : quote.savings()) {
      json.beginArray()
          .value(saved.kind().code())
          .value(saved.id())
          .value(saved.amount())
          .endArray();
    }
    json.endArray().endArray();
    return seal.seal(json.toBytes());
  }

  /** Empty for a text that is no quote of this shop, or not of this version. */
  Optional<Quote> open(String text) {
    try {
      return seal.open(text)
          .map(JSON::readTree)
          .filter(all -> all.path(0).asInt(0) == VERSION)
          .map(QuoteText::read);
    } catch (JacksonException _) {
      return Optional.empty();
    }
  }

  private static Quote read(JsonNode all) {
    List<PlaceOrder.Line> lines = new ArrayList<>();
    List<Long> unitPrices = new ArrayList<>();
    for (JsonNode line : all.required(5)) {
      lines.add(new PlaceOrder.Line(line.required(0).asString(), line.required(1).asInt()));
      unitPrices.add(line.required(2).asLong());
    }
    String currency = all.required(14).asString();
    List<Wishes.PacketWish> packets = new ArrayList<>();
    for (JsonNode packet : all.required(12)) {
      packets.add(
          new Wishes.PacketWish(
              packet.required(0).asLong(), packet.required(1).asLong(), currency));
    }
    List<Quoted.Saved> savings = new ArrayList<>();
    for (JsonNode saved : all.path(18)) { // a quote that is older than the member has none
      savings.add(
          new Quoted.Saved(
              Discount.Kind.of(saved.required(0).asInt()),
              saved.required(1).asString(),
              saved.required(2).asLong()));
    }
    String courier = all.required(9).asString();
    String invoice = all.required(13).asString();
    return new Quote(
        all.required(1).asLong(),
        Instant.ofEpochMilli(all.required(2).asLong()),
        Instant.ofEpochMilli(all.required(3).asLong()),
        all.required(4).asBoolean(),
        lines,
        unitPrices,
        all.required(6).asString(),
        all.required(7).asString(),
        numberOrNull(all.required(8).asLong()),
        courier.isEmpty() ? null : courier,
        numberOrNull(all.required(10).asLong()),
        all.required(11).asLong(),
        packets,
        invoice.isEmpty() ? Invoice.none() : InvoiceText.read(invoice),
        new Amounts(
            currency,
            all.required(15).asLong(),
            all.required(16).asLong(),
            all.required(17).asLong()),
        savings);
  }

  /** Ids are positive. */
  private static long number(@Nullable Long id) {
    return id == null ? 0 : id;
  }

  private static @Nullable Long numberOrNull(long id) {
    return id == 0 ? null : id;
  }

  static String hash(Address address) {
    String text =
        address.name() + '\0' + address.phone() + '\0' + address.region() + '\0' + address.line();
    return HexFormat.of()
        .formatHex(IdempotencyKey.commandHash(text.getBytes(StandardCharsets.UTF_8)));
  }
}
