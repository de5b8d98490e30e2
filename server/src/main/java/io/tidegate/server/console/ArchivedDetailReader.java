package io.tidegate.server.console;

import io.tidegate.shop.customer.Regions;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.reporting.ArchiveService;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Puts an order that has left the database into the words of its page. Nothing of it changes. */
final class ArchivedDetailReader {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String NOTHING = "–";

  private final ArchiveService archive;
  private final ZoneId zone;
  private final Texts t;
  private final OrderNames names;

  ArchivedDetailReader(OrderSources sources, ZoneId zone, Texts t) {
    this.archive = sources.archive();
    this.zone = zone;
    this.t = t;
    this.names = new OrderNames(sources, t);
  }

  /**
   * The page of an archived order.
   *
   * @param revealed whether its people are shown; only once the look is on record
   */
  Optional<OrderDetail> read(OrderNumber number, boolean revealed) {
    return archive.document(number).map(found -> detail(number, found, revealed));
  }

  private OrderDetail detail(OrderNumber number, ArchiveService.Document found, boolean revealed) {
    JsonNode order = JSON.readTree(found.json());
    Map<Integer, String> skus = new HashMap<>();
    order
        .path("items")
        .forEach(item -> skus.put(item.path("line").asInt(), item.path("sku").asString()));
    JsonNode tracking = JSON.readTree(found.tracking());
    return new OrderDetail(
        number.toString(),
        state(order, "state."),
        at(order, "createdAt"),
        customer(number, found.userId(), order, revealed),
        order.has("courier") ? order.path("courier").asString() : t.of("order.no_courier"),
        money(order),
        each(order.path("items"), this::line),
        each(order.path("effects"), this::effect),
        each(order.path("shipments"), parcel -> parcel(parcel, tracking, skus)),
        each(order.path("payments"), this::payment),
        cases(order),
        List.of(),
        each(JSON.readTree(found.timeline()), this::step).reversed(),
        "");
  }

  private OrderDetail.Customer customer(
      OrderNumber number, long userId, JsonNode order, boolean revealed) {
    JsonNode address = order.path("address");
    String user = Long.toString(userId);
    boolean known = !address.isMissingNode();
    String name = address.path("name").asString("");
    String phone = address.path("phone").asString("");
    String street = address.path("line").asString("");
    boolean masked = known && !revealed;
    String region = address.path("region").asString("");
    return new OrderDetail.Customer(
        user,
        "/console/orders?q=" + user,
        known ? Regions.all().names(region).map(each -> each.line()).orElse(region) : NOTHING,
        !known ? NOTHING : revealed ? name : Shown.name(name),
        !known ? NOTHING : revealed ? phone : Shown.phone(phone),
        !known ? NOTHING : revealed ? street : Shown.street(street),
        invoice(order.path("invoice"), revealed),
        masked,
        masked ? "/console/orders/" + number + "/reveal" : "");
  }

  private String invoice(JsonNode invoice, boolean revealed) {
    String kind = t.of("invoice." + invoice.path("type").asString("none"));
    if (!revealed || !invoice.has("title")) {
      return kind;
    }
    String tax = invoice.path("taxNumber").asString("");
    return kind + " · " + invoice.path("title").asString() + (tax.isEmpty() ? "" : " · " + tax);
  }

  private OrderDetail.Money money(JsonNode order) {
    List<OrderDetail.Taken> taken =
        each(
            order.path("discounts"),
            discount -> {
              String kind = discount.path("kind").asString();
              return new OrderDetail.Taken(
                  kind.equals("points")
                      ? t.with("discount.points", discount.path("points").asLong())
                      : t.of("discount." + kind),
                  discount.path("id").asString(""),
                  amount(discount.path("amount"), -1));
            });
    JsonNode refunded = order.path("refundedTotal");
    return new OrderDetail.Money(
        amount(order.path("itemsTotal"), 1),
        amount(order.path("discountTotal"), -1),
        taken,
        amount(order.path("freight"), 1),
        amount(order.path("total"), 1),
        refunded.path("amount").asLong() == 0 ? "" : amount(refunded, 1),
        at(order, "payBefore"),
        at(order, "paidAt"));
  }

