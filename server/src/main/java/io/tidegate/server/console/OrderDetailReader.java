package io.tidegate.server.console;

import io.tidegate.shop.catalog.Offer;
import io.tidegate.shop.customer.Address;
import io.tidegate.shop.customer.Consignee;
import io.tidegate.shop.customer.Regions;
import io.tidegate.shop.fulfilment.FulfilmentStore;
import io.tidegate.shop.fulfilment.ShipItem;
import io.tidegate.shop.fulfilment.Shipment;
import io.tidegate.shop.fulfilment.Warehouse;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.ordering.Amounts;
import io.tidegate.shop.ordering.Order;
import io.tidegate.shop.ordering.OrderItem;
import io.tidegate.shop.ordering.OrderPartsJson;
import io.tidegate.shop.ordering.OrderService;
import io.tidegate.shop.ordering.Step;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.PaymentId;
import io.tidegate.shop.payment.Refund;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads one order with all that belongs to it, and puts it into words of one language. */
final class OrderDetailReader {
  private final OrderSources sources;
  private final ZoneId zone;
  private final Texts t;

  OrderDetailReader(OrderSources sources, ZoneId zone, Texts t) {
    this.sources = sources;
    this.zone = zone;
    this.t = t;
  }

  OrderDetail read(Order order) {
    long number = order.number().value();
    var detail =
        new OrderDetail(
            order.number().toString(),
            OrderListPage.state(order.status(), t),
            moment(order.createdAt()),
            customer(order),
            money(order),
            order.items().stream().map(item -> line(order, item)).toList(),
            sources.parts().effects(order).stream().map(this::effect).toList(),
            parcels(number),
            sources.payments().attempts(order.number()).stream().map(this::payment).toList(),
            sources.refunds().refunds(order.number()).stream().map(this::refund).toList(),
            timeline(order),
            "");
    return withLive(detail);
  }

  private static OrderDetail withLive(OrderDetail d) {
    String live = "/console/orders/" + d.number() + "/live?seen=" + Live.seen(d);
    return new OrderDetail(
        d.number(),
        d.state(),
        d.placed(),
        d.customer(),
        d.money(),
        d.lines(),
        d.effects(),
        d.parcels(),
        d.payments(),
        d.refunds(),
        d.timeline(),
        live);
  }

  private OrderDetail.Customer customer(Order order) {
    Address address =
        sources.consignees().find(order.number().value()).map(Consignee::address).orElse(null);
    String user = Long.toString(order.userId());
    return new OrderDetail.Customer(
        user,
        "/console/orders?q=" + user,
        region(order.region()),
        address == null ? "–" : Shown.name(address.name()),
        address == null ? "–" : Shown.phone(address.phone()),
        address == null ? "–" : Shown.street(address.line()));
  }

  /** The names of a district; what is no district's code stays as it is. */
  private static String region(String code) {
    return Regions.all().names(code).map(names -> names.line()).orElse(code);
  }

  private OrderDetail.Money money(Order order) {
    Amounts amounts = order.amounts();
    String currency = amounts.currency();
    return new OrderDetail.Money(
        shown(amounts.itemsTotal(), currency),
        shown(-amounts.discountTotal(), currency),
        shown(amounts.freight(), currency),
        Shown.money(amounts.totalMoney()),
        order.refundedTotal() == 0 ? "" : shown(order.refundedTotal(), currency),
        moment(order.payBefore()),
        moment(order.paidAt()));
  }

  private OrderDetail.Line line(Order order, OrderItem item) {
    String currency = order.amounts().currency();
    Offer offer = sources.catalog().offer(item.sku());
    return new OrderDetail.Line(
        item.sku(),
        item.title(),
        new Titles(sources.catalog()).note(item.sku(), t.language()),
        offer == null ? "" : "/images/products/" + offer.product() + ".svg",
        item.quantity(),
        shown(item.unitPrice(), currency),
        item.discount() == 0 ? "" : shown(-item.discount(), currency),
        shown(item.total(), currency));
  }

