package io.tidegate.shop.ordering;

import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.EntityTag;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.IdempotencyKey;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.http.Twins;
import io.tidegate.shop.customer.Address;
import io.tidegate.shop.customer.AddressRules;
import io.tidegate.shop.customer.AddressStore;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.kernel.SkuCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/orders}. */
public final class PlaceRoutes implements Routes {

  private static final int SKU_CHARS_MAX = 64;

  private final Placing orders;
  private final AddressStore addresses;
  private final Predicate<String> districts;
  private final Twins twins;

  public PlaceRoutes(
      Placing orders, AddressStore addresses, Predicate<String> districts, Twins twins) {
    this.orders = orders;
    this.addresses = addresses;
    this.districts = districts;
    this.twins = twins;
  }

  @Override
  public void register(Router router) {
    router.post("/v1/orders", Access.customer(), this::place);
  }

  private Reply place(Request request) throws Exception {
    IdempotencyKey key = request.idempotencyKey();
    PlaceOrder command = command(request, key);
    return switch (twins.run(key, () -> orders.place(command))) {
      case Outcome.Applied<Placed, PlaceOrder.Refusal>(Placed placed) -> receipt(placed);
      case Outcome.AlreadyApplied<Placed, PlaceOrder.Refusal>(Placed placed) ->
          receipt(placed).replayed();
      case Outcome.Refused<Placed, PlaceOrder.Refusal>(PlaceOrder.Refusal why) ->
          throw problem(command, why);
    };
  }

  private PlaceOrder command(Request request, IdempotencyKey key) {
    long user = request.caller().customer();
    Fields body = request.json();
    List<PlaceOrder.Line> lines = lines(body.array("items", 1, Order.LINES_MAX));
    Fields given = body.optionalObject("address");
    Long addressId = addressId(body);
    Address inline = given == null ? null : address(given);
    Fields.Amount expected = body.optionalMoney("expectedTotal");
    body.check();
    Address address = chosen(user, inline, addressId);
    String canonical = canonical(lines, inline, addressId, expected);
    return new PlaceOrder(
        orders.nextNumber(user),
        user,
        lines,
        address,
        expected == null ? null : new Money(expected.amount(), expected.currency()),
        key.hash16(),
        IdempotencyKey.commandHash(canonical.getBytes(StandardCharsets.UTF_8)),
        Cause.customer(user, request.traceId(), request.traceparent()));
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

  private Address address(Fields given) {
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
  private static @Nullable Long addressId(Fields body) {
    String text = body.optionalString("addressId", 18);
    if (text == null) {
      return null;
    }
    if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      body.refuse("addressId", "is no id of an address");
      return 0L;
    }
    return Long.parseLong(text);
  }

  private Address chosen(long user, @Nullable Address inline, @Nullable Long addressId) {
    if ((inline == null) == (addressId == null)) {
      throw Problem.invalid("/address", "give address or addressId, one of them");
    }
    if (inline != null) {
      return inline;
    }
    return addresses
        .find(user, Objects.requireNonNull(addressId))
        .map(saved -> saved.address())
        .orElseThrow(() -> Problem.invalid("/addressId", "is no address of yours"));
  }

  /** The command's own form: another order of members or white space is the same command. */
  private static String canonical(
      List<PlaceOrder.Line> lines,
      @Nullable Address address,
      @Nullable Long addressId,
      Fields.@Nullable Amount expected) {
    StringBuilder text = new StringBuilder(256);
    for (PlaceOrder.Line line : lines) {
      text.append(line.sku()).append('*').append(line.quantity()).append('\n');
    }
    text.append(addressId).append('\n');
    if (address != null) {
      text.append(address.name())
          .append('\0')
          .append(address.phone())
          .append('\0')
          .append(address.region())
          .append('\0')
          .append(address.line());
    }
    return text.append('\n').append(expected).toString();
  }

  private static Reply receipt(Placed placed) {
    byte[] body = OrderJson.receipt(placed);
    return Reply.json(201, body)
        .header("Location", "/v1/orders/" + placed.order().number())
        .header("ETag", new EntityTag(1, "0").header());
  }

  private static Problem problem(PlaceOrder command, PlaceOrder.Refusal why) {
    return switch (why) {
      case PlaceOrder.Refusal.OutOfStock(List<Integer> lines) ->
          Problem.conflict("out_of_stock", "Not all of it is in stock")
              .with(json -> errors(json, command, lines, "is sold out"));
      case PlaceOrder.Refusal.NotSellable(List<Integer> lines) ->
          Problem.conflict("not_sellable", "Not all of it is for sale")
              .with(json -> errors(json, command, lines, "is not for sale"));
      case PlaceOrder.Refusal.PriceChanged(Amounts current) ->
          Problem.conflict("price_changed", "It costs more than expected")
              .with(json -> {
                String currency = current.currency();
                json.name("current")
                    .beginObject()
                    .money("itemsTotal", current.itemsTotal(), currency)
                    .money("discountTotal", current.discountTotal(), currency)
                    .money("freight", current.freight(), currency)
                    .money("total", current.total(), currency)
                    .endObject();
              });
      case PlaceOrder.Refusal.KeyReused _ -> Problem.keyReused();
    };
  }

  private static void errors(
      JsonWriter json, PlaceOrder command, List<Integer> lines, String detail) {
    json.name("errors").beginArray();
    for (int line : lines) {
      json.beginObject()
          .field("pointer", "/items/" + line + "/sku")
          .field("detail", detail)
          .field("sku", command.lines().get(line).sku())
          .endObject();
    }
    json.endArray();
  }
}