  private OrderDetail.Line line(JsonNode item) {
    String sku = item.path("sku").asString();
    int refunded = item.path("refundedQuantity").asInt();
    return new OrderDetail.Line(
        sku,
        item.path("title").asString(),
        names.title(sku),
        names.picture(sku),
        item.path("quantity").asInt(),
        refunded == 0 ? "" : t.with("order.refunded_pieces", refunded),
        amount(item.path("unitPrice"), 1),
        item.path("discount").path("amount").asLong() == 0 ? "" : amount(item.path("discount"), -1),
        amount(item.path("total"), 1));
  }

  private OrderDetail.Effect effect(JsonNode effect) {
    String state = effect.path("state").asString();
    int tries = effect.path("tries").asInt();
    return new OrderDetail.Effect(
        t.of("effect." + effect.path("name").asString()),
        state,
        t.of("effect_state." + state),
        at(effect, "at"),
        tries > 1 ? t.with("effect.tries", tries) : "");
  }

  private OrderDetail.Parcel parcel(JsonNode parcel, JsonNode tracking, Map<Integer, String> skus) {
    String id = parcel.path("id").asString();
    List<OrderDetail.Track> tracks = new ArrayList<>();
    for (JsonNode track : tracking) {
      if (track.path("shipment").asString().equals(id)) {
        tracks.add(
            new OrderDetail.Track(
                at(track, "at"),
                t.named("tracking", track.path("status").asString()),
                track.path("text").asString()));
      }
    }
    return new OrderDetail.Parcel(
        id,
        state(parcel, "parcel_state."),
        names.warehouse(parcel.path("warehouse").asString()),
        parcel.path("carrier").asString(NOTHING),
        parcel.path("waybill").asString(NOTHING),
        String.join(
            ", ",
            each(
                parcel.path("items"),
                item ->
                    skus.getOrDefault(item.path("line").asInt(), NOTHING)
                        + "\u00a0×\u00a0"
                        + item.path("quantity").asInt())),
        "",
        tracks.reversed());
  }

  private OrderDetail.Payment payment(JsonNode payment) {
    return new OrderDetail.Payment(
        payment.path("id").asString(),
        "",
        t.named("provider", payment.path("provider").asString()),
        state(payment, "payment_state."),
        amount(payment.path("amount"), 1),
        Shown.moment(null, zone),
        at(payment, "capturedAt"));
  }

  /** Their pages are gone with their rows, so they lead to the order itself. */
  private List<OrderDetail.Case> cases(JsonNode order) {
    String here = "/console/orders/" + order.path("number").asString();
    List<OrderDetail.Case> all = new ArrayList<>();
    for (JsonNode refund : order.path("refunds")) {
      String kind = refund.path("kind").asString("");
      all.add(
          new OrderDetail.Case(
              refund.path("id").asString(),
              here,
              kind.isEmpty()
                  ? t.named("refund_reason", refund.path("reason").asString())
                  : t.of("refunds.kind." + kind),
              state(refund, "refund_state."),
              t.with("returns.pieces", pieces(refund)),
              amount(refund.path("amount"), 1),
              at(refund, "createdAt")));
    }
    for (JsonNode returned : order.path("returns")) {
      all.add(
          new OrderDetail.Case(
              returned.path("id").asString(),
              here,
              t.of("returns.return"),
              state(returned, "return_state."),
              t.with("returns.pieces", pieces(returned)),
              "",
              at(returned, "createdAt")));
    }
    return all;
  }

  private static int pieces(JsonNode asked) {
    int pieces = 0;
    for (JsonNode line : asked.path("lines")) {
      pieces += line.path("quantity").asInt();
    }
    return pieces;
  }

  private OrderDetail.Step step(JsonNode step) {
    return new OrderDetail.Step(
        step.path("to").asString(),
        t.named("fact", step.path("fact").asString()),
        names.actor(step.path("actor").asString()),
        at(step, "at"),
        step.path("traceId").asString());
  }

  private OrderList.State state(JsonNode of, String texts) {
    String state = of.path("state").asString();
    return new OrderList.State(state, t.of(texts + state));
  }

  private Shown.Moment at(JsonNode of, String member) {
    JsonNode value = of.path(member);
    return Shown.moment(value.isMissingNode() ? null : Instant.parse(value.asString()), zone);
  }

  private static String amount(JsonNode money, int sign) {
    return Shown.money(
        new Money(sign * money.path("amount").asLong(), money.path("currency").asString()));
  }

  private static <T> List<T> each(JsonNode array, Function<JsonNode, T> making) {
    List<T> all = new ArrayList<>();
    array.forEach(one -> all.add(making.apply(one)));
    return all;
  }
}