  private OrderDetail.Effect effect(OrderPartsJson.Effect effect) {
    return new OrderDetail.Effect(
        t.of("effect." + effect.name()),
        effect.state(),
        t.of("effect_state." + effect.state()),
        moment(effect.at()),
        effect.tries() > 1 || effect.at() == null && effect.tries() > 0
            ? t.with("effect.tries", effect.tries())
            : "");
  }

  private List<OrderDetail.Parcel> parcels(long number) {
    List<FulfilmentStore.Tracked> tracking = sources.fulfilment().tracking(number);
    return sources.fulfilment().shipments(List.of(number)).stream()
        .map(shipment ->
            parcel(
                shipment,
                tracking.reversed().stream()
                    .filter(tracked -> tracked.shipment().equals(shipment.id()))
                    .map(tracked -> tracked.event())
                    .map(event ->
                        new OrderDetail.Track(
                            moment(event.at()),
                            t.named("tracking", event.status()),
                            event.place() == null
                                ? event.text()
                                : region(event.place()) + " · " + event.text()))
                    .toList()))
        .toList();
  }

  private OrderDetail.Parcel parcel(Shipment shipment, List<OrderDetail.Track> tracking) {
    String problem = shipment.problem() == null ? shipment.lastError() : shipment.problem();
    return new OrderDetail.Parcel(
        shipment.id().toString(),
        new OrderList.State(
            shipment.state().code(), t.of("parcel_state." + shipment.state().code())),
        warehouse(shipment.warehouse()),
        orDash(shipment.carrier()),
        orDash(shipment.waybill()),
        shipment.items().stream().map(OrderDetailReader::goods).collect(Collectors.joining(", ")),
        problem == null ? "" : problem,
        tracking);
  }

  /** The number stays beside its goods where a line breaks. */
  private static String goods(ShipItem item) {
    return item.sku() + "\u00a0×\u00a0" + item.quantity();
  }

  private String warehouse(String id) {
    return sources.warehouses().all().stream()
        .filter(warehouse -> warehouse.id().equals(id))
        .map(t.language() == Language.ZH ? Warehouse::nameZh : Warehouse::nameEn)
        .findFirst()
        .orElse(id);
  }

  private OrderDetail.Payment payment(Attempt attempt) {
    String state = attempt.state().wire();
    return new OrderDetail.Payment(
        attempt.id().toString(),
        t.named("provider", attempt.provider()),
        new OrderList.State(state, t.of("payment_state." + state)),
        Shown.money(attempt.amount()),
        moment(attempt.createdAt()),
        moment(attempt.capturedAt()));
  }

  private OrderDetail.Refund refund(Refund refund) {
    String state = refund.state().wire();
    String reason = refund.reason().name().toLowerCase(Locale.ROOT);
    return new OrderDetail.Refund(
        refund.id().toString(),
        new PaymentId(refund.id().order(), refund.attempt()).toString(),
        t.of("refund_reason." + reason),
        new OrderList.State(state, t.of("refund_state." + state)),
        Shown.money(refund.amount()),
        moment(refund.createdAt()),
        moment(refund.succeededAt()),
        refund.lastAnswer() == null ? "" : refund.lastAnswer());
  }

  private List<OrderDetail.Step> timeline(Order order) {
    return sources
        .orders()
        .timeline(order.number())
        .map(OrderService.Timeline::steps)
        .orElse(List.of())
        .reversed()
        .stream()
        .map(this::step)
        .toList();
  }

  private OrderDetail.Step step(Step step) {
    int colon = step.actor().indexOf(':');
    String kind = colon < 0 ? step.actor() : step.actor().substring(0, colon);
    String who = colon < 0 ? "" : " " + step.actor().substring(colon + 1);
    return new OrderDetail.Step(
        step.to().wire(),
        t.named("fact", step.fact()),
        t.named("actor", kind) + who,
        moment(step.at()),
        step.traceId());
  }

  private Shown.Moment moment(@Nullable Instant at) {
    return Shown.moment(at, zone);
  }

  private static String shown(long amount, String currency) {
    return Shown.money(new Money(amount, currency));
  }

  private static String orDash(@Nullable String text) {
    return text == null ? "–" : text;
  }
}
