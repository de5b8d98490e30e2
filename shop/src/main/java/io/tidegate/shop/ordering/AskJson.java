package io.tidegate.shop.ordering;

import io.tidegate.platform.http.Fields;
import io.tidegate.shop.customer.Address;
import io.tidegate.shop.customer.AddressRules;
import io.tidegate.shop.customer.Invoice;
import io.tidegate.shop.customer.InvoiceJson;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.SkuCode;
import io.tidegate.shop.marketing.RedPacketPick;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads what a quote or an order is asked for. What is wrong is noted in the fields. */
final class AskJson {

  private static final int SKU_CHARS_MAX = 64;
  private static final int COURIER_CHARS_MAX = 32;

  /** Digits of an id. */
  private static final int ID_CHARS_MAX = 18;

  /** More points than anybody has. */
  private static final long POINTS_MAX = 1_000_000_000_000L;

  private AskJson() {}

  /**
   * The goods of a body that may name them in another way.
   *
   * @param named whether it does, by this member
   */
  static List<PlaceOrder.Line> goods(Fields body, String member, boolean named) {
    if (!named) {
      return lines(body.array("items", 1, Order.LINES_MAX));
    }
    List<Fields> items = body.optionalArray("items", 1, Order.LINES_MAX);
    if (items != null) {
      lines(items);
      body.refuse("items", "give items or " + member + ", one of them");
    }
    return List.of();
  }

  private static List<PlaceOrder.Line> lines(List<Fields> items) {
    List<PlaceOrder.Line> lines = new ArrayList<>(items.size());
    Set<String> seen = new HashSet<>();
    for (Fields item : items) {
      String sku = item.string("sku", SKU_CHARS_MAX);
      long quantity = item.integer("quantity", 1, OrderItem.QUANTITY_MAX);
      if (!sku.isEmpty() && !SkuCode.isValid(sku)) {
        item.refuse("sku", "is no SKU code");
      } else if (!sku.isEmpty() && !seen.add(sku)) {
        item.refuse("sku", "stands in another line too");
      }
      lines.add(new PlaceOrder.Line(sku, (int) quantity));
    }
    return lines;
  }

  static Ask read(Fields body, Predicate<String> districts) {
    AddressAsk address = address(body, districts);
    Fields invoice = body.optionalObject("invoice");
    Invoice wanted = invoice == null ? null : InvoiceJson.read(invoice);
    return new Ask(
        address.address(),
        address.addressId(),
        body.optionalString("courier", COURIER_CHARS_MAX),
        id(body, "coupon", "is no id of a coupon"),
        body.optionalInteger("points", 0, POINTS_MAX),
        packets(body),
        packetAmount(body),
        wanted);
  }

  static AddressAsk address(Fields body, Predicate<String> districts) {
    Fields given = body.optionalObject("address");
    return new AddressAsk(
        given == null ? null : inline(given, districts),
        id(body, "addressId", "is no id of an address"));
  }

  private static Address inline(Fields given, Predicate<String> districts) {
    Address address =
        new Address(
            given.string("name", AddressRules.NAME_CHARS_MAX),
            given.string("phone", AddressRules.PHONE_CHARS_MAX),
            given.string("region", 6),
            given.string("line", AddressRules.LINE_CHARS_MAX));
    for (AddressRules.Fault fault : AddressRules.faults(address, districts)) {
      given.refuse(fault.field(), fault.detail());
    }
    return address;
  }

  /** Ids are strings outside. */
  private static @Nullable Long id(Fields body, String member, String detail) {
    String text = body.optionalString(member, ID_CHARS_MAX);
    if (text == null) {
      return null;
    }
    if (!isId(text)) {
      body.refuse(member, detail);
      return 0L;
    }
    return Long.parseLong(text);
  }

  private static boolean isId(String text) {
    return !text.isEmpty()
        && text.length() <= ID_CHARS_MAX
        && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static @Nullable List<Long> packets(Fields body) {
    if (!body.isArray("redPackets")) {
      return null;
    }
    List<String> texts = body.strings("redPackets", 0, RedPacketPick.PACKETS_MAX, ID_CHARS_MAX);
    List<Long> ids = new ArrayList<>(texts.size());
    for (int i = 0; i < texts.size(); i++) {
      if (!isId(texts.get(i))) {
        body.refuse("redPackets", "has something that is no id of a red packet");
      } else if (ids.contains(Long.parseLong(texts.get(i)))) {
        body.refuse("redPackets", "has a red packet twice");
      } else {
        ids.add(Long.parseLong(texts.get(i)));
      }
    }
    return ids;
  }

  private static @Nullable Money packetAmount(Fields body) {
    if (body.isArray("redPackets")) {
      return null;
    }
    Fields.Amount amount = body.optionalMoney("redPackets");
    // A placeholder where it is wrong: the body is refused.
    return amount == null || amount.currency().length() != 3
        ? null
        : new Money(amount.amount(), amount.currency());
  }

  /** The ask's own form: another order of members or white space is the same ask. */
  static void canonical(StringBuilder text, Ask ask) {
    text.append(new AddressAsk(ask.address(), ask.addressId()).canonical());
    boolean more =
        ask.courier() != null
            || ask.coupon() != null
            || ask.points() != null
            || ask.packets() != null
            || ask.packetAmount() != null
            || ask.invoice() != null;
    if (more) { // an order without them has had its form since before they were known
      text.append("\n\0")
          .append(ask.courier())
          .append('\0')
          .append(ask.coupon())
          .append('\0')
          .append(ask.points())
          .append('\0')
          .append(ask.packets())
          .append('\0')
          .append(ask.packetAmount())
          .append('\0');
      invoice(text, ask.invoice());
    }
  }

  private static void invoice(StringBuilder text, @Nullable Invoice invoice) {
    switch (invoice) {
      case null -> {}
      case Invoice.None _ -> text.append("none");
      case Invoice.Personal(String title) -> text.append("personal\0").append(title);
      case Invoice.Company(String title, String taxNumber) ->
          text.append("company\0").append(title).append('\0').append(taxNumber);
    }
  }
}
